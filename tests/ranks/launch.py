"""Ranks as a launcher starts them, on nodes that are made up, and a dataset of a registry that all of them load."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import own_registry
from readers.idx_files import idx_bytes, tiny_images, tiny_labels

from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kills.nursery import Nursery
    from server import Server

MODULES = ("hub.datasets.loading", "hub.datasets.dataset", "hub.readers.idx")
ROWS = 4000
REGISTRY, FILES = "/ok/registry/", "/paced/"
# One that has not ended by then waits for ever.
PATIENCE = 30.0


@dataclass
class World:
    """A registry on a server, with the dataset lab/cats, and what was made of it."""

    server: Server
    folder: Path
    size: int
    rows: int
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "log"

    @property
    def fetches(self) -> float:
        """How often the dataset's files were fetched."""
        return sum(each.sent for each in self.server.asked(FILES)) / self.size

    @property
    def preparations(self) -> int:
        return self.log.read_text().count("preparing it")

    @property
    def asked_for_the_registry(self) -> int:
        """How many requests were for anything but the dataset's files."""
        return len(self.server.asked(REGISTRY))

    def wait_for(self, share: float) -> None:
        """Wait until so much of the files has been sent."""
        until = time.monotonic() + PATIENCE
        while self.fetches < share:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.fetches:.0%} of the files were asked for")
            time.sleep(0.005)


def world(server: Server, folder: Path, rows: int = ROWS) -> World:
    """Serve a registry with a dataset of that many rows."""
    files = {"images": idx_bytes(tiny_images(rows)), "labels": idx_bytes(tiny_labels(rows) % np.uint8(3))}
    known = {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items()}
    text = own_registry.DATASET.format(**known).replace("samples = 12", f"samples = {rows}")
    for name, data in files.items():
        server.add(name, data)
        text = text.replace(f'"files/cats/{name}"', f'"{server.url("paced", name)}"')
    card = folder / "cards/datasets/cats.toml"
    card.parent.mkdir(parents=True)
    card.write_text(text, "utf-8")
    built = own_registry.build(folder / "cards", folder / "built")
    for path in built.rglob("*"):
        if path.is_file():
            server.add(f"registry/v1/{path.relative_to(built)}", path.read_bytes())
    return World(server, folder, sum(map(len, files.values())), rows)


def start(
    nursery: Nursery, made: World, homes: Sequence[Path], *, ranks: int, skip: int = 0, **arguments: object
) -> list[int]:
    """Start so many ranks on each node, of which there is one a home, and return their pids; not the first `skip`."""
    pids = []
    for rank in range(skip, ranks * len(homes)):
        node, local = divmod(rank, ranks)
        environ = {
            "RANK": rank,
            "WORLD_SIZE": ranks * len(homes),
            "LOCAL_RANK": local,
            "LOCAL_WORLD_SIZE": ranks,
            "GROUP_RANK": node,
            "HUB_REGISTRIES": f"lab={made.server.url('ok', '')}",
        }
        told = {"environ": {name: str(value) for name, value in environ.items()}, "host": f"node{node}"} | arguments
        task = {"dataset": "lab/cats", "rows": made.rows, "log": str(made.log)}
        pids.append(nursery.start("rank", homes[node], **task, **told))
    return pids


def ended(nursery: Nursery, pids: Sequence[int]) -> list[int]:
    """Wait for processes and return how each ended; those that go on for too long are killed."""
    watch = threading.Timer(PATIENCE, _kill, [pids])
    watch.start()
    codes = [nursery.wait(pid) for pid in pids]
    watch.cancel()
    watch.join()
    return codes


def elected(home: Path, among: Sequence[int]) -> int:
    """Return the pid of the process that is elected to fetch; there must be one soon."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for path in Layout(home).elections.glob("*"):
            with suppress(OSError, IndexError, ValueError):
                pid = int(path.read_text().split("-")[2])
                if pid in among:
                    return pid
        time.sleep(0.005)
    raise TimeoutError("nobody was elected")


def copy_of(indexed: Path, folder: Path) -> Path:
    """Return a store that has hub's own index already."""
    return Path(shutil.copytree(indexed, folder))


def _kill(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
