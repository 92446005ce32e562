"""What an attack is: inputs, and the doors that each of them is tried on.

To attack one more thing, write a function that yields inputs and a function that takes one in, and add a line to
`groups.GROUPS`; the rest of this folder runs them in processes that are watched.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Input:
    """A hostile input; `name` tells in a report which one it was."""

    name: str
    data: bytes
    file: str = "input.bin"
    """What the file is called, where that counts."""


Made = Callable[[Path], Iterator[Input]]
"""Makes inputs; it is given a folder that they shall try to write to."""

Door = Callable[[Path, Path], object]
"""Takes in the file at a path; may write below a folder. It ends well, or with a HubError."""


@dataclass(frozen=True)
class Group:
    """Inputs of a kind with the doors that they are tried on. `sound` are inputs that all is warmed up with.

    Each is the name of a module of this folder and of what it has: a process imports those of its own group alone.
    """

    made: str
    doors: str
    sound: str

    @property
    def parts(self) -> tuple[Made, Sequence[Door], Made]:
        """What the names stand for."""
        return tuple(map(_named, (self.made, self.doors, self.sound)))  # type: ignore[return-value]  # as the names say


def _named(text: str) -> object:
    module, _, name = text.rpartition(".")
    return getattr(importlib.import_module(f"fuzz.{module}"), name)
