"""What changes from one lockfile to the next, in words that people and programs read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.lockfile.model import Artifact, Entry, Lockfile

UNKNOWN = ""
"""Stands for a digest that only a transfer will tell."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: of a requirement, of an entry as a whole, or of one of its files.

    `change` is "added", "removed" or "changed"; `key` what differs ("required", "card", "version", "files",
    "sha256", "size", "md5", "sources").
    """

    change: str
    name: str
    key: str
    file: str = ""
    before: str = ""
    after: str = ""


def differences(before: Lockfile, after: Lockfile) -> list[Difference]:
    """Return what `after` has that `before` has not, and the other way round, in the order of the names."""
    return [*_of_requires(before, after), *_of_entries(before, after)]


def _of_requires(before: Lockfile, after: Lockfile) -> Iterator[Difference]:
    for each in sorted({*before.requires} ^ {*after.requires}, key=str):
        yield Difference("added" if each in after.requires else "removed", str(each), "required")


def _of_entries(before: Lockfile, after: Lockfile) -> Iterator[Difference]:
    old, new = ({entry.owner: entry for entry in lock.entries} for lock in (before, after))
    moved = _moved(old, new)
    for owner in sorted(old.keys() | new.keys()):
        if owner in moved.values():
            continue  # told together with what it takes the place of
        if owner in moved:
            later = new[moved[owner]]
            yield Difference("changed", later.name, "version", before=old[owner].version, after=later.version)
        elif owner not in old:
            yield Difference("added", str(new[owner]), "files", after=_amount(new[owner]))
        elif owner not in new:
            yield Difference("removed", str(old[owner]), "files", before=_amount(old[owner]))
        else:
            yield from _of_files(old[owner], new[owner])


def _moved(old: dict[str, Entry], new: dict[str, Entry]) -> dict[str, str]:
    """Return owner -> later owner, where one version of a thing has taken the place of another."""
    gone = {(each.kind, each.name): owner for owner, each in old.items() if owner not in new}
    come = {(each.kind, each.name): owner for owner, each in new.items() if owner not in old}
    return {gone[key]: come[key] for key in gone.keys() & come.keys()}


def _amount(entry: Entry) -> str:
    from hub.progress import human_bytes

    count = len(entry.artifacts)
    size = human_bytes(entry.size) if all(each.sha256 for each in entry.artifacts) else "size known once fetched"
    return f"{count} file{'s' * (count != 1)}, {size}"


def _of_files(before: Entry, after: Entry) -> Iterator[Difference]:
    old, new = before.by_name, after.by_name
    for file in sorted(old.keys() | new.keys()):
        if file not in old:
            yield Difference("added", str(after), "sha256", file, after=new[file].sha256)
        elif file not in new:
            yield Difference("removed", str(after), "sha256", file, before=old[file].sha256)
        else:
            yield from _of_file(str(after), old[file], new[file])


def _of_file(name: str, old: Artifact, new: Artifact) -> Iterator[Difference]:
    for key in ("sha256", "size", "md5"):
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            yield Difference("changed", name, key, old.name, str(before or ""), str(after or ""))
            return  # size and MD5 follow from the digest
    if old.sources != new.sources:
        hosts = (", ".join(source.url for source in each.sources) for each in (old, new))
        yield Difference("changed", name, "sources", old.name, *hosts)
