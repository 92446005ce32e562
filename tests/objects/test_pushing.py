"""What a store has is sent to a bucket: once, checked by the server, and names last."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from faulty_objects import Faulty
from objects import as_user

from hub import cli
from hub.errors import HubError, IntegrityError, InvalidInput, SourceError
from hub.objects import push, writing
from hub.objects.pushing import Pushed
from hub.sources import s3
from hub.store import refs
from hub.store.refs import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from objects import S3
    from two_machines import World

    from hub.store.layout import Layout

TO = "s3://data/new"
DATA = b"published bytes" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
BLOB = f"new/v1/blobs/sha256/{SHA256[:2]}/{SHA256}"
OWNER = "dataset/cats/1.0.0"


def stored(layout: Layout, data: bytes = DATA, name: str = "cats.bin", owner: str = OWNER) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    path = layout.blob(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    refs.write(layout, owner, {name: Entry(sha256, len(data))})
    return sha256


def test_a_blob_and_its_name_arrive_as_they_lie_in_a_store(bucket: S3, layout: Layout) -> None:
    stored(layout)

    done = push(layout, TO, owners=[OWNER])

    assert done == Pushed(1, len(DATA), 0)
    assert bucket.get(BLOB) == DATA
    assert json.loads(bucket.get(f"new/v1/refs/{OWNER}"))["artifacts"]["cats.bin"]["sha256"] == SHA256


def test_what_is_there_is_not_sent_again(bucket: S3, layout: Layout) -> None:
    stored(layout)
    push(layout, TO, owners=[OWNER])
    written = bucket.client.head_object(Bucket="data", Key=BLOB)["LastModified"]

    assert push(layout, TO, owners=[OWNER]) == Pushed(0, 0, 1)
    assert bucket.client.head_object(Bucket="data", Key=BLOB)["LastModified"] == written


def test_what_arrived_in_part_is_sent_again(bucket: S3, layout: Layout) -> None:
    stored(layout)
    bucket.put(BLOB, DATA[:10])

    push(layout, TO, owners=[OWNER])

    assert bucket.get(BLOB) == DATA


def test_names_of_others_stay(bucket: S3, layout: Layout) -> None:
    theirs = {"artifacts": {"dogs.bin": {"sha256": 64 * "0", "size": 1, "md5": ""}}}
    bucket.put(f"new/v1/refs/{OWNER}", json.dumps(theirs).encode())
    stored(layout)

    push(layout, TO, owners=[OWNER])

    assert list(json.loads(bucket.get(f"new/v1/refs/{OWNER}"))["artifacts"]) == ["cats.bin", "dogs.bin"]


def test_a_name_that_somebody_writes_meanwhile_is_read_once_more(
    bucket: S3, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(layout)
    theirs = {"artifacts": {"dogs.bin": {"sha256": 64 * "0", "size": 1, "md5": ""}}}
    original = writing._S3.put
    others = iter([lambda: bucket.put(f"new/v1/refs/{OWNER}", json.dumps(theirs).encode())])

    def put(self: writing._S3, url: str, data: bytes, over: str | None) -> None:
        if over is not None:
            next(others, lambda: None)()
        original(self, url, data, over)

    monkeypatch.setattr(writing._S3, "put", put)
    push(layout, TO, owners=[OWNER])

    assert list(json.loads(bucket.get(f"new/v1/refs/{OWNER}"))["artifacts"]) == ["cats.bin", "dogs.bin"]


def test_a_large_file_goes_in_parts(bucket: S3, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PART", 5 << 20)  # the least that S3 takes
    data = bytes(range(256)) * (12 << 12)
    sha256 = stored(layout, data)

    push(layout, TO, owners=[OWNER])

    key = f"new/v1/blobs/sha256/{sha256[:2]}/{sha256}"
    assert bucket.get(key) == data
    assert bucket.client.head_object(Bucket="data", Key=key)["ETag"].endswith('-3"')


def test_nothing_is_seen_of_parts_that_do_not_all_arrive(
    bucket: S3, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PART", 5 << 20)
    stored(layout, bytes(12 << 20))
    original = s3.call

    def call(url: str, method: str, **wanted: object) -> object:
        if method == "upload_part" and wanted["PartNumber"] == 2:
            raise SourceError("it broke", url=url)
        return original(url, method, **wanted)

    monkeypatch.setattr(s3, "call", call)
    with pytest.raises(SourceError, match="it broke"):
        push(layout, TO, owners=[OWNER])

    assert not [key for key in bucket.names() if key.startswith("new/")]
    assert not bucket.client.list_multipart_uploads(Bucket="data").get("Uploads")


def test_a_blob_that_is_damaged_here_is_not_sent(bucket: S3, layout: Layout) -> None:
    stored(layout)
    layout.blob(SHA256).chmod(0o644)
    layout.blob(SHA256).write_bytes(DATA[::-1])

    with pytest.raises(IntegrityError, match="is damaged"):
        push(layout, TO, owners=[OWNER])

    assert not [key for key in bucket.names() if key.startswith("new/")]


def test_data_come_before_what_points_to_them(
    bucket: S3, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    layout = world.on_first()
    order: list[str] = []
    with Faulty(bucket.endpoint) as proxy, as_user(proxy.endpoint, monkeypatch, tmp_path):
        monkeypatch.setattr(proxy, "written", order.append)
        owners = ["dataset/eurosat/1.0.0"]
        push(layout, TO, owners=owners, fingerprints=[path.name for path in layout.prepared("").glob("*")])

    kinds = [path.split("/v1/")[1].split("/")[0] for path in order]
    assert kinds == sorted(kinds, key=["blobs", "prepared", "refs"].index)
    tables = [path for path in order if "/prepared/" in path]
    assert all(one == f"{other}.outline" for one, other in zip(tables[::2], tables[1::2], strict=True))


def test_prepared_data_that_are_not_here_are_told(bucket: S3, layout: Layout) -> None:
    with pytest.raises(HubError, match="no prepared data"):
        push(layout, TO, fingerprints=[64 * "0"])


def test_a_folder_is_a_place_too(layout: Layout, tmp_path: Path) -> None:
    stored(layout)

    push(layout, (tmp_path / "there").as_uri(), owners=[OWNER])

    assert (tmp_path / "there" / BLOB.removeprefix("new/")).read_bytes() == DATA
    assert refs.read(type(layout)(tmp_path / "there"), OWNER) == refs.read(layout, OWNER)


@pytest.mark.parametrize("to", ["https://example.org/a", "gs://bucket/a"])
def test_what_cannot_be_written_to_is_told(to: str, layout: Layout) -> None:
    stored(layout)

    with pytest.raises(InvalidInput, match="nothing is written"):
        writing.put(f"{to}/b", b"")


def test_the_command_sends_by_name(bucket: S3, world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.on_first()

    code = cli.run(["cache", "push", "mnist", "--to", TO, "--json"])

    assert code == 0
    assert json.loads(capfd.readouterr().out)["sent"] == 6
    sent = [key.removeprefix("new/v1/") for key in bucket.names() if key.startswith("new/")]
    assert {key.split("/")[0] for key in sent} == {"blobs", "prepared", "refs"}
    assert "refs/dataset/mnist/1.0.0" in sent


def test_the_command_refuses_another_place(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.on_first()

    assert cli.run(["cache", "push", "mnist", "--to", "somewhere"]) == 2
    assert "is no place to send to" in capfd.readouterr().err
