"""Objects are read by ranges from a server that speaks S3's protocol, and from a proxy before it that fails."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from faulty_objects import Faulty
from objects import as_user

from hub.errors import BadStatus, InvalidInput, OfflineError, Unreachable
from hub.objects import ObjectFile, ObjectPath, opened
from hub.objects.blocks import SIZE
from hub.objects.doors import Replaced
from hub.objects.gathering import AHEAD, LONGEST
from hub.store import garbage, removing, standing, usage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from objects import S3
    from server import Server

    from hub.store.layout import Layout

DATA = np.random.default_rng(0).bytes(12 * SIZE + 12345)
URL = "s3://data/a/b.bin"


@pytest.fixture
def there(bucket: S3, home: Path) -> S3:
    bucket.put("a/b.bin", DATA)
    return bucket


@pytest.fixture
def faulty(there: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Faulty]:
    with Faulty(there.endpoint) as proxy, as_user(proxy.endpoint, monkeypatch, tmp_path):
        yield proxy


def impatient() -> ObjectFile:
    """Open the object without pauses between tries."""
    return ObjectFile(URL, pause=lambda _: None)


def test_any_part_is_read_as_from_a_file(there: S3) -> None:
    file, same = opened(URL), io.BytesIO(DATA)
    chance = np.random.default_rng(1)

    for _ in range(30):
        offset, size = int(chance.integers(len(DATA) + 100)), int(chance.choice([0, 1, 1000, SIZE, 3 * SIZE]))
        assert file.seek(offset) == same.seek(offset)
        assert file.read(size) == same.read(size)
        assert file.tell() == offset + min(size, max(0, len(DATA) - offset))
    assert file.seek(-10, os.SEEK_END) == len(DATA) - 10
    assert file.read() == DATA[-10:]
    with pytest.raises(InvalidInput):
        file.seek(-1)


def test_several_parts_come_at_once_and_neighbours_with_one_request(faulty: Faulty) -> None:
    file = impatient()

    found = file.spans([(10 * SIZE, 5), (0, 5), (SIZE + 1, 2 * SIZE), (10 * SIZE + 9, 4)])

    assert [bytes(each) for each in found] == [
        DATA[10 * SIZE :][:5],
        DATA[:5],
        DATA[SIZE + 1 :][: 2 * SIZE],
        DATA[10 * SIZE + 9 :][:4],
    ]
    assert sorted(faulty.ranges) == sorted([f"bytes=0-{4 * SIZE - 1}", f"bytes={10 * SIZE}-{11 * SIZE - 1}"])


def test_who_reads_on_is_given_more_and_more_beforehand(faulty: Faulty) -> None:
    file = impatient()

    found = b"".join(iter(lambda: file.read(100_000), b""))

    assert found == DATA
    assert file.transferred == len(DATA)
    assert len(faulty.ranges) <= 8


def test_who_jumps_about_is_given_nothing_beforehand(faulty: Faulty) -> None:
    file = impatient()

    for number in (9, 2, 7, 4):
        file.pread(10, number * SIZE)

    assert file.transferred == 4 * SIZE


def test_what_is_asked_for_ahead_is_there_when_it_is_read(faulty: Faulty) -> None:
    file = impatient()

    file.ahead([(3 * SIZE, 10), (8 * SIZE, 10)])
    assert file.pread(10, 8 * SIZE) == DATA[8 * SIZE :][:10]
    assert file.pread(10, 3 * SIZE) == DATA[3 * SIZE :][:10]

    assert len(faulty.ranges) == 2
    assert LONGEST <= AHEAD


def test_another_process_reads_what_this_one_has_left(faulty: Faulty) -> None:
    impatient().readall()
    before = len(faulty.ranges)

    again = impatient()

    assert again.readall() == DATA
    assert (again.transferred, len(faulty.ranges)) == (0, before)


@pytest.mark.parametrize("fault", ["busy", "truncated", "short"])
def test_a_request_that_fails_is_made_again(fault: str, faulty: Faulty) -> None:
    file = impatient()
    faulty.faults.extend([fault, fault])

    assert file.readall() == DATA
    assert not faulty.faults


def test_a_server_that_stays_busy_is_told(faulty: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    from s3fs import S3FileSystem

    monkeypatch.setattr(S3FileSystem, "retries", 1)
    file = impatient()
    faulty.faults.extend(["busy"] * 100)

    with pytest.raises(BadStatus, match="503"):
        file.pread(10, 0)


def test_an_object_that_is_replaced_is_an_error_and_never_a_mixture(faulty: Faulty, there: S3) -> None:
    file = impatient()
    assert file.pread(SIZE, 0) == DATA[:SIZE]
    faulty.faults.append(lambda: there.put("a/b.bin", DATA[::-1]))

    with pytest.raises(Replaced, match="was replaced"):
        file.pread(10, 5 * SIZE)

    assert file.pread(10, 0) == DATA[:10]  # which was read while it was there
    assert impatient().pread(SIZE, 0) == DATA[::-1][:SIZE]


def test_an_object_that_is_removed_is_an_error_too(there: S3) -> None:
    file = opened(URL)
    there.client.delete_object(Bucket="data", Key="a/b.bin")

    with pytest.raises(Replaced):
        file.pread(10, 0)


def test_an_open_path_finds_the_new_object_after_the_error(there: S3, home: Path) -> None:
    path = ObjectPath(URL, home)
    assert path.pread(4, 0) == DATA[:4]
    there.put("a/b.bin", DATA[::-1])

    with pytest.raises(Replaced):
        path.pread(4, 5 * SIZE)

    assert path.pread(4, 0) == DATA[::-1][:4]


def test_a_server_that_is_not_there_is_told(there: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    file = impatient()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(Unreachable, match="cannot be read"):
        file.pread(10, 0)


def test_nothing_is_read_offline(there: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")

    with pytest.raises(OfflineError):
        opened(URL)


def test_a_pickled_file_is_the_same_object_or_none(there: S3) -> None:
    data = pickle.dumps(opened(URL))

    assert pickle.loads(data).pread(10, 5) == DATA[5:15]  # noqa: S301  our own

    there.put("a/b.bin", DATA[::-1])
    with pytest.raises(Replaced):
        pickle.loads(data).pread(10, 7 * SIZE)  # noqa: S301  our own


def test_a_block_that_was_damaged_on_disk_comes_anew(there: S3, layout: Layout) -> None:
    opened(URL).readall()
    for path in layout.blocks.rglob("3"):
        data = bytearray(path.read_bytes())
        data[77] ^= 1
        path.write_bytes(data)
    for path in layout.blocks.rglob("4"):
        path.write_bytes(b"")

    file = opened(URL)

    assert file.readall() == DATA
    assert file.transferred == 2 * SIZE


def test_a_store_that_cannot_be_written_is_read_past(there: S3, layout: Layout) -> None:
    layout.root.mkdir(parents=True)
    layout.blocks.write_text("in the way")

    file = opened(URL)

    assert file.readall() == DATA
    assert file.pread(10, 0) == DATA[:10]


def test_blocks_are_counted_and_collected(there: S3, layout: Layout) -> None:
    opened(URL).readall()

    assert usage.sizes(layout)["blocks"] >= len(DATA)
    plan = garbage.plan(standing.look(layout, lambda _: (), 0.0), 4 * SIZE)
    removing.apply(plan, layout, held=lambda _: ())

    assert usage.sizes(layout)["blocks"] < 4 * SIZE
    assert opened(URL).readall() == DATA


def test_reading_keeps_the_store_within_its_limit(there: S3, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CACHE_LIMIT", "2MiB")
    monkeypatch.setattr("hub.objects.blocks.LOOKED_EVERY", 2)

    assert opened(URL).readall() == DATA

    assert sum(usage.sizes(layout).values()) <= 10 * SIZE


READER = """
import sys, random
from hub.objects import opened
file, chance = opened(sys.argv[1]), random.Random(int(sys.argv[2]))
import hashlib
whole = hashlib.sha256(file.readall()).hexdigest()
for _ in range(20):
    file.seek(chance.randrange(file.size)); file.read(1000)
