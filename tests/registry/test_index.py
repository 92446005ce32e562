"""The index follows the cards, and finds what people mean."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from hub import registry
from hub.errors import CardError, InvalidInput, NotFound
from hub.registry import index
from hub.registry.folder import LOADABLE

REAL = Path(__file__).parent.parent.parent


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A folder with one dataset and one family of models."""
    for kind, name in (("datasets", "mnist"), ("models", "resnet")):
        (tmp_path / "cards" / kind).mkdir(parents=True)
        (tmp_path / "cards" / kind / f"{name}.toml").write_bytes((REAL / kind / f"{name}.toml").read_bytes())
    return tmp_path / "cards"


def ids(cards: Path, home: Path, kind: str | None = None) -> list[str]:
    with index.current(cards, home) as opened:
        return [row[1] for row in opened.rows((kind,) if kind else LOADABLE)]


def test_a_family_is_listed_by_its_networks(cards: Path, home: Path) -> None:
    assert ids(cards, home, "dataset") == ["mnist"]
    assert {"resnet18", "resnet50"} <= set(ids(cards, home, "model"))


def test_a_card_that_is_added_is_seen(cards: Path, home: Path) -> None:
    ids(cards, home)

    (cards / "datasets" / "digits.toml").write_bytes((cards / "datasets" / "mnist.toml").read_bytes())

    assert ids(cards, home, "dataset") == ["digits", "mnist"]


def test_a_card_that_is_removed_is_gone_with_its_spellings(cards: Path, home: Path) -> None:
    ids(cards, home)

    (cards / "datasets" / "mnist.toml").unlink()

    with index.current(cards, home) as opened:
        assert opened.rows(("dataset",)) == []
        assert opened.find("dataset", "mnist") is None


def test_a_card_that_is_changed_is_read_again(cards: Path, home: Path) -> None:
    ids(cards, home)
    card = cards / "datasets" / "mnist.toml"

    card.write_text(card.read_text("utf-8").replace('reader = "idx"', 'reader = "idx"\naliases = ["Digits"]'), "utf-8")

    with index.current(cards, home) as opened:
        assert opened.find("dataset", "digits") == ("mnist", "datasets/mnist.toml")


def test_a_broken_card_is_listed_and_the_others_are_whole(cards: Path, home: Path) -> None:
    (cards / "datasets" / "broken.toml").write_text("schema = 1\n", "utf-8")

    assert ids(cards, home, "dataset") == ["broken", "mnist"]


def test_weights_follow_their_card(cards: Path, home: Path) -> None:
    with index.current(cards, home) as opened:
        before = {(row[0], row[2]): row for row in opened.weights()}
    card = cards / "models" / "resnet.toml"

    card.write_text(card.read_text("utf-8").replace('tag = "IMAGENET1K_V2"', 'tag = "NEW"'), "utf-8")

    with index.current(cards, home) as opened:
        after = {(row[0], row[2]) for row in opened.weights()}
    assert before["resnet18", "IMAGENET1K_V1"][5] == 11_689_512
    assert after == {(model, tag.replace("IMAGENET1K_V2", "NEW")) for model, tag in before}
    card.unlink()
    with index.current(cards, home) as opened:
        assert opened.weights() == []


def test_a_figure_that_is_no_number_is_not_known(cards: Path, home: Path) -> None:
    card = cards / "models" / "resnet.toml"
    card.write_text(card.read_text("utf-8").replace('"acc@1" = 69.758', '"acc@1" = nan'), "utf-8")

    with index.current(cards, home) as opened:
        metrics = {(row[0], row[2]): row[8] for row in opened.weights()}

    assert metrics["resnet18", "IMAGENET1K_V1"] == {"imagenet-1k": {"acc@5": 89.078}}


@pytest.mark.parametrize("damage", [b"", b"rubbish" * 1000])
def test_a_damaged_index_is_made_anew(damage: bytes, cards: Path, home: Path) -> None:
    ids(cards, home)
    (path,) = (home / "v1" / "index").iterdir()
    path.chmod(0o644)
    path.write_bytes(damage)

    assert ids(cards, home, "dataset") == ["mnist"]


