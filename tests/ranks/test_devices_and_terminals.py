"""Each rank has its own device, and one of them the terminal."""

from __future__ import annotations

import pytest
import torch

import hub
from hub.errors import InvalidInput
from hub.models import placement
from hub.progress import Plain, Silent, shown

SECOND = {"RANK": "9", "WORLD_SIZE": "16", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "8"}


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine with two devices of CUDA."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    for name in placement.VISIBLE:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def rank(patch: pytest.MonkeyPatch, **changed: str) -> None:
    for name, value in (SECOND | changed).items():
        patch.setenv(name, value)


def found(device: str | int) -> str:
    return str(placement.understand(device, None, None).device)


def test_auto_is_the_device_of_the_local_rank(devices: pytest.MonkeyPatch) -> None:
    alone = found("auto")
    rank(devices)

    assert (alone, found("auto")) == ("cuda", "cuda:1")


def test_a_rank_without_a_device_of_its_own_is_an_error_that_says_so(devices: pytest.MonkeyPatch) -> None:
    rank(devices, LOCAL_RANK="2")

    with pytest.raises(InvalidInput, match="local rank 2"):
        found("auto")


def test_the_one_device_that_the_launcher_has_dealt_out_is_the_first(devices: pytest.MonkeyPatch) -> None:
    rank(devices)
    devices.setattr(torch.cuda, "device_count", lambda: 1)
    devices.setenv("CUDA_VISIBLE_DEVICES", "3")

    assert found("auto") == "cuda:0"


def test_where_nobody_numbers_local_ranks_auto_is_the_current_device(devices: pytest.MonkeyPatch) -> None:
    devices.setenv("RANK", "1")
    devices.setenv("WORLD_SIZE", "2")

    assert found("auto") == "cuda"


def test_a_device_may_be_a_number(devices: pytest.MonkeyPatch) -> None:
    assert found(1) == "cuda:1"
    with pytest.raises(InvalidInput, match="no device 'cuda:2'"):
        found(2)
    with pytest.raises(InvalidInput, match="True is no device"):
        found(True)


@pytest.mark.skipif(torch.cuda.is_available() or torch.backends.mps.is_available(), reason="has better than the CPU")
def test_without_devices_ranks_load_on_the_cpu_and_set_no_group_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rank(monkeypatch)

    model = hub.load("shufflenet_v2_x0_5", device="auto")

    assert next(model.parameters()).device.type == "cpu"
    assert not torch.distributed.is_initialized()


def test_only_the_first_rank_of_a_machine_talks(monkeypatch: pytest.MonkeyPatch) -> None:
    rank(monkeypatch)
    with shown() as second:
        pass
    monkeypatch.setenv("LOCAL_RANK", "0")
    with shown() as first:
        pass

    assert (type(second), type(first)) == (Silent, Plain)


def test_a_progress_of_ones_own_is_handed_through_on_every_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    rank(monkeypatch)
    own = Silent()

    with shown(own) as given:
        assert given is own
