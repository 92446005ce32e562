"""Putting weights into a network: all of them, in the right shapes, or an error."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    Tensors = OrderedDict[str, Tensor]

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Origin:
    """Where weights come from and which network they are for: what an error has to say."""

    name: str
    path: Path


def fill(
    network: nn.Module,
    tensors: Tensors,
    origin: Origin,
    *,
    head: Iterable[str] = (),
    lacking: Iterable[str] = (),
) -> list[str]:
    """Make `tensors` the parameters and buffers of the network; return the names of those that were left out.

    Left out are the layers inside `head` whose shapes differ, since they were trained for another number of classes,
    and those of the network's tensors that may be `lacking`.
    Raises FormatError if names or shapes differ otherwise: a tensor that is not filled holds whatever was in memory.
    """
    left_out = list(dict.fromkeys([*_fresh_layers(network, tensors, tuple(head)), *lacking]))
    if left_out:
        tensors = _without(tensors, left_out)
    try:
        done = network.load_state_dict(tensors, strict=not left_out, assign=_may_assign(network, tensors))
    except RuntimeError as error:
        raise _mismatch(network, tensors, origin) from error
    if set(done.missing_keys) != set(left_out) or done.unexpected_keys:
        raise _mismatch(network, tensors, origin, left_out)
    return left_out


def copied(tensors: Tensors, kind: type[Tensors]) -> Tensors:
    """Return the tensors in a mapping of that kind, with the versions of modules that PyTorch notes beside them."""
    copy = kind(tensors)
    vars(copy).update(vars(tensors))
    return copy


def _fresh_layers(network: nn.Module, tensors: Tensors, head: tuple[str, ...]) -> list[str]:
    """Return the tensors of all layers in the head that have a tensor of another shape than the network wants."""
    if not head:
        return []
    own = {name: tensor for name, tensor in network.state_dict().items() if inside(name, head)}
    layers = {name.rpartition(".")[0] for name in own if name in tensors and own[name].shape != tensors[name].shape}
    return [name for name in own if name.rpartition(".")[0] in layers]


def inside(name: str, head: tuple[str, ...]) -> bool:
    """Tell whether a tensor of that name belongs to one of these submodules."""
    return any(name.startswith(f"{module}.") for module in head)


def _without(tensors: Tensors, names: Iterable[str]) -> Tensors:
    kept = copied(tensors, OrderedDict)
    for name in names:
        kept.pop(name, None)
    return kept


def _may_assign(network: nn.Module, tensors: Tensors) -> bool:
    """Tell whether taking the tensors over as they are gives what copying them gives, only sooner.

    It does not if dtypes differ (copying keeps the network's), if they are no plain tensors (those of quantised layers
    are unpacked), or if two modules share a parameter (they would part).
    """
    values = tensors.values()
    if not all(type(tensor) is torch.Tensor and not tensor.is_quantized for tensor in values):
        return False
    floating = {tensor.dtype for tensor in values if tensor.is_floating_point()}
    return floating <= {torch.get_default_dtype()} and not _shares_parameters(network)


def _shares_parameters(network: nn.Module) -> bool:
    every = sum(1 for _ in network.named_parameters(remove_duplicate=False))
    return every != sum(1 for _ in network.parameters())


def _mismatch(
    network: nn.Module, given: Mapping[str, Tensor], origin: Origin, left_out: Iterable[str] = ()
) -> FormatError:
    own = network.state_dict()
    faults = [
        _first("missing", own.keys() - given.keys() - set(left_out)),
        _first("unexpected", given.keys() - own.keys()),
        _first("of another shape", _shapes(own, given)),
    ]
    return FormatError(
        f"{origin.path.name} does not fit {origin.name}",
        path=origin.path,
        expected=f"its {len(own)} tensors",
        found="; ".join(fault for fault in faults if fault),
        hint="options such as num_classes change the network; the file must come from the same one",
    )


def _first(what: str, names: Iterable[str]) -> str:
    ordered = sorted(names)
    more = ", ..." if len(ordered) > SHOWN else ""
    return f"{len(ordered)} {what} ({', '.join(ordered[:SHOWN])}{more})" if ordered else ""


def _shapes(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> Iterator[str]:
    for name in own.keys() & given.keys():
        if own[name].shape != given[name].shape:
            yield f"{name} {list(given[name].shape)} for {list(own[name].shape)}"
