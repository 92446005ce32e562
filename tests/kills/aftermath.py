"""What a kill may leave behind, and what the next run may cost."""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faults.soundness import faults_of

from hub.store.journal import BLOCK
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

    from kills.nursery import Nursery

# What a killed process may not have read yet of what was sent: the buffers of both sides, which the kernel lets grow
# while a process is slow, as one is that is traced.
UNDER_WAY = 1 << 20


LONGEST_WAIT = 20.0
KILLED = -9


@dataclass(frozen=True)
class Wanted:
    """A file on a server, and the store that it is wanted in."""

    server: Server
    url: str
    sha256: str
    size: int
    home: Path

    @property
    def blob(self) -> Path:
        return Layout(self.home).blob(self.sha256)

    def faults(self) -> list[str]:
        """Return what is visible in the store and wrong."""
        return faults_of(Layout(self.home))

    def is_there(self) -> bool:
        return self.blob.exists()

    def wait_for(self, share: float) -> None:
        """Wait until so much of the file has been sent."""
        until = time.monotonic() + LONGEST_WAIT
        while self.server.sent < share * self.size:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.server.sent} of {self.size} bytes were asked for")
            time.sleep(0.001)

    def again(self) -> int:
        """Return how many bytes were sent more than once."""
        return max(0, self.server.sent - self.size)


def wanted(server: Server, home: Path, *, blocks: float = 4.5, fault: str = "paced") -> Wanted:
    """Serve a file of so many blocks and return it."""
    size = int(blocks * BLOCK)
    data = hashlib.shake_256(b"a file").digest(size)
    sha256 = server.add("a.bin", data)
    return Wanted(server, f"{server.url(fault, 'a.bin')}#sha256={sha256}", sha256, size, home)


def next_run_completes(nursery: Nursery, file: Wanted) -> bool:
    """Tell whether one more run, which nobody kills, ends with the file in the store."""
    return nursery.do("download", file.home, url=file.url) == 0 and file.is_there() and not file.faults()


def wrong_with(file: Wanted, ended: int, nursery: Nursery) -> str:
    """Return what is wrong after a download was to be killed and `ended` so, if anything is; its store goes."""
    faults = file.faults()
    completes = next_run_completes(nursery, file)
    again = file.again()
    shutil.rmtree(file.home)
    if ended not in (0, KILLED):
        return f"ended {ended}"
    if faults:
        return f"{faults}"
    if not completes:
        return "the next run does not complete"
    return f"{again} bytes were fetched again" if costs_too_much(file) else ""


def costs_too_much(file: Wanted, *, kills: int = 1, connections: int = 1) -> bool:
    """Tell whether more was fetched again than a block for each kill and connection."""
    return file.again() > kills * connections * (BLOCK + UNDER_WAY)
