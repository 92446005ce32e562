"""`hub cache`: what is there, what goes and why, in words and in JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from store_contents import another_process, blob, digest_of, weights

from hub import cli
from hub.models.weights import CONVERTER
from hub.store import leases, pins, refs
from hub.store.refs import Entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.store.layout import Layout

    Said = Callable[..., tuple[int, str, str]]

KB = 1000


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Said:
    """Run `hub cache ...` and return exit code, output and errors."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["cache", *arguments])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def filled(layout: Layout) -> dict[str, Path]:
    """Three names, one with something made of it; two of them have a file in common."""
    old = blob(layout, b"a" * KB, days=9, owner="dataset/old/1.0.0")
    net = blob(layout, b"n" * KB, days=5, owner="model/net/V1")
    made = weights(layout, "w", b"w" * 2 * KB, days=4, of=[net.name], by=CONVERTER)
    common = blob(layout, b"c" * 3 * KB, days=3)
    for owner in ("dataset/new/1.0.0", "dataset/old/1.0.0"):
        refs.write(layout, owner, {"common": Entry(common.name, 3 * KB)})
    return {"old": old, "net": net, "made": made, "common": common}


def pinned(layout: Layout, folder: Path, digest: str) -> Path:
    path = folder / "hub.lock"
    path.write_text(
        'version = 1\n[[entries]]\nowner = "model/net/V1"\nname = "net"\nkind = "model"\n'
        f'[[entries.artifacts]]\nname = "a"\nsha256 = "{digest}"\nsize = 1\n'
    )
    pins.register(layout, path)
    return path


def table(text: str) -> Any:
    return json.loads(text)


def test_list_names_sizes_and_ages_largest_first(said: Said, filled: dict[str, Path]) -> None:
    code, text, _ = said("list")

    rows = [line.split() for line in text.splitlines()]
    assert code == 0
    assert [row[0] for row in rows] == ["name", "old@1.0.0", "net@V1", "new@1.0.0"]
    assert "4.0 kB" in text.splitlines()[1]
    assert "5 days ago" not in text
    assert "4 days ago" in text.splitlines()[2]


@pytest.mark.parametrize(("order", "first"), [("size", "old@1.0.0"), ("used", "net@V1"), ("name", "net@V1")])
def test_list_is_sorted_as_asked(said: Said, filled: dict[str, Path], order: str, first: str) -> None:
    rows = table(said("list", "--sort", order, "--json")[1])

    assert rows[0]["name"] == first


def test_list_says_who_holds_what(said: Said, layout: Layout, filled: dict[str, Path], tmp_path: Path) -> None:
    lockfile = pinned(layout, tmp_path, filled["net"].name)
    leases.hold(layout, [filled["made"].stem])

    text = said("list")[1]
    rows = {row["name"]: row for row in table(said("list", "--json")[1])}

    assert f"{lockfile}, 1 process" in text
    assert (rows["net@V1"]["lockfiles"], rows["net@V1"]["processes"]) == ([str(lockfile)], 1)
    assert (rows["old@1.0.0"]["lockfiles"], rows["old@1.0.0"]["processes"]) == ([], 0)


def test_list_tells_of_what_has_no_name(said: Said, layout: Layout) -> None:
    blob(layout, b"x" * KB)

    _, text, talk = said("list")

    assert text == ""
    assert "1.0 kB more have no name: `hub cache prune`" in talk


def test_gc_says_what_it_would_remove_and_removes_nothing(said: Said, filled: dict[str, Path]) -> None:
    code, text, talk = said("gc", "--limit", "5kB", "--dry-run")

    assert code == 0
    assert "old@1.0.0  files" in text
    assert "would free 3.0 kB of 7.0 kB" in talk or "would free" in talk
    assert all(path.exists() for path in filled.values())


def test_gc_removes_what_was_unused_the_longest(said: Said, filled: dict[str, Path]) -> None:
    found = table(said("gc", "--limit", "6kB", "--json")[1])

    assert [(each["name"], each["kind"], each["bytes"]) for each in found["removed"]] == [("old@1.0.0", "blob", KB)]
    assert (found["freed"], found["over"], found["dry_run"]) == (KB, 0, False)
    assert not filled["old"].exists()
    assert filled["net"].exists()


