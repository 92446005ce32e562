"""What a name stands for: the files that cards name, and under which owner the store records them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hub import registry
from hub.cards import Artifact, Source
from hub.digest import split_digest
from hub.errors import CardError, MissingFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.cards import DatasetCard, Weights
    from hub.digest import Digest
    from hub.registry import DatasetEntry, Hit, ModelEntry

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


def plan(name_or_url: str, split: str | None = None, variant: str | None = None) -> Plan:
    """Return which files `download` would make sure of; touches no network."""
    if "://" in name_or_url or name_or_url.startswith(("file:", "gdrive:")):
        return _plan_url(name_or_url)
    entry = registry.find(name_or_url)
    return _plan_model(entry) if isinstance(entry, registry.ModelEntry) else _plan_dataset(entry, split, variant)


def _plan_url(url: str) -> Plan:
    address, digest = split_digest(url)
    name = _file_name(address)
    artifact = Artifact(
        name=name,
        sources=(Source(url=address),),
        sha256=_stated(digest, "sha256", whole=True),
        sha256_prefix=_stated(digest, "sha256", whole=False),
        md5=_stated(digest, "md5", whole=True),
    )
    return Plan(owner_of_url(address), (artifact,))


def owner_of_url(address: str) -> str:
    """Return under which name the file at an address is recorded."""
    return f"url/{sha256(address.encode()).hexdigest()[:32]}/{_file_name(address)}"


def _file_name(address: str) -> str:
    return Path(unquote(urlsplit(address).path)).name or "download"


def _stated(digest: Digest | None, algorithm: str, *, whole: bool) -> str | None:
    """The digest's hex if it is of this kind."""
    return digest.hex if digest and (digest.algorithm, digest.whole) == (algorithm, whole) else None


def _plan_model(entry: ModelEntry) -> Plan:
    return plan_weights(entry, registry.weights_of(entry, entry.tag or registry.DEFAULT))


def plan_weights(entry: ModelEntry, weights: Weights) -> Plan:
    """Return where one weights file of a model is recorded, and the file. Raises CardError if it is refused."""
    if weights.tag in entry.refused:
        raise entry.refused[weights.tag]
    return Plan(_owner("model", entry.variant.name, weights.tag), (weights.artifact,))


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
    return _owner("dataset", identifier, card.version)


def _owner(kind: str, name: str, version: str) -> str:
    """Return the name of a record; what another registry calls like a thing of ours is another thing."""
    registry_name, slash, rest = name.partition("/")
    if slash and not name.startswith(registry.TIMM):
        return f"registry/{registry_name}/{kind}/{rest}/{version}"
    return f"{kind}/{name}/{version}"


def parts_of(owner: str) -> tuple[str, str, str]:
    """Return kind, name and version of a record of a card's files.

    >>> parts_of("model/timm/resnet18/a1_in1k"), parts_of("registry/lab/dataset/cats/1.0.0")
    (('model', 'timm/resnet18', 'a1_in1k'), ('dataset', 'lab/cats', '1.0.0'))
    """
    words = owner.split("/")
    place = [words[1]] if words[0] == "registry" else []
    kind, *name, version = words[2:] if place else words
    return kind, "/".join([*place, *name]), version


def called(owner: str) -> str:
    """Return the name that commands take of what is recorded under `owner`; of a URL only that it is one.

    >>> called("dataset/mnist/1.0.0"), called("registry/lab/model/cats/V1")
    ('mnist@1.0.0', 'lab/cats@V1')
    """
    if owner.startswith("url/"):
        return "URL"
    _, name, version = parts_of(owner)
    return f"{name}@{version}"


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


def every_plan() -> Iterator[Plan]:
    """Yield what each card names, but for broken ones."""
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
