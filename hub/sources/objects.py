"""`s3://BUCKET/KEY` and `gs://BUCKET/KEY` sources: objects of S3, of all that speaks its protocol, of Google Storage.

fsspec reads them, with the credentials that each cloud's own tools find: variables, files, the machine's role.
AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_S3) and STORAGE_EMULATOR_HOST name other servers than the clouds' own. Where no
credentials are found, and with HUB_ANONYMOUS, public objects are read without.

What tells two states of an object apart is its ETag, on Google Storage its generation: both change with every write.
"""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from hub import settings
from hub.errors import BadStatus, InvalidInput, Unreachable
from hub.extras import require
from hub.sources.base import FileRefused, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORM = re.compile(r"^(?P<scheme>s3|gs)://(?P<path>(?P<bucket>[A-Za-z0-9][\w.-]*)/(?P<key>[^?#]+))$")

# perf: what is asked for at a time. Fewer bytes are more questions of some 50 ms each, more bytes are memory.
BLOCK = 8 << 20

CONNECT_TIMEOUT, READ_TIMEOUT = 10, 30

BUSY, FORBIDDEN, MISSING = 503, 403, 404
MODULES = {"s3": "s3fs", "gs": "gcsfs"}

NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError")


@dataclass(frozen=True, slots=True)
class Found:
    """What a cloud says of an object: its size, and what tells its state."""

    size: int
    validator: str


class ObjectStream:
    """An object from an offset on, up to `end`, read in blocks; each of them only if it still is the same object."""

    def __init__(self, file: Any, url: str, offset: int, end: int, found: Found) -> None:  # noqa: ANN401  fsspec's own
        self._file = file
        self._url = url
        self._rest = end - offset
        self._block = memoryview(b"")
        file.seek(offset)
        self.offset = offset
        self.total: int | None = found.size
        self.validator = found.validator

    def readinto(self, buffer: memoryview) -> int:
        if not self._block and self._rest:
            self._block = self._next()
        count = min(len(buffer), len(self._block))
        buffer[:count], self._block = self._block[:count], self._block[count:]
        return count

    def _next(self) -> memoryview:
        with _told(self._url):
            data = self._file.read(min(BLOCK, self._rest))
        if not data:
            raise Unreachable(f"{self._url} ended {self._rest:,} bytes too early", url=self._url)
        self._rest -= len(data)
        return memoryview(data)

    def close(self) -> None:
        self._file.close()


def locate(url: str) -> Location:
    """An object is where its URL says; nobody is asked. Raises InvalidInput, and MissingExtra with what to install."""
    match = _parts(url)
    require(MODULES[match["scheme"]], match["scheme"], f"{MODULES[match['scheme']]}, which reads {match['scheme']}://,")
    return Location(url)


def open_at(location: Location, offset: int, validator: str, end: int | None = None) -> ObjectStream:
    """Open an object at `offset` up to `end` (exclusive); at 0 if it is another one than `validator` says, or shorter.

    Raises Unreachable, BadStatus, and FileRefused if it is kept back from whoever asks.
    """
    match = _parts(location.url)
    with _told(location.url):
        files, info = _asked(match["scheme"], match["path"])
        if info.get("type") != "file":
            raise FileNotFoundError(location.url)
        found = Found(int(info["size"]), _validator(info))
        if offset > found.size or (validator and validator != found.validator):
            offset, end = 0, None
        # Cache "none": the stream keeps a block itself, and another one would only be copied.
        file = files.open(match["path"], "rb", block_size=BLOCK, cache_type="none")
        return ObjectStream(file, location.url, offset, min(end or found.size, found.size), found)


def _parts(url: str) -> re.Match[str]:
    match = FORM.match(url)
    if match is None:
        raise InvalidInput(f"{url!r} is no object", expected="s3://BUCKET/KEY or gs://BUCKET/KEY")
    return match


def _asked(scheme: str, path: str) -> tuple[Any, dict[str, Any]]:
    """Return the file system that may see an object, and what it says of it."""
    make: Callable[..., Any] = partial(FILE_SYSTEMS[scheme])
    files = make(anonymous=settings.current().anonymous)
    try:
        return files, files.info(path)
    except Exception as error:
        if type(error).__name__ not in NO_CREDENTIALS:
            raise
    files = make(anonymous=True)
    return files, files.info(path)


def _s3(*, anonymous: bool) -> Any:  # noqa: ANN401  fsspec has no types
    from s3fs import S3FileSystem

    named = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or None
    timeouts = {"connect_timeout": CONNECT_TIMEOUT, "read_timeout": READ_TIMEOUT}
    return S3FileSystem(anon=anonymous, endpoint_url=named, use_listings_cache=False, config_kwargs=timeouts)


def _gs(*, anonymous: bool) -> Any:  # noqa: ANN401
    from gcsfs import GCSFileSystem

    # Named, although gcsfs reads the variable itself: file systems are kept by their arguments.
    named = os.environ.get("STORAGE_EMULATOR_HOST") or None
    return GCSFileSystem(token="anon" if anonymous else None, endpoint_url=named, use_listings_cache=False)


FILE_SYSTEMS: dict[str, Callable[..., Any]] = {"s3": _s3, "gs": _gs}


def _validator(info: dict[str, Any]) -> str:
    """Return what tells this state of an object, as a strong ETag is written; "" if the server tells nothing."""
    told = str(info.get("generation") or info.get("ETag") or info.get("etag") or "").strip('"')
    return f'"{told}"' if told else ""


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what can go wrong into our own errors."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadStatus(MISSING, url=url) from error
    except PermissionError as error:
        raise _refused(url, error) from error
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise BadStatus(BUSY, url=url) from error
        raise _unreachable(url, error) from error
    except (InvalidInput, BadStatus, Unreachable, FileRefused):
        raise
    except Exception as error:  # botocore's, aiohttp's and Google's errors have no root in common
        raise _unreachable(url, error) from error


def _refused(url: str, error: Exception) -> FileRefused:
    return FileRefused(
        f"{url} is not given out: {_reason(error)}",
        url=url,
        expected="the object",
        found=f"status {FORBIDDEN}",
        hint="look at the credentials of this machine; HUB_ANONYMOUS=1 reads public objects without any",
    )


def _unreachable(url: str, error: Exception) -> Unreachable:
    return Unreachable(f"{url} cannot be read ({_reason(error)})", url=url)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}".rstrip(": ")
