"""What rows hold, and `.data`, `.targets` and `.labels`: all rows at once, as torchvision's class has them.

The latter can be written to and replaced, as there: samples, columns and length follow, the store does not change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils.data import Dataset as TorchDataset

from hub.datasets import columns, derived, table, views
from hub.datasets.edited import edited, own_column, rows_of
from hub.datasets.origin import INPUTS
from hub.datasets.sample import Sample
from hub.decoders import Form
from hub.errors import InvalidInput
from hub.trees import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.edited import Own
    from hub.datasets.origin import Origin
    from hub.datasets.table import Rows

COLOURED = 4
"""Dimensions of images with channels."""

LABELS = (1, 2)
"""Dimensions that labels can have: a number for each row, or several."""


class Attributes(TorchDataset[Sample]):
    """Rows of tables: what they hold, and the attributes that torchvision's classes have for them."""

    _origin: Origin
    _rows: Rows

    @property
    def fields(self) -> tuple[Field, ...]:
        """What the values of a sample are, in their order, as the card has them."""
        return self._origin.fields

    @property
    def splits(self) -> dict[str, int | None]:
        """All splits that there are -> how many samples each has, None where nobody has counted them."""
        return {name: split.samples for name, split in self._origin.splits.items()}

    def row(self, index: int) -> Mapping[str, object]:
        """Return all values of a sample by their names, those too that it does not show, without any transform.

        Images are Pillow images. Each value is read and decoded when it is asked for. Raises IndexError if there is no
        such sample.
        """
        (number,) = table.select(self._rows, table.numbers([index]))
        return derived.Row(self._origin, int(number), Form())

    def sizes(self, name: str) -> NDArray[np.int64] | None:
        """Return how many bytes each file or text of a column has, -1 where nobody has noted it; it reads none of them.

        None for columns of other things, such as numbers.
        """
        return columns.sizes([each.columns.get(name) for each in self._origin.tables], self._rows)

    @property
    def data(self) -> Any:  # noqa: ANN401  as in torchvision: a tensor or an array, which depends on the card
        """All images as torchvision keeps them: uint8 of shape (rows, height, width[, channels]).

        A tensor for MNIST and its relatives, a numpy array for others; SVHN and STL10 put the channels second. What
        is written there, or assigned, changes the samples.
        """
        images = np.asarray(self._whole(self._of_kind(*INPUTS)))
        if self._kind == "tensors":
            return torch.from_numpy(images)
        return images.transpose(0, 3, 1, 2) if self._kind == "planes" and images.ndim == COLOURED else images

    @data.setter
    def data(self, images: Any) -> None:  # noqa: ANN401  as `data`
        field = self._of_kind(*INPUTS)
        found = _array(images)
        if found.ndim != len(field.shape) + 1 or (field.kind != "video" and found.dtype != np.uint8):
            expected = f"uint8, {len(field.shape) + 1} dimensions"
            raise InvalidInput("these are no images", expected=expected, found=f"{found.dtype} of shape {found.shape}")
        planes = self._kind == "planes" and found.ndim == COLOURED
        self._replace(field, found.transpose(0, 2, 3, 1) if planes else found)

    @property
    def targets(self) -> Any:  # noqa: ANN401  as `data`
        """All labels as torchvision keeps them: int64 of shape (rows,), or (rows, n) if a label is a tuple.

        A tensor for MNIST and its relatives, a list for CIFAR and USPS, a numpy array for others. What is written
        there, or assigned, changes the samples.
        """
        field = self._of_kind("label")
        if self._kind == "arrays" and own_column(self._origin.tables, self._rows, field.name) is None:
            self._replace(field, self._stored(field).tolist())
        labels = self._whole(field)
        return torch.from_numpy(np.asarray(labels)) if self._kind == "tensors" else labels

    @targets.setter
    def targets(self, labels: Any) -> None:  # noqa: ANN401  as `data`
        found = _array(labels)
        if found.dtype.kind not in "iu" or found.ndim not in LABELS:
            expected = "whole numbers, one or several a row"
            raise InvalidInput("these are no labels", expected=expected, found=f"{found.dtype} of shape {found.shape}")
        self._replace(self._of_kind("label"), labels if isinstance(labels, list) and found.ndim == 1 else found)

    @property
    def labels(self) -> Any:  # noqa: ANN401  as `data`
        """The targets, under the name that they have in torchvision's SVHN, STL10 and SEMEION; only there."""
        if self._kind != "planes":
            raise AttributeError(f"{self._origin.card.name} has .targets, and .labels only where torchvision has them")
        return self.targets

    @labels.setter
    def labels(self, labels: Any) -> None:  # noqa: ANN401  as `data`
        self.targets = labels

    @property
    def samples(self) -> list[tuple[str, int]]:
        """(path, label) of each image, for datasets whose images are files; as torchvision's ImageFolder has them."""
        return files_and_labels(self._origin, self._rows)

    imgs = samples

    @property
    def _kind(self) -> str:
        return self._origin.card.upstream.types

    def _of_kind(self, *kinds: str) -> Field:
        for field in self._origin.fields:
            if field.kind in kinds and table.is_numeric(self._origin.tables[0].columns.get(field.name)):
                return field
        raise AttributeError(f"{self._origin.card.name} has no {kinds[0]} of fixed size")  # so that hasattr() tells it

    def _whole(self, field: Field) -> Own:
        """Return a column so that whatever is written into it counts: the mapping itself, or the user's own."""
        own = own_column(self._origin.tables, self._rows, field.name)
        if own is not None:
            return own
        stored = self._stored(field)
        if stored.flags.owndata:
            self._replace(field, stored)
        return stored

    def _stored(self, field: Field) -> NDArray[np.generic]:
        return views.numbers(self._origin, field, rows_of(self._origin.tables, self._rows, field.name))

    def _replace(self, field: Field, values: Own) -> None:
        made = edited(self._origin.tables, self._rows, field.name, values)
        self._origin = replace(self._origin, tables=(made,))
        self._rows = range(len(made))


def _array(values: object) -> NDArray[np.generic]:
    """Return a tensor or a sequence as an array, sharing its memory where it can."""
    return values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


def files_and_labels(origin: Origin, rows: Rows) -> list[tuple[str, int]]:
    """Return (path, label) of each row. Raises AttributeError where images are no files or have no labels."""
    kinds = {field.kind: field.name for field in reversed(origin.fields)}
    places = table.view(origin.tables, kinds["image"], rows) if "image" in kinds else None
    labels = table.view(origin.tables, kinds["label"], rows) if "label" in kinds else None
    if places is None or isinstance(places, np.ndarray) or not isinstance(labels, np.ndarray):
        raise AttributeError(f"{origin.card.name} has no files with labels, and so no .samples")
    paths = [str(place.container / place.name) if isinstance(place, Place) else "" for place in places]
    return list(zip(paths, labels.tolist(), strict=True))
