"""What a table of the API index may say: names of a library, how they are spelled today, and what to use instead.

A file `catalog/api/<id>.toml` is one page of the index. Names are dotted, as Python imports them. Texts may set words
in `backticks`, which pages show as code.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from hub.cards.base import Struct, Text
from hub.cards.catalog import Reference, Successor, Word  # noqa: TC001  msgspec reads the annotations

Dotted = Annotated[str, Meta(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$")]
Release = Annotated[str, Meta(pattern=r"^\d+\.\d+$")]
Status = Literal["same", "changed", "renamed", "moved", "deprecated", "removed"]


class Group(Struct, frozen=True):
    """Names that stand together on the page, in the order of the file."""

    id: Word
    """By which names choose it."""
    name: Text
    """Its heading."""


class Change(Struct, frozen=True):
    """What happened to a name, and in which version of its library."""

    version: Release
    """The first that has it so, such as 0.9."""
    kind: Literal["added", "changed", "deprecated", "removed"]
    """What happened to the name itself; whatever happens to its arguments is a change."""
    what: Text | None = None
    """In a sentence; may be missing where `kind` says it all."""
    arguments: dict[str, str] = {}
    """Old argument -> its new name; empty where it has none."""


class Former(Struct, frozen=True):
    """The signature that books and tutorials of its time print."""

    version: Release
    """Whose it was."""
    signature: str
    """As its source had it."""


class Name(Struct, frozen=True):
    """A class, function or method under its old name, and what became of it."""

    name: Dotted
    """In full, as books and tutorials have it."""
    kind: Literal["attribute", "class", "function", "method", "module"]
    """What it is."""
    group: Word
    """The `id` of a group."""
    what: Text
    """What it does, in a sentence."""
    today: Dotted | None = None
    """Where it is today, in its library or in hub; missing if it is in neither."""
    signature: str = ""
    """That of `today`, as its source has it; written by a program."""
    former: Former | None = None
    """The signature of before, if it was another."""
    v2: Dotted | None = None
    """What does the same in torchvision.transforms.v2."""
    v2_note: Text | None = None
    """What is to be known about that."""
    hub: Dotted | None = None
    """What of hub does it, where `today` is not hub's already."""
    use_instead: tuple[Successor, ...] = ()
    """What else to use, if it is deprecated or gone."""
    snippet: str = ""
    """How it is done today, in code that runs."""
    also: tuple[str, ...] = ()
    """What else people look for when they mean this."""
    since: tuple[Change, ...] = ()
    """What happened to it, in order of versions."""
    related: tuple[Reference, ...] = ()
    """The entries that it belongs to."""

    @property
    def status(self) -> Status:
        """What became of it, in a word; the gravest if there are several."""
        kinds = {change.kind for change in self.since}
        if self.today is None:
            return "removed"
        if self.today.startswith("hub."):
            return "moved"
        if "deprecated" in kinds:
            return "deprecated"
        if self.today != self.name:
            return "renamed"
        return "changed" if "changed" in kinds else "same"

    @property
    def renamed_arguments(self) -> dict[str, str]:
        """Old argument -> new one, of all changes."""
        return {old: new for change in self.since for old, new in change.arguments.items()}


class Library(Struct, frozen=True, kw_only=True):
    """One page of the API index: `catalog/api/<id>.toml`."""

    schema: Literal[1]
    """The form of the file: 1."""
    name: str
    """As people write it."""
    package: Word
    """The distribution that it is part of."""
    version: str = ""
    """Of `package`: the one whose signatures these are; empty where all that is left is in hub."""
    prefix: Annotated[str, Meta(pattern=r"^(\w+\.)+$")]
    """What all its names begin with, such as "torchvision."; addresses within the page go without."""
    ended: Release | None = None
    """The last version there was, if there will be no other."""
    project: Reference
    """The entry about it."""
    summary: Text
    """What stands on the page, in a sentence."""
    notes: tuple[Text, ...] = ()
    """What to know before reading on."""
    groups: tuple[Group, ...]
    """In the order of the page."""
    names: tuple[Name, ...]
    """In order of their names."""

    def anchor(self, name: Name) -> str:
        """Return where a name stands on the page."""
        return name.name.removeprefix(self.prefix)

    def of_group(self, group: Group) -> list[Name]:
        """Return the names of a group, in their order."""
        return [name for name in self.names if name.group == group.id]
