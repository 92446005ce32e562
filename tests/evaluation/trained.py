"""Digits of our own to be told apart, and a network that has learned a little of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from PIL import Image
from torch import nn

import hub

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset

SHADES = ("black", "blue", "cyan", "green", "red", "white", "yellow")
COLOURS = {
    "black": (0, 0, 0), "blue": (0, 0, 255), "cyan": (0, 255, 255), "green": (0, 255, 0), "red": (255, 0, 0),
    "white": (255, 255, 255), "yellow": (255, 255, 0),
}  # fmt: skip


def write_colours(folder: Path, each: int = 6) -> Path:
    """Write noisy pictures of seven colours, more of the later ones, in a folder for each."""
    random = np.random.default_rng(0)
    for number, (name, colour) in enumerate(COLOURS.items()):
        (folder / name).mkdir(parents=True)
        for picture in range(each + number):
            pixels = np.array(colour) * 0.5 + random.integers(0, 128, (8, 8, 3)) + random.normal(0, 60, 3)
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / name / f"{picture}.png")
    return folder


def colours(folder: Path) -> Dataset:
    """Return these pictures as a dataset."""
    return hub.load_dataset("image_folder", split="all", data_dir=write_colours(folder), progress=False)


def as_numbers(picture: Image.Image) -> torch.Tensor:
    """Return the mean of each channel, from 0 to 1: what the network below looks at."""
    return torch.tensor(np.asarray(picture.convert("RGB")).mean(axis=(0, 1)) / 255, dtype=torch.float32)


def network(outputs: int = len(COLOURS)) -> nn.Linear:
    """Return a network that prefers the nearest colour, and is unsure between neighbours; further outputs never win."""
    model = nn.Linear(3, outputs)
    places = torch.tensor([*COLOURS.values()]) / 255 * 0.5 + 0.25
    with torch.no_grad():
        model.weight.zero_()
        model.bias.fill_(-30.0)
        model.weight[: len(COLOURS)] = 40 * places
        model.bias[: len(COLOURS)] = -20 * (places**2).sum(dim=1)
    return model
