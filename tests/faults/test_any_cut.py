"""Whatever an earlier run left, and whatever happened to it on disk, the next run ends in the right bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server import Server

from faults import haste
from faults.limits import within
from faults.soundness import faults_of
from hub.cards import Artifact, Source
from hub.errors import TransferError
from hub.store.journal import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hub.store.layout import Layout

LIMIT = 10.0
AROUND = (-1, 0, 1, 4097)

sizes = st.one_of(
    st.integers(0, 5000),
    st.builds(lambda blocks, more: max(0, blocks * BLOCK + more), st.integers(1, 4), st.sampled_from(AROUND)),
)
cuts = st.lists(st.integers(0, 3 * BLOCK), min_size=1, max_size=3)
places = st.floats(0, 1, exclude_max=True)


def flip(path: Path, place: float) -> None:
    """Another byte somewhere."""
    data = bytearray(path.read_bytes())
    if data:
        data[int(place * len(data))] ^= 0x55
        path.write_bytes(data)


def truncate(path: Path, place: float) -> None:
    """An end that is missing, as after a crash of the machine."""
    os.truncate(path, int(place * path.stat().st_size))


def grow(path: Path, place: float) -> None:
    """More than there should be."""
    with path.open("ab") as file:
        file.write(b"9 9 99999999\n" * int(1 + 100 * place))


def hole(path: Path, place: float) -> None:
    """Zeros where bytes were written, as after a crash of the machine."""
    size = path.stat().st_size
    os.truncate(path, int(place * size))
    os.truncate(path, size)


def remove(path: Path, _: float) -> None:
    path.unlink()


def repeat(path: Path, place: float) -> None:
    """A part of it once more at its end."""
    data = path.read_bytes()
    path.write_bytes(data + data[int(place * len(data)) :])


def halve(path: Path, place: float) -> None:
    """Its beginning is missing."""
    data = path.read_bytes()
    path.write_bytes(data[int(place * len(data)) :])


def swap(path: Path, _: float) -> None:
    """It and its neighbour change places."""
    others = sorted(other for other in path.parent.iterdir() if other != path)
    if others:
        path.rename(path.with_name("between"))
        others[0].rename(path)
        path.with_name("between").rename(others[0])


DAMAGES: tuple[Callable[[Path, float], None], ...] = (flip, truncate, grow, hole, remove, repeat, halve, swap)
damages = st.lists(st.tuples(st.sampled_from(DAMAGES), places, places), max_size=3)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def store(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Layout:
    haste.hurry(monkeypatch)
    return layout


def wanted(server: Server, data: bytes, *, pinned: bool) -> Artifact:
    sha256 = server.add("a.bin", data)
    source = Source(url=server.url("runs-dry", "a.bin"))
    known = {"sha256": sha256, "size": len(data)} if pinned else {}
    return Artifact(name="a.bin", sources=(source,), **known)  # type: ignore[arg-type]  # as Artifact takes them


def got(layout: Layout, artifact: Artifact) -> bytes:
    with within(LIMIT), haste.run(layout) as transfers:
        return transfers.get(artifact).path.read_bytes()


def leave_something(server: Server, layout: Layout, artifact: Artifact, cut: int) -> None:
    """Run against a server that sends so many bytes and no more."""
    server.left = cut
    try:
        got(layout, artifact)
    except TransferError:
        pass
    finally:
        server.left = None


def damage(layout: Layout, how: Callable[[Path, float], None], which: float, place: float) -> None:
    files = sorted(path for path in layout.partials.rglob("*") if path.is_file()) if layout.partials.is_dir() else []
    if files:
        how(files[int(which * len(files))], place)


@pytest.mark.parametrize("pinned", [True, False], ids=["digest known", "nothing known"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=sizes, cuts=cuts, damages=damages)
def test_any_cut_and_any_damage_end_in_the_right_bytes(
    pinned: bool,
    size: int,
    cuts: list[int],
    damages: list[tuple[Callable[[Path, float], None], float, float]],
    running: Server,
    store: Layout,
) -> None:
    data = hashlib.shake_256(str(size).encode()).digest(size)
    artifact = wanted(running, data, pinned=pinned)
    shutil.rmtree(store.home, ignore_errors=True)

    for cut in cuts:
        leave_something(running, store, artifact, cut)
        for how, which, place in damages:
            damage(store, how, which, place)

    assert got(store, artifact) == data
    assert faults_of(store) == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(BLOCK // 2, 3 * BLOCK), min_size=1, max_size=4))
def test_no_cut_costs_more_than_a_block(cuts: list[int], running: Server, store: Layout) -> None:
    data = hashlib.shake_256(b"of four blocks").digest(4 * BLOCK + 17)
    artifact = wanted(running, data, pinned=True)
    shutil.rmtree(store.home, ignore_errors=True)
    running.requests.clear()

    for cut in cuts:
        leave_something(running, store, artifact, cut)
    got(store, artifact)

    bodies = running.sent - sum(len(b"all gone") for request in running.requests if request.sent == len(b"all gone"))
    assert bodies - len(data) <= len(cuts) * BLOCK


@pytest.mark.parametrize("pinned", [True, False], ids=["digest known", "nothing known"])
def test_a_partial_of_another_file_of_that_name_is_not_mixed_in(pinned: bool, running: Server, store: Layout) -> None:
    older, newer = (hashlib.shake_256(name).digest(3 * BLOCK) for name in (b"older", b"newer"))
    leave_something(running, store, wanted(running, older, pinned=False), 2 * BLOCK + 1)

    assert got(store, wanted(running, newer, pinned=pinned)) == newer
