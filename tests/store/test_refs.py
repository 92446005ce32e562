"""Refs record what a name stood for, and can be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hub.store import refs
from hub.store.refs import Entry

if TYPE_CHECKING:
    from hub.store.layout import Layout

OWNER = "dataset/mnist/1.0.0"
ONE, TWO = Entry("1" * 64, 10), Entry("2" * 64, 20, "3" * 32)


def test_what_is_written_is_read_back(layout: Layout) -> None:
    refs.write(layout, OWNER, {"a": ONE, "b": TWO})

    assert refs.read(layout, OWNER) == {"a": ONE, "b": TWO}


def test_writing_keeps_the_entries_of_other_artifacts(layout: Layout) -> None:
    refs.write(layout, OWNER, {"a": ONE, "b": ONE})
    refs.write(layout, OWNER, {"b": TWO})

    assert refs.read(layout, OWNER) == {"a": ONE, "b": TWO}


def test_nothing_is_recorded_of_an_unknown_owner(layout: Layout) -> None:
    assert refs.read(layout, OWNER) == {}
    assert list(refs.owners(layout)) == []


@pytest.mark.parametrize("rubbish", [b"", b"\xff\xfe", b"[]", b'{"artifacts": []}', b'{"artifacts": {"a": {"x": 1}}}'])
def test_what_cannot_be_read_counts_as_nothing_and_is_written_anew(rubbish: bytes, layout: Layout) -> None:
    refs.write(layout, OWNER, {"a": ONE})
    layout.ref(OWNER).write_bytes(rubbish)

    assert refs.read(layout, OWNER) == {}
    refs.write(layout, OWNER, {"b": TWO})
    assert refs.read(layout, OWNER) == {"b": TWO}


def test_owners_are_listed_in_order(layout: Layout) -> None:
    for owner in ("model/resnet18/V1", "dataset/mnist/1.0.0", "dataset/emnist/1.0.0"):
        refs.write(layout, owner, {"a": ONE})

    assert list(refs.owners(layout)) == ["dataset/emnist/1.0.0", "dataset/mnist/1.0.0", "model/resnet18/V1"]
