"""Writing objects: bytes and files, of which the server is told the sha256 so that it refuses what arrives damaged.

`s3` is written with the credentials that read it; large files go in parts, several at once, and a server shows nothing
of them until the last one is there. Other schemes are written by fsspec, to another name first where it can rename.
"""

from __future__ import annotations

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from hub.errors import BadStatus, InvalidInput, SourceError, Unreachable
from hub.extras import require
from hub.objects.doors import MISSING, Door, door
from hub.sources import s3
from hub.sources.base import shown

if TYPE_CHECKING:
    from pathlib import Path

PART = 16 << 20
"""The bytes of a part: S3 takes 10,000 of them, and no less than 5 MiB each."""

MOST_PARTS = 10_000

AT_ONCE = 4
"""Parts that are sent at a time; each is in memory."""

CHANGED = 412


class Writer(Protocol):
    """What writes the objects of a scheme."""

    def put(self, url: str, data: bytes, over: str | None) -> None:
        """Write bytes; over an object with this ETag alone ("" for none) unless it is None."""

    def put_file(self, url: str, path: Path) -> None:
        """Write a file."""


class Overtaken(SourceError):
    """Somebody else has written an object meanwhile."""


def put(url: str, data: bytes, *, over: str | None = None) -> None:
    """Write bytes to an address, or, with `over`, only over the object that had this ETag ("" where there was none).

    Raises Overtaken if another one is there by then, InvalidInput for what cannot be written to, and SourceError.
    """
    _writer(url).put(url, data, over)


def put_file(url: str, path: Path) -> None:
    """Write a file to an address; raises what `put` does."""
    writer = _writer(url)
    if path.stat().st_size <= PART:
        writer.put(url, path.read_bytes(), None)
    else:
        writer.put_file(url, path)


def size_of(url: str) -> int | None:
    """Return the bytes of the object at an address, None if there is none. Raises SourceError."""
    return _asked(door(url), url)


def _asked(way: Door, url: str) -> int | None:
    try:
        return way.state(url).size
    except BadStatus as error:
        if error.status == MISSING:
            return None
        raise


def _writer(url: str) -> Writer:
    scheme = urlsplit(url).scheme
    if scheme == "s3":
        s3.locate(url)
        return _S3()
    if scheme in ("http", "https", "gs", "pypi", "hf", "gdrive", "peer"):
        raise InvalidInput(f"nothing is written to {shown(url)}", expected="s3://BUCKET/PREFIX or file:///FOLDER")
    return _FileSystem()


def _told(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


class _S3:
    def put(self, url: str, data: bytes, over: str | None) -> None:
        condition = {} if over is None else {"IfMatch": over} if over else {"IfNoneMatch": "*"}
        try:
            self._call(url, "put_object", Body=data, ChecksumSHA256=_told(data), **condition)
        except BadStatus as error:
            if error.status == CHANGED:
                raise Overtaken(f"{shown(url)} was written by somebody else meanwhile", url=shown(url)) from error
            raise

    def put_file(self, url: str, path: Path) -> None:
        size = path.stat().st_size
        part = max(PART, -(-size // MOST_PARTS))
        begun = self._call(url, "create_multipart_upload", ChecksumAlgorithm="SHA256")["UploadId"]

        def sent(number: int) -> dict[str, object]:
            with path.open("rb") as file:
                file.seek((number - 1) * part)
                data = file.read(part)
            known = {"PartNumber": number, "ChecksumSHA256": _told(data)}
            done = self._call(url, "upload_part", UploadId=begun, Body=data, **known)
            return {"ETag": done["ETag"], **known}

        try:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                parts = list(threads.map(sent, range(1, -(-size // part) + 1)))
            self._call(url, "complete_multipart_upload", UploadId=begun, MultipartUpload={"Parts": parts})
        except BaseException:
            # Parts that nobody completes stay, unseen, and cost money.
            self._call(url, "abort_multipart_upload", UploadId=begun)
            raise

    def _call(self, url: str, method: str, **wanted: object) -> Any:  # noqa: ANN401  botocore has no types
        return s3.call(url, method, **wanted)


class _FileSystem:
    def put(self, url: str, data: bytes, over: str | None) -> None:
        del over  # whoever comes last wins: such a place has one writer
        files, path = self._opened(url)
        self._sent(url, lambda: self._written(files, path, data))

    def put_file(self, url: str, path: Path) -> None:
        files, target = self._opened(url)
        self._sent(url, lambda: self._copied(files, path, target))

    def _written(self, files: Any, path: str, data: bytes) -> None:  # noqa: ANN401
        files.makedirs(files._parent(path), exist_ok=True)  # noqa: SLF001  fsspec offers no other
        with files.open(f"{path}.new", "wb") as file:
            file.write(data)
        files.mv(f"{path}.new", path)

    def _copied(self, files: Any, path: Path, target: str) -> None:  # noqa: ANN401
        files.makedirs(files._parent(target), exist_ok=True)  # noqa: SLF001
        files.put_file(str(path), f"{target}.new")
        files.mv(f"{target}.new", target)

    def _opened(self, url: str) -> tuple[Any, str]:
        require("fsspec", "s3", "fsspec, which writes to addresses of this kind,")
        import fsspec

        try:
            found: tuple[Any, str] = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise InvalidInput(
                f"nothing is written to {shown(url)}", expected="s3://BUCKET/PREFIX", found=error
            ) from error
        return found

    def _sent(self, url: str, send: Any) -> None:  # noqa: ANN401
        try:
            send()
        except OSError as error:
            raise Unreachable(f"{shown(url)} cannot be written: {error}", url=shown(url)) from error
