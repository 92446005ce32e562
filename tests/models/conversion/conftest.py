"""Untrained networks to convert, and an empty folder to convert them into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

import hub

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn


@pytest.fixture(scope="session")
def network() -> nn.Module:
    """An untrained ResNet-18 for ten classes; tests only read it."""
    torch.manual_seed(0)
    return hub.load("resnet18", num_classes=10, progress=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    made = tmp_path / "made"
    made.mkdir()
    return made
