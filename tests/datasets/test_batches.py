"""Batches: the same bits as one sample at a time, and lists in every other respect."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
import torch
from chains import DEVIATION, IN_TWO, MEAN, ONCE_A_BATCH, ONE_BY_ONE, SCALED
from torch.utils.data import ConcatDataset, DataLoader, DistributedSampler, Subset, default_collate
from torchvision import transforms as v1
from torchvision import tv_tensors
from torchvision.transforms import v2

from hub.datasets.batch import Batch
from hub.datasets.sample import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from datasets.conftest import Load  # type: ignore[import-not-found,unused-ignore]

    from hub.datasets.dataset import Dataset


def collated(batch: Sequence[Sample]) -> Sample:
    # default_collate is annotated with list, and takes any sequence.
    return default_collate(batch)  # type: ignore[arg-type, no-any-return]


def one_by_one(dataset: Dataset) -> Sample:
    torch.manual_seed(0)
    samples = [dataset[index] for index in range(len(dataset))]
    return collated(samples)


def as_a_batch(dataset: Dataset) -> Sample:
    torch.manual_seed(0)
    return collated(dataset.__getitems__(range(len(dataset))))


@pytest.mark.parametrize("chain", ONCE_A_BATCH.values(), ids=ONCE_A_BATCH)
def test_a_chain_that_runs_once_a_batch_gives_the_same_bits(load: Load, chain: Callable[..., object]) -> None:
    dataset = load(transform=chain)

    expected = default_collate([chain(sample.image) for sample in load()])
    batch = dataset.__getitems__(range(30))

    assert isinstance(batch, Batch)
    found = collated(batch)
    assert type(found.image) is type(expected)
    assert found.image.dtype == expected.dtype
    assert torch.equal(found.image.view(torch.uint8), expected.contiguous().view(torch.uint8))
    assert torch.equal(found.label, load().targets)


@pytest.mark.parametrize("chain", ONCE_A_BATCH.values(), ids=ONCE_A_BATCH)
def test_samples_of_a_batch_are_those_that_come_alone(load: Load, chain: Callable[..., object]) -> None:
    dataset, images = load(transform=chain), load()

    for sample, raw in zip(dataset.__getitems__(range(30)), images, strict=True):
        expected = chain(raw.image)
        assert type(sample.image) is type(expected)
        assert torch.equal(sample.image, expected)  # type: ignore[arg-type]
        assert sample.label == raw.label


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_every_byte_is_divided_as_torchvision_divides_it(load: Load, dtype: torch.dtype) -> None:
    dataset = load(transform=v1.ToTensor())
    dataset.data.view(-1)[:256] = torch.arange(256)
    torch.set_default_dtype(dtype)

    try:
        batch = collated(dataset.__getitems__(range(30)))
    finally:
        torch.set_default_dtype(torch.float32)

    assert torch.equal(batch.image.view(-1)[:256], torch.arange(256, dtype=dtype) / 255)


@pytest.mark.parametrize("chain", ONE_BY_ONE.values(), ids=ONE_BY_ONE)
def test_any_other_chain_runs_per_sample(load: Load, chain: Callable[..., object]) -> None:
    dataset = load(transform=chain)

    assert type(dataset.__getitems__(range(3))) is list
    assert torch.equal(as_a_batch(dataset).image, one_by_one(dataset).image)


@pytest.mark.parametrize("chain", IN_TWO.values(), ids=IN_TWO)
def test_a_chain_runs_once_a_batch_from_where_it_makes_tensors(load: Load, chain: Callable[..., object]) -> None:
    dataset = load(transform=chain)
    torch.manual_seed(0)
    expected = [chain(sample.image) for sample in load()]

    torch.manual_seed(0)
    batch = dataset.__getitems__(range(30))

    assert isinstance(batch, Batch)
    for sample, image in zip(batch, expected, strict=True):
        assert type(sample.image) is type(image)
        assert torch.equal(sample.image, image)  # type: ignore[arg-type]
    assert collated(batch).label.tolist() == load().targets.tolist()


def test_images_of_different_sizes_are_finished_one_by_one(load: Load) -> None:
    sizes = iter(range(1, 100))
    dataset = load(transform=v1.Compose([lambda image: image.resize((next(sizes), 5)), v1.ToTensor()]))

    batch = dataset.__getitems__(range(3))

    assert type(batch) is list
    assert [tuple(sample.image.shape) for sample in batch] == [(1, 5, 1), (1, 5, 2), (1, 5, 3)]


@pytest.mark.parametrize(
    ("chain", "error"),
    [
        (v1.Compose([v1.PILToTensor(), v1.Normalize(MEAN, DEVIATION)]), TypeError),
        (v1.Compose([v1.ToTensor(), v1.ToTensor()]), TypeError),
        (v1.Compose([v1.ToTensor(), v1.Normalize((0.5,), (0.0,))]), ValueError),
        (v1.Compose([v1.ToTensor(), v1.Normalize((1, 2, 3), (1, 2, 3))]), RuntimeError),
    ],
    ids=["bytes are not normalised", "ToTensor twice", "no deviation", "too many channels"],
)
def test_a_chain_that_fails_fails_with_torchvisions_own_words(
    load: Load, chain: Callable[..., object], error: type[Exception]
) -> None:
    with pytest.raises(error) as theirs:
        chain(load()[0].image)

    with pytest.raises(error) as ours:
        load(transform=chain).__getitems__([0, 1])

    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16], ids=str)
def test_the_default_dtype_is_respected(load: Load, dtype: torch.dtype) -> None:
    dataset = load(transform=v1.ToTensor())
    before = torch.get_default_dtype()

    torch.set_default_dtype(dtype)
    try:
        found, expected = as_a_batch(dataset), one_by_one(dataset)
    finally:
        torch.set_default_dtype(before)

    assert found.image.dtype == dtype
    assert torch.equal(found.image, expected.image)


def test_the_format_torch_gives_chains_a_tensor(load: Load) -> None:
    chain = v2.Compose([SCALED, v2.Normalize(MEAN, DEVIATION)])
    dataset = load(transform=chain).with_format("torch")

    batch = dataset.__getitems__(range(30))

    assert isinstance(batch, Batch)
    assert torch.equal(collated(batch).image, one_by_one(dataset).image)
    assert torch.equal(collated(load().with_format("torch").__getitems__([4])).image, load().data[4:5, None])


def test_a_chain_may_be_changed_in_place(load: Load) -> None:
    chain = v1.Compose([v1.ToTensor()])
    dataset = load(transform=chain)
    as_a_batch(dataset)

    chain.transforms.append(v1.Normalize(MEAN, DEVIATION))

    assert torch.equal(as_a_batch(dataset).image, one_by_one(dataset).image)


def test_a_target_transform_runs_per_label_and_images_stay_whole(load: Load) -> None:
    dataset = load(transform=v1.ToTensor(), target_transform=lambda label: torch.tensor([label, -label]))

    batch = dataset.__getitems__([3, 1])

    assert isinstance(batch, Batch)
    assert collated(batch).label.tolist() == [[v, -v] for v in load().targets[[3, 1]].tolist()]


def test_a_loader_gives_named_batches_without_a_stack(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch, "stack")  # whoever stacks sample by sample fails
    loader = DataLoader(load(transform=v1.ToTensor()), batch_size=8)

    batches = list(loader)

    assert [len(batch.label) for batch in batches] == [8, 8, 8, 6]
    images, labels = batches[0]
    assert images.shape == (8, 1, 28, 28)
    assert torch.equal(labels, batches[0].label)


def test_a_function_of_the_users_own_collates_ordinary_samples(load: Load) -> None:
    def collate(samples: list[Sample]) -> list[int]:
        return [label for _, label in samples]

    loader = DataLoader(load(transform=v1.ToTensor()), batch_size=30, collate_fn=collate)

    assert next(iter(loader)) == load().targets.tolist()


def test_torchs_own_wrappers_keep_working(load: Load) -> None:
    dataset = load(transform=v1.ToTensor())

    subset = next(iter(DataLoader(Subset(dataset, [5, 2]), batch_size=2)))
    joined = next(iter(DataLoader(ConcatDataset([dataset, dataset]), batch_size=60)))

    assert subset.label.tolist() == load().targets[[5, 2]].tolist()
    assert joined.image.shape == (60, 1, 28, 28)
    assert isinstance(joined, Sample)


def test_pillow_images_are_refused_by_torchs_collate_in_its_own_words(load: Load) -> None:
    with pytest.raises(TypeError, match="default_collate"):
        next(iter(DataLoader(load(), batch_size=2)))


def test_a_batch_reads_like_a_list(load: Load) -> None:
    dataset = load(transform=v1.ToTensor())
    labels = load().targets.tolist()

    batch = dataset.__getitems__(range(5))

    assert isinstance(batch, Batch)
    assert len(batch) == 5
    assert batch[-1].label == labels[4]
    assert [sample.label for sample in batch[1:3]] == labels[1:3]
    assert [sample.label for sample in reversed(batch)] == labels[4::-1]
    assert [sample.label for sample in batch + batch.copy()] == labels[:5] * 2
    with pytest.raises(IndexError):
        batch[5]


CHANGES: dict[str, Callable[[Batch], object]] = {
    "append": lambda batch: batch.append(batch[0]),
    "extend": lambda batch: batch.extend([batch[0]]),
    "insert": lambda batch: batch.insert(0, batch[3]),
    "pop": lambda batch: batch.pop(),
    "delete": lambda batch: batch.__delitem__(slice(0, 2)),
    "replace": lambda batch: batch.__setitem__(0, batch[3]),
    "reverse": lambda batch: batch.reverse(),
    "sort": lambda batch: batch.sort(key=lambda sample: sample.label, reverse=True),
    "+=": lambda batch: batch.__iadd__([batch[0]]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_batch_is_collated_as_changed(load: Load, change: Callable[[object], object]) -> None:
    batch = load(transform=v1.ToTensor()).__getitems__(range(5))
    plain = list(batch)

    change(batch)
    change(plain)

    assert [sample.label for sample in batch] == [sample.label for sample in plain]
    assert torch.equal(collated(batch).image, collated(plain).image)


def test_a_batch_pickles_whole(load: Load) -> None:
    batch = load(transform=v2.ToImage()).__getitems__(range(5))

    again = pickle.loads(pickle.dumps(batch))  # noqa: S301  our own bytes

    assert isinstance(again, Batch)
    assert type(again[0].image) is tv_tensors.Image
    assert torch.equal(collated(again).image, collated(batch).image)


def test_a_collated_batch_can_be_pinned_and_pickled(load: Load) -> None:
    collated = as_a_batch(load(transform=v1.ToTensor()))

    again = pickle.loads(pickle.dumps(collated))  # noqa: S301  our own bytes

    assert type(again) is type(collated)
    assert again._replace(label=0)._asdict().keys() == {"image", "label"}


@pytest.mark.slow
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers_give_the_same_batches(load: Load, start: str, root: Path) -> None:
    dataset = load("train+test", transform=v1.ToTensor())
    loader = DataLoader(dataset, batch_size=8, num_workers=2, multiprocessing_context=start)

    batches = list(loader)

    assert root.exists()
    assert torch.equal(torch.cat([batch.image for batch in batches]), as_a_batch(dataset).image)
    assert torch.equal(torch.cat([batch.label for batch in batches]), dataset.targets)


def test_a_distributed_sampler_shares_the_samples_out(load: Load) -> None:
    dataset = load(transform=v1.ToTensor())
    seen = []

    for rank in range(2):
        sampler: DistributedSampler[Sample] = DistributedSampler(
            dataset, num_replicas=2, rank=rank, shuffle=True, seed=1
        )
        seen += [row for batch in DataLoader(dataset, batch_size=4, sampler=sampler) for row in batch.image]

    found, expected = (sorted(image.sum().item() for image in images) for images in (seen, dataset["image"] / 255))
    assert found == pytest.approx(expected)
