"""Artifacts, the files that are published, and the sources that have them."""

from __future__ import annotations

import re
from typing import Literal

from hub.cards.base import BESIDE, Md5, Sha256, Sha256Prefix, Size, SourceUrl, Struct
from hub.digest import Digest

FILES = re.compile(rf"{BESIDE}(#.*)?")
"""What a source is that lies beside the cards, possibly with a member."""


class Source(Struct, frozen=True):
    """One place where an artifact can be had, possibly wrapped.

    `url` may be `files/...`: the registry of the card has the file, below the folder with its index. It may end in
    `#<member>`: the file is an archive and the artifact is that member of it. `unwrap` is applied last. `size` and
    digests are those of the file that the host serves, when it is not the artifact itself.
    """

    url: SourceUrl
    """Its address; `#<member>` at the end means that file of the archive."""
    unwrap: Literal["", "gz", "bz2", "xz", "zst"] = ""
    """What is undone last."""
    size: Size | None = None
    """Bytes of the file as it is served, where that is not the artifact itself."""
    sha256: Sha256 | None = None
    """Likewise its digest."""
    md5: Md5 | None = None
    """Likewise."""
    checked: bool = True
    """Whether someone has had these bytes from there and compared the digest."""

    @property
    def wrapped(self) -> bool:
        """Whether the host serves something other than the artifact's own bytes."""
        return bool(self.unwrap) or "#" in self.url

    @property
    def digests(self) -> tuple[Digest, ...]:
        """What the served file must hash to, as far as it is known."""
        return _digests(sha256=self.sha256, md5=self.md5)


class Artifact(Struct, frozen=True):
    """One published file: a name, its digest, and where to get it, best source first."""

    name: str
    """The name of the file."""
    size: Size | None = None
    """Its bytes."""
    sha256: Sha256 | None = None
    """Its digest, in full."""
    sha256_prefix: Sha256Prefix | None = None
    """The first digits of the digest, where no more are published."""
    md5: Md5 | None = None
    """Where that is what its publisher states."""
    sources: tuple[Source, ...] = ()
    """Where it can be had, the best first."""
    members: dict[str, Md5] = {}
    """MD5 of files inside, as far as they are published: what a copy that was unpacked is compared with."""
    unpack_to: str | None = None
    """The folder, below that of the dataset, where torchvision unpacks this archive; "" is the dataset's own."""
    unpack_strip: str = ""
    """A folder at the top of the archive that `unpack_to` takes the place of."""
    also: tuple[str, ...] = ()
    """Where else a copy may have this archive, below the dataset's folder: `<file>`, or `<archive>#<member>`."""
    nested: bool = False
    """Whether archives in this one are unpacked too: plain tars in a tar each into a folder of its name, 7z and rar in
    one of these where they lie."""

    @property
    def digests(self) -> tuple[Digest, ...]:
        """What the artifact must hash to, as far as it is known."""
        return _digests(sha256=self.sha256 or self.sha256_prefix, md5=self.md5)

    @property
    def in_order(self) -> tuple[Source, ...]:
        """The sources as they are to be tried: as the card says, but those that are not guarded last."""
        # sorted is stable: within both groups the card's order holds.
        return tuple(sorted(self.sources, key=self.guards, reverse=True))

    def guards(self, source: Source) -> bool:
        """Whether nobody on the way could exchange what `source` serves: it is encrypted, or a whole sha256 is known.

        An MD5 tells damage, but a file made to have it can be had in seconds.
        """
        known = (*self.digests, *source.digests)
        encrypted = not source.url.startswith(("http:", "peer:http:"))
        return encrypted or any(digest.algorithm == "sha256" and digest.whole for digest in known)


def _digests(**known: str | None) -> tuple[Digest, ...]:
    return tuple(Digest(name, value) for name, value in known.items() if value)
