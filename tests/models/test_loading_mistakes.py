from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn
from torchvision import models

import hub
from hub.errors import (
    FormatError,
    InvalidCombination,
    InvalidInput,
    MissingFile,
    NotFound,
    OfflineError,
    StoreError,
    UnsafeWeights,
)
from hub.models.builders import options as builder_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_fine_tuned_file_without_num_classes_says_so(tmp_path: Path) -> None:
    torch.save(models.resnet18(num_classes=10).state_dict(), tmp_path / "tuned.pth")

    with pytest.raises(FormatError, match=r"fc\.weight \[10, 512\] for \[1000, 512\]"):
        hub.load("resnet18", weights=tmp_path / "tuned.pth")


@pytest.mark.parametrize("name", ["resnet18", "ssdlite320_mobilenet_v3_large", "lraspp_mobilenet_v3_large"])
def test_a_fine_tuned_file_tells_the_number_of_classes_to_ask_for(name: str, tmp_path: Path) -> None:
    torch.save(hub.load(name, num_classes=7).state_dict(), tmp_path / "tuned.pth")

    with pytest.raises(FormatError, match="the file is for 7 classes: pass num_classes=7"):
        hub.load(name, weights=tmp_path / "tuned.pth")


def test_a_file_that_differs_in_more_than_its_head_is_not_explained_by_classes(tmp_path: Path) -> None:
    state = models.resnet18(num_classes=7).state_dict()
    state["conv1.weight"] = torch.ones(64, 1, 7, 7)
    torch.save(state, tmp_path / "grey.pth")

    with pytest.raises(FormatError, match="the file must come from the same one"):
        hub.load("resnet18", weights=tmp_path / "grey.pth")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"zero_init_residuals": True}, "did you mean 'zero_init_residual'", id="a typo"),
        pytest.param({"weights_backbone": "DEFAULT"}, "has no backbone", id="no backbone of its own"),
        pytest.param({"width_per_group": 128}, "cannot be built", id="a value that is refused"),
        pytest.param({"num_classes": 0}, "at least one class", id="no classes"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        hub.load("resnet18", **options)  # type: ignore[arg-type]  # they go on as they are


@pytest.mark.parametrize("others", [{"pretrained": True}, {"weights": "DEFAULT"}])
def test_weights_of_a_backbone_beside_those_of_the_whole_are_never_left_out_in_silence(others: dict[str, Any]) -> None:
    with pytest.raises(InvalidCombination, match="leave weights_backbone out"):
        hub.load("fcn_resnet50", weights_backbone="DEFAULT", device="meta", **others)


def test_a_tag_in_the_name_is_weights_of_the_whole_too() -> None:
    with pytest.raises(InvalidCombination, match="leave weights_backbone out"):
        hub.load("fcn_resnet50@DEFAULT", weights_backbone="DEFAULT", device="meta")


def test_a_wrong_name_says_what_was_meant() -> None:
    with pytest.raises(NotFound, match="did you mean resnet18"):
        hub.load("resnet-81")


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        (lambda: hub.load("MNIST"), r"but a dataset\n  expected hub\.load_dataset\(\"MNIST\"\)"),
        (lambda: hub.load_dataset("resnet18"), r"but a model\n  expected hub\.load\(\"resnet18\"\)"),
        (lambda: hub.load("resnet50.a1_in1k"), r"hub\.load\(\"timm/resnet50\.a1_in1k\"\)"),
    ],
)
def test_a_name_of_another_kind_is_recognised(wrong: Callable[[], object], meant: str) -> None:
    with pytest.raises(NotFound) as caught:
        wrong()

    assert re.search(meant, str(caught.value))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has what is missed")
@pytest.mark.parametrize("device", ["cuda", "cuda:1", torch.device("cuda")])
def test_a_device_that_is_not_there_is_told_before_anything_is_fetched(device: str | torch.device) -> None:
    with pytest.raises(InvalidInput, match="this machine has no device 'cuda") as caught:
        hub.load("resnet18", pretrained=True, device=device)

    assert caught.value.expected == "cpu"
    assert 'device="auto"' in caught.value.hint


