"""Reading weights as publishers and users save them, without running anything that is in the file.

what torch.save wrote    hub/formats/saved.py reads it; zip containers are mapped
safetensors              8 bytes, then "{"; mapped
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from hub.archives import is_zip
from hub.errors import FormatError
from hub.formats import saved
from hub.models.quiet import quiet
from hub.models.weights import mapped
from hub.models.weights.mapped import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    from hub.formats.saved import MapLocation

# Where training scripts put the state dict among other things.
USUAL_KEYS = ("state_dict", "model", "model_state_dict", "net", "weights")

# What DataParallel and torch.compile put before every name.
WRAPPINGS = ("module.", "_orig_mod.")


def read_state(path: Path) -> State:
    """Return the tensors of a weights file, in its own dtypes and names.

    If every name begins with "module." (saved from DataParallel) or "_orig_mod." (from torch.compile), that is taken
    off: no network has all of its tensors in one module of that name.

    Raises UnsafeWeights if reading it would run code, and FormatError if it is damaged or no state dict.
    """
    if is_safetensors(path):
        return _unwrapped(mapped.read(path))
    return _checked(unpickled(path, mapped=is_zip(path)), path)


def is_safetensors(path: Path) -> bool:
    """Tell whether a file begins as safetensors do: eight bytes of length, then a JSON object."""
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"


def unpickled(path: Path, *, mapped: bool = False, map_location: MapLocation = "cpu") -> object:
    """Return what torch.save wrote, if it is built of tensors, plain values and plain containers.

    Raises UnsafeWeights if reading it would run code, and FormatError if it is damaged.
    """
    with quiet():  # of what PyTorch says about its own rebuilding of quantised tensors
        return saved.load(path, mapped=mapped, map_location=map_location)


def _checked(loaded: object, path: Path) -> State:
    if not isinstance(loaded, dict) or not loaded or not all(isinstance(key, str) for key in loaded):
        raise _no_state_dict(path, f"a {type(loaded).__name__}", "save model.state_dict()")
    other = {key: value for key, value in loaded.items() if not _belongs(value)}
    if other:
        inner = next((key for key in USUAL_KEYS if isinstance(other.get(key), dict)), None)
        hint = _save_alone(path, inner) if inner else "save model.state_dict() alone"
        raise _no_state_dict(path, f"{_some(other)} beside {len(loaded) - len(other)} tensors", hint)
    state = State({name: _detached(value) for name, value in loaded.items()}, mapped.versions_in(loaded))
    return _unwrapped(state)


def _save_alone(path: Path, inner: str) -> str:
    return (
        f"the state dict lies under {inner!r}; save it alone: "
        f'torch.save(torch.load("{path.name}", weights_only=True)["{inner}"], "weights.pth")'
    )


def _unwrapped(state: State) -> State:
    """Return the tensors with the names that they had before the network was wrapped in another module."""
    for prefix in WRAPPINGS:
        if state.tensors and all(name.startswith(prefix) for name in state.tensors):
            tensors = {name.removeprefix(prefix): tensor for name, tensor in state.tensors.items()}
            within = {
                f"{name}.".removeprefix(prefix).rstrip("."): each for name, each in state.versions.items() if name
            }
            return _unwrapped(State(tensors, within))
    return state


def _belongs(value: object) -> bool:
    """Tell whether it can stand in a state dict: quantised layers keep a dtype and a pair (weight, bias) there too."""
    if isinstance(value, tuple):
        return all(each is None or isinstance(each, torch.Tensor) for each in value)
    return isinstance(value, torch.Tensor | torch.dtype)


def _detached(value: Tensor) -> Tensor:
    return value.detach() if isinstance(value, torch.Tensor) else value


def _some(entries: Mapping[str, object]) -> str:
    return ", ".join(f"{key!r} ({type(value).__name__})" for key, value in list(entries.items())[:3])


def _no_state_dict(path: Path, found: str, hint: str) -> FormatError:
    return FormatError(
        f"{path.name} holds no state dict",
        path=path,
        expected="a mapping from names to tensors",
        found=found,
        hint=hint,
    )
