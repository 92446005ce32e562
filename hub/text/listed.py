"""Samples in memory as a dataset of torch; apart from `iterating`, which starts without torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from torch.utils.data import Dataset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Row = TypeVar("Row")


class Listed(Dataset[Row]):
    """All samples of an iterable, with a length and an index; can be pickled."""

    def __init__(self, examples: Iterable[Row]) -> None:
        self.examples = list(examples)

    def __getitem__(self, index: int) -> Row:
        return self.examples[index]

    def __len__(self) -> int:
        return len(self.examples)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.examples)
