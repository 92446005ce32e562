"""Plain tars in a plain tar, read in place."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from hub.errors import FormatError
from hub.trees.archive import Archive

if TYPE_CHECKING:
    from pathlib import Path


def packed(files: dict[str, bytes], *, end: bool = True) -> bytes:
    """Return a tar of these files; without its end where `end` is False."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        length = archive.offset
    return stream.getvalue() if end else stream.getvalue()[:length]


INNER = packed({"1.jpg": b"one", "./more/2.jpg": b"two" * 300})


def test_a_tar_in_a_tar_is_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "outer.tar"
    path.write_bytes(packed({"a.tar": INNER, "b/c.tar": packed({"3.jpg": b"three"}), "4.jpg": b"four"}))

    tree = Archive(path, into="train", nested=True)

    assert list(tree.walk("train")) == ["train/4.jpg", "train/a/1.jpg", "train/a/more/2.jpg", "train/b/c/3.jpg"]
    assert tree.read("train/a/more/2.jpg") == b"two" * 300
    assert tree.read("train/b/c/3.jpg") == b"three"


def test_a_tar_in_a_tar_is_a_file_unless_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "outer.tar"
    path.write_bytes(packed({"a.tar": INNER}))

    assert list(Archive(path).walk()) == ["a.tar"]


def test_an_inner_tar_without_its_end_does_not_run_into_the_next(tmp_path: Path) -> None:
    path = tmp_path / "outer.tar"
    path.write_bytes(packed({"a.tar": packed({"1": b"x"}, end=False), "b.tar": packed({"2": b"y"}), "c": b"z"}))

    assert list(Archive(path, nested=True).walk()) == ["c", "a/1", "b/2"]


def test_an_inner_tar_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outer.tar"
    path.write_bytes(packed({"a.tar": INNER[:2000], "b.tar": INNER}))

    with pytest.raises(FormatError, match="ends inside of") as caught:
        Archive(path, nested=True)

    assert caught.value.path == path


@pytest.mark.parametrize("nested", [True, False])
def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path, *, nested: bool) -> None:
    path = tmp_path / "outer.tar"
    data = bytearray(packed({"0": b"", "a.tar": INNER, "z": b"last"}))
    data[data.index(b"more/2.jpg" if nested else b"z\0\0\0")] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(FormatError, match="is damaged at byte"):
        Archive(path, nested=nested)
