"""A broken hub.lock is refused with every fault by its key path; one of a newer hub says which hub it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub import lockfile
from hub.errors import HubError, LockfileError, MissingFile
from hub.lockfile import Artifact, Entry, Lockfile, Requirement, Source

if TYPE_CHECKING:
    from pathlib import Path

GOOD = lockfile.text_of(
    Lockfile(
        requires=(Requirement(name="cats"),),
        entries=(
            Entry(
                owner="dataset/cats/1.0.0",
                name="cats",
                kind="dataset",
                version="1.0.0",
                artifacts=(
                    Artifact(name="images", sha256="a" * 64, size=7, md5="d" * 32),
                    Artifact(name="labels", sha256="b" * 64, size=5, sources=(Source(url="https://example.org/l"),)),
                ),
            ),
            Entry(owner="model/cats/V1", name="cats", kind="model", version="V1"),
        ),
    )
)

FAULTS = {
    "version = 1": ("version = '1'", "version"),
    "revision = 1": ("revision = 1.5", "revision"),
    '    { name = "cats" },': ('    { nam = "cats" },', "requires[0].nam"),
    'owner = "dataset/cats/1.0.0"': ('owner = "dataset/../../etc"', "entries[0].owner"),
    'owner = "model/cats/V1"': ('owner = "dataset/cats/1.0.0"', "entries[1].owner"),
    'kind = "model"': ('kind = "recipe"', "entries[1].kind"),
    'name = "images"': ('name = "../images"', "entries[0].artifacts[0].name"),
    'name = "labels"': ('name = "images"', "entries[0].artifacts[1].name"),
    f'sha256 = "{"a" * 64}"': ('sha256 = "aaaa"', "entries[0].artifacts[0].sha256"),
    f'md5 = "{"d" * 32}"': ("md5 = 3", "entries[0].artifacts[0].md5"),
    "size = 7": ("size = -7", "entries[0].artifacts[0].size"),
    "size = 5": ("", "entries[0].artifacts[1].size"),
    "{ url = ": ("{ urls = ", "entries[0].artifacts[1].sources[0].urls"),
}


def test_the_file_without_a_fault_is_read() -> None:
    assert len(lockfile.parse(GOOD, "hub.lock").entries) == 2


@pytest.mark.parametrize(
    ("good", "bad", "key"), [(good, *rest) for good, rest in FAULTS.items()], ids=lambda each: each
)
def test_every_fault_is_told_by_its_key_path(good: str, bad: str, key: str) -> None:
    assert good in GOOD

    with pytest.raises(LockfileError) as caught:
        lockfile.parse(GOOD.replace(good, bad, 1), "somewhere/hub.lock")

    assert key in [path for path, _ in caught.value.faults]
    assert "somewhere/hub.lock" in str(caught.value)
    assert "regex" not in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("size = 7", "size = -7").replace('kind = "model"', 'kind = "recipe"')

    with pytest.raises(LockfileError) as caught:
        lockfile.parse(text, "hub.lock")

    assert [path for path, _ in caught.value.faults] == ["entries[0].artifacts[0].size", "entries[1].kind"]


@pytest.mark.parametrize("version", ["", "version = 0\n", "version = true\n"])
def test_a_file_of_no_version_is_none(version: str) -> None:
    with pytest.raises(LockfileError, match="version"):
        lockfile.parse(GOOD.replace("version = 1\n", version, 1), "hub.lock")


def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "hub.lock"
    path.write_text(GOOD + "<<<<<<< HEAD\n")

    with pytest.raises(LockfileError, match=f"line {GOOD.count(chr(10)) + 1}"):
        lockfile.read(path)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"version = 1\x00"])
def test_what_is_no_text_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hub.lock"
    path.write_bytes(data)

    with pytest.raises(LockfileError):
        lockfile.read(path)


def test_a_folder_of_that_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LockfileError):
        lockfile.read(tmp_path)


def test_a_file_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="hub lock NAME"):
        lockfile.read(tmp_path / "hub.lock")


class TestNewer:
    NEXT_REVISION = (
        GOOD.replace("revision = 1", "revision = 2\nsigned = true")
        .replace("size = 5", "size = 5\nblake3 = 'abc'")
        .replace("{ url =", "{ region = 'eu', url =")
    )

    def test_what_a_newer_revision_says_more_is_passed_over(self) -> None:
        newer, known = (lockfile.parse(text, "hub.lock") for text in (self.NEXT_REVISION, GOOD))

        assert (newer.requires, newer.entries) == (known.requires, known.entries)

    def test_its_faults_are_still_told(self) -> None:
        with pytest.raises(LockfileError, match="size"):
            lockfile.parse(self.NEXT_REVISION.replace("size = 5", "size = -5"), "hub.lock")

    def test_it_is_not_written_again_by_an_older_hub(self, tmp_path: Path) -> None:
        path = tmp_path / "hub.lock"
        path.write_text(self.NEXT_REVISION)

        with pytest.raises(HubError, match="newer hub"):
            lockfile.existing(path)

    def test_another_version_names_the_hub_that_it_needs(self) -> None:
        text = 'version = 2\nhub = ">=4.1"\neverything = "else"\n'

        with pytest.raises(HubError, match=r"needs hub >=4\.1") as caught:
            lockfile.parse(text, "hub.lock")

        assert not isinstance(caught.value, LockfileError)
