"""Several publishers at once, and readers meanwhile: nobody's entry is lost, and nobody sees half of anything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from hub.publish.folder import Folder
from hub.publish.places import INDEX
from publishing.drafts import await_end, go, in_folder, named, publisher, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from publishing.buckets import Counted

EACH = 6
"""Cards of each of two publishers."""


def published(to: str, folder: Path, read: Callable[[], set[str]]) -> list[int]:
    """Let two processes publish a card after the other, and return how many were listed whenever a reader looked."""
    cards = [[write(folder, f"{who}{number}") for number in range(EACH)] for who in ("a", "b")]
    processes = [publisher(to, each) for each in cards]
    go(processes)
    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(await_end, each) for each in processes]
        seen = []
        while not all(each.done() for each in ends):
            seen.append(len(read()))
        assert [each.result() for each in ends] == [0, 0]
    return [*seen, len(read())]


@pytest.mark.slow
def test_two_publishers_into_a_folder_lose_nothing_and_a_reader_sees_whole_states(tmp_path: Path, home: Path) -> None:
    place = tmp_path / "lab"

    counts = published(
        str(place), tmp_path / "work", lambda: set(in_folder(place)) if (place / INDEX).exists() else set()
    )

    assert counts == sorted(counts)
    assert counts[-1] == 2 * EACH


@pytest.mark.slow
def test_two_publishers_into_a_bucket_lose_nothing(bucket: Counted, tmp_path: Path, home: Path) -> None:
    def read() -> set[str]:
        try:
            return set(named(lambda path: bucket.read(f"lab/registry/v1/{path}")))
        except bucket.client.exceptions.NoSuchKey:
            return set()

    counts = published("s3://data/lab", tmp_path / "work", read)

    assert counts == sorted(counts)
    assert counts[-1] == 2 * EACH


def test_a_state_that_was_overtaken_is_not_put(tmp_path: Path) -> None:
    place = Folder(tmp_path / "lab")
    before = place.state()

    first, second = place.switch(before, b"one"), place.switch(before, b"two")

    assert (first, second, place.read(INDEX)) == (True, False, b"one")


def test_where_locks_do_nothing_the_latest_state_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Folder(tmp_path / "lab")
    monkeypatch.setattr("filelock.FileLock.acquire", _refuses)

    for number in range(3):
        assert place.switch(place.state(), f"state {number}".encode())

    assert (place.read(INDEX), place.state().mark) == (b"state 2", "3")


def _refuses(*_: object, **__: object) -> None:
    raise NotImplementedError("no locks here")
