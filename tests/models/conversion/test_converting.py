"""`convert`: what it takes, what it refuses, and that nothing but whole files is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

import hub
from hub.errors import InvalidCombination, InvalidInput, NotConvertible
from hub.models.conversion import convert, int8

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

SIZE = (32, 32)


class Noise(nn.Module):
    """Gives something else at each call."""

    def forward(self, scores: Tensor) -> Tensor:
        return scores + torch.rand_like(scores)


def test_a_file_that_computes_something_else_is_removed(folder: Path) -> None:
    network = hub.load("squeezenet1_1", progress=False)
    network.classifier = nn.Sequential(network.get_submodule("classifier"), Noise())

    with pytest.raises(NotConvertible, match="computes something else; the file was removed"):
        convert(network, to="torchscript", path=folder, size=SIZE)

    assert list(folder.iterdir()) == []


def test_the_network_itself_stays_as_it_is(folder: Path) -> None:
    network = hub.load("squeezenet1_1", train=True, progress=False)

    convert(network, to="torchscript", path=folder, size=SIZE)

    assert network.training
    assert all(parameter.requires_grad for parameter in network.parameters())


def test_a_compiled_network_is_converted_as_the_one_that_it_wraps(folder: Path) -> None:
    network = hub.load("squeezenet1_1", compile=True, progress=False)

    assert convert(network, to="torchscript", path=folder, size=SIZE).comparison.difference == 0


def test_feature_maps_keep_their_names(folder: Path) -> None:
    network = hub.load("resnet18", features_only=["layer1", "layer4"], progress=False)

    done = convert(network, to="torchscript", path=folder, size=SIZE)

    assert done.outputs == ("layer1", "layer4")
    assert done.comparison.same_top1 is None


def test_a_fixed_batch_is_that_of_the_file(network: nn.Module, folder: Path) -> None:
    done = convert(network, to="pt2", path=folder / "four.pt2", size=SIZE, batch=4)

    assert done.inputs == {"images": [4, 3, 32, 32]}
    program = torch.export.load(folder / "four.pt2").module()
    with pytest.raises(AssertionError):
        program(torch.rand(3, 3, 32, 32))


def test_an_existing_file_is_replaced_only_by_force(network: nn.Module, folder: Path) -> None:
    (folder / "mine.safetensors").write_text("precious")

    with pytest.raises(InvalidInput, match="is there already"):
        convert(network, to="safetensors", path=folder / "mine.safetensors")
    assert (folder / "mine.safetensors").read_text() == "precious"

    convert(network, to="safetensors", path=folder / "mine.safetensors", force=True)
    assert [path.name for path in folder.iterdir()] == ["mine.safetensors"]


MISTAKES = {
    "unknown form": ({"to": "onxx"}, "did you mean 'onnx'"),
    "size of a video": ({"to": "pt2", "size": (16, 32, 32)}, "expected height x width"),
    "no size": ({"to": "pt2", "size": (0, 32)}, "takes no input of 0x32"),
    "too small": ({"to": "pt2", "size": (1, 1)}, "takes no input of 1x1"),
    "no batch": ({"to": "pt2", "batch": 0}, "expected a number from 1"),
    "a word": ({"to": "pt2", "batch": "many"}, "expected a number from 1"),
    "missing folder": ({"to": "safetensors", "path": "no/such/folder/x.safetensors"}, "there is no folder"),
    "int8 in pt2": ({"to": "pt2", "int8": True}, "cannot hold PyTorch's 8-bit layers"),
    "int8 in safetensors": ({"to": "safetensors", "int8": True}, "cannot hold PyTorch's 8-bit layers"),
}


@pytest.fixture(scope="module")
def squeezenet() -> nn.Module:
    return hub.load("squeezenet1_1", progress=False)


@pytest.mark.parametrize(("options", "said"), MISTAKES.values(), ids=MISTAKES)
def test_what_makes_no_sense_is_said_before_anything_is_written(
    options: dict[str, object], said: str, squeezenet: nn.Module, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    wanted: dict[str, object] = {"size": SIZE, **options}

    with pytest.raises(InvalidInput, match=said):
        convert(squeezenet, **wanted)  # type: ignore[arg-type]  # mistakes are what is tested

    assert list(folder.iterdir()) == []


def test_a_network_of_another_function_is_refused(folder: Path) -> None:
    with pytest.raises(InvalidInput, match=r"a model of hub\.load"):
        convert(nn.Linear(2, 2), to="onnx", path=folder)


def test_a_network_without_values_is_refused(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="no values"):
        convert(hub.load("squeezenet1_1", device="meta"), to="pt2", path=folder)


def test_what_onnx_runtime_has_no_kernels_for_is_refused(folder: Path) -> None:
    network = hub.load("squeezenet1_1", dtype="bfloat16", progress=False)

    with pytest.raises(NotConvertible, match="--dtype float32"):
        convert(network, to="onnx", path=folder, size=SIZE)


def test_what_depends_on_what_it_sees_is_no_exported_program(folder: Path) -> None:
    network = hub.load("ssdlite320_mobilenet_v3_large", progress=False)

    with pytest.raises(NotConvertible, match="how many boxes there are"):
        convert(network, to="pt2", path=folder)


def test_the_folder_of_an_own_weights_file_does_not_travel_with_the_network(folder: Path, saved: Path) -> None:
    network = hub.load("resnet18", weights=saved, progress=False)

    done = convert(network, to="safetensors", path=folder)

    assert done.metadata["weights"] == saved.name
    assert str(saved.parent).encode() not in done.path.read_bytes()[:1_000_000]


def test_int8_quantises_linear_layers_and_leaves_the_rest(network: nn.Module) -> None:
    small = int8(network)

    assert "quantized.dynamic" in type(small.get_submodule("fc")).__module__
    assert type(small.get_submodule("conv1")) is nn.Conv2d
    assert type(network.get_submodule("fc")) is nn.Linear
    assert small.hub == network.hub


def test_int8_says_how_much_of_the_network_it_changes(folder: Path) -> None:
    network = hub.load("resnet18", progress=False)

    done = convert(network, to="torchscript", path=folder, size=SIZE, int8=True)

    assert done.share is not None
    assert (done.share.layers, done.share.parameters, done.share.worthwhile) == (1, 512 * 1000, False)
    assert done.size < done.before - 1_000_000
    assert 0 < done.comparison.relative < done.tolerance
    assert done.metadata["int8"] == "linear layers"


def test_int8_of_a_network_without_linear_layers_is_refused(squeezenet: nn.Module) -> None:
    with pytest.raises(NotConvertible, match="nothing to quantise"):
        int8(squeezenet)


def test_int8_of_half_precision_is_refused(folder: Path) -> None:
    network = hub.load("resnet18", dtype="float16", progress=False)

    with pytest.raises(InvalidCombination, match="of float32 only"):
        convert(network, to="torchscript", path=folder, size=SIZE, int8=True)


@pytest.mark.slow
def test_int8_leaves_alone_the_layers_whose_weights_are_read_by_others() -> None:
    small = int8(hub.load("swin_t", progress=False))

    assert type(small.get_submodule("features.1.0.attn.qkv")) is nn.Linear
    assert "quantized.dynamic" in type(small.get_submodule("features.1.0.mlp.0")).__module__


@pytest.mark.slow
@pytest.mark.parametrize("form", ["safetensors", pytest.param("onnx", marks=pytest.mark.thorough)])
def test_a_full_disk_is_said_and_leaves_nothing(form: str, folder: Path) -> None:
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)); from hub import cli;"
        f"sys.exit(cli.run(['convert', 'squeezenet1_1', '--untrained', '--to', {form!r}, '-q', '--size', '32x32']))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, env=dict(os.environ), check=False
    )

    assert (done.returncode, len(done.stderr.splitlines())) == (6, 3)
    assert list(folder.iterdir()) == []


SLOW = {
    "detection as ONNX": ("ssdlite320_mobilenet_v3_large", "onnx", None),
    "detection as TorchScript": ("ssdlite320_mobilenet_v3_large", "torchscript", None),
    "flow as a program": ("raft_small", "pt2", (128, 128)),
    "video as ONNX": ("r3d_18", "onnx", (4, 32, 32)),
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "form", "size"), SLOW.values(), ids=SLOW)
def test_every_kind_of_network_keeps_computing_the_same(
    name: str, form: str, size: tuple[int, ...] | None, folder: Path
) -> None:
    torch.manual_seed(0)

    done = convert(hub.load(name, progress=False), to=form, path=folder, size=size)

    assert done.comparison.count > 0
    assert done.comparison.relative <= done.tolerance
    assert list(json.loads(done.metadata["inputs"])) == list(done.inputs)
