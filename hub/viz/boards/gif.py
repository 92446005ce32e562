"""Frames as a picture that moves, written by Pillow: TensorBoard shows a GIF where it shows pictures.

PyTorch's `add_video` asks moviepy for the same, and does not work with moviepy 2.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A GIF counts time in hundredths of a second, and browsers slow down what is shorter than two of them.
SHORTEST_MS = 20


def gif(frames: NDArray[np.uint8], fps: float) -> bytes:
    """Return frames (frames, H, W, 3) as a GIF without end."""
    pictures = [Image.fromarray(frame) for frame in frames]
    made = BytesIO()
    pictures[0].save(
        made,
        format="GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=max(round(1000 / fps), SHORTEST_MS),
        loop=0,
        disposal=1,
    )
    return made.getvalue()
