"""What a script loads is read out of it, as far as it is written there; the rest is named with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub import cli, lockfile
from hub.lockfile import calls

if TYPE_CHECKING:
    from pathlib import Path


def found(text: str) -> list[tuple[str, str | None]]:
    return [(call.function, call.name) for call in calls.of_text(text)]


@pytest.mark.parametrize(
    "text",
    [
        "import hub\nhub.load('cats')",
        "import hub as zoo\nzoo.load('cats')",
        "from hub import load\nload('cats')",
        "from hub import load as get\nget('cats')",
        "import hub.vision\nhub.load('cats')",
        "import hub\nNAME = 'cats'\nhub.load(NAME)",
        "import hub\ndef make():\n    return [hub.load('cats') for _ in range(3)]",
        "import hub\nmodel = hub.load('cats').eval()",
    ],
)
def test_a_call_is_found_however_hub_is_imported(text: str) -> None:
    assert found(text) == [("load", "cats")]


@pytest.mark.parametrize(
    "text",
    [
        "import torch\ntorch.load('cats')",
        "from other import load\nload('cats')",
        "import json\njson.load(open('cats'))",
        "hub = object()\nhub.load('cats')",
        "import hub\nhub.list('cats')",
        "import hubs\nhubs.load('cats')",
    ],
)
def test_what_is_no_load_of_hub_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "import hub, sys\nhub.load(sys.argv[1])",
        "import hub\nhub.load(f'{size}cats')",
        "import hub\nfor name in names:\n    hub.load(name)",
        "import hub\nNAME = 'cats'\nNAME = 'dogs'\nhub.load(NAME)",
        "import hub\nNAME = 'cats'\ndef make(NAME):\n    hub.load(NAME)",
        "import hub\nhub.load(*arguments)",
    ],
)
def test_a_name_that_only_running_would_tell_is_said_to_be_such(text: str) -> None:
    assert found(text) == [("load", None)]


def test_every_way_to_files_counts() -> None:
    text = (
        "import hub\nhub.load_dataset(name='a')\nhub.download(name_or_url='https://x.org/y')\nhub.transforms('b')\n"
        "hub.vision.datasets.MNIST('data')\nfrom hub.text.datasets import IMDB\nIMDB()\n"
    )

    assert found(text) == [
        ("load_dataset", "a"),
        ("download", "https://x.org/y"),
        ("transforms", "b"),
        ("load_dataset", "MNIST"),
        ("load_dataset", "IMDB"),
    ]


def lines_of(project: Path, text: str) -> list[str]:
    (project / "train.py").write_text(f"import hub\nfrom torchvision import models\n{text}\n")
    cli.run(["lock", "--from", "train.py"])
    path = project / "hub.lock"
    return [str(each) for each in lockfile.read(path).requires] if path.exists() else []


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ("hub.load('watcher')", []),
        ("hub.load('watcher', pretrained=False, weights=None)", []),
        ("hub.load('watcher', weights='mine.pth')", []),
        ("hub.load('watcher', pretrained=True)", ["watcher"]),
        ("hub.load('watcher', pretrained=arguments.pretrained)", ["watcher"]),
        ("hub.transforms('watcher')", ["watcher"]),
        ("hub.load('watcher', weights='DEFAULT')", ["watcher"]),
        ("hub.load('watcher', weights='CATS_V1')", ["watcher@CATS_V1"]),
        ("hub.load('watcher@CATS_V1')", ["watcher@CATS_V1"]),
        ("hub.load_dataset('Cats', split='train[:10%]+test')", ["cats --split train+test"]),
        ("hub.load_dataset('cats')", ["cats"]),
        ("hub.load_dataset('cats@1.0.0', split=None)", ["cats@1.0.0"]),
        ("hub.load_dataset('birds', split='train', variant='large')", ["birds --split train --variant large"]),
        ("hub.download('birds', variant='all')", ["birds --variant all"]),
    ],
)
def test_arguments_say_what_is_pinned(text: str, required: list[str], project: Path) -> None:
    assert lines_of(project, text) == required


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hub.load(name)", "the name is not written out"),
        ("hub.load('watcher', weights=tag)", "weights= is not written out"),
        ("hub.load_dataset('cats', split=split)", "split= is not written out"),
        ("hub.load_dataset('cats', **options)", "split= is not written out"),
        ("hub.load('nosuch', pretrained=True)", "there is no model 'nosuch'"),
        ("hub.load('watcher', weights='CATS_V9')", "watcher has no weights tag 'CATS_V9'"),
        ("hub.load_dataset('cats', split='validation')", "Cats has no split 'validation'"),
        ("hub.load_dataset('dogs', split='train', data_dir='data')", "dataset/dogs/1.0.0 cannot be fetched"),
    ],
)
def test_what_is_not_written_out_is_named_with_its_line(
    text: str, why: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert lines_of(project, text) == []
    assert f"train.py:3: {text}: not pinned: {why}" in capfd.readouterr().err


def test_an_enumeration_of_torchvision_is_understood() -> None:
    (call,) = calls.of_text("import hub\nhub.load('resnet18', weights=models.ResNet18_Weights.IMAGENET1K_V1)")

    assert call.options == {"weights": "ResNet18_Weights.IMAGENET1K_V1"}


def test_a_card_stands_for_its_version_or_all_its_tags(project: Path, world: object) -> None:
    for card in ("datasets/cats.toml", "models/watchers.toml"):
        assert cli.run(["lock", "--from", str(world.folder / card)]) == 0  # type: ignore[attr-defined]  # a World

    names = [str(each) for each in lockfile.read(project / "hub.lock").requires]
    assert names == ["cats@1.0.0", "watcher@CATS_V1", "watcher@CATS_V2"]


@pytest.mark.parametrize("text", ["def (", "a\x00b", "\ud800"])
def test_what_is_no_script_is_said(text: str, project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "train.py").write_bytes(text.encode("utf-8", "surrogatepass"))

    assert cli.run(["lock", "--from", "train.py"]) == 5
    assert "is no Python script" in capfd.readouterr().err


def test_a_script_is_never_run(project: Path) -> None:
    lines_of(project, "open('ran', 'w')\nhub.load_dataset('cats')")

    assert not (project / "ran").exists()
