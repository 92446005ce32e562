"""A torch and a torchvision that do not belong together are told in one error, with the command that mends it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import packages
import pytest

from hub import builds
from hub.builds import Package

if TYPE_CHECKING:
    from pathlib import Path

PYTORCH = "https://download.pytorch.org/whl"
MEND = "pip install --upgrade --force-reinstall torch torchvision"

PAIRS = {
    ("2.4.1+cu121", "0.19.1+cu121"): "",
    ("2.13.0", "0.28.0"): "",
    ("2.14.1+cu132", "0.29.0+cu132"): "",
    ("2.15.0+cu132", "0.29.2+cu132"): "",
    ("2.16.0.dev20260101+cpu", "0.30.0.dev20260101+cpu"): "",
    ("2.5.1+cu121", "0.20.1+cu124"): "",
    ("2.5.0", "0.19.1"): "made for torch ==2.4.*",
    ("2.13.0", "0.29.0"): "made for torch >=2.14",
    ("2.4.0", "0.14.1"): "made for torch <2",
    ("2.5.0+cpu", "0.20.0+cu124"): "built for cu124",
    ("2.15.0+cu132", "0.29.2+cu126"): "built for cu126",
    ("2.9.0+rocm6.4", "0.24.0+cpu"): "built for cpu",
    ("2.15.0+cu132", "0.29.2"): "",
    ("", "0.29.2"): "",
    ("a-build-of-mine", "0.29.2"): "",
}


@pytest.mark.parametrize(("versions", "reason"), PAIRS.items(), ids=lambda value: " and ".join(value) or "good")
def test_versions_and_builds_tell_what_belongs_together(versions: tuple[str, str], reason: str) -> None:
    torch, torchvision = (
        Package(name, version) for name, version in zip(("torch", "torchvision"), versions, strict=True)
    )

    assert builds.mismatch(torch, torchvision) == reason


def test_what_torchvision_requires_counts_more_than_the_rule() -> None:
    torchvision = Package("torchvision", "0.20.0", for_torch="==2.5.0")

    assert builds.mismatch(Package("torch", "2.5.1"), torchvision) == "made for torch ==2.5.0"
    assert builds.mismatch(Package("torch", "2.5.0+cpu"), torchvision) == ""


def test_the_pair_installed_here_belongs_together() -> None:
    torch, torchvision = builds.pair()

    assert torch.version
    assert torchvision.for_torch
    assert builds.mismatch(torch, torchvision) == ""


BELONGING = {
    "2.4.0": "torchvision 0.19",
    "2.13.0+cpu": "torchvision 0.28 for cpu",
    "2.15.0": "torchvision 0.29 or later",
    "1.13.1": "torch and torchvision of one release",
    "": "torch and torchvision of one release",
}


@pytest.mark.parametrize(("version", "belongs"), BELONGING.items(), ids=lambda value: value or "none")
def test_a_torch_tells_which_torchvision_belongs_to_it(version: str, belongs: str) -> None:
    assert builds.belonging(Package("torch", version)) == belongs


COMMANDS = {
    "usual index": (Package("torch", "2.15.0+cu132", wheel="2.15.0"), MEND),
    "CPU": (Package("torch", "2.5.0+cpu", wheel="2.5.0+cpu"), f"{MEND} --index-url {PYTORCH}/cpu"),
    "CUDA": (Package("torch", "2.5.0+cu124", wheel="2.5.0+cu124"), f"{MEND} --index-url {PYTORCH}/cu124"),
    "ROCm": (Package("torch", "2.9.0+rocm6.4", wheel="2.9.0+rocm6.4"), f"{MEND} --index-url {PYTORCH}/rocm6.4"),
    "nightly": (
        Package("torch", "2.16.0.dev1+cpu", wheel="2.16.0.dev1+cpu"),
        f"{MEND} --pre --index-url {PYTORCH}/nightly/cpu",
    ),
    "own build": (Package("torch", "2.5.0+git1234", wheel="2.5.0+git1234"), MEND),
    "uv": (
        Package("torch", "2.5.0+cpu", wheel="2.5.0+cpu", installer="uv"),
        f"uv pip install --upgrade --reinstall torch torchvision --index-url {PYTORCH}/cpu",
    ),
}


@pytest.mark.parametrize(("torch", "command"), COMMANDS.values(), ids=COMMANDS.keys())
def test_the_command_keeps_the_build_in_use(torch: Package, command: str) -> None:
    assert builds.mend(torch, Package("torchvision", "0.1")) == command


def test_without_torch_the_command_keeps_the_build_of_torchvision() -> None:
    torchvision = Package("torchvision", "0.29.2+cpu", wheel="0.29.2+cpu")

    assert builds.mend(Package("torch"), torchvision) == f"{MEND} --index-url {PYTORCH}/cpu"


def required(folder: Path, name: str) -> list[str]:
    """Return the lines of the error that importing a package through hub gives in a process of its own."""
    program = f"""
