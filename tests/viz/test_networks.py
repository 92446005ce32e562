"""What is shown of a network: graph, modules, weights and activations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from event_files import Logged
from torch import Tensor, nn

import hub
from hub.errors import InvalidInput
from hub.viz import log_model, open_board
from hub.viz.networks.branches import as_markdown, grown
from hub.viz.networks.weights import weights

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("tensorboard")


class Twice(nn.Module):
    """Two layers one after another, and the input added to the second: something that is no module."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(8, 8)
        self.second = nn.Sequential(nn.ReLU(), nn.Linear(8, 8, bias=False))

    def forward(self, inputs: Tensor) -> Tensor:
        hidden: Tensor = self.first(inputs)
        added: Tensor = inputs + self.second(hidden)
        return added


class Chooser(Twice):
    """A network that tracing cannot follow."""

    def forward(self, inputs: Tensor) -> Tensor:
        if torch._C._get_tracing_state():
            raise RuntimeError("not while somebody looks")
        return super().forward(inputs)


def test_a_network_is_shown_whole(tmp_path: Path) -> None:
    network = Twice().train()

    logged = log_model(network, tmp_path, inputs=torch.randn(4, 8))

    found = Logged(tmp_path)
    assert (logged.traced, logged.modules, logged.fault) == (True, 5, "")
    assert any("Linear[first]" in node.name for node in found.graph().node)
    assert found.tags["histograms"] == [
        "activations of second/0",
        "activations of second/1",
        "activations/first",
        "weights of first/each small bias",
        "weights of first/each small weight",
        "weights of second/each small weight",
    ]
    assert logged.histograms == 6
    assert network.training
    assert network.second.training


def test_activations_are_those_of_the_batch(tmp_path: Path) -> None:
    network, batch = Twice().eval(), torch.randn(4, 8)

    log_model(network, tmp_path, inputs=batch, only=["activations"])

    found = Logged(tmp_path).histogram("activations of second/0")
    expected = network.first(batch).relu().detach()
    assert found.num == 32
    assert found.max == pytest.approx(float(expected.max()))
    assert found.sum == pytest.approx(float(expected.sum()), rel=1e-5)


def test_modules_are_a_table_with_shapes_types_and_parameters() -> None:
    table = as_markdown(grown(Twice(), (torch.zeros(4, 8),)))

    assert table.splitlines() == [
        "**Twice** took 4x8",
        "",
        "| module | class | parameters | gives | type |",
        "| :-- | :-- | --: | :-- | :-- |",
        "| **the whole** | Twice | 136 | 4x8 | float32 |",
        "| \u2003first | Linear | 72 | 4x8 | float32 |",
        "| \u2003second | Sequential | 64 | 4x8 | float32 |",
        "| \u2003\u20030 | ReLU |  | 4x8 |  |",
        "| \u2003\u20031 | Linear | 64 | 4x8 | float32 |",
    ]


def test_modules_take_the_place_of_a_graph_that_cannot_be_followed(tmp_path: Path) -> None:
    logged = log_model(Chooser(), tmp_path, inputs=torch.zeros(4, 8), only=["graph", "modules"])

    nodes = {node.name: node for node in Logged(tmp_path).graph().node}
    assert not logged.traced
    assert "not while somebody looks" in logged.fault
    assert list(nodes) == ["input", "Chooser/first", "Chooser/second/0", "Chooser/second/1"]
    assert [node.op for node in nodes.values()] == ["input", "Linear", "ReLU", "Linear"]
    assert list(nodes["Chooser/second/0"].input) == ["Chooser/first"]
    assert nodes["Chooser/first"].attr["parameters"].s == b"72"
    assert [dim.size for dim in nodes["Chooser/first"].attr["_output_shapes"].list.shape[0].dim] == [4, 8]


def test_a_module_whose_input_no_module_made_comes_after_the_last_one(tmp_path: Path) -> None:
    class Doubling(Chooser):
        def forward(self, inputs: Tensor) -> Tensor:
            super().forward(inputs)
            doubled: Tensor = self.second(self.first(inputs) * 2)
            return doubled

    log_model(Doubling(), tmp_path, inputs=torch.zeros(4, 8), only=["graph"])

    nodes = {node.name: node for node in Logged(tmp_path).graph().node}
    assert list(nodes["Doubling/first"].input) == ["input"]


