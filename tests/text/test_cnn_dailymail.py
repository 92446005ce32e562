"""News stories and what sums them up: CNN/Daily Mail."""

from __future__ import annotations

import pickle
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
from readers.line_files import STORY, story, write_cnn_dailymail, write_text
from readers.packing import write_tar
from torch.utils.data import DataLoader

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, MissingFile

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("home")

KINDS = {"train": "training", "val": "validation", "test": "test"}


def load(root: Path, split: str = "train") -> Any:
    return load_dataset("cnn_dailymail", split=split, data_dir=root, verify=False, progress=False)


def first_words(found: Any) -> list[str]:
    return [article.partition(" A storm")[0] for article, _ in found]


def in_order(kind: str, *, backwards: bool) -> list[str]:
    """Return how the stories of a split begin, by the names of their files."""
    return [
        f"{source} {number} ."
        for source in ("cnn", "dailymail")
        for number in sorted(
            "12", key=lambda each: story(f"http://web.example/{source}/{kind}/{each}"), reverse=backwards
        )
    ]


@pytest.mark.parametrize("split", KINDS)
def test_stories_come_in_the_order_of_their_archives_cnn_first(tmp_path: Path, split: str) -> None:
    write_cnn_dailymail(tmp_path)

    assert first_words(load(tmp_path, split)) == in_order(KINDS[split], backwards=True)


def test_their_order_stays_when_some_are_unpacked_beside(tmp_path: Path) -> None:
    top = write_cnn_dailymail(tmp_path)
    with tarfile.open(top / "cnn_stories.tgz") as archive:
        archive.extract(next(member for member in archive), top, filter="data")

    assert first_words(load(tmp_path)) == in_order("training", backwards=True)


def test_a_folder_without_archives_is_sorted_by_name(tmp_path: Path) -> None:
    top = write_cnn_dailymail(tmp_path)
    for path in list(top.glob("*.tgz")):
        with tarfile.open(path) as archive:
            archive.extractall(top, filter="data")
        path.unlink()

    assert first_words(load(tmp_path)) == in_order("training", backwards=False)


def told(root: Path, text: str | bytes) -> tuple[str, ...]:
    """Return what is made of one story."""
    top = root / "datasets" / "CNNDM"
    write_text(top / "cnn_wayback_test_urls.txt", "http://a\r\n\r\n")
    write_text(top / "dailymail_wayback_test_urls.txt", "")
    write_tar(top / "cnn_stories.tgz", {f"cnn/stories/{story('http://a')}": text})
    return tuple(load(root, "test")[0])


def test_lines_without_punctuation_get_a_full_stop_and_all_are_joined(tmp_path: Path) -> None:
    assert told(tmp_path, STORY) == (
        'A storm hit the coast . He said: "Stay inside." Nobody was hurt .',
        "Storm hits coast . Nobody hurt!",
    )


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("", ("", "")),
        ("@highlight\n\nOnly this", ("", "Only this .")),
        (
            "It is \u2018so\u2019\r\nand \u201cso\u201d\r\n(and so)",
            ("It is \u2018so\u2019 and \u201cso\u201d (and so)", ""),
        ),
        ("Not @highlight\nx\ry", ("Not @highlight x\ry .", "")),
        ("a\n@highlighted\nb\n\nc", ("a .", "b . c .")),
    ],
    ids=["empty", "no article", "quotes", "inside", "longer"],
)
def test_odd_stories_are_told_as_torchtext_tells_them(tmp_path: Path, text: str, known: tuple[str, str]) -> None:
    assert told(tmp_path, text) == known


def test_a_story_that_is_no_text_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=rf"line 2 of packed/cnn/stories/{story('http://a')}"):
        told(tmp_path, b"fine\n\xff\n")


def test_a_story_that_is_not_there_is_missed(tmp_path: Path) -> None:
    top = write_cnn_dailymail(tmp_path)
    with (top / "cnn_wayback_training_urls.txt").open("a") as file:
        file.write("http://web.example/gone\n")

    with pytest.raises(MissingFile, match=r"5 stories of the lists; found 4"):
        load(tmp_path)


def test_a_list_that_is_not_there_is_named_and_nothing_is_inflated(tmp_path: Path, home: Path) -> None:
    top = write_cnn_dailymail(tmp_path)
    (top / "dailymail_wayback_training_urls.txt").unlink()

    with pytest.raises(MissingFile, match=r"dailymail_wayback_training_urls\.txt"):
        load(tmp_path)
    assert not list(home.rglob("inflated"))


def test_loaders_make_batches_of_stories_and_datasets_pickle(tmp_path: Path) -> None:
    write_cnn_dailymail(tmp_path)
    found = load(tmp_path)

    ((articles, summaries),) = DataLoader(found, batch_size=4)

    assert list(zip(articles, summaries, strict=True)) == [tuple(pair) for pair in found]
    assert list(pickle.loads(pickle.dumps(found))) == list(found)  # noqa: S301  our own bytes
