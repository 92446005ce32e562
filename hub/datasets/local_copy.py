"""Local copies: files of a dataset that lie where torchvision puts them, extracted or still packed.

Looked for in `<data_dir>/<upstream>` (such as MNIST/raw), `<data_dir>/raw` and `<data_dir>` itself. Each file of a
split can be there in several forms, for instance

    train-images-idx3-ubyte       the artifact
    train-images-idx3-ubyte.gz    the artifact as a source wraps it
    gzip.zip                      an archive with the file inside
    gzip/emnist-...-ubyte.gz      a member of it, unpacked into folders or not
    emnist-...-ubyte              a member, inflated, as torchvision leaves it
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from hub.datasets.prepare import Input
from hub.digest import Digest, hash_file, strongest
from hub.errors import DigestMismatch, MissingFile
from hub.readers import File

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.cards import Artifact, DatasetCard, Source, Split

logger = logging.getLogger("hub")

PACKED = (".bz2", ".gz", ".xz")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One form that a file may have: a name in the folder, and what is published about it.

    `digests` holds alternatives, one for each way in which somebody has packed it; none if nothing is known.
    """

    name: str
    member: str = ""
    digests: tuple[tuple[Digest, ...], ...] = ()


def locate(card: DatasetCard, split: Split, folder: Path, *, verify: bool) -> dict[str, Input]:
    """Return role -> file for a split of a copy that lies under `folder`; touches no network.

    With `verify` each file is compared with its published digest. A form whose digest is published is preferred
    then; if there is none, the file is taken as it is and the log says so.

    Raises MissingFile if a file is missing, and DigestMismatch if one is not the published one.
    """
    artifacts = {artifact.name: artifact for artifact in card.artifacts}
    found: dict[str, Input] = {}
    hashed: dict[Path, str] = {}
    for role, text in split.files.items():
        name, _, member = text.partition("#")
        candidates = list(_candidates(artifacts[name], member))
        path, candidate = _first(candidates, card, folder, verify=verify)
        if path not in hashed:
            hashed[path] = _verified(path, candidate) if verify else _unverified(path)
        found[role] = Input(File(path, candidate.member), hashed[path])
    return found


def folders(card: DatasetCard, folder: Path) -> list[Path]:
    """Return where a copy is looked for, first to last."""
    below = [folder / card.upstream.folder] if card.upstream.folder else []
    return [*below, folder / "raw", folder]


def identified(path: Path, artifact: Artifact, *, verify: bool) -> str:
    """Return what tells this file from others: its sha256, compared with what is published, or its state on disk."""
    return _verified(path, Candidate(artifact.name, "", _known(artifact))) if verify else _unverified(path)


def unverified(path: Path) -> Input:
    """Return a file about which nothing is published."""
    return Input(File(path), _unverified(path))


def _candidates(artifact: Artifact, member: str) -> Iterator[Candidate]:
    """Yield the forms of an artifact or of a member of it, those that take the least work first."""
    if member:
        path = PurePosixPath(member)
        known = ((Digest("md5", artifact.members[member]),),) if member in artifact.members else ()
        if _inflated(path.name) != path.name:
            yield Candidate(_inflated(path.name))
        yield from (Candidate(name, "", known) for name in dict.fromkeys((path.name, member)))
        yield Candidate(artifact.name, member, _known(artifact))
    else:
        if _inflated(artifact.name) != artifact.name:
            yield Candidate(_inflated(artifact.name))
        yield Candidate(artifact.name, "", _known(artifact))
        yield from (Candidate(f"{artifact.name}.{how}", "", known) for how, known in _wrapped(artifact).items())


def _inflated(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return name.removesuffix(suffix) if suffix in PACKED else name


def _known(artifact: Artifact) -> tuple[tuple[Digest, ...], ...]:
    return (strongest(artifact.digests),) if artifact.digests else ()


def _wrapped(artifact: Artifact) -> Mapping[str, tuple[tuple[Digest, ...], ...]]:
    """Return how -> digests of the packed file, for every way in which a source wraps the artifact alone."""
    alone = [source for source in artifact.sources if source.unwrap and "#" not in source.url]
    hows = dict.fromkeys(("gz", *(source.unwrap for source in alone)))
    return {how: tuple(_digests_of(how, alone)) for how in hows}


def _digests_of(how: str, sources: list[Source]) -> dict[tuple[Digest, ...], None]:
    known = (strongest(source.digests) for source in sources if source.unwrap == how)
    return dict.fromkeys(digests for digests in known if digests)


def _first(candidates: list[Candidate], card: DatasetCard, folder: Path, *, verify: bool) -> tuple[Path, Candidate]:
    places = folders(card, folder)
    there = [(place / each.name, each) for place in places for each in candidates if (place / each.name).is_file()]
    if not there:
        names = " or ".join(dict.fromkeys(candidate.name for candidate in candidates))
        raise MissingFile(
            f"{card.name} is not in {folder}",
            expected=names,
            found=f"no such file in {', '.join(str(place) for place in places)}",
            hint="data_dir is the folder that torchvision calls root; leave it out to fetch the files",
        )
    verifiable = [(path, candidate) for path, candidate in there if candidate.digests]
    return (verifiable if verify and verifiable else there)[0]


def _verified(path: Path, candidate: Candidate) -> str:
    if not candidate.digests:
        logger.warning("%s cannot be verified: only the digest of its packed form is published", path)
        return hash_file(path).sha256
    hashed = hash_file(path, chain.from_iterable(candidate.digests))
    wrong = [hashed.mismatch(known) for known in candidate.digests]
    if all(wrong):
        expected, found = next(pair for pair in wrong if pair)
        raise DigestMismatch(
            f"{path} is not the published file",
            expected=expected,
            found=found,
            hint="replace the file; hub.load_dataset(..., data_dir=..., verify=False) reads it as it is",
        )
    return hashed.sha256


def _unverified(path: Path) -> str:
    state = path.stat()
    return f"{path.absolute()} {state.st_size} {state.st_mtime_ns}"
