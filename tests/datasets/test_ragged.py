"""Batches of values of different lengths: padded, measured, and put into buckets."""

from __future__ import annotations

import pickle
from collections import Counter, namedtuple
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from readers.packing import write_tar
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader, default_collate

from hub.datasets import loader as loaders
from hub.datasets.loading import load_dataset
from hub.datasets.ragged import Padded, Ragged, in_buckets, lengths
from hub.datasets.sample import sample_type
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.datasets.dataset import Dataset

COUNT = 61


def words_of(number: int) -> int:
    """The number of words of a review: from 1 to 13, in no order."""
    return number * 7 % 13 + 1


def to_ids(text: str) -> list[int]:
    """The number of the review, as often as it has words."""
    return [int(word) for word in text.split()]


def to_tensor(text: str) -> Tensor:
    return torch.tensor(to_ids(text), dtype=torch.int32)


@pytest.fixture
def reviews(tmp_path: Path) -> Dataset:
    """61 reviews; each says its own number, one to thirteen times."""
    texts = {
        f"aclImdb/train/{'pos' if number % 3 else 'neg'}/{number}_5.txt": f"{number} " * words_of(number)
        for number in range(COUNT)
    }
    write_tar(tmp_path / "root" / "datasets" / "IMDB" / "aclImdb_v1.tar.gz", texts)
    return load_dataset("imdb", split="train", data_dir=tmp_path / "root", verify=False, progress=False)


def numbers(batch: Tensor) -> list[int]:
    """The numbers of the reviews in a batch."""
    return batch[:, 0].tolist()


@pytest.mark.parametrize("make", [to_ids, to_tensor])
def test_a_batch_has_the_values_in_front_and_the_pad_behind(reviews: Dataset, make: Callable[[str], object]) -> None:
    labels, ids = next(iter(reviews.loader(8, transform=make, pad=-1)))

    expected = [to_ids(text) for text in reviews["text"][:8]]
    assert torch.equal(labels, torch.from_numpy(reviews["label"][:8]))
    assert torch.equal(ids.long(), pad_sequence([*map(torch.tensor, expected)], batch_first=True, padding_value=-1))
    assert ids.dtype == (torch.int64 if make is to_ids else torch.int32)


def test_the_lengths_stand_behind_what_they_belong_to(reviews: Dataset) -> None:
    batch = next(iter(reviews.loader(8, transform=to_ids, pad=0, lengths=True)))

    assert batch._fields == ("label", "text", "text_length")
    assert batch.text_length.tolist() == [len(to_ids(text)) for text in reviews["text"][:8]]
    assert batch.text_length.dtype == torch.int64
    assert pickle.loads(pickle.dumps(batch)).text_length.tolist() == batch.text_length.tolist()  # noqa: S301  ours


@pytest.mark.parametrize("workers", [0, 2])
def test_a_data_loader_takes_it_too(reviews: Dataset, workers: int) -> None:
    reviews.transform = to_ids

    theirs = list(DataLoader(reviews, 8, num_workers=workers, collate_fn=Ragged(pad=9, lengths=True)))

    ours = list(reviews.loader(8, pad=9, lengths=True))
    assert [type(batch) for batch in theirs] == [type(batch) for batch in ours]
    assert all(torch.equal(a, b) for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[1, 2], [3]], torch.tensor([[1, 2], [3, 0]])),
        ([[], [3]], torch.tensor([[0], [3]])),
        ([[], []], torch.empty(2, 0, dtype=torch.int64)),
        ([[1], [2]], torch.tensor([[1], [2]])),
        ([[1, 2.5], [3]], torch.tensor([[1, 2.5], [3, 0]])),
        ([[True], [False, True]], torch.tensor([[1, 0], [0, 1]])),
        ([[np.int32(1)], [np.int64(2), 3]], torch.tensor([[1, 0], [2, 3]])),
        ([torch.tensor([1.0, 2]), torch.tensor([3.0])], torch.tensor([[1.0, 2], [3, 0]])),
        ([torch.tensor([1.0, 2]).double(), torch.tensor([3.0])], torch.tensor([[1.0, 2], [3, 0]]).double()),
        ([torch.tensor([1, 2]), torch.tensor([])], torch.tensor([[1, 2], [0, 0]])),
        ([np.array([1, 2]), np.array([3])], torch.tensor([[1, 2], [3, 0]])),
        ([torch.tensor([True]), torch.tensor([], dtype=torch.bool)], torch.tensor([[True], [False]])),
    ],
    ids=str,
)
def test_the_type_is_that_of_the_values(values: list[object], expected: Tensor) -> None:
    found = Ragged()([(value, 7) for value in values])

    assert found[0].dtype == expected.dtype
    assert torch.equal(found[0], expected)
    assert torch.equal(found[1], torch.tensor([7, 7]))


