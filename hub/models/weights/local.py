"""From the weights that are meant to the file that is mapped: obtained, and converted once."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.errors import FormatError
from hub.fetch.plans import plan_weights
from hub.models import builders
from hub.models.selection import OwnFile, OwnUrl
from hub.models.weights import CONVERTER, mapped, own_files, published
from hub.models.weights.obtaining import obtain, plan_of_url
from hub.store import elections, leases, origins, usage
from hub.store.files import can_write, disk_errors, publish_file, require_space
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.fetch import Local
    from hub.models.selection import Chosen
    from hub.models.weights.mapped import State
    from hub.progress import Progress
    from hub.registry import ModelEntry
    from hub.settings import Settings

logger = logging.getLogger("hub")


@dataclass(frozen=True, slots=True)
class LocalWeights:
    """Mapped tensors, with path and digest of the published file that they come from."""

    state: State
    path: Path
    sha256: str


def bring(chosen: Chosen, entry: ModelEntry, settings: Settings, progress: Progress) -> LocalWeights:
    """Return the chosen weights in memory maps of their own, fetching and converting what is missing.

    Where the store cannot be written, as one that is shared, they come out of the published file itself: mapped if it
    is a zip or safetensors.

    Raises what `fetch` raises, UnsafeWeights if the file wants to run code, FormatError if it holds no weights.
    """
    layout = Layout(settings.home)
    found = _find(chosen, entry, settings, progress)
    target = layout.weights(fingerprint(found.sha256, entry.card.builder))
    leases.hold(layout, [target.stem])  # before the look: else a gc could come in between
    state = _read_whole(target)
    if state is None and not can_write(target.parent):
        logger.info("%s cannot be written: weights are read out of %s each time", layout.home, found.path)
        state = _unconverted(found, entry, layout)
    if state is None:
        state = elections.one(
            layout,
            f"weights/{target.stem}",
            lambda: _read_whole(target),
            lambda: _made(found, entry, target, layout, progress),
            on_wait=lambda: progress.note(_waiting(entry.variant.name)),
        )
    usage.note(layout, target, target.stem)
    return LocalWeights(state, found.path, found.sha256)


def fingerprint(sha256: str, builder: str) -> str:
    """Return what names the converted form of a published file: it depends on nothing else."""
    return hashlib.sha256(f"{sha256} {CONVERTER} {builder}".encode()).hexdigest()


def _find(chosen: Chosen, entry: ModelEntry, settings: Settings, progress: Progress) -> Local:
    if isinstance(chosen, OwnFile):
        return own_files.identify(chosen.path, Layout(settings.home))
    plan = plan_of_url(chosen.url, chosen.sha256) if isinstance(chosen, OwnUrl) else plan_weights(entry, chosen)
    return obtain(plan, settings, progress)


def _read_whole(target: Path) -> State | None:
    """Return the mapped file, or None if it must be made: it is missing or damaged, or there is no store at all."""
    try:
        return mapped.read(target)
    except (FileNotFoundError, NotADirectoryError, FormatError):
        return None


def _remove(target: Path) -> None:
    """Remove a damaged file, which can be made again; only the elected one does, else it may be somebody's new one."""
    with disk_errors(target.parent):
        target.unlink(missing_ok=True)


def _made(found: Local, entry: ModelEntry, target: Path, layout: Layout, progress: Progress) -> State:
    """Return the weights, mapped from `target` if that can hold them; 8-bit integers stay in their own file."""
    _remove(target)
    unchanged = _watched(found, layout)
    state = _unconverted(found, entry, layout)
    if state.quantised:
        return state

    def write(path: Path) -> None:
        _write(path, state, entry.variant.name, progress)
        unchanged()  # only now have all tensors been read

    publish_file(write, target, layout)
    of = [found.sha256] if layout.is_blob(found.path) else []
    origins.record(layout, target.stem, target, of, {"weights": CONVERTER})
    return mapped.read(target)


def _unconverted(found: Local, entry: ModelEntry, layout: Layout) -> State:
    unchanged = _watched(found, layout)
    state = builders.find(entry.card.builder).rename(published.read_state(found.path))
    unchanged()
    return state


def _watched(found: Local, layout: Layout) -> Callable[[], None]:
    """Return what raises InvalidInput if the file has been written since; a blob never is, though its times are set."""
    if layout.is_blob(found.path):
        return lambda: None
    stamp = own_files.Stamp.of(found.path)
    return lambda: own_files.require_unchanged(found.path, stamp)


def _write(path: Path, state: State, name: str, progress: Progress) -> None:
    total = sum(tensor.nbytes for tensor in state.tensors.values())
    require_space(path.parent, total)
    progress.start(f"preparing the weights of {name}", total)
    try:
        mapped.write(path, state, progress)
    finally:
        progress.finish()


def _waiting(name: str) -> str:
    return f"another process is preparing the weights of {name}; waiting for it"
