"""What timm states of a model becomes a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hub
from hub import registry
from hub.models import categories

if TYPE_CHECKING:
    from hub.cards import Weights

timm = pytest.importorskip("timm", reason='needs timm: pip install "hub-zoo[timm]"')


def weights(name: str, tag: str = registry.DEFAULT) -> Weights:
    return registry.weights_of(registry.find_model(f"timm/{name}"), tag)


def test_an_entry_says_what_timm_says() -> None:
    entry = hub.info("timm/resnet18.a1_in1k")

    assert isinstance(entry, registry.ModelEntry)
    assert (entry.variant.name, entry.family, entry.tag, entry.card.head) == (
        "timm/resnet18",
        "resnet",
        "a1_in1k",
        ("fc",),
    )
    assert {"a1_in1k", "tv_in1k"} <= {each.tag for each in entry.variant.weights}


def test_weights_are_fetched_from_their_repository_plain_tensors_first() -> None:
    artifact = weights("resnet18", "a1_in1k").artifact

    assert artifact.name == "resnet18.a1_in1k.safetensors"
    assert [source.url for source in artifact.sources] == [
        "hf://timm/resnet18.a1_in1k/model.safetensors",
        "hf://timm/resnet18.a1_in1k/pytorch_model.bin",
    ]


def test_weights_with_an_address_alone_are_fetched_from_there_with_the_digest_in_their_name() -> None:
    artifact = weights("legacy_seresnet18").artifact

    assert artifact.sha256_prefix == "4bb0ce65"
    assert artifact.sources[0].url.endswith(f"/{artifact.name}")


def test_a_name_of_older_versions_is_the_one_that_it_has_now() -> None:
    entry = registry.find_model("timm/vit_base_patch8_224_in21k")

    assert (entry.variant.name, entry.tag) == ("timm/vit_base_patch8_224", "augreg_in21k")


@pytest.mark.parametrize("name", ["vit_base_patch16_224.augreg_in21k", "convnext_nano.in12k", "resnet18.tv_in1k"])
def test_classes_have_names_where_timm_knows_them(name: str) -> None:
    network, _, tag = name.partition(".")

    names = categories.names(weights(network, tag).categories)

    assert len(names) == timm.models.get_pretrained_cfg(name).num_classes


def test_a_network_that_gives_no_scores_is_no_classifier() -> None:
    assert registry.find_model("timm/vit_small_patch14_dinov2").card.task == ("image-embedding",)


def test_timms_names_are_not_listed() -> None:
    assert not [name for name in hub.list("model") if name.startswith("timm/")]


@pytest.mark.slow
def test_every_network_of_timm_has_an_entry_and_one_default() -> None:
    tags = 0
    for name in timm.list_models():
        published = registry.find_model(f"timm/{name}").variant.weights
        assert sum(each.default for each in published) == bool(published), name
        tags += len(published)
    assert tags == len(timm.list_pretrained())
