"""Batches in the words of torchtext's data pipes, on a dataset that has a length.

    batches = train.batch(16).rows2columnar(["text", "label"])
    for batch in DataLoader(batches, shuffle=True, batch_size=None):
        batch["text"], batch["label"]

With `batch_size=None` a DataLoader takes each batch as it is; workers, shuffling and pickling are those of any dataset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch.utils import data

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hub.datasets.dataset import Dataset


@dataclass(frozen=True)
class Batches(data.Dataset[Any]):
    """Lists of `size` samples in a row, each through `functions`; the last is shorter unless it is dropped."""

    dataset: Dataset
    size: int
    drop_last: bool = False
    functions: tuple[Callable[[Any], Any], ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.size, int) or self.size < 1:
            found = repr(self.size)
            raise InvalidInput(f"batches of {found} samples make no sense", expected="a number from 1 on", found=found)

    def __len__(self) -> int:
        full, rest = divmod(len(self.dataset), self.size)
        return full + (rest > 0 and not self.drop_last)

    def __getitem__(self, index: int) -> Any:  # noqa: ANN401  what the functions make of a list of samples
        if not -len(self) <= index < len(self):
            raise IndexError(f"batch {index} of {len(self)}")
        start = index % len(self) * self.size
        batch: Any = list(self.dataset.__getitems__(range(start, min(start + self.size, len(self.dataset)))))
        for function in self.functions:
            batch = function(batch)
        return batch

    def __iter__(self) -> Iterator[Any]:
        return map(self.__getitem__, range(len(self)))

    def map(self, function: Callable[[Any], Any]) -> Batches:
        """Return batches that are `function(batch)`."""
        return Batches(self.dataset, self.size, self.drop_last, (*self.functions, function))

    def rows2columnar(self, column_names: Sequence[str]) -> Batches:
        """Return batches as dicts: a name -> the values of all samples; values of tuples are named in their order."""
        return self.map(Columns(tuple(column_names)))


@dataclass(frozen=True)
class Columns:
    """Turns a list of samples into a dict of lists."""

    names: tuple[str, ...]

    def __call__(self, samples: Sequence[Any]) -> dict[str, list[Any]]:
        """Return the columns. Raises InvalidInput if samples have more or fewer values than there are names."""
        if isinstance(samples[0], Mapping):
            return {name: [sample[name] for sample in samples] for name in self.names}
        if len(samples[0]) != len(self.names):
            raise InvalidInput(
                "each value of a sample needs a name",
                expected=f"{len(samples[0])} names",
                found=f"{len(self.names)}: {', '.join(self.names)}",
                hint='for samples of (label, text): rows2columnar(["label", "text"])',
            )
        return {name: list(values) for name, values in zip(self.names, zip(*samples, strict=True), strict=True)}
