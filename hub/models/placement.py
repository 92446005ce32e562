"""Device, dtype and memory format: what the user may write, and moving a network there."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from hub import ranks
from hub.errors import InvalidInput
from hub.registry.spelling import did_you_mean_quoted

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from torch import nn

# How many dimensions the tensors have that a format is for: those of pictures, or those of videos.
DIMENSIONS = {torch.channels_last: 4, torch.channels_last_3d: 5}

FORMATS = {
    "channels_last": torch.channels_last,
    "contiguous_format": torch.contiguous_format,
    "channels_last_3d": torch.channels_last_3d,
}

# How other libraries shorten them.
SHORT = {"fp16": "float16", "f16": "float16", "bf16": "bfloat16", "fp32": "float32", "f32": "float32"}

# What launchers that deal devices out set for each process: CUDA's, and ROCm's.
VISIBLE = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")

DTYPES = ("float32", "float64", "float16", "half", "bfloat16", "double", "float")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a network goes; None leaves dtype or memory format as they are."""

    device: torch.device
    dtype: torch.dtype | None
    memory_format: torch.memory_format | None


def understand(
    device: str | int | torch.device | None,
    dtype: str | torch.dtype | None,
    memory_format: str | torch.memory_format | None,
) -> Placement:
    """Return what the three mean here; InvalidInput if one makes no sense or this machine has no such device."""
    return Placement(_device(device), _dtype(dtype), _format(memory_format))


def move(network: nn.Module, placement: Placement) -> None:
    """Bring a network that was built on the CPU to its place."""
    away = placement.device.type not in ("cpu", "meta")  # what goes to the meta device is there already
    if away or placement.dtype is not None:
        network.to(device=placement.device if away else None, dtype=placement.dtype)
    if placement.memory_format is not None:
        _arrange(network, placement.memory_format)


def _arrange(network: nn.Module, memory_format: torch.memory_format) -> None:
    """Change the order in memory of the tensors with as many dimensions as the format is for; others stay."""
    wanted = DIMENSIONS.get(memory_format)
    found = {tensor.ndim for tensor in network.parameters()} & {*DIMENSIONS.values()}
    if wanted is not None and found - {wanted}:
        other = next(name for name, dimensions in DIMENSIONS.items() if dimensions in found - {wanted})
        raise InvalidInput(
            f"{type(network).__name__} cannot be laid out as {memory_format}",
            expected=f"{other}, as it has weights of {DIMENSIONS[other]} dimensions",
            found=str(memory_format),
        )
    network.to(memory_format=memory_format)


def require_unmoved(placement: Placement, why: str, hint: str) -> None:
    """Raise InvalidInput, which begins with `why`, unless the network may stay on the CPU as it was built."""
    if placement.device.type != "cpu" or placement.dtype is not None:
        raise InvalidInput(
            f"{why}, which is done on the CPU alone",
            expected='device="cpu" and no dtype',
            found=f"{placement.device}, {placement.dtype or 'no dtype'}",
            hint=hint,
        )


def building_on(device: str) -> AbstractContextManager[object]:
    """Let tensors be made on `device` whatever the user's default is.

    perf: where the default is that device already, nothing is entered, as the context costs time at every call.
    """
    return nullcontext() if torch.get_default_device().type == device else torch.device(device)


def _device(device: str | int | torch.device | None) -> torch.device:
    if device is None:
        return torch.get_default_device()
    if device == "auto":
        return _best()
    try:
        found = torch.device(str(device) if isinstance(device, bool) else device)  # True is no number of a device
    except (RuntimeError, TypeError) as error:
        raise InvalidInput(
            f"{device!r} is no device",
            expected='"auto", "cpu", "cuda", "cuda:1", 1, "mps" or a torch.device',
            found=repr(device),
            hint='device="auto" takes the best there is',
        ) from error
    _require_present(found)
    return found


def _best() -> torch.device:
    if torch.cuda.is_available():
        return _of_this_rank(torch.cuda.device_count())
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _of_this_rank(count: int) -> torch.device:
    """Return the CUDA device of the local rank; the current one where there are no ranks, or nobody numbers them."""
    here = ranks.current()
    if here.world == 1 or here.local_rank is None:
        return torch.device("cuda")
    if count == 1 and any(_names_one(os.environ.get(name, "")) for name in VISIBLE):  # the launcher gave each its own
        return torch.device("cuda", 0)
    if here.local_rank >= count:
        raise InvalidInput(
            f"local rank {here.local_rank}, as {here.source} says, has no device of its own",
            expected=f"at most {count} ranks on this machine, one a device",
            found=f"local rank {here.local_rank} of {here.local_world or 'more than that'}",
            hint='say which one: device="cuda:0"; or start as many processes as there are devices',
        )
    return torch.device("cuda", here.local_rank)


def _names_one(visible: str) -> bool:
    return bool(visible) and "," not in visible


def _require_present(device: torch.device) -> None:
    if device.type == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    elif device.type == "mps":
        count = int(torch.backends.mps.is_available())
    else:
        _require_memory(device)
        return
    if not 0 <= (device.index or 0) < count:  # PyTorch keeps 8 bits: "cuda:999" has the index -25
        raise InvalidInput(
            f"this machine has no device {str(device)!r}",
            expected=f"{device.type}:0 to {device.type}:{count - 1}" if count else "cpu",
            found=str(device),
            hint='device="auto" takes the best there is',
        )


def _require_memory(device: torch.device) -> None:
    """Try a device of a kind that PyTorch knows by name: only some builds, with some plug-ins, can use it."""
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, ImportError, AttributeError, NotImplementedError) as error:
        raise InvalidInput(
            f"this PyTorch cannot use the device {str(device)!r}",
            expected="cpu, or a PyTorch that is made for it",
            found=str(error).partition("\n")[0][:120],
            hint='device="auto" takes the best there is',
        ) from error


def _dtype(dtype: str | torch.dtype | None) -> torch.dtype | None:
    found = getattr(torch, dtype.removeprefix("torch."), None) if isinstance(dtype, str) else dtype
    if found is None and dtype is None:
        return None
    if isinstance(found, torch.dtype) and found.is_floating_point:
        return found
    raise InvalidInput(
        f"{dtype!r} is no dtype that a network can have",
        expected=", ".join(DTYPES[:5]),
        found=repr(dtype),
        hint=did_you_mean_quoted(SHORT.get(str(dtype), str(dtype)), DTYPES),
    )


def _format(memory_format: str | torch.memory_format | None) -> torch.memory_format | None:
    if memory_format is None or isinstance(memory_format, torch.memory_format):
        return memory_format
    found = FORMATS.get(memory_format.removeprefix("torch.")) if isinstance(memory_format, str) else None
    if found is None:
        raise InvalidInput(
            f"{memory_format!r} is no memory format",
            expected=", ".join(FORMATS),
            found=repr(memory_format),
            hint=did_you_mean_quoted(str(memory_format), FORMATS),
        )
    return found
