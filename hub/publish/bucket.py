"""A registry in a bucket of S3, or of what speaks its protocol: MinIO, Ceph, R2, Google with its interoperable keys.

s3fs writes, with the credentials that Amazon's own tools find; AWS_ENDPOINT_URL names another server. An object is
there as a whole or not at all. The index is put under the condition that it is still the one that was read (If-Match,
or If-None-Match for the first one), which S3 knows since 2024, MinIO, R2 and Ceph too. Whether the server knows it is
tried each time with a list that is there already. Where it does not, that is said, the index is put without and read
back: of two that publish within the same moment one may then lose its entries, and is told so.
"""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hub.digest import CHUNK, Hasher
from hub.errors import BadStatus, HubError, InvalidInput, MissingFile, SourceError, StoreError, Unreachable, in_a_line
from hub.extras import require
from hub.publish.folder import changed
from hub.publish.places import INDEX, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hub.publish.places import OnBytes

FORM = re.compile(r"^s3://(?P<bucket>[A-Za-z0-9][\w.-]*)(/(?P<prefix>[^?#]*))?$")

# What a part of a large file has: S3 takes 10,000 parts, so files of up to 320 GB.
PART = 32 << 20

BY_DIGEST = re.compile(r"[0-9a-f]{64}")

# Without conditions: how long somebody else's index may be under way when ours is there.
SETTLE = 2.0

TYPES = {"html": "text/html; charset=utf-8", "json": "application/json", "js": "text/javascript; charset=utf-8"}

