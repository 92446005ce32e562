"""Chains of torchvision transforms that give the same bits for a whole batch as for one image at a time.

A chain is run once a batch if each of its transforms is exactly one of those in `STEPS`. Anything else (a subclass,
a function, a random transform, a module with hooks) makes the whole chain run per sample, and so does a transform
that meets an image in a form for which its batch would differ, or fail in other words.

`Resize` is one of these: Pillow's and torch's differ, so it is a step only once the image is a tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision import tv_tensors
from torchvision.transforms import transforms as v1
from torchvision.transforms import v2
from torchvision.transforms.functional import center_crop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Transform = Callable[..., object]

SampleForm = Literal["pil", "tensor", "image"]
"""What one sample of a batch would be: a Pillow image, a plain tensor or a tv_tensors.Image."""


@dataclass(frozen=True, slots=True)
class Images:
    """A batch on its way through a chain. `pixels` has the shape (rows, channels, height, width) and is ours."""

    pixels: Tensor
    form: SampleForm


Step = Callable[[Images], Images | None]
"""None: from this form the chain must be run per sample."""


def plan(transform: Transform | None) -> list[Step] | None:
    """Return the steps that run `transform` once a batch, or None if it must run per sample.

    Costs microseconds and is done for every batch, because users change chains in place.
    """
    steps: list[Step] = []
    for each in _flattened(transform):
        step = STEPS.get(type(each))
        if step is None or _is_hooked(each):
            return None
        steps.append(partial(step, each))
    return steps


@dataclass(frozen=True, slots=True)
class Parted:
    """A chain in two: `head` makes of each image another Pillow image, `tail` can be run once a batch."""

    head: tuple[Transform, ...]
    tail: tuple[Transform, ...]

    @property
    def steps(self) -> list[Step]:
        """The tail, to be run once a batch."""
        return [partial(STEPS[type(each)], each) for each in self.tail]


def part(transform: Transform | None) -> Parted | None:
    """Return a chain parted where it turns images into tensors, or None if what follows must run per sample.

    Before that point anything may stand, random transforms too: each image passes it alone and in order.
    """
    chain = list(_flattened(transform))
    starts = [place for place, each in enumerate(chain) if type(each) in FROM_PILLOW]
    if not starts or any(type(each) not in STEPS or _is_hooked(each) for each in chain[starts[0] :]):
        return None
    return Parted(tuple(chain[: starts[0]]), tuple(chain[starts[0] :]))


def stacked(images: Sequence[object]) -> Images | None:
    """Return Pillow images as a batch, or None if they differ in size or mode, or are something else."""
    kinds = {(image.mode, image.size) if isinstance(image, Image.Image) else None for image in images}
    if len(kinds) != 1 or not kinds <= {(mode, size) for mode in MODES for _, size in filter(None, kinds)}:
        return None
    pixels = torch.from_numpy(np.stack([np.asarray(image) for image in images]))
    return Images(pixels.unsqueeze(1) if pixels.ndim == GREY else pixels.permute(0, 3, 1, 2), "pil")


def run(steps: list[Step], images: Images) -> Images | None:
    """Return the images after all steps, or None if their form makes it necessary to run per sample."""
    for step in steps:
        after = step(images)
        if after is None:
            return None
        images = after
    return None if images.form == "pil" else replace(images, pixels=_contiguous(images.pixels))


def _contiguous(pixels: Tensor) -> Tensor:
    if pixels.dtype != torch.uint8:
        return pixels.contiguous()
    # numpy and so one thread, as in _as_floats. CIFAR-10 as bytes: torch's way made 1,300,000 rows a second on an idle
    # machine and 100,000 on a busy one, this one 950,000 on one that was not idle.
    return torch.from_numpy(np.ascontiguousarray(pixels.numpy()))


def _flattened(transform: Transform | None) -> Iterator[Transform]:
    if type(transform) in COMPOSED and not _is_hooked(transform):
        for each in transform.transforms:  # type: ignore[union-attr]  # both kinds have it
            yield from _flattened(each)
    elif transform is not None:
        yield transform


def _is_hooked(transform: object) -> bool:
    """Whether somebody has changed what calling this one module does."""
    if not isinstance(transform, nn.Module):
        return False
    return bool(transform._forward_hooks or transform._forward_pre_hooks or "forward" in vars(transform))  # noqa: SLF001  there is no public way to ask


def _to_tensor(_: v1.ToTensor | v2.ToTensor, images: Images) -> Images | None:
    """Divide by 255 in the default dtype, as torchvision's to_tensor; not multiply by 1/255, which differs."""
    floats = _as_floats(images.pixels, torch.get_default_dtype()) if images.form == "pil" else None
    if floats is None:
        return None
    floats /= 255
    return Images(torch.from_numpy(floats), "tensor")


def _to_bytes(_: v1.PILToTensor | v2.PILToTensor, images: Images) -> Images | None:
    return Images(images.pixels, "tensor") if images.form == "pil" else None