def test_without_inputs_a_network_of_ones_own_is_shown_by_its_modules(tmp_path: Path) -> None:
    logged = log_model(Twice(), tmp_path)

    assert logged.fault == "nothing is known of its inputs"
    assert Logged(tmp_path).graph().node[0].name == "Twice/first"
    assert logged.histograms == 3


def test_inputs_that_do_not_fit_leave_a_table_without_shapes(tmp_path: Path) -> None:
    logged = log_model(Twice(), tmp_path, inputs=torch.zeros(4, 9))

    (table,) = Logged(tmp_path).texts("modules")
    assert not logged.traced
    assert "It could not be run" in table
    assert "| \u2003first | Linear | 72 |  | float32 |" in table


def test_a_network_that_returns_mappings_in_lists_is_followed_nevertheless(tmp_path: Path) -> None:
    class Detector(Twice):
        def forward(self, inputs: Tensor) -> list[dict[str, Tensor]]:  # type: ignore[override]
            return [{"boxes": super().forward(inputs)}]

    assert log_model(Detector(), tmp_path, inputs=torch.zeros(4, 8), only=["graph"]).traced


def test_a_network_is_fed_with_what_it_was_trained_on(tmp_path: Path) -> None:
    logged = log_model(hub.load("squeezenet1_1"), tmp_path, only=["graph", "modules"])

    assert logged.traced
    assert Logged(tmp_path).texts("modules")[0].startswith("**SqueezeNet** took 1x3x224x224\n")


def test_large_tensors_have_a_histogram_each_and_small_ones_share_one() -> None:
    network = nn.Sequential(nn.Conv2d(3, 64, 3), nn.BatchNorm2d(64), nn.Sequential(nn.Linear(64, 64), nn.Linear(64, 4)))

    found = {name: tensor.numel() for name, tensor in weights(network)}

    assert found == {
        "0/weight": 1728,
        "2/0.weight": 4096,
        "0/each small bias": 64,
        "1/each small weight": 64,
        "1/each small bias": 64,
        "2/each small bias": 68,
        "2/each small weight": 256,
    }


def test_weights_that_are_not_numbers_are_told_of(tmp_path: Path) -> None:
    network = nn.Linear(64, 64)
    with torch.no_grad():
        network.weight[0, 0] = float("nan")

    log_model(network, tmp_path, only=["weights"])

    assert "**1 NaN** of 4,096 numbers" in Logged(tmp_path).texts("weights/weight/not_finite")[0]


@pytest.mark.filterwarnings("ignore:torch.quantize")
def test_quantised_layers_have_weights_too() -> None:
    network = torch.ao.nn.quantized.Linear(64, 64)  # type: ignore[no-untyped-call]

    found = dict(weights(network))

    assert found["weight"].dequantize().shape == (64, 64)
    assert found["bias"].shape == (64,)


def test_a_network_without_numbers_is_shown_by_its_modules(tmp_path: Path) -> None:
    with torch.device("meta"):
        network = hub.load("resnet18", device="meta")

    logged = log_model(network, tmp_path)

    assert (logged.traced, logged.histograms) == (False, 0)
    assert "11,689,512" in Logged(tmp_path).texts("modules")[0]


def test_a_board_stays_open_and_takes_several_networks(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        for step in (0, 1):
            log_model(nn.Linear(64, 64), board, step=step, only=["weights"])
        board.scalar("after", 1)

    assert Logged(tmp_path).scalars("after") == [(0, 1.0)]


def test_an_unknown_part_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="a network has no part 'grahp'"):
        log_model(Twice(), tmp_path / "runs", only=["grahp"])

    assert not (tmp_path / "runs").exists()


def test_networks_of_timm_are_fed_with_what_they_were_trained_on(tmp_path: Path) -> None:
    pytest.importorskip("timm")

    logged = log_model(hub.load("timm/vit_tiny_patch16_224"), tmp_path, only=["graph", "modules"])

    assert logged.traced
    assert Logged(tmp_path).texts("modules")[0].startswith("**VisionTransformer** took 1x3x224x224\n")
