"""What `hub import` does with bundles, and says of them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from hub import settings
from hub.bundles import importing
from hub.cli.told import Told, files
from hub.errors import STEERING, InvalidInput
from hub.progress import human_bytes
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hub.bundles.importing import Outcome, Wanted
    from hub.lockfile import Entry
    from hub.progress import Progress


def run(place: Path, names: Sequence[str], progress: Progress, *, dry_run: bool) -> Told:
    """Bring a bundle, or a part of it, into the store, or say what would be; raises what reading one does."""
    current = settings.current()
    with _opened(place) as stream:
        where = "the bundle on standard input" if str(place) == "-" else place.name
        wanted, members = importing.read(stream, where, names, Layout(current.home))
        if dry_run:
            return _planned(wanted)
        outcome = importing.bring(wanted, members, current, progress)
    there = set(wanted.sizes) - set(outcome.lacking)
    rows = [_row(entry, there) for entry in wanted.entries]
    return Told(rows, list(_notes(outcome)), _table(wanted, there, outcome), outcome.require_all)


@contextmanager
def _opened(place: Path) -> Iterator[BinaryIO]:
    if str(place) != "-":
        with place.open("rb") as stream:
            yield stream
    elif sys.stdin.isatty():
        raise InvalidInput("no bundle is coming on standard input", expected="... | hub import -", found="a keyboard")
    else:
        yield sys.stdin.buffer


def _planned(wanted: Wanted) -> Told:
    rows = [_row(entry, wanted.there) for entry in wanted.entries]
    missing = wanted.missing
    notes = [f"to import: {files(len(missing))}, {human_bytes(sum(missing.values()))}"]
    if wanted.there:
        notes.append(f"in the store already: {files(len(wanted.there))}")
    return Told(rows, notes, _table(wanted, set(wanted.there)))


def _row(entry: Entry, there: set[str] | frozenset[str]) -> tuple[str, ...]:
    found = [artifact.size for artifact in entry.artifacts if artifact.sha256 in there]
    of = f"{len(found)} of {files(len(entry.artifacts))}"
    return (importing.title(entry), of, f"{human_bytes(sum(found))} of {human_bytes(entry.size)}")


def _notes(outcome: Outcome) -> Iterator[str]:
    there = len(outcome.wanted.there)
    size = sum(outcome.wanted.sizes[sha256] for sha256 in outcome.brought)
    if outcome.brought or not there:
        yield f"imported and verified: {files(len(outcome.brought))}, {human_bytes(size)}"
    if there:
        yield f"in the store already: {files(there)}"
    if outcome.further:
        few = STEERING.sub("?", ", ".join(name[:80] for name in outcome.further[:3]))
        yield f"left out, for hub.lock does not name them: {files(len(outcome.further))}: {few}"
    yield from outcome.notes
    if not outcome.lacking:
        yield from importing.doubts(outcome.wanted.entries)


def _table(wanted: Wanted, there: set[str], outcome: Outcome | None = None) -> dict[str, object]:
    names = [
        {
            "name": importing.title(entry),
            "files": sum(artifact.sha256 in there for artifact in entry.artifacts),
            "of": len(entry.artifacts),
            "bytes": entry.size,
        }
        for entry in wanted.entries
    ]
    brought = sorted(outcome.brought) if outcome else []
    missing = sorted(set(wanted.sizes) - there)
    return {"names": names, "imported": brought, "missing": missing, "left_out": outcome.further if outcome else []}
