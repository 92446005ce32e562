"""Digests are parsed strictly and compared as far as they are known."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.digest import Digest, Hasher, hash_file
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path


@given(st.binary())
def test_a_digest_that_is_written_is_read_back(data: bytes) -> None:
    digest = Digest("sha256", hashlib.sha256(data).hexdigest())

    assert Digest.parse(str(digest)) == digest
    assert digest.whole


@given(st.text())
def test_anything_else_is_refused_in_one_way(text: str) -> None:
    try:
        Digest.parse(text)
    except InvalidInput:
        return
    assert text.partition(":")[0] in ("sha256", "md5")


@pytest.mark.parametrize(
    "text",
    ["sha256:", "sha256:abc", "sha1:" + "a" * 40, "md5:" + "a" * 33, "md5:" + "a" * 8, "a" * 64, "sha256:xyzxyzxy"],
)
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no digest"):
        Digest.parse(text)


@given(st.lists(st.binary()))
def test_hashing_piece_by_piece_is_hashing_the_whole(pieces: list[bytes]) -> None:
    hasher = Hasher()

    for piece in pieces:
        hasher.update(piece)

    assert hasher.sha256 == hashlib.sha256(b"".join(pieces)).hexdigest()
    assert hasher.size == sum(map(len, pieces))


def test_a_mismatch_tells_both_digests(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    right = Digest("md5", hashlib.md5(b"a", usedforsecurity=False).hexdigest())

    assert hash_file(tmp_path / "a", [right]).mismatch() is None
    assert hash_file(tmp_path / "a", [Digest("md5", "0" * 32)]).mismatch() == (Digest("md5", "0" * 32), right)
