"""Databases of LMDB, read without it, beside what it reads itself."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("lmdb")

import lmdb
from readers.lsun_files import write_database

from hub.errors import FormatError
from hub.formats.lmdb import SEVERAL, values
from hub.trees.bytes import read_place
from hub.trees.folder import Folder

if TYPE_CHECKING:
    from pathlib import Path

SHORT = {f"{number:05d}".encode(): bytes([number % 256]) * (number % 50) for number in range(700)}
LONG = {f"{number:03d}".encode(): bytes([number]) * (2000 * number) for number in range(9)}


def read(folder: Path) -> dict[bytes, bytes]:
    return {place.name.encode(): read_place(place) for place in values(Folder(folder), "data.mdb")}


@pytest.mark.parametrize(
    "stored", [{}, {b"a": b""}, SHORT, LONG, SHORT | LONG], ids=["none", "one", "short", "long", "both"]
)
def test_values_come_as_lmdb_gives_them(tmp_path: Path, stored: dict[bytes, bytes]) -> None:
    with lmdb.open(str(tmp_path)) as environment, environment.begin(write=True) as transaction:
        for key, value in reversed(stored.items()):
            transaction.put(key, value)

    found = read(tmp_path)

    with lmdb.open(str(tmp_path)) as environment, environment.begin() as transaction:
        assert list(found.items()) == list(transaction.cursor())


def test_what_was_deleted_and_written_over_is_not_read(tmp_path: Path) -> None:
    write_database(tmp_path, {b"a": b"old" * 2000, b"b": b"gone", b"c": b"stays"})

    with lmdb.open(str(tmp_path)) as environment, environment.begin(write=True) as transaction:
        transaction.put(b"a", b"new" * 3000)
        transaction.delete(b"b")

    assert read(tmp_path) == {b"a": b"new" * 3000, b"c": b"stays"}


def test_a_file_cut_anywhere_gives_all_values_or_is_refused(tmp_path: Path) -> None:
    write_database(tmp_path, LONG)
    data = (tmp_path / "data.mdb").read_bytes()
    whole = read(tmp_path)

    for length in range(0, len(data), 997):
        (tmp_path / "data.mdb").write_bytes(data[:length])
        with suppress(FormatError):
            assert read(tmp_path) == whole, "only pages that nobody needs may be cut off"


def test_any_flipped_byte_of_the_tree_gives_a_database_or_a_refusal(tmp_path: Path) -> None:
    write_database(tmp_path, SHORT)
    data = bytearray((tmp_path / "data.mdb").read_bytes())

    for place in range(0, len(data), 211):
        flipped = data.copy()
        flipped[place] ^= 0xFF
        (tmp_path / "data.mdb").write_bytes(flipped)
        with suppress(FormatError):
            assert len(values(Folder(tmp_path), "data.mdb")) == len(SHORT)


def test_another_file_is_refused_by_its_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "data.mdb").write_bytes(b"PNG" * 2000)

    with pytest.raises(FormatError, match="no database of LMDB") as caught:
        values(Folder(tmp_path), "data.mdb")

    assert caught.value.expected == "0xbeefc0de and version 1 behind the header of page 0"


def test_a_database_of_several_values_a_key_is_refused(tmp_path: Path) -> None:
    write_database(tmp_path, {b"a": b"1"})
    data = bytearray((tmp_path / "data.mdb").read_bytes())
    for page in (0, 4096):
        data[page + 16 + 24 + 48 + 4] |= SEVERAL
    (tmp_path / "data.mdb").write_bytes(data)

    with pytest.raises(FormatError, match="another database"):
        values(Folder(tmp_path), "data.mdb")
