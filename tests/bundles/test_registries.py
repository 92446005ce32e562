"""Names of other people's registries can be loaded where a bundle was imported, and nothing of theirs is overruled."""

from __future__ import annotations

import io
import json
import tarfile
from typing import TYPE_CHECKING

import own_registry
import pytest
from web_folder import WebFolder

import hub
from hub import cli, registry
from hub.registry.foreign import registered
from hub.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebFolder]:
    """A website with a registry."""
    built = own_registry.build(own_registry.write_cards(tmp_path / "cards"), tmp_path / "web" / "registry" / "v1")
    with WebFolder(folder=built.parent.parent) as running:
        yield running


@pytest.fixture
def bundle(web: WebFolder, home: Path, tmp_path: Path) -> Path:
    """A bundle of that registry's dataset."""
    assert cli.run(["registry", "add", "lab", web.address]) == 0
    assert cli.run(["export", str(tmp_path / "cats.tar"), "lab/cats", "--quiet"]) == 0
    return tmp_path / "cats.tar"


@pytest.fixture
def elsewhere(bundle: Path, web: WebFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store on a machine without a network."""
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    web.down = True
    return tmp_path / "elsewhere"


def test_a_dataset_of_another_registry_loads_without_a_network(
    bundle: Path, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["import", str(bundle)]) == 0

    assert len(hub.load_dataset("lab/cats", split="train", progress=False)) == 12
    assert "hub registry remove lab" in capsys.readouterr().err


def test_a_second_import_adds_nothing_and_says_so(
    bundle: Path, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["import", str(bundle)])
    capsys.readouterr()

    assert cli.run(["import", str(bundle)]) == 0

    assert "registry" not in capsys.readouterr().err


def test_a_registry_of_that_name_at_another_address_stays_what_it_is(
    bundle: Path, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registered.record("lab", "https://mine.example.org/", Settings(elsewhere))

    assert cli.run(["import", str(bundle)]) == 0

    assert registered.find("lab", Settings(elsewhere)).url == "https://mine.example.org/"
    assert "is another registry here" in capsys.readouterr().err


def test_what_a_registry_has_said_here_counts_for_more(
    bundle: Path, home: Path, web: WebFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    before = registry.names(registry="lab")

    assert cli.run(["import", str(bundle)]) == 0

    assert registry.names(registry="lab") == before
    assert len(before) == 2


def test_online_the_registry_is_asked_again_and_has_all_it_lists(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "elsewhere"))

    assert cli.run(["import", str(bundle)]) == 0

    assert registry.names(registry="lab") == ["lab/cats", "lab/watcher"]


def rewritten(bundle: Path, **said: object) -> Path:
    """The bundle with another registries.json."""
    with tarfile.open(bundle) as archive:
        parts = [(each.name, archive.extractfile(each).read()) for each in archive]  # type: ignore[union-attr]
    with tarfile.open(bundle, "w") as archive:
        for name, data in parts:
            table = json.loads(data) if name == "registries.json" else None
            text = json.dumps({"lab": table["lab"] | said}).encode() if table else data
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    return bundle


@pytest.mark.parametrize(
    "said",
    [
        {"url": "file:///etc/"},
        {"url": "https://user:secret@example.org/"},
        {"base": "https://evil.example.org/"},
        {"lists": "none"},
        {"lists": {"dataset": "0" * 64}, "cards": ["../../x"]},
    ],
    ids=["a folder", "a log-in", "another host", "no table", "no documents"],
)
def test_a_bundle_cannot_set_up_what_cannot_be_one(
    bundle: Path, elsewhere: Path, said: dict[str, object], tmp_path: Path
) -> None:
    assert cli.run(["import", str(rewritten(bundle, **said)), "--quiet"]) == 0

    known = registered.every(Settings(elsewhere))
    assert all(each.url.startswith("http://127.0.0.1") for each in known.values())
    assert not list(tmp_path.glob("x*"))


def test_a_registry_that_is_a_folder_is_not_taken_along(
    web: WebFolder, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["registry", "add", "stick", str(tmp_path / "web")])

    assert cli.run(["export", str(tmp_path / "cats.tar"), "stick/cats"]) == 0

    assert "hub registry add stick" in capsys.readouterr().err
    assert str(tmp_path).encode() not in (tmp_path / "cats.tar").read_bytes()
