"""What the guides show on a terminal is what a terminal shows, from a page's first block to its last."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import small_world
import walking_pages
from walking_pages import Reader
from web_folder import WebFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCS = small_world.ROOT / "site/docs"
QUICK = ("elsewhere", "small_store", "several_users", "lockfile", "bundle", "unbroken")
# They import torch, some of them more than once.
LONG = ("clusters",)
LONGEST = ("offline", "own_files", "pinning", "preparing")
PAGES = [
    *QUICK,
    *(pytest.param(name, marks=pytest.mark.slow) for name in LONG),
    *(pytest.param(name, marks=pytest.mark.thorough) for name in LONGEST),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return walking_pages.write_world(tmp_path_factory.mktemp("world"))


@pytest.fixture
def web(world: Path) -> Iterator[WebFolder]:
    with WebFolder(folder=world / "files") as running:
        yield running


@pytest.fixture
def reader(world: Path, web: WebFolder, tmp_path: Path) -> Iterator[Reader]:
    checkout = walking_pages.served(world, tmp_path, web)
    with Reader(tmp_path, checkout) as found:
        prepare(found, world)
        yield found


def prepare(reader: Reader, world: Path) -> None:
    """Put the reader into a project beside the data of another program; a newer release of hub has newer data."""
    card = reader.checkout / "datasets/mnist.toml"
    reader.command("pip", f"sed -i 's/^version = .*/version = \"1.1.0\"/' '{card}'")
    raw = reader.home / "lab/data/MNIST/raw"
    raw.mkdir(parents=True)
    for path in (world / "files").glob("*ubyte"):
        shutil.copy(path, raw)
    reader.run("cd lab && git init --quiet")


@pytest.mark.parametrize("name", PAGES)
def test_a_guide_is_true_from_its_first_block_to_its_last(name: str, reader: Reader, world: Path) -> None:
    if name in ("own_files", "clusters"):
        shutil.copytree(world / "torch", reader.home / ".cache/torch")

    reader.walk((DOCS / f"{name}.md").read_text("utf-8"))


def test_no_page_with_a_terminal_is_left_out() -> None:
    with_terminals = {path.stem for path in DOCS.glob("*.md") if "```console\n" in path.read_text("utf-8")}

    assert with_terminals == {*QUICK, *LONG, *LONGEST}


def test_the_four_lines_of_the_readme_do_what_they_say(reader: Reader, world: Path) -> None:
    _, _, text = (small_world.ROOT / "README.md").read_text("utf-8").partition("## Never corrupt, never twice, pinned")
    shutil.copytree(world / "torch", reader.home / ".cache/torch")
    reader.write(
        "train.py", 'import hub\n\nhub.load_dataset("mnist")\nhub.load("efficientnet_lite0", pretrained=True)\n'
    )

    reader.walk(text.partition("\n## ")[0])

    _, printed = reader.run("tar -tf lab.tar")
    assert printed.count("blobs/") == len(list((world / "files").glob("*ubyte"))) + 1
