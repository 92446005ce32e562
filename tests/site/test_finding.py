"""The index that the search reads first, and a collection mended so that pages can be made of it."""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from hub.registry.folder import cards_folder
from hub.site import checking, collection, finding
from hub.site.mending import mended

if TYPE_CHECKING:
    from pathlib import Path

KILOBYTE = 1000

INVENTORY = b"# Sphinx inventory version 2\n# Project: hub\n# Version: \n# The rest\n" + zlib.compress(
    b"hub.load_dataset py:function 1 api/hub/#$ -\nhub.text py:module 0 api/text/#module-$ -\n"
    b"hub.load_dataset.split py:parameter 2 api/hub/#hub.load_dataset -\n"
    b"store std:doc -1 store/ How files are fetched and kept\n"
)


def read(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


@pytest.fixture(scope="module")
def cards() -> collection.Collection:
    return collection.load(cards_folder())


def test_names_of_the_api_but_no_parameters_come_out_of_sphinxs_inventory() -> None:
    assert list(finding.symbols(INVENTORY)) == [
        ["hub.load_dataset", "function", "docs/api/hub/#hub.load_dataset"],
        ["hub.text", "module", "docs/api/text/#module-hub.text"],
    ]


def test_names_that_books_teach_are_found_in_the_api_index(cards: collection.Collection, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/objects.inv").write_bytes(INVENTORY)
    finding.write(cards, tmp_path)

    found = {name: address for name, _, address in read(tmp_path / "search/names.json.gz")["symbols"]}

    assert found["torchvision.transforms.ToTensor"] == "api/torchvision/#transforms.ToTensor"
    assert found["hub.load_dataset"] == "docs/api/hub/#hub.load_dataset"


def test_every_card_is_in_the_index_with_all_its_names(cards: collection.Collection, tmp_path: Path) -> None:
    finding.write(cards, tmp_path)
    names = read(tmp_path / "search/names.json.gz")
    by_page = {page: [name, chinese, *others] for page, name, chinese, others in names["cards"]}

    assert len(by_page) == len(cards.entries)
    assert {"MNIST", "mnist"} <= set(by_page["datasets/mnist"])
    assert {"ResNet", "resnet50"} <= set(by_page["models/resnet"])
    assert names["kinds"]["books"]["zh"] == "书籍"
    assert all(len(read(tmp_path / f"search/summaries.{each}.json.gz")) == len(by_page) for each in ("en", "zh"))


def test_the_index_is_the_same_every_time(cards: collection.Collection, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "docs").mkdir(parents=True)
        (tmp_path / name / "docs/objects.inv").write_bytes(INVENTORY)
        finding.write(cards, tmp_path / name)

    first, second = (sorted((tmp_path / name / "search").iterdir()) for name in ("one", "two"))

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_read_when_the_search_is_opened_is_small(whole: Path, language: str) -> None:
    read = ("names", f"summaries.{language}")

    assert sum((whole / f"search/{name}.json.gz").stat().st_size for name in read) <= 60 * KILOBYTE


def test_what_names_something_missing_is_left_out(tmp_path: Path) -> None:
    for name in ("projects", "tutorials"):
        shutil.copytree(cards_folder() / "catalog" / name, tmp_path / "catalog" / name)
    for name in ("categories.toml", "tags.toml"):
        shutil.copy(cards_folder() / "catalog" / name, tmp_path / "catalog" / name)
    project = tmp_path / "catalog/projects/ignite.toml"
    project.write_text(project.read_text("utf-8").replace('category = "', 'category = "no-such-'), "utf-8")
    found = collection.load(tmp_path)

    whole = mended(found)

    assert any("there is no" in fault.message for fault in checking.check(found))
    assert found.entries.keys() - whole.entries.keys() == {"project/ignite"}
    assert [fault for fault in checking.check(whole) if "there is no" in fault.message] == []
