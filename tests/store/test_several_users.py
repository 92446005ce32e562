"""Several people use one store: whatever their umask is, each can use, fill and tidy what the others have made."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from store_contents import aged, blob, collected, digest_of

from hub.store import blobs, elections, leases, origins, partials, pins, refs, usage
from hub.store.files import make_folder, make_store, publish_file, temporary
from hub.store.journal import Block, Head
from hub.store.layout import Layout
from hub.store.refs import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROUP = 54_321
MINE, YOURS = 54_001, 54_002

pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or os.getuid() != 0, reason="only root can be somebody else")


@pytest.fixture
def shared() -> Iterator[Layout]:
    """A store in a folder of a group, which all of it may write; not below pytest's own, which is private."""
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, 0, GROUP)
    folder.chmod(0o2775)
    yield Layout(folder / "home")
    shutil.rmtree(folder)


def as_user(user: int, act: Callable[[], object], umask: int = 0o077) -> None:
    """Do something as another user of the group, in a process of its own; what fails there fails here."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.umask(umask)
            os.setgroups([GROUP])
            os.setgid(user)
            os.setuid(user)
            act()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001  it is raised again on the other side
            os.write(writing, repr(error).encode()[:1000])
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as said:
        told = said.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, told


def publish(layout: Layout, data: bytes) -> Path:
    with temporary(layout, "a") as path:
        path.write_bytes(data)
        return blobs.publish(layout, path, digest_of(data))


def modes(layout: Layout) -> dict[str, str]:
    return {
        str(path.relative_to(layout.home.parent)): stat.filemode(path.stat().st_mode)
        for path in [layout.home, *layout.home.rglob("*")]
    }


def test_what_one_makes_is_open_to_the_group_whatever_the_umask(shared: Layout) -> None:
    def fill() -> None:
        publish(shared, b"a")
        refs.write(shared, "dataset/a/1.0.0", {"a": Entry(digest_of(b"a"), 1)})
        with elections.turn(shared, "dataset/a/1.0.0"):
            assert stat.filemode(shared.election("dataset/a/1.0.0").stat().st_mode) == "-rw-r--r--"

    as_user(MINE, fill)

    found = modes(shared)
    assert {mode for mode in found.values() if mode.startswith("d")} == {"drwxrws---"}
    assert {mode for path, mode in found.items() if "/blobs/" in path and mode[0] == "-"} == {"-r--r--r--"}
    assert {mode for path, mode in found.items() if "/refs/" in path and mode[0] == "-"} == {"-rw-rw-r--"}
    assert {path.stat().st_gid for path in shared.home.rglob("*")} == {GROUP}


def test_another_one_finds_it_and_adds_to_it(shared: Layout) -> None:
    def begin() -> None:
        publish(shared, b"a")
        refs.write(shared, "d/a/1", {"a": Entry(digest_of(b"a"), 1)})

    as_user(MINE, begin)

    def go_on() -> None:
        with elections.turn(shared, "d/a/1"):
            assert blobs.find(shared, digest_of(b"a"), 1) is not None
            publish(shared, b"b")
            refs.write(shared, "d/a/1", {"b": Entry(digest_of(b"b"), 1)})

    as_user(YOURS, go_on)

    assert set(refs.read(shared, "d/a/1")) == {"a", "b"}


def test_a_use_by_one_who_does_not_own_it_counts(shared: Layout) -> None:
    as_user(MINE, lambda: publish(shared, b"a"))
    path = aged(shared.blob(digest_of(b"a")), days=3)
    os.chown(path, MINE, GROUP)

    as_user(YOURS, lambda: usage.note(shared, path, path.name))
    as_user(MINE, lambda: usage.note(shared, aged(path, days=3), path.name))
    aged(path, days=3)

    assert path.name in usage.marks(shared)
    assert collected(shared, 0).gone == ()


def test_what_one_uses_the_other_does_not_remove(shared: Layout) -> None:
    as_user(MINE, lambda: publish(shared, b"a"))
    path = aged(shared.blob(digest_of(b"a")), days=3)
    ready, done = os.pipe(), os.pipe()

    def use() -> None:
        leases.hold(shared, [path.name])
        os.write(ready[1], b"x")
        os.read(done[0], 1)

    user = os.fork()
    if user == 0:
        as_user(MINE, use)
        os._exit(0)
    os.read(ready[0], 1)
    as_user(YOURS, lambda: collected(shared, 0))
    os.write(done[1], b"x")
    os.waitpid(user, 0)

    assert path.exists()


def test_one_removes_what_another_has_made(shared: Layout) -> None:
    def fill() -> None:
        publish(shared, b"a")
        publish_file(Path.touch, shared.weights("w"), shared)
        origins.record(shared, "w", shared.weights("w"), [digest_of(b"a")], {"weights": 1})

    as_user(MINE, fill)
    for path in shared.root.rglob("*"):
        if path.is_file():
            aged(path, days=3)

    as_user(YOURS, lambda: collected(shared, 0))

    assert not [
        path for name in ("blobs", "weights", "origins") for path in (shared.root / name).rglob("*") if path.is_file()
    ]


def test_one_takes_over_what_another_has_left(shared: Layout) -> None:
    def leave() -> None:
        partial = partials.obtain(shared, digest_of(b"a"))
        journal = partial.begin(Head())
        partial.data.write_bytes(b"half")
        journal.add(Block(0, 4, 0))
        journal.close()
        partials.leave(shared, partial)

    as_user(MINE, leave)

    as_user(YOURS, lambda: partials.obtain(shared, digest_of(b"a")).begin(Head()).close())

    assert len(list(shared.partials.iterdir())) == 1


def test_a_lockfile_that_one_may_not_read_holds_what_it_said(shared: Layout, tmp_path: Path) -> None:
    make_store(shared)
    path = blob(shared, b"a", days=3)
    private = Path(tempfile.mkdtemp())
    (private / "hub.lock").write_text(path.name)
    pins.register(shared, private / "hub.lock")

    as_user(YOURS, lambda: collected(shared, 0, lambda lockfile: lockfile.read_text().split()))

    shutil.rmtree(private)
    assert path.exists()


def test_strangers_who_share_a_disk_share_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    make_folder(tmp_path / "home" / "v1")

    assert not (tmp_path / "home").stat().st_mode & (stat.S_IWGRP | stat.S_ISGID)


def test_a_store_of_ones_own_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    make_folder(tmp_path / "home" / "v1")

    assert not (tmp_path / "home").stat().st_mode & (stat.S_IWGRP | stat.S_ISGID)
