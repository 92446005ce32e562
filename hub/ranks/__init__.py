"""Ranks: which of how many processes this one is, as the launcher's environment says it.

    launchers      torchrun, Ray Train, Open MPI, MPICH and Intel MPI, srun
    broadcasting   parameters and buffers from rank 0 to all others, over a process group that exists

Reading ranks imports nothing heavy and sets nothing up: no process group, no device.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from hub.ranks.launchers import LAUNCHERS, Ranks

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Ranks", "current"]


def current(environ: Mapping[str, str] | None = None) -> Ranks:
    """Return which rank this process is, of how many, and on which node; rank 0 of 1 where no launcher says otherwise.

    A process group of torch.distributed that is set up is believed before the environment. What it does not know
    (local ranks, nodes) comes from the environment if that tells of the same rank, and is None otherwise. A spawned
    worker of a DataLoader knows no group: ask in its parent. `environ` is the process's own unless it is given.

    Raises InvalidInput, which names the variable, of a value that is no number or contradicts another one.

    >>> current({"RANK": "9", "WORLD_SIZE": "16", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "8"}).node
    1
    """
    told = _launched(os.environ if environ is None else environ)
    group = _group() if environ is None else None
    if group is None or group == (told.rank, told.world):
        return told
    rank, world = group
    nobody_says = Ranks(local_rank=None, local_world=None, node=None, nodes=None, source="torch.distributed")
    return replace(nobody_says, rank=rank, world=world)


def _launched(environ: Mapping[str, str]) -> Ranks:
    return next((ranks for read in LAUNCHERS if (ranks := read(environ))), Ranks())


def _group() -> tuple[int, int] | None:
    """Return rank and size of the process group, if the process has one; never imports torch."""
    distributed = sys.modules.get("torch.distributed")
    # Builds without it lack the function, as does the module while another thread imports it.
    is_set_up = getattr(distributed, "is_initialized", None)
    if distributed is None or is_set_up is None or not is_set_up():
        return None
    return distributed.get_rank(), distributed.get_world_size()
