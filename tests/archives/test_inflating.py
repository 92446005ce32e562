"""Inflating what arrives in blocks: the same bytes as from a whole file, however it is cut."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
from typing import TYPE_CHECKING

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from hub.archives import Limits, inflating
from hub.archives.inflating import AT_ONCE, inflated
from hub.errors import FormatError, InvalidInput, UnsafeArchive

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = random.Random(0).randbytes(3000) + bytes(5000)  # noqa: S311  not a secret
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress,
}  # fmt: skip


def whole(how: str, packed: bytes, each: int = 100) -> bytes:
    inflater = inflating(how)
    blocks = (packed[start : start + each] for start in range(0, len(packed), each))
    found = b"".join(piece for block in blocks for piece in inflater.feed(block))
    inflater.end()
    return found


@pytest.mark.parametrize("how", PACK)
@given(cut=st.integers(1, 4000))
def test_it_comes_out_whatever_the_blocks_are(how: str, cut: int) -> None:
    assert whole(how, PACK[how](DATA), cut) == DATA


@pytest.mark.parametrize("how", PACK)
@given(parts=st.lists(st.binary(max_size=200), min_size=1, max_size=5), cut=st.integers(1, 50))
def test_streams_that_follow_each_other_are_one(how: str, parts: list[bytes], cut: int) -> None:
    assert whole(how, b"".join(map(PACK[how], parts)), cut) == b"".join(parts)


@pytest.mark.parametrize("how", PACK)
@pytest.mark.parametrize("keep", [0.01, 0.5, 0.99])
def test_what_ends_early_is_damaged(how: str, keep: float) -> None:
    packed = PACK[how](DATA)

    with pytest.raises(FormatError, match="damaged"):
        whole(how, packed[: int(len(packed) * keep)])


@pytest.mark.parametrize("how", ["gz", "bz2", "xz"])
def test_a_changed_byte_is_told(how: str) -> None:
    packed = bytearray(PACK[how](DATA))
    packed[len(packed) // 2] ^= 0xFF

    with pytest.raises(FormatError, match="damaged"):
        whole(how, bytes(packed))


@pytest.mark.parametrize(("how", "allowed"), [("gz", False), ("zst", False), ("bz2", True), ("xz", True)])
@pytest.mark.parametrize("cut", [1, 7, 10_000])
def test_rubbish_behind_is_what_the_standard_library_makes_of_it(how: str, allowed: bool, cut: int) -> None:
    packed = PACK[how](DATA) + b"rubbish"

    if allowed:
        assert whole(how, packed, cut) == DATA
    else:
        with pytest.raises(FormatError):
            whole(how, packed, cut)


@pytest.mark.parametrize("how", PACK)
def test_zeros_behind_are_passed_over(how: str) -> None:
    assert whole(how, PACK[how](DATA) + bytes(2000)) == DATA


def test_nothing_is_nothing_to_gzip_alone() -> None:
    assert whole("gz", b"") == b""
    for how in ("bz2", "xz", "zst"):
        with pytest.raises(FormatError):
            whole(how, b"")


@pytest.mark.parametrize("how", PACK)
def test_no_piece_is_large_whatever_a_block_holds(how: str) -> None:
    pieces = [len(piece) for piece in inflating(how).feed(PACK[how](bytes(5 * AT_ONCE)))]

    assert sum(pieces) == 5 * AT_ONCE
    assert max(pieces) <= AT_ONCE


@pytest.mark.parametrize("how", PACK)
def test_a_bomb_is_refused(how: str) -> None:
    inflater = inflating(how, limits=Limits(free=AT_ONCE, ratio=10))

    with pytest.raises(UnsafeArchive, match="holds more than it should"):
        list(inflater.feed(PACK[how](bytes(5 * AT_ONCE))))


def test_another_way_is_no_way() -> None:
    with pytest.raises(InvalidInput):
        inflating("rar")


@pytest.mark.parametrize("how", PACK)
@given(places=st.lists(st.integers(0, 9000), max_size=6))
def test_it_can_be_sought_in(how: str, places: list[int]) -> None:
    stream, plain = inflated(io.BytesIO(PACK[how](DATA)), how, "a", "a"), io.BytesIO(DATA)

    for place in places:
        assert stream.seek(place) >= min(place, len(DATA))
        plain.seek(place)
        assert stream.read(50) == plain.read(50)
    assert stream.seek(0, io.SEEK_END) == len(DATA)
