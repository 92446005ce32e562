"""The order of things: files, cards, pages and lists by digest, and the index last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import msgspec

from hub.errors import HubError
from hub.progress import Silent
from hub.publish import datasets, drafts, listed, merging, models, pages, places
from hub.publish.listed import TOP, Index
from hub.publish.writing import Writing
from hub.site.collection import Listed as Entry
from hub.site.registry import cards as made_cards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.cards import ModelCard
    from hub.progress import Progress
    from hub.publish.drafts import Completed
    from hub.publish.listed import Changes
    from hub.publish.places import Place
    from hub.registry.listing import Listed

# Each time somebody else was faster; with a hundred publishers at once each is first once within so many.
TRIES = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was published, or would be: names, what was written and what was there already."""

    names: tuple[str, ...]
    address: str
    changed: bool
    written: tuple[str, ...] = ()
    """Paths of files that were written, but for the index, and for lists."""
    bytes_written: int = 0
    present: int = 0
    """How many files were there already."""


def publish(
    files: Sequence[Path],
    cards: Sequence[Path],
    to: str | Path,
    *,
    replace: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Make files, and the cards that describe them, part of the registry at `to`, a folder or s3://BUCKET/PREFIX.

    `cards` are drafts (see `drafts`) or folders of cards; the registry is made if there is none. What is there already
    is not written again. With `replace` a version or tag that is taken may become another one. With `dry_run` nothing
    is written.

    Raises CardError for a card that is wrong, InvalidInput for a name that is taken and files that no card is about,
    UnsafeWeights and FormatError for files that are not what they should be, and StoreError, SourceError and
    MissingExtra if the place cannot be written; then the registry is as it was.
    """
    told = progress or Silent()
    place = places.find(str(to), told.note)
    given = drafts.Given.of(files, told)
    found = drafts.read(cards, given)
    with TemporaryDirectory(prefix="hub-publish-") as work:
        complete = [_completed(draft, given, Path(work) / str(number)) for number, draft in enumerate(found)]
        given.require_all_used(found)
        writing = Writing(place, told, dry=dry_run)
        return _published(complete, writing, replace=replace)


def _completed(draft: drafts.Draft, given: drafts.Given, work: Path) -> Completed:
    if draft.kind == "dataset":
        work.mkdir()
        return datasets.complete(draft, given, work)
    if draft.kind == "model":
        return models.complete(draft, given)
    return drafts.completed(draft, draft.table, ())


def _published(found: Sequence[Completed], writing: Writing, *, replace: bool) -> Outcome:
    """Write what is missing and switch the index; again from what others have listed, where they were faster."""
    place = writing.place
    for _ in range(TRIES):
        index = Index.of(place)
        changes, small = _changes(found, index, place, replace=replace)
        data = _written(found, small, changes, index, writing) if changes else index.state.data
        if writing.dry or place.switch(index.state, data):
            return _outcome(found, writing, changed=bool(changes))
    raise HubError(
        f"the index of {place.address} changed {TRIES} times while it was to be written",
        expected="a moment in which nobody else publishes",
        hint="run the same command again: the files are there already",
    )


def _written(
    found: Sequence[Completed], small: Mapping[str, bytes], changes: Changes, index: Index, writing: Writing
) -> bytes:
    """Return the index after a change, once all that it names is there: files, cards and pages, then lists."""
    writing.large({TOP + each.published: each for one in found for each in one.files})
    writing.small({TOP + path: data for path, data in small.items()})
    if not index.state.data:
        writing.small(_schemas())
    if not writing.dry:
        pages.write_front(writing.place)
    data, lists = index.changed(changes)
    writing.small({TOP + path: each for path, each in lists.items()})
    return data


@cache
def _schemas() -> dict[str, bytes]:
    return {TOP + path: data for path, data in made_cards.schemas().items()}


def _changes(
    found: Sequence[Completed], index: Index, place: Place, *, replace: bool
) -> tuple[Changes, dict[str, bytes]]:
    """Return the entries that are new or change, and path -> bytes of their cards and pages."""
    changes: dict[tuple[str, str], Listed] = {}
    small: dict[str, bytes] = {}
    for one in found:
        kind, name = one.draft.kind, one.draft.id
        old = changes.get((kind, name)) or _with_version(index.find(kind, name), kind, place)
        entry, files = _entry(one, old, place, replace=replace)
        if old is None or (entry.sha256, entry.earlier) != (old.sha256, old.earlier):
            merging.require_names_free(entry, lambda called, kind=kind: index.known_as(kind, called))  # type: ignore[misc]
            changes[kind, name] = entry
            small |= files
    return changes, small


def _with_version(old: Listed | None, kind: str, place: Place) -> Listed | None:
    """Return an entry with its version, which `hub registry build` does not list."""
    if old is None or old.version or kind != "dataset":
        return old
    return msgspec.structs.replace(old, version=str(listed.table(place, old).get("version", "")))


def _entry(one: Completed, old: Listed | None, place: Place, *, replace: bool) -> tuple[Listed, dict[str, bytes]]:
    kind, name = one.draft.kind, one.draft.id
    table = listed.table(place, old) if old is not None and kind == "model" else None
    card = merging.merged_card(one.card, table, kind, replace=replace)
    data = made_cards.as_json(card)
    path = f"{kind}s/{listed.sha256(data)}/{name}"
    made = made_cards.listed(made_cards.Made(Entry(kind, name, card, one.draft.path), f"{path}.json", data))
    entry = msgspec.structs.replace(made, version=merging.version_of(card))
    if old is not None and kind == "dataset":
        entry = merging.with_versions(entry, old, replace=replace)
    elif old is not None and kind != "model" and old.sha256 != entry.sha256 and not replace:
        raise merging.taken(name)
    return entry, {f"{path}.json": data, f"{path}.html": pages.of_card(kind, name, card)}


def _outcome(found: Sequence[Completed], writing: Writing, *, changed: bool) -> Outcome:
    names = tuple(name for one in found for name in _names(one))
    written = tuple(sorted(writing.done))
    return Outcome(names, writing.place.address, changed, written, sum(writing.done.values()), len(writing.present))


def _names(one: Completed) -> list[str]:
    """Return what `hub` takes behind the registry's name."""
    if one.draft.kind == "model":
        variants = cast("ModelCard", one.card).variants
        return [f"{each.name}@{weights.tag}" for each in variants for weights in each.weights] or [
            each.name for each in variants
        ]
    version = merging.version_of(one.card)
    return [f"{one.draft.id}@{version}" if version else one.draft.id]