def _to_image(_: v2.ToImage, images: Images) -> Images:
    return Images(images.pixels, "image")


def _center_crop(transform: v1.CenterCrop | v2.CenterCrop, images: Images) -> Images:
    if images.form != "pil":
        return _apply(transform, images)
    # Pillow's and torch's crops take the same pixels and pad with the same zeros.
    return Images(center_crop(images.pixels, transform.size), "pil")


def _normalize(transform: v1.Normalize | v2.Normalize, images: Images) -> Images | None:
    pixels = images.pixels
    if images.form == "pil" or pixels.dtype not in FLOATS:
        return None
    mean, std = (_by_channel(each, pixels) for each in (transform.mean, transform.std))
    if mean is None or std is None or not std.all():
        return None
    floats = pixels.numpy()  # the pixels are ours, so this may work in place
    if 2 * pixels.shape[1] in (len(mean), len(std)):  # planes for two images at a time
        floats = floats.reshape(-1, 2 * pixels.shape[1], *pixels.shape[2:])
    with np.errstate(all="ignore"):  # torch does not warn either
        floats -= mean
        floats /= std
    return images


def _to_dtype(transform: v2.ToDtype, images: Images) -> Images | None:
    """Multiply by 1/255 where bytes become floats in a new scale, as torchvision's to_dtype does."""
    dtype = transform.dtype
    from_bytes = images.form != "pil" and images.pixels.dtype == torch.uint8
    floats = _as_floats(images.pixels, dtype) if from_bytes and isinstance(dtype, torch.dtype) else None
    if floats is None:
        return _convert(transform, images)
    if transform.scale:
        floats *= 1 / 255
    return replace(images, pixels=torch.from_numpy(floats))


def _convert(transform: Transform, images: Images) -> Images | None:
    return None if images.form == "pil" else _apply(transform, images)


def _as_floats(pixels: Tensor, dtype: torch.dtype) -> NDArray[np.floating] | None:
    """Return the pixels as new, contiguous floats, or None for a type of number that numpy lacks.

    numpy computes the same bits on one thread. torch would share the work among all, which for a batch that fits
    into a cache gains little on an idle machine and takes ten times as long on a busy one.
    """
    wanted = FLOATS.get(dtype)
    return None if wanted is None else pixels.numpy().astype(wanted, order="C")


def _by_channel(values: object, pixels: Tensor) -> NDArray[np.floating] | None:
    """Return a mean or deviation in the pixels' type, to be spread over them; None if it would not fit."""
    if not isinstance(values, list | tuple) or len(values) not in (1, pixels.shape[1]):
        return None
    found = np.asarray(values, FLOATS[pixels.dtype]).reshape(-1, 1, 1)
    small = len(values) > 1 and pixels.shape[-2] * pixels.shape[-1] <= SMALL_PLANE
    return _written_out(found, pixels) if small else found


def _written_out(found: NDArray[np.floating], pixels: Tensor) -> NDArray[np.floating]:
    """Return one number a channel as whole planes, for two images if the batch is a multiple of that.

    perf: numpy subtracts planes of 32 x 32 for a pair of images in 1/2 of the time that it takes to spread three
    numbers over one, and divides by them in 2/3. Large planes gain nothing.
    """
    images = 2 if len(pixels) % 2 == 0 and pixels.is_contiguous() else 1
    planes = np.empty((images, *pixels.shape[1:]), found.dtype)
    planes[:] = found
    return planes.reshape(-1, *pixels.shape[2:])


def _apply(transform: Transform, images: Images) -> Images:
    """Call the transform itself: it takes any number of leading dimensions."""
    made = transform(tv_tensors.Image(images.pixels) if images.form == "image" else images.pixels)
    return replace(images, pixels=torch.as_tensor(made).as_subclass(Tensor))


FROM_PILLOW = (v1.ToTensor, v2.ToTensor, v1.PILToTensor, v2.PILToTensor, v2.ToImage)

MODES = ("L", "RGB")
"""Those whose pixels are bytes, one or three of them."""

GREY = 3
"""Dimensions of a batch of images without a dimension for channels."""

FLOATS: dict[torch.dtype, type[np.floating]] = {torch.float32: np.float32, torch.float64: np.float64}

SMALL_PLANE = 64 * 64

COMPOSED = (v1.Compose, v2.Compose)

STEPS: dict[type, Callable[[Transform, Images], Images | None]] = {
    v1.ToTensor: _to_tensor,
    v2.ToTensor: _to_tensor,
    v1.PILToTensor: _to_bytes,
    v2.PILToTensor: _to_bytes,
    v2.ToImage: _to_image,
    v1.CenterCrop: _center_crop,
    v2.CenterCrop: _center_crop,
    v1.Normalize: _normalize,
    v2.Normalize: _normalize,
    v1.ConvertImageDtype: _convert,
    v2.ConvertImageDtype: _convert,
    v2.ToDtype: _to_dtype,
    v1.Resize: _convert,
    v2.Resize: _convert,
}
