"""What `hub predict` has found in one input: the lines for people, and the table for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.cli.drawing import bar
from hub.cli.table import lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hub.models.prediction import Boxes, Flow, Prediction, Segmentation

BAR_COLUMNS = 24


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in the input of that name."""

    name: str
    lines: list[str]
    table: object


def of_classes(name: str, found: list[Prediction]) -> Outcome:
    """Say which classes are the likeliest."""
    return Outcome(name, bars(found), [{"label": each.label, "probability": each.probability} for each in found])


def bars(found: list[Prediction]) -> list[str]:
    """Return one line a class: a bar, the probability and the name."""
    return [_bar(each.probability, each.label) for each in found]


def of_boxes(name: str, found: Boxes, threshold: float, drawn: Path | None) -> Outcome:
    """Say which objects were found, and where: left, top, right and bottom in pixels."""
    table = [_object(found, number) for number in range(len(found))]
    rows = [("  " + label, f"{score:6.1%}", *_corners(box)) for label, score, box in _each(found)]
    told = (
        lines([("  object", "  sure", " left", "  top", "right", "bottom"), *rows]) if rows else [_nothing(threshold)]
    )
    return Outcome(name, told + _where(drawn), {"objects": table, "picture": drawn})


def of_segmentation(name: str, found: Segmentation, top: int | None, drawn: Path | None) -> Outcome:
    """Say which share of the picture belongs to which class."""
    shares = found.shares[:top]
    table = [{"label": each.label, "number": each.number, "share": each.share} for each in shares]
    told = [_bar(each.share, each.label) for each in shares]
    return Outcome(name, told + _where(drawn), {"classes": table, "picture": drawn})


def of_flow(first: str, second: str, found: Flow, drawn: Path | None) -> Outcome:
    """Say how far things move, and where to on the whole."""
    right, down = found.flow.mean(dim=(1, 2)).tolist()
    ways = found.flow.norm(dim=0)
    mean, longest = ways.mean().item(), ways.max().item()
    told = [
        f"  pixels move by {mean:.1f} on average, by {longest:.1f} at most",
        f"  all together by {right:+.1f} to the right and {down:+.1f} down",
    ]
    table = {
        "first": first,
        "second": second,
        "mean": mean,
        "longest": longest,
        "right": right,
        "down": down,
        "picture": drawn,
    }
    return Outcome(f"{first} -> {second}", told + _where(drawn), table)


def _bar(share: float, label: str) -> str:
    return f"  {bar(share, BAR_COLUMNS)} {share:6.1%}  {label}"


def _each(found: Boxes) -> list[tuple[str, float, list[float]]]:
    return list(zip(found.labels, found.scores.tolist(), found.boxes.tolist(), strict=True))


def _corners(box: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{side:5.0f}" for side in box)


def _nothing(threshold: float) -> str:
    return f"  nothing that it is {threshold:.0%} sure of; --threshold takes less"


def _where(drawn: Path | None) -> list[str]:
    return [] if drawn is None else [str(drawn)]


def _object(found: Boxes, number: int) -> dict[str, object]:
    """Return one object with all that the network tells of it; of a mask, how many pixels it has."""
    told: dict[str, object] = {
        "label": found.labels[number],
        "number": int(found.numbers[number]),
        "score": found.scores[number].item(),
        "box": found.boxes[number].tolist(),
    }
    if found.masks is not None:
        told["pixels"] = int(found.masks[number].sum())
    if found.keypoints is not None:
        points = found.keypoints[number].tolist()
        names = found.keypoint_names or tuple(map(str, range(len(points))))
        told["keypoints"] = dict(zip(names, points, strict=True))
    return told
