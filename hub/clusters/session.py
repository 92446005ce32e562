"""A Ray that is there already, or one of our own for as long as it is needed."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.errors import WorkerFailed, first_line
from hub.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

LOCAL = "local"
"""What Ray calls a cluster of this machine alone, started now."""


def imported() -> ModuleType:
    """Return the module `ray`. Raises MissingExtra if it is not installed."""
    require("ray", "ray", "Ray")
    # Ray tells its makers how it is used unless it is told otherwise; whoever wants that sets it to 1.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    module: ModuleType = ray
    return module


@contextmanager
def session(address: str = "", cpus: int | None = None) -> Iterator[ModuleType]:
    """Give Ray, connected: to the cluster that this process uses already, or to `address`, or to RAY_ADDRESS.

    Without any of these one is started on this machine with that many CPUs, all by default, and ended afterwards.
    Raises WorkerFailed if there is no cluster at the address, and MissingExtra if Ray is not installed.
    """
    ray = imported()
    if ray.is_initialized():
        yield ray
        return
    where = address or os.environ.get("RAY_ADDRESS", "") or LOCAL
    own = {"num_cpus": cpus, "include_dashboard": False} if where == LOCAL else {}
    try:
        ray.init(address=where, log_to_driver=False, logging_level="ERROR", **own)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise WorkerFailed(
            f"no Ray answers at {where}",
            expected="the address of a cluster, such as ray://head:10001 or auto",
            found=first_line(str(error)),
            hint="`ray start --head` starts one; without an address one is started on this machine",
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()
