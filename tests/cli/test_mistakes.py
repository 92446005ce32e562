"""Whatever goes wrong is said in three lines and an exit code, and the next run just works."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub import cli

ROOT = Path(__file__).parent.parent.parent
WRONG = "0" * 64

MISTAKES = {
    "unknown name": (["info", "resnet81"], 3),
    "unknown dataset version": (["download", "mnist@9.9.9"], 3),
    "unknown weights tag of info": (["info", "resnet18@IMAGENET1K_V9"], 3),
    "unknown weights tag": (["download", "resnet18@IMAGENET1K_V9"], 3),
    "unknown split": (["download", "mnist", "--split", "trian"], 3),
    "unknown kind": (["list", "animals"], 2),
    "unknown command": (["lst"], 2),
    "unknown option": (["list", "--colour"], 2),
    "missing argument": (["info"], 2),
    "malformed digest": (["download", "file:///nothing#sha256=xyz"], 2),
    "missing picture": (["predict", "resnet18", "no-such-picture.jpg"], 1),
    "folder instead of a picture": (["predict", "resnet18", "."], 1),
    "missing source": (["download", "file:///no/such/file"], 4),
    "unknown scheme": (["download", "gopher://example.org/x"], 2),
}


def mistake(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """Run a command that must fail and return its exit code and what it said, without progress."""
    code = cli.run(list(arguments))
    printed = capfd.readouterr()
    assert printed.out == ""
    assert "Traceback" not in printed.err
    lines = printed.err.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("hub: "))
    return code, lines[start:]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("arguments", "code"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_has_its_exit_code_and_at_most_three_lines(
    arguments: list[str], code: int, capfd: pytest.CaptureFixture[str]
) -> None:
    found, lines = mistake(capfd, *arguments)

    assert found == code
    assert 2 <= len(lines) <= 3


@pytest.mark.usefixtures("home")
def test_a_misspelt_name_says_what_was_meant(capfd: pytest.CaptureFixture[str]) -> None:
    _, lines = mistake(capfd, "info", "resnet81")

    assert lines[2] == "  did you mean resnet18?"


@pytest.mark.usefixtures("home")
def test_a_folder_is_not_called_a_damaged_picture(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _, lines = mistake(capfd, "predict", "resnet18", str(tmp_path))

    assert lines[0] == f"hub: {tmp_path} is a folder"
    assert str(tmp_path / "*.jpg") in lines[2]


@pytest.mark.usefixtures("home")
def test_offline_and_not_in_the_store_is_7(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")

    code, lines = mistake(capfd, "download", "mnist")

    assert (code, len(lines)) == (7, 3)


@pytest.mark.usefixtures("home")
def test_other_bytes_than_the_published_ones_are_5_and_are_not_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.bin").write_bytes(b"right")
    url = (tmp_path / "a.bin").as_uri()

    code, lines = mistake(capfd, "download", f"{url}#sha256={WRONG}")

    assert (code, len(lines)) == (5, 3)
    assert cli.run(["download", f"{url}#sha256={hashlib.sha256(b'right').hexdigest()}", "--quiet"]) == 0


def test_a_store_below_a_file_is_6(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "file" / "home"))

    code, lines = mistake(capfd, "download", (tmp_path / "file").as_uri())

    assert (code, len(lines)) == (6, 3)


@pytest.mark.usefixtures("home")
def test_a_setting_that_makes_no_sense_is_2(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "perhaps")

    code, lines = mistake(capfd, "list")

    assert (code, lines[0]) == (2, "hub: HUB_OFFLINE is neither on nor off")


def test_a_damaged_blob_is_5_is_set_aside_and_fetched_anew(
    tmp_path: Path, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.bin").write_bytes(b"right")
    url = (tmp_path / "a.bin").as_uri()
    cli.run(["download", url, "--quiet"])
    blob = Path(capfd.readouterr().out.strip())
    blob.chmod(0o644)
    blob.write_bytes(b"wrong")

    assert cli.run(["verify", "--quiet"]) == 5
    assert cli.run(["download", url, "--quiet"]) == 0
    assert blob.read_bytes() == b"right"
    assert [path.read_bytes() for path in (home / "v1/quarantine").iterdir()] == [b"wrong"]


def test_a_broken_card_names_every_fault_and_leaves_the_others_alone(tmp_path: Path) -> None:
    for folder in ("hub", "datasets", "models"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    card = tmp_path / "datasets" / "kmnist.toml"
    card.write_text(card.read_text("utf-8").replace("license =", "licence ="), "utf-8")

    broken = run_in(tmp_path, "info", "kmnist")
    whole = run_in(tmp_path, "info", "mnist")

    assert broken.returncode == 1
    assert "licence: unknown key; did you mean 'license'?" in broken.stderr
    assert "license: missing" in broken.stderr
    assert whole.returncode == 0


def run_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the `hub` that lies in `folder`."""
    environment = dict(os.environ, HUB_HOME=str(folder / "home"), PYTHONPATH=str(folder))
    command = [sys.executable, "-m", "hub", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("part", "meant"), [("coco", "coco_captions, coco_detection"), ("oxford_pet", "oxford_iiit_pet")]
)
def test_a_part_of_a_name_says_which_names_have_it(part: str, meant: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, lines = mistake(capfd, "download", part)

    assert code == 3
    assert lines[1] == f"  expected one such as {meant}"
