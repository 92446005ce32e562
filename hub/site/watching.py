"""Cards that change while their site is looked at: by the times and sizes of files, which every file system tells."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from threading import Event

# Hub's own 600 cards take a hundredth of it to look at.
PAUSE = 0.5

PARTS = ("datasets", "models", "catalog")

State = frozenset[tuple[str, int, int]]


def state(folder: Path) -> State:
    """Return all that tells whether anything below the parts of a folder of cards has changed."""
    paths = (path for part in PARTS for path in (folder / part).rglob("*") if path.is_file())
    return frozenset((str(path), (seen := path.stat()).st_mtime_ns, seen.st_size) for path in paths)


def follow(folder: Path, before: State, make: Callable[[], None], end: Event) -> None:
    """Call `make` after every change since `before`, until `end` is set; what changes meanwhile is the next change."""
    while not end.wait(PAUSE):
        # An editor may just be replacing a file.
        with suppress(FileNotFoundError):
            now = state(folder)
            if now != before:
                before = now
                make()
