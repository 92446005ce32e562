"""What of a sample moves, can be heard, or lies in space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.datasets.videos.cutting import Clip
from hub.viz.samples.values import as_array

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from hub.cards import Field

    Values = Mapping[str, Any]

FPS = 10.0
"""Frames a second where nothing says how many, as of Moving MNIST."""

FRAMES, SIDE = 64, 256
"""Of longer videos so many frames are shown, and of larger ones every second pixel, or fewer."""

RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
"""At which sound is recorded: what a clip has a second is one of them but for its ends."""

POINTS = 20_000
"""Points of a relief: a browser turns as many smoothly."""

CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-1, 0) for z in (-0.5, 0.5)], np.float32)
"""Of a box of side 1 that stands on the ground, y pointing down as cameras have it."""

SIDES = np.array(
    [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4],
     [1, 5, 7], [1, 7, 3]],
    np.int32,
)  # fmt: skip
"""Two triangles for each side of a box, by the numbers of its corners."""

BOX = ("dimensions", "location", "rotation_y")
"""What KITTI tells of an object: height, width and length in metres, where it stands, and how it is turned."""


@dataclass(frozen=True, slots=True)
class Film:
    """Frames, uint8 (frames, H, W, C), and how many are shown a second."""

    frames: NDArray[np.uint8]
    fps: float


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples, floats (channels, samples), and how many there are a second."""

    samples: NDArray[np.float32]
    rate: int


@dataclass(frozen=True, slots=True)
class Mesh:
    """Points in space, float32 (points, 3) with y upwards, their colours, uint8 (points, 3), and triangles of them."""

    points: NDArray[np.float32]
    colours: NDArray[np.uint8] | None = None
    faces: NDArray[np.int32] | None = None


def films(values: Values, fields: Sequence[Field]) -> Iterator[Film]:
    """Yield the videos of a sample, made smaller and shorter."""
    for field in fields:
        if field.kind == "video" and values[field.name] is not None:
            frames = as_array(values[field.name])
            frames = frames[..., None] if frames.ndim == 3 else frames  # noqa: PLR2004  grey
            frames = frames if frames.shape[-1] in (1, 3) else frames.transpose(0, 2, 3, 1)
            step = -(-max(frames.shape[1:3]) // SIDE)
            yield Film(frames[:FRAMES, ::step, ::step].astype(np.uint8), _fps(values, field))


def sounds(values: Values, fields: Sequence[Field]) -> Iterator[Sound]:
    """Yield what is heard in a sample; nothing of a video without sound."""
    for field in fields:
        if field.kind == "audio" and values[field.name] is not None:
            samples = as_array(values[field.name]).astype(np.float32)
            clip = _clip(values, field)
            if samples.size and clip is not None:
                yield Sound(samples, _rate(samples.shape[1], clip))


def meshes(values: Values, fields: Sequence[Field]) -> Iterator[Mesh]:
    """Yield what of a sample lies in space: boxes of objects, a relief made of disparity, points as they are stored."""
    for field in fields:
        value = values[field.name]
        if field.kind == "annotation" and isinstance(value, list):
            yield from _boxes(value)
        elif field.kind == "disparity" and value is not None:
            yield _relief(as_array(value), values, fields)
        elif field.kind == "tensor" and value is not None:
            points = as_array(value)
            if points.ndim == 2 and points.shape[1] == 3 and points.dtype.kind == "f":  # noqa: PLR2004
                yield Mesh(points.astype(np.float32))


def _clip(values: Values, field: Field) -> Clip | None:
    stored = getattr(values, "stored", None)
    found = stored(field.name) if stored is not None else None
    return found if isinstance(found, Clip) else None


def _seconds(clip: Clip) -> float:
    return float(clip.numbers[-1] + 1 - clip.numbers[0]) / clip.rate


def _fps(values: Values, field: Field) -> float:
    clip = _clip(values, field)
    return len(clip.numbers) / _seconds(clip) if clip is not None else FPS


def _rate(count: int, clip: Clip) -> int:
    measured = count / _seconds(clip)
    return min(RATES, key=lambda rate: abs(rate - measured))


def _boxes(objects: Sequence[object]) -> Iterator[Mesh]:
    """Yield all boxes of objects as one mesh, if there are any."""
    told = [each for each in objects if isinstance(each, Mapping) and all(name in each for name in BOX)]
    real = [each for each in told if min(each["dimensions"]) > 0]  # DontCare has -1
    if not real:
        return
    points = np.concatenate([_box(*(each[name] for name in BOX)) for each in real])
    faces = np.concatenate([SIDES + len(CORNERS) * number for number in range(len(real))])
    yield Mesh(points * np.array([1, -1, -1], np.float32), faces=faces)


def _box(dimensions: Sequence[float], location: Sequence[float], turn: float) -> NDArray[np.float32]:
    """Return the corners of a box as the camera sees them: x to the right, y down, z away."""
    height, width, length = dimensions
    corners = CORNERS * np.array([length, height, width], np.float32)
    cosine, sine = np.cos(turn), np.sin(turn)
    turned = corners @ np.array([[cosine, 0, -sine], [0, 1, 0], [sine, 0, cosine]], np.float32)
    return np.asarray(turned + np.asarray(location), np.float32)


def _relief(disparity: NDArray[np.generic], values: Values, fields: Sequence[Field]) -> Mesh:
    """Return a picture as points whose height is their disparity: what is near stands out."""
    whole = disparity.reshape(disparity.shape[-2:]).astype(np.float32)
    step = max(1, int(np.ceil(np.sqrt(whole.size / POINTS))))
    heights = whole[::step, ::step]
    known = np.isfinite(heights) & (heights > 0)
    down, across = np.nonzero(known)
    side = max(len(heights), len(heights[0]))
    # The nearest is a quarter of the picture's side above the ground, whatever the cameras' distance.
    scale = side / 4 / max(float(heights[known].max(initial=0)), 1e-12)
    points = np.stack([across - len(heights[0]) / 2, len(heights) / 2 - down, heights[known] * scale], 1)
    return Mesh((points / side).astype(np.float32), _colours(values, fields, disparity.shape[-2:], step, known))


def _colours(
    values: Values, fields: Sequence[Field], size: tuple[int, ...], step: int, known: NDArray[np.bool_]
) -> NDArray[np.uint8] | None:
    """Return the colours of points in the first image of the same size."""
    for field in fields:
        if field.kind == "image" and values[field.name] is not None:
            pixels = as_array(values[field.name])
            if pixels.shape[:2] == size and pixels.ndim == 3:  # noqa: PLR2004
                return np.asarray(pixels[::step, ::step, :3][known], np.uint8)
    return None
