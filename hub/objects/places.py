"""The address of an object as if it were a path, for what names files by paths."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hub.objects.doors import Replaced
from hub.objects.reading import ObjectFile

# The containers of a dataset are few; each keeps some blocks in memory.
OPEN_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class ObjectPath:
    """An object, or what objects begin with, and the store (HUB_HOME) that keeps what is read of it.

    >>> table = ObjectPath("s3://bucket/v1/prepared/0f", Path("/home/me/.cache/hub"))
    >>> print(table / "../../blobs/sha256/ab", (table / "train.arrow").name, table.parent)
    s3://bucket/v1/blobs/sha256/ab train.arrow s3://bucket/v1/prepared
    """

    url: str
    home: Path

    @property
    def name(self) -> str:
        """The last part of the address."""
        return self.url.rpartition("/")[2]

    @property
    def parent(self) -> ObjectPath:
        """What the object lies in."""
        return ObjectPath(self.url.rpartition("/")[0], self.home)

    def __truediv__(self, name: str, /) -> ObjectPath | Path:
        """Return the path of what is called so, counted from here; an absolute path is one of this machine."""
        if Path(name).is_absolute():
            return Path(name)
        scheme, _, rest = self.url.partition("://")
        host, _, folder = rest.partition("/")
        return ObjectPath(f"{scheme}://{host}{posixpath.normpath(f'/{folder}/{name}')}", self.home)

    def pread(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes from `offset` on; raises what `ObjectFile.pread` does."""
        try:
            return self.file.pread(size, offset)
        except Replaced:
            _opened.cache_clear()  # whoever opens it anew shall find the new one
            raise

    @property
    def file(self) -> ObjectFile:
        """The object, open: the same one for the same path in one process."""
        return _opened(self)

    def __str__(self) -> str:
        return self.url


@lru_cache(maxsize=OPEN_AT_ONCE)
def _opened(path: ObjectPath) -> ObjectFile:
    return ObjectFile(path.url, home=path.home)
