"""Doors: how ranges of an object are asked for, by the scheme of its address.

`s3` goes through s3fs and is asked under the condition that the object still has its ETag. `https`, `http`, `gs` and
`file` are opened as all sources are, with their tokens and log-ins. Any other scheme that fsspec has a file system for
is read through that, which knows no conditions: there a look before and one behind each range take their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from hub import sources
from hub.errors import BadStatus, IntegrityError, InvalidInput, Unreachable
from hub.extras import require
from hub.sources import SCHEMES, s3
from hub.sources.base import shown

if TYPE_CHECKING:
    from hub.sources.base import Stream

CHANGED = 412
MISSING = 404


@dataclass(frozen=True, slots=True)
class State:
    """Which object it is that an address names: its size, and what every write changes; "" if the server tells none."""

    size: int
    validator: str


class Replaced(IntegrityError):
    """An object is another one than when it was opened."""


class Door(Protocol):
    """Where ranges are asked for; both raise SourceError."""

    def state(self, url: str) -> State:
        """Return what is at an address now."""

    def read(self, url: str, start: int, stop: int, state: State) -> bytes:
        """Return the bytes from `start` up to `stop`. Raises Replaced if it is another object by now."""


def door(url: str) -> Door:
    """Return the door of an address. Raises InvalidInput for a scheme that nobody knows, and MissingExtra."""
    scheme = urlsplit(url).scheme
    if scheme == "s3":
        s3.locate(url)
        return _S3()
    if not scheme:
        raise InvalidInput(f"{url!r} is no address of an object", expected="s3://BUCKET/KEY, https://... and the like")
    return _Source() if scheme in SCHEMES else _FileSystem(url)


def replaced(url: str) -> Replaced:
    """Return the error to raise for an object that has changed."""
    return Replaced(
        f"{shown(url)} was replaced while it was read",
        expected="the object that was there when it was opened",
        found="another one",
        hint="open it anew; nothing of the new one was used",
    )


class _S3:
    def state(self, url: str) -> State:
        return State(*s3.stated(url))

    def read(self, url: str, start: int, stop: int, state: State) -> bytes:
        try:
            return s3.read_range(url, start, stop, state.validator)
        except BadStatus as error:
            if error.status in (CHANGED, MISSING):
                raise replaced(url) from error
            raise


class _Source:
    def state(self, url: str) -> State:
        stream = sources.open_at(sources.locate(url), 0, "", 1)
        try:
            if stream.total is None:
                raise Unreachable(f"{shown(url)} does not say how large it is", url=shown(url))
            return State(stream.total, stream.validator)
        finally:
            stream.close()

    def read(self, url: str, start: int, stop: int, state: State) -> bytes:
        try:
            stream = sources.open_at(sources.locate(url), start, state.validator, stop)
        except BadStatus as error:
            if error.status == MISSING:
                raise replaced(url) from error
            raise
        try:
            if (stream.offset, stream.total, stream.validator) != (start, state.size, state.validator):
                raise replaced(url)
            return _exactly(stream, stop - start, url)
        finally:
            stream.close()


def _exactly(stream: Stream, count: int, url: str) -> bytes:
    data = bytearray(count)
    view = memoryview(data)
    done = 0
    while done < count and (got := stream.readinto(view[done:])):
        done += got
    if done < count:
        raise Unreachable(f"{shown(url)} ended {count - done:,} bytes too early", url=shown(url))
    return bytes(data)


class _FileSystem:
    def __init__(self, url: str) -> None:
        require("fsspec", "s3", "fsspec, which reads addresses of this kind,")
        import fsspec

        try:
            self._files, self._path = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise InvalidInput(
                f"cannot read from {shown(url)}", expected=f"{', '.join(SCHEMES)}, or what fsspec knows", found=error
            ) from error

    def state(self, url: str) -> State:
        found = self._info(url)
        return State(int(found["size"]), str(self._files.ukey(self._path)))

    def read(self, url: str, start: int, stop: int, state: State) -> bytes:
        try:
            data: bytes = self._files.cat_file(self._path, start=start, end=stop)
        except OSError as error:
            raise Unreachable(f"{shown(url)} cannot be read: {error}", url=shown(url)) from error
        if self.state(url) != state:
            raise replaced(url)
        if len(data) != stop - start:
            raise Unreachable(f"{shown(url)} gave fewer bytes than were asked for", url=shown(url))
        return data

    def _info(self, url: str) -> Any:  # noqa: ANN401  fsspec has no types
        try:
            return self._files.info(self._path)
        except FileNotFoundError as error:
            raise BadStatus(MISSING, url=shown(url)) from error
        except OSError as error:
            raise Unreachable(f"{shown(url)} cannot be read: {error}", url=shown(url)) from error