import hub.builds
try:
    hub.builds.require({name!r})
except hub.MismatchedBuilds as error:
    print(error)
"""
    return packages.run(folder, "-c", program).stdout.splitlines()


@pytest.mark.parametrize("init", [packages.NO_OPERATOR, packages.UNDEFINED], ids=["no operator", "undefined symbol"])
def test_a_torchvision_for_another_torch_says_which_belongs_to_this_one(init: str, tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0+cpu")
    packages.write_torchvision(tmp_path, "0.19.1+cu121", init, requires="==2.4.1")

    what, compared, hint = required(tmp_path, "torchvision")

    assert what == "torch 2.13.0+cpu and torchvision 0.19.1+cu121 do not belong together"
    assert compared.startswith("  expected torchvision 0.28 for cpu; found one made for torch ==2.4.1 (")
    assert hint == f"  {MEND} --index-url {PYTORCH}/cpu"


def test_builds_for_other_devices_are_told(tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0+cpu")
    packages.write_torchvision(tmp_path, "0.28.0+cu130", packages.NO_OPERATOR, requires="==2.13.0")

    _, compared, _ = required(tmp_path, "torchvision")

    assert "expected torchvision 0.28 for cpu; found one built for cu130" in compared


def test_a_damaged_torchvision_is_told_from_one_that_does_not_fit(tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0+cpu")
    packages.write_torchvision(tmp_path, "0.28.0+cpu", packages.UNDEFINED, requires="==2.13.0")

    what, compared, _ = required(tmp_path, "torchvision")

    assert what == "torchvision 0.28.0+cpu cannot be imported"
    assert "undefined symbol" in compared


@pytest.mark.parametrize("name", ["torch", "torchvision"])
def test_a_broken_torch_is_told_whoever_imports_it(name: str, tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0+cu130", packages.NO_CUDART)
    packages.write_torchvision(tmp_path, "0.28.0+cu130", requires="==2.13.0")

    what, compared, hint = required(tmp_path, name)

    assert what == "torch 2.13.0+cu130 cannot be imported"
    assert "libcudart.so.13" in compared
    assert hint.endswith("/cu130")


def test_no_torch_at_all_is_told() -> None:
    program = f"import sys; sys.path.insert(0, {str(packages.ROOT)!r}); import hub; hub.vision"

    # -S: without what is installed
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)

    assert done.stderr.splitlines()[-3:] == [
        "hub.errors.MismatchedBuilds: torch and torchvision are not installed",
        "  expected torch and torchvision of one release; found no torch and no torchvision",
        f"  {MEND}",
    ]


@pytest.mark.parametrize("wanted", ["hub.load", "hub.transforms", "hub.vision", "hub.text.functional"])
def test_every_way_into_hub_says_it(wanted: str, tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0", packages.NO_CUDART)

    done = packages.run(tmp_path, "-c", f"import hub; {wanted}")

    assert "hub.errors.MismatchedBuilds: torch 2.13.0 cannot be imported" in done.stderr


def test_a_file_of_ones_own_that_is_named_torch_is_told(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("x = 1\n")

    done = packages.run(tmp_path, "-c", "import hub; hub.load")

    assert f"MismatchedBuilds: {tmp_path / 'torch.py'} stands in the way of torch" in done.stderr


def test_errors_about_anything_else_stay_what_they_are() -> None:
    with pytest.raises(ZeroDivisionError), builds.explained():
        _ = 1 / 0


def test_nothing_is_explained_twice(tmp_path: Path) -> None:
    packages.write_torch(tmp_path, "2.13.0", packages.NO_CUDART)

    done = packages.run(tmp_path, "-c", "from hub.vision import datasets")

    assert done.stderr.count("MismatchedBuilds: torch 2.13.0 cannot be imported") == 1


@pytest.mark.slow
def test_a_command_ends_in_three_lines_where_torchvision_cannot_be_imported(tmp_path: Path) -> None:
    packages.write_torchvision(tmp_path, "0.19.1+cu121", packages.NO_OPERATOR, requires="==2.4.1")
    photo = packages.ROOT / "hub/cli/chelsea.jpg"

    done = packages.run(tmp_path, "-m", "hub", "predict", "resnet18", str(photo), HUB_HOME=str(tmp_path / "home"))

    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 3
    assert "torchvision 0.19.1+cu121 do not belong together" in done.stderr
