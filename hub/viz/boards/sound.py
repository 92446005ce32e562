"""Sound as a WAV file in memory, which every browser plays."""

from __future__ import annotations

import wave
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput
from hub.viz.boards import arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hub.viz.boards.board import Numbers

LOUDEST = 32767  # of 16 bits
CHANNELS = (1, 2)
BYTES = 2


def heard(samples: Numbers) -> NDArray[np.float32]:
    """Return samples from -1 to 1 as floats (channels, samples), cut where they are louder.

    Raises InvalidInput if they are neither (samples,) nor (1, samples) nor (2, samples).
    """
    found = arrays.numbers(samples).astype(np.float32)
    found = found[None] if found.ndim == 1 else found
    if found.ndim != 2 or found.shape[0] not in CHANNELS or not found.shape[1]:  # noqa: PLR2004
        raise InvalidInput("this is no sound", expected="floats of (samples,) or (2, samples)", found=found.shape)
    cut: NDArray[np.float32] = np.nan_to_num(found).clip(-1, 1)
    return cut


def wav(sound: NDArray[np.float32], rate: int) -> bytes:
    """Return floats (channels, samples) from -1 to 1 as a WAV file of 16 bits."""
    made = BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(len(sound))
        file.setsampwidth(BYTES)
        file.setframerate(rate)
        file.writeframes((sound.T * LOUDEST).round().astype("<i2").tobytes())
    return made.getvalue()
