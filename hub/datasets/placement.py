"""Placement: getting batches onto the device that a loop asked for, while the loop still works on an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[Tensor], Tensor]

HOST = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class Placed:
    """A batch, and what must have happened on its device before it may be read; None if nothing."""

    batch: object
    copied: torch.cuda.Event | None = None

    def handed_over(self) -> object:
        """Return the batch for use on the current stream of its device."""
        if self.copied is None:
            return self.batch
        return changed(self.batch, partial(_usable, self.copied))


def find_device(device: torch.device | str) -> torch.device:
    """Return the device with its number. Raises InvalidInput if this machine or this torch has no such device."""
    try:
        # "cuda" alone means another device in a thread than in the one that has called torch.cuda.set_device().
        return torch.empty(0, device=device).device
    except (RuntimeError, AssertionError) as error:  # the latter from a torch that was built without CUDA
        hint = 'device="cpu" is always there'
        raise InvalidInput(f"there is no device {str(device)!r}", found=str(error), hint=hint) from error


def placement(device: torch.device) -> Callable[[object], Placed]:
    """Return the function that begins to copy a batch to `device`; it may be called in any one thread."""
    if device.type == "cuda":
        return partial(_copied_aside, torch.cuda.Stream(device))  # type: ignore[no-untyped-call]
    return Placed if device == HOST else lambda batch: Placed(changed(batch, lambda tensor: tensor.to(device)))


def changed(value: object, change: Change) -> object:
    """Return a batch with all its tensors changed; those in tuples, lists and dicts, as default_collate makes them.

    >>> changed({"label": torch.tensor([1, 2]), "name": ["one", "two"]}, torch.Tensor.neg)
    {'label': tensor([-1, -2]), 'name': ['one', 'two']}
    """
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: changed(each, change) for key, each in value.items()}
    if isinstance(value, tuple | list):
        make = getattr(value, "_make", type(value))  # named tuples are built from one list by this alone
        return make([changed(each, change) for each in value])
    return value


def _copied_aside(stream: torch.cuda.Stream, batch: object) -> Placed:
    """Copy from pinned memory on a stream of our own, so that neither this thread nor the model's stream waits."""
    with torch.cuda.stream(stream):
        # The allocator of pinned memory keeps each block until the copy out of it is done.
        moved = changed(batch, lambda tensor: tensor.pin_memory().to(stream.device, non_blocking=True))
        return Placed(moved, stream.record_event())


def _usable(copied: torch.cuda.Event, tensor: Tensor) -> Tensor:
    """Make the current stream wait for the copy, and keep the memory until that stream has done with it."""
    current = torch.cuda.current_stream(tensor.device)
    current.wait_event(copied)
    tensor.record_stream(current)
    return tensor
