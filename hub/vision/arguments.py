"""What the arguments of torchvision's constructors mean: a split, and options of the card."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hub.errors import InvalidInput
from hub.readers.class_folders import IMAGES

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


def meaning(card: DatasetCard, arguments: Mapping[str, object]) -> Meaning:
    """Return what a constructor's arguments mean; those that hub has no use for are left out."""
    special = SPECIAL.get(card.upstream.name)
    return special(arguments) if special else _by_card(card, dict(arguments))


def _by_card(card: DatasetCard, arguments: dict[str, object]) -> Meaning:
    """Return what the card's table `upstream` makes of them."""
    names = SPLITS | card.upstream.names
    variant = str(arguments.pop(card.upstream.variant, ""))
    split = str(arguments.pop(card.upstream.split, ""))
    options = {name: cast("Option", value) for name, value in arguments.items() if _is_option(card, name, value)}
    if card.upstream.variant:
        options["variant"] = names.get(variant, variant)
    return Meaning(names.get(split, _spelled(card, split)), options)


def _spelled(card: DatasetCard, split: str) -> str:
    """Return a split as the card writes it: some of torchvision's classes take capitals too."""
    return split.lower() if split.lower() in card.splits else split


def _is_option(card: DatasetCard, name: str, value: object) -> bool:
    """None is how torchvision leaves an option out; it also has parameters that change nothing here."""
    if card.target is not None and name == card.target.option:
        return True
    return name in card.options and value is not None


def _emnist(arguments: Mapping[str, object]) -> Meaning:
    """`split` is the arrangement there, and `train` the split."""
    train = bool(arguments.get("train", True))
    return Meaning(SPLITS[str(train)], {"variant": str(arguments["split"])})


def _qmnist(arguments: Mapping[str, object]) -> Meaning:
    """`what` is the split; without it `train` is."""
    split = arguments["what"] or SPLITS[str(bool(arguments["train"]))]
    return Meaning(str(split), {"compat": bool(arguments["compat"])})


def _folder(arguments: Mapping[str, object]) -> Meaning:
    """Files count by suffix, or else by a function."""
    keep = cast("Callable[[str], object] | None", arguments["is_valid_file"])
    suffixes = arguments.get("extensions", IMAGES if keep is None else None)
    if (suffixes is None) == (keep is None):
        raise InvalidInput(
            "files are told by their suffix or by a function",
            expected="extensions or is_valid_file",
            found="neither" if keep is None else "both",
        )
    every = cast("Option", EVERY if suffixes is None else suffixes)
    options = {"suffixes": (every,) if isinstance(every, str) else every, "allow_empty": arguments["allow_empty"]}
    return Meaning("", cast("dict[str, Option]", options), keep)


def _coco(arguments: Mapping[str, object]) -> Meaning:
    """Photos lie in `root`, and what is known about them anywhere."""
    return Meaning("all", {"variant": "own", "annFile": _absolute(arguments["annFile"])})


def _flickr(arguments: Mapping[str, object]) -> Meaning:
    """Photos lie in `root`, and the sentences on them anywhere."""
    return Meaning("", {"ann_file": _absolute(arguments["ann_file"])})


def _absolute(path: object) -> str:
    # Not resolved: behind a link the file may have another name.
    return str(Path(cast("str | Path", path)).expanduser().absolute())


EVERY = ("",)
"""Suffixes that all names have."""


def _lsun(arguments: Mapping[str, object]) -> Meaning:
    """`classes` is a split, or databases of one: "bedroom_train" and so on."""
    classes = arguments["classes"]
    if isinstance(classes, str):
        return Meaning(classes, {})
    names = tuple(map(str, cast("Iterable[object]", classes)))
    return Meaning(names[0].rpartition("_")[2] if names else "train", {"classes": names})


SPECIAL: dict[str, Callable[[Mapping[str, object]], Meaning]] = {
    "CocoCaptions": _coco,
    "CocoDetection": _coco,
    "DatasetFolder": _folder,
    "EMNIST": _emnist,
    "Flickr30k": _flickr,
    "Flickr8k": _flickr,
    "ImageFolder": _folder,
    "LSUN": _lsun,
    "QMNIST": _qmnist,
}
"""Classes whose parameters mean what no table says."""
