"""Every byte of a file belongs to one span at a time, whoever comes and goes."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from isal.isal_zlib import crc32

from hub.store.journal import BLOCK, Block
from hub.transfer.spans import SMALLEST, Span, Spans


def data_of(size: int) -> memoryview:
    return memoryview(random.Random(size).randbytes(size))  # noqa: S311


def blocks_of(data: memoryview) -> list[Block]:
    pieces = [(number, data[begin : begin + BLOCK]) for number, begin in enumerate(range(0, len(data), BLOCK))]
    return [Block(number, len(piece), crc32(piece)) for number, piece in pieces]


def never() -> float:
    return 0.0


def test_what_is_missing_is_what_lies_between_the_kept_blocks() -> None:
    kept = [Block(1, BLOCK, 0), Block(3, 100, 7)]

    spans = Spans(5 * BLOCK, lambda _: None, kept)

    first, second, third = (spans.take() for _ in range(3))
    assert first is not None
    assert second is not None
    assert (first.position, first.end) == (0, BLOCK)
    assert (second.position, second.end) == (2 * BLOCK, 3 * BLOCK)
    assert third is not None
    assert (third.position, third.end, third.checksum) == (3 * BLOCK + 100, 5 * BLOCK, 7)
    assert spans.missing == 4 * BLOCK - 100


def test_a_file_that_is_there_has_no_spans() -> None:
    data = data_of(2 * BLOCK + 5)

    spans = Spans(len(data), lambda _: None, blocks_of(data))

    assert spans.is_complete
    assert spans.take() is None
    assert spans.frontier == len(data)


def test_who_comes_later_takes_the_second_half_of_the_largest_span() -> None:
    spans = Spans(16 * BLOCK, lambda _: None)

    first, second = spans.take(), spans.take()

    assert first is not None
    assert second is not None
    assert (first.position, first.end) == (0, 8 * BLOCK)
    assert (second.position, second.end) == (8 * BLOCK, 16 * BLOCK)


def test_a_small_rest_is_not_halved() -> None:
    spans = Spans(2 * SMALLEST - 1, lambda _: None)
    spans.take()

    assert spans.take() is None


def test_what_is_given_back_is_taken_where_it_was_left() -> None:
    spans = Spans(4 * BLOCK, lambda _: None)
    span = spans.take()
    assert span is not None
    spans.advance(span, data_of(100))

    spans.give_back(span)

    again = spans.take()
    assert again is span
    assert again.position == 100


def test_of_two_rivals_the_first_to_deliver_goes_on() -> None:
    spans = Spans(4 * BLOCK, lambda _: None)
    slow = spans.take()
    assert slow is not None
    fast = spans.race(slow)

    spans.advance(fast, data_of(BLOCK))

    assert slow.dropped
    assert not fast.dropped
    assert spans.frontier == BLOCK
    spans.give_back(slow)
    assert spans.missing == 3 * BLOCK


def test_a_rival_takes_the_place_of_one_that_gives_up() -> None:
    spans = Spans(4 * BLOCK, lambda _: None)
    slow = spans.take()
    assert slow is not None
    fast = spans.race(slow)

    spans.give_back(slow)
    spans.advance(fast, data_of(4 * BLOCK))

    assert spans.is_complete


def test_a_file_of_unknown_size_ends_where_its_stream_does() -> None:
    recorded: list[Block] = []
    spans = Spans(None, recorded.append, clock=never)
    span = spans.take()
    assert span is not None
    data = data_of(BLOCK + 10)
    spans.advance(span, data)

    spans.end_here(span)

    assert spans.is_complete
    assert (spans.total, spans.frontier) == (len(data), len(data))
    assert recorded == blocks_of(data)


def test_a_slow_connection_has_the_beginning_of_its_block_recorded() -> None:
    now = [0.0]
    recorded: list[Block] = []
    spans = Spans(BLOCK, recorded.append, clock=lambda: now[0])
    span = spans.take()
    assert span is not None

    spans.advance(span, data_of(10))
    now[0] = 2.0
    spans.advance(span, data_of(20))

    assert [(block.number, block.length) for block in recorded] == [(0, 30)]


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 12 * BLOCK), seed=st.integers(0, 1 << 30), cut=st.booleans())
def test_whatever_connections_do_every_block_is_recorded_once_it_is_whole(size: int, seed: int, cut: bool) -> None:
    """Connections come, fill a little, give up, race one another; then a later run goes on."""
    chance = random.Random(seed)  # noqa: S311
    data = data_of(size)
    recorded: dict[int, Block] = {}

    def record(block: Block) -> None:
        recorded[block.number] = block

    for _ in range(2):
        spans = Spans(size, record, sorted(recorded.values()), clock=never)
        taken: list[Span] = []
        for step in range(10_000):
            if spans.is_complete or (cut and step == 12):
                break
            at_work(spans, taken, data, chance)
        spans.stop()
        cut = False

    assert spans.is_complete
    assert sorted(recorded.values()) == blocks_of(data)


def at_work(spans: Spans, taken: list[Span], data: memoryview, chance: random.Random) -> None:
    """Let something happen."""
    what = chance.random()
    if (what < 0.3 or not taken) and (span := spans.take()):
        taken.append(span)
    elif taken and what < 0.4:
        spans.give_back(taken.pop(chance.randrange(len(taken))))
    elif taken and what < 0.5 and (span := chance.choice(taken)).rival is None:
        taken.append(spans.race(span))
    elif taken:
        span = chance.choice(taken)
        assert span.end is not None
        room = min(span.end - span.position, chance.choice([1, 1000, BLOCK, 2 * BLOCK]))
        spans.advance(span, data[span.position : span.position + room])
    for span in [span for span in taken if span.dropped or span.is_filled]:
        taken.remove(span)
        spans.give_back(span)
