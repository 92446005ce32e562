"""Reading an object as a file: from anywhere in it, by as few and as large requests as will do."""

from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING

from hub import settings
from hub.errors import InvalidInput, OfflineError
from hub.objects.blocks import Blocks
from hub.objects.doors import State, door
from hub.objects.gathering import Gatherer, tried
from hub.sources.base import shown
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from typing import Self

    from _typeshed import WriteableBuffer


class ObjectFile(io.RawIOBase):
    """An object as a read-only file; any number of threads may use `pread`, `spans` and `ahead` at once.

    It pickles as its address and state, so that a worker reads the same object or none.
    """

    def __init__(
        self,
        url: str,
        state: State | None = None,
        home: Path | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        current = settings.current()
        self.url = url
        self._home = home or current.home
        way = door(url)
        _refuse_offline(url, offline=current.offline)
        self.state = state or tried(lambda: way.state(url), pause)
        blocks = Blocks.of(Layout(self._home), url, self.state, current.cache_limit)
        self._gatherer = Gatherer(url, way, self.state, blocks, pause)
        self._at = 0

    @property
    def size(self) -> int:
        """The bytes of the object."""
        return self.state.size

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes from `offset` on, fewer at the end. Raises Replaced and SourceError."""
        (found,) = self.spans([(offset, size)])
        return bytes(found)

    def spans(self, wanted: Sequence[tuple[int, int]]) -> list[bytes | memoryview]:
        """Return the bytes of each (offset, size), fetching what is missing of all of them at once."""
        return self._gatherer.spans(wanted)

    def ahead(self, wanted: Iterable[tuple[int, int]]) -> None:
        """Begin to fetch these (offset, size), which will be asked for soon; as many as fit into memory."""
        self._gatherer.ahead(wanted)

    @property
    def transferred(self) -> int:
        """The bytes that this process has fetched."""
        return self._gatherer.transferred

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, counted from the start, from here or from the end, and return where that is."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}
        if whence not in base or base[whence] + offset < 0:
            raise InvalidInput(f"no place in {shown(self.url)}", expected="one from 0 on", found=f"{offset} ({whence})")
        self._at = base[whence] + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill a buffer with what comes next and return how many bytes that was; 0 at the end."""
        view = memoryview(buffer).cast("B")
        (data,) = self.spans([(self._at, len(view))])
        view[: len(data)] = data
        self._at += len(data)
        return len(data)

    def readall(self) -> bytes:
        """Return all that comes next."""
        data = self.pread(max(0, self.size - self._at), self._at)
        self._at += len(data)
        return data

    def __enter__(self) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.url, self.state, self._home)


def opened(url: str) -> ObjectFile:
    """Open the object at an address for reading, kept in blocks in the store.

    Raises InvalidInput for another address, BadStatus if nothing is there, FileRefused and Unreachable, MissingExtra
    with what to install, and OfflineError.
    """
    return ObjectFile(url)


def _refuse_offline(url: str, *, offline: bool) -> None:
    if offline and not url.startswith("file:"):
        raise OfflineError(
            f"{shown(url)} cannot be read: HUB_OFFLINE is set",
            expected="a connection that may be opened",
            found="none",
            hint="unset HUB_OFFLINE, or get what is needed beforehand",
        )
