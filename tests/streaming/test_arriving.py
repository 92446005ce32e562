"""Samples come while their files arrive; what arrives is published as ever, or nothing of it is."""

from __future__ import annotations

import multiprocessing
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from readers.packing import write_zip
from stream_world import (
    CSV,
    DIGIT_FIELDS,
    DIGITS,
    IMAGE,
    LABEL,
    PHOTOS,
    TEXT_FIELDS,
    digits,
    packed,
    photos,
    rows_of_csv,
    tar_of,
)

from hub import settings
from hub.errors import DigestMismatch, FormatError, OfflineError, TransferError, WrongType
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server
    from stream_world import World

ROWS = 40_000


@pytest.fixture
def large(world: World, server: Server) -> World:
    """A table of 4.5 MB, at 1.5 MB/s for each connection."""
    data = rows_of_csv(ROWS, words=20)
    world.add("large", "delimited", TEXT_FIELDS, {"a.csv": data}, samples=ROWS, options=CSV | {"file": "large-a.csv"})
    server.throttle = 1.5e6
    return world


def test_the_first_sample_comes_long_before_the_last_byte(large: World, server: Server) -> None:
    server.throttle = 4e5
    samples = iter(large.stream("large"))

    first = next(samples)

    assert first.text.startswith("text 0 ")
    assert server.sent < len(server.files["large-a.csv"]) / 2
    samples.close()  # type: ignore[attr-defined]  # a generator


def test_photos_of_a_tar_come_as_they_arrive(world: World, server: Server) -> None:
    tar = tar_of(photos(300, size=60))
    world.add("album", "class_folders", [IMAGE, LABEL], {"0.tar": tar}, samples=300, options=PHOTOS)
    server.throttle = 4e5
    samples = iter(world.stream("album"))

    next(samples)

    assert server.sent < len(tar) / 1.5
    samples.close()  # type: ignore[attr-defined]  # a generator


def test_what_a_source_packs_is_unpacked_as_it_arrives(world: World, server: Server) -> None:
    name = world.add("packed", "idx", DIGIT_FIELDS, digits(), samples=700, **DIGITS)
    for artifact in world.tables[name]["artifacts"]:
        data = packed(server.files[artifact["name"]])
        known = {"size": len(data), "sha256": server.add(f"{artifact['name']}.gz", data)}
        artifact["sources"] = [{"url": server.url("ok", f"{artifact['name']}.gz"), "unwrap": "gz", **known}]

    found = [sample.label for sample in world.stream(name)]

    assert found == [sample.label for sample in world.load(name)]


def test_a_zip_is_waited_for_and_nothing_else(world: World, tmp_path: Path) -> None:
    zipped = write_zip(tmp_path / "0.zip", photos(20)).read_bytes()
    files = {"0.zip": zipped, "1.tar": tar_of(photos(20, 20))}
    world.add("mixed", "class_folders", [IMAGE, LABEL], files, samples=40, options=PHOTOS)

    found = [sample.label for sample in world.stream("mixed")]

    assert found == [sample.label for sample in world.load("mixed")]


def test_after_a_pass_the_files_are_in_the_store(world: World, server: Server) -> None:
    list(world.stream("news"))
    asked = len(server.requests)

    assert len(world.load("news")) == 500
    assert len(server.requests) == asked


@pytest.mark.slow
def test_a_loop_that_is_left_leaves_what_has_arrived(large: World, server: Server, home: Any) -> None:
    samples = iter(large.stream("large"))
    next(samples)

    samples.close()  # type: ignore[attr-defined]  # a generator

    layout = Layout(settings.current().home)
    until(lambda: any(layout.partials.glob("*.free.*")))
    assert not list(layout.blobs.glob("*/*/*"))
    server.throttle = 0
    assert sum(1 for _ in large.stream("large")) == ROWS
    assert any(request.range_start for request in server.requests)


def until(true: Any) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_wrong_bytes_are_told_at_the_end(world: World) -> None:
    world.tables["news"]["artifacts"][0]["sha256"] = "0" * 64
    samples = iter(world.stream("news"))
    found: list[object] = []

    with pytest.raises(DigestMismatch):
        found.extend(samples)

    assert not list(Layout(settings.current().home).blobs.glob("*/*/*"))


