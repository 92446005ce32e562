"""Samples of datasets that lie in a store: shown if they are there; nothing is written or fetched for them."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
import site_cards
from documents import rendered
from PIL import Image

from hub.datasets.choice import choose
from hub.datasets.loading import opened
from hub.registry import DatasetEntry
from hub.settings import Settings
from hub.site import references, samples
from hub.site.pages import datasets
from hub.site.pages.site import Site
from hub.site.samples import Excerpt, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from hub.cards import DatasetCard
    from hub.site.collection import Collection

CARD = """
schema = 1
name = "{name}"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "MIT"
homepage = "https://example.org"
reader = "{reader}"
summary = {{ en = "A few.", zh = "少量。" }}
{rest}
"""

PICTURES = """
[[fields]]
name = "image"
kind = "image"
shape = [8, 8]
dtype = "uint8"

[[fields]]
name = "label"
kind = "label"
classes = ["zero", "one", "two"]

[splits.train]
samples = 12
files = { image = "images", label = "labels" }
"""

TEXTS = """
[[fields]]
name = "label"
kind = "label"
first = 1
classes = ["bad", "good"]

[[fields]]
name = "text"
kind = "text"

[options]
columns = ["label:int", "text*"]

[splits.train]
samples = 4
files.table = "rows.csv"
options.file = "rows.csv"
"""

ROWS = "".join(f'"{number % 2 + 1}","Line {number} {"*very* " * 60}"\n' for number in range(4))


def artifact(folder: Path, name: str, content: bytes) -> str:
    path = folder / f"source-{name}"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return f"""
[[artifacts]]
name = "{name}"
size = {len(content)}
sha256 = "{digest}"
sources = [{{ url = "{path.as_uri()}" }}]
"""


def idx(values: NDArray[Any]) -> bytes:
    header = bytes([0, 0, 8, values.ndim]) + b"".join(size.to_bytes(4, "big") for size in values.shape)
    return header + values.astype(np.uint8).tobytes()


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """A dataset of twelve grey squares in three classes, and one of four lines of text."""
    folder = tmp_path_factory.mktemp("samples")
    squares = np.arange(12)[:, None, None] * np.full((1, 8, 8), 20)
    files = artifact(folder, "images", idx(squares)) + artifact(folder, "labels", idx(np.arange(12) % 3))
    (folder / "datasets").mkdir()
    pictures = CARD.format(name="Pictures", reader="idx", rest=PICTURES + files)
    texts = CARD.format(name="Texts", reader="delimited", rest=TEXTS + artifact(folder, "rows.csv", ROWS.encode()))
    (folder / "datasets" / "pictures.toml").write_text(pictures, "utf-8")
    (folder / "datasets" / "texts.toml").write_text(texts, "utf-8")
    return site_cards.load(folder)


@pytest.fixture(scope="module")
def store(cards: Collection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which both are prepared."""
    home = tmp_path_factory.mktemp("home")
    for entry in cards.of_kind("dataset"):
        choice = choose(DatasetEntry(entry.id, cast("DatasetCard", entry.card), entry.path), {})
        opened(choice, ["train"], None, current=Settings(home=home), progress=False)
    return home


@pytest.fixture
def found(cards: Collection, store: Path) -> Mapping[str, Sheet | Excerpt]:
    return samples.of_collection(cards, store)


def test_a_sheet_begins_with_one_picture_of_each_class(found: Mapping[str, Sheet | Excerpt]) -> None:
    sheet = found["pictures"]

    assert isinstance(sheet, Sheet)
    assert sheet.words[:3] == ("zero", "one", "two")
    assert len(sheet.words) == samples.COUNT
    picture = Image.open(BytesIO(sheet.png))
    assert picture.size == (sheet.width, sheet.height) == (10 * 16 + 9 * samples.GAP, 16)
    assert [picture.getpixel((number * 20, 8)) for number in range(3)] == [(v, v, v, 255) for v in (0, 20, 40)]
    assert cast("tuple[int, ...]", picture.getpixel((17, 8)))[3] == 0


def test_texts_are_cut_and_their_labels_named(found: Mapping[str, Sheet | Excerpt]) -> None:
    excerpt = found["texts"]

    assert isinstance(excerpt, Excerpt)
    assert excerpt.names == ("label", "text")
    assert [label for label, _ in excerpt.rows] == ["bad", "good", "bad"]
    assert all(text.endswith("…") and len(text) <= samples.LETTERS + 1 for _, text in excerpt.rows)


def test_samples_stand_on_their_pages(cards: Collection, found: Mapping[str, Sheet | Excerpt]) -> None:
    site = Site(cards, references.find(cards), "zh", samples=found)

    pages = {page.path: rendered(page.body) for page in datasets.pages(site)}

    (picture,) = pages["datasets/pictures"].all("img")
    assert picture["src"] == "../../../datasets/pictures/samples.png"
    assert "zero, one, two" in pages["datasets/pictures"].text
    assert "Line 0 *very* *very*" in pages["datasets/texts"].text
    assert [file.path for file in datasets.files(site)] == ["datasets/pictures/samples.png"]


def test_the_same_store_gives_the_same_bytes(
    cards: Collection, store: Path, found: Mapping[str, Sheet | Excerpt]
) -> None:
    assert samples.of_collection(cards, store) == found


def times(store: Path) -> dict[Path, int]:
    """Return when each file changed; but for leases, by which whoever reads says that nothing may be removed."""
    files = (path for path in store.rglob("*") if "leases" not in path.parts)
    return {path: path.stat().st_mtime_ns for path in files}


def test_the_store_is_only_read(cards: Collection, store: Path) -> None:
    before = times(store)

    samples.of_collection(cards, store)

    assert times(store) == before


def test_nothing_is_shown_without_a_store_or_from_an_empty_one(cards: Collection, tmp_path: Path) -> None:
    assert samples.of_collection(cards, None) == {}
    assert samples.of_collection(cards, tmp_path) == {}
    assert not list(tmp_path.iterdir())


def test_what_was_fetched_but_not_prepared_is_not_shown(cards: Collection, store: Path, tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    for part in ("blobs", "refs"):
        (tmp_path / "v1" / part).symlink_to(store / "v1" / part)

    assert samples.of_collection(cards, tmp_path) == {}


def test_what_may_not_be_handed_on_is_not_shown(cards: Collection, store: Path) -> None:
    entry = cards.entries["dataset/pictures"]
    card = cast("DatasetCard", entry.card)
    unreachable = tuple(site_cards.without_sources(each) for each in card.artifacts)

    closed = site_cards.changed(cards, entry, artifacts=unreachable, manual="Sign in first.")

    assert "pictures" not in samples.of_collection(closed, store)
