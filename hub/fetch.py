"""Fetch: make sure that the files a card names are in the store, and say where they lie."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.errors import OfflineError
from hub.progress import human_bytes
from hub.store import blobs, locks, refs
from hub.store.layout import Layout
from hub.store.refs import Entry
from hub.transfer import Transfers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hub.cards import Artifact
    from hub.progress import Progress
    from hub.settings import Settings

logger = logging.getLogger("hub")


@dataclass(frozen=True, slots=True)
class Local:
    """A verified file in the store: read-only, and named by its sha256."""

    path: Path
    sha256: str
    size: int


def fetch(
    owner: str,
    artifacts: Sequence[Artifact],
    *,
    settings: Settings,
    progress: Progress,
    force: bool = False,
) -> dict[str, Local]:
    """Return artifact name -> local file, getting those that are missing, or all of them with `force`.

    `owner` names who they belong to, such as "dataset/mnist/1.0.0". Many processes at once make one transfer. Raises
    OfflineError if something is missing and the network is switched off, and what `Transfers.get` raises.
    """
    layout = Layout(settings.home)
    found = {} if force else present(layout, owner, artifacts)
    if len(found) < len(artifacts):
        _refuse_offline(owner, [each for each in artifacts if each.name not in found], settings)
        wait_note = f"another process is fetching {owner}; waiting for it"
        with locks.held(layout, owner, on_wait=lambda: progress.note(wait_note)):
            # Look again: whoever held the lock may have brought what is missing.
            found = {} if force else present(layout, owner, artifacts)
            missing = [each for each in artifacts if each.name not in found]
            found |= _transfer(layout, owner, missing, progress)
    return {artifact.name: found[artifact.name] for artifact in artifacts}


def present(layout: Layout, owner: str, artifacts: Iterable[Artifact]) -> dict[str, Local]:
    """Return those of the artifacts that are in the store; touches no network."""
    recorded = refs.read(layout, owner)
    found = (
        (artifact.name, _present(layout, artifact, recorded.get(artifact.name))) for artifact in artifacts
    )
    return {name: local for name, local in found if local is not None}


def _present(layout: Layout, artifact: Artifact, entry: Entry | None) -> Local | None:
    sha256 = artifact.sha256 or _recorded(artifact, entry)
    if sha256 is None:
        return None
    path = blobs.find(layout, sha256, artifact.size or (entry.size if entry else None))
    return Local(path, sha256, path.stat().st_size) if path else None


def _recorded(artifact: Artifact, entry: Entry | None) -> str | None:
    """The full digest found at the first transfer counts for as long as the card's own digests agree with it."""
    if entry is None:
        return None
    known = {"sha256": entry.sha256, "md5": entry.md5}
    agrees = all(digest.matches(known[digest.algorithm]) for digest in artifact.digests)
    return entry.sha256 if agrees else None


def _transfer(
    layout: Layout, owner: str, missing: Sequence[Artifact], progress: Progress
) -> dict[str, Local]:
    brought: dict[str, Local] = {}
    with Transfers(layout, progress) as transfers:
        for artifact in missing:
            got = transfers.get(artifact)
            logger.info("%s: %s from %s", owner, artifact.name, got.source)
            refs.write(layout, owner, {artifact.name: Entry(got.sha256, got.size, artifact.md5 or "")})
            brought[artifact.name] = Local(got.path, got.sha256, got.size)
    return brought


def _refuse_offline(owner: str, missing: Sequence[Artifact], settings: Settings) -> None:
    if settings.offline and missing:
        size = sum(artifact.size or 0 for artifact in missing)
        raise OfflineError(
            f"{owner} is not in the store and HUB_OFFLINE is set",
            expected=f"{', '.join(artifact.name for artifact in missing[:4])} in {settings.home}",
            found="nothing there",
            hint=f"unset HUB_OFFLINE once to fetch {human_bytes(size) if size else 'it'}",
        )
