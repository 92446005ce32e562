"""What is installed is compared with what hub requires."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import packages
import pytest

from hub.doctor import installation

if TYPE_CHECKING:
    from pathlib import Path

FOR_DEVELOPERS = {"bench", "dev"}


def test_every_extra_for_users_tells_what_it_is_for() -> None:
    project = tomllib.loads((packages.ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert installation.FEATURES.keys() == project["optional-dependencies"].keys() - FOR_DEVELOPERS


PROGRAM = """
from hub.doctor import installation
for each in (*installation.python(), *installation.extras()):
    print(each.state, each.what, "->", each.do)
"""
RECORD = """\
Metadata-Version: 2.1
Name: hub-zoo
Version: 9.9
Provides-Extra: video
Requires-Dist: click>=8
Requires-Dist: torch>=99
Requires-Dist: no-such-package>=3
Requires-Dist: not-for-here; sys_platform == "elsewhere"
Requires-Dist: no-such-decoder>=18; extra == "video"
"""


@pytest.fixture
def told(tmp_path: Path) -> list[str]:
    """What is told of an installation whose record is RECORD."""
    (tmp_path / "hub_zoo-9.9.dist-info").mkdir()
    (tmp_path / "hub_zoo-9.9.dist-info" / "METADATA").write_text(RECORD)
    packages.write_torch(tmp_path, "2.13.0")
    return packages.run(tmp_path, "-c", PROGRAM).stdout.splitlines()


def test_what_is_missing_or_too_old_is_a_problem(told: list[str]) -> None:
    wrong = [line.partition(" -> ") for line in told if line.startswith("problem")]

    assert [(what, do) for what, _, do in wrong] == [
        ("problem torch 2.13.0 is installed, hub requires torch>=99", 'pip install --upgrade "torch>=99"'),
        (
            "problem no-such-package is not installed, hub requires no-such-package>=3",
            'pip install --upgrade "no-such-package>=3"',
        ),
    ]


def test_a_missing_extra_is_noted_with_what_it_is_for(told: list[str]) -> None:
    assert 'note video: without no-such-decoder, for HMDB51, Kinetics, UCF101 -> pip install "hub-zoo[video]"' in told
