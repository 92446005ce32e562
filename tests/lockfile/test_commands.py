"""`hub lock` pins, `hub sync` brings, `hub sync --check` tells when the two and the cards have come apart."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import pytest

import hub
from hub import cli, lockfile
from hub.fetch.keeping import digests
from hub.store import blobs, pins

if TYPE_CHECKING:
    from pathlib import Path

    from pinned_world import World

    from hub.lockfile import Entry, Lockfile
    from hub.store.layout import Layout


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command."""

    def run(*arguments: str) -> Said:
        return Said(cli.run(list(arguments)), *capfd.readouterr())

    return run


def read(project: Path) -> Lockfile:
    return lockfile.read(project / "hub.lock")


def entry(project: Path, owner: str) -> Entry:
    found = read(project).entry(owner)
    assert found is not None
    return found


def names(lock: Lockfile) -> list[str]:
    return [str(each) for each in lock.requires]


class TestLock:
    def test_a_name_pins_all_its_files_without_fetching_those_that_the_card_knows(
        self, project: Path, world: World, said: Command
    ) -> None:
        found = said("lock", "Cats")

        assert (found.code, found.out) == (0, "+ cats 1.0.0: 3 files, 18.9 kB\n")
        assert str(project / "hub.lock") in found.err
        pins = entry(project, "dataset/cats/1.0.0").by_name
        assert pins["train-images"].sha256 == hashlib.sha256(world.images).hexdigest()
        assert pins["train-images"].sources[0].url == world.server.url("ok", "train-images")
        assert world.server.requests == []

    def test_what_is_known_by_md5_alone_is_fetched_to_be_pinned(
        self, project: Path, world: World, said: Command
    ) -> None:
        said("lock", "birds")

        pins = entry(project, "dataset/birds/2.0.0").by_name
        assert pins["small-images"].sha256 == hashlib.sha256(world.images).hexdigest()
        assert pins["small-images"].md5 == hashlib.md5(world.images, usedforsecurity=False).hexdigest()
        assert pins["small-images"].size == len(world.images)
        assert set(pins) == {"small-images", "bird-labels"}

    def test_what_is_in_the_store_is_not_fetched_for_that(self, world: World, said: Command, project: Path) -> None:
        said("download", "birds")
        world.server.requests.clear()

        assert said("lock", "birds").code == 0
        assert world.server.requests == []
        assert read(project).entries

    def test_weights_known_by_a_prefix_are_pinned_in_full(self, project: Path, world: World, said: Command) -> None:
        said("lock", "watcher@CATS_V2")

        (pin,) = entry(project, "model/watcher/CATS_V2").artifacts
        assert (pin.sha256, pin.size) == (
            hashlib.sha256(world.weights[1].read_bytes()).hexdigest(),
            world.weights[1].stat().st_size,
        )

    def test_an_address_can_be_pinned(self, project: Path, world: World, said: Command) -> None:
        digest = world.server.add("a.bin", b"hello")
        url = world.server.url("ok", "a.bin")

        said("lock", f"{url}#sha256={digest}")

        (pinned,) = read(project).entries
        assert (pinned.name, pinned.kind, pinned.artifacts[0].sha256) == (url, "url", digest)
        assert names(read(project)) == [f"{url}#sha256={digest}"]

    def test_credentials_are_not_written(self, project: Path, world: World, said: Command) -> None:
        world.server.add("a.bin?token=hidden&id=3", b"hello")

        found = said("lock", world.server.url("private/ok", "a.bin", login="me:secret") + "?token=hidden&id=3")

        assert found.code == 0
        assert "secret" not in found.out + found.err
        text = (project / "hub.lock").read_text()
        assert "id=3" in text
        assert "secret" not in text
        assert "hidden" not in text

    def test_the_source_that_worked_stands_first(self, project: Path, world: World, said: Command) -> None:
        card = world.folder / "datasets" / "birds.toml"
        good = world.server.url("ok", "small-images")
        bad = good.replace("/ok/", "/404/")
        card.write_text(card.read_text().replace(f'{{ url = "{good}" }}', f'{{ url = "{bad}" }}, {{ url = "{good}" }}'))

        said("lock", "birds")

        pin = entry(project, "dataset/birds/2.0.0").by_name["small-images"]
        assert [source.url for source in pin.sources] == [good, bad]
        assert said("sync", "--check").code == 0

    @pytest.mark.usefixtures("project")
    def test_locking_again_changes_nothing(self, project: Path, said: Command) -> None:
        said("lock", "cats", "birds", "watcher")
        text = (project / "hub.lock").read_text()

        for arguments in (["lock"], ["lock", "birds"], ["lock", "cats", "--split", "train"]):
            found = said(*arguments)
            assert (found.out, "nothing changed" in found.err) == ("", True)
            assert (project / "hub.lock").read_text() == text

    def test_splits_and_variants_pin_what_they_need(self, project: Path, said: Command) -> None:
        said("lock", "cats", "--split", "train[:50%]")
        said("lock", "birds", "--variant", "large")

        assert set(entry(project, "dataset/cats/1.0.0").by_name) == {"train-images", "labels"}
        assert set(entry(project, "dataset/birds/2.0.0").by_name) == {"large-images", "bird-labels"}
        assert names(read(project)) == ["birds --variant large", "cats --split train"]

    def test_a_second_part_is_added_and_the_whole_takes_the_place_of_parts(self, project: Path, said: Command) -> None:
        said("lock", "cats", "--split", "train")
        said("lock", "cats", "--split", "test")
        assert names(read(project)) == ["cats --split test", "cats --split train"]
        assert len(entry(project, "dataset/cats/1.0.0").artifacts) == 3

        said("lock", "cats")
        assert names(read(project)) == ["cats"]

    def test_a_version_that_has_moved_takes_the_place_of_the_old_one(
        self, project: Path, world: World, said: Command
    ) -> None:
        said("lock", "cats")
        world.write_cats(version="1.1.0")

        assert said("lock", "cats").out == "~ cats: 1.0.0 -> 1.1.0\n"
        assert [each.owner for each in read(project).entries] == ["dataset/cats/1.1.0"]

    def test_only_what_is_named_is_renewed(self, project: Path, world: World, said: Command) -> None:
        said("lock", "cats", "watcher")
        world.write_cats(version="1.1.0")
        world.write_watcher(default="CATS_V2")

        said("lock", "watcher")

        assert [each.owner for each in read(project).entries] == ["dataset/cats/1.0.0", "model/watcher/CATS_V2"]

    def test_a_tag_that_is_asked_for_by_name_stays(self, project: Path, world: World, said: Command) -> None:
        said("lock", "watcher", "watcher@CATS_V1")
        world.write_watcher(default="CATS_V2")

        said("lock")

        assert {each.version for each in read(project).entries} == {"CATS_V1", "CATS_V2"}

    def test_removing_takes_names_and_files_out(self, project: Path, said: Command) -> None:
        said("lock", "cats", "birds", "watcher@CATS_V1")

        assert said("lock", "--remove", "Cats", "--remove", "watcher").out.count("- ") == 2
        assert [each.name for each in read(project).entries] == ["birds"]

    @pytest.mark.usefixtures("project")
    def test_removing_what_is_not_there_says_what_is(self, said: Command) -> None:
        said("lock", "cats")

        found = said("lock", "--remove", "catz")

        assert found.code == 3
        assert "did you mean cats?" in found.err

    def test_a_dry_run_tells_and_neither_writes_nor_fetches(self, project: Path, world: World, said: Command) -> None:
        found = said("lock", "cats", "birds", "--dry-run")

        assert found.out == "+ birds 2.0.0: 2 files, size known once fetched\n+ cats 1.0.0: 3 files, 18.9 kB\n"
        assert not (project / "hub.lock").exists()
        assert world.server.requests == []

    @pytest.mark.usefixtures("project")
    def test_json_has_every_change(self, world: World, said: Command) -> None:
        said("lock", "cats")
        world.write_cats(images=world.images[:-1] + b"\2")

        (change,) = json.loads(said("lock", "cats", "--json").out)

        assert (change["change"], change["file"], change["key"]) == ("changed", "train-images", "sha256")
        assert change["before"] == hashlib.sha256(world.images).hexdigest()

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [(["lock"], 2), (["lock", "nosuch"], 3), (["lock", "--from", "nosuch.py"], 1), (["sync"], 1)],
    )
    def test_mistakes_are_told_and_write_nothing(
        self, arguments: list[str], code: int, project: Path, said: Command
    ) -> None:
        assert said(*arguments).code == code
        assert list(project.iterdir()) == []

    def test_a_name_that_cannot_be_had_leaves_the_old_file(self, project: Path, world: World, said: Command) -> None:
        said("lock", "cats")
        text = (project / "hub.lock").read_text()
        del world.server.files["small-images"]

        assert said("lock", "birds").code == 4
        assert (project / "hub.lock").read_text() == text
        assert list(project.iterdir()) == [project / "hub.lock"]

    def test_an_interrupted_one_leaves_the_old_file(
        self, project: Path, said: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said("lock", "cats")
        text = (project / "hub.lock").read_text()

        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("hub.fetch.locking.fetch.fetch", interrupted)

        assert said("lock", "birds").code == 130
        assert (project / "hub.lock").read_text() == text

    def test_a_new_one_lies_beside_the_settings(
        self, project: Path, said: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / "hub.toml").write_text("")
        (project / "src").mkdir()
        monkeypatch.chdir(project / "src")

        said("lock", "cats")

        assert (project / "hub.lock").is_file()

    def test_the_file_that_a_variable_names_is_made(
        self, project: Path, said: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HUB_LOCKFILE", "other.lock")

        assert said("lock", "cats").code == 0
        assert [path.name for path in project.iterdir()] == ["other.lock"]


class TestSync:
    def test_it_brings_what_is_pinned_and_nothing_twice(
        self, project: Path, world: World, layout: Layout, said: Command
    ) -> None:
        said("lock", "cats", "birds", "watcher")
        shutil.rmtree(layout.blobs, ignore_errors=True)

        first = said("sync")
        world.server.requests.clear()
        second = said("sync")

        assert (first.code, first.out.startswith("6 files fetched (")) == (0, True)
        assert second.out == "0 files fetched (0 B), 6 already here\n"
        assert world.server.requests == []
        pinned = [pin for each in read(project).entries for pin in each.artifacts]
        assert all(blobs.find(layout, pin.sha256, pin.size) for pin in pinned)

    @pytest.mark.usefixtures("project")
    def test_the_file_alone_suffices(self, world: World, layout: Layout, said: Command) -> None:
        said("lock", "birds", "watcher")
        shutil.rmtree(layout.home)
        for path in world.folder.rglob("*.toml"):
            path.unlink()

        assert said("sync").out.startswith("3 files fetched")

    @pytest.mark.usefixtures("project")
    def test_where_its_sources_are_dead_those_of_the_card_are_asked(self, world: World, said: Command) -> None:
        world.write_cats(fault="404")
        said("lock", "cats")
        world.write_cats()

        assert said("sync").code == 0

    @pytest.mark.usefixtures("project")
    def test_other_bytes_are_refused(self, world: World, layout: Layout, said: Command) -> None:
        said("lock", "cats")
        world.server.files["train-images"] = world.images[:-1] + b"\2"

        found = said("sync")

        assert found.code == 5
        assert "1 name failed" in found.out
        assert len(list(blobs.every(layout))) < 3

    @pytest.mark.usefixtures("project")
    def test_one_dead_host_does_not_keep_the_others_waiting(self, world: World, layout: Layout, said: Command) -> None:
        said("lock", "birds", "cats")
        shutil.rmtree(layout.home)
        del world.server.files["small-images"]

        found = said("sync")

        assert found.code == 4
        assert "3 files fetched" in found.out
        assert "birds 2.0.0: no source delivered small-images" in found.err

    @pytest.mark.usefixtures("project")
    def test_a_dry_run_says_what_is_missing_and_opens_no_connection(self, world: World, said: Command) -> None:
        said("lock", "cats")

        rows = json.loads(said("sync", "--dry-run", "--json").out)

        assert [(row["action"], row["file"]) for row in rows] == [
            ("fetch", "labels"),
            ("fetch", "test-images"),
            ("fetch", "train-images"),
        ]
        assert world.server.requests == []
        said("sync")
        assert said("sync", "--dry-run").out == "everything is here\n"

    def test_an_address_is_only_ever_fetched_from_itself(self, project: Path, world: World, said: Command) -> None:
        world.server.add("a.bin", b"hello")
        evil = world.server.url("ok", "evil.bin")
        digest = world.server.add("evil.bin", b"evil!")
        said("lock", world.server.url("ok", "a.bin"))
        text = (project / "hub.lock").read_text()
        pinned = read(project).entries[0].artifacts[0]
        text = text.replace(pinned.sha256, digest).replace(
            f'{{ url = "{pinned.sources[0].url}" }},', f'{{ url = "{evil}" }},'
        )
        (project / "hub.lock").write_text(text)

        assert said("sync").code == 5
        assert not world.server.asked("/ok/evil")


@pytest.mark.usefixtures("project")
class TestCheck:
    def test_all_is_well_after_locking(self, world: World, said: Command) -> None:
        said("lock", "cats", "birds", "watcher", world.server.url("ok", "labels"))
        world.server.requests.clear()

        found = said("sync", "--check")

        assert (found.code, found.out.endswith("is up to date\n")) == (0, True)
        assert world.server.requests == []

    def test_it_needs_no_store_and_changes_none(self, layout: Layout, said: Command) -> None:
        said("lock", "cats", "birds")
        shutil.rmtree(layout.home)

        assert said("sync", "--check").code == 0
        assert not layout.blobs.exists()

    def test_a_card_that_has_moved_on_is_told(self, world: World, said: Command) -> None:
        said("lock", "cats")
        world.write_cats(version="1.1.0")

        found = said("sync", "--check")

        assert (found.code, found.out) == (1, "~ cats: 1.0.0 -> 1.1.0\n")

    def test_other_bytes_under_the_same_version_are_told(self, world: World, said: Command) -> None:
        said("lock", "cats")
        world.write_cats(images=world.images[:-1] + b"\2")

        found = said("sync", "--check")

        assert found.code == 1
        assert found.out.startswith("~ cats 1.0.0: train-images: sha256:")

    def test_other_sources_are_told(self, world: World, said: Command) -> None:
        said("lock", "cats")
        world.write_cats(fault="slow")

        assert "other sources" in said("sync", "--check").out

    def test_a_name_that_is_gone_is_told(self, world: World, said: Command) -> None:
        said("lock", "cats", "birds")
        (world.folder / "datasets" / "cats.toml").unlink()

        found = said("sync", "--check", "--json")

        assert found.code == 1
        assert [each["name"] for each in json.loads(found.out)] == ["cats"]

    def test_a_requirement_that_was_written_by_hand_is_told(self, project: Path, said: Command) -> None:
        said("lock", "cats", "--split", "train")
        path = project / "hub.lock"
        path.write_text(path.read_text().replace('split = "train"', 'split = "test"'))

        assert "test-images" in said("sync", "--check").out

    def test_a_script_that_loads_more_is_told(self, project: Path, said: Command) -> None:
        said("lock", "cats", "--split", "train")
        (project / "train.py").write_text(
            "import hub\nhub.load_dataset('cats', split='train')\nhub.load_dataset('cats', split='test')\n"
            "hub.load('watcher', pretrained=True)\n"
        )

        found = said("sync", "--check", "--from", "train.py")

        assert found.code == 1
        assert found.out == "+ cats --split test: asked for\n+ watcher: asked for\n"
        assert "hub lock --from train.py" in found.err
        assert said("lock", "--from", "train.py").code == 0
        assert said("sync", "--check", "--from", "train.py").code == 0


class TestTheStore:
    """What a lockfile of this machine pins stays in the store when that is made smaller."""

    @pytest.mark.parametrize("command", [["lock"], ["sync"]])
    def test_the_store_knows_what_is_pinned(
        self, command: list[str], project: Path, layout: Layout, said: Command
    ) -> None:
        said("lock", "cats")
        shutil.rmtree(layout.home)

        assert said(*command).code == 0

        held = pins.pinned(layout, digests).digests
        assert held.keys() == {pin.sha256 for pin in read(project).entries[0].artifacts}
        assert set(held.values()) == {project / "hub.lock"}

    def test_loading_in_a_project_that_was_copied_here_pins_too(
        self, project: Path, layout: Layout, said: Command
    ) -> None:
        said("lock", "cats")
        text = (project / "hub.lock").read_text()
        shutil.rmtree(layout.home)
        (project / "hub.lock").write_text(text)

        hub.download("cats", progress=False)

        assert [path for path in layout.pins.glob("*.json") if str(project) in path.read_text()]
