"""Progress: what the library reports while it works, and the bar that shows it.

The library never prints. It reports to a `Progress`; `bars()` draws one on standard error, `Silent` draws nothing.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

# Without a terminal a line each so often keeps a log readable and still shows that something moves.
PLAIN_INTERVAL = 10.0


class Progress(Protocol):
    """One thing at a time: `start`, any number of `advance`, `finish`; `note` at any moment."""

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        """Begin with `label`, of `total` bytes (None: unknown) with `done` there already."""

    def advance(self, count: int) -> None:
        """Count `count` more bytes."""

    def finish(self) -> None:
        """End what was started; harmless if nothing was."""

    def note(self, text: str) -> None:
        """Say a line that people should see."""


class Silent:
    """Reports nothing."""

    def start(self, label: str, total: int | None, done: int = 0) -> None: ...

    def advance(self, count: int) -> None: ...

    def finish(self) -> None: ...

    def note(self, text: str) -> None: ...


class Plain:
    """Writes lines: for logs and pipes."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._label = ""

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        self._label, self._total, self._done = label, total, done
        self._began = self._told = self._clock()
        self._first = done

    def advance(self, count: int) -> None:
        self._done += count
        if self._clock() - self._told >= PLAIN_INTERVAL:
            self._told = self._clock()
            self.note(f"{self._label}: {self._amount()}")

    def finish(self) -> None:
        if self._label:
            self.note(f"{self._label}: {self._amount()}, {self._rate()}")
        self._label = ""

    def note(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def _amount(self) -> str:
        return human_bytes(self._done) + (f" of {human_bytes(self._total)}" if self._total else "")

    def _rate(self) -> str:
        seconds = max(self._clock() - self._began, 1e-3)
        return f"{human_bytes(int((self._done - self._first) / seconds))}/s"


class Bars:
    """Draws bars with amount, rate and time left on a terminal."""

    def __init__(self, drawn: RichProgress) -> None:
        self._drawn = drawn
        self._task: TaskID | None = None

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        self.finish()
        self._task = self._drawn.add_task(label, total=total, completed=done)

    def advance(self, count: int) -> None:
        if self._task is not None:
            self._drawn.advance(self._task, count)

    def finish(self) -> None:
        if self._task is not None:
            self._drawn.stop_task(self._task)
        self._task = None

    def note(self, text: str) -> None:
        self._drawn.console.print(text, highlight=False, markup=False)


@contextmanager
def shown(wanted: bool | Progress = True) -> Iterator[Progress]:
    """Give a Progress: bars on a terminal, lines elsewhere, nothing if `wanted` is False.

    A Progress of the caller's own is handed through.
    """
    if not isinstance(wanted, bool):
        yield wanted
    elif not wanted:
        yield Silent()
    elif not sys.stderr.isatty():
        yield Plain(sys.stderr)
    else:
        with _rich_bars() as drawn:
            yield Bars(drawn)


def _rich_bars() -> RichProgress:
    # rich: costs 50 ms to import, so only when a bar is drawn; its bars are right on every terminal.
    from rich import progress as rich_progress
    from rich.console import Console

    return rich_progress.Progress(
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(bar_width=28),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def human_bytes(count: float) -> str:
    """Return a size for people, in decimal units.

    >>> human_bytes(11_594_722)
    '11.6 MB'
    """
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000:  # noqa: PLR2004
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
