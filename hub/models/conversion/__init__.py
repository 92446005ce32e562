"""Conversion: a network written in a form that other programs run, and proven to compute the same there.

| module             | does                                                                                  |
|--------------------|---------------------------------------------------------------------------------------|
| `converting`       | `convert`: the public function, which puts the rest together                          |
| `feeds`            | what a network takes: names, shapes, random inputs and pictures                       |
| `subject`          | what is converted, and what a target is                                               |
| `onnx_file`        | the target `onnx`                                                                     |
| `exported_program` | the target `pt2`: PyTorch's exported program                                          |
| `torchscript`      | the target `torchscript`: PyTorch's old form                                          |
| `plain_tensors`    | the target `safetensors`: the parameters alone                                        |
| `quantising`       | `int8`: linear layers in 8-bit integers, for the CPU                                  |
| `comparing`        | how far the file's outputs are from the network's                                     |
| `boxes`            | likewise for detections, whose order and number mean little                           |
| `exporting`        | keeps exporters from talking, and turns what they raise into our error                |
| `metadata`         | what a file says about itself: where it comes from and how to feed it                 |
| `writing`          | files written aside and renamed when they are whole                                   |

The table maps a target to a dotted string imported on use: writing one form needs nothing of the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.models.conversion.converting import Conversion, convert
    from hub.models.conversion.quantising import int8

TARGETS = {
    "onnx": "hub.models.conversion.onnx_file:TARGET",
    "pt2": "hub.models.conversion.exported_program:TARGET",
    "torchscript": "hub.models.conversion.torchscript:TARGET",
    "safetensors": "hub.models.conversion.plain_tensors:TARGET",
}

_PLACES = {
    "Conversion": "hub.models.conversion.converting",
    "convert": "hub.models.conversion.converting",
    "int8": "hub.models.conversion.quantising",
}

__all__ = ["TARGETS", "Conversion", "convert", "int8"]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
