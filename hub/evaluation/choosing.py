"""Which samples are looked at: the split where nobody names one, and a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from hub import registry, settings
from hub.datasets.choice import choose
from hub.datasets.loading import load_dataset
from hub.datasets.surveying import surveyed
from hub.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.cards.base import Option
    from hub.datasets.dataset import Dataset
    from hub.progress import Progress

HELD_BACK = ("test", "val", "valid", "validation", "dev")
"""Splits that no training has seen, the first one that there is being taken."""


def usual_split(name: str, splits: Collection[str]) -> str:
    """Return the split to evaluate on where nobody names one; InvalidInput if there are several and none of these."""
    found = next((split for split in HELD_BACK if split in splits), None)
    if found is None and len(splits) == 1:
        (found,) = splits
    if found is None:
        hint = "name one: split=, or --split; what a model was trained on tells little of it"
        raise InvalidInput(f"{name} has no split for tests", expected=", ".join(splits), found="none named", hint=hint)
    return found


def opened(
    name: str, split: str | None, data_dir: Path | None = None, *, progress: bool | Progress = True, **options: Option
) -> Dataset:
    """Return a split of the dataset of that name, the usual one if none is named; raises what `load_dataset` does."""
    if split is None:
        choice = surveyed(choose(registry.find_dataset(name), options), data_dir, settings.current())
        split = usual_split(name, choice.splits)
    found: Dataset = load_dataset(name, split=split, data_dir=data_dir, progress=progress, **cast("Any", options))
    return found


def id_of(dataset: Dataset) -> str:
    """Return the id by which a dataset is loaded; of a card that is not in the registry what it calls itself."""
    for name in dataset.card.names:
        try:
            return registry.find_dataset(name).id
        except NotFound:
            continue
    return dataset.card.name


def part(dataset: Dataset, limit: int | None, labels: NDArray[np.int64] | None) -> tuple[Dataset, NDArray[np.int64]]:
    """Return at most `limit` samples from all over a dataset, and their numbers in it, in their order.

    With `labels`, one for each sample, classes are there in the proportions of the whole. InvalidInput for a limit
    below 1, or if there is no sample at all.
    """
    if not len(dataset):
        raise InvalidInput("there is nothing to evaluate on", expected="at least one sample", found="an empty dataset")
    if limit is not None and limit < 1:
        raise InvalidInput(f"a limit of {limit} leaves nothing", expected="at least one sample", found=limit)
    if limit is None or limit >= len(dataset):
        return dataset, np.arange(len(dataset))
    numbers = spread(len(dataset), limit, labels)
    return dataset.select(numbers), numbers


def spread(total: int, count: int, labels: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return `count` of `total` numbers in their order, from the middles of equal parts of all, class after class.

    >>> spread(10, 5, None).tolist(), spread(6, 3, np.array([0, 0, 1, 0, 0, 1])).tolist()
    ([1, 3, 5, 7, 9], [1, 4, 5])
    """
    order = np.arange(total) if labels is None else np.argsort(labels, kind="stable")
    places = (np.arange(count, dtype=np.int64) * 2 + 1) * total // (2 * count)
    return np.sort(order[places])
