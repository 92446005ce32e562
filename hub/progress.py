"""Progress: what the library reports while it works, and the bar that shows it.

The library never prints. It reports to a `Progress`; `bars()` draws one on standard error, `Silent` draws nothing.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from hub import ranks
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

# Without a terminal a line each so often keeps a log readable and still shows that something moves.
PLAIN_INTERVAL = 10.0

BYTES = "bytes"


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
    """What is under way: how much of it there is, and since when; bytes, or things that `unit` names in the plural."""

    def __init__(self, label: str, total: int | None, done: int, clock: Callable[[], float], unit: str = BYTES) -> None:
        self.label = label
        self.total = total
        self.done = self._there_already = done
        self.unit = unit
        self._clock = clock
        self._began = clock()

    def amount(self) -> str:
        """Return what is there, and of how much: "3.1 MB of 11.5 MB"."""
        whole = self.total is None or self.done >= self.total
        return human_amount(self.done, self.unit) if whole else self.partly

    @property
    def partly(self) -> str:
        """Return what is there of how much, also when that is all: "640 of 10,000 samples"."""
        total = human_amount(self.total or 0, self.unit)
        return f"{human_amount(self.done, self.unit).removesuffix(f' {self.unit}')} of {total}"

    @property
    def rate(self) -> str:
        """Return how much came in a second: "500.0 kB/s"."""
        seconds = max(self._clock() - self._began, 1e-3)
        return f"{human_amount((self.done - self._there_already) / seconds, self.unit)}/s"

    def summary(self) -> str:
        """Return the line that stays when it is done."""
        return f"{self.label}: {self.amount()}, {self.rate}"


class Plain:
    """Writes lines: for logs and pipes."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic, unit: str = BYTES) -> None:
        self._stream = stream
        self._clock = clock
        self._unit = unit
        self._tally: Tally | None = None
        self._told = clock()

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        self._tally = Tally(label, total, done, self._clock, self._unit)
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

    def __init__(self, drawn: RichProgress, clock: Callable[[], float] = time.monotonic, unit: str = BYTES) -> None:
        self._drawn = drawn
        self._clock = clock
        self._unit = unit
        self._task: TaskID | None = None
        self._tally: Tally | None = None

    def start(self, label: str, total: int | None, done: int = 0) -> None:
        if self._task is not None:
            self._drawn.remove_task(self._task)
        self._tally = Tally(label, total, done, self._clock, self._unit)
        self._task = self._drawn.add_task(label, total=total, completed=done, tally=self._tally)

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
def shown(wanted: bool | Progress = True, unit: str = BYTES) -> Iterator[Progress]:
    """Give a Progress: bars on a terminal, lines elsewhere, nothing if `wanted` is False.

    A Progress of the caller's own is handed through. What is counted is bytes, or things that `unit` names. Of ranks on
    one machine only the first talks; the others would draw over it.
    """
    if not isinstance(wanted, bool):
        yield wanted
    elif not wanted or not _talks():
        yield Silent()
    elif not sys.stderr.isatty():
        yield Plain(sys.stderr, unit=unit)
    else:
        with _rich_bars(unit) as drawn:
            yield Bars(drawn, unit=unit)


def _talks() -> bool:
    try:
        return ranks.current().talks
    except InvalidInput:  # a stray RANK in the environment is no reason to fail, or to be silent
        return True


def _rich_bars(unit: str) -> RichProgress:
    # rich: costs 50 ms to import, so only when a bar is drawn; its bars are right on every terminal.
    from rich import progress as rich_progress
    from rich.console import Console
    from rich.table import Column

    label = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    of_bytes = (rich_progress.DownloadColumn(), rich_progress.TransferSpeedColumn())
    of_others = (
        rich_progress.TextColumn("{task.fields[tally].partly}"),
        rich_progress.TextColumn("{task.fields[tally].rate}"),
    )
    return rich_progress.Progress(
        rich_progress.TextColumn("{task.description}", markup=False, table_column=label),
        rich_progress.BarColumn(bar_width=20),
        *(of_bytes if unit == BYTES else of_others),
        rich_progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        expand=True,
    )


def human_amount(count: float, unit: str) -> str:
    """Return how many of something there are; below ten, as rates may be, with a digit behind the point.

    >>> human_amount(12_345.6, "samples"), human_amount(1.25, "samples"), human_amount(2e6, "bytes")
    ('12,346 samples', '1.2 samples', '2.0 MB')
    """
    if unit == BYTES:
        return human_bytes(count)
    whole = isinstance(count, int) or count >= 10  # noqa: PLR2004
    return f"{count:,.0f} {unit}" if whole else f"{count:.1f} {unit}"


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
