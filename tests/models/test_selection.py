from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from torchvision.models import ResNet18_Weights, ResNet50_Weights

from hub import registry
from hub.cards import Weights
from hub.errors import InvalidInput, NotFound
from hub.models.selection import OwnFile, OwnUrl, choose

if TYPE_CHECKING:
    from hub.models.selection import Wanted


def test_nothing_asked_for_is_an_untrained_network() -> None:
    assert choose(registry.find_model("resnet50"), pretrained=False, weights=None) is None


@pytest.mark.parametrize(
    ("name", "weights", "tag"),
    [
        pytest.param("resnet50", None, "IMAGENET1K_V2", id="the default"),
        pytest.param("resnet50", "DEFAULT", "IMAGENET1K_V2", id="DEFAULT"),
        pytest.param("resnet50", "IMAGENET1K_V1", "IMAGENET1K_V1", id="a tag"),
        pytest.param("resnet50@IMAGENET1K_V1", None, "IMAGENET1K_V1", id="a tag in the name"),
        pytest.param("resnet50@IMAGENET1K_V1", "IMAGENET1K_V1", "IMAGENET1K_V1", id="the same twice"),
        pytest.param("resnet50", ResNet50_Weights.IMAGENET1K_V1, "IMAGENET1K_V1", id="a member"),
        pytest.param("resnet50", ResNet50_Weights.DEFAULT, "IMAGENET1K_V2", id="the default member"),
        pytest.param("resnet50", "ResNet50_Weights.IMAGENET1K_V1", "IMAGENET1K_V1", id="a member's string"),
        pytest.param("resnet50", "ResNet50_Weights.DEFAULT", "IMAGENET1K_V2", id="the default's string"),
    ],
)
def test_published_weights_are_found_by_every_spelling(name: str, weights: Wanted | None, tag: str) -> None:
    chosen = choose(registry.find_model(name), pretrained=True, weights=weights)

    assert isinstance(chosen, Weights)
    assert chosen.tag == tag


def test_a_tag_in_the_name_implies_pretrained() -> None:
    chosen = choose(registry.find_model("resnet50@IMAGENET1K_V1"), pretrained=False, weights=None)

    assert isinstance(chosen, Weights)


@pytest.mark.parametrize("wanted", ["mine.pth", "folder/mine", "mine.safetensors", Path("mine")])
def test_a_path_is_told_from_a_tag(wanted: Wanted) -> None:
    chosen = choose(registry.find_model("resnet18"), pretrained=False, weights=wanted)

    assert isinstance(chosen, OwnFile)
    assert chosen.path.is_absolute()


def test_a_url_may_carry_its_digest() -> None:
    url = f"https://example.org/mine.pth#sha256={'a' * 64}"

    chosen = choose(registry.find_model("resnet18"), pretrained=False, weights=url)

    assert chosen == OwnUrl("https://example.org/mine.pth", "a" * 64)


@pytest.mark.parametrize("fragment", ["sha256=12345678", "md5=" + "a" * 32, "part2"])
def test_a_url_with_anything_but_a_whole_sha256_is_refused(fragment: str) -> None:
    with pytest.raises(InvalidInput):
        choose(registry.find_model("resnet18"), pretrained=False, weights=f"https://example.org/a#{fragment}")


@pytest.mark.parametrize(
    ("name", "weights", "meant"),
    [
        pytest.param("resnet18", "IMAGENET1K_V3", "IMAGENET1K_V1", id="an unknown tag"),
        pytest.param("resnet18@IMAGENET", None, "IMAGENET1K_V1", id="an unknown tag in the name"),
        pytest.param("resnet18", ResNet50_Weights.IMAGENET1K_V1, "ResNet18_Weights", id="of another network"),
        pytest.param("resnet18", "ResNet18_Weights.V1", "ResNet18_Weights.IMAGENET1K_V1", id="unknown member"),
        pytest.param("efficientnet_lite3", "DEFAULT", "efficientnet_lite0", id="nothing published"),
    ],
)
def test_weights_that_do_not_exist_say_what_there_is(name: str, weights: Wanted | None, meant: str) -> None:
    with pytest.raises(NotFound, match=meant):
        choose(registry.find_model(name), pretrained=True, weights=weights)


def test_a_tag_in_the_name_and_other_weights_contradict_each_other() -> None:
    with pytest.raises(InvalidInput, match="different weights"):
        choose(registry.find_model("resnet50@IMAGENET1K_V1"), pretrained=False, weights="IMAGENET1K_V2")


def test_a_member_of_resnet18_is_accepted_for_resnet18() -> None:
    chosen = choose(registry.find_model("resnet18"), pretrained=False, weights=ResNet18_Weights.DEFAULT)

    assert isinstance(chosen, Weights)


def test_the_enumeration_of_another_network_is_named() -> None:
    entry = registry.find_model("resnet50")

    with pytest.raises(NotFound, match=r"^resnet50 has no weights 'ResNet18_Weights\.IMAGENET1K_V1'"):
        choose(entry, pretrained=False, weights="ResNet18_Weights.IMAGENET1K_V1")


@pytest.mark.parametrize(
    ("weights", "owner"),
    [
        ("ResNet18_QuantizedWeights.DEFAULT", "quantized_resnet18"),
        (ResNet18_Weights.IMAGENET1K_V1, "resnet18"),
        ("MobileNet_V3_Large_QuantizedWeights.DEFAULT", "quantized_mobilenet_v3_large"),
    ],
)
def test_the_network_is_named_that_an_enumeration_belongs_to(weights: Wanted, owner: str) -> None:
    with pytest.raises(NotFound, match=f'hub.load."{owner}"'):
        choose(registry.find_model("resnet34"), pretrained=False, weights=weights)
