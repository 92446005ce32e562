"""Processes that do different things to one store at once: none waits for ever, and none is in the way of another."""

from __future__ import annotations

import hashlib
import io
import shutil
from typing import TYPE_CHECKING

import pytest
import torch
from kills.nursery import Nursery
from readers.idx_files import tiny_images, write_mnist_like

from hub.cli import cache
from hub.store.layout import Layout
from races import together

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server import Server

    from races.together import Task

ROWS = 500


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery("hub.datasets.loading", "hub.datasets.dataset", "hub.readers.idx", "hub.model_zoo") as living:
        yield living


def eight_calls(server: Server, folder: Path) -> list[Task]:
    """Two that prepare one dataset, two that load weights, two that fetch one file, and two that tidy up."""
    write_mnist_like(folder / "MNIST" / "raw", train=ROWS)
    dataset = {"folder": str(folder), "images": hashlib.sha256(tiny_images(ROWS).tobytes()).hexdigest()}
    stream = io.BytesIO()
    torch.save({"weight": torch.arange(3.0)}, stream)
    weights = {"url": f"{server.url('slow-start', 'w.pth')}#sha256={server.add('w.pth', stream.getvalue())}"}
    file = {"url": f"{server.url('slow-start', 'a.bin')}#sha256={server.add('a.bin', bytes(3_000_000))}"}
    tidying = ["cache", "gc"] if "gc" in cache.command.commands else ["cache", "size"]
    return [
        ("prepare", dataset),
        ("weights", weights),
        ("download", file),
        ("command", {"words": ["verify", "--quiet"]}),
        ("command", {"words": tidying}),
        ("prepare", dataset),
        ("weights", weights),
        ("download", file),
    ]


@pytest.mark.parametrize("elections", [True, False], ids=["with elections", "without elections"])
def test_eight_different_calls_all_end_well(
    elections: bool, nursery: Nursery, server: Server, indexed: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    calls = [(name, arguments | {"elections": elections}) for name, arguments in eight_calls(server, tmp_path / "data")]

    for _ in range(3):
        shutil.copytree(indexed, home)
        assert together.at_once(nursery, home, calls) == [0] * 8
        assert together.wrong_with(Layout(home)) == []
        shutil.rmtree(home)