Pair = namedtuple("Pair", ["left", "right"])  # noqa: PYI024  users have such


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([([1], "a"), ([2, 3], "b")], [[[1, 0], [2, 3]], [1, 2], ["a", "b"]]),
        ([Pair([1], "a"), Pair([2, 3], "b")], ([[1, 0], [2, 3]], [1, 2], ["a", "b"])),
        ([{"x": [1], 2: "a"}, {"x": [2, 3], 2: "b"}], {"x": [[1, 0], [2, 3]], "x_length": [1, 2], 2: ["a", "b"]}),
        ([[1], [2, 3]], [[[1, 0], [2, 3]], [1, 2]]),
        ([[["a"], [1]], [["b", "c"], [2, 3]]], [[["a"], ["b", "c"]], [[1, 0], [2, 3]], [1, 2]]),
    ],
    ids=["tuple", "named tuple", "dict", "bare", "list"],
)
def test_a_batch_has_the_form_of_its_samples(samples: list[Any], expected: Any) -> None:
    found = Ragged(lengths=True)(samples)

    assert as_lists(found) == expected
    assert getattr(found, "_fields", None) == (
        ("left", "left_length", "right") if isinstance(samples[0], Pair) else None
    )


def as_lists(value: Any) -> Any:
    """The same with lists in place of tensors; tuples of any class are tuples."""
    if isinstance(value, Tensor):
        return value.tolist()
    if isinstance(value, dict):
        return {key: as_lists(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return (list if isinstance(value, list) else tuple)(map(as_lists, value))
    return value


def test_without_lengths_samples_of_a_class_become_a_batch_of_it() -> None:
    found = Ragged()([Pair([1], 0), Pair([2, 3], 1)])

    assert type(found) is Pair


def test_a_single_value_becomes_a_single_tensor() -> None:
    assert Ragged(pad=5)([[1, 2], [3]]).tolist() == [[1, 2], [3, 5]]


def test_words_stay_lists_of_lists() -> None:
    samples = [(["a", "b"], 0), (["c"], 1)]

    assert Ragged()(samples)[0] == [["a", "b"], ["c"]]
    assert Ragged(max_length=1)(samples)[0] == [["a"], ["c"]]


@pytest.mark.parametrize("collate", [Ragged(), default_collate])
def test_texts_of_a_dataset_are_a_list_whoever_makes_the_batch(collate: Callable[[list[Any]], Any]) -> None:
    sample = sample_type(("label", "text"))

    assert collate([sample(1, "a"), sample(2, "b")]).text == ["a", "b"]


def test_everything_else_is_collated_as_torch_does() -> None:
    samples = [(1, 2.5, torch.ones(2, 2), (1, 2)), (3, 4.5, torch.zeros(2, 2), (3, 4))]

    found, expected = Ragged()(samples), default_collate(samples)

    assert as_lists(found) == as_lists(expected)
    assert [getattr(each, "dtype", None) for each in found] == [getattr(each, "dtype", None) for each in expected]


def test_long_values_are_cut_and_so_are_their_lengths() -> None:
    found = Ragged(lengths=True, max_length=2)([([1, 2, 3],), ([4],)])

    assert as_lists(found) == [[[1, 2], [4, 0]], [2, 1]]


def test_it_pickles() -> None:
    ragged = Ragged(pad=3, lengths=True, max_length=9)

    assert pickle.loads(pickle.dumps(ragged)) == ragged  # noqa: S301  ours


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ([([1, "a"],), ([2],)], "str"),
        ([([2**63],), ([2],)], "64 bits"),
        ([([1], 0), ([2, None], 1)], "NoneType"),
    ],
    ids=["words among numbers", "a number too large", "None"],
)
def test_other_things_among_numbers_are_refused(samples: list[Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        Ragged()(samples)


@pytest.mark.parametrize(
    ("pad", "values"),
    [(0.5, [[1]]), (300, [torch.tensor([1], dtype=torch.uint8)]), (2, [torch.tensor([True])]), (float("nan"), [[1]])],
    ids=str,
)
def test_a_pad_that_does_not_fit_is_refused(pad: float, values: list[Any]) -> None:
    with pytest.raises(InvalidInput, match="does not fit"):
        Ragged(pad=pad)([(value,) for value in values])


def test_a_pad_of_fractions_fits_among_them() -> None:
    assert Ragged(pad=0.5)([([1.5, 2],), ([3.5],)])[0].tolist() == [[1.5, 2], [3.5, 0.5]]


@pytest.mark.parametrize("wrong", [{"pad": "0"}, {"pad": None}, {"max_length": 0}, {"max_length": 2.0}], ids=str)
def test_arguments_without_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Ragged(**wrong)


def test_a_field_of_the_name_of_lengths_is_refused() -> None:
    with pytest.raises(InvalidInput, match="x_length"):
        Ragged(lengths=True)([{"x": [1], "x_length": 3}])


def test_values_of_different_lengths_without_a_pad_are_refused_with_the_way_out(reviews: Dataset) -> None:
    for dataset in (reviews, reviews.map(lambda sample: (sample.text, sample.label))):
        dataset.transform = to_ids
        for make in (to_ids, to_tensor):
            with pytest.raises(InvalidInput, match="differ in length") as caught:
                next(iter(dataset.loader(8, transform=make)))

            assert "pad=0" in str(caught.value)
            assert caught.value.found == "1 to 11"


def test_another_failure_of_collation_stays_what_it_is(reviews: Dataset) -> None:
    sizes = iter(range(1, 9))

    with pytest.raises(RuntimeError, match="stack expects") as caught:
        next(iter(reviews.loader(8, transform=lambda _: torch.ones(next(sizes), 2))))

    assert not isinstance(caught.value, InvalidInput)


def test_a_pad_with_nothing_to_pad_is_refused_with_the_way_out(reviews: Dataset) -> None:
    with pytest.raises(InvalidInput, match="can be padded") as caught:
        next(iter(reviews.loader(8, pad=0)))

    assert caught.value.found == "label: int, text: str"
    assert "transform" in caught.value.hint


def test_words_that_have_no_numbers_yet_are_called_words() -> None:
    with pytest.raises(InvalidInput, match="a sample: list of str"):
        Padded(pad=0)([["a", "b"], ["c"]])


@pytest.mark.parametrize(
    "wrong",
    [{"lengths": True}, {"pad": 0, "collate": list}, {"lengths": True, "collate": list}, {"bucket": True, "pad": 0}],
    ids=str,
)
def test_arguments_that_need_or_exclude_others_are_refused(reviews: Dataset, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        reviews.loader(8, **wrong)

    assert caught.value.hint


def test_batches_may_be_made_in_a_way_of_the_user_s_own(reviews: Dataset) -> None:
    batches: list[Any] = list(reviews.loader(8, collate=lambda samples: [sample.text for sample in samples]))

    assert [text for batch in batches for text in batch] == list(reviews["text"])
    assert len(batches) == 8


@pytest.mark.parametrize("prefetch", [0, 2])
def test_what_is_padded_arrives_on_the_device(reviews: Dataset, prefetch: int) -> None:
    loader = reviews.loader(
        8, shuffle=True, transform=to_ids, device="meta", prefetch=prefetch, pad=0, lengths=True, bucket=True
    )

    batches = list(loader)

    assert len(batches) == 8
    assert all(value.is_meta for batch in batches for value in batch)


@pytest.fixture
def small_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaders, "POOL", 3)


def bucketed(dataset: Dataset, **options: Any) -> list[Any]:
    return list(dataset.loader(4, shuffle=True, transform=to_ids, pad=-1, bucket=True, **options))


@pytest.mark.usefixtures("small_pools")
@pytest.mark.parametrize("prefetch", [0, 2])
def test_buckets_have_every_sample_once_beside_its_own_label(reviews: Dataset, prefetch: int) -> None:
    batches = bucketed(reviews, prefetch=prefetch)

    labels = {number: 1 if number % 3 == 0 else 2 for number in range(COUNT)}
    assert sorted(number for batch in batches for number in numbers(batch.text)) == list(range(COUNT))
    assert all(batch.label.tolist() == [labels[number] for number in numbers(batch.text)] for batch in batches)
    assert Counter(len(batch.label) for batch in batches) == {4: 15, 1: 1}


@pytest.mark.usefixtures("small_pools")
def test_samples_of_a_pool_lie_together_by_length(reviews: Dataset) -> None:
    batches = bucketed(reviews, seed=1)

    for start in range(0, 15, 3):
        spans = sorted((words_of(numbers(batch.text)[-1]), batch.text.shape[1]) for batch in batches[start : start + 3])
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_batches_of_a_pool_come_in_random_order(reviews: Dataset) -> None:
    widths = [batch.text.shape[1] for batch in bucketed(reviews, seed=1)]

    assert widths not in (sorted(widths), sorted(widths, reverse=True))


def test_the_longest_sample_of_a_bucket_comes_first(reviews: Dataset) -> None:
    for batch in bucketed(reviews, lengths=True):
        assert batch.text_length.tolist() == sorted(batch.text_length.tolist(), reverse=True)
        pack_padded_sequence(batch.text, batch.text_length, batch_first=True)  # refuses any other order


@pytest.mark.usefixtures("small_pools")
def test_the_seed_and_the_number_of_the_pass_decide_the_order_of_buckets(reviews: Dataset) -> None:
    one, same, other = (
        reviews.loader(4, shuffle=True, transform=to_ids, pad=0, bucket=True, seed=seed) for seed in (1, 1, 2)
    )

    first, second = ([numbers(text) for _, text in one] for _ in range(2))
    same.set_epoch(1)

    assert first != second
    assert [numbers(text) for _, text in same] == second
    assert [numbers(text) for _, text in other] not in (first, second)


@pytest.mark.usefixtures("small_pools")
def test_what_is_dropped_is_drawn_and_not_the_shortest(reviews: Dataset) -> None:
    loader = reviews[:14].loader(4, shuffle=True, drop_last=True, transform=to_ids, pad=0, bucket=True, seed=0)

    missing = Counter(
        number for _ in range(40) for number in set(range(14)) - {each for _, text in loader for each in numbers(text)}
    )

    assert len(loader) == len(list(loader)) == 3
    assert sum(missing.values()) == 80
    assert len(missing) > 10


def test_without_numbers_the_lengths_of_texts_are_compared(reviews: Dataset) -> None:
    batches: list[Any] = list(reviews.loader(4, shuffle=True, bucket=True, collate=lambda samples: samples))

    for batch in batches:
        assert [len(sample.text) for sample in batch] == sorted((len(each.text) for each in batch), reverse=True)


def test_the_longest_of_several_values_counts() -> None:
    assert lengths([([1, 2], "aaaa", [1]), ([1], "b", [1, 2, 3])]) == [2, 3]


def test_buckets_without_a_length_to_compare_are_refused(reviews: Dataset) -> None:
    labels = reviews.map(lambda sample: {"label": sample.label})

    with pytest.raises(InvalidInput, match="length to compare") as caught:
        next(iter(labels.loader(4, shuffle=True, bucket=True)))

    assert caught.value.found == "label: int"


def test_buckets_of_an_empty_dataset_are_none(reviews: Dataset) -> None:
    assert bucketed(reviews[:0]) == []


def test_buckets_of_one_sample_each(reviews: Dataset) -> None:
    samples = [([1] * words_of(number),) for number in range(5)]

    found = list(in_buckets(samples, 1, np.random.default_rng(0)))

    assert sorted(map(len, (each[0][0] for each in found))) == sorted(len(each[0]) for each in samples)