@pytest.mark.parametrize("kept", [0, 0.4, 0.99])
def test_a_cut_file_is_called_damaged_by_load(kept: float, tmp_path: Path, saved: Path) -> None:
    raw = saved.read_bytes()
    (tmp_path / "cut.pth").write_bytes(raw[: int(kept * len(raw))])

    with pytest.raises(FormatError, match=r"cut\.pth"):
        hub.load("resnet18", weights=tmp_path / "cut.pth")


def test_a_repository_of_torch_hub_is_explained() -> None:
    with pytest.raises(NotFound, match=r'hub\.load\("resnet18", pretrained=True\)'):
        hub.load("pytorch/vision")


def test_missing_and_unexpected_tensors_are_counted_and_named(tmp_path: Path, resnet18: nn.Module) -> None:
    state = resnet18.state_dict()
    state["head.weight"] = state.pop("fc.weight")
    torch.save(state, tmp_path / "other.pth")

    with pytest.raises(FormatError, match=r"1 missing \(fc\.weight\); 1 unexpected \(head\.weight\)"):
        hub.load("resnet18", weights=tmp_path / "other.pth")


def test_a_file_that_runs_code_is_refused_by_load(tmp_path: Path) -> None:
    torch.save(nn.Linear(2, 2), tmp_path / "model.pth")

    with pytest.raises(UnsafeWeights):
        hub.load("resnet18", weights=tmp_path / "model.pth")


def test_a_missing_file_of_ones_own_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"nothing\.pth"):
        hub.load("resnet18", weights=tmp_path / "nothing.pth")


def test_published_weights_are_not_fetched_while_the_network_is_switched_off() -> None:
    with pytest.raises(OfflineError, match="resnet18"):
        hub.load("resnet18", pretrained=True)


def test_the_functions_of_torch_init_are_back_after_a_failed_load(saved: Path) -> None:
    before = nn.init.kaiming_normal_

    with pytest.raises(FormatError):
        hub.load("resnet34", weights=saved)

    assert nn.init.kaiming_normal_ is before


def test_a_network_without_classes_takes_no_number_of_them() -> None:
    with pytest.raises(InvalidInput, match="raft_small has no classes"):
        hub.load("raft_small", num_classes=3)


def test_the_habit_of_torch_hub_is_answered_with_the_call_that_works() -> None:
    with pytest.raises(InvalidInput, match=r'hub\.load\("resnet18", pretrained=True\)'):
        hub.load("pytorch/vision:v0.10.0", "resnet18", pretrained=True)


def test_a_url_without_digest_must_not_be_plain_http() -> None:
    with pytest.raises(InvalidInput, match="http can be changed on the way"):
        hub.load("resnet18", weights="http://127.0.0.1:9/mine.pth")


def test_a_misspelt_option_of_load_itself_is_recognised() -> None:
    with pytest.raises(InvalidInput, match="did you mean 'pretrained'"):
        hub.load("resnet18", pretrain=True)


def test_the_options_of_load_are_those_of_its_signature() -> None:
    parameters = inspect.signature(hub.load).parameters.values()

    own = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}

    assert set(builder_options.LOADING) == own


