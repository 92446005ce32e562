"""Files that are on this machine already become part of the store, if they are the published ones."""

from __future__ import annotations

import gzip
import os
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest
from adopting.published import adopt, artifact, hows, look, md5, plan, sha256, wrapped

from hub import fetch
from hub.adopting import at_once
from hub.cards import Artifact
from hub.errors import MissingFile, StoreError
from hub.models.weights import own_files
from hub.progress import Silent
from hub.store import blobs, refs

if TYPE_CHECKING:
    from pathlib import Path

    from hub.store.layout import Layout

WORDS = b"all the words there are\n" * 50


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An existing ./data."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def used(*folders: Path) -> int:
    """Return the bytes that files take on the disk, each file once whatever its names."""
    files = {(s.st_dev, s.st_ino): s.st_blocks for folder in folders for s in map(os.lstat, folder.rglob("*"))}
    return sum(files.values())


class Heard(Silent):
    def __init__(self) -> None:
        self.read = 0
        self.notes: list[str] = []

    def advance(self, count: int) -> None:
        self.read += count

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_a_file_of_whatever_name_is_taken_if_its_size_and_digest_are_published_ones(data: Path, layout: Layout) -> None:
    (data / "renamed.bin").write_bytes(WORDS)

    adopt(layout, data, plan(artifact("words.txt", WORDS)))

    assert layout.blob(sha256(WORDS)).read_bytes() == WORDS
    assert refs.read(layout, "dataset/words/1.0.0")["words.txt"].sha256 == sha256(WORDS)


def test_it_takes_no_further_room_on_the_disk(data: Path, layout: Layout) -> None:
    words = WORDS * 1000
    (data / "words.txt").write_bytes(words)
    before = used(data)

    adopt(layout, data, plan(artifact("words.txt", words)))

    assert used(data, layout.blobs) - before < len(words) // 512 // 2


def test_a_linked_file_becomes_read_only_for_all_and_is_opened_to_nobody(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)
    (data / "words.txt").chmod(0o664)

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)))

    if hows(report) == {"words.txt": "linked"}:  # and not cloned, on this file system
        assert stat.S_IMODE((data / "words.txt").stat().st_mode) == 0o444
        assert layout.blob(sha256(WORDS)).samefile(data / "words.txt")


def test_copies_leave_the_files_as_they_are(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)
    (data / "words.txt").chmod(0o644)

    adopt(layout, data, plan(artifact("words.txt", WORDS)), copies=True)

    assert not layout.blob(sha256(WORDS)).samefile(data / "words.txt")
    assert stat.S_IMODE((data / "words.txt").stat().st_mode) == 0o644


def test_a_file_that_others_could_not_read_in_the_store_is_copied(data: Path, layout: Layout) -> None:
    layout.home.mkdir()
    layout.home.chmod(0o755)
    (data / "words.txt").write_bytes(WORDS)
    (data / "words.txt").chmod(0o600)

    adopt(layout, data, plan(artifact("words.txt", WORDS)))

    assert stat.S_IMODE(layout.blob(sha256(WORDS)).stat().st_mode) == 0o444
    assert stat.S_IMODE((data / "words.txt").stat().st_mode) == 0o600


def test_the_loader_finds_what_was_taken(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)
    only_prefix = artifact("words.txt", WORDS, sha256_prefix=sha256(WORDS)[:8])

    adopt(layout, data, plan(only_prefix))

    assert fetch.present(layout, "dataset/words/1.0.0", [only_prefix])["words.txt"].path.read_bytes() == WORDS


@pytest.mark.parametrize("stated", ["prefix", "md5"])
def test_weaker_digests_count_for_a_file_of_the_right_name(data: Path, layout: Layout, stated: str) -> None:
    (data / "words.txt").write_bytes(WORDS)
    (data / "other.txt").write_bytes(WORDS)
    known = {"prefix": {"sha256_prefix": sha256(WORDS)[:8]}, "md5": {"md5": md5(WORDS)}}[stated]

    report = adopt(layout, data, plan(artifact("words.txt", WORDS, **known)))

    assert list(hows(report)) == ["words.txt"]


def test_a_file_named_by_its_digest_is_found_as_in_the_caches_of_hugging_face(data: Path, layout: Layout) -> None:
    (data / sha256(WORDS)).write_bytes(WORDS)

    report = adopt(layout, data, plan(artifact("words.txt", WORDS, sha256=sha256(WORDS))))

    assert list(hows(report)) == [sha256(WORDS)]


