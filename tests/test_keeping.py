"""The store keeps to its limit before a transfer, says what it removed, and never removes what is used or locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from store_contents import aged, another_process, blob, digest_of, weights

from hub import fetch
from hub.cards import Artifact, Source
from hub.errors import CardError, InvalidInput, StoreError
from hub.fetch import stored
from hub.progress import Silent
from hub.settings import Settings, bytes_in, read
from hub.store import leases, pins, refs, usage

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

    from hub.fetch import Local
    from hub.store.layout import Layout

KB = 1000


class Notes(Silent):
    """Remembers what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        self.said.append(text)


def artifact(server: Server, name: str, size: int) -> Artifact:
    data = name.encode() * size
    return Artifact(name=name, size=size, sha256=server.add(name, data), sources=(Source(url=server.url("ok", name)),))


def fetched(layout: Layout, *artifacts: Artifact, limit: int | None, notes: Notes | None = None) -> dict[str, Local]:
    settings = Settings(layout.home, cache_limit=limit)
    return fetch.fetch("dataset/new/1.0.0", artifacts, settings=settings, progress=notes or Notes())


def lockfile(folder: Path, *digests: str) -> Path:
    """A hub.lock that names these digests."""
    artifacts = "".join(
        f'[[entries.artifacts]]\nname = "{number}"\nsha256 = "{digest}"\nsize = 1\n'
        for number, digest in enumerate(digests)
    )
    path = folder / "hub.lock"
    path.write_text(f'version = 1\n[[entries]]\nowner = "dataset/a/1.0.0"\nname = "a"\nkind = "dataset"\n{artifacts}')
    return path


def test_room_is_made_before_a_transfer_and_that_is_said(layout: Layout, server: Server) -> None:
    old, older = (blob(layout, bytes([days]) * KB, days) for days in (1, 2))
    notes = Notes()

    fetched(layout, artifact(server, "a", KB), limit=2 * KB, notes=notes)

    assert (old.exists(), older.exists()) == (True, False)
    assert notes.said == ["removed 1.0 kB that was unused the longest: the store may take 2.0 kB (HUB_CACHE_LIMIT)"]


def test_what_is_there_needs_no_room(layout: Layout, server: Server) -> None:
    wanted = artifact(server, "a", KB)
    fetched(layout, wanted, limit=None)
    other = blob(layout, b"b" * KB, days=3)

    fetched(layout, wanted, limit=1)

    assert other.exists()


def test_without_a_limit_nothing_is_removed(layout: Layout, server: Server) -> None:
    path = blob(layout, b"a" * KB, days=900)

    fetched(layout, artifact(server, "a", KB), limit=None)

    assert path.exists()


def test_an_artifact_that_is_larger_than_the_store_may_be_is_refused_before_its_first_byte(
    layout: Layout, server: Server
) -> None:
    path = blob(layout, b"a" * KB, days=900)

    with pytest.raises(StoreError, match="a is larger than the store may be") as caught:
        fetched(layout, artifact(server, "a", 2 * KB), limit=KB)

    assert (caught.value.exit_code, caught.value.expected, caught.value.found) == (6, "at most 1.0 kB", "2.0 kB")
    assert server.requests == []
    assert path.exists()


def test_what_is_held_stays_and_the_limit_that_cannot_be_kept_is_told(
    layout: Layout, server: Server, tmp_path: Path
) -> None:
    locked, used, free = (blob(layout, bytes([number]) * KB, days=3) for number in range(3))
    pins.register(layout, lockfile(tmp_path, locked.name))
    notes = Notes()

    with another_process(layout, used.name):
        fetched(layout, artifact(server, "a", KB), limit=2 * KB, notes=notes)

    assert (locked.exists(), used.exists(), free.exists()) == (True, True, False)
    assert notes.said[1].startswith("the store will be 1.0 kB over its limit of 2.0 kB: 1.0 kB ")
    assert "1.0 kB named by lockfiles" in notes.said[1]
    assert "1.0 kB used by processes that run" in notes.said[1]


