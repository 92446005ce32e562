"""What torch can compute on is compared with what NVIDIA's driver has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import packages
import pytest

from hub.doctor import devices
from hub.doctor.probing import Probe

if TYPE_CHECKING:
    from pathlib import Path

CARD = {"name": "NVIDIA H200", "total_memory": 150_000_000_000, "major": 9, "minor": 0}
SUMMARY = "| NVIDIA-SMI 535.1    Driver Version: 535.1.05    CUDA Version: {cuda} |"
LIST = "GPU 0: NVIDIA H200 (UUID: GPU-1234)"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose packages and programs come first."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(packages.ROOT)]))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    packages.write_torchvision(tmp_path, "0.28.0")
    return tmp_path


def write_driver(folder: Path, cuda: str) -> None:
    """Write an nvidia-smi that knows one card."""
    program = folder / "nvidia-smi"
    program.write_text(f'#!/bin/sh\n[ "$1" = -L ] && echo "{LIST}" || echo "{SUMMARY.format(cuda=cuda)}"\n')
    program.chmod(0o755)


def found(folder: Path, **torch: Any) -> list[tuple[str, str]]:
    packages.write_torch(folder, **torch)
    return [(each.state, each.what) for each in devices.found(Probe())]


def test_a_card_that_torch_uses_is_named_with_its_memory(machine: Path) -> None:
    assert found(machine, cuda="13.0", devices=[CARD], architectures=["sm_80", "sm_90"]) == [
        ("ok", "cuda:0 NVIDIA H200, 150.0 GB, sm_90")
    ]


def test_a_card_that_torch_has_no_code_for_is_a_problem(machine: Path) -> None:
    old = {**CARD, "name": "Tesla P4", "major": 6, "minor": 1}

    [(state, what)] = found(machine, cuda="13.0", devices=[old], architectures=["sm_75", "sm_90"])

    assert state == "problem"
    assert "no code for sm_61, this torch has code for sm_75 to sm_90" in what


def test_a_driver_too_old_for_torch_is_a_problem(machine: Path) -> None:
    write_driver(machine, "12.2")

    [(state, what)] = found(machine, cuda="13.0")

    assert state == "problem"
    assert what == "NVIDIA H200: driver 535.1.05, for CUDA up to 12.2, and torch is built for 13.0"


def test_a_card_that_torch_cannot_use_for_another_reason_is_a_problem(machine: Path) -> None:
    write_driver(machine, "13.1")

    assert found(machine, cuda="13.0")[0][0] == "problem"


def test_a_card_beside_a_torch_for_the_cpu_is_a_warning(machine: Path) -> None:
    write_driver(machine, "13.1")

    [(state, what)] = found(machine)

    assert state == "warning"
    assert what.endswith("not used, this torch is built for the CPU")


def test_a_card_that_was_hidden_on_purpose_is_noted(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_driver(machine, "13.1")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")

    assert found(machine, cuda="13.0") == [("note", "NVIDIA H200: hidden by CUDA_VISIBLE_DEVICES=''")]


def test_a_broken_torch_leaves_the_cards_that_the_driver_has(machine: Path) -> None:
    write_driver(machine, "13.1")

    told = found(machine, init=packages.NO_CUDART)

    assert told[0] == ("note", "NVIDIA H200 (driver 535.1.05, for CUDA up to 13.1)")


def test_without_a_gpu_that_is_noted_with_the_number_of_threads(machine: Path) -> None:
    assert found(machine) == [("note", "no GPU: models run on the CPU, in 4 threads")]


def test_an_operator_that_fails_on_the_card_is_a_problem(machine: Path) -> None:
    fails = packages.TORCHVISION.replace(
        "lambda boxes, scores, threshold: boxes", "lambda boxes, *rest: boxes if not torch.cuda.is_available() else 1"
    )
    (machine / "torchvision" / "__init__.py").write_text(fails)

    states = [state for state, _ in found(machine, cuda="13.0", devices=[CARD], architectures=["sm_90"])]

    assert states == ["ok", "problem"]


CODE = {
    "same": (["sm_90"], [9, 0], True),
    "later minor": (["sm_80"], [8, 9], True),
    "earlier minor": (["sm_86"], [8, 0], False),
    "later major": (["sm_80", "sm_86"], [9, 0], False),
    "translated": (["sm_80", "compute_90"], [12, 0], True),
    "variant": (["sm_90a"], [9, 0], True),
    "three digits": (["sm_120"], [12, 1], True),
}


@pytest.mark.parametrize(("compiled", "capability", "runs"), CODE.values(), ids=CODE.keys())
def test_code_runs_on_its_own_major_version_or_translated(
    compiled: list[str], capability: list[int], runs: bool
) -> None:
    assert devices.serves(compiled, capability) == runs