def test_other_bytes_of_the_right_size_and_name_are_left_alone(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS[::-1])

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)))

    assert report.differing == [data / "words.txt"]
    assert list(blobs.every(layout)) == []
    assert list(layout.tmp.iterdir()) == []
    assert (data / "words.txt").stat().st_nlink == 1


def test_what_no_size_and_no_name_speaks_for_is_not_read(data: Path, layout: Layout) -> None:
    (data / "large").write_bytes(bytes(5 << 20))
    (data / "words.txt").write_bytes(WORDS)
    heard = Heard()

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)), progress=heard)

    assert heard.read == len(WORDS)
    assert (report.looked_at, report.skipped) == (2, 1)


def test_a_file_cut_short_is_pointed_out(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS[:100])

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)))

    assert (report.differing, report.adopted) == ([data / "words.txt"], [])


def test_a_gzip_file_as_a_source_serves_it_is_unpacked(data: Path, layout: Layout) -> None:
    packed = gzip.compress(WORDS)
    (data / "w.gz").write_bytes(packed)

    report = adopt(layout, data, plan(wrapped("words.txt", WORDS, "https://example.org/w.gz", packed, unwrap="gz")))

    assert hows(report) == {"w.gz": "unpacked"}
    assert layout.blob(sha256(WORDS)).read_bytes() == WORDS


def test_a_gzip_file_of_ones_own_making_is_unpacked_if_its_name_speaks_for_it(data: Path, layout: Layout) -> None:
    (data / "words.txt.gz").write_bytes(gzip.compress(WORDS, 1))

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)))

    assert hows(report) == {"words.txt.gz": "unpacked"}


def test_a_member_of_an_archive_is_taken_out_of_it(data: Path, layout: Layout) -> None:
    with zipfile.ZipFile(data / "all.zip", "w") as archive:
        archive.writestr("inner/words.txt", WORDS)
    packed = (data / "all.zip").read_bytes()

    adopt(layout, data, plan(wrapped("words.txt", WORDS, "https://example.org/all.zip#inner/words.txt", packed)))

    assert layout.blob(sha256(WORDS)).read_bytes() == WORDS


def test_where_both_lie_beside_one_another_the_packed_one_is_not_even_read(data: Path, layout: Layout) -> None:
    packed = gzip.compress(WORDS)
    (data / "words.txt").write_bytes(WORDS)
    (data / "words.txt.gz").write_bytes(packed)
    heard = Heard()

    adopt(
        layout,
        data,
        plan(wrapped("words.txt", WORDS, "https://example.org/words.txt.gz", packed, unwrap="gz")),
        progress=heard,
    )

    assert heard.read == len(WORDS)


def test_a_bomb_in_place_of_a_packed_file_ends_at_the_published_size(data: Path, layout: Layout) -> None:
    (data / "words.txt.gz").write_bytes(gzip.compress(bytes(50 << 20)))
    heard = Heard()

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)), progress=heard)

    assert (report.adopted, heard.read) == ([], 0)
    assert list(layout.tmp.iterdir()) == []


def test_a_damaged_packed_file_is_told_and_left_alone(data: Path, layout: Layout) -> None:
    (data / "words.txt.gz").write_bytes(gzip.compress(WORDS)[:40])
    heard = Heard()

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)), progress=heard)

    assert report.adopted == []
    assert any("words.txt.gz is damaged" in note for note in heard.notes)


def test_a_second_run_reads_nothing(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)
    same_size = artifact("others.txt", WORDS[::-1])
    adopt(layout, data, plan(artifact("words.txt", WORDS), same_size))
    heard = Heard()

    report = adopt(layout, data, plan(artifact("words.txt", WORDS), same_size), progress=heard)

    assert heard.read == 0
    assert hows(report) == {"words.txt": "there"}


def test_a_second_run_does_not_read_what_was_copied_either(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)
    same_size = artifact("others.txt", WORDS[::-1])
    stamp = own_files.Stamp.of(data / "words.txt")
    settled = {str(data / "words.txt"): (stamp, sha256(WORDS))}
    adopt(layout, data, plan(artifact("words.txt", WORDS), same_size), copies=True)
    own_files.remember(layout, settled, now_ns=lambda: stamp.ctime_ns + 10 * own_files.SETTLED_NS)
    heard = Heard()

    adopt(layout, data, plan(artifact("words.txt", WORDS), same_size), progress=heard)

    assert heard.read == 0


