"""What a registry said last is asked about with validators, and serves where nobody answers."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import own_registry
import pytest

import hub
from hub import registry, settings
from hub.errors import IntegrityError, OfflineError, SourceError, Unreachable
from hub.registry import foreign
from hub.registry.foreign import copies
from hub.registry.foreign.registered import Registered

if TYPE_CHECKING:
    from pathlib import Path

    from web_folder import WebFolder

    from hub.registry.foreign.copies import Copy

LATER = copies.FRESH_FOR * (1 + copies.SPREAD) + 1


@pytest.fixture
def found(web: WebFolder) -> Registered:
    return Registered("lab", web.address, added=True)


def asked(found: Registered, home: Path, time: float, *, offline: bool = False) -> Copy:
    current = replace(settings.current(), home=home, offline=offline)
    return copies.current(found, current, now=lambda: time)


def test_a_fresh_copy_is_not_asked_about(found: Registered, web: WebFolder, home: Path) -> None:
    asked(found, home, 0)
    web.requests.clear()

    asked(found, home, copies.FRESH_FOR - 1)

    assert web.requests == []


def test_an_old_copy_is_asked_about_with_its_validator_and_nothing_else_is(
    found: Registered, web: WebFolder, home: Path
) -> None:
    first = asked(found, home, 0)
    web.requests.clear()

    second = asked(found, home, LATER)

    assert [request.headers.get("If-None-Match") for request in web.requests] == [first.state.etag]
    assert second.state == replace_checked(first, LATER)


def replace_checked(copy: Copy, time: float) -> object:
    return copies.State(
        **{**{name: getattr(copy.state, name) for name in copy.state.__struct_fields__}, "checked": time}
    )


def test_only_the_list_that_changed_is_fetched_again(
    found: Registered, web: WebFolder, home: Path, built: Path
) -> None:
    before = asked(found, home, 0)
    own_registry.spoil_entry(built, "model", "watchers", lambda entry: entry["summary"].update(en="Another one."))
    web.requests.clear()

    after = asked(found, home, LATER)

    assert web.paths() == ["registry/v1/index.json", "registry/v1/index/model.json"]
    assert b"Another one." in after.list_of("model")
    kept = {path.stem for path in after.folder.iterdir()} - {"state"}
    assert kept == set(after.state.lists.values())
    assert before.state.lists["model"] not in kept


@pytest.mark.parametrize("data", [b"{", b'{"version": 2}', b" " * (2 << 20)], ids=["cut", "newer", "large"])
def test_an_index_that_was_broken_meanwhile_is_not_believed(
    data: bytes, found: Registered, home: Path, built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = asked(found, home, 0)
    (built / "index.json").write_bytes(data)

    after = asked(found, home, LATER)

    assert after.list_of("model") == before.list_of("model")
    assert "is used" in caplog.text


def test_an_old_list_stays_until_the_new_one_can_be_had(found: Registered, home: Path, built: Path) -> None:
    before = asked(found, home, 0)
    own_registry.spoil_entry(built, "model", "watchers", lambda entry: entry["summary"].update(en="Another one."))
    (built / "index/model.json").rename(built / "away")

    meanwhile = asked(found, home, LATER)
    (built / "away").rename(built / "index/model.json")
    after = asked(found, home, 2 * LATER)

    assert meanwhile.list_of("model") == before.list_of("model")
    assert b"Another one." in after.list_of("model")


@pytest.mark.parametrize("fault", ["down", "gone", "page"])
def test_where_nobody_answers_what_was_said_last_counts(
    fault: str, found: Registered, web: WebFolder, home: Path, built: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = asked(found, home, 0)
    web.down, web.pages = fault == "down", fault == "page"
    (built / "index.json").unlink()

    after = asked(found, home, LATER)

    assert after.list_of("model") == before.list_of("model")
    assert "what the registry lab said on 1970-01-01 is used" in caplog.text
    web.requests.clear()
    asked(found, home, LATER + 1)
    assert web.requests == []  # not asked again at once


def test_without_a_copy_the_host_must_answer(found: Registered, web: WebFolder, home: Path) -> None:
    web.down = True

    with pytest.raises(Unreachable):
        asked(found, home, 0)


def test_a_site_that_has_no_registry_is_told_where_it_was_looked_for(
    found: Registered, web: WebFolder, home: Path, built: Path
) -> None:
    built.rename(built.with_name("v2"))
    web.pages = True

    with pytest.raises(SourceError, match=r"registry/v1/index\.json or index\.json"):
        asked(found, home, 0)


def test_a_folder_is_looked_at_each_time_and_nothing_is_written_that_is_the_same(home: Path, built: Path) -> None:
    stick = Registered("stick", f"{built.as_uri()}/", added=True)
    before = asked(stick, home, 0)
    times = {path: path.stat().st_mtime_ns for path in before.folder.iterdir()}

    asked(stick, home, 1)
    assert {path: path.stat().st_mtime_ns for path in before.folder.iterdir()} == times

    own_registry.spoil_entry(built, "model", "watchers", lambda entry: entry["summary"].update(en="Another one."))
    assert b"Another one." in asked(stick, home, 2).list_of("model")


def test_a_stick_that_was_pulled_out_is_read_from_the_store(home: Path, built: Path) -> None:
    stick = Registered("stick", f"{built.as_uri()}/", added=True)
    asked(stick, home, 0)
    built.rename(built.with_name("away"))

    assert b"watcher" in asked(stick, home, 1).list_of("model")


def test_the_folder_of_the_index_is_an_address_too(web: WebFolder, home: Path) -> None:
    copy = asked(Registered("lab", f"{web.address}registry/v1/", added=True), home, 0)

    assert copy.state.base == f"{web.address}registry/v1/"


def test_offline_nothing_is_asked(found: Registered, web: WebFolder, home: Path) -> None:
    with pytest.raises(OfflineError):
        asked(found, home, 0, offline=True)
    asked(found, home, 0)
    web.requests.clear()

    asked(found, home, LATER, offline=True)

    assert web.requests == []


def test_a_list_that_lacked_is_asked_for_again(found: Registered, web: WebFolder, home: Path, built: Path) -> None:
    (built / "index/model.json").rename(built / "away")
    assert list(asked(found, home, 0).state.lacking) == ["model"]
    (built / "away").rename(built / "index/model.json")

    copy = asked(found, home, LATER)

    assert copy.state.lacking == {}
    assert b"watcher" in copy.list_of("model")


def test_a_list_that_was_damaged_in_the_store_is_asked_for_anew(lab: WebFolder, home: Path) -> None:
    (folder,) = (home / "v1/registries").iterdir()
    for path in folder.glob("[0-9a-f]*.json"):
        path.write_text("{}", "utf-8")
    for path in (home / "v1/index").iterdir():
        path.unlink()

    with pytest.raises(IntegrityError, match="damaged"):
        hub.list(registry="lab")

    assert hub.list(registry="lab") == ["lab/cats", "lab/watcher"]


def test_a_card_that_was_damaged_in_the_store_is_fetched_anew(lab: WebFolder) -> None:
    path = registry.describe("lab/cats").path
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])

    assert registry.find_dataset("lab/cats").card.name == "Cats"
    assert path.read_bytes() == whole


def test_a_state_that_cannot_be_read_is_as_none(found: Registered, web: WebFolder, home: Path) -> None:
    copy = asked(found, home, 0)
    (copy.folder / "state.json").write_text("{", "utf-8")
    web.requests.clear()

    asked(found, home, 1)

    assert web.paths() == ["registry/v1/index.json"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser writes everywhere")
def test_a_store_that_cannot_be_written_does_not_matter(found: Registered, home: Path) -> None:
    home.mkdir()
    home.chmod(stat.S_IREAD | stat.S_IEXEC)

    assert b"watcher" in asked(found, home, 0).list_of("model")


def test_a_store_whose_place_is_taken_does_not_matter(
    web: WebFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("HUB_REGISTRIES", f"lab={web.address}")

    assert hub.list(registry="lab") == ["lab/cats", "lab/watcher"]
    assert registry.find_dataset("lab/cats").card.name == "Cats"


def test_compressed_and_plain_answers_are_one(found: Registered, web: WebFolder, home: Path, built: Path) -> None:
    copy = asked(found, home, 0)

    assert copy.list_of("dataset") == (built / "index/dataset.json").read_bytes()
    assert all(request.headers["Accept-Encoding"] == "gzip" for request in web.requests)


def test_looking_a_name_up_again_reads_no_list(lab: WebFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.list(registry="lab")
    monkeypatch.setattr(foreign, "read", lambda _: pytest.fail("a list was read"))

    assert hub.list(registry="lab") == ["lab/cats", "lab/watcher"]
    assert json.loads((lab.folder / "registry/v1/index.json").read_text("utf-8"))["version"] == 1
