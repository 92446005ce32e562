"""What the page on measuring shows runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import small_world

from hub import registry
from hub.evaluation import results

pytest.importorskip("tensorboard")

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "site/docs/evaluate.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
PRINTED = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cards whose files are tiny and lie on this machine."""
    folder = tmp_path_factory.mktemp("world")
    small_world.write(folder)
    return folder


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_a_block_prints_what_it_says(
    block: str, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(registry, "cards_folder", lambda: world / "cards")
    monkeypatch.setenv("HUB_HOME", str(world / "store"))
    monkeypatch.chdir(tmp_path)

    exec(compile(block, PAGE.name, "exec", dont_inherit=True), {})  # noqa: S102  a page of our own

    expected = [line.replace("1797", str(small_world.DIGITS)) for line in PRINTED.findall(block)]
    assert capsys.readouterr().out.splitlines() == expected


@pytest.mark.parametrize("path", sorted((ROOT / results.FOLDER).glob("*.json")), ids=lambda path: path.stem)
def test_results_that_hub_ships_say_how_to_measure_again(path: Path) -> None:
    found = results.read(path)

    assert found.command
    assert re.fullmatch(r"[0-9a-f]{40}", found.commit)
    assert (found.samples, found.hardware) != (0, "")
