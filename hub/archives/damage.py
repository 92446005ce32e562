"""What decompressors raise on damaged input, told in one way."""

from __future__ import annotations

import errno
import io
import lzma
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from isal import igzip_lib, isal_zlib

from hub.errors import FormatError, HubError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

# EOFError is a stream that ends too early. zipfile lets struct's error through, which is none of its own, as well as
# what says that a number or an offset of the archive makes no sense. isal's stub says an instance.
DAMAGE = (
    EOFError,
    cast("type[Exception]", igzip_lib.IsalError),
    cast("type[Exception]", isal_zlib.error),
    lzma.LZMAError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    ArithmeticError,
    LookupError,
    MemoryError,
    NotImplementedError,
    ValueError,
)


@contextmanager
def damage_told(name: str, path: object) -> Iterator[None]:
    """Raise FormatError for whatever decompressors raise within, when what they are given is damaged or ends early.

    Whoever reads a stream that a generator yields needs it: an error of the reader never passes through the generator.
    """
    try:
        yield
    except HubError:
        raise
    except DAMAGE as error:
        raise FormatError(f"{name} is damaged: {error}", path=path) from error
    except OSError as error:
        # A decompressor's has no number, and a place that cannot be is told of the archive; else the system failed.
        if error.errno not in (None, errno.EINVAL):
            raise
        raise FormatError(f"{name} is damaged: {error}", path=path) from error


def blocks_of(stream: BinaryIO, where: object, size: int) -> Iterator[bytes]:
    """Yield what is left of a stream, `size` bytes at a time. Raises FormatError if what it is packed in is damaged."""
    while True:
        with damage_told(str(where), where):
            data = stream.read(size)
        if not data:
            return
        yield data


class Told(io.RawIOBase):
    """A stream whose damage is told as `damage_told` does, whoever reads it."""

    def __init__(self, stream: BinaryIO, name: str, path: object) -> None:
        super().__init__()
        self._stream, self._name, self._path = stream, name, path

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        with damage_told(self._name, self._path):
            data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with damage_told(self._name, self._path):
            return self._stream.seek(offset, whence)

    def close(self) -> None:
        self._stream.close()
        super().close()
