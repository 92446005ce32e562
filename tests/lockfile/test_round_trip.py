"""A hub.lock says the same when it is read again, and its text changes where its contents do."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from hub.lockfile import Artifact, Entry, Lockfile, Requirement, Source, in_order, parse, text_of
from hub.lockfile.differences import differences

HEX = "0123456789abcdef"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
WORD = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\#"), min_size=1, max_size=8)
NAME = WORD.filter(lambda word: word not in {".", ".."})
SHA256 = st.text(HEX, min_size=64, max_size=64)
MD5 = st.text(HEX, min_size=32, max_size=32)
SIZE = st.integers(0, 2**63 - 1)

SOURCES = st.builds(
    Source,
    url=TEXT,
    unwrap=st.sampled_from(["", "gz", "xz", "of-the-future"]),
    size=st.none() | SIZE,
    sha256=st.none() | SHA256,
    md5=st.none() | MD5,
)
ARTIFACTS = st.builds(
    Artifact,
    name=NAME,
    sha256=SHA256,
    size=SIZE,
    md5=st.none() | MD5,
    sources=st.lists(SOURCES, max_size=3).map(tuple),
)
ENTRIES = st.builds(
    Entry,
    owner=st.builds("/".join, st.tuples(st.sampled_from(["dataset", "model", "url", "registry"]), NAME, NAME)),
    name=TEXT,
    kind=st.sampled_from(["dataset", "model", "url"]),
    version=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    artifacts=st.lists(ARTIFACTS, max_size=3, unique_by=lambda each: each.name).map(tuple),
)
REQUIREMENTS = st.builds(Requirement, name=TEXT, split=st.just("") | TEXT, variant=st.just("") | TEXT)
LOCKFILES = st.builds(
    Lockfile,
    requires=st.lists(REQUIREMENTS, max_size=4).map(tuple),
    entries=st.lists(ENTRIES, max_size=4, unique_by=lambda each: each.owner).map(tuple),
)

CATS = Entry(
    owner="dataset/cats/1.0.0",
    name="cats",
    kind="dataset",
    version="1.0.0",
    artifacts=(
        Artifact(name="images", sha256="a" * 64, size=7, sources=(Source(url="https://example.org/images"),)),
        Artifact(name="labels", sha256="b" * 64, size=5, sources=(Source(url="https://example.org/labels"),)),
    ),
)


@given(LOCKFILES)
def test_what_is_written_is_read_again(lock: Lockfile) -> None:
    assert parse(text_of(lock), "hub.lock") == in_order(lock)


@given(LOCKFILES, st.randoms())
def test_the_order_in_which_things_were_locked_does_not_show(lock: Lockfile, random: object) -> None:
    requires, entries = list(lock.requires), list(lock.entries)
    for each in (requires, entries):
        random.shuffle(each)  # type: ignore[attr-defined]  # a random.Random

    assert text_of(Lockfile(requires=tuple(requires), entries=tuple(entries))) == text_of(lock)


@given(LOCKFILES, LOCKFILES)
def test_there_are_differences_where_texts_differ_and_nowhere_else(first: Lockfile, second: Lockfile) -> None:
    before, after = in_order(first), in_order(second)
    told = differences(before, after)

    assert bool(told) == (_pinned(before) != _pinned(after))


def _pinned(lock: Lockfile) -> object:
    """What is pinned; a name that another spelling of the same owner has is no change of it."""
    files = {entry.owner: {each.name: each for each in entry.artifacts} for entry in lock.entries}
    return lock.requires, files


def _changed_lines(before: Lockfile, after: Lockfile) -> list[str]:
    first, second = (text_of(lock).splitlines() for lock in (before, after))
    told = list(difflib.unified_diff(first, second, n=0))[2:]
    return [line for line in told if line[:1] in "+-"]


def test_another_digest_is_one_line() -> None:
    images, labels = CATS.artifacts
    other = Artifact(name="images", sha256="c" * 64, size=7, sources=images.sources)
    after = Entry(owner=CATS.owner, name="cats", kind="dataset", version="1.0.0", artifacts=(other, labels))

    changed = _changed_lines(Lockfile(entries=(CATS,)), Lockfile(entries=(after,)))

    assert changed == [f'-sha256 = "{"a" * 64}"', f'+sha256 = "{"c" * 64}"']


def test_another_name_adds_lines_and_changes_none() -> None:
    other = Entry(owner="dataset/birds/1.0.0", name="birds", kind="dataset", version="1.0.0")
    before = Lockfile(requires=(Requirement(name="cats"),), entries=(CATS,))
    after = Lockfile(requires=(*before.requires, Requirement(name="birds")), entries=(CATS, other))

    changed = _changed_lines(before, after)

    assert all(line.startswith("+") for line in changed)
    assert '+    { name = "birds" },' in changed


def test_the_text_looks_like_this() -> None:
    lock = Lockfile(requires=(Requirement(name="cats", split="train"),), entries=(CATS,))

    comment, _, contents = text_of(lock).partition("version")

    assert all(line.startswith("#") for line in comment.splitlines())
    assert "`hub lock`" in comment
    assert contents.startswith(
        ' = 1\nrevision = 1\nhub = ">=0.1"\n\nrequires = [\n    { name = "cats", split = "train" },\n]\n'
    )
    assert contents.endswith(
        f"""
[[entries.artifacts]]
name = "labels"
sha256 = "{"b" * 64}"
size = 5
sources = [
    {{ url = "https://example.org/labels" }},
]
"""
    )
