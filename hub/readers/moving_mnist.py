"""Moving MNIST: all frames of all clips in one numpy array, times first.

    (20, 10000, 64, 64) uint8       time, clip, row, column

A clip is (frames, 1, 64, 64). There are no clips for training and others for the test: each is cut in time, and
`train` is what comes before the frame `split_ratio`, `test` the rest. The array is in numpy's own format, described
in "NEP 1: A simple file format for numpy arrays".

Options: `split_ratio`; `part`: "all", "train" or "test".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub.errors import FormatError, InvalidInput
from hub.formats.npy import mapped
from hub.readers.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from hub.readers import Column, File, Options

VERSION = 1

FRAMES = 20
DIMENSIONS = 4

# Clips turned at a time: 8 MB, a page of each frame's many.
AT_ONCE = 100


def read(files: Mapping[str, File], options: Options) -> Mapping[str, Column]:
    """Return `clip`, of shape (rows, frames, 1, height, width) and the type of the file.

    Raises InvalidInput if `split_ratio` leaves a part empty, and FormatError if the file holds no such array.
    """
    file = files["clips"]
    frames = _mapped(file)
    ratio = cast("int", options["split_ratio"])
    if not 1 <= ratio < FRAMES:
        raise InvalidInput(f"split_ratio={ratio} leaves a part empty", expected=f"1 to {FRAMES - 1}", found=ratio)
    kept = frames[{"all": slice(None), "train": slice(ratio), "test": slice(ratio, None)}[str(options["part"])]]
    shape = (kept.shape[1], len(kept), 1, *kept.shape[2:])

    def parts() -> Iterator[NDArray[np.generic]]:
        for start in range(0, len(clips), AT_ONCE):
            yield clips[start : start + AT_ONCE, :, None]

    clips = kept.swapaxes(0, 1)
    return {"clip": Blocks(str(file), shape, frames.dtype, parts)}


def _mapped(file: File) -> NDArray[np.generic]:
    """Return the array in a file, on a mapping of it."""
    found = mapped(file.path)
    if found.ndim != DIMENSIONS or found.dtype.kind not in "uif":
        expected = "a numpy array of shape (frames, clips, height, width)"
        what = f"{file} holds no moving digits"
        raise FormatError(what, path=file.path, expected=expected, found=f"{found.dtype} {found.shape}")
    return found
