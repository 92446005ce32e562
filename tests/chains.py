"""Chains of transforms: those that run once for a whole batch, half of them so, and those that must run per sample."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import torch
from torchvision import transforms as v1
from torchvision import tv_tensors
from torchvision.transforms import v2

if TYPE_CHECKING:
    from collections.abc import Callable

MEAN, DEVIATION = (0.1307,), (0.3081,)
SCALED = v2.ToDtype(torch.float32, scale=True)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # v2.ToTensor says that it is deprecated
    OLD_TO_TENSOR = v2.ToTensor()

ONCE_A_BATCH: dict[str, Callable[..., object]] = {
    "ToTensor": v1.ToTensor(),
    "ToTensor, Normalize": v1.Compose([v1.ToTensor(), v1.Normalize(MEAN, DEVIATION)]),
    "v2.ToTensor, v2.Normalize": v2.Compose([OLD_TO_TENSOR, v2.Normalize(MEAN, DEVIATION)]),
    "PILToTensor": v1.PILToTensor(),
    "v2.PILToTensor": v2.PILToTensor(),
    "PILToTensor, ConvertImageDtype": v1.Compose([v1.PILToTensor(), v1.ConvertImageDtype(torch.float32)]),
    "v2.PILToTensor, v2.ConvertImageDtype": v2.Compose([v2.PILToTensor(), v2.ConvertImageDtype(torch.float64)]),
    "ConvertImageDtype to half": v1.Compose([v1.PILToTensor(), v1.ConvertImageDtype(torch.float16)]),
    "v2.ToImage": v2.ToImage(),
    "v2.ToImage, ToDtype": v2.Compose([v2.ToImage(), SCALED]),
    "v2.ToImage, ToDtype, Normalize": v2.Compose([v2.ToImage(), SCALED, v2.Normalize(MEAN, DEVIATION)]),
    "v2.ToDtype without scale": v2.Compose([v2.PILToTensor(), v2.ToDtype(torch.float32)]),
    "v2.ToDtype to integers": v2.Compose([v2.ToImage(), v2.ToDtype(torch.int32, scale=True)]),
    "v2.ToDtype to half": v2.Compose([v2.ToImage(), v2.ToDtype(torch.bfloat16, scale=True)]),
    "v2.ToDtype by type": v2.Compose(
        [v2.ToImage(), v2.ToDtype({tv_tensors.Image: torch.float32, "others": None}, scale=True)]
    ),
    "CenterCrop, ToTensor": v1.Compose([v1.CenterCrop(20), v1.ToTensor()]),
    "CenterCrop to odd": v1.Compose([v1.CenterCrop((13, 21)), v1.PILToTensor()]),
    "CenterCrop to more": v1.Compose([v1.CenterCrop((40, 20)), v1.ToTensor()]),
    "ToTensor, CenterCrop": v1.Compose([v1.ToTensor(), v1.CenterCrop(33)]),
    "v2.CenterCrop, ToImage": v2.Compose([v2.CenterCrop(17), v2.ToImage(), SCALED]),
    "v2.ToImage, CenterCrop": v2.Compose([v2.ToImage(), v2.CenterCrop((31, 9))]),
    "ToTensor, Resize": v1.Compose([v1.ToTensor(), v1.Resize(32)]),
    "ToTensor, Resize down, Normalize": v1.Compose([v1.ToTensor(), v1.Resize(13), v1.Normalize(MEAN, DEVIATION)]),
    "bytes, Resize": v1.Compose([v1.PILToTensor(), v1.Resize((40, 17))]),
    "bytes, bicubic": v1.Compose([v1.PILToTensor(), v1.Resize(35, v1.InterpolationMode.BICUBIC)]),
    "bytes, nearest": v1.Compose([v1.PILToTensor(), v1.Resize(9, v1.InterpolationMode.NEAREST)]),
    "v2 bytes, Resize": v2.Compose([v2.ToImage(), v2.Resize((33, 20)), SCALED]),
    "v2 bytes, Resize without antialias": v2.Compose([v2.ToImage(), v2.Resize(20, antialias=False)]),
    "v2 floats, bicubic": v2.Compose([v2.ToImage(), SCALED, v2.Resize(19, v1.InterpolationMode.BICUBIC)]),
    "nested": v2.Compose([v1.Compose([v1.CenterCrop(24), v1.ToTensor()]), v2.Compose([v2.Normalize([0.5], [0.5])])]),
    "one mean in a list": v1.Compose([v1.ToTensor(), v1.Normalize([0.1], [1e-30])]),
}


class Doubled(v1.ToTensor):  # type: ignore[misc]  # torchvision publishes no types
    def __call__(self, pic: object) -> torch.Tensor:
        made: torch.Tensor = super().__call__(pic)
        return 2 * made


def hooked() -> v1.Normalize:
    transform = v1.Normalize(MEAN, DEVIATION)
    transform.register_forward_hook(lambda _module, _args, output: output + 1)
    return transform


ONE_BY_ONE: dict[str, Callable[..., object]] = {
    "a function": v1.functional.to_tensor,
    "a subclass": Doubled(),
    "random after the tensor": v1.Compose([v1.ToTensor(), v1.RandomErasing(p=1)]),
    "a hook": v1.Compose([v1.ToTensor(), hooked()]),
    "more means than channels": v2.Compose([v2.ToImage(), SCALED, v2.Normalize((0.1, 0.2, 0.3), (1, 1, 1))]),
}

IN_TWO: dict[str, Callable[..., object]] = {
    "a random transform": v1.Compose([v1.RandomRotation(30), v1.ToTensor(), v1.Normalize(MEAN, DEVIATION)]),
    "a crop at random": v2.Compose([v2.RandomResizedCrop(20), v2.RandomHorizontalFlip(), v2.ToImage(), SCALED]),
    "Resize of a Pillow image": v1.Compose([v1.Resize(14), v1.ToTensor()]),
    "v2.Resize of a Pillow image": v2.Compose([v2.Resize(14), v2.ToImage()]),
    "ToDtype before there is a tensor": v2.Compose([SCALED, v2.ToImage()]),
    "a function, then bytes": v1.Compose([lambda image: image.rotate(90), v1.PILToTensor()]),
    "to colour": v1.Compose([v1.Grayscale(3), v1.ToTensor(), v1.Normalize((0.1, 0.2, 0.3), (1, 2, 3))]),
}
