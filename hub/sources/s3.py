"""`s3://BUCKET/KEY` sources: objects of S3, and of all that speaks its protocol.

fsspec reads them, with the credentials that Amazon's own tools find: variables, files, the machine's role.
AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_S3) names another server, such as MinIO, Ceph or R2. Where no credentials are
found, and with HUB_ANONYMOUS, objects are read without, as those that are public can be.

Every block is asked for under the condition that the object still has the ETag that it had, which every write changes.
"""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from hub import settings
from hub.errors import BadStatus, InvalidInput, SourceError, Unreachable
from hub.extras import require
from hub.sources.base import FileRefused, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

ADDRESS = "https://s3.amazonaws.com"
FORM = re.compile(r"^s3://(?P<path>[A-Za-z0-9][\w.-]*/[^?#]+)$")

# perf: what is asked for at a time. Fewer bytes are more questions of some 50 ms each, more bytes are memory.
BLOCK = 8 << 20

# Tries are counted where all sources are dealt with; botocore's own would only make a dead host take longer.
# Connections beyond those that botocore keeps would be opened anew each time.
PATIENCE = {"connect_timeout": 10, "read_timeout": 30, "retries": {"max_attempts": 0}, "max_pool_connections": 32}

BUSY, FORBIDDEN, MISSING, CHANGED = 503, 403, 404, 412

NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError")


class ObjectStream:
    """An object from an offset on, up to `end`, read in blocks."""

    def __init__(self, file: Any, url: str, offset: int, end: int) -> None:  # noqa: ANN401  fsspec has no types
        self._file = file
        self._url = url
        self._rest = end - offset
        self._block = memoryview(b"")
        file.seek(offset)
        self.offset = offset
        self.total: int | None = int(file.details["size"])
        self.validator = _validator(file.details)
        self.has_ranges = True

    def readinto(self, buffer: memoryview) -> int:
        if not self._block and self._rest:
            self._block = self._next()
        count = min(len(buffer), len(self._block))
        buffer[:count], self._block = self._block[:count], self._block[count:]
        return count

    def _next(self) -> memoryview:
        try:
            with _told(self._url):
                data = self._file.read(min(BLOCK, self._rest))
        except BadStatus as error:  # it was there: it has been replaced, removed, or its server is busy now
            raise Unreachable(f"{self._url} broke off, or was changed meanwhile", url=self._url) from error
        if not data:
            raise Unreachable(f"{self._url} ended {self._rest:,} bytes too early", url=self._url)
        self._rest -= len(data)
        return memoryview(data)

    def abort(self) -> None:
        """Nothing can be broken off from here: a block that does not come ends with its own timeout."""

    def close(self) -> None:
        self._file.close()


def locate(url: str) -> Location:
    """An object is where its URL says; nobody is asked. Raises InvalidInput, and MissingExtra with what to install."""
    _path(url)
    require("s3fs", "s3", "s3fs, which reads s3:// sources,")
    return Location(url)


def open_at(location: Location, offset: int, validator: str, end: int | None = None) -> ObjectStream:
    """Open an object at `offset` up to `end` (exclusive); at 0 if it is another one than `validator` says, or shorter.

    Raises Unreachable, BadStatus, and FileRefused if it is kept back from whoever asks.
    """
    with _told(location.url):
        file = asked(partial(_open, _path(location.url)))
        size = int(file.details["size"])
        if offset > size or (validator and validator != _validator(file.details)):
            offset, end = 0, None
        return ObjectStream(file, location.url, offset, min(end or size, size))


def stated(url: str) -> tuple[int, str]:
    """Return size and ETag of an object, "" if the server tells none; raises what `open_at` does."""
    found = call(url, "head_object")
    return int(found["ContentLength"]), _validator(found)


def call(url: str, method: str, **wanted: object) -> dict[str, Any]:
    """Return what the server answers to one of botocore's methods about an object; raises what `open_at` does."""
    bucket, key = _path(url).split("/", 1)
    with _told(url):
        found: dict[str, Any] = asked(lambda files: files.call_s3(method, Bucket=bucket, Key=key, **wanted))
    return found


