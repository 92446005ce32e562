"""Pictures with boxes around what they show, as in COCO and in Pascal VOC."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hub.errors import InvalidInput
from hub.evaluation import choosing
from hub.evaluation.job import Watch, first_field
from hub.evaluation.matching import names
from hub.evaluation.outcome import PERCENT, ClassFigure, Evaluation
from hub.evaluation.precision import OVERLAPS, Matched, Truth, average_precision, matched
from hub.models.prediction.detection import detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.evaluation.job import Job
    from hub.models.prediction import Boxes

CORNERS = ("xmin", "ymin", "xmax", "ymax")

ALSO = {
    "aeroplane": "airplane",
    "diningtable": "dining table",
    "motorbike": "motorcycle",
    "pottedplant": "potted plant",
    "sofa": "couch",
    "tvmonitor": "tv",
}
"""What Pascal VOC calls classes, and what COCO calls them."""

SHOWN = {"box_map_50": 0.5, "box_map_75": 0.75}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is there: its class, its box as x1, y1, x2, y2; see `precision.Truth`."""

    name: str
    box: Sequence[float]
    crowd: bool = False
    left_out: bool = False


def evaluate_objects(job: Job) -> Evaluation:
    """Return how well a model finds objects, in pictures one after another, by COCO's average precision of boxes."""
    image, annotation = _require_fields(job.dataset)
    known = {number: name for name, number in job.dataset.class_to_idx.items()}
    classes = tuple(annotation.classes or job.dataset.classes)
    dataset, _ = choosing.part(job.dataset, job.limit, None)
    tally = _Tally(_known_to(classes, job), classes)
    watch = Watch()
    job.progress.start(f"{job.name} on {job.dataset.split}", len(dataset))
    for number in range(len(dataset)):
        row = dataset.row(number)
        things = list(_things(row[annotation.name], known))
        picture: Any = row[image.name]
        with watch.running(1):
            found = detect(job.model, picture, threshold=0.0)
        tally.add(things, found)
        job.progress.advance(1)
    job.progress.finish()
    return Evaluation(
        subject=job.subject("object-detection", len(dataset)),
        metrics={**tally.metrics(), **watch.figures()},
        classes=tally.figures(),
    )


def _require_fields(dataset: Dataset) -> tuple[Field, Field]:
    image, annotation = first_field(dataset, "image"), first_field(dataset, "annotation")
    if image is None or annotation is None or not (annotation.classes or dataset.classes):
        raise InvalidInput(
            f"{dataset.card.name} has no boxes with classes",
            expected="samples of a picture and boxes, as in COCO or Pascal VOC",
            found=", ".join(f"{each.name} ({each.kind})" for each in dataset.fields),
            hint="`hub list datasets --task object-detection` has such",
        )
    return image, annotation


def _known_to(classes: Sequence[str], job: Job) -> Mapping[int, str]:
    """Return number of the model's class -> name of the dataset's; InvalidInput if the model lacks one of those."""
    numbers = {name: number for number, each in enumerate(job.categories) for name in names(each)}
    found = {each: next((numbers[name] for name in _spellings(each) if name in numbers), None) for each in classes}
    missing = [name for name, number in found.items() if number is None]
    if missing:
        raise InvalidInput(
            f"{job.name} does not know all classes of this dataset",
            expected=", ".join(map(repr, classes[:4])) + f", … ({len(classes)})",
            found=f"not {', '.join(map(repr, missing[:4]))}" + (f", … ({len(missing)})" if len(missing) > 1 else ""),
            hint="take a model that was trained on these classes",
        )
    return {number: name for name, number in found.items() if number is not None}


def _spellings(name: str) -> Iterator[str]:
    yield from names(name)
    yield from names(ALSO.get(name, name))


def _things(value: Any, known: Mapping[int, str]) -> Iterator[Thing]:  # noqa: ANN401  what JSON or XML holds
    if isinstance(value, dict):
        objects = value["annotation"].get("object", [])
        for each in objects if isinstance(objects, list) else [objects]:
            corners = [float(each["bndbox"][corner]) for corner in CORNERS]
            yield Thing(each["name"], corners, left_out=str(each.get("difficult")) == "1")
        return
    for each in value or ():
        number = each.get("category", each.get("category_id"))
        if number in known:
            left, top, width, height = (float(side) for side in each["bbox"])
            crowd = bool(each.get("iscrowd", 0))
            yield Thing(known[number], (left, top, left + width, top + height), crowd, crowd)


def _truth(things: Sequence[Thing]) -> Truth:
    return Truth(
        np.array([thing.box for thing in things], np.float64).reshape(-1, 4),
        np.array([thing.crowd for thing in things], bool),
        np.array([thing.left_out for thing in things], bool),
    )


@dataclass(slots=True)
class _Tally:
    """Boxes of each class, picture by picture, as far as they are matched with things."""

    names: Mapping[int, str]
    classes: Sequence[str]
    pictures: dict[str, list[Matched]] = field(default_factory=lambda: defaultdict(list))

    def add(self, things: Sequence[Thing], found: Boxes) -> None:
        """Count a picture."""
        boxes, scores = found.boxes.double().numpy(), found.scores.double().numpy()
        said = np.array([self.names.get(number, "") for number in found.numbers.tolist()])
        for name in {*said.tolist(), *(thing.name for thing in things)} - {""}:
            own = said == name if len(said) else np.zeros(0, bool)
            there = [thing for thing in things if thing.name == name]
            self.pictures[name].append(matched(boxes[own], scores[own], _truth(there)))

    def _precisions(self) -> dict[str, NDArray[np.float64]]:
        made = {name: average_precision(self.pictures[name]) for name in self.classes if name in self.pictures}
        return {name: found for name, found in made.items() if found is not None}

    def metrics(self) -> dict[str, float]:
        """Return the means over all classes that are there."""
        table = np.array([*self._precisions().values()]).reshape(-1, len(OVERLAPS))
        if not len(table):
            raise InvalidInput("no picture has a box of a known class", expected="at least one", found="none")
        at = {name: int(np.argmin(abs(OVERLAPS - overlap))) for name, overlap in SHOWN.items()}
        means = {name: PERCENT * float(table[:, place].mean()) for name, place in at.items()}
        return {"box_map": PERCENT * float(table.mean()), **means}

    def figures(self) -> tuple[ClassFigure, ...]:
        """Return the average precision of each class."""
        found = self._precisions()
        return tuple(
            ClassFigure(
                name,
                sum(each.things for each in self.pictures[name]) if name in self.pictures else 0,
                float(found[name].mean()) if name in found else None,
            )
            for name in self.classes
        )
