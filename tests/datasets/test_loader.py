"""Loaders: the batches of a DataLoader, on threads that end."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
import torch
from chains import DEVIATION, IN_TWO, MEAN, ONCE_A_BATCH, ONE_BY_ONE
from torch.utils.data import default_collate
from torchvision import transforms as v1
from torchvision.transforms import v2

from hub.datasets import loader as loaders
from hub.datasets.placement import changed
from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from datasets.conftest import Load  # type: ignore[import-not-found,unused-ignore]

    from hub.datasets.dataset import Dataset
    from hub.datasets.loader import Loader


ALL = ONCE_A_BATCH | IN_TWO | ONE_BY_ONE


def assert_same_bits(found: torch.Tensor, expected: torch.Tensor) -> None:
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    assert torch.equal(found.contiguous().view(torch.uint8), expected.contiguous().view(torch.uint8))


def threads() -> set[str]:
    return {each.name for each in threading.enumerate() if each.name.startswith("hub-loader")}


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    if threads():
        gc.collect()
    assert not threads()


@pytest.mark.parametrize("prefetch", [0, 2])
@pytest.mark.parametrize("chain", ALL.values(), ids=ALL)
def test_batches_have_the_bits_of_samples_that_are_collated(
    load: Load, chain: Callable[..., object], prefetch: int
) -> None:
    dataset = load(transform=chain)
    torch.manual_seed(0)
    expected = [default_collate([dataset[row] for row in range(30)[start : start + 8]]) for start in range(0, 30, 8)]

    torch.manual_seed(0)
    found = list(dataset.loader(8, prefetch=prefetch))

    assert len(found) == len(expected) == 4
    for ours, theirs in zip(found, expected, strict=True):
        assert type(ours) is type(theirs)
        assert_same_bits(ours.image, theirs.image)
        assert torch.equal(ours.label, theirs.label)


@pytest.mark.parametrize("form", ["torch", None])
def test_a_dataset_in_the_format_of_torch_gives_uint8(load: Load, form: Any) -> None:
    dataset = load().with_format("torch").with_format(form)
    if form is None:
        dataset.transform = v2.PILToTensor()

    (batch,) = dataset.loader(30)

    assert_same_bits(batch.image, load().tensors().image)


def test_the_last_batch_is_smaller_or_dropped(load: Load) -> None:
    whole, cut = (load(transform=SCALE).loader(8, drop_last=drop) for drop in (False, True))

    assert [len(labels) for _, labels in whole] == [8, 8, 8, 6]
    assert [len(labels) for _, labels in cut] == [8, 8, 8]
    assert (len(whole), len(cut)) == (4, 3)


SCALE = v1.ToTensor()


def labels_of(loader: Loader) -> list[int]:
    return [int(label) for _, labels in loader for label in labels]


def numbered(load: Load) -> Dataset:
    dataset = load(transform=SCALE)
    dataset["label"][:] = torch.arange(30)
    return dataset


def test_a_pass_has_every_row_once_beside_its_own_label(load: Load) -> None:
    dataset = numbered(load)
    images = dataset.tensors().image / 255

    for image, label in dataset.loader(7, shuffle=True):
        assert torch.equal(image, images[label])

    assert sorted(labels_of(dataset.loader(7, shuffle=True))) == list(range(30))
    assert labels_of(dataset.loader(7)) == list(range(30))


def test_each_pass_has_an_order_of_its_own_that_seed_and_number_decide(load: Load) -> None:
    dataset = numbered(load)
    one, same, other = (dataset.loader(7, shuffle=True, seed=seed) for seed in (1, 1, 2))

    first, second = labels_of(one), labels_of(one)
    same.set_epoch(1)

    assert first != second
    assert labels_of(same) == second
    assert labels_of(other) not in (first, second)


def test_without_a_seed_torch_s_generator_decides(load: Load) -> None:
    loader = numbered(load).loader(7, shuffle=True)

    torch.manual_seed(3)
    first, second = labels_of(loader), labels_of(loader)
    torch.manual_seed(3)

    assert first != second
    assert labels_of(numbered(load).loader(7, shuffle=True)) == first


@pytest.mark.parametrize("at_once", [0, 100_000, 1 << 30], ids=["one", "several", "all"])
@pytest.mark.parametrize("prefetch", [0, 1, 3])
def test_batches_that_are_kept_are_never_overwritten(
    load: Load, monkeypatch: pytest.MonkeyPatch, at_once: int, prefetch: int
) -> None:
    monkeypatch.setattr(loaders, "AT_ONCE", at_once)
    dataset = load(transform=v1.Compose([v1.ToTensor(), v1.Normalize(MEAN, DEVIATION)]))

    kept = list(dataset.loader(4, prefetch=prefetch))
    copies = [batch.image.clone() for batch in dataset.loader(4, prefetch=prefetch)]
    for batch in dataset.loader(4):
        batch.image.zero_()

    assert len(kept) == 8
    for batch, copy in zip(kept, copies, strict=True):
        assert torch.equal(batch.image, copy)


def test_batches_made_at_once_do_not_know_of_each_other(load: Load) -> None:
    _, second, third, *_ = load(transform=SCALE).loader(4)

    second.image.add_(1)

    assert third.image._version == 0
    assert third.image.untyped_storage().nbytes() == third.image.nbytes
    assert third.label.untyped_storage().nbytes() == third.label.nbytes


def test_numbers_that_numpy_lacks_are_cut_apart_too(load: Load) -> None:
    dataset = load(transform=v2.Compose([v2.ToImage(), v2.ToDtype(torch.bfloat16, scale=True)]))

    batches = list(dataset.loader(4))

    assert torch.equal(torch.cat([image for image, _ in batches]), load().tensors().image.to(torch.bfloat16) / 255)


def test_a_transform_of_the_loop_takes_the_place_of_the_dataset_s_own(load: Load) -> None:
    dataset = load(transform=v1.PILToTensor())

    (batch,) = dataset.loader(30, transform=SCALE)

    assert batch.image.dtype == torch.float32
    assert dataset[0].image.dtype == torch.uint8


def test_rows_that_were_picked_and_splits_that_were_added_are_looped_over(load: Load) -> None:
    both = load("train+test", transform=SCALE)
    odd = both.filter(lambda sample: sample.label % 2).shuffle(0)

    for dataset in (both, odd, both[::-3]):
        assert_same_bits(
            torch.cat([image for image, _ in dataset.loader(5)]), torch.stack([image for image, _ in dataset])
        )


def test_an_empty_dataset_has_no_batches(load: Load) -> None:
    loader = load(transform=SCALE)[:0].loader(8, shuffle=True, prefetch=2)

    assert len(loader) == 0
    assert not list(loader)


def test_functions_and_other_transforms_see_every_sample(load: Load) -> None:
    mapped = load(transform=SCALE).map(lambda sample: {"mean": sample.image.mean(), "text": str(sample.label)})
    targets = load(transform=SCALE, target_transform=lambda label: -label)
    joint = load(transforms=lambda image, label: (SCALE(image), label + 100))

    labels = load().targets
    texts: Iterable[Any] = mapped.loader(8)  # of what the function makes, not of samples
    assert [text for batch in texts for text in batch["text"]] == [str(int(each)) for each in labels]
    assert torch.equal(torch.cat([batch.label for batch in targets.loader(8)]), -labels)
    assert torch.equal(torch.cat([batch.label for batch in joint.loader(8)]), labels + 100)


def test_a_transform_that_is_changed_during_a_pass_takes_effect(load: Load) -> None:
    dataset = load(transform=v1.PILToTensor())
    batches = iter(dataset.loader(4))

    assert next(batches).image.dtype == torch.uint8
    assert next(batches).image.dtype == torch.uint8
    dataset.transform = v1.functional.to_tensor

    assert [len(batch.label) for batch in batches] == [4, 4, 4, 4, 4, 2]
    assert [len(batch.label) for batch in dataset.loader(4)] == [4, 4, 4, 4, 4, 4, 4, 2]


def fails_at(label: int) -> Callable[[int], int]:
    def checked(found: int) -> int:
        if found == label:
            raise KeyError(label)
        return found

    return checked


@pytest.mark.parametrize("prefetch", [0, 2])
def test_what_a_transform_raises_arrives_after_the_batches_before_it(load: Load, prefetch: int) -> None:
    dataset = numbered(load)
    dataset.target_transform = fails_at(20)
    seen: list[object] = []

    with pytest.raises(KeyError, match="20"):
        seen.extend(dataset.loader(8, prefetch=prefetch))

    assert len(seen) == 2


def test_a_thread_lives_only_as_long_as_the_pass(load: Load) -> None:
    loader = load(transform=SCALE).loader(4, prefetch=2)

    for _ in loader:
        assert threads()
        break
    assert not threads()
    batches = iter(loader)
    next(batches)
    assert threads()
    del batches
    gc.collect()

    assert not threads()


SUSPENDED = """
import sys
from hub.datasets.loading import load_dataset
from torchvision.transforms import ToTensor
dataset = load_dataset("mnist", split="train", data_dir=sys.argv[1], verify=False, progress=False)
batches = iter(dataset.loader(4, transform=ToTensor(), prefetch=2))
next(batches)
"""


def test_the_interpreter_can_end_in_the_midst_of_a_pass(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SUSPENDED, str(root)], timeout=60, check=False, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "wrong",
    [{"batch_size": 0}, {"batch_size": 2.0}, {"prefetch": -1}, {"seed": -1}, {"device": "moon"}, {"device": "cuda:99"}],
    ids=str,
)
def test_arguments_without_sense_are_refused(load: Load, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        load(transform=SCALE).loader(**wrong)

    assert str(next(iter(wrong.values()))) in str(caught.value)
    assert caught.value.found


def test_pillow_images_are_refused_with_the_way_out(load: Load) -> None:
    with pytest.raises(InvalidInput, match="cannot be stacked") as caught:
        next(iter(load().loader(4)))

    assert "with_format" in str(caught.value)


def test_a_joint_transform_and_one_of_the_loop_exclude_each_other(load: Load) -> None:
    with pytest.raises(InvalidInput, match="exclude each other"):
        load(transforms=lambda image, label: (image, label)).loader(4, transform=SCALE)


def test_tensors_are_changed_wherever_a_batch_holds_them(load: Load) -> None:
    (sample,) = load(transform=SCALE).loader(30)
    batch = {"sample": sample, "list": [torch.ones(2), "text"], "pair": (torch.ones(1), 3)}

    found: Any = changed(batch, lambda tensor: tensor.to("meta"))

    assert found["sample"].image.is_meta
    assert type(found["sample"]) is type(sample)
    assert found["list"][0].is_meta
    assert found["list"][1] == "text"
    assert found["pair"][0].is_meta
    assert found["pair"][1] == 3


def test_batches_arrive_on_the_device_that_was_asked_for(load: Load) -> None:
    loader = load(transform=SCALE).loader(8, device="meta")

    batches = list(loader)

    assert loader.prefetch == 2
    assert [batch.image.shape for batch in batches] == [(8, 1, 28, 28)] * 3 + [(6, 1, 28, 28)]
    assert all(batch.image.is_meta and batch.label.is_meta for batch in batches)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("prefetch", [0, 2])
def test_batches_on_a_gpu_are_those_on_the_cpu(load: Load, prefetch: int) -> None:
    dataset = load(transform=SCALE)

    found = [image.cpu() for image, _ in dataset.loader(4, device="cuda", prefetch=prefetch)]

    assert_same_bits(torch.cat(found), torch.cat([image for image, _ in dataset.loader(4)]))
