"""Names of registries are words, their addresses folders; the settings come before what was added."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import own_registry
import pytest

import hub
from hub import cli, settings
from hub.errors import CardError, InvalidInput, NotFound
from hub.registry.foreign import registered

if TYPE_CHECKING:
    from web_folder import WebFolder


@pytest.mark.parametrize("name", ["lab", "my-lab", "lab_2", "0"])
def test_a_name_is_a_word(name: str) -> None:
    assert registered.checked(name) == name


@pytest.mark.parametrize("name", ["", "Lab", "a/b", "..", ".", "-a", "a b", "实验室", "a\x1b", "lab@1"])
def test_what_is_no_word_is_no_name(name: str) -> None:
    with pytest.raises(InvalidInput, match="no registry can be called"):
        registered.checked(name)


@pytest.mark.parametrize("name", ["timm", "hub", "dataset", "models", "registry", "url"])
def test_a_name_that_means_something_else_is_taken(name: str) -> None:
    with pytest.raises(InvalidInput, match="hub uses"):
        registered.checked(name)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://lab.example.org", "https://lab.example.org/"),
        ("https://lab.example.org/registry/v1/index.json", "https://lab.example.org/registry/v1/"),
        ("file:///media/stick", "file:///media/stick/"),
        ("/media/my stick", "file:///media/my%20stick/"),
    ],
)
def test_an_address_is_that_of_a_folder(text: str, url: str) -> None:
    assert registered.address(text) == url


def test_a_path_counts_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert registered.address("stick") == f"{(tmp_path / 'stick').as_uri()}/"


@pytest.mark.parametrize("text", ["ftp://lab.example.org", "https://lab.example.org/?token=1", "https://a.org/#x"])
def test_what_is_no_folder_is_no_address(text: str) -> None:
    with pytest.raises(InvalidInput, match="no address of a registry"):
        registered.address(text)


def test_a_log_in_is_not_written_down() -> None:
    with pytest.raises(InvalidInput, match=r"\.netrc") as caught:
        registered.address("https://me:secret@lab.example.org/")

    assert "secret" not in str(caught.value)


def test_settings_come_before_what_was_added(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(
        '[registries]\nlab = "https://file.example"\nteam = "shared/registry"\n', "utf-8"
    )
    added = settings.read({"HUB_HOME": str(tmp_path / "home")}, tmp_path)
    registered.record("lab", "https://added.example/", added)
    registered.record("other", "https://other.example/", added)

    found = registered.every(
        settings.read({"HUB_HOME": str(added.home), "HUB_REGISTRIES": "lab=https://variable.example"}, tmp_path)
    )

    assert {name: (each.url, each.added) for name, each in found.items()} == {
        "lab": ("https://variable.example/", False),
        "other": ("https://other.example/", True),
        "team": (f"{(tmp_path / 'shared/registry').as_uri()}/", False),
    }


def test_a_variable_that_names_no_address_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="NAME=URL"):
        settings.read({"HUB_REGISTRIES": "lab"}, tmp_path)


def test_a_settings_file_that_names_no_address_is_told(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text("[registries]\nlab = 1\n", "utf-8")

    with pytest.raises(CardError) as caught:
        settings.read({}, tmp_path)

    assert caught.value.faults == [("registries.lab", "expected str")]


def test_a_registry_is_added_listed_and_removed(web: WebFolder, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["registry", "add", "lab", web.address]) == 0
    assert capfd.readouterr().out == "lab: 1 dataset, 1 model, 1 project\n"

    assert cli.run(["registry", "list", "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == [{"name": "lab", "url": web.address, "added": True}]

    assert cli.run(["registry", "remove", "lab"]) == 0
    assert cli.run(["registry", "list"]) == 0
    assert capfd.readouterr().out == ""
    assert list((home / "v1/registries").iterdir()) == []


def test_adding_again_asks_anew(lab: WebFolder, capfd: pytest.CaptureFixture[str]) -> None:
    (lab.folder / "registry/v1/index.json").write_text('{"version": 1, "lists": []}', "utf-8")
    capfd.readouterr()

    assert cli.run(["registry", "add", "lab", lab.address]) == 0

    assert capfd.readouterr().out == "lab: nothing yet\n"


def test_a_name_can_be_given_to_another_address(lab: WebFolder, built: Path, home: Path) -> None:
    assert cli.run(["registry", "add", "lab", str(built)]) == 0

    assert registered.every(settings.current())["lab"].local
    assert len(list((home / "v1/registries").iterdir())) == 1
    assert hub.list(registry="lab") == ["lab/cats", "lab/watcher"]


def test_a_registry_of_the_settings_is_not_removed_from_the_store(
    web: WebFolder, home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_REGISTRIES", f"lab={web.address}")

    assert cli.run(["registry", "remove", "lab"]) == InvalidInput.exit_code
    assert "HUB_REGISTRIES" in capfd.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_registry_that_nobody_added_is_told_with_the_command_that_adds_it() -> None:
    with pytest.raises(NotFound, match="hub registry add lab URL"):
        hub.load_dataset("lab/cats")
    with pytest.raises(NotFound, match="hub registry add"):
        hub.load("lab/cats")


@pytest.mark.usefixtures("home")
def test_nothing_is_recorded_of_an_address_that_does_not_answer(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert cli.run(["registry", "add", "lab", str(tmp_path / "nowhere")]) == 4

    assert "there is no registry at" in capfd.readouterr().err
    assert registered.every(settings.current()) == {}


def test_a_broken_record_names_itself(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (home / "v1").mkdir(parents=True)
    (home / "v1/registries.json").write_text('{"../x": 3}', "utf-8")

    assert cli.run(["registry", "list"]) == CardError.exit_code
    assert "registries.json" in capfd.readouterr().err


def test_models_of_a_registry_are_not_compared(lab: WebFolder, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["list", "--registry", "lab", "--sort", "acc1"]) == InvalidInput.exit_code
    assert "only hub's own models" in capfd.readouterr().err
    with pytest.raises(InvalidInput, match="no filter"):
        hub.list("model", registry="lab", max_params="1M")


def test_a_registry_is_built_of_cards_by_a_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cards = own_registry.write_cards(tmp_path / "cards")

    assert cli.run(["registry", "build", str(cards), "--to", str(tmp_path / "out")]) == 0

    assert capfd.readouterr().out.endswith("1 dataset, 1 model, 1 project\n")
    assert (tmp_path / "out/files/cats/labels").is_file()


@pytest.mark.parametrize(
    ("file", "said"), [("datasets/cats.toml", "faults in the cards"), ("files/watcher.pth", "not the file")]
)
def test_a_registry_with_a_fault_is_not_built(
    file: str, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cards = own_registry.write_cards(tmp_path / "cards")
    (cards / file).write_text("schema = 1\n", "utf-8")

    assert cli.run(["registry", "build", str(cards), "--to", str(tmp_path / "out")]) != 0

    assert said in capfd.readouterr().err
    assert not (tmp_path / "out/index.json").exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cards = own_registry.write_cards(tmp_path / "cards")
    Path(cards / "files/watcher.pth").unlink()

    assert cli.run(["registry", "build", str(cards), "--to", str(tmp_path / "out")]) == 1
    assert "watchers.toml names a file that is not there" in capfd.readouterr().err
