"""By what is looked up in the tables of a segment."""

from __future__ import annotations

from hub.registry.folder import KINDS
from hub.registry.spelling import normal

EACH = 128
"""Documents of a leaf: some 13 kB, and what a search shows may lie in as many leaves as it has lines."""

LEAVES = 256
"""Leaves of a page, except the last: which page and leaf has a document then follows from its number."""

BEYOND = "\U0010ffff"
"""Greater than every letter: what begins with a text stands before the text and this."""

OF_CARD = "\x01"
"""How the key begins under which the documents of a family are: no spelling has it."""


def document(kind: str, identifier: str) -> str:
    """Return the key by which documents are sorted."""
    return f"{KINDS.index(kind)}/{identifier}"


def family(kind: str, identifier: str) -> str:
    """Return the name under which the documents of a card of several networks are."""
    return f"{OF_CARD}{kind}/{identifier}"


def identity(identifier: str) -> str:
    """Return the word that only the documents of this id have; those of ids that begin with it begin with it too."""
    return f"^{identifier}"


def facet(name: str, value: str) -> str:
    """Return the word of a facet's value: no text has it, and it is never looked for by its beginning."""
    return f"={name}:{normal(value)}"
