"""Archives into files: which, where, and nothing outside."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from hub.errors import FormatError, InvalidInput, MissingFile, UnsafeArchive
from hub.text.unpacking import extract_archive

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILES = {"val.de": b"Hallo", "more/val.en": b"Hello", "more/empty": b""}


def tar(path: Path, files: dict[str, bytes] = FILES, links: Iterable[tuple[str, str, bytes]] = ()) -> Path:
    mode = {".gz": "w:gz", ".tgz": "w:gz", ".xz": "w:xz", ".bz2": "w:bz2"}.get(path.suffix, "w")
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # a mode that is not spelled out
        for name, target, kind in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def zipped(path: Path, files: dict[str, bytes] = FILES) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("more")
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def packed(path: Path) -> Path:
    return zipped(path) if path.suffix == ".zip" else tar(path)


def inside(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("ending", ["tar.gz", "tgz", "tar", "tar.xz", "tar.bz2", "zip"])
def test_files_come_out_in_the_archives_order(tmp_path: Path, ending: str) -> None:
    path = packed(tmp_path / f"all.{ending}")

    found = extract_archive(str(path), str(tmp_path / "to"))

    assert found == [os.path.join(tmp_path, "to", name) for name in FILES]  # noqa: PTH118  as torchtext spells them
    assert {name: (tmp_path / "to" / name).read_bytes() for name in inside(tmp_path / "to")} == FILES


@pytest.mark.parametrize("ending", ["tar.gz", "zip"])
def test_files_land_beside_the_archive_unless_told(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    packed(tmp_path / f"all.{ending}")

    assert extract_archive(f"all.{ending}") == list(FILES)
    assert (tmp_path / "val.de").is_file()


@pytest.mark.parametrize("ending", ["tar.gz", "zip"])
@pytest.mark.parametrize(("overwrite", "left"), [(False, b"mine"), (True, b"Hallo")])
def test_what_is_there_stays_unless_overwritten(tmp_path: Path, ending: str, overwrite: bool, left: bytes) -> None:
    path = packed(tmp_path / f"all.{ending}")
    (tmp_path / "val.de").write_bytes(b"mine")

    found = extract_archive(path, overwrite=overwrite)

    assert len(found) == len(FILES)
    assert (tmp_path / "val.de").read_bytes() == left


def test_one_file_in_gz_lands_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "val.5.en.gz"
    path.write_bytes(gzip.compress(b"Hello"))

    assert extract_archive(str(path)) == [str(tmp_path / "val.5.en")]
    assert (tmp_path / "val.5.en").read_bytes() == b"Hello"


def test_other_files_are_a_not_implemented_error(tmp_path: Path) -> None:
    (tmp_path / "wiki.vec").write_bytes(b"1 2")

    with pytest.raises(NotImplementedError, match="no archive") as caught:
        extract_archive(tmp_path / "wiki.vec")

    assert isinstance(caught.value, InvalidInput)


def test_an_archive_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"none\.zip"):
        extract_archive(tmp_path / "none.zip")


@pytest.mark.parametrize(
    ("ending", "damage"),
    # Nothing at all is what gzip makes nothing of.
    [(ending, damage) for ending in ("tar.gz", "zip", "gz") for damage in ("cut", "rubbish", "empty")][:-1],
)
def test_damage_is_told_and_leaves_no_half_a_file(tmp_path: Path, ending: str, damage: str) -> None:
    whole = packed(tmp_path / f"whole.{'tar.gz' if ending == 'gz' else ending}").read_bytes()
    path = tmp_path / "to" / f"all.{ending}"
    path.parent.mkdir()
    path.write_bytes({"cut": whole[: len(whole) // 2], "rubbish": b"no archive at all", "empty": b""}[damage])

    with pytest.raises(FormatError, match="damaged"):
        extract_archive(path)

    assert all((tmp_path / "to" / name).read_bytes() == FILES[name] for name in inside(tmp_path / "to") - {path.name})


@pytest.mark.parametrize("ending", ["tar.gz", "zip"])
@pytest.mark.parametrize("name", ["../out.txt", "more/../../out.txt", "/out.txt", "..\\out.txt"])
def test_a_member_outside_is_refused(tmp_path: Path, ending: str, name: str) -> None:
    path = tmp_path / f"all.{ending}"
    (zipped if ending == "zip" else tar)(path, {name: b"out"})

    with pytest.raises(UnsafeArchive, match="outside"):
        extract_archive(path, tmp_path / "to" / "deep")

    assert not [found for found in tmp_path.rglob("*out.txt*") if found.is_file()]


def test_a_link_becomes_a_copy_of_what_it_leads_to(tmp_path: Path) -> None:
    links = [
        ("more/again", "../val.de", tarfile.SYMTYPE),
        ("hard", "val.de", tarfile.LNKTYPE),
        ("chain", "more/again", tarfile.SYMTYPE),
    ]
    path = tar(tmp_path / "all.tar.gz", links=links)

    found = extract_archive(path, tmp_path / "to")

    assert len(found) == len(FILES)
    for name in ("more/again", "hard", "chain"):
        assert (tmp_path / "to" / name).read_bytes() == FILES["val.de"]
        assert not (tmp_path / "to" / name).is_symlink()


@pytest.mark.parametrize(
    ("name", "target", "kind"),
    [
        ("out", "../secret", tarfile.SYMTYPE),
        ("out", "/etc/hostname", tarfile.SYMTYPE),
        ("out", "../secret", tarfile.LNKTYPE),
        ("ring", "ring", tarfile.SYMTYPE),
        ("folder", "more", tarfile.SYMTYPE),
        ("../out", "val.de", tarfile.SYMTYPE),
        ("pipe", "", tarfile.FIFOTYPE),
        ("device", "", tarfile.CHRTYPE),
    ],
)
def test_what_leads_outside_or_is_no_file_is_refused(tmp_path: Path, name: str, target: str, kind: bytes) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    path = tar(tmp_path / "all.tar", links=[(name, target, kind)])

    with pytest.raises(UnsafeArchive):
        extract_archive(path, tmp_path / "to")

    assert inside(tmp_path / "to") <= FILES.keys()
    assert not (tmp_path / "out").exists()


def test_a_link_does_not_lead_later_members_outside(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    links = [("more", str(tmp_path / "elsewhere"), tarfile.SYMTYPE)]
    path = tar(tmp_path / "all.tar", links=links)

    with pytest.raises(UnsafeArchive):
        extract_archive(path, tmp_path / "to")

    assert not inside(tmp_path / "elsewhere")


def test_an_encrypted_zip_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path / "all.zip", {"a": b"a"}).read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "all.zip").write_bytes(data)

    with pytest.raises(FormatError, match="encrypted"):
        extract_archive(tmp_path / "all.zip")
