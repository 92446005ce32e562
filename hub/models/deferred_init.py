"""Building a network without drawing the random numbers that weights would overwrite at once.

Random initialisation is most of the time that loading a network takes. While a network is built the functions of
`torch.nn.init` are replaced by ones that only note what was asked for, so that the few tensors that no weights are for,
those of a fresh head, can be initialised afterwards just as the network itself wanted it. Neither a
`TorchFunctionMode` (it misses initialisers) nor the meta device (slower, and buffers that are not saved stay without
values) does the same. What a network draws without `torch.nn.init` is still drawn: slower, never wrong.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import TYPE_CHECKING

from torch.nn import init

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from torch import Tensor

    Initialiser = Callable[..., Tensor]

# One thread at a time: the second would take the first one's replacements for the originals and restore those.
_LOCK = threading.Lock()

# Modules that took functions out of `torch.nn.init` by name when they were imported: MultiheadAttention is in one.
BORROWERS = ("torch.nn.modules.activation", "torch.nn.modules.transformer")


@dataclass(slots=True)
class Pending:
    """The initialisation that was put off, in the order in which it was asked for."""

    calls: list[tuple[Tensor, Callable[[], Tensor]]] = field(default_factory=list)
    over: bool = False
    """Whether what is asked for now is done at once: a module that is imported meanwhile keeps our functions."""

    def run(self, tensors: Iterable[Tensor]) -> None:
        """Initialise these tensors, and no others, as the network asked for it."""
        wanted = {_memory(tensor) for tensor in tensors}
        for tensor, call in self.calls:
            if _memory(tensor) in wanted:
                call()


def _memory(tensor: Tensor) -> int:
    # Not the tensor itself: networks initialise `weight.data` too, which is another object every time.
    return tensor.untyped_storage().data_ptr()


@contextmanager
def deferred_init() -> Iterator[Pending]:
    """Put off what `torch.nn.init` is asked for in this thread; every tensor built meanwhile holds garbage.

    Other threads go on as ever: what they build in the meantime is initialised.
    """
    pending = Pending()
    with _LOCK:
        originals = {name: getattr(init, name) for name in dir(init) if _is_initialiser(name)}
        places = list(_places(originals))
        replaced = {name: _noting(original, pending) for name, original in originals.items()}
        try:
            for module, name in places:
                setattr(module, name, replaced[name])
            yield pending
        finally:
            pending.over = True
            for module, name in places:
                setattr(module, name, originals[name])


def _is_initialiser(name: str) -> bool:
    """PyTorch ends the names of functions that write into their argument with an underscore."""
    return name.endswith("_") and not name.startswith("_")


def _places(originals: dict[str, Initialiser]) -> Iterator[tuple[object, str]]:
    for module in (init, *(sys.modules[name] for name in BORROWERS if name in sys.modules)):
        yield from ((module, name) for name, original in originals.items() if getattr(module, name, None) is original)


def _noting(original: Initialiser, pending: Pending) -> Initialiser:
    owner = threading.get_ident()

    @wraps(original)
    def initialise(tensor: Tensor, *args: object, **options: object) -> Tensor:
        if pending.over or threading.get_ident() != owner:
            return original(tensor, *args, **options)
        pending.calls.append((tensor, partial(original, tensor, *args, **options)))
        return tensor

    return initialise
