"""A registry in a bucket is added, listed and loaded from, and asked again only for what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import own_registry
import pytest

import hub
from hub import cli
from hub.errors import BadStatus, SourceError
from hub.sources import documents
from hub.sources.base import FileRefused

if TYPE_CHECKING:
    from pathlib import Path

    from objects import S3

REGISTRY = "s3://data/registry"


@pytest.fixture
def built(bucket: S3, home: Path, tmp_path: Path) -> S3:
    folder = own_registry.build(own_registry.write_cards(tmp_path / "cards"), tmp_path / "web")
    for path in (path for path in folder.rglob("*") if path.is_file()):
        bucket.put(f"registry/{path.relative_to(folder).as_posix()}", path.read_bytes())
    return bucket


def test_a_dataset_of_a_registry_in_a_bucket_is_loaded(built: S3, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["registry", "add", "lab", REGISTRY]) == 0
    capfd.readouterr()

    found = hub.load_dataset("lab/cats", split="train", progress=False)

    assert len(found) == 12
    assert [found[row].label for row in range(3)] == [0, 1, 2]
    assert "lab/cats" in hub.list("dataset", registry="lab")


def test_an_index_that_is_the_same_is_not_read_again(built: S3) -> None:
    first = documents.read(f"{REGISTRY}/index.json", limit=1 << 20)
    assert first is not None

    assert documents.read(f"{REGISTRY}/index.json", limit=1 << 20, known=first.validators) is None
    built.put("registry/index.json", first.data + b" ")
    assert documents.read(f"{REGISTRY}/index.json", limit=1 << 20, known=first.validators) is not None


def test_without_the_right_credentials_that_is_said(built: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_ANONYMOUS", "1")
    monkeypatch.setenv("HUB_REGISTRIES", f"lab={REGISTRY}")

    with pytest.raises(FileRefused, match="is not given out"):
        hub.load_dataset("lab/cats", split="train", progress=False)


def test_a_bucket_without_a_registry_is_told(bucket: S3, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_REGISTRIES", "lab=s3://data/none")

    with pytest.raises(SourceError, match="there is no registry"):
        hub.load_dataset("lab/cats", split="train", progress=False)
    with pytest.raises(BadStatus):
        documents.read("s3://data/none/index.json", limit=10)
