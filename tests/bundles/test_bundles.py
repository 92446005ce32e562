"""A bundle holds verified files; what is whole in it comes in, and nothing else does."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bundles.packing import Pipe, bring, bundle, lock_of, members_of, sha256, stored, tar, whole, written
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import lockfile
from hub.bundles import writing
from hub.bundles.form import FURTHER_LIMIT, LOCK_LIMIT, blob_name
from hub.errors import CardError, DigestMismatch, FormatError, HubError, IntegrityError, NotFound, UnsafeArchive
from hub.store import refs
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = {"a.txt": b"alpha " * 300, "b.bin": bytes(range(256)) * 5, "empty": b""}
ENTRY = "version = 1\n[[entries]]\nowner='dataset/x/1'\nname='x'\nkind='dataset'\n[[entries.artifacts]]\n"
names = st.from_regex(r"[a-z][a-z0-9._-]{0,20}", fullmatch=True)
contents = st.dictionaries(names, st.binary(max_size=3000), max_size=6)


@pytest.fixture
def there(tmp_path: Path) -> Layout:
    """The store on the machine that has a network."""
    return Layout(tmp_path / "there")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The store on the one that has none."""
    return tmp_path / "here"


class TestRoundTrip:
    """What is exported is imported: the same bytes under the same names."""

    @given(files=contents)
    @settings(max_examples=30, deadline=None)
    def test_any_files_come_back(self, files: dict[str, bytes]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data = bundle(Layout(Path(folder) / "there"), files)

            outcome = bring(Path(folder) / "here", data)

            outcome.require_all()
            assert whole(Path(folder) / "here") == set(files.values())
            found = refs.read(Layout(Path(folder) / "here"), "dataset/words/1.0.0")
            assert {name: entry.sha256 for name, entry in found.items()} == {n: sha256(d) for n, d in files.items()}

    @given(files=contents, share=st.floats(0, 1), piped=st.booleans())
    @settings(max_examples=60, deadline=None)
    def test_a_bundle_cut_at_any_byte_gives_exactly_the_files_before(
        self, files: dict[str, bytes], share: float, piped: bool
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data = bundle(Layout(Path(folder) / "there"), files)
            cut = round(len(data) * share)
            before = {
                member.name[-64:]
                for member in members_of(data)
                if member.name.startswith("blobs") and member.offset_data + member.size <= cut
            }
            part = data[:cut]

            try:
                outcome = bring(Path(folder) / "here", Pipe(part) if piped else part)
            except FormatError:  # not even its first member is whole
                assert not before
            else:
                assert {sha256(each) for each in whole(Path(folder) / "here")} == before
                assert set(outcome.lacking) == set(map(sha256, files.values())) - before

    @given(files=contents.filter(len), at=st.floats(0, 1), value=st.integers(1, 255))
    @settings(max_examples=60, deadline=None)
    def test_a_damaged_byte_costs_one_file_at_most(self, files: dict[str, bytes], at: float, value: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data = bytearray(bundle(Layout(Path(folder) / "there"), files))
            first = next(i for i in range(0, len(data), 512) if data[i : i + 12] == b"blobs/sha256")
            place = first + int((len(data) - first - 1) * at)
            data[place] ^= value

            outcome = bring(Path(folder) / "here", bytes(data))

            assert len(outcome.lacking) <= 1
            assert whole(Path(folder) / "here") <= set(files.values())


def test_the_same_files_make_the_same_bytes_whatever_order_they_are_named_in(tmp_path: Path) -> None:
    first = bundle(Layout(tmp_path / "one"), FILES)
    second = bundle(Layout(tmp_path / "two"), dict(reversed(FILES.items())))

    assert first == second


def test_it_says_nothing_of_time_user_or_path(there: Layout) -> None:
    data = bundle(there, FILES)

    members = members_of(data)

    assert {(each.mtime, each.uid, each.gid, each.uname, each.gname) for each in members} == {(0, 0, 0, "", "")}
    assert str(there.home).encode() not in data


def test_tar_and_sha256sum_read_it(there: Layout, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(bundle(there, FILES))
    readme = (
        'tar -xf x.tar && (cd blobs/sha256 && for f in */*; do echo "${f#*/}  $f"; done | sha256sum -c --quiet) '
        "&& cat README.txt"
    )

    done = subprocess.run(["sh", "-c", readme], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert 'for f in */*; do echo "${f#*/}  $f"; done | sha256sum -c --quiet' in done.stdout


def test_a_file_repacked_by_gnu_tar_is_still_a_bundle(there: Layout, here: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(bundle(there, FILES))) as archive:
        parts = [(each.name, archive.extractfile(each).read()) for each in archive]  # type: ignore[union-attr]

    bring(here, tar(*parts)).require_all()

    assert whole(here) == set(FILES.values())


def test_files_over_eight_gigabytes_have_their_size_in_a_record() -> None:
    header = writing._header(blob_name("0" * 64), 9 << 30)

    assert b" size=9663676416\n" in header
    assert tarfile.TarInfo.frombuf(header[-512:], "utf-8", "strict").name == blob_name("0" * 64)


def test_a_size_in_a_record_is_read(here: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in [("hub.lock", lockfile.text_of(lock_of(FILES)).encode())] + [
            (blob_name(sha256(data)), data) for data in FILES.values()
        ]:
            info = tarfile.TarInfo(name)
            info.size, info.pax_headers = len(data), {"size": str(len(data)), "comment": "x"}
            archive.addfile(info, io.BytesIO(data))

    bring(here, out.getvalue()).require_all()

    assert whole(here) == set(FILES.values())


def test_what_is_there_is_passed_over_and_a_second_run_goes_on(there: Layout, here: Path) -> None:
    data = bundle(there, FILES)
    bring(here, data[: members_of(data)[-1].offset])
    before = {path: path.stat().st_ino for path in Layout(here).blobs.rglob("*") if path.is_file()}

    outcome = bring(here, data)

    outcome.require_all()
    assert before
    assert all(path.stat().st_ino == inode for path, inode in before.items())
    assert len(outcome.brought) == len(FILES) - len(before)


def test_what_is_there_is_not_even_read_where_one_can_seek(there: Layout, here: Path) -> None:
    class Counting(io.BytesIO):
        count = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            self.count += len(data)
            return data

    large = {"large": bytes(3 << 20), "small": b"s"}
    data = bundle(there, large)
    stored(Layout(here), [large["large"]])
    stream = Counting(data)

    bring(here, stream).require_all()

    assert stream.count < 1 << 20


def test_a_pipe_is_read_to_its_end_so_that_its_writer_is_content(there: Layout, here: Path) -> None:
    data = bundle(there, FILES)
    pipe = Pipe(data)

    bring(here, pipe).require_all()

    assert pipe.taken == len(data)


def test_a_part_is_imported_by_name(there: Layout, here: Path) -> None:
    stored(there, [b"one", b"two"])
    both = lockfile.Lockfile(
        entries=(
            *lock_of({"x": b"one"}).entries,
            *lock_of({"y": b"two"}, "registry/lab/dataset/words/2.0.0").entries,
        )
    )
    data = bundle(there, {"x": b"one", "y": b"two"}, both)

    bring(here, data, ["lab/words"]).require_all()

    assert whole(here) == {b"two"}
    assert list(refs.owners(Layout(here))) == ["registry/lab/dataset/words/2.0.0"]


@pytest.mark.parametrize("asked", ["words", "WORDS", "words@1.0.0"])
def test_a_name_may_be_spelled_as_people_do(there: Layout, here: Path, asked: str) -> None:
    bring(here, bundle(there, FILES), [asked]).require_all()

    assert whole(here) == set(FILES.values())


def test_a_name_that_is_not_in_it_is_told_with_those_that_are(there: Layout, here: Path) -> None:
    with pytest.raises(NotFound, match=r"expected words@1\.0\.0"):
        bring(here, bundle(there, FILES), ["words@2.0.0"])


def test_what_is_missing_of_a_cut_bundle_is_named(there: Layout, here: Path) -> None:
    data = bundle(there, FILES)

    with pytest.raises(IntegrityError, match=r"x\.tar is damaged or was cut: \d of 3 files are missing") as caught:
        bring(here, data[:-3000]).require_all()

    assert "of words@1.0.0" in str(caught.value.expected)


def test_a_damaged_blob_is_not_exported(there: Layout) -> None:
    stored(there, FILES.values())
    there.blob(sha256(FILES["a.txt"])).write_bytes(FILES["a.txt"][::-1])

    with pytest.raises(DigestMismatch, match="is not what its name says"):
        written(there, FILES)


def test_a_bundle_takes_its_name_when_it_is_whole(there: Layout, tmp_path: Path) -> None:
    target = tmp_path / "x.tar"
    target.write_bytes(b"the one before")

    def write_half() -> None:
        with writing.replaced(target, 10) as out:
            out.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()

    assert target.read_bytes() == b"the one before"
    assert list(tmp_path.iterdir()) == [target]


class TestHostile:
    """Whatever a bundle says, only blobs with the digests of its hub.lock come in, and nothing is written elsewhere."""

    @pytest.fixture(autouse=True)
    def _nothing_outside(self, tmp_path: Path, here: Path) -> Iterator[None]:
        yield
        written = {path for path in tmp_path.rglob("*") if path.is_file()}
        assert all(path.is_relative_to(here / "v1") or path.is_relative_to(tmp_path / "there") for path in written)

    @pytest.mark.parametrize(
        "name",
        [
            "../../escaped",
            "/escaped",
            "blobs/sha256/aa/../../../x",
            "blobs\\sha256",
            "\x1b[31mred",
            "\udcff",
            "a" * 90,
        ],
    )
    def test_other_names_are_left_out(self, here: Path, name: str) -> None:
        good = (blob_name(sha256(b"x")), b"x")

        outcome = bring(here, tar((name, b"evil"), good, lock=lock_of({"x": b"x"})))

        outcome.require_all()
        assert whole(here) == {b"x"}
        assert len(outcome.further) == 1

    @pytest.mark.parametrize(
        "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE]
    )
    def test_links_devices_and_folders_are_no_blobs(self, here: Path, kind: bytes) -> None:
        info = tarfile.TarInfo(blob_name(sha256(b"x")))
        info.type, info.linkname = kind, "/etc/passwd"

        outcome = bring(here, tar((info, b""), lock=lock_of({"x": b"x"})))

        assert set(outcome.lacking) == {sha256(b"x")}
        assert whole(here) == set()

    def test_wrong_bytes_are_not_kept(self, here: Path) -> None:
        outcome = bring(here, tar((blob_name(sha256(b"x")), b"y"), lock=lock_of({"x": b"x"})))

        assert whole(here) == set()
        with pytest.raises(IntegrityError, match="with other bytes"):
            outcome.require_all()

    def test_of_two_members_for_one_blob_the_good_one_counts(self, here: Path) -> None:
        name = blob_name(sha256(b"x"))

        bring(here, tar((name, b"y"), (name, b"x"), (name, b"z"), lock=lock_of({"x": b"x"}))).require_all()

        assert whole(here) == {b"x"}

    def test_a_size_that_is_not_the_one_of_hub_lock_is_not_read(self, here: Path) -> None:
        outcome = bring(here, tar((blob_name(sha256(b"x")), bytes(5 << 20)), lock=lock_of({"x": b"x"})))

        assert outcome.wrong == [f"{sha256(b'x')[:16]}... of 5242880 bytes in place of 1"]

    def test_a_size_beyond_all_disks_ends_the_bundle(self, here: Path) -> None:
        info = tarfile.TarInfo(blob_name(sha256(b"x")))
        info.size = 1 << 70
        data = tar(lock=lock_of({"x": b"x"})).rstrip(b"\0")
        data += bytes(-len(data) % 512) + info.tobuf(tarfile.GNU_FORMAT) + b"x"
        outcome = bring(here, data)

        assert set(outcome.lacking) == {sha256(b"x")}

    def test_a_blob_in_the_wrong_folder_is_none(self, here: Path) -> None:
        name = "blobs/sha256/00/" + sha256(b"x")

        assert bring(here, tar((name, b"x"), lock=lock_of({"x": b"x"}))).lacking

    def test_a_blob_that_hub_lock_does_not_name_stays_out(self, here: Path) -> None:
        good, further = (blob_name(sha256(b"x")), b"x"), (blob_name(sha256(b"more")), b"more")

        bring(here, tar(further, good, lock=lock_of({"x": b"x"})))

        assert whole(here) == {b"x"}

    def test_too_many_members_end_it(self, here: Path) -> None:
        head = tar(lock=lock_of({"x": b"x"})).rstrip(b"\0")
        one = tarfile.TarInfo("further").tobuf()

        with pytest.raises(UnsafeArchive, match="none of a bundle"):
            bring(here, head + bytes(-len(head) % 512) + one * (FURTHER_LIMIT + 1))

    def test_a_huge_hub_lock_is_not_read(self, here: Path) -> None:
        info = tarfile.TarInfo("hub.lock")
        info.size = LOCK_LIMIT + 1

        with pytest.raises(FormatError, match=f"one of {LOCK_LIMIT + 1}"):
            bring(here, info.tobuf())

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "version = 1\nentries = " + "[" * 100_000,
            "version = 1\n[[entries]]\nowner = '../../x/y'\nname = 'x'\nkind = 'dataset'",
            "version = 1\n[[entries]]\nowner = 'dataset/" + "x" * 300 + "/1'\nname = 'x'\nkind = 'dataset'",
            ENTRY + f"name='../x'\nsha256='{'0' * 64}'\nsize=1",
            ENTRY + f"name='x'\nsha256='{'0' * 64}'\nsize=-1",
            ENTRY + f"name='x'\nsha256='{'0' * 64}'\nsize={10**400}",
            "version = 2",
            "\0",
        ],
        ids=["empty", "deep", "outside", "long", "file outside", "negative", "endless", "newer", "zero"],
    )
    def test_a_hub_lock_that_is_none_is_told(self, here: Path, text: str) -> None:
        with pytest.raises(HubError):
            bring(here, tar(lock=text))

    def test_two_sizes_for_one_file_are_a_contradiction(self, here: Path) -> None:
        one, two = lock_of({"x": b"x"}).entries[0], lock_of({"x": b"x"}, "dataset/others/1.0.0").entries[0]
        text = lockfile.text_of(lockfile.Lockfile(entries=(one, two))).replace("size = 1", "size = 2", 1)

        with pytest.raises(CardError, match="elsewhere"):
            bring(here, tar(lock=text))

    @pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04" + bytes(600), bytes(1024), bytes(range(256)) * 4])
    def test_what_is_no_bundle_is_told(self, here: Path, data: bytes) -> None:
        with pytest.raises(FormatError, match="cannot be read as a bundle"):
            bring(here, data)

    @given(data=st.binary(max_size=4096))
    @settings(max_examples=100, deadline=None)
    def test_any_bytes_end_in_an_error_of_hub(self, data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder, pytest.raises(HubError):
            bring(Path(folder), data)