def test_artifacts_of_one_fetch_do_not_push_each_other_out(layout: Layout, server: Server) -> None:
    wanted = [artifact(server, name, KB) for name in "abc"]

    found = fetched(layout, *wanted, limit=2 * KB)

    assert all(local.path.exists() for local in found.values())


def test_what_is_fetched_is_held_by_this_process_and_counts_as_used(layout: Layout, server: Server) -> None:
    wanted = artifact(server, "a", KB)
    path = fetched(layout, wanted, limit=None)["a"].path
    assert path.name in leases.held(layout)

    aged(path, days=5)
    fetched(layout, wanted, limit=None)

    assert usage.last(path.stat()) > path.stat().st_mtime


def test_a_file_that_came_under_another_name_is_recorded_for_this_one_too(layout: Layout, server: Server) -> None:
    wanted = artifact(server, "a", KB)
    fetched(layout, wanted, limit=None)

    fetch.fetch("dataset/other/1.0.0", [wanted], settings=Settings(layout.home), progress=Silent())

    assert set(refs.owners(layout)) == {"dataset/new/1.0.0", "dataset/other/1.0.0"}


@pytest.mark.parametrize(
    ("text", "size"),
    [("50GB", 50 * 10**9), ("10GiB", 10 * 2**30), ("1.5 tb", 1_500_000_000_000), ("4096", 4096), ("100k", 100_000)],
)
def test_sizes_are_understood_as_people_write_them(text: str, size: int) -> None:
    assert bytes_in(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-5GB", "5 apples", "1e9", "0x10", "5GBB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no size"):
        bytes_in(text)


def test_the_limit_comes_from_the_environment_or_hub_toml(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('cache_limit = "20GB"\n')

    assert read({}, tmp_path).cache_limit == 20 * 10**9
    assert read({"HUB_CACHE_LIMIT": "1GB"}, tmp_path).cache_limit == 10**9
    assert read({"HUB_CACHE_LIMIT": "off"}, tmp_path).cache_limit is None


def test_a_limit_that_is_no_size_names_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="HUB_CACHE_LIMIT is no size"):
        read({"HUB_CACHE_LIMIT": "much"}, tmp_path)

    (tmp_path / "hub.toml").write_text('cache_limit = "much"\n')
    with pytest.raises(CardError, match="cache_limit"):
        read({}, tmp_path)


class TestNames:
    @pytest.mark.parametrize("name", ["mnist", "MNIST", "mnist@1.0.0", "dataset/mnist/1.0.0"])
    def test_lead_to_what_is_stored(self, layout: Layout, name: str) -> None:
        blob(layout, b"a", owner="dataset/mnist/1.0.0")

        assert stored.owners_of(layout, name) == ["dataset/mnist/1.0.0"]

    def test_without_a_version_mean_all(self, layout: Layout) -> None:
        for tag in ("V1", "V2"):
            blob(layout, tag.encode(), owner=f"model/resnet18/{tag}")

        assert len(stored.owners_of(layout, "resnet18")) == 2
        assert len(stored.owners_of(layout, "resnet18@V1")) == 1

    def test_of_an_address_lead_to_it(self, layout: Layout, server: Server) -> None:
        server.add("a.bin", b"a")
        url = server.url("ok", "a.bin")
        fetch.download(url, progress=False)

        (owner,) = stored.owners_of(layout, url)

        assert owner.endswith("/a.bin")


def test_what_was_made_of_files_is_told_beside_them(layout: Layout) -> None:
    path = blob(layout, b"a" * KB, days=3, owner="dataset/a/1.0.0")
    weights(layout, "w", b"w" * 2 * KB, days=2, of=[path.name])
    from hub.fetch.keeping import digests
    from hub.store import standing

    (each,) = stored.every(layout, standing.look(layout, digests, path.stat().st_mtime + 1e6))

    assert (each.size, each.made, each.files) == (KB, 2 * KB, 1)
    assert each.used > path.stat().st_mtime + 80_000


def test_a_digest_of_a_lockfile_is_read_as_it_stands_there(layout: Layout, tmp_path: Path) -> None:
    from hub.fetch.keeping import digests

    assert list(digests(lockfile(tmp_path, digest_of(b"a"), digest_of(b"b")))) == [digest_of(b"a"), digest_of(b"b")]
