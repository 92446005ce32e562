"""Every sample comes once an epoch, in one order, over all ranks and workers; and goes on where it was left."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from torch.utils.data import DataLoader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream_world import World

    from hub.streaming.dataset import StreamingDataset

pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create")  # this machine may have two cores

RANKS = (1, 2)
WORKERS = (0, 2, 3)
BATCH = 16


def texts(batches: Iterable[Any]) -> list[list[str]]:
    return [list(batch.text) for batch in batches]


def of_ranks(dataset: StreamingDataset, world: int, workers: int) -> list[list[list[str]]]:
    """Return the batches of each rank."""
    return [texts(dataset.shard(rank, world).loader(BATCH, workers=workers)) for rank in range(world)]


def flat(lists: Iterable[Iterable[Any]]) -> list[Any]:
    return list(chain.from_iterable(lists))


@pytest.mark.parametrize("world_size", RANKS)
@pytest.mark.parametrize("workers", WORKERS)
def test_every_sample_comes_once_an_epoch(world: World, world_size: int, workers: int) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=60)

    found = flat(flat(of_ranks(dataset, world_size, workers)))

    assert sorted(found) == sorted(sample.text for sample in world.load("news"))


@pytest.mark.parametrize("world_size", RANKS)
@pytest.mark.parametrize("workers", WORKERS[1:])
def test_batches_are_the_same_for_any_number_of_workers(world: World, world_size: int, workers: int) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=60)

    assert of_ranks(dataset, world_size, workers) == of_ranks(dataset, world_size, 0)


def test_two_ranks_together_see_the_order_of_one(world: World) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=60)

    both = of_ranks(dataset, 2, 0)

    together = [one for pair in zip(flat(both[0]), flat(both[1]), strict=True) for one in pair]
    assert together == [sample.text for sample in dataset]


def test_a_stock_loader_shares_samples_out_among_its_workers(world: World) -> None:
    loader = DataLoader(world.stream("news"), batch_size=BATCH, num_workers=2)

    found = flat(texts(loader))

    assert sorted(found) == sorted(sample.text for sample in world.load("news"))


def test_the_order_depends_on_seed_and_epoch(world: World) -> None:
    dataset = world.stream("news")
    first = [sample.text for sample in dataset.shuffle(seed=1, buffer=60)]

    again, other_seed = dataset.shuffle(seed=1, buffer=60), dataset.shuffle(seed=2, buffer=60)
    assert [sample.text for sample in again] == first
    assert [sample.text for sample in other_seed] != first
    again.set_epoch(1)
    assert [sample.text for sample in again] != first


@pytest.mark.parametrize("name", ["news", "digits", "pets"])
def test_the_order_is_the_same_once_a_table_is_prepared(world: World, name: str) -> None:
    dataset = world.stream(name).shuffle(seed=4, buffer=30).with_format("torch")
    arriving = [repr(sample) for sample in dataset]

    world.load(name)

    assert [repr(sample) for sample in dataset] == arriving


def test_without_a_buffer_all_rows_are_mixed(world: World) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=None)

    found = [sample.text for sample in dataset]

    in_order = [sample.text for sample in world.load("news")]
    assert sorted(found) == sorted(in_order)
    assert max(abs(found.index(text) - place) for place, text in enumerate(in_order)) > 300


@pytest.mark.parametrize("world_size", RANKS)
@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_a_loop_goes_on_behind_any_batch(world: World, world_size: int, workers: int) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=60).shard(0, world_size)
    whole = texts(dataset.loader(BATCH))
    stops = range(len(whole) + 1) if not workers else (0, 7, len(whole) - 1)

    for stop in stops:
        begun = dataset.loader(BATCH, workers=workers)
        batches = iter(begun)
        before = texts(next(batches) for _ in range(stop))
        state = begun.state_dict()
        del batches
        resumed = dataset.loader(BATCH, workers=workers)
        resumed.load_state_dict(state)

        assert before + texts(resumed) == whole


@pytest.mark.thorough
@pytest.mark.parametrize("world_size", RANKS)
@pytest.mark.parametrize("workers", WORKERS[1:])
def test_a_loop_of_workers_goes_on_behind_every_batch(world: World, world_size: int, workers: int) -> None:
    datasets = [world.stream("news").shuffle(seed=1, buffer=60).shard(rank, world_size) for rank in range(world_size)]
    for dataset in datasets:
        whole = texts(dataset.loader(BATCH))
        for stop in range(len(whole) + 1):
            begun = dataset.loader(BATCH, workers=workers)
            batches = iter(begun)
            before = texts(next(batches) for _ in range(stop))
            resumed = dataset.loader(BATCH, workers=workers)
            resumed.load_state_dict(begun.state_dict())

            assert before + texts(resumed) == whole


def test_a_loop_goes_on_with_other_numbers_of_ranks_and_workers(world: World) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=60)
    begun = [dataset.shard(rank, 2).loader(BATCH) for rank in range(2)]
    both = [iter(loader) for loader in begun]
    before = flat(texts(next(each) for _ in range(5)) for each in both)

    resumed = dataset.loader(BATCH, workers=2)
    resumed.load_state_dict(begun[0].state_dict())

    assert sorted(flat(before) + flat(texts(resumed))) == sorted(sample.text for sample in dataset)


@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_a_filtered_loop_goes_on_behind_any_batch(world: World, workers: int) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=60).filter(lambda sample: sample.label != 1)
    whole = texts(dataset.loader(BATCH, workers=workers))

    for stop in (1, 4, len(whole)):
        begun = dataset.loader(BATCH, workers=workers)
        batches = iter(begun)
        before = texts(next(batches) for _ in range(stop))
        resumed = dataset.loader(BATCH, workers=workers)
        resumed.load_state_dict(begun.state_dict())

        assert before + texts(resumed) == whole


@pytest.mark.parametrize("stop", [0, 1, 63, 64, 65, 499, 500])
def test_a_dataset_goes_on_behind_any_sample(world: World, stop: int) -> None:
    dataset = world.stream("news").shuffle(seed=1, buffer=60)
    whole = [sample.text for sample in dataset]
    samples = iter(dataset)
    before = [next(samples).text for _ in range(stop)]

    resumed = world.stream("news").shuffle(seed=1, buffer=60)
    resumed.load_state_dict(dataset.state_dict() if stop else resumed.state_dict())

    assert before + [sample.text for sample in resumed] == whole


def test_what_is_passed_over_is_not_decoded(world: World) -> None:
    asked: list[int] = []

    def seen(image: object) -> object:
        asked.append(1)
        return image

    dataset = world.stream("pets")
    dataset.transform = seen

    assert len(list(dataset.skip(100))) == len(asked) == 10


@pytest.mark.parametrize(("uneven", "counts"), [("keep", [167, 167, 166]), ("drop", [166] * 3), ("repeat", [167] * 3)])
def test_ranks_have_equally_many_where_that_is_asked_for(world: World, uneven: Any, counts: list[int]) -> None:
    dataset = world.stream("news")

    shards = [dataset.shard(rank, 3, uneven=uneven) for rank in range(3)]

    assert [len(list(shard)) for shard in shards] == [len(shard) for shard in shards] == counts


def test_the_launcher_says_which_share_is_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = world.stream("news")
    whole = [sample.text for sample in dataset]

    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")

    assert [sample.text for sample in dataset] == whole[1::2]