def test_gc_takes_the_limit_of_the_settings(
    said: Said, filled: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_CACHE_LIMIT", "3kB")

    _, _, talk = said("gc")

    assert "the store takes 3.0 kB, its limit is 3.0 kB" in talk
    assert filled["common"].exists()


def test_gc_without_a_limit_says_how_to_set_one(said: Said, filled: dict[str, Path]) -> None:
    code, text, talk = said("gc")

    assert (code, text) == (0, "")
    assert "no limit is set" in talk
    assert all(path.exists() for path in filled.values())


def test_gc_says_why_a_limit_cannot_be_kept(said: Said, layout: Layout, tmp_path: Path) -> None:
    path = blob(layout, b"a" * KB, days=3, owner="model/net/V1")
    pinned(layout, tmp_path, path.name)

    code, _, talk = said("gc", "--limit", "0")

    assert code == 0
    assert "1.0 kB over its limit of 0 B: 1.0 kB named by lockfiles" in talk


def test_gc_names_a_lockfile_that_makes_no_sense(said: Said, layout: Layout, tmp_path: Path) -> None:
    path = blob(layout, b"a" * KB, days=3)
    lockfile = pinned(layout, tmp_path, path.name)
    lockfile.write_text("<<<<<<< mine")

    _, _, talk = said("gc", "--limit", "0")

    assert f"{lockfile} cannot be read" in talk
    assert path.exists()


def test_a_limit_that_is_no_size_is_a_misuse(said: Said) -> None:
    code, _, talk = said("gc", "--limit", "many")

    assert code == 2
    assert len(talk.splitlines()) <= 3


def test_prune_removes_what_nothing_names(said: Said, layout: Layout, filled: dict[str, Path]) -> None:
    nameless = blob(layout, b"x" * KB, days=3)
    orphan = weights(layout, "of what is gone", b"w", days=3, of=[digest_of(b"gone")])

    found = table(said("prune", "--json")[1])

    assert {each["path"] for each in found["removed"]} == {str(nameless), str(orphan)}
    assert all(path.exists() for path in filled.values())


def test_prune_finds_names_that_were_lost_in_the_cards(said: Said, layout: Layout) -> None:
    from hub.registry import find_dataset

    known = find_dataset("mnist").card.artifacts[0]
    path = layout.blob(known.sha256 or "")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    blob(layout, b"x")

    said("prune")

    assert path.exists()


def test_remove_takes_a_name_with_all_that_was_made_of_it(said: Said, filled: dict[str, Path]) -> None:
    code, text, talk = said("remove", "net")

    assert code == 0
    assert "converted weights" in text
    assert "freed 3.0 kB" in talk
    assert not filled["net"].exists()
    assert not filled["made"].exists()
    assert "net" not in said("list")[1]


def test_remove_leaves_what_another_name_has_too(said: Said, layout: Layout, filled: dict[str, Path]) -> None:
    _, _, talk = said("remove", "old@1.0.0")

    assert "3.0 kB stay, as other names have them too" in talk
    assert filled["common"].exists()
    assert "dataset/old/1.0.0" not in list(refs.owners(layout))


def test_remove_of_both_names_takes_what_they_have_in_common(said: Said, filled: dict[str, Path]) -> None:
    said("remove", "old", "new")

    assert not filled["common"].exists()


def test_remove_only_says_it_when_asked_so(said: Said, filled: dict[str, Path]) -> None:
    assert "would free" in said("remove", "net", "--dry-run")[2]
    assert filled["net"].exists()


def test_remove_refuses_what_a_lockfile_names_unless_forced(
    said: Said, layout: Layout, filled: dict[str, Path], tmp_path: Path
) -> None:
    lockfile = pinned(layout, tmp_path, filled["net"].name)

    code, _, talk = said("remove", "net")
    assert code == 1
    assert str(lockfile) in talk
    assert "--force" in talk
    assert filled["net"].exists()

    assert said("remove", "net", "--force")[0] == 0
    assert not filled["net"].exists()


def test_remove_refuses_what_a_process_uses_also_if_forced(said: Said, layout: Layout, filled: dict[str, Path]) -> None:
    with another_process(layout, filled["made"].stem):
        code, _, talk = said("remove", "net", "--force")

    assert code == 1
    assert "a process that runs uses" in talk
    assert filled["net"].exists()


def test_remove_of_an_unknown_name_says_what_was_meant(said: Said, filled: dict[str, Path]) -> None:
    code, _, talk = said("remove", "nett")

    assert code == 3
    assert "did you mean net" in talk


def test_size_tells_the_limit_too(said: Said, filled: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CACHE_LIMIT", "10GB")

    assert table(said("size", "--json")[1])["limit"] == 10**10
    assert "limit" in said("size")[1]


@pytest.mark.parametrize("name", ["list", "size", "gc", "prune"])
def test_a_store_that_is_not_there_is_no_mistake(said: Said, home: Path, name: str) -> None:
    assert said(name)[0] == 0


def test_verify_tells_what_a_disk_got_wrong(
    layout: Layout, filled: dict[str, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("old", "made"):
        filled[name].chmod(0o644)
        filled[name].write_bytes(b"x" * filled[name].stat().st_size)

    code = cli.run(["verify", "--quiet"])
    printed = capfd.readouterr()

    assert code == 5
    assert "2 of 3 files are as published" in printed.out
    assert "0 of 1 prepared files are as they were made" in printed.out
    assert "2 files in the store are not what they should be" in printed.err


def test_verify_as_json_says_it_of_each_file(
    layout: Layout, filled: dict[str, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    cli.run(["verify", "--json", "--quiet"])

    rows = table(capfd.readouterr().out)

    assert {row["kind"] for row in rows} == {"blob", "weights"}
    assert all(row["good"] for row in rows)
    assert {row["sha256"] for row in rows if row["kind"] == "blob"} == {
        filled[name].name for name in ("old", "net", "common")
    }
