from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.nn import functional

from hub import registry
from hub.errors import NotFound
from hub.models.builders import efficientnet_lite
from hub.models.weights.mapped import State


def lite(number: int) -> nn.Module:
    return efficientnet_lite.network(f"efficientnet_lite{number}")().eval()


@pytest.mark.parametrize("size", [224, 225, 33])
@pytest.mark.parametrize("kernel", [3, 5])
def test_the_padding_halves_the_size_and_rounds_up(size: int, kernel: int) -> None:
    padded = efficientnet_lite.SamePadding(kernel)(torch.ones(1, 1, size, size))

    out = functional.conv2d(padded, torch.ones(1, 1, kernel, kernel), stride=2)

    assert out.shape[-1] == (size + 1) // 2


def test_for_even_sizes_the_extra_row_and_column_go_to_the_bottom_and_the_right() -> None:
    padded = efficientnet_lite.SamePadding(3)(torch.ones(1, 1, 4, 4))

    assert padded[0, 0, 0].tolist() == [1, 1, 1, 1, 0]
    assert padded[0, 0, -1].tolist() == [0, 0, 0, 0, 0]


def test_stem_head_and_the_outer_stages_are_not_scaled() -> None:
    network = lite(4)

    convolutions = [part for part in network.modules() if isinstance(part, nn.Conv2d)]
    assert (convolutions[0].out_channels, convolutions[-1].out_channels) == (32, 1280)
    assert sum(isinstance(part, efficientnet_lite.Block) for part in network.modules()) == 30


def test_blocks_are_dropped_more_often_the_deeper_they_lie() -> None:
    drops = [part.drop.p for part in lite(0).modules() if isinstance(part, efficientnet_lite.Block)]

    assert drops[0] == 0
    assert all(first < second < 0.2 for first, second in pairwise(drops))


def test_the_network_runs_on_pictures_of_any_size() -> None:
    with torch.inference_mode():
        scores = lite(0)(torch.rand(2, 3, 97, 130))

    assert scores.shape == (2, 1000)


def published_names(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Name the tensors as the published file does."""
    parts = {own: theirs for theirs, own in efficientnet_lite.BLOCK_PARTS.items()}
    outer = {
        "features.1.0": "_conv_stem",
        "features.1.1": "_bn0",
        "features.18.0": "_conv_head",
        "features.18.1": "_bn1",
        "classifier.1": "_fc",
    }
    renamed = {}
    for name, tensor in state.items():
        place, _, leaf = name.rpartition(".")
        number, _, part = place.removeprefix("features.").partition(".")
        renamed[f"{outer.get(place) or f'_blocks.{int(number) - 2}.{parts[part]}'}.{leaf}"] = tensor
    return renamed


def test_the_published_names_become_the_networks_own() -> None:
    own = dict(lite(0).state_dict())

    renamed = efficientnet_lite.rename(State(published_names(own)))

    assert {name: id(tensor) for name, tensor in renamed.tensors.items()} == {
        name: id(tensor) for name, tensor in own.items()
    }


def test_the_networks_own_names_stay() -> None:
    state = State(dict(lite(0).state_dict()))

    assert efficientnet_lite.rename(state) is state


def test_there_is_no_other_variant() -> None:
    with pytest.raises(NotFound, match="efficientnet_lite4"):
        efficientnet_lite.network("efficientnet_lite5")


@pytest.mark.parametrize("number", range(5))
def test_the_card_names_the_last_block_of_each_resolution(number: int) -> None:
    network = lite(number)
    last: dict[int, str] = {}

    def note(name: str, size: int) -> None:
        last[size] = name

    for name, part in network.named_modules():
        if isinstance(part, efficientnet_lite.Block):
            part.register_forward_hook(lambda _part, _given, out, name=name: note(name, out.shape[-1]))
    with torch.inference_mode():
        network(torch.zeros(1, 3, 64, 64))

    assert list(last) == [32, 16, 8, 4, 2]
    assert registry.find_model(f"efficientnet_lite{number}").variant.features == tuple(last.values())
