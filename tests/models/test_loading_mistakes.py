from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn
from torchvision import models

import hub
from hub.errors import FormatError, HubError, InvalidInput, NotFound, OfflineError, UnsafeWeights
from hub.models.builders import options as builder_options

if TYPE_CHECKING:
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


def test_a_wrong_name_says_what_was_meant() -> None:
    with pytest.raises(NotFound, match="did you mean resnet18"):
        hub.load("resnet-81")


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
    with pytest.raises(HubError, match=r"nothing\.pth"):
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
