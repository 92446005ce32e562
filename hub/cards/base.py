"""What all cards are made of: frozen structs, words in two languages, the paper behind a card."""

from __future__ import annotations

from typing import Annotated

# msgspec: reads and checks typed structs in one go, 20 times lighter to import than pydantic, and exports JSON Schema.
import msgspec
from msgspec import Meta

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Sha256Prefix = Annotated[str, Meta(pattern="^[0-9a-f]{8,63}$")]
Md5 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Size = Annotated[int, Meta(ge=0)]
Identifier = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_.-]*$")]
BESIDE = r"files(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)+"
"""A file that lies beside the cards, in `files/`: a plain path downwards."""
SourceUrl = Annotated[str, Meta(pattern=f"^((https?|file|pypi|hf|s3|gs):|gdrive:[A-Za-z0-9_-]+(#|$)|{BESIDE}(#|$))")]
Version = Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+$")]
Option = bool | int | float | str | tuple[int | str, ...]


# Each struct of a card says frozen=True once more, because type checkers do not inherit it.
class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen value read from a card; a key that it does not know is a fault."""


class Text(Struct, frozen=True):
    """Words for people, in English and Chinese."""

    en: str
    """In English."""
    zh: str = ""
    """In Chinese."""


class Paper(Struct, frozen=True):
    """The publication behind a card."""

    title: str
    """As it is published."""
    authors: tuple[str, ...]
    """All of them, in its order, given names first."""
    year: int
    """When it appeared."""
    url: str
    """Its permanent address: that of a DOI, or of its first page at arXiv."""
