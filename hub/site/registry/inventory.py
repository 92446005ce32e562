"""`objects.inv`: by it anybody's Sphinx documentation links to a card, as {external+hub:std:ref}`dataset/mnist`.

<https://sphobjinv.readthedocs.io/en/stable/syntax.html>. Eight lines on zlib; a library for it would bring six more.
Addresses name `index.html`, since Sphinx takes a "/" at the end off.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from hub.cards import ModelCard
from hub.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.site.collection import Collection

HEAD = """\
# Sphinx inventory version 2
# Project: hub
# Version: {version}
# The remainder of this file is compressed using zlib.
"""


def inventory(collection: Collection) -> bytes:
    """Return the inventory of all pages of cards: `dataset/mnist`, `model/resnet`, and `model/resnet18` of networks."""
    lines = sorted(set(_lines(collection)))
    head = HEAD.format(version=__version__).encode()
    return head + zlib.compress("".join(f"{line}\n" for line in lines).encode(), 9)


def _lines(collection: Collection) -> Iterator[str]:
    for entry in collection.entries.values():
        title = " ".join(entry.card.name.split())
        page = f"{entry.kind}s/{entry.id}/index.html"
        yield f"{entry.reference} std:label -1 {page} {title}"
        if isinstance(entry.card, ModelCard):
            others = (variant.name for variant in entry.card.variants if variant.name != entry.id)
            yield from (f"model/{name} std:label -1 {page} {name}" for name in others)
