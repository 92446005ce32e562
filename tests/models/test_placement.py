from __future__ import annotations

from typing import Any

import pytest
import torch

from hub.errors import InvalidInput
from hub.models import placement


@pytest.mark.parametrize("name", ["bfloat16", "torch.bfloat16", torch.bfloat16])
def test_a_dtype_may_be_written_in_three_ways(name: str | torch.dtype) -> None:
    assert placement.understand(None, name, None).dtype is torch.bfloat16


def test_without_a_device_the_users_default_counts() -> None:
    with torch.device("meta"):
        found = placement.understand(None, None, None)

    assert found.device.type == "meta"


def test_auto_is_a_device_of_this_machine() -> None:
    found = placement.understand("auto", None, None).device

    assert torch.empty(1, device=found).device.type == found.type


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("gpu", None, None), "no device", id="no such device"),
        pytest.param(("cuda:999", None, None), "has no device", id="no such index"),
        pytest.param((None, "bfloat17", None), "did you mean 'bfloat16'", id="no such dtype"),
        pytest.param(("vulkan", None, None), "this PyTorch cannot use", id="a device of other builds"),
        pytest.param((None, "fp16", None), "did you mean 'float16'", id="a dtype as other libraries shorten it"),
        pytest.param((None, "int8", None), "no dtype that a network can have", id="integers"),
        pytest.param((None, torch.int64, None), "no dtype that a network can have", id="torch integers"),
        pytest.param((None, None, "channel_last"), "did you mean 'channels_last'", id="a misspelt memory format"),
        pytest.param((None, None, 4), "channels_last, contiguous_format", id="no memory format at all"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[Any, Any, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        placement.understand(*arguments)


@pytest.mark.parametrize("text", ["channels_last", "torch.channels_last", "contiguous_format", "channels_last_3d"])
def test_a_memory_format_may_be_a_text(text: str) -> None:
    found = placement.understand(None, None, text)

    assert found.memory_format is getattr(torch, text.removeprefix("torch."))
