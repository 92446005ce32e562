"""Every network of torchvision that `hub.load` makes is the one that torchvision makes, to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from models.every_builder import (
    LARGEST,
    NAMES,
    SMALLEST,
    example,
    made_by_hub,
    member_of,
    published,
    small,
    with_random_weights,
)

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

MARKED = [pytest.param(name, marks=() if name in SMALLEST else pytest.mark.thorough) for name in NAMES]


def as_bytes(value: object) -> object:
    """Turn what a network gives into what can be compared bit by bit, NaN included."""
    if isinstance(value, torch.Tensor):
        return value.dtype, tuple(value.shape), value.contiguous().view(-1).view(torch.uint8).numpy().tobytes()
    if isinstance(value, dict):
        return {key: as_bytes(each) for key, each in value.items()}
    return [as_bytes(each) for each in value]  # type: ignore[attr-defined]


def run(model: nn.Module, inputs: tuple[object, ...]) -> object:
    with torch.inference_mode():
        return as_bytes(model(*inputs))


def are_same(value: object, wanted: object) -> bool:
    """Compare what stands in a state dict: a tensor, or a quantised layer's dtype or pair (weight, bias)."""
    if isinstance(wanted, tuple):
        return all(are_same(each, other) for each, other in zip(value, wanted, strict=True))  # type: ignore[call-overload]
    if not isinstance(wanted, torch.Tensor) or not isinstance(value, torch.Tensor):
        return value == wanted
    return torch.equal(value, wanted) and value.dtype == wanted.dtype and _scales(value) == _scales(wanted)


def _scales(tensor: torch.Tensor) -> object:
    if not tensor.is_quantized:
        return None
    if tensor.qscheme() is torch.per_tensor_affine:
        return tensor.q_scale(), tensor.q_zero_point()
    return tensor.q_per_channel_scales().tolist(), tensor.q_per_channel_zero_points().tolist()


def assert_same_network(made: nn.Module, expected: nn.Module) -> None:
    assert str(made) == str(expected)
    state, wanted = made.state_dict(), expected.state_dict()
    assert list(state) == list(wanted)
    for name, value in wanted.items():
        assert are_same(state[name], value), name
    assert [each.requires_grad for each in made.parameters()] == [each.requires_grad for each in expected.parameters()]


@pytest.mark.parametrize("name", MARKED)
def test_a_network_of_torchvision_is_bit_equal_to_torchvisions_own(name: str, tmp_path: Path) -> None:
    weights = published(name)
    options = small(name, weights)
    expected, state = with_random_weights(name, member_of(weights), **options)

    made = made_by_hub(name, weights, state, tmp_path, **options)

    assert_same_network(made, expected)
    if name not in LARGEST:
        inputs = example(name, weights)
        assert run(made, inputs) == run(expected, inputs)
