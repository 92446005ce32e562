"""`Evaluation`: what came of running a model over a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hub.evaluation import counting, surroundings
from hub.evaluation.results import OfClass, Results

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from datetime import date

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from hub.evaluation.counting import Counts

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Subject:
    """What was run over what: `numbers` of samples in the results are those in this split.

    `weights` is a tag or a file's name, `sha256` the digest of the published file; both empty if they are not known.
    """

    task: str
    model: str
    weights: str
    sha256: str
    dataset: str
    version: str
    split: str
    fingerprint: str
    samples: int
    of: int
    batch_size: int
    device: torch.device

    @property
    def name(self) -> str:
        """A short name of both."""
        return f"{self.model} on {self.dataset}"


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """How many samples (or pixels, or objects) a class has, and how well it is told, from 0 to 1; None without any."""

    name: str
    count: int
    value: float | None


@dataclass(frozen=True, slots=True, eq=False)  # arrays have no single answer to ==
class Answers:
    """What was said of each sample, in the order of the split.

    `numbers` are those of the samples, `truth` and `found` those of classes, int64 of shape (samples,); a model's class
    that the dataset lacks is one more than the dataset has. `sure` is float32, from 0 to 1: how sure of `found` it was.
    """

    numbers: NDArray[np.int64]
    truth: NDArray[np.int64]
    found: NDArray[np.int64]
    sure: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """How well a model does on a dataset.

    `metrics` are called as on cards: "acc@1" and "acc@5", "miou" and "pixel_acc", "box_map"; those are per cent.
    `mean_class_acc` counts each class alike, `loss` is the mean cross entropy. `samples_per_second` is the whole loop,
    `ms_per_batch` the model alone. `classes` are those of the dataset, in its order.

    `confusion` is int64 of shape (classes, columns): how often (samples, or pixels) one class, the row, was taken for
    another; the names of `columns` are those of the classes and, if the model knows more, OTHERS. `answers` are there
    for what has one class a sample, and `curves`: see `hub.evaluation.counting.Curves`.
    """

    subject: Subject
    metrics: Mapping[str, float]
    classes: tuple[ClassFigure, ...]
    confusion: Counts | None = None
    columns: tuple[str, ...] = ()
    answers: Answers | None = None
    curves: Counts | None = None

    def __repr__(self) -> str:
        said = ", ".join(f"{name} {value:,.4g}" for name, value in self.metrics.items())
        return f"Evaluation({self.subject.name}, {self.subject.split}, {self.subject.samples:,} samples: {said})"

    def __len__(self) -> int:
        return self.subject.samples

    @property
    def accuracy(self) -> float:
        """The share of samples that were told right, from 0 to 1. AttributeError where there is no such figure."""
        return self._share("acc@1")

    @property
    def top5(self) -> float:
        """The share of samples whose class was among the five likeliest; AttributeError where nobody counted."""
        return self._share("acc@5")

    @property
    def per_class(self) -> dict[str, float | None]:
        """Class -> how well it is told, from 0 to 1; of two classes of one name the second has its number too."""
        found: dict[str, float | None] = {}
        for number, each in enumerate(self.classes):
            found[f"{each.name} ({number})" if each.name in found else each.name] = each.value
        return found

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the accuracy lies with 95 %, if these samples are drawn from many more."""
        return counting.interval(round(self.accuracy * len(self)), len(self))

    def ranked(self) -> list[ClassFigure]:
        """Return the classes that have samples, the worst first; of equal ones that with more samples."""
        known = [each for each in self.classes if each.value is not None]
        return sorted(known, key=lambda each: (each.value or 0.0, -each.count))

    def confused(self, most: int = 10) -> list[tuple[str, str, int]]:
        """Return which class was taken for which other, and how often, the most frequent first."""
        if self.confusion is None:
            return []
        wrong = self.confusion.copy()
        for number in range(min(wrong.shape)):
            wrong[number, number] = 0
        order = (-wrong).ravel().argsort(kind="stable")[:most]
        pairs = [divmod(int(place), wrong.shape[1]) for place in order]
        names = [each.name for each in self.classes]
        return [
            (names[row], self.columns[column], int(wrong[row, column])) for row, column in pairs if wrong[row, column]
        ]

    def results(self, command: str = "", *, today: date | None = None) -> Results:
        """Return what a results file says of it: with the commit of the project at hand, and the date (UTC)."""
        about = self.subject
        return Results(
            name=about.name,
            task=about.task,
            model=about.model,
            weights=about.weights,
            sha256=about.sha256,
            dataset=about.dataset,
            version=about.version,
            split=about.split,
            fingerprint=about.fingerprint,
            samples=about.samples,
            of=about.of,
            batch_size=about.batch_size,
            metrics={name: round(value, 4) for name, value in self.metrics.items()},
            classes=tuple(_of_class(each) for each in self.classes),
            command=command,
            commit=surroundings.commit(Path.cwd()),
            hardware=surroundings.hardware(about.device),
            software=surroundings.software(),
            device=str(about.device),
            date=today or datetime.now(UTC).date(),
        )

    def save(self, path: str | os.PathLike[str], command: str = "") -> Results:
        """Write a results file, whole or not at all, and return what it says. HubError if it cannot be written."""
        made = self.results(command)
        made.write(Path(path))
        return made

    def _share(self, name: str) -> float:
        if name not in self.metrics:
            raise AttributeError(f"{self.subject.name} was not measured by {name!r}: {', '.join(self.metrics)}")
        return self.metrics[name] / PERCENT


def _of_class(figure: ClassFigure) -> OfClass:
    value = None if figure.value is None else round(figure.value * PERCENT, 4)
    return OfClass(name=figure.name, samples=figure.count, value=value)
