"""What `hub evaluate` has measured, in lines for people."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from hub.cli.drawing import bar
from hub.cli.table import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hub.evaluation.outcome import ClassFigure, Evaluation

BAR_COLUMNS = 24

LABELS = {
    "acc@1": "accuracy",
    "acc@5": "top 5",
    "mean_class_acc": "mean of classes",
    "miou": "mean IoU",
    "pixel_acc": "pixels",
    "box_map": "box mAP",
    "box_map_50": "at overlap 0.5",
    "box_map_75": "at overlap 0.75",
}
"""What shares are called here."""

FEW = 5
"""Classes that are told of the worst and of the best, and pairs of those that are confused."""


def lines_of(found: Evaluation, out: Path | None, run: Path | None) -> list[str]:
    """Return what was found, and where it was written."""
    return [*_head(found), "", *_figures(found), *_classes(found), *_confused(found), *_where(out, run)]


def _head(found: Evaluation) -> Iterator[str]:
    about = found.subject
    weights = f" ({about.weights})" if about.weights else ""
    of = "" if about.samples == about.of else f" of {about.of:,}"
    yield f"{about.model}{weights} on {about.dataset} {about.version}, {about.split}: {about.samples:,}{of} samples"


def _figures(found: Evaluation) -> list[str]:
    shares = {LABELS[name]: (name, value) for name, value in found.metrics.items() if name in LABELS}
    rates = dict(_rates(found))
    columns = max(map(len, [*shares, *rates]))
    bars = [
        f"  {label:{columns}}  {bar(value / 100, BAR_COLUMNS)} {value:6.2f}%  {_between(found, name)}".rstrip()
        for label, (name, value) in shares.items()
    ]
    return [*bars, *(f"  {label:{columns}}  {said}" for label, said in rates.items())]


def _between(found: Evaluation, name: str) -> str:
    """A part of a split tells of the whole within bounds, which hold 95 times in a hundred."""
    if name != "acc@1" or found.subject.samples == found.subject.of:
        return ""
    low, high = found.interval
    return f"{low:.1%} to {high:.1%} of all, most likely"


def _rates(found: Evaluation) -> Iterator[tuple[str, str]]:
    about, metrics = found.subject, found.metrics
    if "loss" in metrics:
        yield "loss", f"{metrics['loss']:.4f}"
    rate, batch = metrics["samples_per_second"], metrics["ms_per_batch"]
    per = f"a batch of {about.batch_size}" if found.answers is not None else "a picture"
    yield "speed", f"{rate:,.1f} samples/s on {about.device}; the model takes {batch:,.1f} ms for {per}"


def _classes(found: Evaluation) -> Iterator[str]:
    ranked = found.ranked()
    if len(ranked) <= 2 * FEW:
        yield from ("", f"classes, the worst first ({len(ranked)})", *_bars(ranked, found))
        return
    yield from ("", f"worst of {len(ranked):,} classes", *_bars(ranked[:FEW], found))
    yield from ("", "best", *_bars(ranked[: -FEW - 1 : -1], found))


def _bars(figures: Sequence[ClassFigure], found: Evaluation) -> list[str]:
    unit = {"acc@1": "samples", "miou": "pixels"}.get(next(iter(found.metrics)), "objects")
    rows = [
        (f"  {bar(each.value or 0, BAR_COLUMNS)}", f"{each.value:.1%}", each.name, f"{each.count:,} {unit}")
        for each in figures
    ]
    return lines(rows, right=[1])


def _confused(found: Evaluation) -> Iterator[str]:
    pairs = found.confused(FEW) if found.answers is not None else []
    if pairs:
        yield from ("", "most often confused")
        yield from lines(
            [(f"  {count:,} times", truth, f"taken for {taken}") for truth, taken, count in pairs], right=[0]
        )


def _where(out: Path | None, run: Path | None) -> Iterator[str]:
    if out or run:
        yield ""
    if out:
        yield str(out)
    if run:
        yield f"tensorboard --logdir {shlex.quote(str(run.parent))}"
