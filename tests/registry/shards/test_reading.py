"""An index in shards is fetched in part, kept, and not believed any further than its digests go."""

from __future__ import annotations

import gzip
import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from unittest import mock

import msgspec
import pytest
from sharded import Memory, many, stated
from web_folder import WebFolder

import hub
from hub import cli, registry
from hub.errors import CardError, HubError, NotFound, OfflineError
from hub.registry.shards import forms, postings, publishing
from hub.registry.shards.publishing import update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("in_shards", "home")

CARDS = [
    *many(2000),
    stated("tigers", also=["big-cats"], zh="老虎"),
    stated("nets", "model", networks=["net18", "net50"]),
]


@pytest.fixture(scope="module")
def published() -> tuple[bytes, Memory]:
    place = Memory()
    with mock.patch.object(publishing, "SMALL", 0):
        return update(None, place, CARDS), place


@pytest.fixture
def web(published: tuple[bytes, Memory], tmp_path: Path) -> Iterator[WebFolder]:
    index, place = published
    place.put(index, tmp_path / "web")
    with WebFolder(folder=tmp_path / "web") as running:
        yield running


@pytest.fixture
def lab(web: WebFolder, home: Path) -> WebFolder:
    assert cli.run(["registry", "add", "lab", web.address]) == 0
    web.requests.clear()
    return web


def sent(web: WebFolder) -> int:
    return sum((web.folder / path).stat().st_size for path in web.paths())


def test_a_name_costs_a_small_part_of_the_index(lab: WebFolder) -> None:
    whole = sum(path.stat().st_size for path in lab.folder.rglob("*.gz"))

    assert registry.find_dataset("lab/Big-Cats").id == "lab/tigers"

    assert sent(lab) < whole / 4


