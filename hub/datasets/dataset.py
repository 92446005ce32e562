"""The dataset that users hold: map-style, on memory-mapped columns."""

from __future__ import annotations

import copy
import operator
from typing import TYPE_CHECKING, Any, Literal, Self, SupportsIndex, cast, overload

import numpy as np
from torchvision.datasets.vision import StandardTransform

from hub import displays
from hub.datasets import describe, exports, ragged, table, views
from hub.datasets.joint_transforms import refuse_both
from hub.datasets.loader import Loader
from hub.datasets.recipe import Recipe
from hub.datasets.remaking import Remade
from hub.decoders import Form
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa
    import torch
    from numpy.typing import NDArray

    from hub.cards import DatasetCard, Field
    from hub.datasets.origin import Origin
    from hub.datasets.ragged import Collate
    from hub.datasets.sample import Sample
    from hub.datasets.table import Rows


# A loop makes samples this many at a time, so that transforms run once a batch; more would only make its
# first sample late. Of texts as they are stored a thousand take half a millisecond.
AT_ONCE = 64
TEXTS_AT_ONCE = 1024


class Dataset(Remade):
    """A split of a dataset. Picking rows, formats and functions give new datasets that share the same data.

    A sample is a named tuple in the order of the card's fields: a Pillow image and an int for image classification, an
    int and a str for text classification.
    `transform`, `target_transform` and `transforms` are torchvision's and may be set at any time.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        rows: Rows | None = None,
        transform: Callable[..., object] | None = None,
        target_transform: Callable[..., object] | None = None,
        transforms: Callable[..., object] | None = None,
    ) -> None:
        refuse_both(transform, target_transform, transforms)
        self.transform = transform
        self.target_transform = target_transform
        self._joint = transforms
        self._origin = origin
        self._rows: Rows = range(sum(len(each) for each in origin.tables)) if rows is None else rows
        self._format = Form()
        self._functions: tuple[Callable[..., object], ...] = ()

    @property
    def card(self) -> DatasetCard:
        """The card that describes this dataset."""
        return self._origin.card

    @property
    def version(self) -> str:
        """The version of the card."""
        return self.card.version

    @property
    def split(self) -> str:
        """The split expression that was asked for."""
        return self._origin.split

    @property
    def fingerprint(self) -> str:
        """64 hex digits that identify the stored rows and their order, whatever is made of them afterwards."""
        return self._origin.fingerprint(self._rows)

    @property
    def classes(self) -> list[str]:
        """The names of the classes; a label is a place in this list, counted from 1 where torchtext does."""
        return list(self._origin.classes)

    @property
    def class_to_idx(self) -> dict[str, int]:
        """Class name -> label."""
        special = self._origin.about.get("class_to_idx")
        return special or {name: number for number, name in enumerate(self._origin.classes, self._origin.first)}

    @property
    def arrow(self) -> pa.Table:
        """The rows as an Arrow table, images as fixed-shape tensors."""
        return exports.to_arrow(self._origin.tables, self._rows)

    @property
    def arrow_files(self) -> list[Path]:
        """The prepared files that all rows come from, in Arrow IPC: polars, DuckDB and others read them as they are."""
        return [table.path for table in self._origin.tables]

    @property
    def transforms(self) -> Callable[..., object] | None:
        """The joint transform of image and label; torchvision's StandardTransform for two separate ones."""
        if self._joint is None and (self.transform is not None or self.target_transform is not None):
            return cast("Callable[..., object]", StandardTransform(self.transform, self.target_transform))
        return self._joint

    @transforms.setter
    def transforms(self, joint: Callable[..., object] | None) -> None:
        if isinstance(joint, StandardTransform):  # what reading gives: a wrapper writes it to a copy
            self.transform, self.target_transform = joint.transform, joint.target_transform
            joint = None
        refuse_both(self.transform, self.target_transform, joint)
        self._joint = joint

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, key: SupportsIndex) -> Sample: ...

    @overload
    def __getitem__(self, key: slice) -> Self: ...

    @overload
    def __getitem__(self, key: str) -> Any: ...  # noqa: ANN401  an array, a tensor or a sequence

    def __getitem__(self, key: SupportsIndex | slice | str) -> Any:
        """Return a sample by its number, a dataset by a slice, or a stored column by its name.

        A column of numbers is a numpy array, or a tensor in the format "torch"; of other things it is a sequence that
        makes each when it is asked for. Raises IndexError if a number is out of range.
        """
        if isinstance(key, str):
            return views.column(self._origin, self._origin.field(key), self._rows, self._format)
        if isinstance(key, slice):
            return self.select(key)
        try:
            place = operator.index(key)
        except TypeError as error:
            wanted = "a whole number, a slice or the name of a column"
            raise InvalidInput(f"{key!r} picks nothing", expected=wanted, found=type(key).__name__) from error
        return self._samples([place])[0]

    def __iter__(self) -> Iterator[Sample]:
        as_stored = self._origin.plain and self.transforms is None and not self._functions
        step = TEXTS_AT_ONCE if as_stored else AT_ONCE
        for start in range(0, len(self), step):
            yield from self.__getitems__(range(start, min(start + step, len(self))))

    def __getitems__(self, indices: Sequence[int]) -> Sequence[Sample]:
        """Return a batch of samples; a DataLoader asks for all of a batch at once here."""
        # A subclass that makes more of each sample, such as torchvision's wrapper for boxes and masks, must be heard.
        if type(self).__getitem__ is not Dataset.__getitem__:
            return [self[index] for index in indices]
        return self._samples(indices)

    def _samples(self, indices: Sequence[int]) -> Sequence[Sample]:
        recipe = Recipe(self._origin, self._format, self.transform, self.target_transform, self._joint)
        batch = recipe.samples(table.select(self._rows, table.numbers(indices)))
        for function in self._functions:
            batch = [cast("Sample", function(sample)) for sample in batch]
        return batch

    def with_format(self, form: Literal["torch"] | None, *, min_size: int | None = None) -> Self:
        """Return this dataset with images as uint8 tensors of shape (C, H, W) for "torch", or as Pillow images.

        A transform is given what the format makes. With `min_size` a JPEG is decoded at 1/2, 1/4 or 1/8 of its size
        where its shorter side keeps at least that many pixels: faster, but not the pixels of a resized whole.
        """
        if form not in ("torch", None):
            raise InvalidInput(f"there is no format {form!r}", expected='"torch" or None', found=repr(form))
        if min_size is not None and min_size < 1:
            raise InvalidInput(
                f"min_size={min_size} is no size", expected="a number of pixels, or None", found=min_size
            )
        return self._with(_format=Form(form, min_size))

    def tensors(self, device: torch.device | str | None = None) -> Sample:
        """Return everything stored as one sample of tensors: images as uint8 (rows, C, H, W), labels as int64.

        Transforms are not applied. On the CPU the tensors share memory with the dataset where they can. Raises
        InvalidInput if samples differ in size.
        """
        made = (views.stacked(field, self._fixed(field)) for field in self._origin.fields)
        return self._origin.sample_type(*(each if device is None else each.to(device) for each in made))

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas DataFrame: an image as an array in each cell, or as the name of its file."""
        return exports.to_pandas(self._origin, self._rows)

    def to_hf(self) -> object:
        """Return the rows as a `datasets.Dataset` of Hugging Face, with the names of the classes."""
        return exports.to_hf(self.arrow, self._origin)

    def select(self, indices: slice | range | Iterable[int]) -> Self:
        """Return a dataset of the samples at `indices`, in that order. Raises IndexError if one is out of range."""
        picked = indices if isinstance(indices, slice | range) else table.numbers(indices)
        return self._with(_rows=table.select(self._rows, picked))

    def filter(self, predicate: Callable[[Sample], object] | None = None, **equals: int | str) -> Self:
        """Return a dataset of the samples for which `predicate` holds and whose stored columns have these values.

        `filter(label=3)` and `filter(label="3 - three")` compare the column without making any sample;
        `predicate` is given samples as `ds[i]` gives them.
        """
        keep = np.ones(len(self), dtype=bool)
        for name, value in equals.items():
            keep &= views.equal(self._origin, name, self._rows, value)
        if predicate is not None:
            keep[keep] = [bool(predicate(sample)) for sample in self.select(np.flatnonzero(keep))]
        return self.select(np.flatnonzero(keep))

    def map(self, function: Callable[[Sample], object]) -> Self:
        """Return a dataset whose samples are `function(sample)`, called whenever one is asked for."""
        return self._with(_functions=(*self._functions, function))

    def shuffle(self, seed: int | None = None) -> Self:
        """Return the same samples in random order; the same order for the same seed."""
        return self.select(np.random.default_rng(seed).permutation(len(self)))

    def train_test_split(self, test_size: float = 0.25, seed: int | None = None) -> dict[str, Self]:
        """Return {"train": ..., "test": ...}: a random share, or number, of the samples is for the test."""
        count = round(test_size * len(self)) if isinstance(test_size, float) else test_size
        if not 0 < count < len(self):
            raise InvalidInput(
                f"test_size={test_size} leaves one side without samples",
                expected=f"a share between 0 and 1, or a number from 1 to {len(self) - 1}",
                found=f"{count} of {len(self)} samples",
            )
        mixed = self.shuffle(seed)
        return {"train": mixed[: len(self) - count], "test": mixed[len(self) - count :]}

    def loader(  # noqa: PLR0913  what a loop is told, each a keyword of its own
        self,
        batch_size: int = 1,
        *,
        shuffle: bool = False,
        drop_last: bool = False,
        seed: int | None = None,
        transform: Callable[..., object] | None = None,
        device: torch.device | str | None = None,
        prefetch: int | None = None,
        pad: float | None = None,
        lengths: bool = False,
        bucket: bool = False,
        collate: Collate | None = None,
    ) -> Loader:
        """Return a loop over batches on `device`; `transform` takes the place of the dataset's own in this loop.

            for images, labels in train.loader(256, shuffle=True, transform=ToTensor(), device="cuda"):
            for labels, ids in train.loader(32, shuffle=True, transform=to_ids, pad=0, bucket=True):

        With `pad`, lists of numbers are filled up with it to tensors of shape (batch, longest), and `lengths` puts
        `<name>_length` behind each, as `Ragged` does. `bucket` shuffles so that samples of like length come together.
        Raises InvalidInput for arguments without sense and, in the loop, if there is nothing to pad or to compare.
        """
        refuse_both(transform, None, self._joint)
        dataset = self if transform is None else self._with(transform=transform)
        return Loader(
            dataset,
            batch_size,
            shuffle=shuffle,
            drop_last=drop_last,
            seed=seed,
            device=device,
            prefetch=prefetch,
            bucket=bucket,
            collate=ragged.collation(pad, collate, lengths=lengths),
        )

    def __repr__(self) -> str:
        return describe.describe(self._origin, self._rows, self._format, self.transforms)

    def _repr_html_(self) -> str | None:
        return displays.html("dataset", self)

    def _with(self, **changes: object) -> Self:
        other = copy.copy(self)
        vars(other).update(changes)
        return other

    def _fixed(self, field: Field) -> NDArray[np.generic]:
        return views.numbers(self._origin, field, self._rows)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  what the files of some datasets tell besides rows
        about = vars(self)["_origin"].about if "_origin" in vars(self) else {}
        if name in about:
            return about[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
