"""What the page about models shows runs as it stands, and prints what stands beside it."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest
import torch
from PIL import Image

import hub
from hub import cli, registry
from hub.digest import hash_file

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "site/docs/models.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

PRINTED = re.compile(r"^print\(.*\)  # (.*)$", re.MULTILINE)

# The only network whose published weights the page needs; others lie on the meta device there, or are untrained.
NETWORK = "efficientnet_lite0"
PHOTO = Path(cli.__file__).with_name("chelsea.jpg")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cards that name random weights in the place of the published ones, and those weights in PyTorch's cache."""
    folder = tmp_path_factory.mktemp("world")
    published = registry.weights_of(registry.find_model(NETWORK), registry.DEFAULT).artifact
    assert published.sha256 is not None
    weights = folder / "torch/hub/checkpoints" / published.name
    weights.parent.mkdir(parents=True)
    torch.save(hub.load(NETWORK).state_dict(), weights)
    shutil.copytree(ROOT / "models", folder / "cards/models")
    card = folder / "cards/models/efficientnet_lite.toml"
    card.write_text(card.read_text("utf-8").replace(published.sha256, hash_file(weights).sha256), "utf-8")
    return folder


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_the_page_prints_what_it_says(
    block: str, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "cards_folder", lambda: world / "cards")
    monkeypatch.setenv("TORCH_HOME", str(world / "torch"))
    monkeypatch.setenv("HUB_HOME", str(world / "store"))
    monkeypatch.chdir(tmp_path)
    shutil.copy(PHOTO, "photo.jpg")

    exec(compile(block, PAGE.name, "exec", dont_inherit=True), {})  # noqa: S102  a page of our own

    assert capsys.readouterr().out.splitlines() == PRINTED.findall(block)


def test_the_comparison_on_the_page_is_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    command, shown = re.findall(r"    \$ hub (list .*)\n((?:    .*\n)+?)    \.\.\.", PAGE.read_text("utf-8"))[0]

    assert cli.run(command.split()) == 0

    assert capsys.readouterr().out.splitlines()[: shown.count("\n")] == textwrap.dedent(shown).splitlines()


@pytest.mark.network
def test_the_photo_on_the_page_is_what_the_page_says(home: Path) -> None:
    label, probability = re.findall(r"label='(.+)', probability=(\d\.\d\d)", PAGE.read_text("utf-8"))[0]

    found = hub.predict(NETWORK, Image.open(PHOTO))

    assert isinstance(found, list)
    assert (found[0].label, f"{found[0].probability:.2f}") == (label, probability)
