"""What stands in a hub.lock, as frozen structs."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from hub.cards.base import Md5, Sha256, Size, Struct

VERSION = 1
"""Another one is a file that older programs would misread."""
REVISION = 1
"""Grows when keys are added that older programs can do without."""
NEEDS = ">=0.1"
"""The versions of hub that can read VERSION."""

Plain = Annotated[str, Meta(min_length=1)]
Owner = Annotated[
    str, Meta(pattern=r"^(dataset|model|registry|url)(/(?!\.\.?(/|\Z))[^/\\\x00-\x1f\x7f]{1,255}){2,8}\Z")
]
"""A path in the store's records, so one that leads nowhere else and that a file system takes."""
FileName = Annotated[str, Meta(pattern=r"^(?!\.\.?\Z)[^/\\#\x00-\x1f\x7f]+\Z")]


# Not `forbid_unknown_fields`, as in cards: what a newer revision says more is passed over, see `reading`.
class Read(Struct, frozen=True, forbid_unknown_fields=False):
    """A frozen value read from a hub.lock."""


class Source(Read, frozen=True):
    """One place where an artifact can be had, as in a card: whether wrapped, and what the wrapping hashes to.

    Which addresses and wrappings are understood is decided when one is used: others may be a newer program's.
    """

    url: Plain
    """Its address, without anybody's credentials; `#<member>` at the end means that file of the archive."""
    unwrap: str = ""
    """What is undone last, such as "gz"."""
    size: Size | None = None
    """Bytes of the file as it is served, where that is not the artifact itself."""
    sha256: Sha256 | None = None
    """Likewise its digest."""
    md5: Md5 | None = None
    """Likewise."""


class Artifact(Read, frozen=True):
    """One file, pinned: these bytes and no others."""

    name: FileName
    """Its published name."""
    sha256: Sha256
    """Its digest, in full, also where the publisher states less."""
    size: Size
    """Its bytes."""
    md5: Md5 | None = None
    """Where that is what its publisher states."""
    sources: tuple[Source, ...] = ()
    """Where it was had, then where else it can be had; none for what is to be got by hand."""


class Entry(Read, frozen=True):
    """The files of one dataset, of one set of weights, or at one address."""

    owner: Owner
    """Under which name the store records them: "dataset/mnist/1.0.0", "model/resnet18/IMAGENET1K_V1"."""
    name: Plain
    """The name to ask by: "mnist", "resnet18", "lab/cats", or the address."""
    kind: Literal["dataset", "model", "url"]
    """What it is."""
    version: str = ""
    """The version of a dataset, the tag of weights; "" for an address."""
    artifacts: tuple[Artifact, ...] = ()
    """Its files, in the order of their names."""

    @property
    def by_name(self) -> dict[str, Artifact]:
        """The artifacts by their names."""
        return {artifact.name: artifact for artifact in self.artifacts}

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(artifact.size for artifact in self.artifacts)

    def __str__(self) -> str:
        return f"{self.name} {self.version}".rstrip()


class Requirement(Read, frozen=True):
    """What was asked for: a name as `hub lock` takes it, and which part of it."""

    name: Plain
    """A dataset, a model or an address; "@" and a version or a tag behind it asks for that one for good."""
    split: str = ""
    """Only the files of these splits: "train", "test+train"; else of all."""
    variant: str = ""
    """Only the files of this variant; else of the card's default one."""

    @property
    def base(self) -> str:
        """The name without version, tag or digest."""
        return self.name.partition("#" if is_address(self.name) else "@")[0]

    def __str__(self) -> str:
        options = [f"--{name} {value}" for name, value in (("split", self.split), ("variant", self.variant)) if value]
        return " ".join([self.name, *options])


class Lockfile(Read, frozen=True):
    """A whole hub.lock: what was asked for, and the files that it came to."""

    version: int = VERSION
    revision: int = REVISION
    hub: str = NEEDS
    """The versions of hub that can read it."""
    requires: tuple[Requirement, ...] = ()
    entries: tuple[Entry, ...] = ()

    def entry(self, owner: str) -> Entry | None:
        """Return the entry of an owner, if there is one."""
        return next((entry for entry in self.entries if entry.owner == owner), None)


def is_address(name: str) -> bool:
    """Tell whether a name is a URL, and not that of a card."""
    return "://" in name or name.startswith(("file:", "gdrive:"))


def in_order(lock: Lockfile) -> Lockfile:
    """Return the same with everything in the order of its names, so that the same contents are the same text."""
    entries = sorted((_in_order(entry) for entry in lock.entries), key=lambda entry: entry.owner)
    requires = sorted(set(lock.requires), key=lambda each: (each.name, each.variant, each.split))
    return Lockfile(requires=tuple(requires), entries=tuple(entries))


def _in_order(entry: Entry) -> Entry:
    artifacts = tuple(sorted(entry.artifacts, key=lambda artifact: artifact.name))
    return Entry(owner=entry.owner, name=entry.name, kind=entry.kind, version=entry.version, artifacts=artifacts)
