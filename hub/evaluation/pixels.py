"""Pictures of which each pixel has a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hub.errors import InvalidInput
from hub.evaluation import choosing, matching
from hub.evaluation.counting import Confusion
from hub.evaluation.job import OTHERS, Watch, class_names, first_field
from hub.evaluation.outcome import PERCENT, ClassFigure, Evaluation
from hub.models.prediction.segmentation import segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.evaluation.counting import Counts
    from hub.evaluation.job import Job


def evaluate_pixels(job: Job) -> Evaluation:
    """Return how well a model tells the classes of pixels, at the size of the pictures, one after another.

    Pixels whose number is that of no class, such as 255 around Pascal's objects, do not count.
    """
    image, mask = _require_fields(job.dataset)
    classes = class_names(job.dataset, mask)
    outputs = matching.outputs_of(classes, job.categories, len(job.categories), model=job.name)
    dataset, _ = choosing.part(job.dataset, job.limit, None)
    confusion = Confusion(len(classes), len(classes) + 1)
    class_of = np.full(max(len(job.categories), len(classes)), len(classes))
    class_of[outputs] = np.arange(len(classes))
    watch = Watch()
    job.progress.start(f"{job.name} on {job.dataset.split}", len(dataset))
    for number in range(len(dataset)):
        row = dataset.row(number)
        truth = np.asarray(row[mask.name]).astype(np.int64)
        picture: Any = row[image.name]
        with watch.running(1):
            found = class_of[segment(job.model, picture).numbers.numpy()]
        known = (truth >= 0) & (truth < len(classes))
        confusion.add(truth[known], found[known])
        job.progress.advance(1)
    job.progress.finish()
    return _outcome(job, classes, confusion.counts, watch, len(dataset))


def _require_fields(dataset: Dataset) -> tuple[Field, Field]:
    image, mask = first_field(dataset, "image"), first_field(dataset, "mask")
    if image is None or mask is None or not class_names(dataset, mask):
        raise InvalidInput(
            f"{dataset.card.name} does not say what each pixel belongs to",
            expected="samples of a picture and a mask of classes",
            found=", ".join(f"{each.name} ({each.kind})" for each in dataset.fields),
            hint="`hub list datasets --task semantic-segmentation` has such",
        )
    return image, mask


def _outcome(job: Job, classes: Sequence[str], counts: Counts, watch: Watch, samples: int) -> Evaluation:
    figures = _figures(classes, counts)
    known = [each.value for each in figures if each.value is not None]
    metrics = {
        "miou": PERCENT * sum(known) / max(len(known), 1),
        "pixel_acc": PERCENT * float(np.trace(counts)) / max(int(counts.sum()), 1),
    }
    others = bool(counts[:, -1].any())
    return Evaluation(
        subject=job.subject("semantic-segmentation", samples),
        metrics={**metrics, **watch.figures()},
        classes=figures,
        confusion=counts if others else counts[:, :-1],
        columns=(*classes, *([OTHERS] if others else [])),
    )


def _figures(classes: Sequence[str], counts: Counts) -> tuple[ClassFigure, ...]:
    """Return intersection over union of each class; None for one that is neither there nor seen."""
    own = counts[:, :-1]
    both: NDArray[np.int64] = own.diagonal()
    either = counts.sum(axis=1) + own.sum(axis=0) - both
    return tuple(
        ClassFigure(name, int(total), float(shared / union) if union else None)
        for name, total, shared, union in zip(classes, counts.sum(axis=1), both, either, strict=True)
    )
