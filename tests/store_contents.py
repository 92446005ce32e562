"""Things in a store, made by hand, each as old as a test wants it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.store import garbage, origins, refs, removing, standing
from hub.store.files import make_store
from hub.store.refs import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hub.store import pins
    from hub.store.garbage import Plan
    from hub.store.layout import Layout
    from hub.store.removing import Removed

DAY = 24 * 3600.0

HOLD = """
import pathlib, sys
from hub.store import leases
from hub.store.layout import Layout
leases.hold(Layout(pathlib.Path(sys.argv[1])), sys.argv[2:])
print("held", flush=True)
"""


def nobody(_: Path) -> tuple[str, ...]:
    """Read a lockfile that names nothing."""
    return ()


def aged(path: Path, days: float) -> Path:
    """Let a file be used last so many days ago."""
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))
    return path


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def blob(layout: Layout, data: bytes, days: float = 1, owner: str = "") -> Path:
    """Put a blob into the store, and its name if it has an owner."""
    make_store(layout)
    path = layout.blob(digest_of(data))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o444)
    if owner:
        refs.write(layout, owner, {"file": Entry(path.name, len(data))})
    return aged(path, days)


def weights(layout: Layout, name: str, data: bytes, days: float = 1, of: Iterable[str] = (), by: int = 1) -> Path:
    """Put converted weights into the store, made of these blobs by this version."""
    path = layout.weights(digest_of(name.encode()))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    origins.record(layout, path.stem, path, of, {"weights": by})
    return aged(path, days)


def prepared(layout: Layout, name: str, data: bytes, days: float = 1, of: Iterable[str] = ()) -> Path:
    """Put prepared data into the store; returns its folder."""
    folder = layout.prepared(digest_of(name.encode()))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train.arrow").write_bytes(data)
    origins.record(layout, folder.name, folder / "train.arrow", of, {"prepare": 1})
    (folder / "survey.json").write_text("{}")
    for path in folder.iterdir():
        aged(path, days)
    return folder


def planned(layout: Layout, limit: int | None, held: pins.Held = nobody) -> Plan:
    return garbage.plan(standing.look(layout, held, time.time()), limit)


def collected(layout: Layout, limit: int | None, held: pins.Held = nobody) -> Removed:
    return removing.apply(planned(layout, limit, held), layout, held=held)


def gone(plan: Plan) -> list[str]:
    """The paths that a plan names, in its order."""
    return [each.unit.path for each in plan.removals]


@contextmanager
def another_process(layout: Layout, *names: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that holds these names until the end, or until it is killed."""
    code = HOLD + "sys.stdin.read()"
    command = [sys.executable, "-c", code, str(layout.home), *names]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        try:
            yield child
        finally:
            child.kill()
