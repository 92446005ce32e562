"""In a project with a hub.lock, what is loaded is what it pins, wherever the bytes come from; or it is an error."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import msgspec
import pytest
import torch

import hub
from hub import cli, lockfile
from hub.errors import DigestMismatch, LockfileError, MissingFile, NotLocked
from hub.store import refs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pinned_world import World

    from hub.store.layout import Layout

ZEROS = "0" * 64


def lock(*names: str) -> None:
    assert cli.run(["lock", "--quiet", *names]) == 0


def repin(project: Path, file: str, **changed: object) -> None:
    """Change what is pinned of a file, as somebody else's commit would."""
    path = project / "hub.lock"
    before = lockfile.read(path)
    entries = tuple(
        msgspec.structs.replace(
            entry,
            artifacts=tuple(
                msgspec.structs.replace(pin, **changed) if pin.name == file else pin for pin in entry.artifacts
            ),
        )
        for entry in before.entries
    )
    lockfile.write(path, msgspec.structs.replace(before, entries=entries))


def cats() -> hub.Dataset:
    return hub.load_dataset("cats", split="train", progress=False)


def birds() -> hub.Dataset:
    return hub.load_dataset("birds", split="train", variant="small", progress=False)


def watcher() -> torch.nn.Module:
    return hub.load("watcher@CATS_V2", progress=False)


