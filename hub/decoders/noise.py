"""Noise: pictures and labels drawn from a seed, the numbers that torchvision's FakeData draws."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torchvision.transforms.functional import pil_to_tensor, to_pil_image

if TYPE_CHECKING:
    from PIL import Image
    from torch import Tensor

    from hub.decoders import Form


def image(data: bytes, form: Form) -> Image.Image | Tensor:
    """Return the picture: normally distributed numbers, as torchvision makes bytes of such."""
    made: Image.Image = to_pil_image(_drawn(data)[0])
    return made if form.name is None else pil_to_tensor(made)


def label(data: bytes, form: Form) -> int:
    """Return the label."""
    del form
    return _drawn(data)[1]


# The label comes behind the picture in the stream of random numbers: asked for one right after the other, as for a
# sample, both are drawn once.
@lru_cache(maxsize=1)
def _drawn(data: bytes) -> tuple[Tensor, int]:
    found = json.loads(data)
    stream = torch.Generator().manual_seed(found["seed"])
    picture = torch.randn(*found["shape"], generator=stream)
    return picture, int(torch.randint(0, found["classes"], (1,), generator=stream))
