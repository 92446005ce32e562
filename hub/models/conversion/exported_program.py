"""The target `pt2`: PyTorch's exported program, a graph with its parameters that runs without the network's code."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import torch

from hub.errors import InvalidCombination, NotConvertible
from hub.models.conversion import comparing, writing
from hub.models.conversion.exporting import exporting
from hub.models.conversion.metadata import EXTRA_FILE
from hub.models.conversion.subject import Target

if TYPE_CHECKING:
    from pathlib import Path

    from hub.models.conversion.feeds import Feed
    from hub.models.conversion.subject import Comparison, Subject

FORM = "an exported program"


def require(subject: Subject) -> None:
    """Refuse what torch.export cannot hold."""
    if subject.feed.kind == "detection":
        raise NotConvertible(
            f"{subject.about.name} cannot be written as {FORM}",
            expected="a network whose steps do not depend on what it sees",
            found="how many boxes there are decides what it does",
            hint="--to torchscript and --to onnx hold it",
        )
    if subject.int8:
        raise InvalidCombination(
            f"{FORM} cannot hold PyTorch's 8-bit layers",
            expected="--to onnx or --to torchscript",
            found="--int8 --to pt2",
        )


def dynamic_shapes(feed: Feed) -> tuple[dict[int, object] | None, ...] | None:
    """Return for each input which axes may have any length, in the form that torch.export takes."""
    if feed.batch is not None:
        return None
    # Before 2.6 an axis needed a name, and has no way of saying "any length".
    batch = getattr(torch.export.Dim, "DYNAMIC", None) or torch.export.Dim("batch")
    return tuple({0: batch} for _ in feed.names)


def _write(subject: Subject, path: Path) -> None:
    with exporting(subject, FORM):
        program = torch.export.export(
            subject.model, subject.feed.example(), dynamic_shapes=dynamic_shapes(subject.feed)
        )
        made = io.BytesIO()
        torch.export.save(program, made, extra_files={EXTRA_FILE: json.dumps(subject.metadata)})
    writing.put(path, made)


def _compare(subject: Subject, path: Path) -> Comparison:
    with exporting(subject, FORM):
        read = torch.export.load(path).module()
        return comparing.by_running(subject, read)


TARGET = Target(".pt2", require, _write, _compare)