class TestWhatIsPinned:
    def test_it_loads_as_ever(self, project: Path) -> None:
        lock("cats", "birds", "watcher@CATS_V2")

        assert [cats()[n].label for n in range(3)] == [0, 1, 2]
        assert len(birds()) == 12
        assert watcher().hub.weights == "CATS_V2"  # type: ignore[union-attr]  # an About
        assert len(hub.download("cats", progress=False)) == 3
        assert (project / "hub.lock").exists()

    def test_it_loads_from_a_folder_below(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        lock("cats", "--split", "train")
        (project / "src").mkdir()
        monkeypatch.chdir(project / "src")

        assert len(cats()) == 12
        with pytest.raises(NotLocked):
            hub.load_dataset("cats", split="test", progress=False)

    def test_elsewhere_nothing_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
        lock("cats")
        assert project.is_dir()
        monkeypatch.chdir(tmp_path)

        assert len(birds()) == 12

    @pytest.mark.usefixtures("project")
    def test_it_can_be_switched_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        lock("cats")
        monkeypatch.setenv("HUB_LOCKFILE", "off")

        assert len(birds()) == 12

    def test_one_that_is_named_and_not_there_lets_nothing_through(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HUB_LOCKFILE", str(project / "lost.lock"))

        with pytest.raises(MissingFile, match=r"lost\.lock"):
            cats()

    def test_a_broken_one_lets_nothing_through(self, project: Path) -> None:
        (project / "hub.lock").write_text("<<<<<<< HEAD\n")

        with pytest.raises(LockfileError):
            cats()


@pytest.mark.usefixtures("project")
class TestWhatIsNotPinned:
    @pytest.mark.parametrize(
        ("load", "named"),
        [
            (cats, "`hub lock cats` adds it"),
            (lambda: hub.download("cats"), "`hub lock cats` adds it"),
            (watcher, "`hub lock watcher@CATS_V2` adds it"),
            (lambda: hub.load("watcher", pretrained=True), "`hub lock watcher@CATS_V1` adds it"),
        ],
    )
    def test_a_name_is_refused_and_nothing_is_asked(self, load: Callable[[], object], named: str, world: World) -> None:
        lock("birds")
        world.server.requests.clear()

        with pytest.raises(NotLocked, match=named) as caught:
            load()

        assert "birds 2.0.0" in str(caught.value)
        assert world.server.requests == []

    def test_it_is_refused_though_it_is_in_the_store(self) -> None:
        cats()
        watcher()
        lock("birds")

        for load in (cats, watcher):
            with pytest.raises(NotLocked):
                load()

    def test_a_network_without_weights_needs_no_pin(self) -> None:
        lock("birds")

        assert isinstance(hub.load("watcher"), torch.nn.Module)

    def test_a_file_of_ones_own_needs_no_pin(self, world: World) -> None:
        lock("birds")

        assert hub.load("watcher", weights=world.weights[0], num_classes=3, progress=False)

    def test_a_split_that_was_left_out_is_refused(self) -> None:
        lock("cats", "--split", "train")

        with pytest.raises(NotLocked, match="but not test-images of it"):
            hub.load_dataset("cats", split="test", progress=False)

    def test_the_command_line_refuses_it_too(self, capfd: pytest.CaptureFixture[str]) -> None:
        lock("birds")

        assert cli.run(["download", "cats"]) == cli.run(["download", "cats", "--dry-run"]) == 5
        assert "`hub lock cats` adds it" in capfd.readouterr().err


class TestCardsThatHaveMovedOn:
    @pytest.mark.usefixtures("project")
    def test_another_version_is_refused(self, world: World) -> None:
        lock("cats")
        world.write_cats(version="1.1.0")

        with pytest.raises(NotLocked, match="pins another version of cats") as caught:
            cats()

        assert "1.0.0" in str(caught.value.expected)
        assert "1.1.0" in str(caught.value.found)

    @pytest.mark.usefixtures("project")
    def test_other_default_weights_are_refused_and_the_pinned_ones_load(self, world: World) -> None:
        lock("watcher")
        world.write_watcher(default="CATS_V2")

        with pytest.raises(NotLocked, match='ask for "watcher@CATS_V1"'):
            hub.load("watcher", pretrained=True, progress=False)

        assert hub.load("watcher@CATS_V1", progress=False)

    @pytest.mark.usefixtures("project")
    def test_other_bytes_under_the_same_version_are_refused(self, world: World) -> None:
        lock("cats")
        world.write_cats(images=world.images[:-1] + b"\2")

        with pytest.raises(NotLocked, match=r"train-images of cats 1\.0\.0 is not the file") as caught:
            cats()

        assert hashlib.sha256(world.images).hexdigest() in str(caught.value.expected)

    @pytest.mark.parametrize(
        ("file", "changed"),
        [
            ("train-images", {"sha256": ZEROS}),
            ("train-images", {"size": 3}),
            ("small-images", {"md5": "0" * 32}),
            ("v2.pth", {"sha256": ZEROS}),
        ],
    )
    def test_a_lockfile_that_says_otherwise_is_refused(
        self, file: str, changed: dict[str, object], project: Path
    ) -> None:
        lock("cats", "birds", "watcher@CATS_V2")
        repin(project, file, **changed)

        load = {"train-images": cats, "small-images": birds, "v2.pth": watcher}[file]
        with pytest.raises(NotLocked, match=file):
            load()


class TestOtherBytes:
    """Cards that know less than a sha256 could be served anything that fits; the lockfile knows better."""

    def test_a_transfer_of_them_is_refused(self, project: Path, layout: Layout) -> None:
        lock("birds")
        repin(project, "small-images", sha256=ZEROS)
        shutil.rmtree(layout.home)

        with pytest.raises(DigestMismatch, match="small-images"):
            birds()

    def test_a_hit_in_the_store_is_refused(self, project: Path) -> None:
        birds()
        watcher()
        lock("birds", "watcher@CATS_V2")
        repin(project, "small-images", sha256=ZEROS)
        prefix = lockfile.read(project / "hub.lock").entries[1].artifacts[0].sha256[:8]
        repin(project, "v2.pth", sha256=prefix + ZEROS[8:])

        for load in (birds, watcher):
            with pytest.raises(DigestMismatch):
                load()

    @pytest.mark.usefixtures("project")
    def test_records_of_the_store_do_not_win(self, world: World, layout: Layout) -> None:
        lock(world.server.url("ok", "labels"))
        (record,) = [owner for owner in refs.owners(layout) if owner.startswith("url/")]
        refs.write(layout, record, {"labels": refs.Entry(ZEROS, 20)})

        (path,) = hub.download(world.server.url("ok", "labels"), progress=False)

        assert path.read_bytes() == world.labels

    def test_what_was_prepared_from_them_is_not_used(self, project: Path, world: World) -> None:
        """The fingerprint of a prepared table comes from the digests that the lockfile pins."""
        before = birds().fingerprint
        other = world.images[:-1] + b"\3"
        digest = world.server.add("small-images", other)
        card = world.folder / "datasets" / "birds.toml"
        text = card.read_text().replace(
            hashlib.md5(world.images, usedforsecurity=False).hexdigest(),
            hashlib.md5(other, usedforsecurity=False).hexdigest(),
        )
        card.write_text(text)
        lock("birds")

        assert birds().fingerprint != before
        assert lockfile.read(project / "hub.lock").entries[0].by_name["small-images"].sha256 == digest

    def test_weights_in_another_librarys_cache_are_compared_in_full(
        self, project: Path, world: World, layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lock("watcher@CATS_V2")
        cache = tmp_path / "torch" / "hub" / "checkpoints" / "v2.pth"
        cache.parent.mkdir(parents=True)
        shutil.copy(world.weights[1], cache)
        monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
        prefix = lockfile.read(project / "hub.lock").entries[0].artifacts[0].sha256[:8]
        repin(project, "v2.pth", sha256=prefix + ZEROS[8:])
        shutil.rmtree(layout.home)

        with pytest.raises(DigestMismatch):
            watcher()


class TestCopiesInFolders:
    @pytest.fixture
    def copy(self, tmp_path: Path, world: World) -> Path:
        """A copy of the birds as somebody else has laid it out."""
        folder = tmp_path / "data"
        folder.mkdir()
        (folder / "small-images").write_bytes(world.images)
        (folder / "bird-labels").write_bytes(world.labels)
        return folder

    def load(self, copy: Path, *, verify: bool = True) -> hub.Dataset:
        return hub.load_dataset("birds", split="train", variant="small", data_dir=copy, verify=verify, progress=False)

    @pytest.mark.usefixtures("project")
    def test_the_pinned_files_are_read(self, copy: Path) -> None:
        lock("birds")

        assert len(self.load(copy)) == 12

    def test_other_files_are_refused(self, copy: Path, project: Path) -> None:
        lock("birds")
        repin(project, "small-images", sha256=ZEROS)

        with pytest.raises(DigestMismatch, match="small-images"):
            self.load(copy)

    @pytest.mark.usefixtures("project")
    def test_a_name_that_is_not_pinned_is_refused(self, copy: Path) -> None:
        lock("cats")

        with pytest.raises(NotLocked):
            self.load(copy)

    @pytest.mark.usefixtures("project")
    def test_who_asks_for_no_comparison_gets_none(self, copy: Path) -> None:
        lock("cats")

        assert len(self.load(copy, verify=False)) == 12

    @pytest.mark.usefixtures("project")
    def test_what_can_only_be_got_by_hand_is_read_without_a_pin(self, copy: Path, world: World) -> None:
        lock("cats")
        card = world.folder / "datasets" / "birds.toml"
        lines = [line for line in card.read_text().splitlines() if not line.startswith("sources")]
        card.write_text("\n".join(lines).replace("default_variant", 'manual = "ask them"\ndefault_variant'))

        assert len(self.load(copy)) == 12


class TestAddresses:
    def test_the_pinned_bytes_come(self, project: Path, world: World) -> None:
        url = world.server.url("ok", "labels")
        lock(url)

        assert hub.download(url, progress=False)[0].read_bytes() == world.labels
        assert lockfile.read(project / "hub.lock").entries[0].name == url

    @pytest.mark.usefixtures("project")
    def test_changed_bytes_are_refused(self, world: World, layout: Layout) -> None:
        url = world.server.url("ok", "labels")
        lock(url)
        shutil.rmtree(layout.home)
        world.server.files["labels"] = world.labels[:-1] + b"\1"

        with pytest.raises(DigestMismatch):
            hub.download(url, progress=False)

    @pytest.mark.usefixtures("project")
    def test_another_digest_than_is_pinned_is_refused(self, world: World) -> None:
        url = world.server.url("ok", "labels")
        lock(url)

        with pytest.raises(NotLocked, match="which is asked for"):
            hub.download(f"{url}#sha256={ZEROS}", progress=False)

    @pytest.mark.usefixtures("project")
    def test_an_address_that_is_not_pinned_is_refused_without_its_password(self, world: World) -> None:
        lock("cats")

        with pytest.raises(NotLocked, match="does not pin http") as caught:
            hub.download(world.server.url("ok", "labels", login="me:secret"), progress=False)

        assert "secret" not in str(caught.value)

    @pytest.mark.usefixtures("project")
    def test_with_a_password_it_is_the_same_address(self, world: World) -> None:
        url = world.server.url("private/ok", "labels", login="me:secret")
        lock(url)

        assert hub.download(url, progress=False)[0].read_bytes() == world.labels

    @pytest.mark.usefixtures("project")
    def test_weights_by_address_are_pinned_under_any_name(self, world: World, tmp_path: Path) -> None:
        url = world.weights[0].as_uri()
        lock("cats")
        with pytest.raises(NotLocked):
            hub.load("watcher", weights=url, num_classes=3, progress=False)
        lock(url)

        assert hub.load("watcher", weights=url, num_classes=3, progress=False)
        assert hub.model_zoo.load_url(url, tmp_path / "models", file_name="mine.pth", progress=False)


def test_a_registry_of_other_people_is_pinned_too(lab: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)

    lock("lab/cats", "lab/watcher")

    assert [each.owner for each in lockfile.read(project / "hub.lock").entries] == [
        "registry/lab/dataset/cats/1.0.0",
        "registry/lab/model/watcher/CATS_V1",
    ]
    assert len(hub.load_dataset("lab/cats", split="train", progress=False)) == 12
    asked = len(lab.requests)  # type: ignore[attr-defined]  # a WebFolder
    assert cli.run(["sync", "--check"]) == 0
    assert len(lab.requests) == asked  # type: ignore[attr-defined]  # as above
    repin(project, "images", sha256=ZEROS)
    with pytest.raises(NotLocked, match="images of lab/cats"):
        hub.load_dataset("lab/cats", split="train", progress=False)
