"""Targets of the Semantic Boundaries Dataset, out of MATLAB files.

    GTcls.Segmentation    uint8 of shape (height, width): 0 for background, else the class from 1
    GTcls.Boundaries      20 sparse matrices of that shape, one a class: 1 where its boundary is

Described in the README of "benchmark.tgz", section "Dataset".
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from hub.errors import FormatError
from hub.formats.matlab import matrices

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from hub.decoders import Form

CLASSES = 20


def segmentation(data: bytes, form: Form) -> Image.Image | Tensor:
    """Return the class of every pixel as a grey image; in the format "torch" as uint8 of shape (1, H, W)."""
    found = _target(data, "Segmentation")
    if not isinstance(found, np.ndarray) or found.dtype != np.uint8 or found.ndim != 2:  # noqa: PLR2004  rows, columns
        raise _wrong("Segmentation: uint8 of shape (height, width)", type(found).__name__)
    return Image.fromarray(found) if form.name is None else torch.from_numpy(found[None])


def boundaries(data: bytes, form: Form) -> NDArray[np.generic] | Tensor:
    """Return 20 planes of shape (20, height, width), 1 on the boundary of a class; a tensor in the format "torch"."""
    found = _target(data, "Boundaries")
    try:
        planes = np.stack([found[number][0].toarray() for number in range(CLASSES)])
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise _wrong(f"Boundaries: {CLASSES} sparse matrices of one shape", str(error)) from error
    return planes if form.name is None else torch.from_numpy(planes)


def _target(data: bytes, name: str) -> Any:  # noqa: ANN401  what a file holds
    found = matrices(io.BytesIO(data), ("GTcls",), what="a target", path="")
    try:
        return found["GTcls"][0][name][0]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise _wrong(f"GTcls.{name}", str(error)) from error


def _wrong(expected: str, found: str) -> FormatError:
    return FormatError("a target of SBD is damaged", path="", expected=expected, found=found)
