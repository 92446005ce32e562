from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from preparing import photo_world

from hub.datasets.uniform import parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def photo_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry with 21 photos in three tars."""
    return photo_world.write(tmp_path_factory.mktemp("photos"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, indexed: Path, photo_registry: Path) -> Path:
    """A store of a test's own, which knows that registry as `lab`."""
    monkeypatch.setenv("HUB_HOME", str(shutil.copytree(indexed, tmp_path / "home")))
    monkeypatch.setenv("HUB_REGISTRIES", f"lab={photo_registry}")
    return tmp_path / "home"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of four photos of 32 x 32."""
    monkeypatch.setattr(parts, "PART_BYTES", 4 * 32 * 32 * 3)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty bucket `data`, and the credentials of somebody whom its server knows."""
    pytest.importorskip("s3fs")
    pytest.importorskip("moto")
    from objects import S3, as_user

    with S3() as server, as_user(server.endpoint, monkeypatch, tmp_path):
        yield
