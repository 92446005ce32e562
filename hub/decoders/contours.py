"""Outlines of Caltech-101: `obj_contour` in a MATLAB file, one column a point."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import torch

from hub.errors import FormatError
from hub.formats.matlab import matrices

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from hub.decoders import Form

MATRIX = "obj_contour"


def contour(data: bytes, form: Form) -> NDArray[np.float64] | Tensor:
    """Return an outline as float64 of shape (2, points), x before y: an array, or a tensor for "torch".

    Raises FormatError if the bytes are no MATLAB file with one, and MissingExtra without scipy.
    """
    found = matrices(io.BytesIO(data), [MATRIX], what="an outline", path="").get(MATRIX)
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "fiu":
        raise FormatError("a file holds no outline", path="", expected=f"{MATRIX}: numbers", found=str(found)[:60])
    return found if form.name is None else torch.from_numpy(found.astype(np.float64))
