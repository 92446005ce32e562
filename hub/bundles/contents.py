"""From names to what a bundle is to hold: every file by its digest, and in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub import lockfile
from hub.bundles.reading import sizes
from hub.errors import HubError, InvalidInput, StoreError
from hub.fetch import locking, syncing
from hub.lockfile import Lockfile
from hub.store import blobs, leases, shared
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hub.lockfile import Entry, Requirement
    from hub.progress import Progress
    from hub.settings import Settings


def of_names(requirements: Sequence[Requirement], settings: Settings, progress: Progress) -> Lockfile:
    """Return the files of these names, having fetched what is missing. What a project's lockfile pins, it pins here.

    The same names come to the same files in the same words, whatever was fetched when and from where.

    Raises NotFound, MissingFile for what has to be got by hand, and what `fetch` raises.
    """
    pinned = lockfile.read(settings.lockfile) if settings.lockfile else Lockfile()
    change, layout = locking.chosen(Lockfile(), requirements), Layout(settings.home)
    for each in change.planned(pinned, layout):
        if pinned.entry(each.entry.owner) is None:
            locking.made(each, settings, progress)
    # Once more, now that all is known: which source has worked is not the bundle's business.
    found = (each.entry for each in change.planned(pinned, layout))
    entries = locking.joined(pinned.entry(each.owner) or each for each in found)
    return _brought(Lockfile(requires=change.requires, entries=tuple(entries)), settings, progress)


def of_project(settings: Settings, progress: Progress) -> Lockfile:
    """Return all that the project's lockfile pins, having fetched what is missing."""
    if settings.lockfile is None:
        raise InvalidInput(
            "no name says what to export",
            expected="hub export FILE NAME..., or a project with a hub.lock",
            found="no hub.lock in this folder or above",
        )
    return _brought(lockfile.read(settings.lockfile), settings, progress)


def _brought(lock: Lockfile, settings: Settings, progress: Progress) -> Lockfile:
    layout = Layout(settings.home)
    leases.hold(layout, [each.sha256 for entry in lock.entries for each in entry.artifacts])
    needs = syncing.needs(lock, layout, shared.stores(settings.shared))
    for need in needs:
        syncing.bring(need, settings, progress)
    absent = [f"{each.name} of {need.entry}" for need in needs for each in need.by_hand]
    if absent:
        raise HubError(
            "files cannot be exported that only people can get",
            expected=", ".join(absent[:4]),
            found="not in the store",
            hint="get them by hand (hub info NAME says how), then `hub import FOLDER` takes them into the store",
        )
    return lockfile.in_order(msgspec.structs.replace(lock, entries=tuple(map(_without_paths, lock.entries))))


def located(lock: Lockfile, settings: Settings) -> dict[str, Path]:
    """Return sha256 -> where the file lies, in the store or a shared one. Raises StoreError if it has gone again."""
    layout, others = Layout(settings.home), shared.stores(settings.shared)
    found = {}
    for sha256, size in sizes(lock).items():
        path = blobs.find(layout, sha256, size) or shared.find(layout, others, sha256, size)
        if path is None:
            raise StoreError(
                f"{sha256} has gone from the store",
                expected=f"{size} bytes that were there a moment ago",
                hint="export once more: it is fetched anew",
            )
        found[sha256] = path
    return found


def _without_paths(entry: Entry) -> Entry:
    """Leave out sources on this machine's own disk: they say nothing to another one."""
    kept = (msgspec.structs.replace(each, sources=tuple(_abroad(each.sources))) for each in entry.artifacts)
    return msgspec.structs.replace(entry, artifacts=tuple(kept))


def _abroad(sources: Iterable[lockfile.Source]) -> Iterable[lockfile.Source]:
    return (source for source in sources if not source.url.startswith("file:"))


def expected(requirements: Sequence[Requirement], settings: Settings) -> Lockfile:
    """Return what the bundle would hold as far as cards, store and lockfile tell; touches no network.

    What only its bytes can tell has empty digests, and the size that its card states, or 0.
    """
    pinned = lockfile.read(settings.lockfile) if settings.lockfile else Lockfile()
    if not requirements:
        return pinned
    change = locking.chosen(Lockfile(), requirements)
    planned = change.planned(pinned, Layout(settings.home))
    return Lockfile(entries=tuple(locking.joined(map(locking.guessed, planned))))
