"""What a pickle may name: the functions with which numpy's arrays are pickled, in their old and new spellings.

Here they only keep what they are given. Not even numpy's own code sees a byte before type and size are checked.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 32
"""As many as numpy 1 knew."""

PLAIN = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248]|c8|c16)")
"""Types of numbers: no objects, and no records, which could hold some."""


class Refused(Exception):
    """A pickle is damaged, or is none that is read here. Never leaves this package."""


class Forbidden(Refused):
    """A pickle asks for what could run something."""


@dataclass(slots=True)
class Type:
    """A type of numpy, by the name that the pickle has for it."""

    name: str
    order: str = ""


@dataclass(slots=True)
class Array:
    """An array of numpy as a pickle describes it. That it can be one is not checked: `array` does so."""

    shape: object = None
    kind: Type | None = None
    columns_first: object = False
    content: str | bytes | None = None

    def fill(self, shape: object, kind: object, columns_first: object, content: object) -> None:
        """Take what describes it. Raises Refused for objects in place of bytes."""
        if not isinstance(kind, Type) or not isinstance(content, str | bytes):
            raise Refused("an array of objects")
        self.shape, self.kind, self.columns_first, self.content = shape, kind, columns_first, content


def array(found: Array) -> NDArray[np.generic]:
    """Return the array that a pickle describes. Raises ValueError if it has other bytes than its shape asks for."""
    import numpy as np

    kind, shape, content = found.kind, found.shape, as_bytes(found.content)
    if kind is None or not PLAIN.fullmatch(kind.name):
        raise ValueError("no type of numbers")
    if not isinstance(shape, tuple) or len(shape) > DIMENSIONS or not all(type(each) is int for each in shape):
        raise ValueError("no shape")
    dtype = np.dtype(kind.name)
    dtype = dtype.newbyteorder(">") if kind.order == ">" else dtype
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(content):
        raise ValueError(f"{len(content)} bytes for a shape of {shape}")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if found.columns_first else "C")


def as_bytes(content: str | bytes | None) -> bytes:
    """Return bytes, which Python 2's are text of. Raises ValueError if they are neither."""
    if content is None:
        raise ValueError("nothing in place of bytes")
    return content.encode("latin1") if isinstance(content, str) else content


def _type(name: object = None, *_: object) -> Type:
    if not isinstance(name, str):
        raise Refused("a type without a name")
    return Type(name)


def _begun(*_: object) -> Array:
    """Begin to rebuild an array; what it is stands in its state."""
    return Array()


def _of_buffer(content: object = None, kind: object = None, shape: object = None, order: object = None) -> Array:
    """Make an array of bytes, as pickles of protocol 5 do."""
    made = Array()
    made.fill(shape, kind, order == "F", content)
    return made


def _encoded(text: object = None, encoding: object = None) -> bytes:
    """Make bytes of text, as Python 3 does in pickles for Python 2."""
    if not isinstance(text, str) or encoding != "latin1":
        raise Refused("an encoding that is not latin1")
    return text.encode("latin1")


NAMES: dict[str, Callable[..., object] | None] = {
    "numpy.ndarray": None,  # stands among arguments alone
    "numpy.dtype": _type,
    "numpy.core.multiarray._reconstruct": _begun,
    "numpy._core.multiarray._reconstruct": _begun,
    "numpy.core.numeric._frombuffer": _of_buffer,
    "numpy._core.numeric._frombuffer": _of_buffer,
    "_codecs.encode": _encoded,
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a pickle uses, of those that there are."""

    name: str

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise Forbidden(f"a call of {self.name}")

    def call(self, arguments: tuple[object, ...]) -> object:
        """Return what it makes of arguments."""
        function = NAMES[self.name]
        if function is None:
            raise Forbidden(f"a call of {self.name}")
        try:
            return function(*arguments)
        except TypeError as error:
            raise Refused("arguments that do not fit") from error


def build(target: object, state: object) -> None:
    """Give an array or a type its state."""
    match target, state:
        case Array(), (_, shape, kind, columns_first, content):
            target.fill(shape, kind, columns_first, content)
        case Type(), (_, str(order), *_):
            target.order = order
        case _:
            raise Refused("a state that does not fit")
