"""Class names to indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import Module

from hub.errors import InvalidInput
from hub.text.kinds import is_sequence, refused
from hub.text.transforms.files import read_text
from hub.text.transforms.tokenizer import index_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class LabelToIndex(Module):
    """The index of a class name, or of each of a list: its place in `label_names`, or among the lines of `label_path`.

    `sort_names` sorts the names first. `label_path` may be a URL; its empty lines do not count.

    >>> labels = LabelToIndex(["neg", "pos"])
    >>> labels("pos"), labels(["pos", "neg"]), labels.label_names
    (1, [1, 0], ['neg', 'pos'])

    Raises InvalidInput unless exactly one of the two is given, and if a name comes twice.
    """

    def __init__(
        self, label_names: Sequence[str] | None = None, label_path: str | None = None, sort_names: bool = False
    ) -> None:
        super().__init__()
        if bool(label_names) == bool(label_path):
            raise InvalidInput("LabelToIndex needs names from one place", expected="label_names or label_path")
        names = list(label_names or _stated(str(label_path)))
        self._label_names = sorted(names) if sort_names else names
        self._indices = {name: index for index, name in enumerate(self._label_names)}
        if len(self._indices) < len(names):
            raise InvalidInput("a label comes twice", found=next(name for name in names if names.count(name) > 1))

    def forward(self, input: str | list[str]) -> int | list[int]:
        """Return a label's index, or a list of them. Raises WrongType, and UnknownToken for another label."""
        if isinstance(input, str):
            return index_of(input, self._indices)
        if is_sequence(input, str):
            return [index_of(label, self._indices) for label in input]
        raise refused(input, "a str, or a list of str")

    @property
    def label_names(self) -> list[str]:
        """The names in the order of their indices."""
        return self._label_names


def _stated(label_path: str) -> list[str]:
    return [line.strip() for line in read_text(label_path).splitlines() if line.strip()]
