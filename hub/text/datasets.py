"""torchtext's datasets, under their names and with their arguments.

    from hub.text.datasets import IMDB          # was: from torchtext.datasets import IMDB

    train, test = IMDB(split=("train", "test"))
    label, text = train[0]

A function is made from the card that names it when it is first asked for. What it returns is a `hub.Dataset`: it has a
length and any sample can be asked for, and it can be gone through like torchtext's. Files are looked for under `root`
in torchtext's layout, then in the store, and fetched if neither has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hub.datasets.choice import choose
from hub.datasets.dataset import Dataset
from hub.datasets.upstream.arguments import by_card, refuse_unknown
from hub.datasets.upstream.finding import Request, find
from hub.datasets.upstream.signatures import parsed
from hub.errors import NotFound
from hub.registry import entries, find_dataset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.datasets.sample import Sample
    from hub.registry import DatasetEntry

LIBRARY = "torchtext"

Splits = str | Sequence[str]


class TextDataset(Dataset):
    """A split as torchtext gives it: a sample is a tuple, or the text itself or a list where that is so there."""

    _cursor: Iterator[Any] | None = None

    def _samples(self, indices: Sequence[int]) -> Sequence[Sample]:
        batch = super()._samples(indices)
        upstream = self.card.upstream
        if upstream.bare:
            return [sample[0] for sample in batch]
        return [cast("Sample", list(sample)) for sample in batch] if upstream.listed else batch

    def __next__(self) -> Any:  # noqa: ANN401  a sample
        """Return the next sample: torchtext's datasets once were iterators, and code says `next(train)`."""
        if self._cursor is None:
            self._cursor = iter(self)
        return next(self._cursor)

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "_cursor"}


def __getattr__(name: str) -> Any:  # noqa: ANN401  a function
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        entry = find_dataset(name)
    except NotFound as error:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}: {error}") from error
    upstream = entry.card.upstream
    if upstream.library != LIBRARY or upstream.name != name:
        called = f"{upstream.library}'s {upstream.name or 'none'}"
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; {entry.id} is {called}")
    made = _function(entry)
    globals()[name] = made
    return made


def __dir__() -> list[str]:
    found = (find_dataset(entry.id).card.upstream for entry in entries("dataset"))
    return sorted(each.name for each in found if each.library == LIBRARY and each.name)


def _function(entry: DatasetEntry) -> Callable[..., Dataset | tuple[Dataset, ...]]:
    card = entry.card
    signature = parsed(", ".join(filter(None, ["root=None", card.upstream.parameters])))

    def made(*args: object, **kwargs: object) -> Dataset | tuple[Dataset, ...]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        root = cast("Path | str | None", arguments.pop("root"))
        folder = None if root is None else Path(root).expanduser()
        splits = cast("Splits | None", arguments.pop(card.upstream.split, None))
        if splits is None or isinstance(splits, str):
            return _opened(entry, splits, folder, arguments)
        return tuple(_opened(entry, split, folder, arguments) for split in splits)

    made.__name__ = made.__qualname__ = card.upstream.name
    made.__module__ = __name__
    made.__doc__ = f"{card.summary.en}\n\ntorchtext's {made.__name__} on files that hub reads: `hub info {entry.id}`."
    cast("Any", made).__signature__ = signature
    return made


def _opened(entry: DatasetEntry, split: str | None, folder: Path | None, arguments: Mapping[str, object]) -> Dataset:
    card = entry.card
    given = arguments if split is None else {**arguments, card.upstream.split: split}
    splits = card.splits or {name: each for variant in card.variants.values() for name, each in variant.splits.items()}
    refuse_unknown(card, card.upstream.split, split, splits)
    meant = by_card(card, given)
    choice = choose(entry, meant.options)
    found = find(Request(choice, meant.split or next(iter(choice.splits)), folder, download=True))
    dataset = TextDataset.__new__(TextDataset)
    vars(dataset).update(vars(found))
    return dataset
