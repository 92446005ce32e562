"""What the page about registries of one's own shows is done here as it stands, from its first block to its last."""

from __future__ import annotations

import hashlib
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from web_folder import WebFolder

from hub import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).parent.parent / "site/docs/own_registry.md"
BLOCKS = re.findall(r"```(csv|toml|python|sh)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
# The page's own server: another one stands in for it.
SERVER = "python -m http.server"
ADDRESS = "http://localhost:8000"


@pytest.fixture
def web(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebFolder]:
    """A server of the folder that the page serves, which is not there yet."""
    monkeypatch.chdir(tmp_path)
    for name in ("cards/datasets", "cards/models", "cards/files", "work"):
        (tmp_path / name).mkdir(parents=True)
    with WebFolder(folder=tmp_path / "public") as running:
        yield running


def test_the_page_is_true_from_its_first_block_to_its_last(web: WebFolder) -> None:
    for language, text in BLOCKS:
        if language == "python":
            exec(compile(text, str(PAGE), "exec"), {})  # noqa: S102  our own page
        elif language == "sh":
            run(text.replace(ADDRESS, web.address))
        else:
            write(text)
    assert web.requests


def run(text: str) -> None:
    for line in text.splitlines():
        if not line.startswith(SERVER):
            program, *arguments = shlex.split(line)
            assert (program, cli.run(arguments)) == ("hub", 0), line


def write(text: str) -> None:
    """Write a file whose name stands in its first line, with the size and digest of what the page has made before."""
    first, _, rest = text.partition("\n")
    weights = Path("cards/files/mood.pth")
    if weights.is_file():
        data = weights.read_bytes()
        rest = rest.replace("SIZE", str(len(data))).replace("SHA256", hashlib.sha256(data).hexdigest())
    Path(first.removeprefix("# ")).write_text(rest, "utf-8")


def test_there_are_blocks_of_every_kind() -> None:
    assert {language for language, _ in BLOCKS} == {"csv", "toml", "python", "sh"}
