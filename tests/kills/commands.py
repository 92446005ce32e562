"""SIGKILLs of whatever else writes to a store or beside it: preparing, locking, importing, collecting garbage."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from readers.idx_files import tiny_images, write_mnist_like

from hub import lockfile
from hub.store.layout import Layout
from kills import moments

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from server import Server

    from kills.moments import Tally
    from kills.nursery import Nursery

READING = ("hub.datasets.loading", "hub.datasets.dataset", "hub.readers.idx", "hub.registry")
"""What a nursery for all of them should have imported."""

ROWS = 2000
FILES = 6
FILE_BYTES = 2 << 20
LONG_AGO = 1_600_000_000


def preparation(nursery: Nursery, server: Server, folder: Path, *, times: int, chance: random.Random) -> Tally:
    """Kill the preparation of a dataset shaped like MNIST."""
    write_mnist_like(folder / "data" / "MNIST" / "raw", train=ROWS)
    indexed = folder / "indexed"
    assert nursery.do("command", indexed, words=["info", "mnist", "--json"]) == 0
    return moments.of_task(
        nursery,
        "prepare",
        folder / "home",
        times=times,
        chance=chance,
        prepared=lambda home: shutil.copytree(indexed, home),
        folder=str(folder / "data"),
        images=hashlib.sha256(tiny_images(ROWS).tobytes()).hexdigest(),
    )


def locking(nursery: Nursery, server: Server, folder: Path, *, times: int, chance: random.Random) -> Tally:
    """Kill `hub lock` of a few URLs; hub.lock may always be read."""
    urls = _served(server)
    project = folder / "project"
    project.mkdir()
    hub_lock = project / "hub.lock"

    def without_a_lockfile(_: Path) -> None:
        hub_lock.unlink(missing_ok=True)

    def wrong_with_the_lockfile(_: Path) -> list[str]:
        pinned = hub_lock.read_text("utf-8")
        lockfile.read(hub_lock)
        return [f"{digest} is not pinned" for digest in urls.values() if digest not in pinned]

    return moments.of_task(
        nursery,
        "command",
        folder / "home",
        times=times,
        chance=chance,
        prepared=without_a_lockfile,
        faults=wrong_with_the_lockfile,
        words=["lock", *urls, "--quiet"],
        folder=str(project),
    )


def importing(nursery: Nursery, server: Server, folder: Path, *, times: int, chance: random.Random) -> Tally:
    """Kill `hub import` of a bundle."""
    urls, bundle = _served(server), folder / "bundle.tar"
    words = ["export", str(bundle), *(f"{url}#sha256={digest}" for url, digest in urls.items()), "--quiet"]
    assert nursery.do("command", folder / "first", words=words) == 0
    return moments.of_task(
        nursery,
        "command",
        folder / "home",
        times=times,
        chance=chance,
        faults=_lacks(urls),
        words=["import", str(bundle), "--quiet"],
    )


def garbage(nursery: Nursery, server: Server, folder: Path, *, times: int, chance: random.Random) -> Tally:
    """Kill `hub cache gc` of a store whose files nobody has used for long."""
    full = folder / "full"
    for url, digest in _served(server).items():
        assert nursery.do("download", full, url=f"{url}#sha256={digest}") == 0

    def filled(home: Path) -> None:
        shutil.copytree(full, home)
        for path in home.rglob("*"):
            os.utime(path, (LONG_AGO, LONG_AGO))

    return moments.of_task(
        nursery,
        "command",
        folder / "home",
        times=times,
        chance=chance,
        prepared=filled,
        words=["cache", "gc", "--limit", f"{3 * FILE_BYTES}"],
    )


KILLED: dict[str, Callable[..., Tally]] = {
    "preparation": preparation,
    "lock": locking,
    "import": importing,
    "gc": garbage,
}


def _served(server: Server) -> dict[str, str]:
    """Serve a few files; return URL -> sha256."""
    names = [f"{number}.bin" for number in range(FILES)]
    contents = (hashlib.shake_256(name.encode()).digest(FILE_BYTES) for name in names)
    return {server.url("ok", name): server.add(name, data) for name, data in zip(names, contents, strict=True)}


def _lacks(urls: dict[str, str]) -> Callable[[Path], list[str]]:
    return lambda home: [f"{digest} is missing" for digest in urls.values() if not Layout(home).blob(digest).exists()]
