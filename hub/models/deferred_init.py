"""Building a network without drawing the random numbers that weights would overwrite at once.

Random initialisation is most of the time that loading a network takes. While a network is built the functions of
`torch.nn.init` are replaced by ones that only note what was asked for, so that the few tensors that no weights are for,
those of a fresh head, can be initialised afterwards just as the network itself wanted it. Neither a
`TorchFunctionMode` (it misses initialisers) nor the meta device (slower, and buffers that are not saved stay without
values) does the same. What a network draws without `torch.nn.init` is still drawn: slower, never wrong.

timm has initialisers of its own beside those, which are put off likewise.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import ModuleType

    from torch import Tensor

    Initialiser = Callable[..., Tensor]

# One thread at a time: the second would take the first one's replacements for the originals and restore those.
_LOCK = threading.Lock()

# Where initialisers are defined -> the modules that may have taken them out of there by name when they were imported,
# or what the names of such modules begin with. MultiheadAttention is in the first; of timm any network may.
LENDERS = {
    "torch.nn.init": ("torch.nn.modules.activation", "torch.nn.modules.transformer"),
    "timm.layers.weight_init": ("timm.",),
}


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
def deferred_init(*, at_once: int | None = None) -> Iterator[Pending]:
    """Put off what initialisers are asked for in this thread; every tensor built meanwhile holds garbage.

    Tensors whose first size is `at_once` are initialised as ever: those of a head for that many classes, and perhaps
    others. Other threads go on as ever too: what they build in the meantime is initialised.
    """
    pending = Pending()
    with _LOCK:
        places = list(_places())
        replaced = {original: _noting(original, pending, at_once) for _, _, original in places}
        try:
            for module, name, original in places:
                setattr(module, name, replaced[original])
            yield pending
        finally:
            pending.over = True
            for module, name, original in places:
                setattr(module, name, original)


def _is_initialiser(name: str) -> bool:
    """PyTorch ends the names of functions that write into their argument with an underscore."""
    return name.endswith("_") and not name.startswith("_")


def _places() -> Iterator[tuple[ModuleType, str, Initialiser]]:
    """Yield (module, name there, initialiser) wherever one is found, of all libraries that are imported."""
    for home in LENDERS.keys() & sys.modules.keys():
        originals: dict[str, Initialiser] = {
            name: value for name, value in vars(sys.modules[home]).items() if _is_initialiser(name)
        }
        borrowers = [module for name, module in list(sys.modules.items()) if name.startswith(LENDERS[home])]
        for module in (sys.modules[home], *borrowers):
            held = vars(module)
            yield from ((module, name, each) for name, each in originals.items() if held.get(name) is each)


def _noting(original: Initialiser, pending: Pending, at_once: int | None) -> Initialiser:
    owner = threading.get_ident()

    @wraps(original)
    def initialise(tensor: Tensor, *args: object, **options: object) -> Tensor:
        if pending.over or threading.get_ident() != owner or tensor.shape[:1] == (at_once,):
            return original(tensor, *args, **options)
        pending.calls.append((tensor, partial(original, tensor, *args, **options)))
        return tensor

    return initialise
