"""What a module of a format offers: one of the first three, and the last besides for data of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.readers import Column, File, Options, Read, Surveyed
    from hub.trees import Tree


class FileReader(Protocol):
    """What a module of this package offers that reads a few files."""

    VERSION: int

    def read(self, files: Mapping[str, File], options: Options) -> Mapping[str, Column]:
        """Return one array a column, or Blocks, rows first and equally many in each.

        Raises FormatError if a file is not what its format says.
        """


class TreeReader(Protocol):
    """What a module of this package offers that reads a tree of files."""

    VERSION: int

    def read_tree(self, tree: Tree, options: Options) -> Read:
        """Return the columns, equally long, in the order that torchvision's class gives the samples.

        Raises FormatError if a file is not what its format says, and MissingFile if one is not there.
        """


class PartReader(Protocol):
    """What a module of this package offers that reads text, however much there is."""

    VERSION: int

    def read_parts(self, tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
        """Yield the columns of some rows at a time, in the order that torchtext's class gives the samples.

        It reads through `tree.stream`, so that archives are read once from front to back. Raises FormatError, naming
        file and line, if a file is not what its format says, and MissingFile if one is not there.
        """


class OwnReader(Protocol):
    """What a module of this package offers besides that reads what users have themselves, whatever that is."""

    def survey(self, tree: Tree, options: Options) -> Surveyed:
        """Return the splits and columns that are there.

        `read_tree` or `read_parts` is given the name of one of the splits as the option `split`. Raises MissingFile if
        nothing is there that is known, and InvalidInput if it can be understood in several ways.
        """
