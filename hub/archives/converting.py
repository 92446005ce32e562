"""7z and rar, read as the tar that another process makes of them, while it makes it.

libarchive reads both, in one pass: the library behind the tar of FreeBSD, macOS and Windows, fuzzed all the time. It is
of C and the input is a stranger's, so it works in a process of its own, with a limit of memory: what brings it down
brings down nothing else. Nothing is written anywhere.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from hub.archives.limits import USUAL, Limits
from hub.errors import FormatError, MissingExtra
from hub.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

# Where this process looks for modules, so does the other; where it stands, it does not.
PROGRAM = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from hub.archives import tar_worker; tar_worker.main()"
)

NO_LIBRARY = 3
"""What the process ends with if the library is not there."""
BLOCK = 1 << 17
SAID = 500


@contextmanager
def as_tar(path: Path, *, nested: bool = False, limits: Limits = USUAL) -> Iterator[BinaryIO]:
    """Give a 7z or rar as a tar, to be read once from front to back.

    With `nested`, what archives of these kinds in it hold is in the tar in their place, in the folder that they lie in.

    Raises FormatError, also while it is read, if the archive is damaged or encrypted, UnsafeArchive if too much comes
    out of it, and MissingExtra if libarchive is not there.
    """
    require("libarchive", "archives", named="libarchive-c")
    depth = limits.nesting - 1 if nested else 0
    command = [sys.executable, "-c", PROGRAM, json.dumps(sys.path), str(path.absolute()), str(depth)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=-1, stderr=-1) as process:  # noqa: S603  # this Python
        try:
            made = cast("io.RawIOBase", _Made(process, path, limits))
            yield cast("BinaryIO", io.BufferedReader(made, BLOCK))
        finally:
            process.kill()


class _Made(io.RawIOBase):
    """What the process writes; its end is an end only if the process says so."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path, limits: Limits) -> None:
        super().__init__()
        self._process, self._path = process, path
        self._stream = cast("IO[bytes]", process.stdout)
        self._limits, self._packed, self._made = limits, path.stat().st_size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._stream.read(len(view))
        if not data:
            self._refuse_failure()
        self._made += len(data)
        self._limits.inflated(self._path.name, self._packed, self._made)
        view[: len(data)] = data
        return len(data)

    def _refuse_failure(self) -> None:
        said = cast("IO[bytes]", self._process.stderr).read(SAID).decode("utf-8", "replace").strip()
        code = self._process.wait()
        if code == NO_LIBRARY:
            raise MissingExtra(
                "libarchive is not installed",
                expected="the system's library",
                found=said,
                hint="apt install libarchive13, brew install libarchive or conda install libarchive",
            )
        if code:
            found = said or f"the process that read it ended with {code}"
            raise FormatError(f"{self._path.name} is damaged", path=self._path, expected="a 7z or rar", found=found)
