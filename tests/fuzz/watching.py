"""What a process does while it reads a hostile input: every write, every start of a program, every connection."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from hub.archives.converting import PROGRAM

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

# What changes a file system: event -> the places of paths among its arguments, and of the folder they count from.
CHANGES: dict[str, tuple[tuple[int, int], ...]] = {
    "os.mkdir": ((0, 2),),
    "os.rmdir": ((0, 1),),
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.truncate": ((0, -1),),
    "os.utime": ((0, 3),),
    "os.setxattr": ((0, -1),),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
    "shutil.move": ((1, -1),),
    "shutil.rmtree": ((0, 1),),
    "shutil.unpack_archive": ((1, -1),),
}
MAKERS = ("/typing.py", "/dataclasses.py", "/collections/__init__.py", "/enum.py", "/msgspec/_utils.py")
LINKS = ("os.link", "os.symlink")
OWN_NAME = "socket.gethostname"
"""What a process does to say who it is: it asks nobody."""

RUNS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
    "os.startfile",
    "pickle.find_class",
    "ctypes.dlopen",
    "cpython.run_command",
    "cpython.run_file",
    "code.__new__",
    "function.__new__",
    "webbrowser.open",
)


@lru_cache(maxsize=1 << 12)
def _real(folder: str) -> str:
    """perf: a file is made for each of thousands of members; links, which would change the answer, are refused."""
    return os.path.realpath(folder)


@dataclass
class Watch:
    """What was done against the rules while `looking`; `home` is the only place to write in."""

    home: Path
    looking: bool = False
    writes: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    known: frozenset[str] = frozenset()

    def begin(self) -> None:
        """Install the hook, which stays for as long as the process does."""
        sys.addaudithook(self._heard)

    def knows_modules(self) -> None:
        """Note which packages have been needed for sound inputs; all others are suspicious."""
        self.known = frozenset(name.partition(".")[0] for name in sys.modules) | frozenset({"encodings"})

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.looking:
            return
        if event == "open":
            self._opened(*arguments)
        elif event in CHANGES:
            self._changed(event, arguments)
        elif event in RUNS or (event.startswith("socket.") and event != OWN_NAME):
            if not (event == "subprocess.Popen" and PROGRAM in arguments[1]):
                self.runs.append(f"{event} {arguments!r}"[:200])
        elif event == "import" and str(arguments[0]).partition(".")[0] not in self.known:
            self.runs.append(f"import {arguments[0]}")
        elif event == "exec" and getattr(arguments[0], "co_filename", "").startswith("<string"):
            self._executed(arguments[0])

    def _executed(self, code: object) -> None:
        """Note what runs out of a string, unless it is the standard library that makes classes or reads annotations."""
        caller = sys._getframe(2).f_code.co_filename
        if not caller.endswith(MAKERS):
            self.runs.append(f"exec {code!r} by {caller}"[:200])

    def _opened(self, path: object, mode: object, flags: int) -> None:
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        if (writes or flags & WRITING) and not isinstance(path, int):
            self._written("open", path, -1)

    def _changed(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in LINKS:
            self.writes.append(f"{event} {arguments!r}"[:200])
        for place, folder in CHANGES[event]:
            given = arguments[folder] if 0 <= folder < len(arguments) else -1
            self._written(event, arguments[place], given if isinstance(given, int) else -1)

    def _written(self, event: str, path: object, folder: int) -> None:
        if path is None or isinstance(path, int):
            return
        plain = os.fsdecode(os.fspath(path))  # type: ignore[call-overload]  # what the system was given
        below = Path(f"/proc/self/fd/{folder}").readlink() if folder >= 0 else Path.cwd()
        above, last = os.path.split(f"{below}/{plain}" if not plain.startswith("/") else plain)
        real = os.path.realpath(above + "/" + last) if last in ("", ".", "..") else _real(above) + "/" + last
        if real != os.devnull and not Path(real).is_relative_to(self.home):
            self.writes.append(f"{event} {real}"[:200])
