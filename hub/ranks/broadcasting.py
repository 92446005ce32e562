"""Broadcasting: the values of rank 0's network to the networks of all others, over a process group that exists.

First comes a note, or the error that rank 0 ended with; then the bytes of all tensors one after the other, in buckets:

    bucket 0                    bucket 1
    conv1.weight | bn1.weight | ...       each tensor contiguous, cut wherever a bucket is full

A bucket lies where the group's backend takes tensors from: in memory with gloo, on the device with nccl.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
import torch.distributed as dist

from hub.errors import HubError, InvalidInput, in_a_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import Tensor, nn

# perf: larger ones are no faster over loopback, and this is what a rank needs beside its network.
BUCKET = 32 << 20

FIRST = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What rank 0 says of its network before it sends the values: tensors as (name, shape, dtype, requires_grad)."""

    tensors: tuple[tuple[str, tuple[int, ...], torch.dtype, bool], ...]
    sha256: str | None


def rank() -> int:
    """Return this process's rank in the process group. Raises InvalidInput if there is none: none is set up here."""
    if not (dist.is_available() and dist.is_initialized()):
        raise InvalidInput(
            "broadcast needs a process group, and this process is in none",
            expected="torch.distributed.init_process_group(...) before",
            found="no process group",
            hint="leave broadcast out: the ranks of a node then fetch once and each reads the store",
        )
    return dist.get_rank()


def send(network: nn.Module, sha256: str | None, device: torch.device) -> None:
    """Send the values of rank 0's network to all others, by way of `device` if the group's backend needs one."""
    tensors = dict(_tensors(network))
    told = tuple((name, tuple(each.shape), each.dtype, each.requires_grad) for name, each in tensors.items())
    _say(Told(told, sha256), device)
    for bucket, pieces in _buckets(tensors.values(), _place(device)):
        _into(bucket, pieces)
        dist.broadcast(bucket, FIRST)


def fail(error: BaseException, device: torch.device) -> None:
    """Tell all others, who wait, what rank 0 has ended with."""
    known = error if isinstance(error, HubError) else HubError(f"rank 0 could not load it: {in_a_line(error)}")
    _say(known, device)


def receive(network: nn.Module, device: torch.device) -> str | None:
    """Take rank 0's values into a network that was built likewise; return the digest of the file that they are from.

    Raises what rank 0 ended with, and InvalidInput if its network has other tensors than this one.
    """
    told = _heard(device)
    if isinstance(told, HubError):
        raise told
    _make_alike(network, told)
    for bucket, pieces in _buckets([each for _, each in _tensors(network)], _place(device)):
        dist.broadcast(bucket, FIRST)
        _out_of(bucket, pieces)
    return told.sha256


def _make_alike(network: nn.Module, told: Told) -> None:
    own = dict(_tensors(network))
    names = [name for name, *_ in told.tensors]
    if list(own) != names:
        odd = sorted({*own} ^ {*names})[:3]
        raise InvalidInput(
            f"rank {rank()} has built another network than rank 0",
            expected=f"its {len(names)} tensors",
            found=f"{len(own)}; {', '.join(odd)} are of one of them alone" if odd else "another order",
            hint="call hub.load with the same arguments, and the same versions of the libraries, on all ranks",
        )
    for name, shape, dtype, trained in told.tensors:
        tensor = own[name]
        if tuple(tensor.shape) != shape or tensor.dtype != dtype or not tensor.is_contiguous():
            tensor.data = torch.empty(shape, dtype=dtype)
        if tensor.requires_grad != trained:
            tensor.requires_grad_(trained)


def _tensors(network: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yield every parameter and buffer once, in the same order on all ranks; also buffers that no file has."""
    yield from network.named_parameters()
    yield from network.named_buffers()


def _buckets(tensors: Iterable[Tensor], device: torch.device) -> Iterator[tuple[Tensor, list[Tensor]]]:
    """Yield a bucket of bytes, and views of the bytes of tensors that it is for, until all are covered."""
    room = torch.empty(BUCKET, dtype=torch.uint8, device=device)
    pieces: list[Tensor] = []
    filled = 0
    for tensor in tensors:
        rest = tensor.detach().contiguous().reshape(-1).view(torch.uint8)
        while len(rest):
            piece, rest = rest[: BUCKET - filled], rest[BUCKET - filled :]
            pieces.append(piece)
            filled += len(piece)
            if filled == BUCKET:
                yield room, pieces
                pieces, filled = [], 0
    if filled:
        yield room[:filled], pieces


def _into(bucket: Tensor, pieces: Iterable[Tensor]) -> None:
    begin = 0
    for piece in pieces:
        bucket[begin : begin + len(piece)].copy_(piece)
        begin += len(piece)


def _out_of(bucket: Tensor, pieces: Iterable[Tensor]) -> None:
    begin = 0
    for piece in pieces:
        piece.copy_(bucket[begin : begin + len(piece)])
        begin += len(piece)


def _place(device: torch.device) -> torch.device:
    """Return where the backend takes tensors from: in memory if it can, or else on the device of this rank."""
    # "cpu:gloo,cuda:nccl", or what a backend of that one kind is: "cuda:nccl".
    kinds = [each.partition(":")[0] for each in dist.get_backend_config().split(",")]
    if "cpu" in kinds:
        return torch.device("cpu")
    return device if device.type in kinds else torch.device(kinds[0])


def _say(told: Told | HubError, device: torch.device) -> None:
    dist.broadcast_object_list([told], FIRST, device=_place(device))


def _heard(device: torch.device) -> Told | HubError:
    # Pickled by rank 0, which runs the same program.
    heard: list[Told | HubError | None] = [None]
    dist.broadcast_object_list(heard, FIRST, device=_place(device))
    return cast("Told | HubError", heard[0])
