"""The file is found from below, parsed once, and replaced whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hub import lockfile, settings
from hub.errors import LockfileError, StoreError
from hub.lockfile import Lockfile, Requirement

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout

ADD_IN_A_PROCESS = """
import contextlib, sys
from pathlib import Path
from hub import lockfile
from hub.lockfile import Lockfile, Requirement
from hub.store import elections
from hub.store.layout import Layout
path, home, name = sys.argv[1:4]
if "without elections" in sys.argv:
    elections.turn = lambda *_, **__: contextlib.nullcontext()
for number in range(20):
    added = Requirement(name=f"{name}{number}")
    lockfile.update(Path(path), lambda now: Lockfile(requires=(*now.requires, added)), Layout(Path(home)))
"""


def requiring(*names: str) -> Lockfile:
    return Lockfile(requires=tuple(Requirement(name=name) for name in names))


class TestFinding:
    def test_it_is_found_in_the_folder_and_from_below(self, tmp_path: Path) -> None:
        inner = tmp_path / "project" / "src"
        inner.mkdir(parents=True)
        (tmp_path / "project" / "hub.lock").write_text("")

        assert lockfile.find(inner) == lockfile.find(inner.parent) == tmp_path / "project" / "hub.lock"

    def test_the_nearest_one_counts(self, tmp_path: Path) -> None:
        (tmp_path / "inner").mkdir()
        for folder in (tmp_path, tmp_path / "inner"):
            (folder / "hub.lock").write_text("")

        assert lockfile.find(tmp_path / "inner") == tmp_path / "inner" / "hub.lock"

    def test_a_folder_of_that_name_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "hub.lock").mkdir()

        assert lockfile.find(tmp_path) != tmp_path / "hub.lock"


class TestSetting:
    def test_settings_have_the_one_that_is_found(self, tmp_path: Path) -> None:
        (tmp_path / "hub.lock").write_text("")

        assert settings.read({}, tmp_path).lockfile == tmp_path / "hub.lock"

    @pytest.mark.parametrize("word", ["off", "OFF", "0", "no"])
    def test_it_can_be_switched_off(self, word: str, tmp_path: Path) -> None:
        (tmp_path / "hub.lock").write_text("")

        assert settings.read({"HUB_LOCKFILE": word}, tmp_path).lockfile is None

    def test_one_that_hub_toml_names_counts_from_there(self, tmp_path: Path) -> None:
        (tmp_path / "hub.toml").write_text('lockfile = "locks/data.lock"\n')
        (tmp_path / "src").mkdir()

        assert settings.read({}, tmp_path / "src").lockfile == tmp_path / "locks" / "data.lock"

    def test_the_variable_wins_and_counts_from_the_working_folder(self, tmp_path: Path) -> None:
        (tmp_path / "hub.toml").write_text('lockfile = "off"\n')

        assert settings.read({"HUB_LOCKFILE": "other.lock"}, tmp_path).lockfile == tmp_path / "other.lock"


class TestReading:
    def test_it_is_parsed_once(self, tmp_path: Path) -> None:
        path = tmp_path / "hub.lock"
        lockfile.write(path, requiring("cats"))

        assert lockfile.read(path) is lockfile.read(path)

    def test_a_change_of_the_same_length_and_time_is_seen(self, tmp_path: Path) -> None:
        path = tmp_path / "hub.lock"
        lockfile.write(path, requiring("cats"))
        before, state = lockfile.read(path), path.stat()

        lockfile.write(path, requiring("dogs"))
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

        assert lockfile.read(path) != before


class TestWriting:
    def test_a_failed_write_leaves_the_old_file_and_nothing_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "hub.lock"
        lockfile.write(path, requiring("cats"))

        def interrupted(_: Path) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("hub.lockfile.writing.flush", interrupted)
        with pytest.raises(KeyboardInterrupt):
            lockfile.write(path, requiring("dogs"))

        assert lockfile.read(path) == requiring("cats")
        assert list(tmp_path.iterdir()) == [path]

    def test_what_could_not_be_read_again_is_not_written(self, tmp_path: Path) -> None:
        with pytest.raises(LockfileError):
            lockfile.write(tmp_path / "hub.lock", Lockfile(requires=(Requirement(name=""),)))

        assert not list(tmp_path.iterdir())

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "shared").mkdir()
        (tmp_path / "hub.lock").symlink_to(tmp_path / "shared" / "hub.lock")

        lockfile.write(tmp_path / "hub.lock", requiring("cats"))

        assert (tmp_path / "hub.lock").is_symlink()
        assert lockfile.read(tmp_path / "shared" / "hub.lock") == requiring("cats")

    def test_a_folder_that_cannot_be_written_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")

        with pytest.raises(StoreError, match=r"hub\.lock lies beside your project"):
            lockfile.write(tmp_path / "file" / "hub.lock", requiring("cats"))

    def test_two_processes_lose_nothing_of_each_other(self, tmp_path: Path, layout: Layout) -> None:
        path = tmp_path / "hub.lock"

        _add_at_once(path, layout)

        names = {each.name for each in lockfile.read(path).requires}
        assert names == {f"{name}{number}" for name in "ab" for number in range(20)}

    def test_without_elections_the_file_is_whole_all_the_same(self, tmp_path: Path, layout: Layout) -> None:
        path = tmp_path / "hub.lock"

        _add_at_once(path, layout, "without elections")

        assert {"a19", "b19"} & {each.name for each in lockfile.read(path).requires}
        assert list(tmp_path.glob(".hub.lock.*")) == []


def _add_at_once(path: Path, layout: Layout, *more: str) -> None:
    command = [sys.executable, "-c", ADD_IN_A_PROCESS, str(path), str(layout.home)]
    running = [subprocess.Popen([*command, name, *more]) for name in "ab"]
    assert [child.wait(timeout=60) for child in running] == [0, 0]
