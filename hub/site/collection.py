"""All cards of a folder, read once: those that are sound, and what is wrong with the others."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from hub.cards import read, read_api
from hub.cards.base import Text
from hub.cards.catalog import Activity, Category, Publication
from hub.errors import CardError, FormatError, HubError
from hub.evaluation import results
from hub.registry.folder import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hub.cards import Card
    from hub.cards.api import Library, Name
    from hub.evaluation.results import Results

    T = TypeVar("T")

API = "catalog/api"
"""The folder of the API index, a file a library."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A card with its place. The id is the name of its file."""

    kind: str
    id: str
    card: Card
    path: Path

    @property
    def reference(self) -> str:
        """As other cards name it: "<kind>/<id>"."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class Documented:
    """A name of the API index, with its library and that one's id, which is the name of its file."""

    id: str
    library: Library
    name: Name


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: a file, a key in it (empty for the whole file), and the message."""

    path: Path
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Measured:
    """A results file: what somebody has measured with `hub evaluate`."""

    results: Results
    path: Path


@dataclass(frozen=True)
class Collection:
    """The sound cards of `folder` by reference, in order of kind and id; the vocabularies; and the faults of the rest.

    `activity` is what was last seen of projects from outside; it is empty where nobody looked. `api` is the API index,
    libraries by the names of their files. `measured` are the results files, in the order of their names.
    """

    folder: Path
    entries: Mapping[str, Listed]
    categories: Mapping[str, Category]
    tags: Mapping[str, Text]
    activity: Activity
    api: Mapping[str, Library]
    faults: tuple[Fault, ...]
    measured: tuple[Measured, ...] = ()

    def of_kind(self, kind: str) -> list[Listed]:
        """Return all entries of a kind, in order of id."""
        return self._by_kind.get(kind, [])

    @property
    def kinds(self) -> list[str]:
        """The kinds of which there is at least one entry, in the order of the site."""
        return list(self._by_kind)

    @property
    def newest(self) -> list[Listed]:
        """All entries that say when they were added: the latest first, on one day each kind in turn.

        Much is added in a day; if one kind came after the other, the first would hide all others.
        """
        turn = {each.reference: number for kind in self.kinds for number, each in enumerate(self.of_kind(kind))}
        dated = [(day, each) for each in self.entries.values() if (day := each.card.added)]
        ordered = sorted(dated, key=lambda pair: (-pair[0].toordinal(), turn[pair[1].reference]))
        return [each for _, each in ordered]

    @cached_property
    def papers(self) -> dict[str, Listed]:
        """Papers by their address."""
        return {entry.card.url: entry for entry in self.of_kind("paper") if isinstance(entry.card, Publication)}

    @cached_property
    def documented(self) -> tuple[Documented, ...]:
        """All names of the API index, library by library."""
        return tuple(Documented(id_, library, name) for id_, library in self.api.items() for name in library.names)

    @cached_property
    def _by_kind(self) -> dict[str, list[Listed]]:
        found: dict[str, list[Listed]] = {}
        for entry in self.entries.values():
            found.setdefault(entry.kind, []).append(entry)
        return found


def load(folder: Path) -> Collection:
    """Return the cards below `folder`: `datasets/`, `models/` and `catalog/`, each of which may be missing.

    Raises HubError if there is none of them.
    """
    if not any((folder / each).is_dir() for each in FOLDERS.values()):
        raise HubError(
            "there are no cards",
            expected=f"one of {', '.join(FOLDERS.values())} in {folder}",
            found="none of them" if folder.is_dir() else "no such folder",
            hint="--cards names the folder that holds them",
        )
    faults: list[Fault] = []
    entries = {entry.reference: entry for entry in _entries(folder, faults)}
    catalog = folder / "catalog"
    measured = tuple(_measured(folder / results.FOLDER, faults))
    return Collection(
        folder,
        entries,
        _table(catalog / "categories.toml", dict[str, Category], faults) or {},
        _table(catalog / "tags.toml", dict[str, Text], faults) or {},
        _table(catalog / "activity.toml", Activity, faults) or Activity(),
        dict(_api(folder / API, faults)),
        tuple(faults),
        measured,
    )


def _measured(folder: Path, faults: list[Fault]) -> Iterator[Measured]:
    for path in sorted(folder.glob("*.json")):
        try:
            yield Measured(results.read(path), path)
        except FormatError as error:
            faults.append(Fault(path, "", str(error.found)))


def _entries(folder: Path, faults: list[Fault]) -> Iterator[Listed]:
    for kind, place in FOLDERS.items():
        for path in sorted((folder / place).glob("*.toml")):
            try:
                yield Listed(kind, path.stem, read(kind, path), path)
            except CardError as error:
                faults += [Fault(path, key, message) for key, message in error.faults]


def _api(folder: Path, faults: list[Fault]) -> Iterator[tuple[str, Library]]:
    for path in sorted(folder.glob("*.toml")):
        try:
            yield path.stem, read_api(path)
        except CardError as error:
            faults += [Fault(path, key, message) for key, message in error.faults]


def _table(path: Path, form: type[T], faults: list[Fault]) -> T | None:
    """Return a file of one table, or None if there is none; what is wrong with it becomes a fault."""
    if not path.is_file():
        return None
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), form)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        message, _, key = str(error).partition(" - at `$.")
        faults.append(Fault(path, key.rstrip("`"), message))
        return None
