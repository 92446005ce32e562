"""Models: a card that says little, weights that are looked at before they are published, and tags beside tags."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
import torch

import hub
from hub import cli
from hub.errors import CardError, FormatError, InvalidInput, UnsafeWeights
from hub.publish.publishing import Outcome, publish
from publishing.drafts import in_folder

if TYPE_CHECKING:
    from pathlib import Path

DRAFT = """
name = "Mood of cats"
summary = "Tells whether a cat is in a good mood."
license = "BSD-3-Clause"

[[variants]]
network = "shufflenet_v2_x0_5"

[[variants.weights]]
tag = "{tag}"
classes = [{classes}]
"""


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    return hub.load("shufflenet_v2_x0_5", num_classes=2)


@pytest.fixture
def place(tmp_path: Path, home: Path) -> Path:
    return tmp_path / "lab"


def card(place: Path, tag: str = "1.0.0", classes: str = '"bad", "good"') -> Path:
    path = place.parent / "mood.toml"
    path.write_text(DRAFT.format(tag=tag, classes=classes), "utf-8")
    return path


def one(place: Path, network: torch.nn.Module, bias: float, tag: str, *, replace: bool = False) -> Outcome:
    state = network.state_dict()
    state["fc.bias"] = torch.full((2,), bias)
    torch.save(state, place.parent / "mood.pth")
    return publish([place.parent / "mood.pth"], [card(place, tag)], place, replace=replace)


@pytest.mark.slow
def test_what_hub_knows_of_the_network_completes_the_card(place: Path, network: torch.nn.Module) -> None:
    one(place, network, 0.0, "1.0.0")

    cli.run(["registry", "add", "lab", str(place)])
    found = hub.registry.find_model("lab/mood")

    assert found.variant.params == sum(each.numel() for each in network.parameters())
    assert (found.card.head, found.card.task) == (("fc",), ("image-classification",))
    assert hub.transforms("lab/mood") is not None


def test_weights_of_a_new_tag_stand_beside_the_old(place: Path, network: torch.nn.Module) -> None:
    one(place, network, 1.0, "1.0.0")
    one(place, network, 2.0, "2.0.0")
    again = one(place, network, 1.0, "1.0.0")

    cli.run(["registry", "add", "lab", str(place)])

    models = [hub.load(name, pretrained=True) for name in ("lab/mood", "lab/mood@1.0.0")]
    assert [model.state_dict()["fc.bias"][0].item() for model in models] == [2.0, 1.0]
    assert not again.changed


@pytest.mark.slow
def test_a_tag_is_not_replaced_by_accident(place: Path, network: torch.nn.Module) -> None:
    one(place, network, 1.0, "1.0.0")

    with pytest.raises(InvalidInput, match=r"the weights mood@1\.0\.0 is published already"):
        one(place, network, 2.0, "1.0.0")

    assert one(place, network, 2.0, "1.0.0", replace=True).changed


class Code:
    """What a pickle can hide."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit",))


def test_a_file_that_wants_to_run_code_is_not_published(place: Path) -> None:
    file = place.parent / "mood.pth"
    file.write_bytes(pickle.dumps({"fc.bias": Code()}))

    with pytest.raises(UnsafeWeights, match="wants to run code"):
        publish([file], [card(place)], place)

    assert not place.exists()


def test_weights_that_do_not_fit_are_not_published(place: Path, network: torch.nn.Module) -> None:
    file = place.parent / "mood.pth"
    torch.save(network.state_dict(), file)

    with pytest.raises(FormatError, match=r"mood\.pth does not fit mood") as caught:
        publish([file], [card(place, classes='"bad", "good", "sleepy"')], place)

    assert "mood.toml says which network" in caught.value.hint
    assert not place.exists()


def test_a_network_that_nobody_knows_is_told_by_the_key(place: Path, network: torch.nn.Module) -> None:
    draft = card(place)
    draft.write_text(draft.read_text("utf-8").replace("shufflenet_v2_x0_5", "shuffle"), "utf-8")
    torch.save(network.state_dict(), place.parent / "mood.pth")

    with pytest.raises(CardError) as caught:
        publish([place.parent / "mood.pth"], [draft], place)

    assert caught.value.path == draft
    assert ("paper", "missing") in caught.value.faults


@pytest.mark.slow
def test_safetensors_are_published_as_they_are(place: Path, network: torch.nn.Module) -> None:
    from safetensors.torch import save_file

    save_file(network.state_dict(), place.parent / "mood.safetensors")

    publish([place.parent / "mood.safetensors"], [card(place)], place)

    assert in_folder(place)["mood"]["networks"] == [{"name": "mood", "pretrained": True}]
