"""Surveys: what a folder of the user's own turns out to hold, where the card leaves splits and columns to it.

    <store>/prepared/<fingerprint>/survey.json    {"splits": {"train": {"image": "image", "label": "label"}},
                                                   "classes": [], "told": {}, "beside": [],
                                                   "witnesses": {"/photos": [time, size]}}

A survey is kept as long as nothing that was looked at has changed, as prepared tables are.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from hub import readers
from hub.cards import Field, Split
from hub.cards.base import Option  # noqa: TC001  msgspec reads the annotation
from hub.datasets import file_trees
from hub.errors import MissingFile
from hub.fetch.plans import dataset_owner, got_by_hand
from hub.readers import Surveyed
from hub.store.files import write_small
from hub.store.layout import Layout
from hub.trees.folder import settled, unchanged

if TYPE_CHECKING:
    from pathlib import Path

    from hub.cards import DatasetCard
    from hub.datasets.choice import Choice
    from hub.datasets.prepare import TreeInput
    from hub.settings import Settings


class Note(msgspec.Struct, frozen=True):
    """A survey as it is kept."""

    splits: dict[str, dict[str, str]]
    classes: tuple[str, ...]
    told: dict[str, Option]
    beside: tuple[str, ...]
    witnesses: dict[str, tuple[int, int]]


def surveyed(choice: Choice, path: Path | None, current: Settings) -> Choice:
    """Return the choice with the splits and columns that the data at `path` have, if its card names none.

    Raises MissingFile if nothing is there that is known, and InvalidInput if it can be understood in several ways.
    """
    if choice.splits:
        return choice
    if path is None:
        raise got_by_hand(dataset_owner(choice.id, choice.card), choice.card.manual)
    found = _survey(choice, path, Layout(current.home))
    splits = {
        name: Split(options={"split": name, **found.told}, fields=tuple(columns))
        for name, columns in found.columns.items()
    }
    card = msgspec.structs.replace(choice.card, fields=_fields(choice.card, found), splits=splits)
    return replace(choice, card=card, splits=splits, classes=found.classes or choice.classes)


def _survey(choice: Choice, path: Path, layout: Layout) -> Surveyed:
    source = _tree_input(choice.card, path, layout)
    target = layout.prepared(_fingerprint(choice, source.identity)) / "survey.json"
    note = _kept(target)
    if note is not None:
        return Surveyed(note.splits, note.classes, note.told, note.beside)
    tree, witnesses = source.make()
    found = readers.survey(choice.card.reader, tree, choice.options)
    seen = witnesses()
    if settled(seen):
        note = Note(dict(found.columns), found.classes, dict(found.told), found.beside, dict(seen))  # type: ignore[arg-type]  # mappings are dicts once written
        write_small(target, msgspec.json.encode(note).decode(), layout)
    return found


def _tree_input(card: DatasetCard, path: Path, layout: Layout) -> TreeInput:
    if path.is_dir():
        return file_trees.in_folder(card, Split(), path, file_trees.Workspace(layout), verify=False)
    if path.is_file():
        return file_trees.in_file(card, path, file_trees.Workspace(layout))
    raise MissingFile(f"{path} is not there", expected="a folder, a zip or a tar, or a file of text", found="nothing")


def _fingerprint(choice: Choice, identity: object) -> str:
    reader = choice.card.reader
    covered = ["survey", reader, readers.find(reader).VERSION, sorted(choice.options.items()), identity]
    return hashlib.sha256(msgspec.json.encode(covered)).hexdigest()


def _kept(target: Path) -> Note | None:
    try:
        note = msgspec.json.decode(target.read_bytes(), type=Note)
    except (FileNotFoundError, msgspec.DecodeError):  # a damaged one is made again
        return None
    return note if unchanged(note.witnesses) else None


def _fields(card: DatasetCard, found: Surveyed) -> tuple[Field, ...]:
    """Return the columns of all splits, each as the card describes it where it does."""
    described = {each.name: each for each in card.fields}
    kinds = {name: kind for columns in found.columns.values() for name, kind in columns.items()}
    fields = [described.get(name) or _field(name, kind, found) for name, kind in kinds.items()]
    return tuple(_named(each, found.classes) if each.kind == "label" else each for each in fields)


def _field(name: str, kind: str, found: Surveyed) -> Field:
    transformed = False if name in found.beside else None
    return Field(name=name, kind=kind, transformed=transformed)  # type: ignore[arg-type]  # a reader's own words


def _named(field: Field, classes: tuple[str, ...]) -> Field:
    return msgspec.structs.replace(field, classes=classes) if classes else field
