"""Extracting: a whole tree or none, nothing outside of it, and no more than the limits allow."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from archives.rars import rarred
from readers.packing import sevened, write_tar, write_zip

from hub import archives
from hub.archives import Limits
from hub.errors import FormatError, HubError, InvalidInput, UnsafeArchive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {"a.txt": b"one", "d/b.txt": b"two" * 500, "d/empty": b""}
WRITERS: dict[str, Callable[[Path], object]] = {
    "a.zip": lambda path: write_zip(path, FILES),
    "a.tar": lambda path: write_tar(path, FILES),
    "a.tar.gz": lambda path: write_tar(path, FILES),
    "a.tar.bz2": lambda path: write_tar(path, FILES),
    "a.tar.xz": lambda path: write_tar(path, FILES),
    "a.7z": lambda path: path.write_bytes(sevened(FILES)),
    "a.rar": lambda path: path.write_bytes(rarred(FILES)),
}


def below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", WRITERS)
def test_the_files_of_every_kind_of_archive_come_out(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)

    names = archives.extract(tmp_path / name, tmp_path / "to")

    assert sorted(names) == sorted(FILES)
    assert below(tmp_path / "to") == FILES
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "to"])


def test_the_new_tree_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", FILES)
    (tmp_path / "to" / "d").mkdir(parents=True)
    (tmp_path / "to" / "d" / "old.txt").write_text("old")

    archives.extract(path, tmp_path / "to")

    assert below(tmp_path / "to") == FILES


def test_an_archive_that_is_refused_leaves_the_old_tree(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", {"a.txt": b"new", "../out.txt": b""})
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "a.txt").write_bytes(b"old")

    with pytest.raises(UnsafeArchive):
        archives.extract(path, tmp_path / "to")

    assert below(tmp_path) == {"a.tar": path.read_bytes(), "to/a.txt": b"old"}


def test_other_files_stay_beside_what_is_unpacked(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", FILES)
    (tmp_path / "to" / "d").mkdir(parents=True)
    (tmp_path / "to" / "d" / "b.txt").write_bytes(b"mine")
    (tmp_path / "to" / "mine.txt").write_bytes(b"mine")

    archives.unpack(path, tmp_path / "to")

    assert below(tmp_path / "to") == FILES | {"d/b.txt": b"mine", "mine.txt": b"mine"}


def test_an_archive_that_breaks_off_adds_no_file_at_all(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", FILES)
    path.write_bytes(path.read_bytes()[:2000])
    (tmp_path / "to").mkdir()

    with pytest.raises(FormatError):
        archives.unpack(path, tmp_path / "to")

    assert list((tmp_path / "to").iterdir()) == []


def test_a_folder_in_the_way_of_a_file_is_told_before_anything_is_moved(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", FILES)
    (tmp_path / "to" / "d" / "b.txt").mkdir(parents=True)

    with pytest.raises(InvalidInput, match="in the way"):
        archives.unpack(path, tmp_path / "to", overwrite=True)

    assert below(tmp_path / "to") == {}


NAMES = ["../a", "/a", "a/../../b", "C:\\a", "c:a", "\\a", "..\\a", "a\nb", "a\x1b[2J", "n" * 300, "d/" * 70 + "a", ""]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_no_paths_below_the_folder_are_refused(name: str, tmp_path: Path) -> None:
    path = write_tar(tmp_path / "a.tar", {name: b"x"})

    with pytest.raises(UnsafeArchive, match="outside of the folder"):
        archives.extract(path, tmp_path / "to")

    assert below(tmp_path) == {"a.tar": path.read_bytes()}


PAIRS = [("a", "a"), ("a", "A"), ("é", "e\u0301"), ("straße", "STRASSE"), ("a", "a/b"), ("a/b", "a"), ("a/b", "A/c")]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_names_that_are_one_somewhere_are_refused(pair: tuple[str, str], tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name in pair:
            archive.addfile(tarfile.TarInfo(name))

    with pytest.raises(UnsafeArchive, match="one member of a name"):
        archives.extract(tmp_path / "a.tar", tmp_path / "to")


def test_nobody_may_run_what_comes_out(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        info = tarfile.TarInfo("a")
        info.mode, info.uid = 0o6777, 0
        archive.addfile(info)

    archives.extract(tmp_path / "a.tar", tmp_path / "to")

    assert stat.S_IMODE((tmp_path / "to" / "a").stat().st_mode) & 0o7111 == 0


def test_a_link_of_a_zip_becomes_a_copy(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("d/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "../a.txt")
        archive.writestr("a.txt", b"one")

    archives.extract(tmp_path / "a.zip", tmp_path / "to")

    assert below(tmp_path / "to") == {"a.txt": b"one", "d/link": b"one"}
    assert not (tmp_path / "to/d/link").is_symlink()


LIMITS = {
    "members": Limits(members=2),
    "a member": Limits(member=1000),
    "all bytes": Limits(total=1200),
    "the ratio": Limits(free=100, ratio=1),
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_more_than_the_limits_is_refused_and_leaves_nothing(limits: Limits, name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)

    with pytest.raises(UnsafeArchive):
        archives.extract(tmp_path / name, tmp_path / "to", limits=limits)

    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_files_of_a_zip_that_lie_in_one_place_are_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a": b"x" * 1000, "b": b"y" * 1000}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02") + 42  # where the second file lies, says the directory
    data[place : place + 4] = bytes(4)
    path.write_bytes(data)

    with pytest.raises(UnsafeArchive, match="lies where something else does"):
        archives.extract(path, tmp_path / "to")


def test_copies_of_a_large_file_count(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        info = tarfile.TarInfo("a")
        info.size = 1000
        archive.addfile(info, io.BytesIO(bytes(1000)))
        for number in range(50):
            link = tarfile.TarInfo(f"link{number}")
            link.type, link.linkname = tarfile.LNKTYPE, "a"
            archive.addfile(link)
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(made.getvalue()))

    with pytest.raises(UnsafeArchive):
        archives.extract(tmp_path / "a.tar.gz", tmp_path / "to", limits=Limits(total=20_000))


@pytest.mark.parametrize("name", ["a.7z", "a.rar"])
def test_an_archive_that_another_process_reads_tells_what_is_wrong(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])

    with pytest.raises(FormatError, match="damaged"):
        archives.extract(tmp_path / name, tmp_path / "to")


def test_a_tar_that_ends_like_a_zip_is_a_tar(tmp_path: Path) -> None:
    inner = write_zip(tmp_path / "inner.zip", {"x": b"x"}, zipfile.ZIP_STORED).read_bytes()
    path = write_tar(tmp_path / "a.tar", {"a.txt": b"one", "inner.zip": inner})

    assert zipfile.is_zipfile(path)
    assert archives.kind_of(path) == "tar"
    assert archives.extract(path, tmp_path / "to") == ["a.txt", "inner.zip"]


def test_every_refusal_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"no archive")

    with pytest.raises(HubError):
        archives.extract(tmp_path / "a.bin", tmp_path / "to")
