"""All the places that an artifact can be had from: what its card says, and what this machine's settings add.

First the peers and the stores on object storage, if the artifact's whole sha256 is known; then, in the card's order,
each source's mirrors and the source itself. Whatever the card knows of a source's bytes holds for its mirrors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.cards import Artifact, Source
from hub.places import is_object, is_url, rewritten
from hub.sources import peer, shared_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hub.places import Rule
    from hub.settings import Settings


def widened(artifact: Artifact, settings: Settings) -> Artifact:
    """Return the artifact with all its sources."""
    others = [each for each in settings.shared if is_url(each) or is_object(each)]
    if not (settings.mirrors or others):
        return artifact
    return msgspec.structs.replace(artifact, sources=tuple(_sources(artifact, settings.mirrors, others)))


def _sources(artifact: Artifact, rules: Sequence[Rule], others: Sequence[str]) -> Iterator[Source]:
    if artifact.sha256:
        for each in others:
            yield Source(url=(shared_store if is_object(each) else peer).url_of(each, artifact.sha256))
    for source in artifact.sources:
        for url in rewritten(source.url, rules):
            yield source if url == source.url else msgspec.structs.replace(source, url=url)
