"""Inflating gzip, bzip2, xz and Zstandard: as bytes arrive, or as a file that is read.

Streams of one kind that follow each other are one. Behind the last one gzip and Zstandard allow zeros, bzip2 and xz
allow anything, as the standard library does. No more than `AT_ONCE` bytes are made at a time, whatever a block of input
holds: 64 KB of bzip2 can be gigabytes.
"""

from __future__ import annotations

import bz2
import io
import lzma
import sys
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

# isal: three times the speed of zlib.
from isal import igzip_lib

from hub.archives.damage import damage_told
from hub.archives.limits import USUAL, Limits
from hub.errors import FormatError, InvalidInput
from hub.extras import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import WriteableBuffer

AT_ONCE = 1 << 20
"""Bytes that are made at once."""

BLOCK = 1 << 17
"""Bytes of input that a file is read by."""

XZ_MEMORY = 1 << 30
"""Bytes that a stream of xz may ask for; its largest preset, -9, takes 65 MB."""


class Decompressor(Protocol):
    """One stream, as in the standard library."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more input."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind the end."""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        """Return what comes out of more input."""


def _gzip() -> Decompressor:
    made: object = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return cast("Decompressor", made)


def _xz() -> Decompressor:
    return cast("Decompressor", lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY))


def _zstandard() -> Decompressor:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        # backports.zstd: the module of Python 3.14 for earlier ones, by its author.
        require("backports.zstd", "archives")
        from backports import zstd
    return _Zstandard(zstd.ZstdDecompressor(), zstd.ZstdError)


class _Zstandard:
    """A stream of Zstandard, whose errors are those of the others: its library is loaded only where it is needed."""

    def __init__(self, stream: Decompressor, fault: type[Exception]) -> None:
        self._stream, self._fault = stream, fault

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return self._stream.needs_input

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        try:
            return self._stream.decompress(data, max_length)
        except self._fault as error:
            raise ValueError(str(error)) from error


MAKERS: dict[str, tuple[bytes, Callable[[], Decompressor]]] = {
    "gz": (b"\x1f\x8b", _gzip),
    "bz2": (b"BZh", cast("Callable[[], Decompressor]", bz2.BZ2Decompressor)),
    "xz": (b"\xfd7zXZ\x00", _xz),
    "zst": (b"\x28\xb5\x2f\xfd", _zstandard),
}
SKIPPED = b"\x2a\x4d\x18"
"""Bytes 1 to 3 of a frame of Zstandard that holds notes."""

RUBBISH_ALLOWED = ("bz2", "xz")


def inflating(how: str, name: str = "the stream", path: object = None, *, limits: Limits = USUAL) -> Inflater:
    """Return what inflates bytes as they arrive; `how` is "gz", "bz2", "xz" or "zst".

    >>> import gzip
    >>> inflater = inflating("gz")
    >>> b"".join(inflater.feed(gzip.compress(b"Hello, "))) + b"".join(inflater.feed(gzip.compress(b"world")))
    b'Hello, world'
    >>> inflater.end()

    Its methods raise FormatError, naming `name` and `path`, for what is damaged or ends early, and UnsafeArchive for
    more than `limits` allow. Raises InvalidInput for another `how`.
    """
    if how not in MAKERS:
        raise InvalidInput(f"{how!r} is no way to inflate", expected=", ".join(MAKERS), found=repr(how))
    return Inflater(how, name, path, limits)


