"""Every dataset card is checked against what the packages installed here know."""

from __future__ import annotations

from pathlib import Path

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
    assert card.paper
    assert card.license


def test_a_card_names_a_reader_and_roles_that_are_its_fields(card: DatasetCard) -> None:
    names = {field.name for field in card.fields}

    assert card.reader in readers.READERS
    for split in all_splits(card).values():
        assert split.files.keys() == names  # type: ignore[attr-defined]


def test_every_artifact_is_used_and_can_be_had(card: DatasetCard) -> None:
    used = {file.partition("#")[0] for split in all_splits(card).values() for file in split.files.values()}  # type: ignore[attr-defined]

    assert used == {artifact.name for artifact in card.artifacts}
    assert all(artifact.sources and artifact.digests for artifact in card.artifacts)


def test_classes_and_digests_are_those_of_torchvision(card: DatasetCard) -> None:
    upstream = getattr(torchvision.datasets, card.aliases[0])

    if card.variants:
        assert {name: list(each.classes) for name, each in card.variants.items()} == upstream.classes_split_dict
        assert [artifact.md5 for artifact in card.artifacts] == [upstream.md5]
    else:
        assert list(card.fields[1].classes) == upstream.classes
        assert published_md5(card) == expected_md5(upstream)


def published_md5(card: DatasetCard) -> set[str | None]:
    """Return the MD5 of each file as upstream packs it."""
    packed = {artifact.md5 for artifact in card.artifacts if artifact.name.endswith((".gz", ".xz"))}
    return packed | {source.md5 for artifact in card.artifacts for source in artifact.sources if source.md5}


def expected_md5(upstream: type) -> set[str]:
    resources = upstream.resources  # type: ignore[attr-defined]
    pairs = [pair for each in resources.values() for pair in each] if isinstance(resources, dict) else resources
    return {md5 for _, md5 in pairs}
