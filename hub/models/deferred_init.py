"""Building a network without drawing the random numbers that weights would overwrite at once.

Random initialisation is most of the time that loading a network takes. The functions of `torch.nn.init` are replaced
while the network is built. Neither a `TorchFunctionMode` (it misses initialisers) nor the meta device (slower, and
buffers that are not saved stay without values) does the same. Modules that took a function out of `torch.nn.init`
when they were imported, such as MultiheadAttention, still draw: slower, never wrong.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING

from torch.nn import init

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor

    Initialiser = Callable[..., Tensor]

# One thread at a time: the second would take the first one's replacements for the originals and restore those.
_LOCK = threading.Lock()


@contextmanager
def skipped_init() -> Iterator[None]:
    """Make `torch.nn.init` do nothing in this thread; every tensor built meanwhile holds garbage.

    Other threads go on as ever: what they build in the meantime is initialised.
    """
    with _LOCK:
        originals = {name: getattr(init, name) for name in dir(init) if _is_initialiser(name)}
        owner = threading.get_ident()
        try:
            for name, original in originals.items():
                setattr(init, name, _unless_in(owner, original))
            yield
        finally:
            for name, original in originals.items():
                setattr(init, name, original)


def _is_initialiser(name: str) -> bool:
    """PyTorch ends the names of functions that write into their argument with an underscore."""
    return name.endswith("_") and not name.startswith("_")


def _unless_in(owner: int, original: Initialiser) -> Initialiser:
    @wraps(original)
    def initialise(tensor: Tensor, *args: object, **options: object) -> Tensor:
        if threading.get_ident() == owner:
            return tensor
        return original(tensor, *args, **options)

    return initialise
