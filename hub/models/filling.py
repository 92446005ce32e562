"""Putting weights into a network: all of them, in the right shapes, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from hub.errors import FormatError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from torch import Tensor

    from hub.models.weights.mapped import State

SHOWN = 3


def fill(network: nn.Module, state: State, *, name: str, path: Path) -> None:
    """Make `state`, read from `path`, the parameters and buffers of the network `name`.

    Raises FormatError if names or shapes differ: a tensor that is not filled would hold whatever was in memory before.
    """
    try:
        network.load_state_dict(state.for_module(), strict=True, assign=_may_assign(network, state))
    except RuntimeError as error:
        raise _mismatch(network, state, name, path) from error


def _may_assign(network: nn.Module, state: State) -> bool:
    """Tell whether taking the tensors over as they are gives what copying them gives, only sooner.

    It does not if dtypes differ (copying keeps the network's) or if two modules share a parameter (they would part).
    """
    floating = {tensor.dtype for tensor in state.tensors.values() if tensor.is_floating_point()}
    return floating <= {torch.get_default_dtype()} and not _shares_parameters(network)


def _shares_parameters(network: nn.Module) -> bool:
    every = sum(1 for _ in network.named_parameters(remove_duplicate=False))
    return every != sum(1 for _ in network.parameters())


def _mismatch(network: nn.Module, state: State, name: str, path: Path) -> FormatError:
    own, given = network.state_dict(), state.tensors
    faults = [
        _first("missing", own.keys() - given.keys()),
        _first("unexpected", given.keys() - own.keys()),
        _first("of another shape", _shapes(own, given)),
    ]
    return FormatError(
        f"{path.name} does not fit {name}",
        path=path,
        expected=f"its {len(own)} tensors",
        found="; ".join(fault for fault in faults if fault),
        hint="options such as num_classes change the network; the file must come from the same one",
    )


def _first(what: str, names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = ", ..." if len(ordered) > SHOWN else ""
    return f"{len(ordered)} {what} ({', '.join(ordered[:SHOWN])}{more})" if ordered else ""


def _shapes(own: dict[str, Tensor], given: dict[str, Tensor]) -> Iterator[str]:
    for name in own.keys() & given.keys():
        if own[name].shape != given[name].shape:
            yield f"{name} {list(given[name].shape)} for {list(own[name].shape)}"


def classes_in(state: State, head: str) -> int | None:
    """Return for how many classes the head in `state` was trained, or None if it has none."""
    weight = state.tensors.get(f"{head}.weight")
    return None if weight is None or not weight.ndim else weight.shape[0]


def replace_head(network: nn.Module, head: str, num_classes: int) -> None:
    """Put a fresh layer for `num_classes` classes in the place of the one that gives the class scores."""
    old = network.get_submodule(head)
    if not isinstance(old, nn.Linear):
        raise InvalidInput(
            "num_classes cannot be changed for this network",
            expected=f"a linear layer as {head!r}",
            found=type(old).__name__,
        )
    new = nn.Linear(old.in_features, num_classes, bias=old.bias is not None)
    parent, _, name = head.rpartition(".")
    setattr(network.get_submodule(parent), name, new)
