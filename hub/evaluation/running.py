"""`evaluate`: a model over a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import InvalidInput
from hub.evaluation import choosing
from hub.evaluation.job import Job, first_field
from hub.evaluation.labelled import evaluate_labelled
from hub.evaluation.objects import evaluate_objects
from hub.evaluation.pixels import evaluate_pixels
from hub.models.about import unwrapped
from hub.models.kinds import Kind, kind_of
from hub.models.loading import load
from hub.progress import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from torch import nn

    from hub.datasets.dataset import Dataset
    from hub.evaluation.outcome import Evaluation
    from hub.progress import Progress

USUAL_BATCH = 64

EVALUATIONS: dict[Kind, Callable[[Job], Evaluation]] = {
    Kind.CLASSES: evaluate_labelled,
    Kind.SEGMENTATION: evaluate_pixels,
    Kind.BOXES: evaluate_objects,
}


def evaluate(  # noqa: PLR0913  what is run over what, how much of it, and how; by keyword
    model: str | nn.Module,
    dataset: str | Dataset,
    *,
    split: str | None = None,
    limit: int | None = None,
    batch_size: int = USUAL_BATCH,
    device: str | torch.device | None = None,
    transform: Callable[..., object] | None = None,
    name: str = "",
    progress: bool | Progress = True,
) -> Evaluation:
    """Return how well a model does on a dataset, how fast, and where it goes wrong.

    | the model is for | the dataset has | and it is measured by |
    |---|---|---|
    | image classification | a class for each picture | acc@1, acc@5, confusion, curves, loss |
    | semantic segmentation | a class for each pixel | miou, pixel_acc, confusion |
    | object detection | boxes, as in COCO or Pascal VOC | box_map, box_map_50, box_map_75 as COCO defines them |

    `model` is a name, which is loaded with its default weights, or any module; `dataset` a name or what
    `hub.load_dataset` returns. `split` is that of a name: without one that for tests or validation. `limit` takes so
    many samples from all over the split, classes in their proportions, always the same ones. Pictures are prepared as
    the weights want them, unless the dataset has a transform of its own, or `transform` is given. `device` is where the
    model is brought to; `name` is what results call it. The model's classes are found in the dataset by their names, or
    in their order where the model has no names; what it says beyond them is wrong.

        found = hub.evaluation.evaluate("efficientnet_lite0", "imagenette", limit=500)
        print(found.accuracy, found.per_class, found.confused())

    The same samples give the same figures, but for the speed; batches of other sizes may differ in the last digits.
    Raises InvalidInput if the classes of both do not fit or the model is for something else, and what loading raises.
    """
    network = load(model, pretrained=True, progress=progress) if isinstance(model, str) else unwrapped(model)
    if device is not None:
        network.to(_understood(device))
    found = choosing.opened(dataset, split, progress=progress) if isinstance(dataset, str) else dataset
    if split is not None and not isinstance(dataset, str):
        raise InvalidInput("a dataset is a split already", expected="no split=", found=split)
    if batch_size < 1:
        raise InvalidInput("a batch has at least one sample", expected="batch_size=1 or more", found=batch_size)
    with shown(progress, unit="samples") as told:
        return run(Job(network, found, limit, batch_size, transform, told, name))


def run(job: Job) -> Evaluation:
    """Return what comes of a job. Raises InvalidInput if there is no way to measure what the model is for."""
    kind = kind_of(job.name, job.about.task) if job.about else _told_by(job.dataset)
    if kind not in EVALUATIONS:
        raise InvalidInput(
            f"{job.name} {kind.value}: hub does not measure that",
            expected="a model for image classification, semantic segmentation or object detection",
            found=", ".join(job.about.task) if job.about else "",
        )
    return EVALUATIONS[kind](job)


def _told_by(dataset: Dataset) -> Kind:
    """Return what a module of the user's own has to be for."""
    return Kind.CLASSES if first_field(dataset, "label") or not first_field(dataset, "mask") else Kind.SEGMENTATION


def _understood(device: str | torch.device) -> torch.device:
    from hub.models.placement import understand

    return understand(device, None, None).device
