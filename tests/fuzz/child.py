"""The process in which hostile inputs are read: limited, watched, and without anything of value in reach.

    python child.py GROUP FIRST MUTATIONS MOST FOLDER

MUTATIONS are made beside those made by hand; of all, MOST are tried, evenly chosen (0: all), from number FIRST on.

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
    from collections.abc import Callable, Iterator, Sequence

    from fuzz.cases import Door, Input
    from fuzz.watching import Watch

ADDRESSES = 3 << 30
"""Bytes that a process may ask for beyond what it has when all is imported."""
FILE = 256 << 20
SECONDS = 60
MB = 1 << 20


def main() -> None:
    """Try all inputs of a group from the one of a number on."""
    first, mutations, most = map(int, sys.argv[2:5])
    folder = Path(sys.argv[5])
    from fuzz.groups import GROUPS
    from fuzz.watching import Watch

    made, doors, sound = GROUPS[sys.argv[1]].parts
    trial = Trial(folder, _canaries(folder))
    watch = Watch(trial.work)
    watch.begin()
    warming = list(sound(folder / "outside"))
    for each in warming:
        assert "read" in trial.tried(each, doors, watch)["ends"], f"{each.name} is not read"
    chosen = _chosen(list(made(folder / "outside")), warming, mutations, most)
    before = _peak()
    watch.knows_modules()
    _limit()
    for number, each in enumerate(chosen):
        if number >= first:
            _say(begun=each.name, number=number)
            start = time.monotonic()
            said = trial.tried(each, doors, watch)
            _say(**said, seconds=time.monotonic() - start)
    _say(peak_mb=(_peak() - before) / MB)


def _chosen(made: list[Input], sound: list[Input], mutations: int, most: int) -> list[Input]:
    from fuzz.mutated import mutated

    every = [*made, *mutated(sound, made, mutations)]
    return every[:: max(1, len(every) // most)] if most else every


class Trial:
    """The folder in which inputs are tried, and what else there is."""

    def __init__(self, folder: Path, canaries: Callable[[], object]) -> None:
        self.work = folder / "work"
        self.work.mkdir(exist_ok=True)
        self._canaries = canaries

    def tried(self, given: Input, doors: Sequence[Door], watch: Watch) -> dict[str, Any]:
        """Return what became of an input at each door."""
        shutil.rmtree(self.work, ignore_errors=True)
        path, before = self.work / "in" / given.file, self._canaries()
        path.parent.mkdir(parents=True)
        path.write_bytes(given.data)
        watch.writes.clear()
        watch.runs.clear()
        ends = [self._at(door, path, watch) for door in doors]
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
        return sorted(
            (name, os.lstat(name).st_mode, os.lstat(name).st_size, os.lstat(name).st_mtime_ns) for name in found
        )

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
