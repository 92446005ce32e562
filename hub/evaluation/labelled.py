"""Pictures of which each has a class."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from hub.errors import InvalidInput
from hub.evaluation import choosing, matching
from hub.evaluation.counting import Confusion, Curves
from hub.evaluation.job import OTHERS, Watch, class_names, first_field
from hub.evaluation.outcome import PERCENT, Answers, ClassFigure, Evaluation
from hub.models.prediction.inputs import in_colour
from hub.models.prediction.running import evaluating, placed, transforms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from torch import Tensor

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.evaluation.job import Job

FIVE = 5


def evaluate_labelled(job: Job) -> Evaluation:
    """Return how many pictures a model tells right."""
    image, label = _require_fields(job.dataset)
    labels = np.asarray(job.dataset[label.name]).astype(np.int64) - label.first
    dataset, numbers = choosing.part(job.dataset, job.limit, labels)
    tally = _Tally(class_names(job.dataset, label), job.categories, job.name)
    watch = Watch()
    job.progress.start(f"{job.name} on {job.dataset.split}", len(dataset))
    with evaluating(job.model):
        for pictures, truth in _batches(job, dataset, image.name, labels[numbers]):
            with watch.running(len(truth)):
                scores = _scores(job.model(placed(pictures, job.model)), len(truth))
            tally.add(truth, scores)
            job.progress.advance(len(truth))
    job.progress.finish()
    return Evaluation(
        subject=job.subject("image-classification", len(dataset)),
        metrics={**tally.metrics(), **watch.figures()},
        classes=tally.figures(),
        confusion=tally.confusion.counts,
        columns=tally.columns,
        answers=tally.answers(numbers),
        curves=tally.curves.counts,
    )


def _require_fields(dataset: Dataset) -> tuple[Field, Field]:
    image, label = first_field(dataset, "image", "patch"), first_field(dataset, "label")
    if image is None or label is None or np.ndim(dataset[label.name]) != 1:
        raise InvalidInput(
            f"{dataset.card.name} does not say which class each picture shows",
            expected="samples of a picture and its class",
            found=", ".join(f"{each.name} ({each.kind})" for each in dataset.fields),
            hint="`hub list datasets --task image-classification` has such",
        )
    return image, label


def _batches(
    job: Job, dataset: Dataset, name: str, labels: NDArray[np.int64]
) -> Iterator[tuple[Tensor, NDArray[np.int64]]]:
    """Yield pictures as the model takes them, with their classes from 0 on, in the order of the dataset."""
    prepare = job.transform or (None if dataset.transforms is not None else _own(job))
    start = 0
    for batch in dataset.loader(job.batch_size, transform=prepare):
        pictures = cast("Tensor", getattr(batch, name, None) if hasattr(batch, name) else cast("Any", batch)[0])
        yield pictures, labels[start : start + len(pictures)]
        start += len(pictures)


def _own(job: Job) -> Callable[..., object]:
    if job.about is None:
        raise InvalidInput(
            f"it is not known how {job.name} wants its pictures",
            expected="a model of hub.load, or a function that prepares them",
            found="neither",
            hint="evaluate(..., transform=...), or load the dataset with transform=",
        )
    return partial(_prepared, cast("Callable[..., Tensor]", transforms_of(job.model)))


def _prepared(transforms: Callable[..., Tensor], picture: Any) -> Tensor:  # noqa: ANN401  a Pillow image or a tensor
    return transforms(in_colour(picture))


def _scores(found: object, samples: int) -> Tensor:
    """Return scores on the CPU, (samples, outputs); InvalidInput if a model gives something else."""
    if not isinstance(found, torch.Tensor) or found.ndim != 2 or len(found) != samples:  # noqa: PLR2004  rows, columns
        raise InvalidInput(
            "this network does not tell classes",
            expected=f"scores of shape ({samples}, classes)",
            found=list(found.shape) if isinstance(found, torch.Tensor) else type(found).__name__,
        )
    return found.float().cpu()


@dataclass(slots=True)
class _Tally:
    """What was counted so far; the first batch tells how many outputs the model has."""

    classes: Sequence[str]
    categories: Sequence[str]
    model: str
    columns: tuple[str, ...] = ()
    loss: float = 0.0
    in_five: int = 0
    truth: list[NDArray[np.int64]] = field(default_factory=list)
    found: list[NDArray[np.int64]] = field(default_factory=list)
    sure: list[NDArray[np.float32]] = field(default_factory=list)
    confusion: Confusion = field(init=False)
    curves: Curves = field(init=False)
    outputs: NDArray[np.int64] = field(init=False)
    class_of: NDArray[np.int64] = field(init=False)

    def _begin(self, outputs: int) -> None:
        self.outputs = matching.outputs_of(self.classes, self.categories, outputs, model=self.model)
        count = len(self.outputs)
        self.classes = self.classes or tuple(map(str, range(count)))
        self.class_of = np.full(outputs, count)
        self.class_of[self.outputs] = np.arange(count)
        self.columns = (*self.classes, *([OTHERS] if outputs > count else []))
        self.confusion, self.curves = Confusion(count, len(self.columns)), Curves(count)

    def add(self, truth: NDArray[np.int64], scores: Tensor) -> None:
        """Count a batch: classes from 0 on, and scores of shape (samples, outputs)."""
        if not self.columns:
            self._begin(scores.shape[1])
        if truth.min() < 0 or truth.max() >= len(self.classes):
            count = f"labels of {len(self.classes):,} classes"
            raise InvalidInput(f"{self.model} has too few classes", expected=count, found=int(truth.max()) + 1)
        wanted = torch.from_numpy(self.outputs[truth])
        logs = scores.log_softmax(dim=1)
        shares = logs.exp()
        best = shares.max(dim=1)
        found = self.class_of[best.indices.numpy()]
        five = scores.topk(min(FIVE, scores.shape[1]), dim=1).indices
        self.in_five += int((five == wanted[:, None]).sum())
        self.loss -= float(logs[torch.arange(len(truth)), wanted].double().sum())
        self.confusion.add(truth, found)
        self.curves.add(truth, shares[:, torch.from_numpy(self.outputs)].numpy())
        self.truth.append(truth)
        self.found.append(found)
        self.sure.append(best.values.numpy())

    def metrics(self) -> dict[str, float]:
        """Return what came of it; of five classes or fewer the best five tell nothing."""
        counts = self.confusion.counts
        total = int(counts.sum())
        right = int(np.trace(counts[:, : len(counts)]))
        known = [each.value for each in self.figures() if each.value is not None]
        metrics = {"acc@1": PERCENT * right / total}
        if len(self.classes) > FIVE:
            metrics["acc@5"] = PERCENT * self.in_five / total
        return {**metrics, "mean_class_acc": PERCENT * sum(known) / len(known), "loss": self.loss / total}

    def figures(self) -> tuple[ClassFigure, ...]:
        """Return how well each class is told."""
        counts = self.confusion.counts
        totals, right = counts.sum(axis=1).tolist(), counts.diagonal().tolist()
        return tuple(
            ClassFigure(name, total, hits / total if total else None)
            for name, total, hits in zip(self.classes, totals, right, strict=True)
        )

    def answers(self, numbers: NDArray[np.int64]) -> Answers:
        """Return what was said of each sample."""
        return Answers(numbers, np.concatenate(self.truth), np.concatenate(self.found), np.concatenate(self.sure))
