"""The target `torchscript`: PyTorch's old form, which libtorch before 2.2 and older mobile programs read.

Networks are traced, except those for detection, whose steps depend on what they see: these are compiled from their
source. PyTorch calls the form deprecated; it still writes and reads it.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import torch

from hub.models.conversion import comparing, quantising, writing
from hub.models.conversion.exporting import exporting
from hub.models.conversion.metadata import EXTRA_FILE
from hub.models.conversion.subject import Target

if TYPE_CHECKING:
    from pathlib import Path

    from hub.models.conversion.subject import Comparison, Subject

FORM = "TorchScript"


def _require(subject: Subject) -> None:
    """Everything can be tried."""


def _write(subject: Subject, path: Path) -> None:
    example = subject.feed.example()
    with exporting(subject, FORM), torch.no_grad():
        network = quantising.quantise(subject.model, example) if subject.int8 else subject.model
        if subject.feed.kind == "detection":
            scripted = torch.jit.script(network)
        else:
            # What it computes is compared afterwards, on more inputs than tracing would take for its own check.
            scripted = torch.jit.trace(  # type: ignore[no-untyped-call]  # PyTorch's
                network, example, check_trace=False, strict=False
            )
        made = io.BytesIO()
        torch.jit.save(scripted, made, _extra_files={EXTRA_FILE: json.dumps(subject.metadata)})
    writing.put(path, made)


def _compare(subject: Subject, path: Path) -> Comparison:
    with exporting(subject, FORM):
        read = torch.jit.load(str(path))  # type: ignore[no-untyped-call]  # PyTorch's
        if subject.feed.kind == "detection":
            # Compiled, such a network gives (losses, detections), whatever the mode.
            return comparing.by_running(subject, lambda *inputs: read(*inputs)[1])
        return comparing.by_running(subject, read)


TARGET = Target(".pt", _require, _write, _compare)
