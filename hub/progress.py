"""Progress: what the library reports while it works, and the bar that shows it.

The library never prints. It reports to a `Progress`; `bars()` draws one on standard error, `Silent` draws nothing.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from hub import ranks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

# Without a terminal a line each so often keeps a log readable and still shows that something moves.
PLAIN_INTERVAL = 10.0


class Progress(Protocol):
    """One thing at a time: `start`, any number of `advance`, `finish`; `note` at any moment."""

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        """Begin with `label`, of `total` bytes (None: unknown) with `done` there already; ends what ran, unsaid."""

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


class Tally:
    """What is under way: how much of it there is, and since when."""

    def __init__(self, label: str, total: int | None, done: int, clock: Callable[[], float]) -> None:
        self.label = label
        self.total = total
        self.done = self._there_already = done
        self._clock = clock
        self._began = clock()

    def amount(self) -> str:
        """Return what is there, and of how much: "3.1 MB of 11.5 MB"."""
        whole = self.total is None or self.done >= self.total
        return human_bytes(self.done) + ("" if whole else f" of {human_bytes(self.total or 0)}")

    def summary(self) -> str:
        """Return the line that stays when it is done."""
        seconds = max(self._clock() - self._began, 1e-3)
        return f"{self.label}: {self.amount()}, {human_bytes((self.done - self._there_already) / seconds)}/s"


class Plain:
    """Writes lines: for logs and pipes."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._tally: Tally | None = None
        self._told = clock()

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        self._tally = Tally(label, total, done, self._clock)
        self._told = self._clock()

    def advance(self, count: int) -> None:
        if self._tally is None:
            return
        self._tally.done += count
        if self._clock() - self._told >= PLAIN_INTERVAL:
            self._told = self._clock()
            self.note(f"{self._tally.label}: {self._tally.amount()}")

    def finish(self) -> None:
        if self._tally is not None:
            self.note(self._tally.summary())
        self._tally = None

    def note(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class Bars:
    """Draws a bar with amount, rate and time left on a terminal; when it is done a line with the same stays."""

    def __init__(self, drawn: RichProgress, clock: Callable[[], float] = time.monotonic) -> None:
        self._drawn = drawn
        self._clock = clock
        self._task: TaskID | None = None
        self._tally: Tally | None = None

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        if self._task is not None:
            self._drawn.remove_task(self._task)
        self._tally = Tally(label, total, done, self._clock)
        self._task = self._drawn.add_task(label, total=total, completed=done)

    def advance(self, count: int) -> None:
        if self._task is not None and self._tally is not None:
            self._tally.done += count
            self._drawn.advance(self._task, count)

    def finish(self) -> None:
        if self._task is not None and self._tally is not None:
            self._drawn.remove_task(self._task)
            self.note(self._tally.summary())
        self._task = self._tally = None

    def note(self, text: str) -> None:
        self._drawn.console.print(text, highlight=False, markup=False)


@contextmanager
def shown(wanted: bool | Progress = True) -> Iterator[Progress]:
    """Give a Progress: bars on a terminal, lines elsewhere, nothing if `wanted` is False.

    A Progress of the caller's own is handed through. Of ranks on one machine only the first talks; the others would
    draw over it. Raises InvalidInput if the environment's ranks contradict one another.
    """
    if not isinstance(wanted, bool):
        yield wanted
    elif not wanted or not ranks.current().talks:
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
    from rich.table import Column

    label = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    return rich_progress.Progress(
        rich_progress.TextColumn("{task.description}", markup=False, table_column=label),
        rich_progress.BarColumn(bar_width=20),
        rich_progress.DownloadColumn(),
        rich_progress.TransferSpeedColumn(),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        expand=True,
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
