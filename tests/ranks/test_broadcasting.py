"""One rank reads the weights, and all others have the same bits."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import torch
from kills.nursery import Nursery

import hub
from hub.errors import InvalidInput
from hub.store import blobs
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from server import Server

NETWORK = "shufflenet_v2_x0_5"


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery("hub.models.loading", "hub.ranks.broadcasting") as living:
        yield living


def loaded(nursery: Nursery, folder: Path, told: Sequence[dict[str, Any]], name: str = NETWORK) -> list[int]:
    """Load on as many ranks as are told something, each with a store of its own, and return how they ended."""
    common = {"name": name, "world": len(told), "meeting": str(folder / "meeting")}
    pids = [
        nursery.start(
            "broadcast", folder / f"home{rank}", rank=rank, told=each, result=str(folder / f"{rank}"), **common
        )
        for rank, each in enumerate(told)
    ]
    return [nursery.wait(pid) for pid in pids]


def results(folder: Path) -> list[Any]:
    return [json.loads((folder / f"{rank}").read_text()) for rank in (0, 1)]


def published(server: Server, dtype: torch.dtype = torch.float32) -> str:
    """Serve weights and return their URL."""
    state = {name: each.to(dtype) if each.is_floating_point() else each for name, each in _state().items()}
    stream = io.BytesIO()
    torch.save(state, stream)
    return f"{server.url('ok', 'w.pth')}#sha256={server.add('w.pth', stream.getvalue())}"


def _state() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return hub.load(NETWORK).state_dict()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["as built", "of another dtype"])
def test_all_have_rank_0s_bits_and_only_it_needs_the_file(
    dtype: torch.dtype, nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    told = {"weights": published(server, dtype), "dtype": "float32"}

    assert loaded(nursery, tmp_path, [told, told]) == [0, 0]

    first, second = results(tmp_path)
    assert first == second
    assert first["sha256"] == told["weights"].rpartition("=")[2]
    assert len(server.requests) == 1
    assert [len(list(blobs.every(Layout(tmp_path / f"home{rank}")))) for rank in (0, 1)] == [1, 0]


@pytest.mark.parametrize("told", [{"num_classes": 10}, {"pretrained": False}], ids=["of 10 classes", "untrained"])
def test_values_that_were_drawn_at_random_are_the_same_everywhere(
    told: dict[str, Any], nursery: Nursery, server: Server, tmp_path: Path
) -> None:
    if "num_classes" in told:
        told = told | {"weights": published(server)}

    assert loaded(nursery, tmp_path, [told, told]) == [0, 0]

    first, second = results(tmp_path)
    assert first == second


def test_an_error_of_rank_0_is_everybodys(nursery: Nursery, server: Server, tmp_path: Path) -> None:
    told = {"weights": f"{server.url('404', 'w.pth')}#sha256={'0' * 64}"}

    assert loaded(nursery, tmp_path, [told, told]) == [4, 4]


def test_another_network_on_another_rank_is_an_error(nursery: Nursery, tmp_path: Path) -> None:
    ended = loaded(nursery, tmp_path, [{}, {"stages_repeats": [4, 8, 2]}])

    assert ended[1] == 2


def test_without_a_process_group_it_is_refused_and_none_is_set_up() -> None:
    with pytest.raises(InvalidInput, match="process group"):
        hub.load(NETWORK, broadcast=True)

    assert not torch.distributed.is_initialized()


def test_8_bit_integers_are_refused_before_anybody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)

    with pytest.raises(InvalidInput, match="8-bit"):
        hub.load("quantized_mobilenet_v2", pretrained=True, broadcast=True)
