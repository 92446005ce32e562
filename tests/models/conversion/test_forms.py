"""What each form holds, read by the program that it is for."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import pytest
import torch

import hub
from hub.models.conversion import TARGETS, Conversion, convert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor, nn

SIZE = (32, 40)


@pytest.fixture(scope="module")
def files(network: nn.Module, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Conversion]:
    """The same network in every form; tests only read them."""
    folder = tmp_path_factory.mktemp("files")
    return {form: convert(network, to=form, path=folder, size=SIZE) for form in TARGETS}


def onnx_runner(path: Path) -> Callable[[Tensor], Tensor]:
    import onnxruntime

    session = onnxruntime.InferenceSession(path)
    return lambda images: torch.from_numpy(session.run(["scores"], {"images": images.numpy()})[0])


def program_runner(path: Path) -> Callable[[Tensor], Tensor]:
    return torch.export.load(path).module()


def script_runner(path: Path) -> Callable[[Tensor], Tensor]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PyTorch's old form
        read: Any = torch.jit.load(str(path))  # type: ignore[no-untyped-call]
    return read  # type: ignore[no-any-return]


RUNNERS = {"onnx": onnx_runner, "pt2": program_runner, "torchscript": script_runner}


@pytest.mark.parametrize("form", RUNNERS)
def test_the_file_computes_the_same_for_any_batch(form: str, files: dict[str, Conversion], network: nn.Module) -> None:
    run = RUNNERS[form](files[form].path)

    for count in (1, 2, 5):
        images = torch.rand(count, 3, *SIZE)
        with torch.no_grad():
            torch.testing.assert_close(run(images), network(images), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("form", TARGETS)
def test_the_difference_is_told_and_within_the_tolerance(form: str, files: dict[str, Conversion]) -> None:
    found = files[form]

    assert found.comparison.count > 5
    assert found.comparison.relative <= (found.tolerance if form == "onnx" else 0)
    assert found.comparison.same_top1 == (None if form == "safetensors" else 1)
    assert found.size == found.path.stat().st_size


def from_onnx(path: Path) -> dict[str, str]:
    import onnxruntime

    found: dict[str, str] = onnxruntime.InferenceSession(path).get_modelmeta().custom_metadata_map
    return found


def from_program(path: Path) -> dict[str, str]:
    extra = {"hub.json": ""}
    torch.export.load(path, extra_files=extra)
    return dict(json.loads(extra["hub.json"]))


def from_script(path: Path) -> dict[str, str]:
    extra = {"hub.json": ""}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        torch.jit.load(str(path), _extra_files=extra)  # type: ignore[no-untyped-call]
    return dict(json.loads(extra["hub.json"]))


def from_safetensors(path: Path) -> dict[str, str]:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        return dict(file.metadata())


READERS = {"onnx": from_onnx, "pt2": from_program, "torchscript": from_script, "safetensors": from_safetensors}


@pytest.mark.parametrize("form", TARGETS)
def test_the_file_tells_what_it_is_and_how_to_feed_it(form: str, files: dict[str, Conversion]) -> None:
    told = READERS[form](files[form].path)

    assert told["name"] == "resnet18"
    assert told["license"] == "BSD-3-Clause"
    assert json.loads(told["inputs"]) == {"images": {"shape": ["batch", 3, 32, 40], "dtype": "float32"}}
    assert told.items() >= files[form].metadata.items()


def test_safetensors_are_read_by_their_own_library_bit_for_bit_and_without_padding(
    files: dict[str, Conversion], network: nn.Module
) -> None:
    from safetensors.torch import load_file

    read = load_file(files["safetensors"].path)

    own = network.state_dict()
    assert read.keys() == own.keys()
    assert all(torch.equal(read[name], own[name]) and read[name].dtype == own[name].dtype for name in own)


def test_safetensors_are_weights_to_load_again(files: dict[str, Conversion], network: nn.Module) -> None:
    again = hub.load("resnet18", weights=files["safetensors"].path, num_classes=10, progress=False)

    images = torch.rand(1, 3, *SIZE)
    assert torch.equal(again(images), network(images))


def test_safetensors_of_the_same_network_are_the_same_bytes(
    files: dict[str, Conversion], network: nn.Module, folder: Path
) -> None:
    again = convert(network, to="safetensors", path=folder, size=SIZE)

    assert again.path.read_bytes() == files["safetensors"].path.read_bytes()


def test_half_precision_stays_half(folder: Path) -> None:
    from safetensors.torch import load_file

    network = hub.load("squeezenet1_1", dtype="bfloat16", progress=False)

    done = convert(network, to="safetensors", path=folder, size=SIZE)

    assert {tensor.dtype for tensor in load_file(done.path).values()} == {torch.bfloat16}
    assert done.size < 2.1 * sum(parameter.numel() for parameter in network.parameters())