def test_an_index_with_any_page_damaged_still_tells_everything(cards: Path, home: Path) -> None:
    whole = ids(cards, home)
    (path,) = (home / "v1" / "index").iterdir()
    good = path.read_bytes()

    for begin in range(0, len(good), 4096):
        path.unlink(missing_ok=True)
        path.write_bytes(good[:begin] + b"\xff" * 4096 + good[begin + 4096 :])

        with index.current(cards, home) as opened:
            assert [row[1] for row in opened.rows(LOADABLE)] == whole
            assert opened.find("dataset", "mnist") == ("mnist", "datasets/mnist.toml")
            assert opened.kind_of("resnet18", LOADABLE) == "model"
            assert "mnist" in opened.spellings("mnits", LOADABLE)
            assert any(row[0] == "resnet18" for row in opened.weights())
    assert ids(cards, home) == whole


def test_a_damaged_index_in_a_store_that_cannot_be_written_is_read_around(cards: Path, home: Path) -> None:
    whole = ids(cards, home)
    (path,) = (home / "v1" / "index").iterdir()
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:8192] + b"\xff" * 100_000)

    with index.current(cards, home) as opened:
        shutil.rmtree(home)
        assert [row[1] for row in opened.rows(LOADABLE)] == whole


def test_a_store_that_cannot_be_written_does_not_matter(cards: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    assert ids(cards, tmp_path / "file" / "home", "dataset") == ["mnist"]


def test_an_installation_is_looked_at_by_its_folders_only(cards: Path, home: Path) -> None:
    installed = cards.rename(cards.parent / "_cards")
    ids(installed, home)
    card = installed / "datasets" / "mnist.toml"
    times = (installed / "datasets").stat()

    card.write_text("broken", "utf-8")
    os.utime(installed / "datasets", ns=(times.st_atime_ns, times.st_mtime_ns))

    with index.current(installed, home) as opened:
        assert "Handwritten" in opened.rows(("dataset",))[0][3]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("resnet18", "resnet18"),
        ("RESNET18", "resnet18"),
        ("手写", "mnist"),
        ("digits mnist", "mnist"),
        ("resnet1", "resnet101"),
    ],
)
def test_a_search_finds_the_best_fitting_name_first(query: str, first: str, cards: Path, home: Path) -> None:
    with index.current(cards, home) as opened:
        assert opened.search(query, LOADABLE)[0][1] == first


def test_a_search_needs_every_word(cards: Path, home: Path) -> None:
    with index.current(cards, home) as opened:
        assert opened.search("mnist resnet", LOADABLE) == []


@pytest.mark.usefixtures("home")
class TestNames:
    @pytest.mark.parametrize(
        "name", ["fashion_mnist", "FashionMNIST", "Fashion-MNIST", "fashionmnist", "FASHION MNIST"]
    )
    def test_spellings_of_upstream_are_one_name(self, name: str) -> None:
        assert registry.find_dataset(name).id == "fashion_mnist"

    def test_a_version_and_a_tag_can_be_pinned(self) -> None:
        assert registry.find_dataset("mnist@1.0.0").id == "mnist"
        assert registry.find_model("resnet50@IMAGENET1K_V1").tag == "IMAGENET1K_V1"

    def test_another_version_says_which_there_is(self) -> None:
        with pytest.raises(NotFound, match=r"1\.0\.0"):
            registry.find_dataset("mnist@2.0.0")

    @pytest.mark.parametrize(
        ("wrong", "right"), [("mnst", "mnist"), ("fashionmnits", "fashion_mnist"), ("kmnis", "kmnist")]
    )
    def test_a_misspelt_dataset_says_what_was_meant(self, wrong: str, right: str) -> None:
        with pytest.raises(NotFound, match=f"did you mean {right}"):
            registry.find_dataset(wrong)

    def test_a_name_of_another_registry_says_that_none_is_set_up(self) -> None:
        with pytest.raises(NotFound, match="hub registry add lab"):
            registry.find_model("lab/resnet18")

    def test_kinds_are_singular_or_plural_and_nothing_else(self) -> None:
        assert registry.names("dataset") == registry.names("datasets")
        with pytest.raises(InvalidInput, match="no kind"):
            registry.names("animals")

    def test_a_list_can_be_filtered_by_facets(self) -> None:
        assert registry.names("model", pretrained="no") == [f"efficientnet_lite{number}" for number in (3, 4)]


def test_asking_for_a_broken_card_says_what_is_wrong(cards: Path) -> None:
    from hub.cards import read_dataset

    card = cards / "datasets" / "mnist.toml"
    card.write_text(card.read_text("utf-8").replace("license =", "licence ="), "utf-8")

    with pytest.raises(CardError) as caught:
        read_dataset(card)

    assert dict(caught.value.faults) == {
        "licence": "unknown key; did you mean 'license'?",
        "license": "missing",
    }
