"""Weights that PyTorch or Hugging Face's libraries have fetched before are not fetched again."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import msgspec
import pytest
import torch

from hub import registry, settings
from hub.cards import Artifact, Source, Weights
from hub.errors import OfflineError
from hub.models.selection import OwnUrl
from hub.models.weights import local
from hub.progress import Silent

if TYPE_CHECKING:
    from pathlib import Path

    from hub.models.selection import Chosen
    from hub.models.weights.local import LocalWeights

NAME = "resnet18-old.pth"


class Noting(Silent):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def torch_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "torch"


@pytest.fixture
def huggingface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "huggingface"))
    return tmp_path / "huggingface" / "models--timm--resnet18"


def content(value: float = 1.0) -> bytes:
    stream = io.BytesIO()
    torch.save({"weight": torch.full((3,), value)}, stream)
    return stream.getvalue()


DATA = content()
SHA256 = hashlib.sha256(DATA).hexdigest()


def put(path: Path, data: bytes = DATA) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o444)
    return path


def weights(**known: object) -> Weights:
    """Weights of resnet18 whose source nobody answers at."""
    entry = registry.find_model("resnet18")
    artifact = Artifact(name=NAME, sources=(Source(url=f"https://nowhere.invalid/{NAME}"),), **known)  # type: ignore[arg-type]
    return msgspec.structs.replace(registry.weights_of(entry, registry.DEFAULT), artifact=artifact)


def brought(chosen: Chosen, noting: Noting | None = None) -> LocalWeights:
    return local.bring(chosen, registry.find_model("resnet18"), settings.current(), noting or Noting())


def is_first(found: LocalWeights) -> bool:
    return torch.equal(found.state.tensors["weight"], torch.ones(3))


@pytest.mark.parametrize("folder", ["hub/checkpoints", "checkpoints", "models"])
@pytest.mark.parametrize("known", [{"sha256": SHA256}, {"sha256_prefix": SHA256[:8]}], ids=["whole", "beginning"])
def test_a_file_of_pytorchs_cache_is_used_where_it_lies(folder: str, known: dict[str, str], torch_home: Path) -> None:
    there = put(torch_home / folder / NAME)
    before = there.stat()

    found = brought(weights(**known))

    assert (found.path, found.sha256, is_first(found)) == (there, SHA256, True)
    assert (there.read_bytes(), there.stat().st_mtime_ns) == (DATA, before.st_mtime_ns)
    assert [path.name for path in there.parent.iterdir()] == [NAME]


def test_no_copy_of_an_adopted_file_is_made(torch_home: Path, home: Path) -> None:
    put(torch_home / "hub/checkpoints" / NAME)

    brought(weights(sha256=SHA256))

    assert not (home / "v1/blobs").exists()


def test_adopted_weights_load_again_from_the_converted_file(torch_home: Path) -> None:
    put(torch_home / "hub/checkpoints" / NAME)

    first, second = brought(weights(sha256=SHA256)), brought(weights(sha256=SHA256))

    assert is_first(first)
    assert is_first(second)


@pytest.mark.parametrize("known", [{"sha256": SHA256}, {"sha256_prefix": SHA256[:8]}], ids=["whole", "beginning"])
def test_a_blob_of_hugging_face_is_found_by_its_digest(known: dict[str, str], huggingface: Path) -> None:
    blob = put(huggingface / "blobs" / SHA256)

    found = brought(weights(**known))

    assert (found.path, is_first(found)) == (blob, True)


def test_a_file_of_a_snapshot_is_found_by_its_name(huggingface: Path) -> None:
    there = put(huggingface / "snapshots" / "abc" / NAME)

    found = brought(weights(sha256_prefix=SHA256[:8]))

    assert (found.path, is_first(found)) == (there, True)


def test_what_hugging_face_is_still_fetching_is_not_used(huggingface: Path) -> None:
    put(huggingface / "blobs" / f"{SHA256}.incomplete")

    with pytest.raises(OfflineError):
        brought(weights(sha256=SHA256))


def test_a_file_of_the_right_name_with_other_contents_is_left_alone_and_told(torch_home: Path) -> None:
    other = put(torch_home / "hub/checkpoints" / NAME, content(2.0))
    noting = Noting()

    with pytest.raises(OfflineError):
        brought(weights(sha256=SHA256), noting)

    assert other.read_bytes() == content(2.0)
    assert [str(other) in note and "left alone" in note for note in noting.notes] == [True]


def test_weights_of_which_no_digest_is_known_are_not_taken_by_name(torch_home: Path) -> None:
    put(torch_home / "hub/checkpoints" / NAME)

    with pytest.raises(OfflineError):
        brought(weights())


def test_a_folder_or_a_dangling_link_of_that_name_is_passed_over(torch_home: Path, huggingface: Path) -> None:
    (torch_home / "hub/checkpoints" / NAME).mkdir(parents=True)
    (huggingface / "snapshots" / "abc").mkdir(parents=True)
    (huggingface / "snapshots" / "abc" / NAME).symlink_to("nothing")

    with pytest.raises(OfflineError):
        brought(weights(sha256=SHA256))


def test_the_store_wins_over_another_librarys_cache(torch_home: Path, tmp_path: Path) -> None:
    served = put(tmp_path / "served" / NAME)
    chosen = OwnUrl(served.as_uri(), SHA256)
    first = brought(chosen)
    put(torch_home / "hub/checkpoints" / NAME)

    again = brought(chosen)

    assert again.path == first.path


def test_a_url_whose_name_carries_a_digest_is_adopted_too(torch_home: Path) -> None:
    name = f"mine-{SHA256[:8]}.pth"
    there = put(torch_home / "hub/checkpoints" / name)

    found = brought(OwnUrl(f"https://nowhere.invalid/{name}"))

    assert found.path == there
