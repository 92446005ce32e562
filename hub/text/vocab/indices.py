"""Token to index, with an answer for tokens that are not there."""

from __future__ import annotations

from typing import Any


class Indices(dict[Any, int]):
    """Index of each token; one that is missing has the index `default`, and is not put in as defaultdict would.

    Raises KeyError for a missing token where there is no default, or where it is none of `kind`.
    """

    __slots__ = ("default", "kind")

    def __init__(self, tokens: list[Any], default: int | None = None, kind: type = str) -> None:
        super().__init__(zip(tokens, range(len(tokens)), strict=True))
        self.default = default
        self.kind = kind

    def __missing__(self, token: object) -> int:
        if self.default is None or not isinstance(token, self.kind):
            raise KeyError(token)
        return self.default

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (dict(self), self.default, self.kind)


def _restored(indices: dict[Any, int], default: int | None, kind: type) -> Indices:
    made = Indices([], default, kind)
    made.update(indices)
    return made
