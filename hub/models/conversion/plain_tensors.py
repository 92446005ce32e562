"""The target `safetensors`: the parameters and buffers alone, under PyTorch's names, as any program reads them.

The format is that of `hub.models.weights.mapped`, without the padding that is in the store. It is written here, as the
safetensors library puts metadata in another order at each run: the same network would have another digest each time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import torch

from hub.errors import InvalidCombination, NotConvertible
from hub.models.conversion.subject import Comparison, Target, worst
from hub.models.weights import mapped

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from hub.models.conversion.subject import Subject

# The header is filled up to it, so that the numbers behind it lie at multiples of their size.
ALIGNMENT = 8


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
        file.write(_header(tensors, subject.metadata | {"format": "pt", "versions": json.dumps(_versions(state))}))
        for tensor in tensors.values():
            file.write(memoryview(_flat(tensor).view(torch.uint8).numpy().data))


def _header(tensors: dict[str, Tensor], metadata: dict[str, str]) -> bytes:
    entries: dict[str, object] = {mapped.METADATA: metadata}
    end = 0
    for name, tensor in tensors.items():
        begin, end = end, end + tensor.nbytes
        entries[name] = {
            "dtype": mapped.CODES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(entries, ensure_ascii=False).encode()
    text += b" " * (-(mapped.LENGTH_BYTES + len(text)) % ALIGNMENT)
    return len(text).to_bytes(mapped.LENGTH_BYTES, "little") + text


def _versions(state: dict[str, Tensor]) -> dict[str, int]:
    """The versions of the modules, which `hub.load` gives back to them."""
    noted = getattr(state, "_metadata", None) or {}
    return {name: entry["version"] for name, entry in noted.items() if "version" in entry}


def _flat(tensor: Tensor) -> Tensor:
    return tensor.detach().contiguous().reshape(-1)


def _compare(subject: Subject, path: Path) -> Comparison:
    read, own = mapped.read(path).tensors, subject.model.state_dict()
    if read.keys() != own.keys():
        raise NotConvertible("the file holds other tensors", expected=len(own), found=len(read))
    bits = worst(_difference(own[name], read[name]) for name in own)
    return Comparison(bits, bits, len(own), "tensors")


def _difference(ours: Tensor, theirs: Tensor) -> float:
    """Nothing is computed, so every bit must be there: also those of NaN."""
    same = torch.equal(_flat(ours).view(torch.uint8), _flat(theirs).view(torch.uint8))
    return 0.0 if same and (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape) else torch.inf


TARGET = Target(".safetensors", _require, _write, _compare, runs=False)
