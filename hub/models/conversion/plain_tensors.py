"""The target `safetensors`: the parameters and buffers alone, under PyTorch's names, as any program reads them.

The format is that of `hub.models.weights.mapped`, without the padding that is in the store. It is written here, as the
safetensors library puts metadata in another order at each run: the same network would have another digest each time.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import torch

from hub.errors import InvalidCombination, NotConvertible
from hub.models.conversion.subject import Comparison, Target, worst
from hub.models.weights import mapped

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from hub.models.conversion.subject import Subject


def _require(subject: Subject) -> None:
    """Refuse what is no dense tensor of numbers."""
    if subject.int8:
        raise InvalidCombination(
            "safetensors cannot hold PyTorch's 8-bit layers",
            expected="--to onnx or --to torchscript",
            found="--int8 --to safetensors",
        )
    for name, value in subject.model.state_dict().items():
        if not isinstance(value, torch.Tensor) or value.dtype not in mapped.CODES or value.layout is not torch.strided:
            raise NotConvertible(
                f"{subject.about.name} cannot be written as safetensors",
                expected="dense tensors of numbers",
                found=f"{name!r}: {getattr(value, 'dtype', type(value).__name__)}",
                hint="--to torchscript holds quantised networks",
            )


def _write(subject: Subject, path: Path) -> None:
    state = subject.model.state_dict()
    # Wide numbers first: each then lies at a multiple of its size without any padding.
    tensors = dict(sorted(state.items(), key=lambda pair: -pair[1].itemsize))
    with path.open("wb") as file:
        file.write(mapped.header(_places(tensors), subject.metadata | mapped.described(mapped.versions_in(state))))
        for tensor in tensors.values():
            file.write(mapped.bytes_of(tensor))


def _places(tensors: dict[str, Tensor]) -> dict[str, mapped.Place]:
    """Return where each tensor goes: behind the one before."""
    ends = accumulate(tensor.nbytes for tensor in tensors.values())
    return {
        name: mapped.Place(mapped.CODES[tensor.dtype], tuple(tensor.shape), (end - tensor.nbytes, end))
        for (name, tensor), end in zip(tensors.items(), ends, strict=True)
    }


def _compare(subject: Subject, path: Path) -> Comparison:
    read, own = mapped.read(path).tensors, subject.model.state_dict()
    if read.keys() != own.keys():
        raise NotConvertible("the file holds other tensors", expected=len(own), found=len(read))
    bits = worst(_difference(own[name], read[name]) for name in own)
    return Comparison(bits, bits, len(own), "tensors")


def _difference(ours: Tensor, theirs: Tensor) -> float:
    """Nothing is computed, so every bit must be there: also those of NaN."""
    same = mapped.bytes_of(ours) == mapped.bytes_of(theirs)
    return 0.0 if same and (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape) else torch.inf


TARGET = Target(".safetensors", _require, _write, _compare, runs=False)
