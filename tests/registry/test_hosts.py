"""What is on one host only is known before that host is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.cards import Artifact, Source
from hub.registry import index
from hub.registry.hosts import hosts_of, on_a_single_host

if TYPE_CHECKING:
    from pathlib import Path

CARD = """
schema = 1
name = "Photos"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "CC0-1.0"
homepage = "https://example.org"
reader = "idx"
summary = {{ en = "Some photos." }}
{more}

[[fields]]
name = "label"
kind = "label"

[splits.train]
samples = 3
files = {{ labels = "labels" }}
"""

ARTIFACT = """
[[artifacts]]
name = "labels"
md5 = "00000000000000000000000000000000"
sources = [{{ url = "https://one.example.org/labels" }}, {{ url = "https://{host}/labels" }}]
"""


def artifact(*urls: str) -> Artifact:
    return Artifact(name="a.bin", sources=tuple(Source(url=url) for url in urls))


def reach(tmp_path: Path, more: str = "", artifacts: str = "") -> tuple[list[str], bool, bool]:
    """Return what the index says of a card: its hosts, whether one is single, whether it is got by hand."""
    (tmp_path / "cards" / "datasets").mkdir(parents=True)
    (tmp_path / "cards" / "datasets" / "photos.toml").write_text(CARD.format(more=more) + artifacts, "utf-8")
    with index.current(tmp_path / "cards", tmp_path / "home") as opened:
        (row,) = opened.rows(("dataset",))
    return row[6:]


def test_two_addresses_of_one_host_are_one_host() -> None:
    one = artifact("https://example.org/a", "http://EXAMPLE.org:8080/mirror/a#member")

    assert hosts_of([one]) == ["example.org"]
    assert on_a_single_host([one]) == [one]


def test_schemes_without_a_host_in_their_urls_have_one() -> None:
    both = artifact("gdrive:1aB#member", "pypi:a==1/a-1.tar.gz#b")

    assert hosts_of([both]) == ["drive.google.com", "pypi"]
    assert on_a_single_host([both]) == []


def test_hosts_of_different_files_do_not_stand_in_for_each_other() -> None:
    first, second = artifact("https://one.example.org/a"), artifact("https://two.example.org/b")

    assert on_a_single_host([first, second]) == [first, second]


def test_the_index_knows_the_hosts(tmp_path: Path) -> None:
    found = reach(tmp_path, artifacts=ARTIFACT.format(host="two.example.org"))

    assert found == (["one.example.org", "two.example.org"], False, False)


def test_the_index_knows_what_is_on_a_single_host(tmp_path: Path) -> None:
    found = reach(tmp_path, artifacts=ARTIFACT.format(host="one.example.org"))

    assert found == (["one.example.org"], True, False)


def test_the_index_knows_what_is_got_by_hand(tmp_path: Path) -> None:
    unpublished = '[[artifacts]]\nname = "labels"\n'

    assert reach(tmp_path, more='manual = "Sign the form."', artifacts=unpublished) == ([], False, True)


def test_of_a_broken_card_nothing_is_known(tmp_path: Path) -> None:
    assert reach(tmp_path, more="nonsense = 1") == ([], False, False)
