"""What the arguments of an upstream constructor mean: a split, and options of the card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from hub.errors import NotFound
from hub.registry import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hub.cards import DatasetCard
    from hub.readers import Option

SPLITS = {"True": "train", "False": "test"}
"""What a parameter such as `train` picks."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A split expression, "" for the only one, and options of the card."""

    split: str
    options: dict[str, Option]
    keep: Callable[[str], object] | None = None
    """Which files count, as a function of their path."""


def by_card(card: DatasetCard, arguments: Mapping[str, object]) -> Meaning:
    """Return what the card's table `upstream` makes of arguments; those that hub has no use for are left out."""
    arguments = dict(arguments)
    names = SPLITS | card.upstream.names
    variant = _word(arguments.pop(card.upstream.variant, ""))
    split = str(arguments.pop(card.upstream.split, ""))
    options = {name: cast("Option", value) for name, value in arguments.items() if _is_option(card, name, value)}
    if card.upstream.variant:
        options["variant"] = names.get(variant, variant)
    return Meaning(names.get(split, _spelled(card, split)), options)


def _word(value: object) -> str:
    """Return a value as the name of a variant; a pair of languages is `de-en`."""
    return "-".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _spelled(card: DatasetCard, split: str) -> str:
    """Return a split as the card writes it: some of torchvision's classes take capitals too."""
    return split.lower() if split.lower() in card.splits else split


def refuse_unknown(card: DatasetCard, parameter: str, value: object, there: Iterable[str]) -> None:
    """A word must be one of those known; what is more than a word is an expression, and read later."""
    known = [*there, *card.upstream.names]
    if isinstance(value, str) and value.replace("-", "_").isidentifier() and not {value, value.lower()} & set(known):
        valid = "{" + ", ".join(map(repr, known)) + "}"
        raise NotFound(
            f"Unknown value {value!r} for argument {parameter}. Valid values are {valid}.",
            hint=unknown(f"{parameter} of {card.upstream.name}", value, known).hint,
        )


def _is_option(card: DatasetCard, name: str, value: object) -> bool:
    """None is how torchvision leaves an option out; it also has parameters that change nothing here."""
    if card.target is not None and name == card.target.option:
        return True
    return name in card.options and value is not None