def test_a_dry_run_says_the_same_and_writes_nothing(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)

    report = look(layout, data, plan(artifact("words.txt", WORDS)))

    assert [share.whole for share in report.shares] == [True]
    assert not layout.root.exists()
    assert (data / "words.txt").stat().st_nlink == 1


def test_links_out_of_the_folder_are_not_followed(data: Path, tmp_path: Path, layout: Layout) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "words.txt").write_bytes(WORDS)
    (data / "folder").symlink_to(tmp_path / "outside")
    (data / "words.txt").symlink_to(tmp_path / "outside" / "words.txt")
    (data / "loop").symlink_to(data)

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)))

    assert report.looked_at == 0


def test_a_link_within_the_folder_gives_the_file_its_name(data: Path, layout: Layout) -> None:
    (data / "1f").write_bytes(WORDS)
    (data / "words.txt").symlink_to("1f")

    report = adopt(layout, data, plan(artifact("words.txt", WORDS, md5=md5(WORDS))))

    assert hows(report) == {"1f": "linked"} or hows(report) == {"1f": "cloned"}


def test_the_store_is_not_taken_into_itself(layout: Layout) -> None:
    path = layout.blob(sha256(WORDS))
    path.parent.mkdir(parents=True)
    path.write_bytes(WORDS)

    report = adopt(layout, layout.home, plan(artifact("others", WORDS)))

    assert report.looked_at == 0


def test_one_file_of_several_names_serves_them_all(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)
    others = plan(artifact("same.txt", WORDS), owner="dataset/others/2.0.0")

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)), others)

    assert [(share.name, share.files) for share in report.shares] == [("others@2.0.0", 1), ("words@1.0.0", 1)]


def test_what_is_still_missing_of_a_name_is_counted(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)

    report = adopt(layout, data, plan(artifact("words.txt", WORDS), artifact("more.txt", b"more")))

    assert [(share.files, share.of, share.whole) for share in report.shares] == [(1, 2, False)]


def test_nothing_is_taken_of_which_no_digest_is_published(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)

    report = adopt(layout, data, plan(Artifact(name="words.txt", size=len(WORDS))))

    assert report.adopted == []


def test_a_loose_file_can_be_taken_alone(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)

    report = adopt(layout, data / "words.txt", plan(artifact("words.txt", WORDS)))

    assert list(hows(report)) == ["words.txt"]


def test_a_place_that_is_not_there_is_told(data: Path, layout: Layout) -> None:
    with pytest.raises(MissingFile, match="there is no file or folder"):
        adopt(layout, data / "nothing", plan(artifact("words.txt", WORDS)))


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_does_no_harm(data: Path, layout: Layout) -> None:
    path = os.fsencode(data) + b"/\xff\xfe"
    with open(path, "wb") as file:  # noqa: PTH123  such a name is bytes
        file.write(WORDS)

    report = adopt(layout, data, plan(artifact("words.txt", WORDS)), copies=True)

    assert len(report.adopted) == 1


def test_a_full_disk_ends_the_run_with_what_was_taken_before(data: Path, layout: Layout) -> None:
    (data / "words.txt").write_bytes(WORDS)
    layout.home.mkdir()
    layout.root.write_text("a file stands where the store should be")

    with pytest.raises(StoreError):
        adopt(layout, data, plan(artifact("words.txt", WORDS)))


def test_an_interruption_keeps_what_was_taken_before(data: Path, layout: Layout) -> None:
    for number in range(20):
        (data / f"{number}").write_bytes(WORDS + bytes([number]))
    wanted = [artifact(f"{number}", WORDS + bytes([number])) for number in range(20)]

    class Impatient(Heard):
        def advance(self, count: int) -> None:
            super().advance(count)
            if self.read > 5 * len(WORDS):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adopt(layout, data, plan(*wanted), progress=Impatient())
    kept = len(list(blobs.every(layout)))

    report = adopt(layout, data, plan(*wanted))

    assert 0 < kept < 20
    assert len(report.adopted) == 20


def test_what_cannot_be_read_is_told_and_the_others_go_on() -> None:
    heard = Heard()

    def work(name: str, _job: None, _on_bytes: object) -> str:
        if name == "bad":
            raise PermissionError(13, "Permission denied", "/data/bad")
        return name

    found = dict(at_once.results({"good": None, "bad": None}, work, heard, "read", 2))

    assert found == {"good": "good", "bad": None}
    assert heard.notes == ["cannot read /data/bad: Permission denied; left alone"]