def test_what_was_asked_once_needs_no_network(lab: WebFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    found = hub.search("老虎", registry="lab")
    lab.requests.clear()
    monkeypatch.setenv("HUB_OFFLINE", "1")

    assert [hit.id for hit in hub.search("老虎", registry="lab")] == [hit.id for hit in found] == ["lab/tigers"]
    with pytest.raises(OfflineError, match="hub registry fetch lab"):
        hub.list(registry="lab", limit=2000)
    assert lab.requests == []


def test_the_whole_index_can_be_fetched_for_later(lab: WebFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.run(["registry", "fetch", "lab"]) == 0
    monkeypatch.setenv("HUB_OFFLINE", "1")

    assert len(hub.list(registry="lab", limit=3000)) == 2003
    assert [hit.id for hit in hub.search("net", kind="model", registry="lab")] == ["lab/net18", "lab/net50"]


def test_a_list_is_shown_in_part_and_says_how_much_more_there_is(
    lab: WebFolder, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert cli.run(["list", "datasets", "--registry", "lab", "--limit", "3"]) == 0

    printed = capfd.readouterr()
    assert printed.out.splitlines()[0].split()[0] == "lab/cats-00000"
    assert len(printed.out.splitlines()) == 3
    assert "1,998 more" in printed.err
    assert len(hub.list(registry="lab")) == 100
    assert "100 of 2003" in caplog.text


def test_a_list_is_filtered_where_it_is(lab: WebFolder) -> None:
    assert hub.search("cats", registry="lab", limit=5).total == 2003
    assert hub.list("model", registry="lab", task="image classification") == ["lab/net18", "lab/net50"]
    assert cli.run(["list", "--registry", "lab", "--task", "nothing"]) == NotFound.exit_code


@pytest.mark.parametrize(("wrong", "meant"), [("tigerz", "tigers"), ("tigres", "tigers"), ("higers", "tigers")])
def test_a_misspelt_name_says_what_was_meant(wrong: str, meant: str, lab: WebFolder) -> None:
    with pytest.raises(NotFound, match=f"did you mean lab/{meant}"):
        hub.info(f"lab/{wrong}")


def test_a_change_fetches_the_new_segment_and_drops_the_old_one(
    lab: WebFolder, published: tuple[bytes, Memory], home: Path
) -> None:
    hub.search("tigers", registry="lab")
    (folder,) = (home / "v1/registries").iterdir()
    before = {path.name for path in folder.iterdir() if path.is_dir()}
    place = Memory()
    place.put(update(None, place, [stated("lions")]), lab.folder)

    assert cli.run(["registry", "add", "lab", lab.address]) == 0
    assert hub.list(registry="lab") == ["lab/lions"]

    assert before.isdisjoint(path.name for path in folder.iterdir())


def test_a_part_that_was_damaged_in_the_store_is_fetched_anew(lab: WebFolder, home: Path) -> None:
    hub.search("tigers", registry="lab")
    for path in home.rglob("registries/**/*.gz"):
        path.write_bytes(path.read_bytes()[:-1])

    assert [hit.id for hit in hub.search("tigers", registry="lab")] == ["lab/tigers"]


# What a registry may serve in the place of a file, and state the digest of.
HOSTILE: dict[str, Callable[[Any], object]] = {
    "nothing": lambda _: None,
    "a text": lambda _: "x",
    "more documents than there may be": lambda found: found | {"documents": forms.MOST_DOCUMENTS + 1},
    "fewer documents than are named": lambda found: found | {"documents": 3},
    "kinds beyond the end": lambda found: found | {"kinds": {"dataset": [0, 1 << 60]}},
    "a kind that there is not": lambda found: found | {"kinds": {"secret": [0, 1]}},
    "pages without end": lambda found: found | {"names": found["names"] * (forms.MOST_PAGES + 1)},
    "no pages": lambda found: found | {"names": [], "words": [], "entries": []},
    "pages that are leaves": lambda found: found | {"names": found["words"], "words": found["names"]},
    "a digest that is a path": lambda found: found | {"names": [["", ["../../../etc/passwd", 10]]]},
    "a size below nothing": lambda found: found | {"names": [["", ["0" * 64, -1]]]},
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_manifest_that_says_too_much_is_refused(
    change: Callable[[Any], object],
    web: WebFolder,
    published: tuple[bytes, Memory],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = json.loads(published[0])
    pin = index["shards"]["segments"][0]["manifest"]
    found = msgspec.msgpack.decode(forms.inflated(published[1].files[forms.path_of(pin["sha256"])]))
    serve(web, index, pin, gzip.compress(msgspec.msgpack.encode(change(found))))
    monkeypatch.setenv("HUB_REGISTRIES", f"lab={web.address}")

    for ask in ASKED:
        with suppress(HubError):  # nothing else
            ask()

    assert all(
        path.startswith(("shards/", "index.json", "registry/v1/index.json", "datasets/")) for path in web.paths()
    )


ASKED: list[Callable[[], object]] = [
    lambda: hub.search("cats", registry="lab"),
    lambda: hub.search("猫", registry="lab", kind="model"),
    lambda: hub.list(registry="lab"),
    lambda: hub.info("lab/tigers"),
    lambda: hub.info("lab/tigerz"),
]


def serve(web: WebFolder, index: Any, pin: dict[str, Any], data: bytes) -> None:
    pin |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    place = web.folder / forms.path_of(pin["sha256"])
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    (web.folder / "index.json").write_text(json.dumps(index), "utf-8")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        gzip.compress(b""),
        gzip.compress(b"\x00" * (forms.INFLATED_LIMIT + 1)),
        gzip.compress(b"\xdd" + b"\xff" * 4),
    ],
    ids=["empty", "plain", "hollow", "bomb", "cut"],
)
def test_a_file_that_is_no_part_of_an_index_is_refused(
    data: bytes, web: WebFolder, published: tuple[bytes, Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    index = json.loads(published[0])
    serve(web, index, index["shards"]["segments"][0]["manifest"], data)
    monkeypatch.setenv("HUB_REGISTRIES", f"lab={web.address}")

    with pytest.raises(CardError):
        hub.search("cats", registry="lab")


def test_every_leaf_that_is_of_another_digest_is_refused(lab: WebFolder) -> None:
    for path in lab.folder.rglob("*.gz"):
        path.write_bytes(path.read_bytes()[:-1] + b"!")

    with pytest.raises(HubError, match="not the one"):
        hub.search("tigers", registry="lab")


@pytest.mark.parametrize(
    "data", [b"", b"\x02", b"\x00\x80\x80\x80\x80\x01", b"\x00\x05\x06", b"\x01\xff\xff"], ids=repr
)
def test_a_list_of_documents_that_there_are_not_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"list of documents|that there are not"):
        postings.decoded(data, 10)