def read_range(url: str, start: int, stop: int, validator: str) -> bytes:
    """Return the bytes from `start` up to `stop` of the object with this ETag, in one request.

    Raises BadStatus 412 if it is another one by now, Unreachable if not all of them come, and what `open_at` does.
    """
    from fsspec.asyn import sync

    bucket, key = _path(url).split("/", 1)
    wanted = {"Bucket": bucket, "Key": key, "Range": f"bytes={start}-{stop - 1}"}
    wanted |= {"IfMatch": validator} if validator else {}
    with _told(url):
        data, found = asked(lambda files: sync(files.loop, _received, files, wanted))
    if _validator(found) != validator:  # a server that knows no conditions
        raise BadStatus(CHANGED, url=url)
    if len(data) != stop - start or not str(found.get("ContentRange", "")).startswith(f"bytes {start}-{stop - 1}/"):
        raise Unreachable(f"{url} gave other bytes than were asked for", url=url)
    return bytes(data)


async def _received(files: Any, wanted: dict[str, str]) -> tuple[bytes, dict[str, Any]]:  # noqa: ANN401
    found = await files._call_s3("get_object", **wanted)  # noqa: SLF001  its public form cannot read the body
    async with found["Body"] as body:
        return await body.read(), found


def asked(ask: Callable[[Any], T]) -> T:
    """Return what `ask` makes of the file system of fsspec; without credentials if there are none."""
    anonymous = settings.current().anonymous
    try:
        return ask(_files(anonymous=anonymous))
    except Exception as error:
        # By name: botocore is not imported here, so that what need not be installed need not be there.
        if anonymous or type(error).__name__ not in NO_CREDENTIALS:
            raise
        return ask(_files(anonymous=True))


def endpoint() -> str:
    """Return the server that is set in place of Amazon's, or ""."""
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


def _path(url: str) -> str:
    match = FORM.match(url)
    if match is None:
        raise InvalidInput(f"{url!r} is no object of S3", expected="s3://BUCKET/KEY")
    return match["path"]


def _files(*, anonymous: bool) -> Any:  # noqa: ANN401
    """Return the file system of fsspec with this machine's settings, the same one for the same settings."""
    from s3fs import S3FileSystem

    return S3FileSystem(
        anon=anonymous,
        # Named, although botocore reads the variables itself: file systems are kept by their arguments.
        endpoint_url=endpoint() or None,
        use_listings_cache=False,
        config_kwargs=PATIENCE,
    )


def _open(path: str, files: Any) -> Any:  # noqa: ANN401
    # Cache "none": the stream keeps a block itself, and another one would only be copied.
    file = files.open(path, "rb", block_size=BLOCK, cache_type="none")
    if file.details.get("type") != "file":  # the beginning of other keys
        raise FileNotFoundError(path)
    return file


def _validator(details: dict[str, Any]) -> str:
    """Return the object's ETag, which is strong; "" if the server tells none."""
    told = str(details.get("ETag") or "").strip('"')
    return f'"{told}"' if told else ""


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what can go wrong into our own errors."""
    try:
        yield
    except SourceError:
        raise
    except (FileNotFoundError, IsADirectoryError) as error:
        raise BadStatus(MISSING, url=url) from error
    except PermissionError as error:
        raise _refused(url, error) from error
    except Exception as error:  # botocore's and aiohttp's errors have no root in common
        if isinstance(error, OSError) and error.errno == errno.EBUSY:
            raise BadStatus(BUSY, url=url) from error
        if status := _status(error):
            raise BadStatus(status, url=url) from error
        raise Unreachable(f"{url} cannot be read ({_reason(error)})", url=url) from error


def _refused(url: str, error: Exception) -> FileRefused:
    return FileRefused(
        f"{url} is not given out ({_reason(error)})",
        url=url,
        expected="the object",
        found=f"status {FORBIDDEN}",
        hint="look at the credentials of this machine; HUB_ANONYMOUS=1 reads public objects without any",
    )


def _status(error: Exception) -> int:
    """Return 412 or 503 if that is what the server has said, which s3fs has no error of its own for; else 0."""
    told = getattr(error.__cause__ or error, "response", None) or {}
    status = int(told.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return status if status in (BUSY, CHANGED) else 0


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
