"""Fetch: make sure that the files a card names are in the store, and say where they lie."""

from __future__ import annotations

import logging
import shutil
import uuid
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub import progress as reporting
from hub import registry
from hub import settings as settings_of
from hub.cards import Artifact, Source
from hub.digest import Digest
from hub.errors import CardError, MissingFile, OfflineError
from hub.progress import human_bytes
from hub.store import blobs, locks, refs
from hub.store.files import disk_errors
from hub.store.layout import Layout
from hub.store.refs import Entry
from hub.transfer import Transfers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hub.cards import DatasetCard, Weights
    from hub.progress import Progress
    from hub.registry import DatasetEntry, Hit, ModelEntry
    from hub.settings import Settings

logger = logging.getLogger("hub")

EVERY = "all"
"""Stands for all variants of a card."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one name stands for: the files, and under which owner they are recorded.

    `manual` says where to get files by hand, if some of those asked for cannot be fetched.
    """

    owner: str
    artifacts: tuple[Artifact, ...]
    manual: str = ""

    def require_sources(self) -> None:
        """Raise HubError, with what to do instead, if files have to be got by hand."""
        if self.manual:
            raise got_by_hand(self.owner, self.manual)


@dataclass(frozen=True, slots=True)
class Local:
    """A verified file in the store: read-only, and named by its sha256."""

    path: Path
    sha256: str
    size: int


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

    Raises NotFound, OfflineError, TransferError, DigestMismatch and StoreError, and HubError if the files can only be
    got by hand.
    """
    wanted = plan(name_or_url, split, variant)
    wanted.require_sources()
    with reporting.shown(progress) as shown_progress:
        found = fetch(
            wanted.owner, wanted.artifacts, settings=settings_of.current(), progress=shown_progress, force=force
        )
    if to is None:
        return [local.path for local in found.values()]
    return [_copy(local.path, Path(to) / name) for name, local in found.items()]


def plan(name_or_url: str, split: str | None = None, variant: str | None = None) -> Plan:
    """Return which files `download` would make sure of; touches no network."""
    if "://" in name_or_url or name_or_url.startswith(("file:", "gdrive:")):
        return _plan_url(name_or_url)
    entry = registry.describe(name_or_url)
    return _plan_model(entry) if isinstance(entry, registry.ModelEntry) else _plan_dataset(entry, split, variant)


def _plan_url(url: str) -> Plan:
    address, _, fragment = url.partition("#")
    name = Path(unquote(urlsplit(address).path)).name or "download"
    digest = Digest.parse(fragment.replace("=", ":", 1)) if fragment else None
    artifact = Artifact(
        name=name,
        sources=(Source(url=address),),
        sha256=_stated(digest, "sha256", whole=True),
        sha256_prefix=_stated(digest, "sha256", whole=False),
        md5=_stated(digest, "md5", whole=True),
    )
    return Plan(f"url/{sha256(address.encode()).hexdigest()[:32]}/{name}", (artifact,))


def _stated(digest: Digest | None, algorithm: str, *, whole: bool) -> str | None:
    """The digest's hex if it is of this kind."""
    return digest.hex if digest and (digest.algorithm, digest.whole) == (algorithm, whole) else None


def _plan_model(entry: ModelEntry) -> Plan:
    return plan_weights(entry, registry.weights_of(entry, entry.tag or registry.DEFAULT))


def plan_weights(entry: ModelEntry, weights: Weights) -> Plan:
    """Return where one weights file of a model is recorded, and the file."""
    return Plan(f"model/{entry.variant.name}/{weights.tag}", (weights.artifact,))


def _plan_dataset(entry: DatasetEntry, split: str | None, variant: str | None) -> Plan:
    wanted = set(_files(entry.card, split, _variants(entry, variant)))
    owner = dataset_owner(entry.id, entry.card)
    artifacts = tuple(each for each in entry.card.artifacts if each.name in wanted)
    fetchable = {each.name for each in artifacts if each.sources}
    is_whole = entry.card.artifacts and wanted <= fetchable
    return Plan(owner, artifacts, "" if is_whole else entry.card.manual)


def got_by_hand(owner: str, manual: str) -> MissingFile:
    """Return the error that says what to do about files that nobody may fetch."""
    return MissingFile(
        f"{owner} cannot be fetched",
        expected="files that you got yourself, in a folder given as data_dir=",
        hint=manual.strip(),
    )


def dataset_owner(identifier: str, card: DatasetCard) -> str:
    """Return under which name the files of a dataset are recorded."""
    return f"dataset/{identifier}/{card.version}"


def _variants(entry: DatasetEntry, asked: str | None) -> list[str]:
    """Return the variants that are meant: the one that is asked for, or else the default, or else all."""
    known = entry.card.variants
    chosen = asked or entry.card.default_variant or EVERY
    if chosen == EVERY:
        return list(known)
    if chosen not in known:
        raise registry.unknown(f"variant of {entry.id}", chosen, known)
    return [chosen]


def _files(card: DatasetCard, split: str | None, variants: Sequence[str]) -> Iterator[str]:
    tables = [card.splits, *(card.variants[name].splits for name in variants)]
    known = list(dict.fromkeys(name for table in tables for name in table))
    wanted = [part.partition("[")[0].strip() for part in split.split("+")] if split and known else known
    for name in wanted:
        if name not in known:
            raise registry.unknown(f"split of {card.name}", name, known)
        for table in tables:
            if name in table:
                yield from (file.partition("#")[0] for file in table[name].files.values())


def _copy(blob: Path, target: Path) -> Path:
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
    found = ((artifact.name, _present(layout, artifact, recorded.get(artifact.name))) for artifact in artifacts)
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


def _transfer(layout: Layout, owner: str, missing: Sequence[Artifact], progress: Progress) -> dict[str, Local]:
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


def rebuild_refs(layout: Layout) -> int:
    """Record again what cards name and the store has; return how many files. For a store whose refs were lost.

    A file that only its MD5 is published of cannot be told from its name; it is fetched anew when it is asked for.
    """
    there = [path.name for path in blobs.every(layout)]
    count = 0
    for each in _every_plan():
        recorded = refs.read(layout, each.owner)
        lost = [artifact for artifact in each.artifacts if artifact.name not in recorded]
        found = {artifact.name: entry for artifact in lost if (entry := _entry_of(layout, artifact, there))}
        if found:
            refs.write(layout, each.owner, found)
        count += len(found)
    return count


def _every_plan() -> Iterator[Plan]:
    for hit in registry.entries():
        try:
            yield from _plans_of(hit)
        except CardError:
            continue  # asking for it by name says what is wrong


def _plans_of(hit: Hit) -> Iterator[Plan]:
    if hit.kind == "dataset":
        yield _plan_dataset(registry.find_dataset(hit.id), None, EVERY)
    else:
        entry = registry.find_model(hit.id)
        yield from (plan_weights(entry, weights) for weights in entry.variant.weights)


def _entry_of(layout: Layout, artifact: Artifact, there: Sequence[str]) -> Entry | None:
    begins = artifact.sha256 or artifact.sha256_prefix
    matches = [name for name in there if begins and name.startswith(begins)]
    if len(matches) != 1:
        return None
    return Entry(matches[0], layout.blob(matches[0]).stat().st_size, artifact.md5 or "")
