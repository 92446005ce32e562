"""Whether samples are the same as torchvision's: of the same types, and equal in all that they hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image


def assert_same(ours: Any, theirs: Any) -> None:
    """Compare two values, and what is inside of them; a tuple of ours may be of a class of its own."""
    if isinstance(theirs, Image.Image):
        assert isinstance(ours, Image.Image)
        assert (ours.mode, ours.size, ours.tobytes()) == (theirs.mode, theirs.size, theirs.tobytes())
        assert ours.getpalette() == theirs.getpalette()
    elif isinstance(theirs, np.ndarray):
        np.testing.assert_array_equal(ours, theirs, strict=True)
    elif isinstance(theirs, torch.Tensor):
        assert (type(ours), ours.dtype, ours.shape) == (type(theirs), theirs.dtype, theirs.shape)
        assert torch.equal(ours, theirs)
    elif isinstance(theirs, dict):
        assert list(ours) == list(theirs)
        assert_same(tuple(ours.values()), tuple(theirs.values()))
    elif isinstance(theirs, tuple):
        assert isinstance(ours, tuple)
        assert len(ours) == len(theirs)
        for our, their in zip(ours, theirs, strict=True):
            assert_same(our, their)
    else:
        # Some of torchvision's labels are numpy's, ours never.
        wanted = theirs.item() if isinstance(theirs, np.generic) else theirs
        assert type(ours) is type(wanted)
        assert ours == wanted


def assert_same_samples(ours: Any, theirs: Any) -> None:
    """Compare all samples of two datasets that are not empty."""
    assert len(ours) == len(theirs) > 0
    for index in range(len(theirs)):
        assert_same(ours[index], theirs[index])