def test_what_is_no_table_is_told_as_the_wrong_file(world: World, server: Server) -> None:
    server.files["news-a.csv"] = bytes(len(server.files["news-a.csv"]))

    with pytest.raises(DigestMismatch):
        list(world.stream("news"))


@pytest.mark.slow
def test_what_nobody_serves_is_told(world: World, server: Server) -> None:
    del server.files["news-a.csv"]

    with pytest.raises(TransferError):
        list(world.stream("news"))


def test_without_a_network_it_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")

    with pytest.raises(OfflineError):
        list(world.stream("news"))


def test_wrong_numbers_of_rows_are_told(world: World) -> None:
    world.tables["news"]["splits"]["train"]["samples"] = 501

    with pytest.raises(FormatError, match="501"):
        list(world.stream("news"))


def test_the_first_few_do_not_wait_for_the_rest(large: World, server: Server) -> None:
    assert len(list(large.stream("large").take(5))) == 5
    assert server.sent < len(server.files["large-a.csv"]) / 1.5


def count(world: World, results: Any) -> None:
    results.put(sum(1 for _ in world.stream("large")))


@pytest.mark.slow
def test_processes_of_one_store_share_one_transfer(large: World, server: Server) -> None:
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    children = [context.Process(target=count, args=(large, results)) for _ in range(3)]

    for child in children:
        child.start()
    found = [results.get(timeout=30) for _ in children]
    for child in children:
        child.join()

    assert found == [ROWS] * 3
    assert server.sent < 1.2 * len(server.files["large-a.csv"])


@pytest.mark.slow
def test_who_follows_goes_on_when_the_one_that_fetches_is_killed(large: World, server: Server) -> None:
    context = multiprocessing.get_context("fork")
    fetching = context.Process(target=count, args=(large, context.Queue()))
    fetching.start()
    until(lambda: server.sent)
    following: list[int] = []
    thread = threading.Thread(target=lambda: following.append(sum(1 for _ in large.stream("large"))))
    thread.start()
    until(lambda: server.sent > 1.5e6)

    fetching.kill()
    fetching.join()
    thread.join(30)

    assert following == [ROWS]


@pytest.mark.slow
def test_a_source_that_breaks_off_is_gone_on_with(world: World, server: Server) -> None:
    world.fault = "truncate-once"
    data = rows_of_csv(ROWS)
    world.add("broken", "delimited", TEXT_FIELDS, {"a.csv": data}, samples=ROWS, options=CSV | {"file": "broken-a.csv"})

    assert sum(1 for _ in world.stream("broken")) == ROWS


@pytest.mark.slow
def test_bytes_of_another_file_are_told_though_the_next_source_delivers(
    world: World, server: Server, mirror: Server
) -> None:
    data = rows_of_csv(ROWS, words=20)
    other = data.replace(b"word", b"weird")[: len(data)]
    name = world.add(
        "two", "delimited", TEXT_FIELDS, {"a.csv": data}, samples=ROWS, options=CSV | {"file": "two-a.csv"}
    )
    mirror.add("other.csv", other)
    world.tables[name]["artifacts"][0]["sources"].insert(0, {"url": mirror.url("truncate", "other.csv")})
    mirror.throttle = 3e6

    with pytest.raises(DigestMismatch, match="not the published ones"):
        list(world.stream(name))

    assert sum(1 for _ in world.stream(name)) == ROWS


def test_it_cannot_be_indexed(world: World) -> None:
    with pytest.raises(WrongType, match=r"skip\(5\)\.take\(1\)"):
        world.stream("news")[5]


def test_slices_and_sums_of_splits_are_those_of_the_map_style_dataset(world: World) -> None:
    for split in ("train[10:20]", "train[:10%]+train[-5:]"):
        assert list(world.stream("news", split)) == list(world.load("news", split))
        assert list(world.stream("news", split)) == list(world.load("news", split))


def test_a_slice_of_photos_is_that_of_the_map_style_dataset(world: World) -> None:
    found = [sample.label for sample in world.stream("pets", "train[:30]")]

    assert found == [sample.label for sample in world.load("pets", "train[:30]")]
