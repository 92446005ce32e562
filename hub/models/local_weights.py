"""From the weights that are meant to the file that is mapped: fetched or found, and converted once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub.cards import Artifact, Source
from hub.errors import FormatError, InvalidInput
from hub.fetch import Local, fetch
from hub.models import builders, own_files, published_files, weights_file
from hub.models.selection import OwnFile, OwnUrl
from hub.store import locks
from hub.store.files import publish_file, require_space
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

    from hub.models.selection import Chosen
    from hub.models.weights_file import State
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
        with locks.held(layout, f"weights/{target.stem}", on_wait=lambda: progress.note(_waiting(found))):
            publish_file(lambda path: _convert(found, entry, path, progress), target, layout)
        state = weights_file.read(target)
    return LocalWeights(state, found.path, found.sha256)


def fingerprint(sha256: str, builder: str) -> str:
    """Return what names the converted form of a published file: it depends on nothing else."""
    return hashlib.sha256(f"{sha256} {CONVERTER} {builder}".encode()).hexdigest()


def _find(chosen: Chosen, entry: ModelEntry, settings: Settings, progress: Progress) -> Local:
    if isinstance(chosen, OwnFile):
        return own_files.identify(chosen.path, Layout(settings.home))
    if isinstance(chosen, OwnUrl):
        artifact, owner = _artifact_at(chosen), f"url/{hashlib.sha256(chosen.url.encode()).hexdigest()}"
    else:
        artifact, owner = chosen.artifact, f"model/{entry.variant.name}/{chosen.tag}"
    return fetch(owner, [artifact], settings=settings, progress=progress)[artifact.name]


def _artifact_at(chosen: OwnUrl) -> Artifact:
    address = urlsplit(chosen.url)
    if address.scheme not in SCHEMES or (address.scheme == "http" and not chosen.sha256):
        raise InvalidInput(
            f"weights cannot be had from {chosen.url}",
            expected="https://, file:// or http:// with #sha256=<hex>, as http can be changed on the way",
            found=f"{address.scheme}://",
        )
    name = unquote(address.path).rpartition("/")[2] or "weights"
    return Artifact(name=name, sources=(Source(url=chosen.url),), sha256=chosen.sha256 or None)


def _read_whole(target: Path) -> State | None:
    """Return the mapped file, or None if it must be made; a damaged one is removed, as it can be made again."""
    try:
        return weights_file.read(target)
    except FileNotFoundError:
        return None
    except FormatError:
        target.unlink()
        return None


def _convert(found: Local, entry: ModelEntry, path: Path, progress: Progress) -> None:
    stamp = own_files.Stamp.of(found.path)
    state = builders.find(entry.card.builder).rename(published_files.read_state(found.path))
    total = sum(tensor.nbytes for tensor in state.tensors.values())
    require_space(path.parent, total)
    progress.start(f"preparing {found.path.name}", total)
    try:
        weights_file.write(path, state, progress)
    finally:
        progress.finish()
    own_files.require_unchanged(found.path, stamp)


def _waiting(found: Local) -> str:
    return f"another process is preparing {found.path.name}; waiting for it"
