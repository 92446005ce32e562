"""Constructors of torchvision whose arguments mean what no card can say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from hub.datasets.upstream.arguments import SPLITS, Meaning, by_card, refuse_unknown
from hub.errors import InvalidInput
from hub.readers.class_folders import IMAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hub.cards import DatasetCard
    from hub.readers import Option


def meaning(card: DatasetCard, arguments: Mapping[str, object]) -> Meaning:
    """Return what a constructor's arguments mean; those that hub has no use for are left out.

    Raises NotFound, in torchvision's words, for a split or variant that does not exist.
    """
    splits = card.splits or {name: split for each in card.variants.values() for name, split in each.splits.items()}
    for parameter, known in ((card.upstream.split, splits), (card.upstream.variant, card.variants)):
        refuse_unknown(card, parameter, arguments.get(parameter), known)
    special = SPECIAL.get(card.upstream.name)
    return special(arguments) if special else by_card(card, arguments)


def _emnist(arguments: Mapping[str, object]) -> Meaning:
    """`split` is the arrangement there, and `train` the split."""
    train = bool(arguments.get("train", True))
    return Meaning(SPLITS[str(train)], {"variant": str(arguments["split"])})


def _qmnist(arguments: Mapping[str, object]) -> Meaning:
    """`what` is the split; without it `train` is."""
    split = arguments["what"] or SPLITS[str(bool(arguments["train"]))]
    return Meaning(str(split), {"compat": bool(arguments["compat"])})


def _middlebury(arguments: Mapping[str, object]) -> Meaning:
    """Test scenes have no choice of calibration: None says so, and must."""
    split, calibration = str(arguments["split"]), arguments["calibration"]
    if split == "test" and calibration:
        raise InvalidInput("Split 'test' has only no calibration settings, please set `calibration=None`.")
    if split != "test" and not calibration:
        raise InvalidInput(
            f"Split {split!r} has calibration settings, however None was provided as an argument.\n"
            f"Setting calibration to 'perfect' for split {split!r}. "
            "Available calibration settings are: 'perfect', 'imperfect', 'both'."
        )
    options: dict[str, Option] = {"use_ambient_views": bool(arguments["use_ambient_views"])}
    return Meaning(split, options | ({"calibration": str(calibration)} if calibration else {}))


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
    "Middlebury2014Stereo": _middlebury,
    "QMNIST": _qmnist,
}
"""Classes whose parameters mean what no table says."""
