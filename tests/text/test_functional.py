"""Functions on sequences and batches take lists of one type, and say so where something else comes."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn.utils.rnn import pad_sequence

from hub.errors import InvalidInput
from hub.text import functional

NO_SEQUENCES = {
    "text": "abc",
    "nothing": None,
    "tuple": (1, 2),
    "floats": [1.5],
    "mixed": [1, "a"],
    "mixed rows": [[1], ["a"]],
    "one bare": [[1], 2],
    "too deep": [[[1]]],
    "tensors": [torch.tensor(1)],
}


def test_a_sequence_becomes_a_tensor_of_one_dimension() -> None:
    found = functional.to_tensor([3, 1, 2], dtype=torch.float32)

    assert found.tolist() == [3, 1, 2]
    assert found.dtype == torch.int64  # as in torchtext: the dtype is for batches


@pytest.mark.parametrize("dtype", [torch.long, torch.int32, torch.float32], ids=str)
def test_a_batch_is_filled_up_as_pad_sequence_does(dtype: torch.dtype) -> None:
    batch = [[1, 2], [], [3, 4, 5]]

    found = functional.to_tensor(batch, padding_value=-1, dtype=dtype)

    rows = [torch.tensor(row, dtype=dtype) for row in batch]
    torch.testing.assert_close(found, pad_sequence(rows, batch_first=True, padding_value=-1))


@pytest.mark.parametrize(("batch", "shape"), [([], (0,)), ([[]], (1, 0)), ([[], []], (2, 0)), ([[1, 2]], (1, 2))])
def test_small_batches_keep_their_shape(batch: list[Any], shape: tuple[int, ...]) -> None:
    assert functional.to_tensor(batch, padding_value=0).shape == shape
    assert functional.to_tensor(batch).shape == shape


def test_sequences_of_different_lengths_need_a_padding_value() -> None:
    with pytest.raises(InvalidInput, match="padding_value"):
        functional.to_tensor([[1], [1, 2]])


@pytest.mark.parametrize("dtype", [torch.long, torch.uint8], ids=str)
def test_an_index_that_does_not_fit_is_told(dtype: torch.dtype) -> None:
    with pytest.raises(InvalidInput, match=f"does not fit {dtype}"):
        functional.to_tensor([[1, 2**70]], dtype=dtype)


@pytest.mark.parametrize("value", NO_SEQUENCES.values(), ids=NO_SEQUENCES.keys())
def test_what_is_no_sequence_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError):
        functional.to_tensor(value)
    with pytest.raises(TypeError):
        functional.truncate(value, 2)
    with pytest.raises(TypeError):
        functional.add_token(value, 1)
    with pytest.raises(TypeError):
        functional.str_to_int(value)


def test_truncate_takes_sequences_and_batches_of_both_types() -> None:
    assert functional.truncate([1, 2, 3], 2) == [1, 2]
    assert functional.truncate(["a"], 2) == ["a"]
    assert functional.truncate([[1, 2, 3], []], 2) == [[1, 2], []]
    assert functional.truncate([["a", "b"], ["c"]], 1) == [["a"], ["c"]]


def test_a_token_is_added_at_either_end() -> None:
    assert functional.add_token([1, 2], 0) == [0, 1, 2]
    assert functional.add_token([["a"], []], "z", begin=False) == [["a", "z"], ["z"]]


def test_a_token_is_added_to_its_own_type_only() -> None:
    with pytest.raises(TypeError, match="the token to add is 'a'"):
        functional.add_token([1], "a")  # type: ignore[list-item]


def test_the_input_is_left_as_it_was() -> None:
    batch = [[1, 2], [3]]

    functional.add_token(batch, 0)
    functional.truncate(batch, 1)

    assert batch == [[1, 2], [3]]


def test_strings_become_the_integers_that_they_spell() -> None:
    assert functional.str_to_int(["1", " -2"]) == [1, -2]
    assert functional.str_to_int([["1"], []]) == [[1], []]


def test_a_string_that_spells_no_integer_is_told() -> None:
    with pytest.raises(InvalidInput, match="'one'"):
        functional.str_to_int(["one"])
