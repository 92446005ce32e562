"""Progress: bars on a terminal, lines elsewhere, and nothing when nothing is wanted."""

from __future__ import annotations

import io

import pytest

from hub.progress import Plain, Silent, human_bytes, shown


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that tests set, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_lines_tell_the_end_with_amount_and_rate() -> None:
    stream = io.StringIO()
    clock = Clock()
    plain = Plain(stream, clock)

    plain.start("a.bin", 2_000_000)
    clock.now = 4.0
    plain.advance(2_000_000)
    plain.finish()

    assert stream.getvalue().splitlines() == ["a.bin: 2.0 MB, 500.0 kB/s"]


def test_lines_come_only_every_few_seconds() -> None:
    stream = io.StringIO()
    clock = Clock()
    plain = Plain(stream, clock)

    plain.start("a.bin", 50_000)
    for clock.now in range(1, 26):
        plain.advance(1000)

    assert stream.getvalue().splitlines() == ["a.bin: 10.0 kB of 50.0 kB", "a.bin: 20.0 kB of 50.0 kB"]


def test_the_rate_leaves_out_what_was_there_already() -> None:
    stream = io.StringIO()
    clock = Clock()
    plain = Plain(stream, clock)

    plain.start("a.bin", 3000, done=2000)
    clock.now = 2.0
    plain.advance(1000)
    plain.finish()

    assert stream.getvalue().strip() == "a.bin: 3.0 kB, 500 B/s"


def test_finishing_what_was_not_started_says_nothing() -> None:
    stream = io.StringIO()

    Plain(stream).finish()

    assert stream.getvalue() == ""


def test_nothing_is_shown_when_nothing_is_wanted(capfd: pytest.CaptureFixture[str]) -> None:
    with shown(wanted=False) as progress:
        progress.start("a.bin", 10)
        progress.advance(10)
        progress.note("done")
        progress.finish()

    assert capfd.readouterr() == ("", "")


def test_a_progress_of_ones_own_is_handed_through() -> None:
    own = Silent()

    with shown(own) as progress:
        assert progress is own


def test_without_a_terminal_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with shown() as progress:
        progress.note("one source failed")

    assert capsys.readouterr() == ("", "one source failed\n")


def test_a_terminal_gets_a_bar_with_its_label(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")

    with shown() as progress:
        progress.start("a.bin [1]", 1000)
        progress.advance(1000)
        progress.note("beside [the] bar")
        progress.finish()

    assert "a.bin [1]" in stream.getvalue()
    assert "beside [the] bar" in stream.getvalue()


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (46_830_571, "46.8 MB"), (5 * 10**9, "5.0 GB"), (10**13, "10.0 TB")],
)
def test_sizes_are_written_for_people(count: int, text: str) -> None:
    assert human_bytes(count) == text
