"""The words of data pipes that torchtext's tutorials use: batches, columns, and what stands for the others."""

from __future__ import annotations

import pickle
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from readers.table_files import TABLES
from torch.utils.data import DataLoader

from hub.datasets.loading import opened
from hub.errors import InvalidInput
from hub.text import datasets

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The rows of a tiny AG_NEWS."""
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "store"))
    monkeypatch.setattr("hub.datasets.upstream.finding.opened", partial(opened, verify=False, progress=False))
    return datasets.AG_NEWS(root=TABLES["ag_news"].write(tmp_path), split="train")


def upper(sample: tuple[int, str]) -> tuple[int, str]:
    return sample[0], sample[1].upper()


def test_batches_have_all_samples_in_order(train: Any) -> None:
    batches = train.batch(2)

    assert [sample for batch in batches for sample in batch] == list(train)
    assert [len(batch) for batch in batches] == [2] * (len(train) // 2) + [1] * (len(train) % 2)
    assert len(batches) == len(list(batches))


def test_the_last_batch_can_be_dropped(train: Any) -> None:
    size = len(train) - 1

    assert [len(batch) for batch in train.batch(size, drop_last=True)] == [size]


def test_columns_have_the_names_that_are_given(train: Any) -> None:
    (batch,) = train.map(upper).batch(len(train)).rows2columnar(["label", "text"])

    assert batch == {"label": [label for label, _ in train], "text": [text.upper() for _, text in train]}


def test_samples_that_are_dicts_name_their_columns(train: Any) -> None:
    (batch,) = train.map(lambda sample: {"x": sample[1], "y": sample[0]}).batch(len(train)).rows2columnar(["y"])

    assert batch == {"y": [label for label, _ in train]}


def test_columns_without_a_name_are_refused(train: Any) -> None:
    with pytest.raises(InvalidInput, match="2 names"):
        train.batch(2).rows2columnar(["text"])[0]


@pytest.mark.parametrize("size", [0, -1, "8", None])
def test_a_batch_has_a_sample_at_least(size: Any, train: Any) -> None:
    with pytest.raises(InvalidInput, match="number from 1 on"):
        train.batch(size)


def test_a_batch_beyond_the_last_is_an_index_error(train: Any) -> None:
    batches = train.batch(2)

    assert batches[-1] == batches[len(batches) - 1]
    with pytest.raises(IndexError):
        batches[len(batches)]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_loader_shuffles_batches_and_deals_them_out(workers: int, train: Any) -> None:
    batches = train.sharding_filter().batch(2).rows2columnar(["label", "text"])

    loader = DataLoader(batches, batch_size=None, shuffle=True, num_workers=workers)

    assert sorted(text for batch in loader for text in batch["text"]) == sorted(text for _, text in train)


def test_batches_can_be_pickled(train: Any) -> None:
    batches = train.map(upper).batch(2).rows2columnar(["label", "text"])

    assert list(pickle.loads(pickle.dumps(batches))) == list(batches)  # noqa: S301  our own bytes


def test_a_data_pipes_buffer_changes_nothing(train: Any) -> None:
    assert list(train.shuffle(3, buffer_size=1)) == list(train.shuffle(3))


@pytest.mark.parametrize(("word", "instead"), sorted(datasets.INSTEAD.items()))
def test_what_data_pipes_could_do_has_something_in_its_place(word: str, instead: str, train: Any) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(train, word)

    assert instead in str(caught.value)
    assert not hasattr(train, "no_such_thing")
