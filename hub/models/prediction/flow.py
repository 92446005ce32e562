"""How far each pixel of a picture moves until the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional
from torchvision.transforms import functional as pictures

from hub.errors import InvalidInput
from hub.models import preprocessing
from hub.models.prediction.inputs import as_tensor
from hub.models.prediction.results import Flow
from hub.models.prediction.running import coordinates_in_float32, device_of, evaluating, transforms_for

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor, nn

# RAFT compares every pixel with every other at an eighth of the size: a megapixel takes 1.4 GB, twelve take 200.
MOST_PIXELS = 2**20

# What RAFT asks of height and width.
DIVISOR, LEAST = 8, 128


def estimate_flow(model: nn.Module, first: Image | Tensor, second: Image | Tensor) -> Flow:
    """Return where the pixels of the first picture are in the second.

    Both are PIL images or uint8 tensors of (channels, height, width), of one size. Pictures of more than a megapixel
    are compared at that size, and the flow is then brought back to theirs. Raises InvalidInput if the sizes differ, or
    if the model does not compare pictures.
    """
    prepare = transforms_for(model, preprocessing.Flow)
    pair = as_tensor(first), as_tensor(second)
    if pair[0].shape != pair[1].shape:
        sizes = [f"{picture.shape[2]} x {picture.shape[1]}" for picture in pair]
        raise InvalidInput("the two pictures differ in size", expected=sizes[0], found=sizes[1])
    given: tuple[int, int] = (pair[0].shape[1], pair[0].shape[2])
    size = _compared_at(*given)
    device = device_of(model)
    before, after = (_enlarged(each[None]).to(device) for each in prepare(_at(size, pair[0]), _at(size, pair[1])))
    with evaluating(model), coordinates_in_float32(model) as dtype:
        estimates = model(before.to(dtype), after.to(dtype))
        flow = estimates[-1][:, :, : size[0], : size[1]].float()
    return Flow(_brought_to(given, flow)[0].cpu())


def _compared_at(height: int, width: int) -> tuple[int, int]:
    scale = min(1.0, (MOST_PIXELS / (height * width)) ** 0.5)
    return max(1, int(height * scale)), max(1, int(width * scale))


def _at(size: tuple[int, int], picture: Tensor) -> Tensor:
    fits = tuple(picture.shape[1:]) == size
    resized: Tensor = picture if fits else pictures.resize(picture, list(size), antialias=True)
    return resized


def _enlarged(batch: Tensor) -> Tensor:
    """Return the pictures with their last row and column repeated until the network takes them."""
    down, right = (max(LEAST, -(-side // DIVISOR) * DIVISOR) - side for side in batch.shape[-2:])
    return functional.pad(batch, (0, right, 0, down), mode="replicate")


def _brought_to(size: tuple[int, int], flow: Tensor) -> Tensor:
    if tuple(flow.shape[-2:]) == size:
        return flow
    factors = flow.new_tensor([size[1] / flow.shape[-1], size[0] / flow.shape[-2]])
    grown = functional.interpolate(flow, size=size, mode="bilinear", align_corners=False)
    return grown * factors[:, None, None]
