"""Datasets: what a card lacks is told by the files, which are read as those who load them will."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import hub
from hub import cli
from hub.cards import DatasetCard
from hub.errors import CardError
from hub.publish.publishing import publish

if TYPE_CHECKING:
    from pathlib import Path

DRAFT = """
name = "Pets"
summary = "Cats and dogs."
license = "CC0-1.0"
"""
REVIEWS = 'good,The cat sat.\nbad,"It scratched, twice."\ngood,Purrs.\nbad,Ate the fish.\n'


@pytest.fixture
def place(tmp_path: Path, home: Path) -> Path:
    return tmp_path / "lab"


def published(place: Path, *files: Path, more: str = "") -> DatasetCard:
    """Return the card under which files are found once they were published."""
    draft = place.parent / "pets.toml"
    draft.write_text(more + DRAFT, "utf-8")
    publish(files, [draft], place)
    cli.run(["registry", "add", "lab", str(place)])
    card = hub.info("lab/pets").card
    assert isinstance(card, DatasetCard)
    return card


def pictures(folder: Path) -> Path:
    for split, number in (("train", 2), ("val", 1)):
        for kind in ("cat", "dog"):
            (folder / split / kind).mkdir(parents=True)
            for each in range(number):
                Image.new("RGB", (4, 3), (each, 0, 0)).save(folder / split / kind / f"{each}.png")
    (folder / ".DS_Store").touch()
    return folder


def test_a_folder_of_classes_becomes_one_file_with_splits_counts_and_classes(place: Path) -> None:
    card = published(place, pictures(place.parent / "pictures"))

    assert {name: split.samples for name, split in card.splits.items()} == {"train": 4, "val": 2}
    assert [artifact.name for artifact in card.artifacts] == ["pets.tar"]
    assert (card.task, card.modality) == (("image-classification",), ("image",))
    train = hub.load_dataset("lab/pets", split="train")
    assert (train.classes, train[3].label, train[3].image.size) == (["cat", "dog"], 1, (4, 3))


@pytest.mark.slow
def test_the_same_folder_is_the_same_file_wherever_it_lies(place: Path) -> None:
    first = published(place, pictures(place.parent / "one"))
    second = published(place, pictures(place.parent / "more" / "two"))

    assert first == second


@pytest.mark.slow
def test_an_archive_is_published_as_it_is(place: Path) -> None:
    path = place.parent / "pets.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(pictures(place.parent / "pictures"), "pictures")

    card = published(place, path)

    assert {name: split.samples for name, split in card.splits.items()} == {"train": 4, "val": 2}
    assert card.artifacts[0].size == path.stat().st_size
    assert len(hub.load_dataset("lab/pets", split="train")) == 4


def test_a_table_tells_its_columns(place: Path) -> None:
    path = place.parent / "reviews.csv"
    path.write_text(REVIEWS, "utf-8")

    card = published(place, path)

    assert [field.kind for field in card.fields] == ["label", "text"]
    assert hub.load_dataset("lab/pets", split="all")[1].text == "It scratched, twice."


@pytest.mark.slow
def test_several_files_tell_the_splits(place: Path) -> None:
    for name in ("train", "test"):
        (place.parent / f"{name}.csv").write_text(f"label,text\n{REVIEWS}", "utf-8")

    card = published(place, place.parent / "train.csv", place.parent / "test.csv")

    assert {name: split.samples for name, split in card.splits.items()} == {"train": 4, "test": 4}
    assert len(hub.load_dataset("lab/pets", split="train+test")) == 8


def test_a_file_of_no_known_kind_needs_a_card_that_says_more(place: Path) -> None:
    path = place.parent / "pets.bin"
    path.write_bytes(bytes(100))

    with pytest.raises(CardError) as caught:
        published(place, path, more='reader = "idx"\n')

    assert [key for key, _ in caught.value.faults] == ["splits"]


def test_a_first_card_can_be_published_as_it_is(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, card = pictures(place.parent / "pictures"), place.parent / "my_pets.toml"

    codes = [
        cli.run(["publish", str(folder), "--new-card", str(card)]),
        cli.run(["publish", str(folder), "--card", str(card), "--to", str(place)]),
        cli.run(["publish", str(folder), "--new-card", str(card)]),
    ]

    assert codes == [0, 0, 2]
    assert "my_pets@1.0.0" in capsys.readouterr().out