@pytest.mark.parametrize(
    ("second", "message"),
    [
        pytest.param("IMAGENET1K_V1", r'hub\.load\("resnet18", weights="IMAGENET1K_V1"\)', id="a tag"),
        pytest.param(models.ResNet18_Weights.DEFAULT, 'weights="ResNet18_Weights.IMAGENET1K_V1"', id="a member"),
        pytest.param(True, "pretrained=True", id="pretrained, as torchvision had it"),
    ],
)
def test_weights_in_the_second_place_are_answered_with_the_call_that_works(second: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        hub.load("resnet18", second)  # type: ignore[arg-type]  # that is the mistake


@pytest.mark.parametrize("name", [None, 18, models.resnet18])
def test_what_is_no_name_is_refused(name: object) -> None:
    with pytest.raises(InvalidInput, match="asked for by its name"):
        hub.load(name)  # type: ignore[arg-type]  # that is the mistake


def test_a_name_on_hugging_face_is_answered_with_timms() -> None:
    with pytest.raises(NotFound, match=r'hub\.load\("timm/resnet18\.a1_in1k"\)'):
        hub.load("hf-hub:timm/resnet18.a1_in1k")


@pytest.mark.parametrize("weights", [True, models.ResNet18_Weights, {"fc.bias": torch.ones(1000)}])
def test_what_names_no_weights_is_refused(weights: object) -> None:
    with pytest.raises(InvalidInput, match="no weights to load"):
        hub.load("resnet18", weights=weights)  # type: ignore[arg-type]  # that is the mistake


def test_a_tag_as_pretrained_is_refused_before_other_weights_are_loaded() -> None:
    with pytest.raises(InvalidInput, match="weights='IMAGENET1K_V1'"):
        hub.load("resnet50", pretrained="IMAGENET1K_V1")  # type: ignore[arg-type]  # that is the mistake


@pytest.mark.parametrize("count", ["10", 10.0, True, -1])
def test_a_number_of_classes_is_a_whole_number(count: object) -> None:
    with pytest.raises(InvalidInput, match="a whole number from 1"):
        hub.load("resnet18", num_classes=count)  # type: ignore[arg-type]  # that is the mistake


def test_a_number_of_classes_may_be_numpys() -> None:
    count: Any = np.int64(3)

    assert hub.load("resnet18", num_classes=count).get_parameter("fc.bias").shape == (3,)


def test_the_old_name_of_an_option_is_recognised() -> None:
    with pytest.raises(InvalidInput, match="did you mean 'weights_backbone'"):
        hub.load("fcn_resnet50", pretrained_backbone=True)


def test_the_preprocessing_of_a_model_is_not_asked_for_by_the_model() -> None:
    with pytest.raises(InvalidInput, match=r"model\.hub\.transforms"):
        hub.transforms(hub.load("squeezenet1_1"))  # type: ignore[arg-type]  # that is the mistake


@pytest.mark.parametrize("others", [{}, {"loss.weight": torch.ones(2)}])
def test_names_with_a_prefix_of_a_training_program_say_how_to_take_it_off(
    others: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    state = models.resnet18().state_dict()
    torch.save({f"model.{name}": tensor for name, tensor in state.items()} | others, tmp_path / "lit.pth")

    with pytest.raises(FormatError, match=r"the names begin with 'model\.'; save them without: (.*)") as caught:
        hub.load("resnet18", weights=tmp_path / "lit.pth")
    _, _, what = str(caught.value).rpartition("save them without: ")
    mended = eval(what, {"state": torch.load(tmp_path / "lit.pth")})  # noqa: S307  the hint of this very error
    assert mended.keys() == state.keys()


def test_a_file_without_a_head_says_how_to_get_one(headless: Path) -> None:
    with pytest.raises(FormatError, match="the file has no head: num_classes=N gives it a fresh one"):
        hub.load("resnet18", weights=headless)


def test_a_file_without_a_head_is_given_a_fresh_one(headless: Path, resnet18: nn.Module) -> None:
    torch.manual_seed(0)

    model = hub.load("resnet18", weights=headless, num_classes=10)

    head = model.get_parameter("fc.weight")
    assert head.shape == (10, 512)
    assert 0 < head.std() < 0.1, "what a fresh nn.Linear begins with"
    assert torch.equal(model.get_parameter("conv1.weight"), resnet18.get_parameter("conv1.weight"))


@pytest.fixture
def headless(resnet18: nn.Module, tmp_path: Path) -> Path:
    state = {name: tensor for name, tensor in resnet18.state_dict().items() if not name.startswith("fc.")}
    torch.save(state, tmp_path / "headless.pth")
    return tmp_path / "headless.pth"


def test_a_store_that_is_a_file_is_an_error_of_the_store(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "store").touch()
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "store"))

    with pytest.raises(StoreError, match="a file stands where a folder is needed"):
        hub.load("resnet18", weights=saved)
