"""Every dataset card is checked against what the packages installed here know."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import torchvision

import hub
from hub import readers
from hub.cards import DatasetCard, read_dataset

FOLDER = Path(__file__).parents[2] / "datasets"
PATHS = sorted(FOLDER.glob("*.toml"))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def card(request: pytest.FixtureRequest) -> DatasetCard:
    return read_dataset(request.param)


def all_splits(card: DatasetCard) -> dict[str, object]:
    variants = {
        f"{name}/{split}": value for name, each in card.variants.items() for split, value in each.splits.items()
    }
    return {**card.splits, **variants}


def test_a_card_speaks_english_and_chinese(card: DatasetCard) -> None:
    assert card.summary.en.endswith(".")
    assert card.summary.zh.endswith("。")
    assert card.license


def test_what_somebody_published_is_cited(card: DatasetCard) -> None:
    assert (card.paper is None) == (not card.citation)
    assert card.paper or not card.artifacts
    assert not card.citation or card.citation.strip().startswith("@")


def test_a_card_names_a_reader(card: DatasetCard) -> None:
    assert card.reader in readers.READERS


def test_a_card_of_idx_files_has_one_for_each_field(card: DatasetCard) -> None:
    names = {field.name for field in card.fields}

    for split in all_splits(card).values():
        assert card.reader != "idx" or split.files.keys() == names  # type: ignore[attr-defined]


def test_every_artifact_is_used_and_can_be_had(card: DatasetCard) -> None:
    used = {file.partition("#")[0] for split in all_splits(card).values() for file in split.files.values()}  # type: ignore[attr-defined]

    assert used == {artifact.name for artifact in card.artifacts}
    for artifact in card.artifacts:
        assert artifact.digests if artifact.sources else card.manual


def test_the_constructor_is_that_of_torchvision(card: DatasetCard) -> None:
    if not card.upstream.name or card.upstream.library != "torchvision":
        pytest.skip("torchvision has no such class")
    theirs = inspect.signature(getattr(torchvision.datasets, card.upstream.name))

    ours = inspect.signature(getattr(hub.vision.datasets, card.upstream.name))

    assert [(each.name, each.kind, each.default) for each in ours.parameters.values()] == [
        (each.name, each.kind, each.default) for each in theirs.parameters.values()
    ]


def test_what_picks_a_split_is_a_parameter(card: DatasetCard) -> None:
    names = inspect.signature(getattr(hub.vision.datasets, card.upstream.name)).parameters if card.upstream.name else {}

    for parameter in filter(None, (card.upstream.split, card.upstream.variant)):
        assert parameter in names or "kwargs" in names
    assert set(card.upstream.names.values()) <= {*card.splits, *card.variants, *all_names(card)}


def all_names(card: DatasetCard) -> set[str]:
    return {name for each in card.variants.values() for name in each.splits}


def test_classes_are_those_of_torchvision(card: DatasetCard) -> None:
    theirs = getattr(getattr(torchvision.datasets, card.upstream.name, None), "classes", None)
    labels = [field for field in card.fields if field.kind == "label"]

    if isinstance(theirs, list | tuple) and labels and labels[0].classes:
        assert list(labels[0].classes) == list(theirs)


def test_classes_of_emnist_are_those_of_torchvision() -> None:
    card = read_dataset(FOLDER / "emnist.toml")

    ours = {name: list(each.classes) for name, each in card.variants.items()}

    assert ours == torchvision.datasets.EMNIST.classes_split_dict


OLD = ("mnist", "fashion_mnist", "kmnist", "emnist", "qmnist", "cifar10", "cifar100", "svhn", "stl10", "usps")


@pytest.mark.parametrize("name", OLD)
def test_digests_are_those_of_torchvision(name: str) -> None:
    card = read_dataset(FOLDER / f"{name}.toml")
    upstream = getattr(torchvision.datasets, card.upstream.name)

    assert published_md5(card) == expected_md5(upstream)
    assert members_md5(card) <= {
        tuple(pair) for name in ("train_list", "test_list") for pair in getattr(upstream, name, ())
    }


def published_md5(card: DatasetCard) -> set[str | None]:
    """Return the MD5 of each file as upstream packs it."""
    packed = {source.md5 for artifact in card.artifacts for source in artifact.sources if source.md5}
    return packed | {artifact.md5 for artifact in card.artifacts if not packed}


def members_md5(card: DatasetCard) -> set[tuple[str, str]]:
    return {(path.rpartition("/")[2], md5) for artifact in card.artifacts for path, md5 in artifact.members.items()}


def expected_md5(upstream: Any) -> set[str]:
    if "md5" in vars(upstream):
        return {upstream.md5}
    if hasattr(upstream, "tgz_md5"):
        return {upstream.tgz_md5}
    if hasattr(upstream, "split_list"):
        return {md5 for _, _, md5 in upstream.split_list.values()}
    resources = upstream.resources
    pairs = [pair for each in resources.values() for pair in each] if isinstance(resources, dict) else resources
    return {md5 for _, md5 in pairs}
