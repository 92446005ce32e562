"""Networks of 8-bit integers: what torchvision changes for the whole process while it builds one is put back.

torchvision sets `torch.backends.quantized.engine` and leaves it so. The engine only matters while weights are packed:
a packed layer keeps computing with the one it was packed for.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, cast

import torch
from torchvision import models

from hub.errors import InvalidInput
from hub.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn
    from torchvision.models import WeightsEnum

    from hub.models.builders import Network

# One thread at a time: the engine belongs to the process.
_LOCK = threading.RLock()


def keeping_engine(make: Network) -> Network:
    """Return torchvision's function such that it leaves the engine as it was; with its signature.

    The new function raises InvalidInput if this machine lacks the engine that the integers are for.
    """

    @wraps(make)
    def build(**options: object) -> nn.Module:
        if not options.get("quantize"):
            return make(**options)
        default = models.get_model_weights(make)["DEFAULT"]
        _require_engine(cast("WeightsEnum", options.get("weights") or default).meta["backend"])
        with _LOCK, _engine_kept(), quiet():
            return make(**options)

    return build


def _require_engine(engine: str) -> None:
    supported = torch.backends.quantized.supported_engines
    if engine not in supported:
        raise InvalidInput(
            f"these weights are integers for the engine {engine}, which this PyTorch lacks",
            expected=f"{engine} among torch.backends.quantized.supported_engines",
            found=", ".join(supported),
            hint="load the floating-point weights that they were made of: `hub info` names them",
        )


@contextmanager
def _engine_kept() -> Iterator[None]:
    before = torch.backends.quantized.engine
    try:
        yield
    finally:
        torch.backends.quantized.engine = before
