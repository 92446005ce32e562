"""A network of every family that somebody has fine-tuned comes back out of its file, to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from models.every_builder import Numbers, initialised_by, member_of, published, with_random_weights
from models.every_card import CARDS
from safetensors.torch import save_file
from torch import nn
from torchvision import models

import hub
from hub.models import builders

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.cards import ModelCard

    Save = Callable[[dict[str, torch.Tensor], Path], None]

pytestmark = pytest.mark.filterwarnings("ignore:The default weight initialization:FutureWarning")

# Networks that somebody trains with classifiers at their side, and those that are small enough for every run.
AUXILIARY = {"deeplabv3": "aux_loss", "fcn": "aux_loss", "googlenet": "aux_logits", "inception_v3": "aux_logits"}
QUICK = {*AUXILIARY, "efficientnet", "mobilenet_v3", "raft", "regnet", "shufflenet_v2", "squeezenet", "ssdlite"}

FAMILIES = [
    pytest.param(card, id=family, marks=() if family in QUICK else pytest.mark.thorough)
    for family, card in CARDS.items()
    if card.builder != "timm"
]
WITH_CLASSIFIERS = [
    pytest.param(CARDS[family].variants[0].name, {option: wanted}, id=f"{family} {'with' if wanted else 'without'}")
    for family, option in AUXILIARY.items()
    for wanted in (True, False)
]
FORMATS = pytest.mark.parametrize("save", [torch.save, save_file], ids=["torch.save", "safetensors"])


def fine_tuned(card: ModelCard, **options: object) -> nn.Module:
    """Return the family's first network for three classes, with numbers of which none is like another."""
    make = builders.find(card.builder).network(card.variants[0].name)
    classes = {"num_classes": 3} if card.head else {}
    with initialised_by(Numbers().fill_small):
        return _lively(make(**classes, **options))


def _lively(network: nn.Module) -> nn.Module:
    """Give normalisation layers the values that training would have changed."""
    numbers = Numbers()
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point() and tensor.ndim == 1:
            numbers.fill(tensor, 0.1, 1 if name.endswith(("weight", "running_var")) else 0)
        elif not tensor.is_floating_point() and name.endswith("num_batches_tracked"):
            tensor.fill_(17)
    return network


def assert_same_tensors(made: nn.Module, expected: nn.Module) -> None:
    state, wanted = made.state_dict(), expected.state_dict()
    assert list(state) == list(wanted)
    assert [name for name in wanted if not torch.equal(state[name], wanted[name])] == []


@FORMATS
@pytest.mark.parametrize("card", FAMILIES)
def test_a_fine_tuned_network_comes_back_out_of_its_file(card: ModelCard, save: Save, tmp_path: Path) -> None:
    tuned = fine_tuned(card)
    save(tuned.state_dict(), tmp_path / "tuned")

    made = hub.load(card.variants[0].name, weights=tmp_path / "tuned", num_classes=3 if card.head else None)

    assert_same_tensors(made, tuned)


@FORMATS
@pytest.mark.parametrize(("name", "options"), WITH_CLASSIFIERS)
def test_auxiliary_classifiers_come_back_if_the_file_has_them(
    name: str, options: dict[str, bool], save: Save, tmp_path: Path
) -> None:
    card = next(card for card in CARDS.values() if card.variants[0].name == name)
    tuned = fine_tuned(card, **options)
    save(tuned.state_dict(), tmp_path / "tuned")

    made = hub.load(name, weights=tmp_path / "tuned", num_classes=3)

    assert_same_tensors(made, tuned)


@FORMATS
def test_a_detector_that_began_with_published_weights_comes_back(save: Save, tmp_path: Path) -> None:
    """Its normalisation layers are frozen and keep no count of batches."""
    name = "fasterrcnn_mobilenet_v3_large_320_fpn"
    tuned, _ = with_random_weights(name, member_of(published(name)))
    tuned.get_submodule("roi_heads").box_predictor = models.detection.faster_rcnn.FastRCNNPredictor(1024, 3)
    save(tuned.state_dict(), tmp_path / "tuned")

    made = hub.load(name, weights=tmp_path / "tuned", num_classes=3)

    assert_same_tensors(made, tuned)
    assert str(made.get_submodule("backbone")) == str(tuned.get_submodule("backbone"))
