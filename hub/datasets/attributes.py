"""`.data`, `.targets` and `.labels`: all rows at once, in the types of torchvision's class for the same dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    Kind = Literal["tensors", "arrays", "planes"]
    """Of a card: `upstream_types`."""


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
