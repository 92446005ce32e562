"""torch and torchvision are imported in a process of their own: whatever happens to it is a finding."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import packages
import pytest

from hub.doctor import installation
from hub.doctor.probing import Probe

if TYPE_CHECKING:
    from pathlib import Path

    from hub.doctor.findings import Finding


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose packages Python finds first, in this process and in its children."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(packages.ROOT)]))
    return tmp_path


def problems(found: list[Finding]) -> list[str]:
    return [each.what for each in found if each.state == "problem"]


def test_a_whole_installation_is_seen(folder: Path) -> None:
    packages.write_torch(folder, "2.13.0+cpu")
    packages.write_torchvision(folder, "0.28.0+cpu")
    probe = Probe()

    stages = {name: probe.stage(name) for name in ("torch", "devices", "torchvision", "compute")}

    assert [seen.error for seen in stages.values()] == [""] * 4
    assert stages["torch"].told["version"] == "2.13.0+cpu"
    assert stages["torchvision"].told["works"]


def test_an_error_of_torchvision_leaves_what_torch_told(folder: Path) -> None:
    packages.write_torch(folder)
    packages.write_torchvision(folder, "0.19.1", packages.NO_OPERATOR)
    probe = Probe()

    assert probe.stage("torch").error == ""
    assert probe.stage("torchvision").error == "RuntimeError: operator torchvision::nms does not exist"
    assert probe.stage("compute").error


def test_a_crash_is_told_with_its_signal(folder: Path) -> None:
    packages.write_torch(folder)
    packages.write_torchvision(folder, "0.28.0", packages.KILLED)
    probe = Probe()

    assert probe.stage("torch").error == ""
    assert probe.stage("torchvision").error == "its process was killed by SIGKILL"


def test_an_exit_is_told_with_the_last_words(folder: Path) -> None:
    packages.write_torch(folder, init="import os, sys; print('no driver', file=sys.stderr, flush=True); os._exit(3)")

    assert Probe().stage("torch").error == "its process ended with 3: no driver"


def test_an_import_that_does_not_end_is_given_up(folder: Path) -> None:
    packages.write_torch(folder)
    packages.write_torchvision(folder, "0.28.0", "import time; time.sleep(60)")
    probe = Probe(timeout=0.5)

    assert probe.stage("torchvision").error.startswith("it did not end within")
    assert probe.stage("torch").error == ""


def test_what_libraries_print_and_warn_of_is_told_apart_from_the_answers(folder: Path) -> None:
    said = "import warnings; print('hello {'); warnings.warn('no libjpeg'); warnings.warn('no libjpeg')"
    packages.write_torch(folder)
    packages.write_torchvision(folder, "0.28.0", said + packages.TORCHVISION)

    seen = Probe().stage("torchvision")

    assert (seen.error, seen.warnings) == ("", ["no libjpeg"])


def test_a_missing_torchvision_is_a_problem_with_the_command(folder: Path) -> None:
    packages.write_torch(folder)
    packages.write_torchvision(folder, "0.28.0", "import no_such_module")

    found = installation.torch(Probe())

    assert "No module named 'no_such_module'" in problems(found)[0]
    assert next(each.do for each in found if each.state == "problem").startswith("pip install")


def test_a_torchvision_that_computes_wrong_results_is_a_problem(folder: Path) -> None:
    packages.write_torch(folder)
    packages.write_torchvision(folder, "0.28.0", packages.TORCHVISION.replace("boxes)\n", "[])\n"))

    assert "list" in problems(installation.torch(Probe()))[0]


def test_a_broken_torch_is_told_once(folder: Path) -> None:
    packages.write_torch(folder, init=packages.NO_CUDART)

    assert len(installation.torch(Probe())) == 1
