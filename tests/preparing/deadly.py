"""What makes numbers of texts and kills the process that it runs in, once or always; an order nobody can fulfil."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Deadly:
    """Lengths of texts; the process that comes first to a text with "poison" in it dies."""

    mark: str
    """A file that is written before; "" for every time."""
    digest: str = "lengths"

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the length of each text."""
        if any("poison" in text for text in texts) and not (self.mark and Path(self.mark).exists()):
            if self.mark:
                Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return [[len(text)] for text in texts]


class Faulty:
    """An order that cannot be fulfilled."""

    def fulfil(self) -> int:
        raise FormatError("this is no archive", path="a.tar")

    def receive(self, content: bytes) -> None:
        raise NotImplementedError
