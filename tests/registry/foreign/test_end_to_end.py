"""A registry of one's own: built of cards, served, added, searched, loaded, and then without a network."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import own_registry
import pytest
import torch
from torch import nn
from torchvision import models
from web_folder import WebFolder

import hub
from hub import cli, registry
from hub.errors import NotFound, OfflineError
from hub.models.about import About

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def network() -> nn.Module:
    """What the registry publishes the weights of."""
    made: nn.Module = models.shufflenet_v2_x0_5(num_classes=3).eval()
    return made


@pytest.fixture
def built(tmp_path: Path, network: nn.Module) -> Path:
    """A registry with real weights."""
    weights = io.BytesIO()
    torch.save(network.state_dict(), weights)
    cards = own_registry.write_cards(tmp_path / "cards", weights.getvalue())
    return own_registry.build(cards, tmp_path / "web" / "registry" / "v1")


def test_a_dataset_is_loaded_and_from_then_on_without_a_network(
    lab: WebFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hub.load_dataset("lab/cats", split="train", progress=False)
    lab.requests.clear()
    monkeypatch.setenv("HUB_OFFLINE", "1")

    again = hub.load_dataset("lab/cats", split="train", progress=False)

    assert len(first) == 12
    assert [again[n].label for n in range(3)] == [0, 1, 2]
    assert again.classes == ["tabby", "ginger", "black"]
    assert lab.requests == []


def test_a_model_has_its_own_name_classes_and_weights(lab: WebFolder, network: nn.Module) -> None:
    model = hub.load("lab/watcher", pretrained=True, progress=False)

    images = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(model(images), network(images))
    about = model.hub
    assert isinstance(about, About)
    assert (about.name, about.weights, about.categories) == ("lab/watcher", "CATS_V1", ("tabby", "ginger", "black"))
    assert "64" in repr(hub.transforms("lab/watcher"))


def test_a_model_of_a_registry_can_be_given_a_fresh_head(lab: WebFolder) -> None:
    model = hub.load("lab/watcher@CATS_V1", num_classes=7, progress=False)

    assert isinstance(model.fc, nn.Linear)
    assert model.fc.out_features == 7


def test_weights_for_another_number_of_classes_than_they_name_are_refused(tmp_path: Path, lab: WebFolder) -> None:
    own_registry.spoil(
        lab.folder / "registry/v1", "model", "watchers", lambda card: _weights(card)["classes"].append("calico")
    )
    cli.run(["registry", "add", "lab", lab.address])

    with pytest.raises(hub.FormatError, match="fc"):
        hub.load("lab/watcher", pretrained=True, progress=False)


def _weights(card: dict[str, list[dict[str, list[dict[str, list[str]]]]]]) -> dict[str, list[str]]:
    return card["variants"][0]["weights"][0]


def test_files_are_downloaded_by_name(lab: WebFolder) -> None:
    paths = hub.download("lab/cats", progress=False)

    assert [path.read_bytes() for path in paths] == [
        (lab.folder / "registry/v1/files/cats" / name).read_bytes() for name in ("images", "labels")
    ]


def test_records_in_the_store_are_under_the_name_of_the_registry(lab: WebFolder, home: Path) -> None:
    hub.download("lab/cats", progress=False)
    hub.download("lab/watcher", progress=False)

    refs = home / "v1" / "refs"

    assert sorted(path.relative_to(refs).as_posix() for path in refs.rglob("*") if path.is_file()) == [
        "registry/lab/dataset/cats/1.0.0",
        "registry/lab/model/watcher/CATS_V1",
    ]


def test_a_search_finds_all_kinds_in_both_languages(lab: WebFolder) -> None:
    assert [hit.id for hit in hub.search("猫", registry="lab")] == ["lab/cats", "lab/watcher", "lab/feeder"]
    assert [hit.id for hit in hub.search("feeds", registry="lab")] == ["lab/feeder"]
    assert hub.list(registry="lab") == ["lab/cats", "lab/watcher"]
    assert hub.list("dataset", registry="lab", task="image-classification") == ["lab/cats"]


def test_entries_are_described_by_name_alias_or_kind(lab: WebFolder) -> None:
    assert isinstance(hub.info("lab/Felines"), registry.DatasetEntry)
    assert isinstance(hub.info("lab/project/feeder"), registry.CatalogEntry)
    assert repr(hub.info("lab/feeder")) == "<project lab/feeder: Feeds cats on time.>"


def test_a_name_that_a_registry_has_not_says_what_was_meant(lab: WebFolder) -> None:
    with pytest.raises(NotFound, match="did you mean lab/cats"):
        hub.load_dataset("lab/cat", progress=False)


def test_a_version_of_a_dataset_that_there_is_not_says_which_there_is(lab: WebFolder) -> None:
    assert registry.find_dataset("lab/cats@1.0.0").id == "lab/cats"
    with pytest.raises(NotFound, match=r"1\.0\.0"):
        registry.find_dataset("lab/cats@2.0.0")


def test_what_was_never_asked_for_is_told_apart_when_offline(lab: WebFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")

    assert [hit.id for hit in hub.search("cats", registry="lab", kind="dataset")] == ["lab/cats"]
    with pytest.raises(OfflineError):
        hub.info("lab/cats")


def test_a_folder_is_a_registry_without_any_server(built: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")
    assert cli.run(["registry", "add", "stick", str(built)]) == 0

    assert len(hub.load_dataset("stick/cats", split="train", progress=False)) == 12


def test_a_registry_can_be_named_by_the_environment(
    web: WebFolder, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_REGISTRIES", f"team={web.address} other=file:///nowhere/")

    assert hub.list(registry="team") == ["team/cats", "team/watcher"]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebFolder]:
    """A website with the registry of our own cards."""
    from hub.registry.folder import cards_folder
    from hub.site import collection
    from hub.site import registry as written

    folder = tmp_path_factory.mktemp("site")
    written.write(collection.load(cards_folder()), folder, "https://hub.example.org/")
    with WebFolder(folder=folder) as running:
        yield running


def test_our_own_registry_is_one_like_any_other(own: WebFolder, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["registry", "add", "pytorch", own.address]) == 0

    assert "datasets" in capfd.readouterr().out
    assert registry.find_dataset("pytorch/MNIST").card == registry.find_dataset("mnist").card
    theirs, ours = registry.find_model("pytorch/resnet18"), registry.find_model("resnet18")
    assert theirs.variant.weights == ours.variant.weights
    assert hub.search("差分隐私", registry="pytorch")[0].id == "pytorch/opacus"
    assert {hit.id for hit in registry.entries(registry="pytorch")} == {f"pytorch/{name}" for name in registry.names()}


def test_the_command_line_prints_what_it_finds(lab: WebFolder, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()

    assert cli.run(["search", "--registry", "lab", "cats", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)

    assert [hit["id"] for hit in found] == ["lab/cats", "lab/watcher", "lab/feeder"]
    assert cli.run(["info", "lab/cats"]) == 0
    assert 'hub.load_dataset("lab/cats"' in capfd.readouterr().out
