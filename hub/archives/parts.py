"""Part of something larger as a file of its own: where one is in it."""

from __future__ import annotations

import io


class Part(io.RawIOBase):
    """A file of `size` bytes that lies in something larger; whoever derives from it reads from `_at` on."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at
