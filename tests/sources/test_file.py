"""`file:` sources: local files, whatever their names are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub import sources
from hub.errors import BadStatus, InvalidInput, Unreachable

if TYPE_CHECKING:
    from pathlib import Path

DATA = bytes(range(256))


def read(url: str, offset: int = 0) -> tuple[int, bytes]:
    """Return where the stream began and what it gave."""
    stream = sources.open_at(sources.locate(url), offset, "")
    buffer, found = memoryview(bytearray(100)), b""
    while count := stream.readinto(buffer):
        found += buffer[:count]
    stream.close()
    return stream.offset, found


@pytest.mark.parametrize("name", ["a.bin", "with space.bin", "percent%20.bin", "汉字.bin", "hash#sign.bin"])
def test_a_file_of_any_name_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(DATA)

    assert read((tmp_path / name).as_uri()) == (0, DATA)


@pytest.mark.parametrize("offset", [1, 255, 256])
def test_reading_begins_at_the_offset(offset: int, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(DATA)

    assert read((tmp_path / "a").as_uri(), offset) == (offset, DATA[offset:])


def test_a_file_shorter_than_the_offset_is_read_from_its_start(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(DATA)

    assert read((tmp_path / "a").as_uri(), 257) == (0, DATA)


def test_the_size_is_told_and_there_is_no_validator(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(DATA)

    stream = sources.open_at(sources.locate((tmp_path / "a").as_uri()), 0, "")
    stream.close()

    assert (stream.total, stream.validator) == (256, "")


def test_a_missing_file_is_like_a_404(tmp_path: Path) -> None:
    with pytest.raises(BadStatus) as caught:
        read((tmp_path / "nothing").as_uri())

    assert caught.value.status == 404


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="Is a directory"):
        read(tmp_path.as_uri())


@pytest.mark.parametrize("url", ["gopher://example.org/a", "a.bin", "", "git+https://example.org/a"])
def test_another_scheme_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="cannot read from"):
        sources.locate(url)
