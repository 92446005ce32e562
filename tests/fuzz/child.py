"""The process in which hostile inputs are read: limited, watched, and without anything of value in reach.

    python child.py GROUP FIRST MUTATIONS FOLDER

It says on its output, a line of JSON each: which input it begins, and what became of it; and last, what it took.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import stat
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzz.cases import Group, Input
    from fuzz.watching import Watch

ADDRESSES = 3 << 30
"""Bytes that a process may ask for beyond what it has when all is imported."""
FILE = 256 << 20
SECONDS = 30
MB = 1 << 20


def main() -> None:
    """Try all inputs of a group from the one of a number on."""
    group_name, first, mutations, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    from fuzz.groups import GROUPS
    from fuzz.watching import Watch

    group, trial = GROUPS[group_name], Trial(folder, _canaries(folder))
    watch = Watch(trial.work)
    watch.begin()
    for each in group.sound(folder / "outside"):
        trial.tried(each, group, watch)
    before = _peak()
    watch.knows_modules()
    _limit()
    for number, each in enumerate(_inputs(group, folder, mutations)):
        if number >= first:
            _say(begun=each.name, number=number)
            start = time.monotonic()
            said = trial.tried(each, group, watch)
            _say(**said, seconds=time.monotonic() - start)
    _say(peak_mb=(_peak() - before) / MB)


def _inputs(group: Group, folder: Path, mutations: int) -> Iterator[Input]:
    from fuzz.mutated import mutated

    made = list(group.made(folder / "outside"))
    yield from made
    yield from mutated([*group.sound(folder / "outside"), *made], mutations)


class Trial:
    """The folder in which inputs are tried, and what else there is."""

    def __init__(self, folder: Path, canaries: Callable[[], object]) -> None:
        self.work = folder / "work"
        self._canaries = canaries

    def tried(self, given: Input, group: Group, watch: Watch) -> dict[str, Any]:
        """Return what became of an input at each door."""
        shutil.rmtree(self.work, ignore_errors=True)
        path, before = self.work / "in" / given.file, self._canaries()
        path.parent.mkdir(parents=True)
        path.write_bytes(given.data)
        watch.writes.clear()
        watch.runs.clear()
        ends = [self._at(door, path, watch) for door in group.doors]
        writes = [*watch.writes, *self._odd_files()]
        if self._canaries() != before:
            writes.append("a file outside was changed")
        return {"ended": given.name, "ends": ends, "writes": writes, "runs": list(watch.runs)}

    def _at(self, door: Callable[[Path, Path], object], path: Path, watch: Watch) -> str:
        from hub.errors import HubError

        into = self.work / "into" / door.__name__
        into.mkdir(parents=True)
        signal.alarm(SECONDS)
        watch.looking = True
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                door(path, into)
        except HubError as error:
            str(error)
            return type(error).__name__
        except BaseException:  # noqa: BLE001  # whatever it is, it is a crash and is reported
            return f"crash at {door.__name__}: {traceback.format_exc()[-1500:]}"
        finally:
            watch.looking = False
            signal.alarm(0)
        return "read"

    def _odd_files(self) -> Iterator[str]:
        for name in _all(self.work):
            mode = os.lstat(name).st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) or mode & 0o7000:
                yield f"{name!r} is no plain file"


def _canaries(folder: Path) -> Callable[[], object]:
    """Put files where inputs try to write; return what tells their state."""
    outside = folder / "outside"
    outside.mkdir(parents=True, exist_ok=True)
    (outside / "canary.txt").write_text("sings")
    (folder / "canary.txt").write_text("sings")

    def state() -> object:
        found = [*_all(outside), *(str(path) for path in folder.iterdir() if path.name not in ("work", "errors"))]
        return sorted((name, os.lstat(name).st_mode, os.lstat(name).st_size, os.lstat(name).st_mtime_ns) for name in found)

    return state


def _all(folder: Path) -> Iterator[str]:
    for top, folders, files in os.walk(folder):
        yield from (f"{top}/{name}" for name in (*folders, *files))


def _limit() -> None:
    has = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (has + ADDRESSES, has + ADDRESSES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _say(**what: object) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
