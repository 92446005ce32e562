"""A dataset that nobody may fetch says how to get it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from checkout import Checkout

if TYPE_CHECKING:
    from pathlib import Path

CARD = '''
schema = 1
name = "Photos"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "non-commercial use only"
homepage = "https://example.org"
reader = "idx"
summary = { en = "Photos to sign for." }
manual = """
Sign the form at https://example.org/form,
then unpack photos.tar into a folder.
"""

[[fields]]
name = "label"
kind = "label"

[splits.train]
samples = 3
files = { labels = "labels" }

[splits.test]
samples = 3
files = { labels = "test-labels" }

[[artifacts]]
name = "labels"
'''

UNPUBLISHED = """
[[artifacts]]
name = "test-labels"
"""

HALF = """
[[artifacts]]
name = "test-labels"
md5 = "5d41402abc4b2a76b9719d911017c592"
sources = [{ url = "file:HERE/test-labels" }]
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path).with_dataset("photos", CARD + UNPUBLISHED)


@pytest.mark.parametrize("more", [[], ["--split", "train"], ["--dry-run"]], ids=["all", "split", "dry run"])
def test_a_download_says_how_to_get_it_by_hand(more: list[str], checkout: Checkout) -> None:
    done = checkout.run("download", "photos", *more)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "hub: dataset/photos/1.0.0 cannot be fetched",
        "  expected files that you got yourself, in a folder given as data_dir=",
        "  Sign the form at https://example.org/form,",
        "  then unpack photos.tar into a folder.",
    ]


def test_info_says_how_to_get_and_load_it(checkout: Checkout) -> None:
    text = checkout.run("info", "photos").stdout

    assert "by hand\n  Sign the form at https://example.org/form,\n  then unpack photos.tar into a folder.\n" in text
    assert 'hub.load_dataset("photos", split="train", data_dir="...")' in text


def test_list_and_info_tell_it_as_json(checkout: Checkout) -> None:
    (listed,) = json.loads(checkout.run("list", "datasets", "--json").stdout)
    shown = json.loads(checkout.run("info", "photos", "--json").stdout)

    assert (listed["hosts"], listed["single_host"], listed["manual"]) == ([], False, True)
    assert (shown["hosts"], shown["single_host"]) == ([], False)
    assert shown["manual"].startswith("Sign")


def test_verifying_everything_passes_it_by(checkout: Checkout) -> None:
    done = checkout.run("verify", "--quiet")

    assert (done.returncode, done.stdout) == (0, "0 of 0 files are as published (0 B)\n")


def test_a_split_that_can_be_fetched_is_fetched(checkout: Checkout) -> None:
    (checkout.folder / "test-labels").write_text("hello")
    checkout.with_dataset("photos", CARD + HALF.replace("HERE", str(checkout.folder)))

    assert checkout.run("download", "photos", "--split", "test", "--quiet").returncode == 0
    assert checkout.run("download", "photos", "--split", "train").returncode == 1
    assert checkout.run("download", "photos").returncode == 1


def of_ones_own(checkout: Checkout, splits: str) -> Checkout:
    head, _, rest = CARD.partition("[splits.train]")
    assert rest
    return checkout.with_dataset("photos", head + splits)


@pytest.mark.parametrize(
    ("splits", "call"), [("", 'data_dir="..."'), ("[splits.all]", 'split="all", data_dir="..."')], ids=["none", "all"]
)
def test_info_shows_data_of_ones_own_without_numbers(checkout: Checkout, splits: str, call: str) -> None:
    done = of_ones_own(checkout, splits).run("info", "photos")

    assert done.returncode == 0
    assert f'hub.load_dataset("photos", {call})' in done.stdout
    assert ("all  as many samples as there are" in done.stdout) is bool(splits)


def test_a_split_of_ones_own_data_is_got_by_hand_too(checkout: Checkout) -> None:
    done = of_ones_own(checkout, "").run("download", "photos", "--split", "train")

    assert done.returncode == 1
    assert "cannot be fetched" in done.stderr
