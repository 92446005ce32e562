"""The bytes of a place: the right ones, or an error that names the file."""

from __future__ import annotations

import gc
import io
import multiprocessing
import os
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers.packing import write_tar, write_zip

from hub.errors import FormatError, MissingFile
from hub.trees import Place
from hub.trees.archive import Archive
from hub.trees.bytes import OPEN_AT_ONCE, forget_handles, open_place, read_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"a.bin": os.urandom(3000), "b.bin": b"b" * 5000, "empty": b""}

FORMS: dict[str, Callable[[Path], Path]] = {
    "tar": lambda folder: write_tar(folder / "a.tar", FILES),
    "deflated zip": lambda folder: write_zip(folder / "a.zip", FILES),
    "stored zip": lambda folder: write_zip(folder / "a.zip", FILES, zipfile.ZIP_STORED),
}


@pytest.fixture(params=["folder", *FORMS])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Place]:
    if request.param == "folder":
        for name, data in FILES.items():
            (tmp_path / name).write_bytes(data)
        return {name: Place(tmp_path, name) for name in FILES}
    archive = Archive(FORMS[request.param](tmp_path))
    return {name: archive.place(name) for name in FILES}


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "a.zip", {"a.bin": FILES["a.bin"]}, zipfile.ZIP_STORED)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  what Linux has open


def test_they_are_those_of_the_file(places: dict[str, Place]) -> None:
    assert {name: read_place(place) for name, place in places.items()} == FILES


def test_a_file_can_be_opened_and_read_in_parts(places: dict[str, Place]) -> None:
    with open_place(places["a.bin"]) as file:
        parts = [file.read(10), file.seek(-5, os.SEEK_END), file.read(), file.read(), file.seek(100), file.read(7)]

    data = FILES["a.bin"]
    assert parts == [data[:10], 2995, data[-5:], b"", 100, data[100:107]]


def test_an_opened_file_ends_where_it_ends(places: dict[str, Place]) -> None:
    with open_place(places["b.bin"]) as file, open_place(places["empty"]) as empty:
        assert file.read() == FILES["b.bin"]
        assert file.seek(9000) == file.tell() == 9000
        assert (file.read(1), empty.read()) == (b"", b"")


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("read"), st.integers(0, 40)),
            st.tuples(st.just("seek"), st.integers(0, 120)),
            st.tuples(st.just("skip"), st.integers(0, 30)),
        )
    )
)
def test_a_part_of_an_archive_behaves_as_a_file(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = bytes(range(100))
    path = tmp_path_factory.getbasetemp() / "part.bin"
    path.write_bytes(b"before" + data + b"behind")

    with open_place(Place(path, "part", 6, 100)) as ours, io.BytesIO(data) as theirs:
        for step, number in steps:
            for file in (ours, theirs):
                if step != "read":
                    file.seek(number, os.SEEK_SET if step == "seek" else os.SEEK_CUR)
            assert ours.tell() == theirs.tell()
            assert step != "read" or ours.read(number) == theirs.read(number)


def test_a_file_that_is_gone_is_named(places: dict[str, Place]) -> None:
    forget_handles()
    place = places["a.bin"]
    (place.container if place.offset >= 0 else place.container / place.name).unlink()

    for read in (read_place, open_place):
        with pytest.raises(MissingFile, match=r"a\.(bin|tar|zip) is gone"):
            read(place)


def test_an_archive_that_was_cut_after_it_was_indexed_is_named(tmp_path: Path) -> None:
    for name, make in FORMS.items():
        path = make(tmp_path)
        place = Archive(path).place("b.bin")
        with path.open("r+b") as file:
            file.truncate(place.offset + (40 if place.zipped else 100))

        with pytest.raises(FormatError, match=r"b\.bin at byte \d+ of") as caught:
            read_place(place)

        assert caught.value.path == path, name


@pytest.mark.parametrize("cut", [0, 4, 29])
def test_a_zip_that_ends_in_a_local_header_is_named(cut: int, stored: Path) -> None:
    place = Archive(stored).place("a.bin")
    with stored.open("r+b") as file:
        file.truncate(place.offset + cut)

    for read in (read_place, open_place):
        with pytest.raises(FormatError, match="damaged"):
            read(place)


def test_what_is_no_local_header_is_refused(stored: Path) -> None:
    place = Archive(stored).place("a.bin")
    with stored.open("r+b") as file:
        file.write(b"\x89PNG")

    with pytest.raises(FormatError) as caught:
        read_place(place)

    assert caught.value.found == "89 50 4e 47"


def test_a_method_that_nobody_uses_for_data_is_named(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.bin": b"a" * 100}, zipfile.ZIP_LZMA)

    with pytest.raises(FormatError, match=r"a\.bin") as caught:
        read_place(Archive(path).place("a.bin"))

    assert caught.value.found == "compression method 14"


@pytest.mark.parametrize("offset", [40, 45, 50])
def test_deflated_data_that_are_damaged_never_pass_for_longer_ones(offset: int, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"b.bin": FILES["b.bin"]})
    place = Archive(path).place("b.bin")
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff\xff")

    with pytest.raises(FormatError, match=r"b\.bin at byte 0"):
        read_place(place)


def test_an_archive_that_was_replaced_is_opened_anew(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", {"a": b"before"})
    place = Archive(path).place("a")
    assert read_place(place) == b"before"

    write_tar(tmp_path / "new.tar", {"a": b"behind"}).replace(path)

    assert read_place(place) == b"behind"


def test_one_archive_is_one_open_file(places: dict[str, Place]) -> None:
    forget_handles()
    gc.collect()
    before = open_files()

    for _ in range(50):
        read_place(places["a.bin"])

    assert open_files() <= before + 1


def test_many_archives_are_not_all_kept_open(tmp_path: Path) -> None:
    forget_handles()
    before = open_files()
    paths = [write_tar(tmp_path / f"{number}.tar", {"a": b"%d" % number}) for number in range(OPEN_AT_ONCE + 20)]

    found = [read_place(Archive(path).place("a")) for path in paths]

    assert found == [b"%d" % number for number in range(OPEN_AT_ONCE + 20)]
    assert open_files() <= before + OPEN_AT_ONCE


def test_an_opened_file_outlives_its_handle(stored: Path) -> None:
    with open_place(Archive(stored).place("a.bin")) as file:
        forget_handles()
        gc.collect()

        assert file.read() == FILES["a.bin"]


def test_forked_readers_do_not_disturb_each_other(tmp_path: Path) -> None:
    archive = Archive(write_tar(tmp_path / "a.tar", FILES))
    places = [archive.place(name) for name in ("a.bin", "b.bin")] * 20
    expected = [FILES["a.bin"], FILES["b.bin"]] * 20
    read_place(places[0])  # the handle that the children inherit

    with multiprocessing.get_context("fork").Pool(3) as pool:
        found = pool.map(read_place, places, chunksize=1)
        forget_handles()
        again = pool.map(read_place, places, chunksize=1)

    assert found == again == expected
    assert [read_place(place) for place in places] == expected
