"""`hub doctor` says what is wrong, whatever is broken, and its exit code tells whether something is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import packages
import pytest

from hub import cli

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from server import Server

GROUPS = ["Python and hub", "torch and torchvision", "devices", "extras", "settings", "store", "hosts"]


def examined(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `hub doctor --offline` with the packages in a folder, and a store of its own there."""
    command = ("-m", "hub", "doctor", "--offline", *arguments)
    return packages.run(folder, *command, **{"HUB_HOME": str(folder / "home"), **environment})


def titles(printed: str) -> list[str]:
    return [line for line in printed.splitlines()[:-1] if not line.startswith(" ")]


def test_all_is_well_on_a_sound_machine(tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0+cpu")
    packages.write_torchvision(tmp_path, "0.28.0+cpu", requires="==2.13.0")

    done = examined(tmp_path)

    assert "  ok       they are made for one another" in done.stdout
    assert titles(done.stdout) == GROUPS
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "init", [packages.NO_OPERATOR, packages.UNDEFINED, packages.KILLED], ids=["operator", "symbol", "crash"]
)
def test_a_broken_torchvision_is_a_problem_and_ends_nothing(init: str, tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0+cpu")
    packages.write_torchvision(tmp_path, "0.19.1+cu121", init, requires="==2.4.1")

    done = examined(tmp_path)

    assert "problem  torch 2.13.0+cpu and torchvision 0.19.1+cu121 do not belong together" in done.stdout
    assert "-> pip install --upgrade --force-reinstall torch torchvision --index-url" in done.stdout
    assert titles(done.stdout) == GROUPS
    assert done.stdout.splitlines()[-1] == "1 problem"
    assert done.returncode == 1


def test_builds_that_do_not_match_are_told_also_where_both_can_be_imported(tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0+cu130")
    packages.write_torchvision(tmp_path, "0.28.0+cpu", requires="==2.13.0")

    done = examined(tmp_path)

    assert "warning  torchvision 0.28.0+cpu is built for cpu, and this is torch 2.13.0+cu130" in done.stdout
    assert done.returncode == 0


def test_settings_that_cannot_be_read_end_nothing(tmp_path: Path) -> None:
    packages.write_torch(tmp_path, init=packages.NO_CUDART)

    done = examined(tmp_path, "--json", HUB_OFFLINE="perhaps")

    rows = json.loads(done.stdout)
    assert [row["group"] for row in rows if row["state"] == "problem"] == ["torch and torchvision", "settings"]
    assert done.returncode == 1


@pytest.mark.usefixtures("home")
def test_names_ask_only_their_sources(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    server.add("a.bin", b"bytes")

    code = cli.run(["doctor", server.url("ok", "a.bin")])

    assert code == 0
    assert capfd.readouterr().out.splitlines() == [
        server.url("ok", "a.bin"),
        f"  ok       a.bin: {server.url('ok', 'a.bin')}, 5 B",
        "all is well",
    ]


@pytest.mark.usefixtures("home")
def test_sources_that_are_gone_are_a_problem(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["doctor", server.url("404", "a.bin"), "--json"])

    [row] = json.loads(capfd.readouterr().out)

    assert (code, row["state"]) == (1, "problem")


@pytest.mark.usefixtures("home")
def test_an_unknown_name_is_no_finding_but_a_mistake(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor", "resnet81"]) == 3
    assert "did you mean resnet18?" in capfd.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_dataset_in_many_files_is_offline_not_asked(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor", "mnist", "--offline"]) == 0
    assert "not asked: offline" in capfd.readouterr().out
