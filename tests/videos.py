"""Tiny videos, whose frames are known to the last bit where the codec is lossless."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIDE = 16
SOUND_RATE = 16_000


def pictures(count: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return frames of noise as (count, SIDE, SIDE, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (count, SIDE, SIDE, 3), dtype=np.uint8)


def tones(count: int) -> NDArray[np.int16]:
    """Return a second of rising tones for each 16,000 samples, as (1, count)."""
    time = np.arange(count) / SOUND_RATE
    return (np.sin(2 * np.pi * (300 + 200 * time) * time) * 20_000).astype(np.int16)[None]


def write_video(
    path: Path,
    frames: NDArray[np.uint8],
    *,
    rate: int = 25,
    codec: str = "ffv1",
    pixels: str = "bgr0",
    between: int = 0,
    sound: str = "",
    **options: str,
) -> Path:
    """Write frames, with sound in the codec of that name if there is one; `between` key frames depend on later ones."""
    import av

    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, pixels
        stream.codec_context.max_b_frames = between
        heard: Any = container.add_stream(sound, rate=SOUND_RATE, layout="mono") if sound else None
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
        if heard is not None:
            _add_sound(container, heard, len(frames) * SOUND_RATE // rate)
    return path


def _add_sound(container: Any, stream: Any, count: int) -> None:
    import av

    frame = av.AudioFrame.from_ndarray(tones(count), format="s16", layout="mono")
    frame.sample_rate, frame.pts = SOUND_RATE, 0
    container.mux(stream.encode(frame))
    container.mux(stream.encode())
