"""Chains of torchvision transforms that give the same bits for a whole batch as for one image at a time.

A chain is run once a batch if each of its transforms is exactly one of those in `STEPS`. Anything else (a subclass,
a function, a random transform, a module with hooks) makes the whole chain run per sample, and so does a transform
that meets an image in a form for which its batch would differ, or fail in other words.

`Resize` is one of these: Pillow's and torch's differ, so it is a step only once the image is a tensor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn
from torchvision import tv_tensors
from torchvision.transforms import functional as v1_functional
from torchvision.transforms import transforms as v1
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as v2_functional

if TYPE_CHECKING:
    from collections.abc import Iterator

Transform = Callable[..., object]

Form = Literal["pil", "tensor", "image"]
"""What one sample of a batch would be: a Pillow image, a plain tensor or a tv_tensors.Image."""


@dataclass(frozen=True, slots=True)
class Images:
    """A batch on its way through a chain. `pixels` has the shape (rows, channels, height, width) and is ours."""

    pixels: Tensor
    form: Form


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


def run(steps: list[Step], images: Images) -> Images | None:
    """Return the images after all steps, or None if their form makes it necessary to run per sample."""
    for step in steps:
        after = step(images)
        if after is None:
            return None
        images = after
    return None if images.form == "pil" else replace(images, pixels=images.pixels.contiguous())


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
    """Divide by 255 in the default dtype: the very operations of torchvision's to_tensor."""
    if images.form != "pil":
        return None
    floats = images.pixels.to(torch.get_default_dtype(), memory_format=torch.contiguous_format)
    return Images(floats.div_(255), "tensor")


def _to_bytes(_: v1.PILToTensor | v2.PILToTensor, images: Images) -> Images | None:
    return Images(images.pixels, "tensor") if images.form == "pil" else None


def _to_image(_: v2.ToImage, images: Images) -> Images:
    return Images(images.pixels, "image")


def _center_crop(transform: v1.CenterCrop | v2.CenterCrop, images: Images) -> Images:
    if images.form != "pil":
        return _apply(transform, images)
    # Pillow's and torch's crops take the same pixels and pad with the same zeros.
    return Images(v1_functional.center_crop(images.pixels, transform.size), "pil")


def _normalize(
    normalize: Callable[..., Tensor], transform: v1.Normalize | v2.Normalize, images: Images
) -> Images | None:
    channels = images.pixels.shape[1]
    scales = (transform.mean, transform.std)
    fits = all(isinstance(each, list | tuple) and len(each) in (1, channels) for each in scales)
    if images.form == "pil" or not fits or not images.pixels.is_floating_point():
        return None
    # The pixels are ours, so this may work in place, which saves a third of the time.
    return replace(images, pixels=normalize(images.pixels, *scales, inplace=True))


def _convert(transform: Transform, images: Images) -> Images | None:
    return None if images.form == "pil" else _apply(transform, images)


def _apply(transform: Transform, images: Images) -> Images:
    """Call the transform itself: it takes any number of leading dimensions."""
    made = transform(tv_tensors.Image(images.pixels) if images.form == "image" else images.pixels)
    return replace(images, pixels=torch.as_tensor(made).as_subclass(Tensor))


COMPOSED = (v1.Compose, v2.Compose)

STEPS: dict[type, Callable[[Transform, Images], Images | None]] = {
    v1.ToTensor: _to_tensor,
    v2.ToTensor: _to_tensor,
    v1.PILToTensor: _to_bytes,
    v2.PILToTensor: _to_bytes,
    v2.ToImage: _to_image,
    v1.CenterCrop: _center_crop,
    v2.CenterCrop: _center_crop,
    v1.Normalize: partial(_normalize, v1_functional.normalize),
    v2.Normalize: partial(_normalize, v2_functional.normalize),
    v1.ConvertImageDtype: _convert,
    v2.ConvertImageDtype: _convert,
    v2.ToDtype: _convert,
    v1.Resize: _convert,
    v2.Resize: _convert,
}
