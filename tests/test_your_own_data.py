"""What the page about data of one's own shows runs as it stands."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from readers import own_text_files
from readers.own_files import below, numbered, table, yolo_files
from readers.packing import write_folder, write_zip
from readers.photo_files import class_folders

PAGE = Path(__file__).parent.parent / "site/docs/your_own_data.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

PETS = class_folders({"dog": 2, "cat": 3})
CATS = numbered(3) | table("cats.csv", "file,breed,colour,age", "0.png,a,x,1", "1.png,b,y,2", "2.png,a,x,3")
NEWS = b'"3","Wall St.","Short sellers, again"\n"4","Chips","Faster"\n"3","Oil","Up"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the data that the page reads."""
    write_folder(tmp_path / "pets", PETS)
    write_zip(tmp_path / "split_pets.zip", below("train", PETS) | below("val", PETS))
    write_folder(tmp_path / "cats", CATS)
    write_folder(tmp_path / "traffic", yolo_files(["train"]))
    write_folder(tmp_path / "reviews", own_text_files.TABLES)
    write_folder(tmp_path / "corpus", own_text_files.PAIRS)
    write_folder(tmp_path, {"train.conll": own_text_files.TAGS["train.conll"], "news.csv": NEWS})
    (tmp_path / "train.txt.gz").write_bytes(gzip.compress(own_text_files.LINES["train.txt"]))
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_a_snippet_runs(block: str, folder: Path) -> None:
    exec(compile(block, str(PAGE), "exec"), {})  # noqa: S102  our own page


def test_there_are_snippets() -> None:
    assert len(BLOCKS) >= 8
