"""torchtext's datasets, under their names and with their arguments.

    from hub.text.datasets import IMDB          # was: from torchtext.datasets import IMDB

    train, test = IMDB(split=("train", "test"))
    label, text = train[0]

A function is made from the card that names it when it is first asked for. What it returns is a `hub.Dataset`: it has a
length and any sample can be asked for, and it can be gone through like torchtext's. Files are looked for under `root`
in torchtext's layout, then in the store, and fetched if neither has them.

`DATASETS` has all functions by name. `multi30k` and its like stand for torchtext's modules, so that
`multi30k.URL["train"] = ...` of its tutorials runs; what is put there is not asked, for the cards know hosts that live.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from hub.datasets.choice import choose
from hub.datasets.dataset import Dataset
from hub.datasets.upstream.arguments import by_card, refuse_unknown
from hub.datasets.upstream.finding import Request, find
from hub.datasets.upstream.signatures import parsed
from hub.errors import NotFound, WrongType
from hub.registry import entries, find_dataset, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from inspect import BoundArguments, Signature
    from typing import Self

    from hub.datasets.sample import Sample
    from hub.registry import DatasetEntry
    from hub.text.batches import Batches

LIBRARY = "torchtext"

Splits = str | Sequence[str]

OWN = ("LanguageModelingDataset", "SequenceTaggingDataset", "TextClassificationDataset", "TranslationDataset")
"""Classes for text of the user's own."""

INSTEAD = {
    "bucketbatch": "train.loader(8, shuffle=True, bucket=True, transform=..., pad=...)",
    "collate": "DataLoader(train, collate_fn=...)",
    "concat": "train + other",
    "cycle": "itertools.cycle(train)",
    "enumerate": "enumerate(train)",
    "get_labels": "train.classes",
    "get_vocab": "hub.text.vocab.build_vocab_from_iterator",
    "header": "train[:10]",
    "num_lines": "len(train)",
    "random_split": "train.train_test_split(0.1, seed=0), or torch.utils.data.random_split",
    "rows2columnar": "train.batch(8).rows2columnar([...])",
    "set_shuffle": "DataLoader(train, shuffle=True)",
    "to_map_datapipe": "train as it is: it has a length and takes an index",
    "zip": "zip(train, other)",
}
"""What data pipes could do, and older datasets -> what does it here."""


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

    def batch(self, batch_size: int, drop_last: bool = False) -> Batches:
        """Return lists of `batch_size` samples, for a DataLoader with batch_size=None."""
        from hub.text.batches import Batches

        return Batches(self, batch_size, drop_last)

    def shuffle(self, seed: int | None = None, *, buffer_size: int | None = None) -> Self:  # noqa: ARG002  no buffer
        """Return the samples in a random order, which stays; a data pipe's `buffer_size` is not needed for it."""
        return super().shuffle(seed)

    def sharding_filter(self) -> Self:
        """Return this dataset: a DataLoader deals it out among its workers by itself."""
        return self

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  see Dataset
        try:
            return super().__getattr__(name)
        except AttributeError as error:
            if name not in INSTEAD:
                raise
            raise AttributeError(f"{error}; use {INSTEAD[name]}") from None

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if name != "_cursor"}


def __getattr__(name: str) -> Any:  # noqa: ANN401  a function
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in OWN:
        return getattr(import_module("hub.text.own_datasets"), name)
    if name == "DATASETS":
        return {each: globals().get(each) or __getattr__(each) for each in _names()}
    try:
        entry = find_dataset(name)
    except NotFound as error:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}: {error}") from error
    upstream = entry.card.upstream
    if upstream.library == LIBRARY and upstream.name.lower() == name:
        return globals().setdefault(name, SimpleNamespace(URL={}, MD5={}, **{upstream.name: _function(entry)}))
    if upstream.library != LIBRARY or upstream.name != name:
        called = f"{upstream.library}'s {upstream.name or 'none'}"
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; {entry.id} is {called}")
    made = _function(entry)
    globals()[name] = made
    return made


def __dir__() -> list[str]:
    return sorted([*OWN, *_names()])


def _names() -> list[str]:
    found = (find_dataset(entry.id).card.upstream for entry in entries("dataset"))
    return sorted(each.name for each in found if each.library == LIBRARY and each.name)


def _function(entry: DatasetEntry) -> Callable[..., Dataset | tuple[Dataset, ...]]:
    card = entry.card
    signature = parsed(", ".join(filter(None, ["root=None", card.upstream.parameters])))

    def made(*args: object, **kwargs: object) -> Dataset | tuple[Dataset, ...]:
        bound = _bound(card.upstream.name, signature, args, kwargs)
        arguments = dict(bound.arguments)
        root = cast("Path | str | None", arguments.pop("root"))
        folder = None if root is None else Path(root).expanduser()
        splits = cast("Splits | None", arguments.pop(card.upstream.split, None))
        if splits is None or isinstance(splits, str):
            return _opened(entry, splits, folder, arguments)
        if not isinstance(splits, Collection):
            raise WrongType(
                f"split={splits!r} names no split", expected="a name, or a tuple of names", found=repr(splits)
            )
        return tuple(_opened(entry, split, folder, arguments) for split in splits)

    made.__name__ = made.__qualname__ = card.upstream.name
    made.__module__ = __name__
    made.__doc__ = f"{card.summary.en}\n\ntorchtext's {made.__name__} on files that hub reads: `hub info {entry.id}`."
    cast("Any", made).__signature__ = signature
    return made


def _bound(name: str, signature: Signature, args: Sequence[object], kwargs: Mapping[str, object]) -> BoundArguments:
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise WrongType(f"{name}() {error}", expected=f"{name}{signature}") from error
    bound.apply_defaults()
    return bound


def _opened(entry: DatasetEntry, split: str | None, folder: Path | None, arguments: Mapping[str, object]) -> Dataset:
    card = entry.card
    given = arguments if split is None else {**arguments, card.upstream.split: split}
    splits = card.splits or {name: each for variant in card.variants.values() for name, each in variant.splits.items()}
    refuse_unknown(card, card.upstream.split, split, splits)
    meant = by_card(card, given)
    variant = str(meant.options.get("variant", ""))
    if variant and variant not in card.variants:
        raise unknown(f"{card.upstream.variant} of {card.upstream.name}", variant, card.variants)
    choice = choose(entry, meant.options)
    found = find(Request(choice, meant.split or next(iter(choice.splits)), folder, download=True))
    dataset = TextDataset.__new__(TextDataset)
    vars(dataset).update(vars(found))
    return dataset
