"""From tokens to tensors: vocabularies, labels, padding, hiding, and all of it in a row."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import torch

from hub.errors import InvalidInput, UnknownToken
from hub.text import transforms
from hub.text.transforms import LabelToIndex, MaskTransform, VocabTransform

if TYPE_CHECKING:
    from pathlib import Path


class Letters:
    """The vocabulary of the letters from "a" on."""

    def lookup_indices(self, tokens: list[str]) -> list[int]:
        return [ord(token) - ord("a") for token in tokens]


def test_a_vocabulary_numbers_sequences_and_batches() -> None:
    to_indices = VocabTransform(Letters())

    assert to_indices(["b", "a"]) == [1, 0]
    assert to_indices([["b"], []]) == [[1], []]


@pytest.mark.parametrize("value", ["a", [1], (("a",),), None], ids=repr)
def test_a_vocabulary_takes_tokens_only(value: Any) -> None:
    with pytest.raises(TypeError):
        VocabTransform(Letters())(value)


def test_what_is_no_vocabulary_is_told() -> None:
    with pytest.raises(TypeError, match="dict is no vocabulary"):
        VocabTransform({"a": 1})  # type: ignore[arg-type]


def test_transforms_in_a_row_make_a_batch() -> None:
    row = transforms.Sequential(
        transforms.Truncate(2), transforms.AddToken("0"), transforms.StrToIntTransform(), transforms.ToTensor(9)
    )

    batch = pickle.loads(pickle.dumps(row))([["1", "2", "3"], ["4"]])  # noqa: S301  our own bytes

    assert batch.tolist() == [[0, 1, 2], [0, 4, 9]]


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 2, 3)])
def test_a_tensor_is_filled_up_at_its_last_dimension(shape: tuple[int, ...]) -> None:
    tensor = torch.ones(shape, dtype=torch.int32)

    padded = transforms.PadTransform(5, 7)(tensor)

    assert padded.dtype == torch.int32
    assert padded.reshape(-1, 5)[0].tolist() == [1, 1, 1, 7, 7]
    assert transforms.PadTransform(2, 7)(tensor) is tensor


def test_labels_are_numbered_as_given_sorted_or_as_a_file_has_them(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_text("b\n\n c \r\na")

    assert LabelToIndex(["b", "a"])(["a", "b"]) == [1, 0]
    assert LabelToIndex(["b", "a"], sort_names=True)("b") == 1
    assert LabelToIndex(label_path=str(path)).label_names == ["b", "c", "a"]


def test_a_label_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownToken, match="'z'"):
        LabelToIndex(["a"])(["a", "z"])
    with pytest.raises(TypeError):
        LabelToIndex(["a"])(("a",))


@pytest.mark.parametrize("arguments", [{}, {"label_names": ["a"], "label_path": "x"}, {"label_names": ["a", "a"]}])
def test_labels_that_make_no_sense_are_refused(arguments: Any) -> None:
    with pytest.raises(InvalidInput, match="label"):
        LabelToIndex(**arguments)


def test_the_same_seed_hides_what_torchtext_hid() -> None:
    tokens = torch.arange(10, 22).reshape(2, 6)
    torch.manual_seed(0)

    hidden, chosen, where = MaskTransform(100, 1, 2, 3, mask_prob=0.5)(tokens)

    assert (hidden.tolist(), chosen.tolist(), where.tolist()) == (
        [[1, 11, 12, 13, 1, 15], [16, 1, 18, 19, 1, 1]],
        [10, 13, 14, 17, 20, 21],
        [[1, 0, 0, 1, 1, 0], [0, 1, 0, 0, 1, 1]],
    )
    assert where.dtype == torch.int32


def test_padding_is_never_hidden_and_a_beginning_only_if_wanted() -> None:
    tokens = torch.tensor([[5, 7, 8, 0]])

    assert MaskTransform(9, 6, 5, 0, mask_prob=1.0)(tokens)[2].tolist() == [[0, 1, 1, 0]]
    assert MaskTransform(9, 6, 5, 0, mask_bos=True, mask_prob=1.0)(tokens)[2].tolist() == [[1, 1, 1, 0]]


def test_one_token_is_hidden_if_none_was_chosen() -> None:
    assert MaskTransform(9, 6, 5, 0, mask_prob=0.0)(torch.tensor([[5, 7], [5, 8]]))[2].tolist() == [[1, 0], [0, 0]]


def test_eight_in_ten_are_masked_and_one_in_ten_is_drawn() -> None:
    torch.manual_seed(1)
    tokens = torch.full((100, 1000), 50)

    hidden, _, where = MaskTransform(1000, 1, 2, 3, mask_prob=0.2)(tokens)

    assert int(where.sum()) == 100 * 200
    kinds = Counter("masked" if index == 1 else "drawn" for index in hidden[hidden != 50].tolist())
    assert kinds["masked"] / 20_000 == pytest.approx(0.8, abs=0.02)
    assert kinds["drawn"] / 20_000 == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("shape", [(3,), (0, 3), (3, 0)])
def test_where_nothing_can_be_hidden_it_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput, match="batch, length"):
        MaskTransform(9, 6, 5, 0)(torch.zeros(shape, dtype=torch.long))
