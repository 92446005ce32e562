"""A store of its own for every test, and weights files in the forms that people have."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import torch
from torchvision import models

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import nn


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: Path) -> Iterator[Path]:
    """The store; the network is switched off. Removed afterwards: pytest keeps three runs, and weights are large."""
    monkeypatch.setenv("HUB_HOME", str(shutil.copytree(indexed, tmp_path / "home")))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    yield tmp_path / "home"
    shutil.rmtree(tmp_path)


def _with_lively_buffers(model: nn.Module) -> nn.Module:
    """Give batch norms statistics that no constructor would give them."""
    generator = torch.Generator().manual_seed(0)
    for name, buffer in model.named_buffers():
        if name.endswith(("running_mean", "running_var")):
            buffer.uniform_(0.5, 1.5, generator=generator)
    return model.eval()


@pytest.fixture(scope="session")
def resnet18() -> nn.Module:
    """An untrained ResNet-18, built by torchvision; tests only read it."""
    return _with_lively_buffers(models.resnet18())


@pytest.fixture(scope="session")
def saved(resnet18: nn.Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its state dict as torch.save writes it today; tests only read it."""
    path = tmp_path_factory.mktemp("weights") / "resnet18.pth"
    torch.save(resnet18.state_dict(), path)
    return path
