"""`.data`, `.targets` and `.labels`: all rows at once, in the types of torchvision's class for the same dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from hub.datasets import table
from hub.trees import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from hub.datasets.origin import Origin
    from hub.datasets.table import Rows

    Kind = Literal["tensors", "arrays", "planes"]
    """Of a card: `upstream.types`."""


def data(images: NDArray[np.generic], kind: Kind) -> Tensor | NDArray[np.generic]:
    """Return stored images as upstream keeps them, sharing their memory."""
    if kind == "tensors":
        return torch.from_numpy(images)
    return images.transpose(0, 3, 1, 2) if kind == "planes" else images


def targets(labels: NDArray[np.generic], kind: Kind) -> Tensor | NDArray[np.generic] | list[int]:
    """Return stored labels as upstream keeps them; a list shares no memory with them."""
    if kind == "tensors":
        return torch.from_numpy(labels)
    return labels if kind == "planes" else labels.tolist()


def samples(origin: Origin, rows: Rows) -> list[tuple[str, int]]:
    """Return (path, label) of each row. Raises AttributeError where images are no files or have no labels."""
    kinds = {field.kind: field.name for field in reversed(origin.fields)}
    places = table.view(origin.tables, kinds["image"], rows) if "image" in kinds else None
    labels = table.view(origin.tables, kinds["label"], rows) if "label" in kinds else None
    if places is None or isinstance(places, np.ndarray) or not isinstance(labels, np.ndarray):
        raise AttributeError(f"{origin.card.name} has no files with labels, and so no .samples")
    paths = [str(place.container / place.name) if isinstance(place, Place) else "" for place in places]
    return list(zip(paths, labels.tolist(), strict=True))
