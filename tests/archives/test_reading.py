"""Reading out of archives: regular files only, and damage is told in one way."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import stat
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from hub.archives import open_member, open_wrapped
from hub.errors import FormatError, UnsafeArchive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DATA = random.Random(0).randbytes(24_000)  # noqa: S311  so that no part compresses away
IRREGULAR = {
    "a symbolic link": tarfile.SYMTYPE,
    "a hard link": tarfile.LNKTYPE,
    "a device": tarfile.CHRTYPE,
    "a pipe": tarfile.FIFOTYPE,
    "a folder": tarfile.DIRTYPE,
}


def tar(path: Path, data: bytes = DATA, *, mode: str = "w", kind: bytes = tarfile.REGTYPE) -> Path:
    """Write a tar with the member `folder/a`, which is a file, or of another `kind` and points at /etc/passwd."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # "w:gz" and the like
        info = tarfile.TarInfo("folder/a")
        info.type, info.linkname = kind, "/etc/passwd"
        info.size = len(data) if kind == tarfile.REGTYPE else 0
        archive.addfile(info, io.BytesIO(data))
    return path


def zipped(path: Path, data: bytes = DATA, *, name: str = "folder/a", mode: int = stat.S_IFREG) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
        archive.writestr(info, data)
    return path


def plain(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def read(path: Path, member: str = "") -> bytes:
    with open_member(path, member) as stream:
        return stream.read()


PLACES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "plain": (lambda path: plain(path, DATA), ""),
    "gz": (lambda path: plain(path, gzip.compress(DATA)), ""),
    "several gz in one": (lambda path: plain(path, gzip.compress(DATA[:99]) + gzip.compress(DATA[99:])), ""),
    "xz": (lambda path: plain(path, lzma.compress(DATA)), ""),
    "zip": (zipped, "folder/a"),
    "gz in zip": (lambda path: zipped(path, gzip.compress(DATA)), "folder/a"),
    "tar": (tar, "folder/a"),
    "tar.gz": (lambda path: tar(path, mode="w:gz"), "folder/a"),
    "tar.xz": (lambda path: tar(path, mode="w:xz"), "folder/a"),
    "gz in tar.gz": (lambda path: tar(path, gzip.compress(DATA), mode="w:gz"), "folder/a"),
}


@pytest.mark.parametrize(("write", "member"), PLACES.values(), ids=PLACES.keys())
def test_the_bytes_come_out_whatever_they_are_packed_in(
    write: Callable[[Path], Path], member: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "packed")

    assert read(path, member) == DATA


@pytest.mark.parametrize("data", [b"", b"\x1f", b"\xfd7zX"], ids=["empty", "half a gzip magic", "half an xz magic"])
def test_a_file_too_short_for_a_magic_number_is_plain(data: bytes, tmp_path: Path) -> None:
    assert read(plain(tmp_path / "a", data)) == data


def test_what_a_card_says_decides_and_not_the_first_bytes(tmp_path: Path) -> None:
    path = plain(tmp_path / "a.gz", gzip.compress(DATA))

    with open_wrapped(path, "", "") as kept, open_wrapped(path, "", "gz") as inflated:
        assert kept.read() == path.read_bytes()
        assert inflated.read() == DATA


@pytest.mark.parametrize("kind", IRREGULAR.values(), ids=IRREGULAR.keys())
def test_a_member_that_is_no_regular_file_is_refused(kind: bytes, tmp_path: Path) -> None:
    path = tar(tmp_path / "a.tar", kind=kind)

    with pytest.raises(UnsafeArchive, match="is no regular file") as caught:
        read(path, "folder/a")

    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("name", "mode"), [("folder/a", stat.S_IFLNK), ("folder/a", stat.S_IFCHR), ("folder/a/", stat.S_IFDIR)]
)
def test_a_zip_member_that_is_no_regular_file_is_refused(name: str, mode: int, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", b"" if name.endswith("/") else b"/etc/passwd", name=name, mode=mode)

    with pytest.raises(UnsafeArchive):
        read(path, name)


def test_a_member_outside_its_folder_is_only_ever_read(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    path = zipped(tmp_path / "inner" / "a.zip", name="../evil")

    assert read(path, "../evil") == DATA
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["a.zip", "inner"]


@pytest.mark.parametrize("write", [tar, zipped], ids=["tar", "zip"])
def test_a_missing_member_is_a_format_error(write: Callable[[Path], Path], tmp_path: Path) -> None:
    path = write(tmp_path / "packed")

    with pytest.raises(FormatError, match="packed has no member 'folder/b'"):
        read(path, "folder/b")


@pytest.mark.parametrize(
    "write", [place for name, (place, _) in PLACES.items() if name != "plain"], ids=[n for n in PLACES if n != "plain"]
)
@pytest.mark.parametrize("keep", [0.1, 0.5, 0.75])
def test_an_archive_that_was_cut_is_a_format_error(keep: float, write: Callable[[Path], Path], tmp_path: Path) -> None:
    path = write(tmp_path / "packed")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])

    with pytest.raises(FormatError) as caught:
        read(path, next(member for place, member in PLACES.values() if place is write))

    assert caught.value.exit_code == 5
    assert caught.value.path == path


@pytest.mark.parametrize(
    "write",
    [PLACES[name][0] for name in ("gz", "xz", "zip", "tar.gz", "tar.xz")],
    ids=["gz", "xz", "zip", "tgz", "txz"],
)
def test_an_archive_with_a_flipped_byte_is_a_format_error(write: Callable[[Path], Path], tmp_path: Path) -> None:
    path = write(tmp_path / "packed")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(FormatError):
        read(path, next(member for place, member in PLACES.values() if place is write))


@pytest.mark.parametrize("data", [b"no archive at all" * 100, b"", bz2.compress(DATA)], ids=["text", "empty", "bz2"])
def test_what_is_no_archive_is_a_format_error(data: bytes, tmp_path: Path) -> None:
    path = plain(tmp_path / "packed", data)

    with pytest.raises(FormatError):
        read(path, "folder/a")


def test_a_zip_with_a_password_is_a_format_error(tmp_path: Path) -> None:
    path = zipped(tmp_path / "packed")
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1  # the flag "encrypted", in the local header and in the directory
    data[directory + 8] |= 1
    path.write_bytes(data)

    with pytest.raises(FormatError):
        read(path, "folder/a")


def test_what_a_reader_raises_of_its_own_is_left_alone(tmp_path: Path) -> None:
    path = plain(tmp_path / "a", DATA)

    with pytest.raises(FileNotFoundError), open_member(path):
        (tmp_path / "nothing").read_bytes()


def test_a_missing_file_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing")
