"""Where everything lies: the only module that knows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one store; computing one touches no disk."""

    home: Path

    @property
    def root(self) -> Path:
        """The version is in the folder's name, so a new format needs no migration."""
        return self.home / "v1"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs" / "sha256"

    @property
    def refs(self) -> Path:
        return self.root / "refs"

    @property
    def partials(self) -> Path:
        return self.root / "partial"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def leases(self) -> Path:
        """What live processes use."""
        return self.root / "leases"

    @property
    def claims(self) -> Path:
        """What is about to be removed, for moments."""
        return self.root / "claims"

    @property
    def pins(self) -> Path:
        """Which lockfiles are about this store."""
        return self.root / "pins"

    @property
    def uses(self) -> Path:
        """Times of last use that could not be set on the files themselves."""
        return self.root / "uses"

    @property
    def origins(self) -> Path:
        """What prepared data and weights were made from."""
        return self.root / "origins"

    @property
    def own_weights(self) -> Path:
        """What is known of weights files outside of the store."""
        return self.root / "own_weights.json"

    @property
    def hosts(self) -> Path:
        """What is remembered of hosts."""
        return self.root / "hosts.json"

    def seen(self, sha256: str) -> Path:
        """What is known of a blob in somebody else's store: `shared/ba/ba891046...`."""
        return self.root / "shared" / sha256[:2] / sha256

    @property
    def blocks(self) -> Path:
        """What has been read of objects that lie elsewhere: `blocks/ab/<key of an object>/<number>`."""
        return self.root / "blocks"

    @property
    def registries(self) -> Path:
        """The record of the registries that were added."""
        return self.root / "registries.json"

    def registry(self, url: str) -> Path:
        """The folder with what a registry said last; by its URL, since names may come to mean another one."""
        return self.root / "registries" / hashlib.sha256(url.encode()).hexdigest()[:32]

    def blob(self, sha256: str) -> Path:
        """`blobs/sha256/ba/ba891046...`: two hex digits of fan-out keep folders small."""
        return self.blobs / sha256[:2] / sha256

    def is_blob(self, path: Path) -> bool:
        """Tell whether a path is one of a blob of this store."""
        return self.blobs in path.parents

    def ref(self, owner: str) -> Path:
        """`refs/dataset/mnist/1.0.0` for the owner "dataset/mnist/1.0.0"."""
        return self.refs / owner

    def prepared(self, fingerprint: str) -> Path:
        """The folder of one prepared dataset."""
        return self.root / "prepared" / fingerprint

    def part(self, fingerprint: str, part: str) -> Path:
        """A part of a prepared dataset that is made in parts, until these are joined."""
        return self.prepared(fingerprint) / "parts" / f"{part}.arrow"

    def weights(self, fingerprint: str) -> Path:
        """The memory-mapped form of one weights file."""
        return self.root / "weights" / f"{fingerprint}.safetensors"

    def origin(self, fingerprint: str) -> Path:
        """What was used to make the prepared data or the weights of that fingerprint."""
        return self.origins / f"{fingerprint}.json"

    def name_of(self, path: Path) -> str:
        """Return the digest or fingerprint that a blob or a prepared file belongs to: what leases call it."""
        return path.parent.name if path.parent.parent.name == "prepared" else path.name.partition(".")[0]

    def index(self, name: str) -> Path:
        """The registry's index of one folder of cards."""
        return self.root / "index" / f"{name}.sqlite"

    @property
    def elections(self) -> Path:
        """Which process makes what, for as long as it does."""
        return self.root / "elections"

    def election(self, key: str) -> Path:
        """The term of whoever makes something; hashed, because keys can be longer than a file name may be."""
        return self.elections / hashlib.sha256(key.encode()).hexdigest()[:32]
