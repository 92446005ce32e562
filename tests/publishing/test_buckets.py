"""Publishing into a bucket: what is asked of the server, what happens where it knows no conditions, who may read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

import hub
from hub import cli
from hub.errors import InvalidInput, MissingFile
from hub.publish import places
from hub.publish.bucket import Bucket
from hub.publish.places import INDEX, State
from hub.publish.publishing import Outcome, publish
from publishing.buckets import Counted
from publishing.conftest import speak_to
from publishing.drafts import named, write
from publishing.guarded import Guarded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytest.importorskip("s3fs")
pytest.importorskip("moto")

TO = "s3://data/lab"


def publish_all(folder: Path, names: Sequence[str]) -> Outcome:
    cards = [write(folder, name) for name in names]
    return publish([card.with_suffix(".txt") for card in cards], cards, TO)


def listed(bucket: Counted) -> set[str]:
    return set(named(lambda path: bucket.read(f"lab/registry/v1/{path}")))


def test_publishing_twice_uploads_once(bucket: Counted, tmp_path: Path) -> None:
    names = [f"set{number}" for number in range(20)]
    publish_all(tmp_path, names)
    first = bucket.keys("PUT")
    bucket.requests.clear()

    again = publish_all(tmp_path, names)

    files = [key for key in first if "/files/" in key]
    assert (len(files), len(set(files)), len(set(first))) == (20, 20, len(first) - 1)  # what conditions are tried with
    assert (bucket.keys("PUT"), again.changed) == ([], False)
    assert listed(bucket) == set(names)


def test_the_index_is_put_last_and_under_a_condition(bucket: Counted, tmp_path: Path) -> None:
    publish_all(tmp_path, ["cats"])

    assert bucket.keys("PUT")[-1] == f"lab/{INDEX}"
    assert bucket.client.head_object(Bucket="data", Key=f"lab/{INDEX}")["CacheControl"] == "no-cache"


def test_an_index_that_somebody_else_has_put_meanwhile_is_left_alone(bucket: Counted, tmp_path: Path) -> None:
    publish_all(tmp_path, ["cats"])
    place = places.find(TO, pytest.fail)
    before = place.state()
    publish_all(tmp_path, ["dogs"])

    assert not place.switch(before, b"mine")
    assert not place.switch(State(), b"mine")
    assert listed(bucket) == {"cats", "dogs"}


def test_a_server_without_conditions_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    slept: list[float] = []
    with Counted(unconditional=True) as server:
        speak_to(server, monkeypatch)
        place = Bucket("data", "lab/", said.append, slept.append)
        first = place.switch(State(), b"one")
        second = place.switch(State(), b"two")

        assert (first, second, server.read(f"lab/{INDEX}")) == (True, False, b"one")
    assert len(slept) == 1
    assert "do not let two machines publish" in said[0]


@pytest.mark.slow
def test_large_files_come_in_parts_and_only_if_they_are_what_was_hashed(bucket: Counted, tmp_path: Path) -> None:
    place, path = places.find(TO, pytest.fail), tmp_path / "large"
    path.write_bytes(bytes(40 << 20))

    with pytest.raises(hub.HubError, match="was changed while it was published"):
        place.put_file("large", path, "0" * 64, lambda _: None)

    assert not place.holds("large", 40 << 20)


@pytest.mark.slow
def test_a_bucket_that_is_not_there_is_told(bucket: Counted, tmp_path: Path) -> None:
    card = write(tmp_path, "cats")

    with pytest.raises(MissingFile, match="no bucket 'others'"):
        publish([card.with_suffix(".txt")], [card], "s3://others/lab")
    with pytest.raises(InvalidInput, match="no place in a bucket"):
        publish([card.with_suffix(".txt")], [card], "s3://")


@pytest.mark.slow
def test_a_public_bucket_is_a_registry_over_http(bucket: Counted, tmp_path: Path, home: Path) -> None:
    publish_all(tmp_path, ["cats"])
    bucket.open_to_all()

    assert cli.run(["registry", "add", "lab", f"{bucket.endpoint}/data/lab/"]) == 0
    assert hub.load_dataset("lab/cats", split="all")[0].text == "a line about cats"


def test_a_bucket_is_a_registry_by_its_own_address(bucket: Counted, tmp_path: Path, home: Path) -> None:
    publish_all(tmp_path, ["cats"])

    assert cli.run(["registry", "add", "lab", TO]) == 0
    assert hub.load_dataset("lab/cats", split="all")[0].text == "a line about cats"


@pytest.mark.slow
def test_a_source_may_be_an_address_that_was_signed(bucket: Counted, tmp_path: Path, home: Path) -> None:
    bucket.put("private/cats.txt", b"a line about cats\n")
    asked = {"Bucket": "data", "Key": "private/cats.txt"}
    address = bucket.client.generate_presigned_url("get_object", Params=asked, ExpiresIn=60)
    card = write(tmp_path, "cats")
    sha256 = hashlib.sha256(b"a line about cats\n").hexdigest()
    stated = f'size = 18\nsha256 = "{sha256}"\nsources = [{{ url = "{address}" }}]\n'
    card.write_text(card.read_text("utf-8") + stated, "utf-8")

    publish([], [card], tmp_path / "lab")
    cli.run(["registry", "add", "lab", str(tmp_path / "lab")])

    assert hub.load_dataset("lab/cats", split="all")[0].text == "a line about cats"


@pytest.mark.parametrize(
    "token", [pytest.param("kept-quiet", id="header"), pytest.param("?sig=kept-quiet&v=1", id="signed")]
)
def test_a_host_that_wants_to_know_who_asks_is_shown_a_token(
    token: str, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = write(tmp_path, "cats")
    publish([card.with_suffix(".txt")], [card], tmp_path / "lab")

    with Guarded(folder=tmp_path / "lab", token=token) as web:
        refused = cli.run(["registry", "add", "lab", web.address])
        monkeypatch.setenv("HUB_TOKENS", f"{web.host}={token}")
        cli.run(["registry", "add", "lab", web.address])
        found = hub.load_dataset("lab/cats", split="all")

    assert (refused, found[0].text) == (4, "a line about cats")
    assert not any("kept-quiet" in path.read_text("utf-8", "replace") for path in home.rglob("*") if path.is_file())
