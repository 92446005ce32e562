"""A dataset of dozens of files: a split fetches its own, and a run that failed is taken up where it was."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from checkout import Checkout

if TYPE_CHECKING:
    from server import Server

SCENES = 60
TRAIN = [f"scene{number:02}.zip" for number in range(SCENES // 2)]
TEST = [f"scene{number:02}.zip" for number in range(SCENES // 2, SCENES)]

HEAD = """
schema = 1
name = "Scenes"
version = "1.0.0"
task = ["stereo-matching"]
modality = ["image"]
license = "not stated"
homepage = "https://example.org"
reader = "idx"
summary = { en = "Sixty scenes, each in a file of its own." }

[[fields]]
name = "label"
kind = "label"
"""


def card(server: Server, faults: dict[str, str]) -> str:
    """Return a card of all scenes; `faults` are those of some files' only sources."""
    parts = [HEAD]
    for split, names in (("train", TRAIN), ("test", TEST)):
        files = ", ".join(f'{Path(name).stem} = "{name}"' for name in names)
        parts.append(f"[splits.{split}]\nsamples = {len(names)}\nfiles = {{ {files} }}\n")
    for name in TRAIN + TEST:
        digest = server.add(name, name.encode() * 100)
        url = server.url(faults.get(name, "ok"), name)
        parts.append(f'[[artifacts]]\nname = "{name}"\nsha256 = "{digest}"\nsources = [{{ url = "{url}" }}]\n')
    return "\n".join(parts)


@pytest.fixture
def checkout(tmp_path: Path, server: Server) -> Checkout:
    return Checkout(tmp_path).with_dataset("scenes", card(server, {}))


def asked(server: Server) -> list[str]:
    """Return the names of the files that were asked for, in that order."""
    return [request.path.rpartition("/")[2] for request in server.requests]


def test_a_split_fetches_its_files_and_no_others(checkout: Checkout, server: Server) -> None:
    done = checkout.run("download", "scenes", "--split", "test", "--quiet")

    paths = [Path(line) for line in done.stdout.splitlines()]
    assert asked(server) == TEST
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths] == [path.name for path in paths]
    assert len(paths) == len(TEST)


def test_what_one_split_brought_is_not_fetched_for_all(checkout: Checkout, server: Server) -> None:
    checkout.run("download", "scenes", "--split", "test", "--quiet")
    server.requests.clear()

    done = checkout.run("download", "scenes", "--quiet")

    assert asked(server) == TRAIN
    assert len(done.stdout.splitlines()) == SCENES


def test_a_dry_run_says_what_a_split_still_needs(checkout: Checkout, server: Server) -> None:
    checkout.run("download", "scenes", "--split", "train[:1]", "--quiet")
    server.requests.clear()

    rows = json.loads(checkout.run("download", "scenes", "--dry-run", "--json").stdout)

    assert [row["file"] for row in rows if row["action"] == "fetch"] == TEST
    assert server.requests == []


@pytest.mark.parametrize("fault", ["404", "html", "wrong"])
def test_a_run_that_failed_in_the_middle_goes_on_there(fault: str, checkout: Checkout, server: Server) -> None:
    checkout.with_dataset("scenes", card(server, {TRAIN[20]: fault}))
    failed = checkout.run("download", "scenes", "--split", "train", "--quiet")
    checkout.with_dataset("scenes", card(server, {}))
    server.requests.clear()

    done = checkout.run("download", "scenes", "--split", "train", "--quiet")

    assert failed.returncode in (4, 5)
    assert TRAIN[20] in failed.stderr
    assert done.returncode == 0
    assert asked(server) == TRAIN[20:]


def test_files_are_copied_under_their_own_names(checkout: Checkout, tmp_path: Path) -> None:
    checkout.run("download", "scenes", "--split", "test", "--to", str(tmp_path / "out"), "--quiet")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == TEST