UNCONDITIONAL = (
    "this server puts objects whatever the condition: do not let two machines publish into the bucket at once"
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A prefix in a bucket. `note` is told what people should know of the server."""

    bucket: str
    prefix: str
    note: Callable[[str], object]
    sleep: Callable[[float], object] = field(default=time.sleep)

    @classmethod
    def of(cls, url: str, note: Callable[[str], object]) -> Bucket:
        """Return what an address names. Raises InvalidInput, and MissingExtra with what to install."""
        found = FORM.match(url)
        if found is None:
            raise InvalidInput(f"{url!r} is no place in a bucket", expected="s3://BUCKET/PREFIX")
        require("s3fs", "s3", "s3fs, which writes to s3://,")
        prefix = (found["prefix"] or "").strip("/")
        return cls(found["bucket"], f"{prefix}/" if prefix else "", note)

    @property
    def address(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def holds(self, path: str, size: int) -> bool:
        try:
            found = self._call("head_object", path)
        except FileNotFoundError:
            return False
        return bool(found["ContentLength"] == size)

    def put_file(self, path: str, source: Path, sha256: str, on_bytes: OnBytes) -> None:
        with self._told(path), _opened(source) as stream:
            # Not given its name before it is known to be the right one.
            file = _files().open(f"{self.bucket}/{self.prefix}{path}", "wb", block_size=PART, autocommit=False)
            hasher = Hasher()
            while data := stream.read(CHUNK):
                hasher.update(data)
                file.write(data)
                on_bytes(len(data))
            file.close()
            if hasher.sha256 != sha256:
                file.discard()
                raise changed(source, sha256, hasher.sha256)
            file.commit()

    def put(self, path: str, data: bytes) -> None:
        self._put(path, data)

    def read(self, path: str) -> bytes | None:
        return self._read(path)[0]

    def state(self) -> State:
        data, etag = self._read(INDEX)
        return State(data or b"", etag)

    def switch(self, before: State, data: bytes) -> bool:
        if data == before.data:
            return True
        if not self._knows_conditions(first=not before.mark):
            self.note(UNCONDITIONAL)
            return self._switch_unconditionally(before, data)
        return self._put_if(INDEX, data, _condition(before.mark))

    def _knows_conditions(self, *, first: bool) -> bool:
        """Tell whether the server refuses to put an object under a condition that is not met.

        It is tried with one whose bytes are the same before and after.
        """
        path, data = f"registry/v1/lists/{hashlib.sha256(PROBE).hexdigest()}.json", PROBE
        if not self.holds(path, len(data)):
            self.put(path, data)
        try:
            return not self._put_if(path, data, {"IfNoneMatch": "*"} if first else {"IfMatch": '"0"'})
        except SourceError:  # some refuse what they do not know
            return False

    def _switch_unconditionally(self, before: State, data: bytes) -> bool:
        if self.state().mark != before.mark:
            return False
        self._put(INDEX, data)
        self.sleep(SETTLE)
        return self.state().data == data

    def _put_if(self, path: str, data: bytes, condition: dict[str, str]) -> bool:
        try:
            self._put(path, data, **condition)
        except (_Refused, FileNotFoundError):
            return False
        return True

    def _put(self, path: str, data: bytes, **more: str) -> None:
        kind = TYPES.get(path.rpartition(".")[2], "application/octet-stream")
        # What is named by its digest never changes; everything else is asked for anew each time.
        age = "public, max-age=31536000, immutable" if BY_DIGEST.search(path) else "no-cache"
        self._call("put_object", path, Body=data, ContentType=kind, CacheControl=age, **more)

    def _call(self, method: str, path: str, **arguments: object) -> Any:  # noqa: ANN401  botocore has no types
        with self._told(path):
            return _files().call_s3(method, Bucket=self.bucket, Key=self.prefix + path, **arguments)

    def _read(self, path: str) -> tuple[bytes | None, str]:
        from fsspec.asyn import sync  # it publishes no types

        files = _files()
        try:
            with self._told(path):
                return sync(files.loop, _whole, files, self.bucket, self.prefix + path)  # type: ignore[no-any-return]
        except FileNotFoundError:
            return None, ""

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Turn what can go wrong into our own errors, but for an object that is not there."""
        try:
            yield
        except HubError:
            raise
        except Exception as error:  # botocore's and aiohttp's errors have no root in common
            raise _explained(error, f"{self.address}{path}") from error


class _Refused(Exception):
    """The condition was not met."""


# The bytes of the object that conditions are tried with.
PROBE = b'{"version":1,"entries":[\n\n]}\n'


def _explained(error: Exception, url: str) -> Exception:
    """Return what to raise for what botocore, aiohttp or s3fs have raised."""
    told = getattr(error, "response", None) or getattr(error.__cause__, "response", None) or {}
    code = told.get("Error", {}).get("Code", "")
    status = told.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in ("PreconditionFailed", "ConditionalRequestConflict"):
        return _Refused()
    if code == "NoSuchBucket":
        bucket = url.split("/")[2]
        return MissingFile(f"there is no bucket {bucket!r}", expected="one that exists", hint="make it first")
    if isinstance(error, FileNotFoundError):
        return error
    if isinstance(error, PermissionError) or type(error).__name__ == "NoCredentialsError":
        return StoreError(
            f"{url} cannot be written ({in_a_line(error)})",
            expected="credentials that may read and write there",
            hint="AWS_PROFILE, AWS_ACCESS_KEY_ID and the like, as Amazon's own tools read them",
        )
    return BadStatus(status, url=url) if status else Unreachable(f"{url}: {in_a_line(error)}", url=url)


def _condition(mark: str) -> dict[str, str]:
    return {"IfMatch": mark} if mark else {"IfNoneMatch": "*"}


async def _whole(files: Any, bucket: str, key: str) -> tuple[bytes, str]:  # noqa: ANN401
    found = await files._call_s3("get_object", Bucket=bucket, Key=key)  # noqa: SLF001  its own name for use in a loop
    async with found["Body"] as body:
        return await body.read(), found["ETag"]


def _files() -> Any:  # noqa: ANN401  s3fs has no types
    from s3fs import S3FileSystem

    from hub.sources.s3 import endpoint

    # s3fs keeps one for the same arguments.
    return S3FileSystem(endpoint_url=endpoint() or None, use_listings_cache=False)


@contextmanager
def _opened(source: Path) -> Iterator[Any]:
    try:
        stream = source.open("rb")
    except FileNotFoundError as error:
        raise MissingFile(f"{source} is not there any more", expected=str(source)) from error
    with stream:
        yield stream
