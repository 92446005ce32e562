"""Whatever an earlier run left, and whatever happened to it on disk, the next run ends in the right bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faults import haste
from faults.limits import within
from faults.soundness import faults_of
from hub.cards import Artifact, Source
from hub.errors import TransferError
from hub.store.journal import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server import Server

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
Damage = tuple["Callable[[Path, float], None]", float, float]
damages = st.lists(st.tuples(st.sampled_from(DAMAGES), places, places), max_size=3)


class Bed:
    """A server that can run dry, and a store that downloads from it are kept in."""

    def __init__(self, server: Server, layout: Layout) -> None:
        self.server = server
        self.layout = layout

    def begin(self) -> None:
        """Forget what earlier examples have left."""
        shutil.rmtree(self.layout.home, ignore_errors=True)
        self.server.requests.clear()

    def wanted(self, data: bytes, *, pinned: bool = True) -> Artifact:
        sha256 = self.server.add("a.bin", data)
        source = Source(url=self.server.url("runs-dry", "a.bin"))
        return Artifact(
            name="a.bin", sources=(source,), sha256=sha256 if pinned else None, size=len(data) if pinned else None
        )

    def got(self, artifact: Artifact) -> bytes:
        with within(LIMIT), haste.run(self.layout) as transfers:
            return transfers.get(artifact).path.read_bytes()

    def leave_something(self, artifact: Artifact, cut: int) -> None:
        """Run against a server that sends so many bytes and no more."""
        self.server.left = cut
        with suppress(TransferError):
            self.got(artifact)
        self.server.left = None

    def damage(self, how: Callable[[Path, float], None], which: float, place: float) -> None:
        """Damage one of the files that are kept of what has arrived."""
        if files := sorted(path for path in self.layout.partials.rglob("*") if path.is_file()):
            how(files[int(which * len(files))], place)


@pytest.fixture
def bed(server: Server, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Bed:
    haste.hurry(monkeypatch)
    return Bed(server, layout)


@pytest.mark.parametrize("pinned", [True, False], ids=["digest known", "nothing known"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=sizes, cuts=cuts, damages=damages)
def test_any_cut_and_any_damage_end_in_the_right_bytes(
    pinned: bool,
    size: int,
    cuts: list[int],
    damages: list[tuple[Callable[[Path, float], None], float, float]],
    bed: Bed,
) -> None:
    data = hashlib.shake_256(str(size).encode()).digest(size)
    artifact = bed.wanted(data, pinned=pinned)
    bed.begin()

    for cut in cuts:
        bed.leave_something(artifact, cut)
        for how, which, place in damages:
            bed.damage(how, which, place)

    assert bed.got(artifact) == data
    assert faults_of(bed.layout) == []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(BLOCK // 2, 3 * BLOCK), min_size=1, max_size=4))
def test_no_cut_costs_more_than_a_block(cuts: list[int], bed: Bed) -> None:
    data = hashlib.shake_256(b"of four blocks").digest(4 * BLOCK + 17)
    artifact = bed.wanted(data)
    bed.begin()

    for cut in (*cuts, len(data)):
        if not bed.layout.blob(artifact.sha256 or "").exists():  # the cuts may happen to make up the whole
            bed.leave_something(artifact, cut)

    bodies = sum(request.sent for request in bed.server.requests if request.sent != len(b"all gone"))
    assert bodies - len(data) <= len(cuts) * BLOCK


@pytest.mark.parametrize("pinned", [True, False], ids=["digest known", "nothing known"])
def test_a_partial_of_another_file_of_that_name_is_not_mixed_in(pinned: bool, bed: Bed) -> None:
    older, newer = (hashlib.shake_256(name).digest(3 * BLOCK) for name in (b"older", b"newer"))
    bed.leave_something(bed.wanted(older, pinned=False), 2 * BLOCK + 1)

    assert bed.got(bed.wanted(newer, pinned=pinned)) == newer
