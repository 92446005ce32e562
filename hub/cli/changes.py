"""What changes in a lockfile, in lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.progress import human_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.lockfile import Lockfile
    from hub.lockfile.differences import Difference

MARKS = {"added": "+", "removed": "-", "changed": "~"}
DIGITS = 12
"""Of a digest; enough to tell two apart by eye."""


def told(found: Iterable[Difference]) -> list[str]:
    """Return a line for each change; those of requirements only where nothing else tells of them."""
    found = list(found)
    told_of = {each.name.partition(" ")[0] for each in found if each.key != "required"}
    kept = [each for each in found if each.key != "required" or _base(each.name) not in told_of]
    return [f"{MARKS[each.change]} {each.name}: {_what(each)}" for each in kept]


def summary(lock: Lockfile) -> str:
    """Return how much a lockfile pins."""
    files = sum(len(entry.artifacts) for entry in lock.entries)
    names = len({entry.name for entry in lock.entries})
    size = human_bytes(sum(entry.size for entry in lock.entries))
    return f"{names} name{'s' * (names != 1)}, {files} file{'s' * (files != 1)}, {size} pinned"


def _base(name: str) -> str:
    return name.partition(" ")[0].partition("@")[0]


def _what(each: Difference) -> str:
    if each.key == "required":
        return "asked for" if each.change == "added" else "no longer asked for"
    if each.key == "card":
        return each.after
    if each.key == "files":
        return each.before or each.after
    if each.key == "version":
        return f"{each.before} -> {each.after}"
    if each.key == "sources":
        return f"{each.file}: other sources"
    digest = "" if each.key == "size" else f"{each.key}:"
    values = [f"{digest}{value[:DIGITS]}" for value in (each.before, each.after) if value]
    return f"{each.file}: {' -> '.join(values) or 'sha256 known once it is fetched'}"
