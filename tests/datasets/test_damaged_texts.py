"""A stream of text that breaks off while it is read: no reader lets through what the decompressor says."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, cast

import pytest
from readers.every_dataset import COPIES, Copy

from hub.errors import FormatError
from hub.registry import find_dataset
from hub.trees import Tree
from hub.trees.archive import Archive
from hub.trees.packed import Packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Stream = Callable[[Any, str], Iterator[tuple[str, BinaryIO]]]

# SQuAD's is read as a whole, where the tree itself sees the error.
STREAMED = [copy for copy in COPIES if find_dataset(copy.card).card.modality == ("text",) and "squad" not in copy.card]


class BrokenOff(io.RawIOBase):
    """What an inflated stream is behind the last whole block of a cut file."""

    def readable(self) -> bool:
        return True

    def readinto(self, _: object) -> NoReturn:
        raise EOFError("it ended before the end-of-stream marker")


def broken(stream: Stream) -> Stream:
    def streamed(tree: Tree, pattern: str) -> Iterator[tuple[str, BinaryIO]]:
        for name, _ in stream(tree, pattern):
            yield name, cast("BinaryIO", io.BufferedReader(BrokenOff()))

    return streamed


@pytest.fixture(autouse=True)
def home(tiny_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One store for all of these, and no network."""
    monkeypatch.setenv("HUB_HOME", str(tiny_store))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    return tiny_store


def splits_of(copy: Copy) -> list[str]:
    card = find_dataset(copy.card).card
    return list(card.splits or next(iter(card.variants.values()), card).splits) or [copy.split]


@pytest.mark.parametrize("copy", STREAMED, ids=str)
def test_a_stream_that_breaks_off_is_told_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copy: Copy
) -> None:
    copy.write(tmp_path / "root")
    for kind in (Tree, Archive, Packed):
        monkeypatch.setattr(kind, "stream", broken(kind.stream))

    for split in splits_of(copy):
        with pytest.raises(FormatError, match=r".+ is damaged: it ended before"):
            copy.load(tmp_path / "root", split)
