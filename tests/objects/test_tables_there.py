"""Prepared data on object storage is read where it lies: the samples of a local table, and few bytes."""

from __future__ import annotations

import multiprocessing
import pickle
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader
from two_machines import STORE

import hub
from hub.datasets.distant import DistantTable
from hub.errors import TransferError

if TYPE_CHECKING:
    from objects import S3
    from two_machines import World

    from hub.datasets.dataset import Dataset

MIB = 1 << 20


def same(one: object, other: object) -> bool:
    if isinstance(one, tuple):
        return all(map(same, one, cast("tuple[object, ...]", other)))
    return bool(np.array_equal(np.asarray(one), np.asarray(other))) if hasattr(one, "size") else one == other


def table(dataset: Dataset) -> DistantTable:
    (found,) = dataset._origin.tables
    assert isinstance(found, DistantTable)
    return found


@pytest.mark.parametrize(
    ("name", "split"), [("mnist", "train"), ("ag_news", "test"), ("eurosat", "all"), ("squad1", "dev")]
)
def test_samples_are_those_of_a_local_table(name: str, split: str, world: World) -> None:
    local = world.local(name, split)

    there = hub.load_dataset(name, split=split, progress=False)

    order = np.random.default_rng(0).permutation(len(local))[:50].tolist()
    assert len(there) == len(local)
    assert all(same(there[row], local[row]) for row in [*order, *range(20), -1])
    assert all(map(same, there.__getitems__(order), local.__getitems__(order)))
    assert not world.layout.prepared("").exists()
    assert there.fingerprint == local.fingerprint


def test_a_hundred_samples_cost_the_blocks_that_they_lie_in(world: World) -> None:
    there = hub.load_dataset("mnist", split="train", progress=False)
    samples = [there[row] for row in range(100)]

    assert len(samples) == 100
    assert table(there).file.size > 9 * MIB
    assert table(there).file.transferred <= 3 * MIB


def test_photos_are_read_out_of_the_archive_in_the_bucket(world: World) -> None:
    there = hub.load_dataset("eurosat", split="all", progress=False)
    there[7]

    kept = sum(path.stat().st_size for path in world.layout.blocks.rglob("*") if path.is_file())
    assert kept < 3 * MIB
    assert not world.layout.blobs.exists()


def test_what_was_read_once_comes_from_the_disk_of_this_machine(world: World) -> None:
    first = hub.load_dataset("mnist", split="train", progress=False)
    first.tensors()

    again = hub.load_dataset("mnist", split="train", progress=False)
    again.tensors()

    assert table(first).file.transferred >= table(first).file.size
    assert table(again).file.transferred == 0


def test_whole_columns_and_arrow_are_those_of_a_local_table(world: World) -> None:
    local = {name: world.local(name, "train") for name in ("mnist", "ag_news")}

    there = {name: hub.load_dataset(name, split="train", progress=False) for name in ("mnist", "ag_news")}

    assert all(map(torch.equal, there["mnist"].tensors(), local["mnist"].tensors()))
    assert there["ag_news"].arrow.equals(local["ag_news"].arrow)
    assert list(there["ag_news"]["text"]) == list(local["ag_news"]["text"])


def test_two_splits_are_added(world: World) -> None:
    local = world.local("mnist", "train[-5:]+test")

    there = hub.load_dataset("mnist", split="train[-5:]+test", progress=False)

    assert len(there) == 17
    assert all(same(there[row], local[row]) for row in range(17))
    assert np.array_equal(there["label"], local["label"])


def test_a_dataset_pickles_as_where_it_lies(world: World) -> None:
    there = hub.load_dataset("mnist", split="train", progress=False)

    data = pickle.dumps(there)

    assert len(data) < 20_000
    assert same(pickle.loads(data)[11], there[11])  # noqa: S301  our own


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "method"), [("mnist", "fork"), pytest.param("eurosat", "spawn", marks=pytest.mark.thorough)]
)
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_workers_read_on_their_own(name: str, method: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    split = "train[:600]" if name == "mnist" else "all"
    wanted = [sample.image for sample in cast("Any", world.local(name, split).with_format("torch"))]
    there = hub.load_dataset(name, split=split, progress=False).with_format("torch")
    assert torch.equal(cast("Any", there[0]).image, wanted[0])  # so that the parent has connections when it forks
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    loader: Any = DataLoader(there, 32, num_workers=2, multiprocessing_context=multiprocessing.get_context(method))
    found = [image for batch in loader for image in batch.image]

    assert all(map(torch.equal, found, wanted))
    assert len(found) == len(wanted)


def test_a_table_that_is_prepared_here_is_used_here(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.on_first()
    monkeypatch.setenv("HUB_SHARED", STORE)

    here = hub.load_dataset("mnist", split="train", progress=False)

    assert not isinstance(here._origin.tables[0], DistantTable)


def test_what_is_not_prepared_there_is_fetched_from_there_by_digest(world: World) -> None:
    paths = hub.download("mnist", split="test", progress=False)

    assert all(world.layout.is_blob(path) for path in paths)


def test_a_store_that_lacks_everything_is_as_good_as_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.on_first()
    monkeypatch.setenv("HUB_SHARED", "s3://data/nothing/here")

    here = hub.load_dataset("mnist", split="test", progress=False)

    assert len(here) == 12


def test_a_table_without_its_outline_is_read_all_the_same(
    world: World, bucket: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = world.local("ag_news", "test")
    for key in bucket.names():
        if key.endswith("test.arrow"):
            bucket.put(f"bare/{key.removeprefix('lab/hub/')}", bucket.get(key))
    monkeypatch.setenv("HUB_SHARED", "s3://data/bare")

    there = hub.load_dataset("ag_news", split="test", progress=False)

    assert isinstance(there._origin.tables[0], DistantTable)
    assert list(there["text"]) == list(local["text"])


def test_what_a_dataset_says_of_itself_costs_no_more_than_a_row(world: World) -> None:
    there = hub.load_dataset("ag_news", split="train", progress=False)
    before = table(there).file.transferred

    said = repr(there)

    assert said == repr(world.local("ag_news", "train"))
    assert table(there).file.transferred <= before + 2 * MIB


def test_without_a_network_nothing_there_is_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")

    with pytest.raises(TransferError):  # the sources of these cards are files, which are nowhere
        hub.load_dataset("mnist", split="train", progress=False)
