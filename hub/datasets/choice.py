"""Choices: what options make of a card that holds several variants, or several targets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hub import readers
from hub.errors import InvalidInput
from hub.registry import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.cards import Artifact, DatasetCard, Split
    from hub.readers import Option, Options
    from hub.registry import DatasetEntry


@dataclass(frozen=True, slots=True)
class Choice:
    """One dataset of a card: the variant's splits and classes, and the reader's options."""

    id: str
    card: DatasetCard
    splits: Mapping[str, Split]
    classes: tuple[str, ...]
    options: Options
    target: tuple[str, ...] | None = None
    """The columns that are chosen to accompany the image, where the card leaves a choice."""

    def split(self, name: str) -> Split:
        """Return the split of that name with the files that it needs. Raises NotFound with what was probably meant."""
        if name not in self.splits:
            raise unknown(f"split of {self.id}", name, self.splits)
        split = self.splits[name]
        roles = readers.roles(self.card.reader, {**self.options, **split.options})
        if roles is None or set(roles) == set(split.files):
            return split
        # A part of the files has another number of samples.
        return msgspec.structs.replace(split, samples=None, files=_of_roles(name, split.files, roles))

    def artifacts(self, names: Sequence[str]) -> list[Artifact]:
        """Return the artifacts that the splits of these names are read from, each once."""
        files = (file for name in names for file in self.split(name).files.values())
        needed = {file.partition("#")[0] for file in files}
        return [artifact for artifact in self.card.artifacts if artifact.name in needed]


def _of_roles(split: str, files: Mapping[str, str], roles: Sequence[str]) -> dict[str, str]:
    for role in roles:
        if role not in files:
            raise unknown(f"class of the split {split}", role, files)
    return {role: files[role] for role in roles}


def choose(entry: DatasetEntry, options: Mapping[str, Option]) -> Choice:
    """Return what options make of a card. Raises NotFound or InvalidInput if one does not exist or fit."""
    card, identifier = entry.card, entry.id
    options = _as_here(card, options)
    known = {**card.options, **({"variant": ""} if card.variants else {})}
    given = {name: value for name, value in options.items() if card.target is None or name != card.target.option}
    for name, value in given.items():
        if name not in known:
            raise unknown(f"option of {identifier}", name, [*known, *([card.target.option] if card.target else [])])
        _refuse_misfit(name, value, known[name])
    chosen = {name: _frozen(given.get(name, value)) for name, value in card.options.items()}
    classes = next((field.classes for field in card.fields if field.classes), ())
    if not card.variants:
        target = _target(identifier, card, card.splits, options)
        return Choice(identifier, card, card.splits, classes, chosen, target)
    found = card.variants[_variant(identifier, card, given.get("variant", card.default_variant))]
    target = _target(identifier, card, found.splits, options)
    return Choice(identifier, card, found.splits, found.classes or classes, {**chosen, **found.options}, target)


def _as_here(card: DatasetCard, options: Mapping[str, Option]) -> Mapping[str, Option]:
    """Return the options with `variant` under that name, whatever the upstream class calls it."""
    theirs = card.upstream.variant
    if theirs not in options or theirs in card.options or "variant" in options:
        return options
    value = options[theirs]
    asked = "-".join(map(str, value)) if isinstance(value, tuple | list) else str(value)  # a pair of languages
    kept = {name: value for name, value in options.items() if name != theirs}
    return {**kept, "variant": card.upstream.names.get(asked, asked)}


def _refuse_misfit(name: str, value: Option, default: Option) -> None:
    """An option has the type of its default; several names may come as a list or be one, a path may be a Path."""
    wanted = type(default)
    fits = isinstance(value, list | tuple | str) if wanted is tuple else type(value) is wanted
    if not fits and not (wanted is float and type(value) is int) and not (wanted is str and isinstance(value, Path)):
        raise InvalidInput(
            f"option {name}={value!r} does not fit", expected=wanted.__name__, found=type(value).__name__
        )


def _frozen(value: Option) -> Option:
    if isinstance(value, Path):
        return str(value)
    return tuple(value) if isinstance(value, list) else value


def _target(
    identifier: str, card: DatasetCard, splits: Mapping[str, Split], options: Mapping[str, Option]
) -> tuple[str, ...] | None:
    """Return the columns that the target is made of, or None if the card leaves no choice."""
    if card.target is None:
        return None
    asked = options.get(card.target.option, card.target.default)
    names = [str(each) for each in (asked if isinstance(asked, list | tuple) else [asked])]
    fields = [split.fields for split in splits.values()]
    choices = {
        name: column
        for name, column in card.target.choices.items()
        if any(not each or column in each for each in fields)
    }
    for name in names:
        if name not in choices:
            raise unknown(f"{card.target.option} of {identifier}", name, choices)
    return tuple(choices[name] for name in names)


def _variant(identifier: str, card: DatasetCard, asked: Option) -> str:
    names = ", ".join(card.variants)
    if not asked:
        hint = f'load_dataset("{identifier}", variant="{next(iter(card.variants))}")'
        raise InvalidInput(f"{identifier} is several datasets", expected=f"variant: {names}", hint=hint)
    if asked not in card.variants:
        raise unknown(f"variant of {identifier}", str(asked), card.variants)
    return str(asked)
