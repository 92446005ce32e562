"""A registry is data: whatever it says, nothing outside of it is read, nothing is run, and the rest of it is served."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from own_registry import spoil, spoil_entry, spoil_index, spoil_list

import hub
from hub import cli, registry
from hub.errors import CardError, DigestMismatch, HubError, IntegrityError, InvalidInput, Unreachable
from hub.registry.foreign import asking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server import Server
    from web_folder import WebFolder

    Change = Callable[[dict[str, Any]], object]

ESCAPES = [
    "../../../secret.json",
    "datasets/../../../secret.json",
    "/secret.json",
    "//elsewhere.example/secret.json",
    "http://elsewhere.example/secret.json",
    "file:///etc/passwd",
    "datasets/%2e%2e/secret.json",
    "datasets\\..\\secret.json",
    "datasets/cats.json?x=1",
    ".git/config",
    "",
]


def added(web: WebFolder) -> int:
    """Set the website up as "lab", and return the command's exit code."""
    return cli.run(["registry", "add", "lab", web.address])


def assert_the_rest_is_served() -> None:
    assert registry.describe("lab/feeder").card.name == "Cat feeder"
    assert "lab/cats" in hub.list(registry="lab")


@pytest.mark.usefixtures("home")
class TestPaths:
    @pytest.mark.parametrize("path", ESCAPES)
    def test_a_card_outside_of_the_registry_is_not_asked_for(self, path: str, web: WebFolder, built: Path) -> None:
        spoil_entry(built, "dataset", "cats", lambda entry: entry.update(card=path))
        assert added(web) == 0
        web.requests.clear()

        with pytest.raises(CardError, match="no plain path"):
            registry.describe("lab/cats")

        assert web.paths() == []
        assert_the_rest_is_served()

    @pytest.mark.parametrize("path", ESCAPES)
    def test_a_list_outside_of_the_registry_is_not_asked_for(
        self, path: str, web: WebFolder, built: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        spoil_index(built, "model", lambda entry: entry.update(list=path))

        assert added(web) == 0

        assert "no list of models" in caplog.text
        assert all(each.startswith("registry/v1/") and ".." not in each for each in web.paths())
        assert_the_rest_is_served()

    def test_a_redirect_to_another_host_is_refused(self, web: WebFolder, server: Server) -> None:
        server.files["cats.json"] = (web.folder / "registry/v1/datasets/cats.json").read_bytes()
        web.redirects["registry/v1/datasets/cats.json"] = server.url("ok", "cats.json")
        assert added(web) == 0

        with pytest.raises(Unreachable, match="another host"):
            registry.describe("lab/cats")

        assert server.requests == []
        assert_the_rest_is_served()

    def test_where_a_redirect_leads_does_not_steer_the_terminal(
        self, web: WebFolder, capfd: pytest.CaptureFixture[str]
    ) -> None:
        web.redirects["registry/v1/index.json"] = "http://elsewhere.example/\x1b]0;owned\x07"

        assert added(web) == Unreachable.exit_code

        assert "\x1b" not in capfd.readouterr().err

    def test_a_redirect_within_the_host_is_followed(self, web: WebFolder, built: Path) -> None:
        (built / "moved.json").write_bytes((built / "datasets/cats.json").read_bytes())
        web.redirects["registry/v1/datasets/cats.json"] = "/registry/v1/moved.json"
        assert added(web) == 0

        assert registry.find_dataset("lab/cats").card.name == "Cats"

    def test_an_index_on_another_host_is_refused(self, web: WebFolder, server: Server) -> None:
        web.redirects["registry/v1/index.json"] = server.url("ok", "index.json")

        assert added(web) == Unreachable.exit_code
        assert server.requests == []

    def test_files_may_come_from_wherever_the_host_sends_them(
        self, web: WebFolder, built: Path, server: Server
    ) -> None:
        server.files["labels"] = (built / "files/cats/labels").read_bytes()
        web.redirects["registry/v1/files/cats/labels"] = server.url("ok", "labels")
        assert added(web) == 0

        assert len(hub.load_dataset("lab/cats", split="train", progress=False)) == 12


@pytest.mark.usefixtures("home")
class TestDigestsAndSizes:
    def test_a_card_of_another_digest_is_refused(self, web: WebFolder, built: Path) -> None:
        assert added(web) == 0
        place = built / "datasets/cats.json"
        place.write_bytes(place.read_bytes().replace(b"Cats", b"Dogs"))

        with pytest.raises(DigestMismatch, match=r"cats\.json is not the one"):
            registry.describe("lab/cats")

        assert_the_rest_is_served()

    def test_a_list_of_another_digest_is_left_out(
        self, web: WebFolder, built: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        place = built / "index/model.json"
        place.write_bytes(place.read_bytes().replace(b"watcher", b"catcher"))

        assert added(web) == 0

        assert "no list of models now" in caplog.text
        assert_the_rest_is_served()

    def test_a_file_of_another_digest_is_refused(self, web: WebFolder, built: Path) -> None:
        assert added(web) == 0
        place = built / "files/cats/labels"
        place.write_bytes(bytes(255 - byte for byte in place.read_bytes()))

        with pytest.raises(DigestMismatch):
            hub.download("lab/cats", progress=False)

    @pytest.mark.parametrize(
        "path", ["registry/v1/index.json", "registry/v1/index/dataset.json", "registry/v1/datasets/cats.json"]
    )
    def test_a_body_without_end_is_not_read_to_it(
        self, path: str, web: WebFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "INDEX_LIMIT", 1 << 17)
        web.endless.add(path)
        added(web)

        with pytest.raises(HubError, match=r"too large|no dataset|no registry"):
            registry.find_dataset("lab/cats")

    def test_a_card_larger_than_any_is_refused_unread(self, web: WebFolder, built: Path) -> None:
        spoil(built, "dataset", "cats", lambda card: card.update(notes="x" * asking.CARD_LIMIT))
        assert added(web) == 0

        with pytest.raises(IntegrityError, match="too large"):
            registry.describe("lab/cats")

        assert_the_rest_is_served()

    def test_a_small_answer_that_inflates_beyond_measure_is_refused(self, web: WebFolder, built: Path) -> None:
        (built / "index.json").write_bytes(b" " * (64 << 20))

        assert added(web) == IntegrityError.exit_code

    @pytest.mark.parametrize("key", ["sha256", "size"])
    def test_every_file_of_a_dataset_needs_a_digest_and_a_size(self, key: str, web: WebFolder, built: Path) -> None:
        spoil(built, "dataset", "cats", lambda card: card["artifacts"][1].update({key: None, "md5": "0" * 32}))
        assert added(web) == 0

        with pytest.raises(CardError) as caught:
            hub.load_dataset("lab/cats", progress=False)

        assert [fault[0] for fault in caught.value.faults] == [f"artifacts: labels: {key}"]
        assert_the_rest_is_served()

    def test_weights_without_a_digest_are_refused_and_others_are_not(self, web: WebFolder, built: Path) -> None:
        def add_weights(card: dict[str, Any]) -> None:
            (first,) = card["variants"][0]["weights"]
            source = {"url": "https://lab.example.org/other.pth"}
            artifact = {**first["artifact"], "sha256": None, "sha256_prefix": "00000000", "sources": [source]}
            card["variants"][0]["weights"].append({**first, "tag": "OTHER", "default": False, "artifact": artifact})

        spoil(built, "model", "watchers", add_weights)
        assert added(web) == 0

        assert len(hub.download("lab/watcher", progress=False)) == 1
        with pytest.raises(CardError, match="sha256"):
            hub.download("lab/watcher@OTHER", progress=False)
        with pytest.raises(CardError, match="sha256"):
            hub.load("lab/watcher", weights="OTHER", progress=False)

    def test_what_is_packed_needs_a_size_too(self, web: WebFolder, built: Path) -> None:
        spoil(built, "dataset", "cats", lambda card: card["artifacts"][0]["sources"][0].update(unwrap="gz"))
        assert added(web) == 0

        with pytest.raises(CardError, match="size"):
            registry.describe("lab/cats")


def set_source(url: str) -> Change:
    return lambda card: card["artifacts"][0]["sources"][0].update(url=url)


HOSTILE_DATASETS: dict[str, tuple[Change, str]] = {
    "a file of this machine": (set_source("file:///etc/passwd"), "a file of this machine"),
    "a path upwards": (set_source("files/../../secret"), "sources"),
    "an absolute path": (set_source("/etc/passwd"), "sources"),
    "a split that is a path": (
        lambda card: card["splits"].update({"../../x": card["splits"].pop("train")}),
        "plain name",
    ),
    "a file that is a path": (lambda card: card["artifacts"][0].update(name="../../x"), "plain file name"),
    "a hidden file": (
        lambda card: (
            card["artifacts"][0].update(name=".bashrc"),
            card["splits"]["train"]["files"].update(image=".bashrc"),
        ),
        "plain name",
    ),
    "a folder elsewhere": (lambda card: card.update(upstream={"folder": "../../../etc"}), "leads out"),
    "an archive unpacked elsewhere": (lambda card: card["artifacts"][0].update(unpack_to="/etc"), "leads out"),
    "a copy elsewhere": (lambda card: card["artifacts"][0].update(also=["a#../../b"]), "leads out"),
    "a member elsewhere": (lambda card: card["splits"]["train"]["files"].update(image="images#../x"), "leads out"),
    "a terminal's commands": (lambda card: card["summary"].update(en="\x1b]0;owned\x07"), "steer a terminal"),
    "a text that runs backwards": (lambda card: card.update(name="cats\u202egpj.exe"), "steer a terminal"),
    "a key of its own": (lambda card: card.update(postinstall="rm -rf /"), "unknown key"),
    "a type that is wrong": (lambda card: card.update(splits=[1, 2]), "splits"),
    "no card at all": (lambda card: card.clear(), "missing"),
}


@pytest.mark.parametrize(("change", "said"), HOSTILE_DATASETS.values(), ids=HOSTILE_DATASETS)
@pytest.mark.usefixtures("home")
def test_a_dataset_that_names_more_than_itself_is_refused(
    change: Change, said: str, web: WebFolder, built: Path
) -> None:
    spoil(built, "dataset", "cats", change)
    assert added(web) == 0

    with pytest.raises(CardError, match=rf"(?s)no valid card.*{said}"):
        registry.describe("lab/cats")

    assert_the_rest_is_served()


@pytest.mark.parametrize("reader", ["os:system", "hub.readers.idx", "../idx", "builtins"])
@pytest.mark.usefixtures("home")
def test_a_reader_is_a_key_of_our_own_table(reader: str, web: WebFolder, built: Path) -> None:
    spoil(built, "dataset", "cats", lambda card: card.update(reader=reader))
    assert added(web) == 0

    with pytest.raises(InvalidInput, match="there is no reader"):
        hub.load_dataset("lab/cats", split="train", progress=False)


def set_in_weights(key: str, value: object) -> Change:
    return lambda card: card["variants"][0]["weights"][0].update({key: value})


HOSTILE_MODELS: dict[str, tuple[Change, str]] = {
    "code for a builder": (lambda card: card.update(builder="os:system"), "builder"),
    "code for a network": (lambda card: card["variants"][0].update(network="os.system"), "no model"),
    "a tag that is a path": (set_in_weights("tag", "../../../x"), "plain name"),
    "a network of another name": (lambda card: card["variants"][0].update(name="other"), "there is no 'watcher'"),
    "a weights file of this machine": (
        lambda card: card["variants"][0]["weights"][0]["artifact"]["sources"][0].update(url="file:///etc/passwd"),
        "a file of this machine",
    ),
}


@pytest.mark.parametrize(("change", "said"), HOSTILE_MODELS.values(), ids=HOSTILE_MODELS)
@pytest.mark.usefixtures("home")
def test_a_model_that_names_more_than_itself_is_refused(change: Change, said: str, web: WebFolder, built: Path) -> None:
    spoil(built, "model", "watchers", change)
    assert added(web) == 0

    with pytest.raises(HubError, match=said):
        hub.load("lab/watcher", pretrained=True, progress=False)

    assert_the_rest_is_served()


@pytest.mark.usefixtures("home")
def test_weights_that_want_to_run_code_are_refused(web: WebFolder, built: Path) -> None:
    weights = b"cos\nsystem\n(S'echo owned'\ntR."
    (built / "files/watcher.pth").write_bytes(weights)
    artifact = {"sha256": hashlib.sha256(weights).hexdigest(), "size": len(weights)}
    spoil(built, "model", "watchers", lambda card: card["variants"][0]["weights"][0]["artifact"].update(artifact))
    assert added(web) == 0

    with pytest.raises(hub.UnsafeWeights, match="run code"):
        hub.load("lab/watcher", pretrained=True, progress=False)


@pytest.mark.usefixtures("home")
class TestLists:
    @pytest.mark.parametrize(
        "change",
        [{"id": "../cats"}, {"id": "a\x1b[2J"}, {"name": "\x1b[2J"}, {"sha256": "short"}, {"size": -1}, {"summary": 3}],
        ids=str,
    )
    def test_a_broken_entry_is_left_out_with_a_word(
        self, change: dict[str, object], web: WebFolder, built: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        spoil_entry(built, "dataset", "cats", lambda entry: entry.update(change))

        assert added(web) == 0

        assert "entries[0]" in caplog.text
        assert "\x1b" not in caplog.text
        assert hub.list(registry="lab") == ["lab/watcher"]

    @pytest.mark.parametrize("data", [b"", b"[]", b"{", b"[" * 100_000, b'{"version": 1}', b"\xff", b'{"version": 2}'])
    def test_a_list_that_is_none_leaves_the_others(
        self, data: bytes, web: WebFolder, built: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        spoil_list(built, "dataset", data)

        assert added(web) == 0

        assert "the registry lab, datasets" in caplog.text
        assert hub.list(registry="lab") == ["lab/watcher"]

    @pytest.mark.parametrize("data", [b"", b"[]", b"{", b"[" * 100_000, b'{"version": 1}', b"\xff", b'{"version": 2}'])
    def test_an_index_that_is_none_is_refused(
        self, data: bytes, web: WebFolder, built: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (built / "index.json").write_bytes(data)

        assert added(web) == CardError.exit_code

        printed = capfd.readouterr().err
        assert "index.json is no valid card" in printed
        assert cli.run(["registry", "list"]) == 0
        assert capfd.readouterr().out == ""

    def test_keys_and_kinds_that_are_not_known_are_left_out(self, web: WebFolder, built: Path) -> None:
        spoil_entry(built, "dataset", "cats", lambda entry: entry.update(stars=5))
        index = json.loads((built / "index.json").read_text("utf-8"))
        index |= {"title": "Lab", "lists": [*index["lists"], {**index["lists"][0], "kind": "spaceship"}]}
        (built / "index.json").write_text(json.dumps(index), "utf-8")

        assert added(web) == 0

        assert hub.list(registry="lab") == ["lab/cats", "lab/watcher"]

    def test_the_first_of_two_entries_of_one_id_counts(self, web: WebFolder, built: Path) -> None:
        place = built / "index/dataset.json"
        table = json.loads(place.read_text("utf-8"))
        table["entries"].append({**table["entries"][0], "name": "Dogs", "card": "datasets/dogs.json"})
        spoil_list(built, "dataset", json.dumps(table).encode())

        assert added(web) == 0

        assert [hit.name for hit in registry.entries("dataset", registry="lab")] == ["Cats"]


def test_a_card_of_a_registry_on_this_machine_may_name_its_files(tmp_path: Path, built: Path, home: Path) -> None:
    labels = tmp_path / "labels"
    labels.write_bytes((built / "files/cats/labels").read_bytes())
    spoil(built, "dataset", "cats", lambda card: card["artifacts"][1]["sources"][0].update(url=labels.as_uri()))
    assert cli.run(["registry", "add", "lab", str(built)]) == 0

    assert len(hub.load_dataset("lab/cats", split="train", progress=False)) == 12


def test_the_registry_of_these_tests_is_sound(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == [
        "datasets", "files", "index", "index.json", "models", "projects", "schema",
    ]  # fmt: skip
