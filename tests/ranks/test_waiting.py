"""Who waits for another process sees how far that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hub.cards import Artifact
from hub.fetch.waiting import Waiting
from hub.progress import Silent
from hub.store import partials

if TYPE_CHECKING:
    from hub.store.layout import Layout

SHA256 = "0" * 64
SIZE = 100_000


class Listening(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        self.told.append((label, total, done))

    def advance(self, count: int) -> None:
        self.told.append(count)

    def finish(self) -> None:
        self.told.append("over")

    def note(self, text: str) -> None:
        self.told.append(text)


def waiting(layout: Layout) -> tuple[Waiting, Listening]:
    listening = Listening()
    artifacts = [Artifact(name="a.bin", size=SIZE, sha256=SHA256, sources=())]
    return Waiting("dataset/words/1.0.0", artifacts, layout, listening), listening


def test_it_is_said_once_and_nothing_is_shown_before_anything_has_arrived(layout: Layout) -> None:
    one, listening = waiting(layout)

    one.begin()
    one.look()
    one.end()

    assert listening.told == ["another process is fetching dataset/words/1.0.0; waiting for it"]


def test_what_arrives_at_the_other_process_is_shown_and_never_more_than_there_will_be(layout: Layout) -> None:
    one, listening = waiting(layout)
    data = partials.obtain(layout, SHA256).data

    data.write_bytes(bytes(range(256)) * 160)
    one.look()
    data.write_bytes(bytes(range(256)) * 1600)
    one.look()
    one.end()

    label, total, done = cast("tuple[str, int, int]", listening.told[0])
    assert (label, total) == ("words@1.0.0, by another process", SIZE)
    assert 0 < done < SIZE
    assert listening.told[1:] == [SIZE - done, "over"]