print(whole)
"""


@pytest.mark.slow
def test_several_processes_read_into_one_store(there: S3) -> None:
    import hashlib

    running = [
        subprocess.Popen([sys.executable, "-c", READER, URL, str(number)], stdout=subprocess.PIPE, text=True)
        for number in range(3)
    ]

    said = {process.communicate(timeout=120)[0].strip() for process in running}

    assert said == {hashlib.sha256(DATA).hexdigest()}


def test_other_addresses_go_through_the_same_door(server: Server, home: Path, tmp_path: Path) -> None:
    import fsspec

    server.files["c.bin"] = DATA
    (tmp_path / "c.bin").write_bytes(DATA)
    fsspec.filesystem("memory").pipe_file("/lab/c.bin", DATA)

    for url in (server.url("ok", "c.bin"), (tmp_path / "c.bin").as_uri(), "memory://lab/c.bin"):
        file = opened(url)
        assert file.size == len(DATA)
        assert file.pread(SIZE, 5 * SIZE - 3) == DATA[5 * SIZE - 3 :][:SIZE]
        assert file.readall() == DATA


def test_an_object_elsewhere_that_is_replaced_is_an_error_too(home: Path) -> None:
    import fsspec

    files = fsspec.filesystem("memory")
    files.pipe_file("/lab/d.bin", DATA)
    file = opened("memory://lab/d.bin")
    files.pipe_file("/lab/d.bin", DATA[::-1])

    with pytest.raises(Replaced):
        file.pread(10, 0)


@pytest.mark.parametrize("url", ["nowhere://a/b", "a/b", "s3://data"])
def test_what_is_no_address_is_told(url: str, home: Path) -> None:
    with pytest.raises(InvalidInput):
        opened(url)
