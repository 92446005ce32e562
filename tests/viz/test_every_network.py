"""Every network of torchvision has a graph in TensorBoard: of its computations or, without values, of its modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from event_files import Logged
from models.every_builder import LARGEST, NAMES, Numbers, example, initialised_by, published, small
from torchvision import models

import hub
from hub.models.quiet import quiet
from hub.viz import log_model

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

pytest.importorskip("tensorboard")

# One of each kind for every run of pytest.
FEW = ("raft_small", "resnet18", "ssdlite320_mobilenet_v3_large")
ALL = [name if name in FEW else pytest.param(name, marks=pytest.mark.thorough) for name in NAMES]

QUANTISED = [name for name in NAMES if name.startswith("quantized_")]


def untrained(name: str) -> nn.Module:
    """Return a network of torchvision with values that cost little to make; the largest have none."""
    device = "meta" if name in LARGEST else "cpu"
    with initialised_by(Numbers().fill_small), quiet():
        return hub.load(name, device=device, **small(name, published(name)))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ALL)
def test_a_network_has_a_graph(name: str, tmp_path: Path) -> None:
    network = untrained(name)
    inputs = None if name in LARGEST else example(name, published(name))

    logged = log_model(network, tmp_path, inputs=inputs, only=["graph", "modules"])

    found = Logged(tmp_path)
    (table,) = found.texts("modules")
    assert logged.traced == (name not in LARGEST), logged.fault
    assert len(found.graph().node) > 20
    assert f"{sum(each.numel() for each in network.parameters()):,}" in table
    assert len(table.splitlines()) == logged.modules + 4
    assert "could not be run" not in table


@pytest.mark.parametrize(
    "name", [name if "resnet18" in name else pytest.param(name, marks=pytest.mark.thorough) for name in QUANTISED]
)
def test_a_quantised_network_has_a_graph_and_histograms(name: str, tmp_path: Path) -> None:
    with initialised_by(Numbers().fill_small), quiet():
        network = models.get_model(name, weights=None, quantize=True).eval()

    logged = log_model(network, tmp_path, inputs=example(name, published(name)))

    weights = [tag for tag in Logged(tmp_path).tags["histograms"] if tag.startswith("weights")]
    assert logged.traced, logged.fault
    assert weights
