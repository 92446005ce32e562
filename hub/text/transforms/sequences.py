"""Transforms of token sequences, and of batches of them: the functions of hub.text.functional as modules, and more."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor, nn

from hub.errors import WrongType
from hub.text import functional
from hub.text.kinds import is_batch, is_sequence, refused


class Indices(Protocol):
    """What is asked of a vocabulary."""

    def lookup_indices(self, tokens: list[str]) -> list[int]: ...


class VocabTransform(nn.Module):
    """The indices that a vocabulary has for the tokens of a sequence, or of each sequence of a batch."""

    def __init__(self, vocab: Indices) -> None:
        super().__init__()
        if not hasattr(vocab, "lookup_indices"):
            raise WrongType(f"a {type(vocab).__name__} is no vocabulary", expected="a hub.text.vocab.Vocab")
        self.vocab = vocab

    def forward(self, input: list[str] | list[list[str]]) -> list[int] | list[list[int]]:
        """Return the indices. Raises WrongType, and what the vocabulary raises for a token that it lacks."""
        if is_sequence(input, str):
            return self.vocab.lookup_indices(input)
        if is_batch(input, str):
            return [self.vocab.lookup_indices(tokens) for tokens in input]
        raise refused(input, "a list of str, or a list of lists of str")


class ToTensor(nn.Module):
    """A sequence of indices as a tensor (length,), or a batch as (batch, longest): see functional.to_tensor."""

    def __init__(self, padding_value: int | None = None, dtype: torch.dtype = torch.long) -> None:
        super().__init__()
        self.padding_value = padding_value
        self.dtype = dtype

    def forward(self, input: list[int] | list[list[int]]) -> Tensor:
        """Return the tensor. Raises WrongType and InvalidInput."""
        return functional.to_tensor(input, padding_value=self.padding_value, dtype=self.dtype)


class Truncate(nn.Module):
    """The first `max_seq_len` tokens of a sequence, or of each sequence of a batch."""

    def __init__(self, max_seq_len: int) -> None:
        super().__init__()
        self.max_seq_len = max_seq_len

    def forward(self, input: Any) -> Any:  # noqa: ANN401  what comes in comes out
        """Return the shorter sequence or batch. Raises WrongType."""
        return functional.truncate(input, self.max_seq_len)


class AddToken(nn.Module):
    """A sequence, or each sequence of a batch, with `token` before its first, or after its last if not `begin`."""

    def __init__(self, token: int | str, begin: bool = True) -> None:
        super().__init__()
        self.token = token
        self.begin = begin

    def forward(self, input: Any) -> Any:  # noqa: ANN401  what comes in comes out
        """Return the longer sequence or batch. Raises WrongType."""
        return functional.add_token(input, self.token, self.begin)


class StrToIntTransform(nn.Module):
    """The integers that the strings of a sequence, or of a batch, spell."""

    def forward(self, input: Any) -> Any:  # noqa: ANN401  a batch makes a batch
        """Return the integers. Raises WrongType, and InvalidInput for a string that is no integer."""
        return functional.str_to_int(input)


class PadTransform(nn.Module):
    """A tensor (..., length) with `pad_value` at its end, up to `max_length`; a longer one is left as it is.

    >>> PadTransform(max_length=4, pad_value=0)(torch.tensor([[1, 2, 3]]))
    tensor([[1, 2, 3, 0]])
    """

    def __init__(self, max_length: int, pad_value: int) -> None:
        super().__init__()
        self.max_length = max_length
        self.pad_value = float(pad_value)

    def forward(self, x: Tensor) -> Tensor:
        """Return the tensor, filled up."""
        missing = self.max_length - x.size(-1)
        return nn.functional.pad(x, (0, missing), value=self.pad_value) if missing > 0 else x


class Sequential(nn.Sequential):
    """Transforms one after the other: each gets what the one before it returned."""

    def forward(self, input: Any) -> Any:  # noqa: ANN401  the first transform says what comes in, the last what comes out
        """Return what the last transform returns."""
        for module in self:
            input = module(input)  # noqa: A001  as above
        return input
