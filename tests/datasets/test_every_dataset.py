"""What every dataset must do, whatever its reader: each card has a tiny copy here."""

from __future__ import annotations

import os
import pickle
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from readers.every_dataset import COPIES, Copy, filled
from torch.utils.data import DataLoader, default_collate

from hub import text
from hub.datasets.loading import opened
from hub.registry import find_dataset
from hub.vision import datasets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datasets.conftest import Made  # type: ignore[import-not-found,unused-ignore]

CARDS = sorted(path.stem for path in (Path(__file__).parents[2] / "datasets").glob("*.toml"))
CLASSES = {copy.card: find_dataset(copy.card).card.upstream for copy in COPIES}
UPSTREAM = [copy for copy in COPIES if CLASSES[copy.card].name and CLASSES[copy.card].library == "torchvision"]
TEXTS = [copy for copy in COPIES if CLASSES[copy.card].name and CLASSES[copy.card].library == "torchtext"]
CHECKED = (
    "celeba",
    "cifar",
    "fer2013",
    "flowers102",
    "lfw",
    "omniglot",
    "places365",
    "sbu",
    "semeion",
    "stl10",
    "svhn",
)
"""Modules of torchvision that compare files with what is published."""


@pytest.fixture(autouse=True)
def home(tiny_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One store for all of these, and no network."""
    monkeypatch.setenv("HUB_HOME", str(tiny_store))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    return tiny_store


@pytest.fixture
def data(request: pytest.FixtureRequest, made: Made) -> Any:
    """The usual split of a copy."""
    return request.param.load(made(request.param))


def plain(value: Any) -> object:
    """Return a value in a form in which equal ones are equal: images and arrays as their shape and bytes."""
    if isinstance(value, Image.Image):
        return value.mode, value.size, value.tobytes()
    if isinstance(value, torch.Tensor | np.ndarray):
        numbers = np.asarray(value)
        return type(value).__name__, str(numbers.dtype), numbers.shape, numbers.tobytes()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else (type(value).__name__, value)


def all_plain(samples: Iterable[object]) -> list[object]:
    return [plain(sample) for sample in samples]


each_copy = pytest.mark.parametrize("copy", COPIES, ids=str)
each_dataset = pytest.mark.parametrize("data", COPIES, ids=str, indirect=True)


def test_every_card_has_a_tiny_copy() -> None:
    assert sorted({copy.card for copy in COPIES}) == CARDS


@each_dataset
def test_it_has_as_many_samples_as_it_says(data: Any) -> None:
    samples = list(data)

    assert len(samples) == len(data) > 1
    assert plain(data[-1]) == plain(samples[-1]) == plain(data[len(data) - 1])
    for beyond in (len(data), -len(data) - 1):
        with pytest.raises(IndexError):
            data[beyond]


@each_dataset
def test_its_columns_have_a_value_for_each_sample(data: Any) -> None:
    lengths = {name: len(data[name]) for name in data._origin.by_name}

    assert set(lengths.values()) == {len(data)}
    assert {"target", *lengths} >= set(data[0]._fields)
    assert data.arrow.num_rows == len(data)


@each_dataset
def test_its_columns_hold_what_its_samples_hold(data: Any) -> None:
    first = data.with_format("torch")[0]

    for name in set(first._fields) & set(data._origin.by_name):
        (column,) = all_plain(list(data.with_format("torch")[name])[:1])
        assert column == plain(getattr(first, name)) or not isinstance(getattr(first, name), torch.Tensor), name


@each_dataset
def test_its_samples_are_named_and_it_describes_itself(data: Any) -> None:
    first: Any = data[0]
    assert isinstance(first, tuple)
    assert {sample._fields for sample in data} == {data[0]._fields}
    assert data.card.name in repr(data)
    assert f"{len(data):,}" in repr(data)


@each_dataset
def test_it_and_its_samples_survive_pickling(data: Any) -> None:
    again = pickle.loads(pickle.dumps(data))  # noqa: S301  our own bytes

    assert all_plain(again) == all_plain(data)
    assert again.fingerprint == data.fingerprint
    assert plain(pickle.loads(pickle.dumps(data[0]))) == plain(data[0])  # noqa: S301  the same


def is_stackable(samples: list[Any]) -> bool:
    kinds = {tuple(getattr(value, "shape", type(value).__name__) for value in sample) for sample in samples}
    return len(kinds) == 1 and all(isinstance(value, torch.Tensor | int) for value in samples[0])


@each_dataset
def test_a_loader_makes_batches_of_it(data: Any) -> None:
    tensors = data.with_format("torch")
    collate = default_collate if is_stackable(list(tensors)) else list

    batches = list(DataLoader(tensors, batch_size=2, collate_fn=collate))

    assert len(batches) == (len(data) + 1) // 2
    first = [batches[0][row] if collate is list else [column[row] for column in batches[0]] for row in range(2)]
    assert [len(sample) for sample in first] == [len(data[0])] * 2


@each_dataset
def test_picked_samples_are_those_that_were_there(data: Any) -> None:
    known = all_plain(data)
    backwards = list(range(len(data)))[::-1]

    parts = data.train_test_split(0.5, seed=1)

    assert all_plain(data.select(backwards)) == known[::-1]
    assert all_plain(data.filter(lambda sample: plain(sample) == known[0])) == [
        each for each in known if each == known[0]
    ]
    for mixed in ([*data.shuffle(seed=3)], [*parts["train"], *parts["test"]]):
        assert sorted(map(repr, all_plain(mixed))) == sorted(map(repr, known))


@each_dataset
def test_the_format_torch_makes_tensors_of_images(data: Any) -> None:
    kinds = {field.name: field.kind for field in data.card.fields}

    for sample in data.with_format("torch"):
        for image in (value for name, value in zip(sample._fields, sample, strict=True) if kinds.get(name) == "image"):
            assert image.dtype == torch.uint8
            assert image.ndim == 3
            assert image.shape[0] in (1, 3)


@each_dataset
def test_pandas_is_given_a_row_for_each_sample(data: Any) -> None:
    pytest.importorskip("pandas")

    assert len(data.to_pandas()) == len(data)


def refused(*_: object, **__: object) -> NoReturn:
    raise AssertionError("the files were read again")


@each_copy
def test_what_is_prepared_is_not_read_again(made: Made, copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    before = copy.load_all(made(copy))
    for name in ("read_files", "read_tree", "read_parts", "survey"):
        monkeypatch.setattr(f"hub.readers.{name}", refused)

    again = copy.load_all(made(copy))

    assert {name: each.fingerprint for name, each in again.items()} == {
        name: each.fingerprint for name, each in before.items()
    }
    assert all_plain(again[copy.split]) == all_plain(before[copy.split])


@pytest.fixture
def _unpublished(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Torchvision takes tiny files for the published ones, and lists folders in order."""
    for module in CHECKED:
        monkeypatch.setattr(f"torchvision.datasets.{module}.check_integrity", lambda *_, **__: True)
    monkeypatch.setattr("hub.datasets.upstream.finding.opened", partial(opened, verify=False, progress=False))
    listed = os.listdir
    monkeypatch.setattr(os, "listdir", lambda *folder: sorted(listed(*folder)))
    monkeypatch.chdir(tmp_path)  # LSUN leaves a list of keys in the folder it runs in


@pytest.mark.usefixtures("_unpublished")
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning:torchvision")
@pytest.mark.filterwarnings("ignore:The image decoding:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("copy", UPSTREAM, ids=str)
def test_torchvisions_class_gives_the_same_first_sample(made: Made, copy: Copy) -> None:
    if copy.reason:
        pytest.skip(copy.reason)
    if copy.card.startswith("coco"):
        pytest.importorskip("pycocotools", reason="torchvision's classes need it: pip install pycocotools")
    name = find_dataset(copy.card).card.upstream.name
    root = filled(copy.root, made(copy))
    arguments = ({} if copy.card == "fake_data" else {"root": root}) | filled(copy.theirs, made(copy))
    theirs = getattr(torchvision.datasets, name)(**arguments)

    ours = getattr(datasets, name)(**arguments)

    assert isinstance(ours, type(theirs))
    assert len(ours) == len(theirs)
    assert plain(ours[0]) == plain(theirs[0])


@pytest.mark.usefixtures("_unpublished")
@pytest.mark.parametrize("copy", TEXTS, ids=str)
def test_torchtexts_name_gives_all_samples(made: Made, copy: Copy) -> None:
    function = getattr(text.datasets, CLASSES[copy.card].name)
    splits = {} if not CLASSES[copy.card].split else {CLASSES[copy.card].split: copy.split}

    ours = function(root=made(copy), **splits, **copy.theirs)

    kind = CLASSES[copy.card]
    known = [sample[0] if kind.bare else list(sample) if kind.listed else sample for sample in copy.load(made(copy))]
    assert all_plain(ours) == all_plain(known)
    assert all_plain([next(ours), next(iter(ours))]) == all_plain([known[0]] * 2)
