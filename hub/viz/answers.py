"""`log_predictions`: what a model says of the samples of a dataset, and where it goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hub.errors import InvalidInput
from hub.evaluation import counting
from hub.evaluation.outcome import Evaluation
from hub.evaluation.running import evaluate
from hub.viz.boards import Board, opened
from hub.viz.contents import as_table
from hub.viz.grids import grid
from hub.viz.samples import names_of, picture_of

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray
    from PIL.Image import Image
    from torch import nn

    from hub.datasets.dataset import Dataset
    from hub.evaluation.outcome import Answers

SIDE = 128
"""Pixels of the longer side of a picture on a sheet."""

SHOWN = 24
"""Pictures on a sheet."""

CURVES = 40
"""Classes that have a curve each: the worst ones, of more."""

NAMED = 40
"""Classes that the table tells of: the worst ones, of more."""

LEGIBLE = 100
"""Of more classes the confused ones are drawn by themselves too, so that their names can be read."""


def log_predictions(
    board: Board | str | os.PathLike[str],
    model: str | nn.Module | Evaluation,
    dataset: str | Dataset,
    *,
    split: str | None = None,
    limit: int | None = None,
    step: int = 0,
) -> Evaluation:
    """Show how a model does on a dataset: figures, curves, what is taken for what, pictures told right and wrong.

    `board` is a `Board`, a folder for TensorBoard, or "visdom". `model` is a name, a module, or what
    `hub.evaluation.evaluate` has returned for this very dataset; the former are evaluated with `split` and `limit`.
    Curves are those of each class, precision against recall; pictures are the mistakes of which the model was surest,
    those it was right about and least sure, and some from all over. Returns the evaluation.

        found = hub.viz.log_predictions("runs/digits", model, dataset)

    Raises what `hub.evaluation.evaluate` raises, and InvalidInput if an evaluation is of other samples.
    """
    samples = _opened(dataset, split)
    found = model if isinstance(model, Evaluation) else evaluate(model, samples, limit=limit)
    if found.subject.fingerprint != samples.fingerprint:
        raise InvalidInput(
            "this evaluation is of other samples",
            expected=f"{found.subject.dataset}, {found.subject.split}",
            found=f"{samples.card.name}, {samples.split}",
        )
    with opened(board) as shown:
        _figures(shown, found, step)
        _confusion(shown, found, step)
        _curves(shown, found, step)
        if found.answers is not None:
            for title, places in _sheets(found.answers).items():
                if len(places):
                    shown.image(f"predictions/{title}", _sheet(title, places, found, samples), step)
    return found


def _opened(dataset: str | Dataset, split: str | None) -> Dataset:
    from hub.evaluation.choosing import opened as loaded

    return loaded(dataset, split) if isinstance(dataset, str) else dataset


def _figures(board: Board, found: Evaluation, step: int) -> None:
    about = found.subject
    for name, value in found.metrics.items():
        board.scalar(f"evaluation/{name}", value, step)
    facts = [
        ("model", f"{about.model} {about.weights}".strip()),
        ("dataset", f"{about.dataset} {about.version}, {about.split}"),
        ("samples", f"{about.samples:,} of {about.of:,}"),
        *((name, f"{value:,.4g}") for name, value in found.metrics.items()),
    ]
    board.text("evaluation/figures", as_table(("of this model", ""), facts), step)
    ranked = found.ranked()[:NAMED]
    rows = [(each.name, f"{each.value:.1%}", f"{each.count:,}") for each in ranked]
    board.text("evaluation/classes, the worst first", as_table(("class", "right", "samples"), rows), step)
    pairs = [(truth, taken, f"{count:,}") for truth, taken, count in found.confused(NAMED)]
    if pairs:
        board.text("evaluation/most often confused", as_table(("class", "taken for", "times"), pairs), step)


def _confusion(board: Board, found: Evaluation, step: int) -> None:
    if found.confusion is None:
        return
    names = [each.name for each in found.classes]
    board.heatmap("confusion/all classes", found.confusion, names, found.columns, step)
    if len(names) > LEGIBLE:
        rows, columns = _most_confused(found)
        part = found.confusion[np.ix_(rows, columns)]
        board.heatmap(
            "confusion/most confused",
            part,
            [names[each] for each in rows],
            [found.columns[each] for each in columns],
            step,
        )


def _most_confused(found: Evaluation) -> tuple[list[int], list[int]]:
    """Return the numbers of classes that are confused most, rows and columns, as many as can be read."""
    counts = found.confusion if found.confusion is not None else np.zeros((0, 0), np.int64)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    order = (-wrong).ravel().argsort(kind="stable")[: NAMED // 2]
    pairs = [divmod(int(place), counts.shape[1]) for place in order if wrong.flat[place]]
    rows = sorted({row for row, _ in pairs} | {column for _, column in pairs if column < len(counts)})
    return rows, sorted({*rows, *(column for _, column in pairs)})


def _curves(board: Board, found: Evaluation, step: int) -> None:
    if found.curves is None:
        return
    with_samples = [number for number, each in enumerate(found.classes) if each.value is not None]
    worst = sorted(with_samples, key=lambda number: found.classes[number].value or 0.0)[:CURVES]
    for number in sorted(worst):
        truth, scores, weights = counting.points(found.curves[number])
        board.pr_curve(f"precision and recall/{found.classes[number].name}", truth, scores, step, weights=weights)


def _sheets(answers: Answers) -> dict[str, NDArray[np.int64]]:
    """Return title -> places in the answers of what is shown."""
    wrong = np.flatnonzero(answers.truth != answers.found)
    right = np.flatnonzero(answers.truth == answers.found)
    surest = wrong[np.argsort(-answers.sure[wrong], kind="stable")]
    least = right[np.argsort(answers.sure[right], kind="stable")]
    return {
        "wrong, the surest first": surest[:SHOWN],
        "right, the least sure first": least[:SHOWN],
        "all over": _even(len(answers), SHOWN),
    }


def _even(total: int, count: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, total - 1, min(total, count)).round().astype(np.int64))


def _sheet(title: str, places: NDArray[np.int64], found: Evaluation, samples: Dataset) -> Image:
    answers = found.answers
    if answers is None:  # pragma: no cover  asked for only where there are some
        raise InvalidInput("there are no answers")
    fields = [field for field in samples.fields if field.kind in ("image", "patch")][:1]
    pictures = [
        picture_of(samples.row(int(answers.numbers[place])), fields, names_of(samples), side=SIDE) for place in places
    ]
    captions = [_caption(found, answers, int(place)) for place in places]
    return grid(pictures, captions, title=f"{found.subject.name}: {title}")


def _caption(found: Evaluation, answers: Answers, place: int) -> str:
    """Return what was said, how sure, and what is true; lines part between names, not within."""
    truth, said = found.classes[answers.truth[place]].name, found.columns[answers.found[place]]
    sure = f"{answers.sure[place]:.0%}"
    both = [f"{said} {sure}"] if truth == said else [f"{said} {sure},", f"is {truth}"]
    return " ".join(each.replace(" ", "\N{NO-BREAK SPACE}") for each in both)
