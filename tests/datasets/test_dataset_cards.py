"""Every dataset card is checked against what the packages installed here know."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import torchvision

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


def test_a_card_speaks_english_and_chinese_and_cites_its_paper(card: DatasetCard) -> None:
    assert card.summary.en.endswith(".")
    assert card.summary.zh.endswith("。")
    assert card.citation.strip().startswith("@")
    assert card.paper or card.citation.strip().startswith("@misc")
    assert card.license


def test_a_card_names_a_reader(card: DatasetCard) -> None:
    assert card.reader in readers.READERS


def test_a_card_of_idx_files_has_one_for_each_field(card: DatasetCard) -> None:
    names = {field.name for field in card.fields}

    for split in all_splits(card).values():
        assert card.reader != "idx" or split.files.keys() == names  # type: ignore[attr-defined]


def test_every_artifact_is_used_and_can_be_had(card: DatasetCard) -> None:
    used = {file.partition("#")[0] for split in all_splits(card).values() for file in split.files.values()}  # type: ignore[attr-defined]

    assert used == {artifact.name for artifact in card.artifacts}
    assert all(artifact.digests and (artifact.sources or card.manual) for artifact in card.artifacts)


def test_classes_are_those_of_torchvision(card: DatasetCard) -> None:
    upstream = getattr(torchvision.datasets, card.aliases[0])

    if hasattr(upstream, "classes_split_dict"):
        assert {name: list(each.classes) for name, each in card.variants.items()} == upstream.classes_split_dict
    elif hasattr(upstream, "classes"):
        assert list(card.fields[1].classes) == upstream.classes


def test_digests_are_those_of_torchvision(card: DatasetCard) -> None:
    upstream = getattr(torchvision.datasets, card.aliases[0])

    assert published_md5(card) == expected_md5(upstream) or not expected_md5(upstream)
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
    if not hasattr(upstream, "resources"):
        return set(re.findall(r'"([0-9a-f]{32})"', inspect.getsource(upstream)))
    resources = upstream.resources
    pairs = [pair for each in resources.values() for pair in each] if isinstance(resources, dict) else resources
    return {md5 for _, md5 in pairs}
