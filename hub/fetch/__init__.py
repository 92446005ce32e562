"""Fetch: make sure that the files a card names are in the store, and say where they lie.

plans      a name to the files it stands for; touches neither network nor store
guarding   in a project with a lockfile, those files must be the ones that it pins
locking    names to entries of a lockfile
syncing    a lockfile to files in the store
keeping    the store stays within its limit, and what lockfiles name stays in the store
waiting    what is seen of files that another process fetches
stored     what the store has, by the names that people use
"""

from __future__ import annotations

import logging
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from hub import progress as reporting
from hub import settings as settings_of
from hub.errors import OfflineError
from hub.fetch.guarding import guarded
from hub.fetch.keeping import make_room
from hub.fetch.plans import called, every_plan, plan
from hub.fetch.waiting import Waiting
from hub.progress import human_bytes
from hub.sources.mirrors import widened
from hub.store import blobs, elections, leases, refs, shared, usage
from hub.store.files import can_write, disk_errors
from hub.store.layout import Layout
from hub.store.refs import Entry
from hub.transfer import Transfers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    source: str = field(default="", compare=False)
    """Where it was fetched from just now, without credentials."""


def download(
    name_or_url: str,
    *,
    split: str | None = None,
    variant: str | None = None,
    to: str | Path | None = None,
    force: bool = False,
    progress: bool | Progress = True,
) -> list[Path]:
    """Return the verified local files of a dataset, of a model's weights, or of a URL, getting what is missing.

    The paths are read-only files of the store, named by digest; with `to`, a folder, they are copies under their
    published names. `split` ("train", "train+test") leaves out files that other splits need. `variant` picks one of
    several datasets of a card, or "all": the default one unless said otherwise, and all if there is none. A URL may
    carry its digest as `#sha256=<hex>` (or the beginning of one, or `#md5=<hex>`); with none, only its length can be
    checked. `force` gets everything anew.

    >>> import tempfile, pathlib
    >>> source = pathlib.Path(tempfile.mkdtemp()) / "words.txt"
    >>> _ = source.write_text("hello")
    >>> download(source.as_uri(), progress=False)[0].read_text()
    'hello'

    Raises NotFound, NotLocked, OfflineError, TransferError, DigestMismatch and StoreError, and HubError if the files
    can only be got by hand.
    """
    wanted = plan(name_or_url, split, variant)
    wanted.require_sources()
    with reporting.shown(progress) as shown_progress:
        found = fetch(
            wanted.owner, wanted.artifacts, settings=settings_of.current(), progress=shown_progress, force=force
        )
    if to is None:
        return [local.path for local in found.values()]
    return [copy_out(local.path, Path(to) / name) for name, local in found.items()]


def copy_out(blob: Path, target: Path) -> Path:
    """A copy and not a link: whoever edits it must not edit the store."""
    with disk_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
        try:
            shutil.copyfile(blob, new)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)
    return target


def fetch(
    owner: str,
    artifacts: Sequence[Artifact],
    *,
    settings: Settings,
    progress: Progress,
    force: bool = False,
) -> dict[str, Local]:
    """Return artifact name -> local file, getting those that are missing, or all of them with `force`.

    `owner` names who they belong to, such as "dataset/mnist/1.0.0". Many processes at once make one transfer.

    Raises NotLocked if the project's lockfile does not pin them, OfflineError if something is missing that no local
    file has and the network is switched off, and what `Transfers.get` raises.
    """
    artifacts = guarded(owner, artifacts, settings)
    layout = Layout(settings.home)
    others = shared.stores(settings.shared)
    found = {} if force else held(layout, owner, artifacts, others)
    if len(found) < len(artifacts):
        artifacts = [widened(artifact, settings) for artifact in artifacts]
        if settings.offline:
            artifacts = tuple(_within_reach(artifact) for artifact in artifacts)
            _refuse_offline(owner, [each for each in artifacts if each.name not in found], settings)
        errand = _Errand(owner, artifacts, layout, others, settings, progress, force)
        waiting = Waiting(owner, artifacts, layout, progress)
        found = elections.one(layout, owner, errand.done, errand.do, on_wait=waiting.begin, on_look=waiting.look)
        waiting.end()
    return {artifact.name: found[artifact.name] for artifact in artifacts}


@dataclass(frozen=True, slots=True)
class _Errand:
    """Files to bring into the store, of which some may be there."""

    owner: str
    artifacts: Sequence[Artifact]
    layout: Layout
    others: Sequence[Layout]
    settings: Settings
    progress: Progress
    force: bool

    def look(self) -> dict[str, Local]:
        """Return those that are there, if that is enough."""
        return {} if self.force else held(self.layout, self.owner, self.artifacts, self.others)

    def done(self) -> dict[str, Local] | None:
        """Return all of them once all are there."""
        found = self.look()
        return found if len(found) == len(self.artifacts) else None

    def do(self) -> dict[str, Local]:
        """Return all of them, after getting those that are not there."""
        found = self.look()
        missing = [each for each in self.artifacts if each.name not in found]
        make_room(self.layout, missing, self.settings, self.progress)
        transfers = Transfers(self.layout, self.progress, connections=self.settings.connections)
        return found | _transfer(transfers, self.layout, self.owner, missing)