class Inflater:
    """Inflates what arrives in blocks of any size."""

    def __init__(self, how: str, name: str, path: object, limits: Limits) -> None:
        self._how, self._name, self._path, self._limits = how, name, path, limits
        self._magic, self._make = MAKERS[how]
        self._stream: Decompressor | None = None
        self._begun = 0  # streams
        self._held = b""  # between streams: too short to tell what it is
        self._over = False  # behind the last stream
        self.taken = self.made = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what more bytes are inflated to, at most `AT_ONCE` at a time. It must be read to its end."""
        self.taken += len(data)
        left = data
        while not self._over:
            if self._stream is None:
                left = self._begin(self._held + left)
                if self._stream is None:
                    return
            with damage_told(self._name, self._path):
                made = self._stream.decompress(left, AT_ONCE)
            if made:
                self.made += len(made)
                self._limits.inflated(self._name, self.taken, self.made)
                yield made
            left = b""
            if self._stream.eof:
                left, self._stream = self._stream.unused_data, None
            elif self._stream.needs_input:
                return

    def end(self) -> None:
        """Tell that nothing more comes. Raises FormatError if a stream has not ended, or none has begun."""
        if self._over or self._is_complete():
            return
        raise FormatError(
            f"{self._name} is damaged: it ends too early",
            path=self._path,
            expected=f"the end of what is packed as {self._how}",
            found=f"nothing behind byte {self.taken}",
        )

    def _is_complete(self) -> bool:
        if self._begun and self._how in RUBBISH_ALLOWED:
            return self._stream is None
        # gzip makes nothing of nothing.
        return self._stream is None and not self._held and bool(self._begun or (not self.taken and self._how == "gz"))

    def _begin(self, data: bytes) -> bytes:
        """Begin the next stream if bytes are of one; return those that are its own."""
        data = data.lstrip(b"\0") if self._begun else data
        self._held = b""
        if self._begins(data):
            with damage_told(self._name, self._path):
                self._stream = self._make()
            self._begun += 1
            return data
        if len(data) < len(self._magic) and (self._magic.startswith(data) or self._how == "zst"):
            self._held = data
        elif self._begun and self._how in RUBBISH_ALLOWED:
            self._over = True
        else:
            raise FormatError(
                f"{self._name} is damaged: this is not packed as {self._how}",
                path=self._path,
                expected=self._magic.hex(" "),
                found=data[: len(self._magic)].hex(" "),
            )
        return b""

    def _begins(self, data: bytes) -> bool:
        return data.startswith(self._magic) or (self._how == "zst" and data[1:4] == SKIPPED and data[0] >> 4 == 5)  # noqa: PLR2004  # 50 to 5f


def inflated(source: BinaryIO, how: str, name: str, path: object, limits: Limits = USUAL) -> BinaryIO:
    """Return what is packed in a stream, from where it stands, as a file that can be read and sought in."""
    raw = Inflated(source, how, name, path, limits)
    return cast("BinaryIO", io.BufferedReader(raw, BLOCK))


class Inflated(io.RawIOBase):
    """A packed stream as a file; going back begins anew."""

    def __init__(self, source: BinaryIO, how: str, name: str, path: object, limits: Limits) -> None:
        super().__init__()
        self._source, self._start = source, source.tell() if source.seekable() else 0
        self._how, self._limits = how, limits
        self._name, self._path = name, path
        self._begin()

    def _begin(self) -> None:
        self._at, self._rest, self._ended = 0, memoryview(b""), False
        self._inflater = inflating(self._how, self._name, self._path, limits=self._limits)
        self._pieces: Iterator[bytes] = iter(())

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._source.seekable()

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        if not self._rest and not self._fill():
            return 0
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        self._at += size
        return size

    def _fill(self) -> bool:
        while not self._ended:
            for piece in self._pieces:
                self._rest = memoryview(piece)
                return True
            with damage_told(self._name, self._path):
                data = self._source.read(BLOCK)
            if data:
                self._pieces = self._inflater.feed(data)
            else:
                self._inflater.end()
                self._ended = True
        return False

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            self._pass_over(None)
        target = max(0, offset + (0, self._at, self._at)[whence])
        if target < self._at:
            self._source.seek(self._start)
            self._begin()
        self._pass_over(target - self._at)
        return self._at

    def _pass_over(self, count: int | None) -> None:
        """Go on by so many bytes, or to the end."""
        while count is None or count > 0:
            if not self._rest and not self._fill():
                return
            step = len(self._rest) if count is None else min(count, len(self._rest))
            self._rest = self._rest[step:]
            self._at += step
            count = None if count is None else count - step
