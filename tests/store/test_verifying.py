"""Whatever a disk gets wrong is found, moved aside and said; nothing else is touched."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from store_contents import blob, digest_of, prepared, weights

from hub.store import verifying
from hub.store.verifying import CHUNK

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout
    from hub.store.verifying import Verdict


def flip(path: Path, place: int = 0) -> None:
    """Flip a bit as a disk would: the file keeps its times."""
    state = path.stat()
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def verified(layout: Layout, **options: int) -> dict[str, Verdict]:
    found = verifying.verify(layout, verifying.pieces(layout), **options)  # type: ignore[arg-type]  # workers alone
    return {verdict.piece.name: verdict for verdict in found}


def test_what_is_as_it_should_be_is_left_where_it_is(layout: Layout) -> None:
    path = blob(layout, b"a" * 10)
    made = weights(layout, "w", b"w", of=[path.name])
    table = prepared(layout, "t", b"t", of=[path.name])

    found = verified(layout)

    assert {name: each.wrong for name, each in found.items()} == {path.name: "", made.stem: "", table.name: ""}
    assert path.exists()
    assert not layout.quarantine.exists()


def test_an_empty_store_is_sound(layout: Layout) -> None:
    assert verified(layout) == {}


@pytest.mark.parametrize("place", [0, CHUNK - 1, CHUNK, 3 * CHUNK + 4])
def test_a_flipped_bit_is_found_wherever_it_is(layout: Layout, place: int) -> None:
    data = random.Random(1).randbytes(3 * CHUNK + 5)  # noqa: S311  no secrets
    good, bad = blob(layout, b"good"), blob(layout, data)
    flip(bad, place)

    found = verified(layout)

    assert found[bad.name].wrong == f"sha256:{digest_of((layout.quarantine / bad.name).read_bytes())}"
    assert found[bad.name].quarantined == layout.quarantine / bad.name
    assert not bad.exists()
    assert good.exists()


def test_a_blob_that_was_cut_is_found(layout: Layout) -> None:
    path = blob(layout, b"a" * 10)
    path.chmod(0o644)
    os.truncate(path, 5)

    assert verified(layout)[path.name].wrong


@pytest.mark.parametrize("cut", [False, True], ids=["flipped", "cut"])
def test_what_was_made_must_be_as_it_was_made(layout: Layout, cut: bool) -> None:
    path = weights(layout, "w", b"w" * 10)
    if cut:
        os.truncate(path, 5)
    else:
        flip(path)

    found = verified(layout)[path.stem]

    assert found.wrong == ("5 bytes instead of 10" if cut else found.wrong)
    assert "crc32" in found.wrong or cut
    assert not path.exists()


def test_what_is_too_large_to_be_read_twice_is_known_by_its_size(layout: Layout) -> None:
    path = weights(layout, "w", b"w" * 10)
    text = layout.origin(path.stem).read_text()
    layout.origin(path.stem).write_text(text.split("[10,")[0] + "[10,null]}}")
    flip(path)

    assert verified(layout)[path.stem].wrong == ""


def test_what_nobody_noted_is_not_judged(layout: Layout) -> None:
    path = weights(layout, "w", b"w")
    layout.origin(path.stem).unlink()

    assert verified(layout) == {}


def test_only_what_belongs_to_some_digests_is_looked_at(layout: Layout) -> None:
    path, other = blob(layout, b"a"), blob(layout, b"b")
    made = weights(layout, "w", b"w", of=[path.name])
    weights(layout, "v", b"v", of=[other.name])

    names = {piece.name for piece in verifying.pieces(layout, {path.name})}

    assert names == {path.name, made.stem}


def test_the_largest_come_first(layout: Layout) -> None:
    for size in (5, 50, 500):
        blob(layout, b"a" * size)

    assert [piece.size for piece in verifying.pieces(layout)] == [500, 50, 5]


def test_verifying_is_no_use_of_a_file(layout: Layout) -> None:
    path = blob(layout, b"a" * 10_000, days=3)
    before = path.stat().st_atime

    verified(layout)

    assert path.stat().st_atime == before


def test_every_byte_is_counted_by_one_thread_at_a_time(layout: Layout) -> None:
    for number in range(40):
        blob(layout, bytes([number]) * 3000)
    told = [0]

    def advance(count: int) -> None:
        before = told[0]
        told[0] = before + count

    verifying.verify(layout, verifying.pieces(layout), workers=4, advance=advance)

    assert told == [40 * 3000]


def test_what_goes_meanwhile_is_passed_over(layout: Layout) -> None:
    path, other = blob(layout, b"a" * 10), blob(layout, b"b" * 20)
    wanted = verifying.pieces(layout)
    path.unlink()

    found = verifying.verify(layout, wanted)

    assert [verdict.piece.name for verdict in found] == [other.name]


def test_an_interruption_stops_all_threads(layout: Layout) -> None:
    for number in range(20):
        blob(layout, bytes([number]) * (2 * CHUNK))
    read = [0]

    def advance(count: int) -> None:
        read[0] += count
        if read[0] > 3 * CHUNK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verifying.verify(layout, verifying.pieces(layout), workers=2, advance=advance)

    assert read[0] < 10 * CHUNK
    assert not layout.quarantine.exists()


def test_a_bad_file_that_somebody_replaces_meanwhile_is_left_alone(layout: Layout) -> None:
    path = blob(layout, b"a" * (3 * CHUNK))
    flip(path)
    wanted = verifying.pieces(layout)
    good = path.with_suffix(".new")
    good.write_bytes(b"a" * (3 * CHUNK))

    def advance(_: int) -> None:
        if good.exists():
            good.replace(path)

    verifying.verify(layout, wanted, workers=1, advance=advance)

    assert path.read_bytes() == b"a" * (3 * CHUNK)


def in_memory(path: Path) -> int:
    """How many bytes of a file are in the page cache; a look that does not change it."""
    if shutil.which("fincore") is None:
        pytest.skip("nothing tells what is in memory here")
    return int(subprocess.check_output(["fincore", "--bytes", "--noheadings", "--output", "RES", str(path)]))


def test_what_was_not_in_memory_is_not_kept_there(layout: Layout) -> None:
    path = blob(layout, os.urandom(20 * CHUNK))
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if in_memory(path):
        pytest.skip("this file system is in memory")

    verified(layout)

    assert in_memory(path) < 2 * CHUNK


def test_what_was_in_memory_stays_there(layout: Layout) -> None:
    path = blob(layout, os.urandom(4 * CHUNK))

    verified(layout)

    assert in_memory(path) == 4 * CHUNK