def held(layout: Layout, owner: str, artifacts: Sequence[Artifact], others: Sequence[Layout] = ()) -> dict[str, Local]:
    """Return what `present` does; what is in our own store now stays there while this process lives."""
    recorded = refs.read(layout, owner)
    known = (artifact.sha256 or recorded_digest(artifact, recorded.get(artifact.name)) for artifact in artifacts)
    leases.hold(layout, [sha256 for sha256 in known if sha256])  # before the look: else a gc could come in between
    found = _present_as(recorded, layout, owner, artifacts, others)
    ours = {name: local for name, local in found.items() if local.path == layout.blob(local.sha256)}
    for local in ours.values():
        usage.note(layout, local.path, local.sha256)
    known_as = {name: entry.sha256 for name, entry in recorded.items()}
    new = {name for name, local in ours.items() if known_as.get(name) != local.sha256}
    _record(layout, owner, [each for each in artifacts if each.name in new], ours)
    return found


def _record(layout: Layout, owner: str, artifacts: Sequence[Artifact], found: Mapping[str, Local]) -> None:
    """Record what came into the store under another name: it must not go with that one."""
    entries = {each.name: Entry(found[each.name].sha256, found[each.name].size, each.md5 or "") for each in artifacts}
    if entries and can_write(layout.ref(owner).parent):
        refs.write(layout, owner, entries)


def present(
    layout: Layout, owner: str, artifacts: Iterable[Artifact], others: Sequence[Layout] = ()
) -> dict[str, Local]:
    """Return those of the artifacts that are in the store or in one of the `others`; touches no network."""
    return _present_as(refs.read(layout, owner), layout, owner, artifacts, others)


def _present_as(
    recorded: Mapping[str, Entry],
    layout: Layout,
    owner: str,
    artifacts: Iterable[Artifact],
    others: Sequence[Layout],
) -> dict[str, Local]:
    found = (
        (
            artifact.name,
            _present(layout, artifact, recorded.get(artifact.name)) or _elsewhere(layout, others, owner, artifact),
        )
        for artifact in artifacts
    )
    return {name: local for name, local in found if local is not None}


def _present(layout: Layout, artifact: Artifact, entry: Entry | None) -> Local | None:
    sha256 = artifact.sha256 or recorded_digest(artifact, entry)
    if sha256 is None:
        return None
    path = blobs.find(layout, sha256, artifact.size or (entry.size if entry else None))
    return Local(path, sha256, path.stat().st_size) if path else None


def _elsewhere(layout: Layout, others: Sequence[Layout], owner: str, artifact: Artifact) -> Local | None:
    """Where only the beginning of a digest or an MD5 is published, what others recorded tells which blob it is."""
    recorded = () if artifact.sha256 else shared.entries(others, owner, artifact.name)
    digests = (artifact.sha256,) if artifact.sha256 else (recorded_digest(artifact, entry) for entry in recorded)
    for sha256 in filter(None, digests):
        path = shared.find(layout, others, sha256, artifact.size, artifact.digests)
        if path is not None:
            return Local(path, sha256, path.stat().st_size)
    return None


def recorded_digest(artifact: Artifact, entry: Entry | None) -> str | None:
    """The full digest found at the first transfer counts for as long as the card's own digests agree with it."""
    if entry is None:
        return None
    known = {"sha256": entry.sha256, "md5": entry.md5}
    agrees = all(digest.matches(known[digest.algorithm]) for digest in artifact.digests)
    return entry.sha256 if agrees else None


def _transfer(transfers: Transfers, layout: Layout, owner: str, missing: Sequence[Artifact]) -> dict[str, Local]:
    brought: dict[str, Local] = {}
    with transfers:
        for artifact in missing:
            got = transfers.get(artifact)
            logger.info("%s: %s from %s", owner, artifact.name, got.source)
            refs.write(layout, owner, {artifact.name: Entry(got.sha256, got.size, artifact.md5 or "")})
            leases.hold(layout, [got.sha256])
            brought[artifact.name] = Local(got.path, got.sha256, got.size, got.source)
    return brought


def _within_reach(artifact: Artifact) -> Artifact:
    """Return the artifact with those sources alone that need no connection."""
    local = tuple(source for source in artifact.sources if source.url.startswith("file:"))
    return msgspec.structs.replace(artifact, sources=local)


def _refuse_offline(owner: str, artifacts: Sequence[Artifact], settings: Settings) -> None:
    missing = [artifact for artifact in artifacts if not artifact.sources]
    if missing:
        size = sum(artifact.size or 0 for artifact in missing)
        name = missing[0].name if owner.startswith("url/") else called(owner)
        raise OfflineError(
            f"{name} is not in the store and HUB_OFFLINE is set",
            expected=f"{', '.join(artifact.name for artifact in missing[:4])} in {settings.home}",
            found="nothing there",
            hint=f"unset HUB_OFFLINE once to fetch {human_bytes(size) if size else 'it'}",
        )


def rebuild_refs(layout: Layout) -> int:
    """Record again what cards name and the store has; return how many files. For a store whose refs were lost.

    A file that only its MD5 is published of cannot be told from its name; it is fetched anew when it is asked for.
    """
    there = [path.name for path in blobs.every(layout)]
    count = 0
    for each in every_plan():
        recorded = refs.read(layout, each.owner)
        lost = [artifact for artifact in each.artifacts if artifact.name not in recorded]
        found = {artifact.name: entry for artifact in lost if (entry := _entry_of(layout, artifact, there))}
        if found:
            refs.write(layout, each.owner, found)
        count += len(found)
    return count


def _entry_of(layout: Layout, artifact: Artifact, there: Sequence[str]) -> Entry | None:
    begins = artifact.sha256 or artifact.sha256_prefix
    matches = [name for name in there if begins and name.startswith(begins)]
    if len(matches) != 1:
        return None
    return Entry(matches[0], layout.blob(matches[0]).stat().st_size, artifact.md5 or "")
