"""From the weights that are meant to the file that is mapped: fetched or found, and converted once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hub.errors import FormatError, InvalidInput
from hub.fetch import Local, fetch
from hub.fetch.plans import Plan, plan_weights
from hub.fetch.plans import plan as planned
from hub.models import builders
from hub.models.selection import OwnFile, OwnUrl
from hub.models.weights import mapped, own_files, published
from hub.store import locks
from hub.store.files import publish_file, require_space
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from hub.models.selection import Chosen
    from hub.models.weights.mapped import State
    from hub.progress import Progress
    from hub.registry import ModelEntry
    from hub.settings import Settings

# Part of every fingerprint: raise it whenever the same published file would be converted into other bytes.
CONVERTER = 1

SCHEMES = ("http", "https", "file")


@dataclass(frozen=True, slots=True)
class LocalWeights:
    """Mapped tensors, with path and digest of the published file that they come from."""

    state: State
    path: Path
    sha256: str


def bring(chosen: Chosen, entry: ModelEntry, settings: Settings, progress: Progress) -> LocalWeights:
    """Return the chosen weights in memory maps of their own, fetching and converting what is missing.

    Raises what `fetch` raises, UnsafeWeights if the file wants to run code, FormatError if it holds no weights.
    """
    layout = Layout(settings.home)
    found = _find(chosen, entry, settings, progress)
    target = layout.weights(fingerprint(found.sha256, entry.card.builder))
    state = _read_whole(target)
    if state is None:
        with locks.held(layout, f"weights/{target.stem}", on_wait=lambda: progress.note(_waiting(entry.variant.name))):
            state = _read_whole(target) or _made(found, entry, target, layout, progress)
    return LocalWeights(state, found.path, found.sha256)


def fingerprint(sha256: str, builder: str) -> str:
    """Return what names the converted form of a published file: it depends on nothing else."""
    return hashlib.sha256(f"{sha256} {CONVERTER} {builder}".encode()).hexdigest()


def _find(chosen: Chosen, entry: ModelEntry, settings: Settings, progress: Progress) -> Local:
    if isinstance(chosen, OwnFile):
        return own_files.identify(chosen.path, Layout(settings.home))
    plan = _plan(chosen) if isinstance(chosen, OwnUrl) else plan_weights(entry, chosen)
    return next(iter(fetch(plan.owner, plan.artifacts, settings=settings, progress=progress).values()))


def _plan(chosen: OwnUrl) -> Plan:
    scheme = urlsplit(chosen.url).scheme
    if scheme not in SCHEMES or (scheme == "http" and not chosen.sha256):
        raise InvalidInput(
            f"weights cannot be had from {chosen.url}",
            expected="https://, file:// or http:// with #sha256=<hex>, as http can be changed on the way",
            found=f"{scheme}://",
        )
    return planned(f"{chosen.url}#sha256={chosen.sha256}" if chosen.sha256 else chosen.url)


def _read_whole(target: Path) -> State | None:
    """Return the mapped file, or None if it must be made; a damaged one is removed, as it can be made again."""
    try:
        return mapped.read(target)
    except FileNotFoundError:
        return None
    except FormatError:
        target.unlink()
        return None


def _made(found: Local, entry: ModelEntry, target: Path, layout: Layout, progress: Progress) -> State:
    """Return the weights, mapped from `target` if that can hold them; 8-bit integers stay in their own file."""
    stamp = own_files.Stamp.of(found.path)
    state = builders.find(entry.card.builder).rename(published.read_state(found.path))
    if state.quantised:
        own_files.require_unchanged(found.path, stamp)
        return state

    def write(path: Path) -> None:
        _write(path, state, entry.variant.name, progress)
        own_files.require_unchanged(found.path, stamp)  # only now have all tensors been read

    publish_file(write, target, layout)
    return mapped.read(target)


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
