"""The vectors of a vocabulary made of a Counter: one row a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

import torch
from torch import Tensor

from hub.errors import InvalidInput
from hub.registry import unknown

UnkInit = Callable[[Tensor], Tensor]


class VectorSet(Protocol):
    """What `Vectors` is: vectors of shape (dim,) by token."""

    dim: int

    def __getitem__(self, token: str) -> Tensor: ...


Wanted = str | VectorSet | Sequence[str | VectorSet]


def side_by_side(tokens: Sequence[str], wanted: Wanted, options: Mapping[str, object]) -> Tensor:
    """Return the vectors that sets have for tokens, float32 of shape (tokens, sum of their dimensions).

    Raises NotFound for an unknown name, InvalidInput for what is neither a name nor a set.
    """
    several = wanted if isinstance(wanted, list | tuple) else [wanted]
    sets = [_opened(each, options) for each in several]
    stripped = [token.strip() for token in tokens]
    blocks = [_rows(each, stripped).reshape(len(tokens), each.dim) for each in sets]
    return torch.cat([block.float() for block in blocks], dim=1)


def _opened(wanted: object, options: Mapping[str, object]) -> VectorSet:
    if isinstance(wanted, str):
        from hub.text.vocab.vectors import pretrained_aliases

        if wanted not in pretrained_aliases:
            raise unknown("vectors", wanted, pretrained_aliases)
        return pretrained_aliases[wanted](**options)
    if not hasattr(wanted, "dim") or not hasattr(wanted, "__getitem__"):
        raise InvalidInput(
            "these are no vectors", expected="a name, Vectors, or a list of them", found=type(wanted).__name__
        )
    return cast("VectorSet", wanted)


def _rows(vectors: VectorSet, tokens: list[str]) -> Tensor:
    if not tokens:
        return torch.empty(0, vectors.dim)
    at_once = getattr(vectors, "get_vecs_by_tokens", None)
    return cast("Tensor", at_once(tokens)) if at_once else torch.stack([vectors[token] for token in tokens])


def gathered(
    tokens: Sequence[object],
    stoi: Mapping[Any, int],
    vectors: Any,  # noqa: ANN401  a tensor, a list of them, or anything with __getitem__
    dim: int,
    unk_init: UnkInit,
) -> Tensor:
    """Return `vectors[stoi[token]]` for each token, float32 of shape (tokens, dim); `unk_init(row)` without one."""
    table = torch.zeros(len(tokens), dim)
    for row, token in zip(table, tokens, strict=True):
        place = stoi.get(token)
        row.copy_(unk_init(row) if place is None else torch.as_tensor(vectors[place]))
    return table
