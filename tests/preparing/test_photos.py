"""Photos of one size: made once, in parts, by this process."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
from torchvision.transforms import CenterCrop, Compose, Resize

import hub
from hub.datasets.uniform import making
from hub.errors import InvalidCombination, InvalidInput
from hub.store.layout import Layout

STORE = "s3://data/prepared"

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hub import Dataset
    from hub.datasets.uniform.making import Order


def photos(split: str = "train") -> Dataset:
    return hub.load_dataset("lab/photos", split=split, progress=False)


def prepared(**asked: object) -> bytes:
    (file,) = hub.prepare("lab/photos", resize=32, progress=False, **asked)  # type: ignore[arg-type]
    return file.read_bytes()


@pytest.mark.parametrize(("size", "crop"), [(40, 32), (32, None), ((24, 36), None)], ids=["crop", "square", "both"])
def test_pixels_are_those_of_torchvisions_transforms(home: Path, size: int, crop: int | None) -> None:
    dataset = photos()
    theirs = Compose([Resize(size), CenterCrop(crop or size)])

    made = dataset.resized(size, crop=crop, progress=False)

    assert all(np.array_equal(theirs(one.image), two.image) for one, two in zip(dataset, made, strict=True))
    assert made["label"].tolist() == dataset["label"].tolist()


def test_images_lie_one_after_the_other_in_the_mapping(home: Path) -> None:
    made = photos().resized(32, progress=False)

    assert made["image"].shape == (21, 32, 32, 3)
    assert not made["image"].flags.owndata
    assert made.classes == ["class_0", "class_1", "class_2"]


def test_a_slice_shares_the_table_of_its_split(home: Path) -> None:
    whole = photos().resized(32, progress=False)

    part = photos("train[5:9]").resized(32, progress=False)

    assert part.arrow_files == whole.arrow_files
    assert np.array_equal(part["image"], whole["image"][5:9])


def test_other_sizes_are_other_tables(home: Path) -> None:
    small, large = (photos().resized(size, progress=False) for size in (24, 32))

    assert small.fingerprint != large.fingerprint


def test_transforms_go_with_the_dataset(home: Path) -> None:
    dataset = photos()
    dataset.transform = np.asarray

    assert dataset.resized(32, progress=False)[0].image.shape == (32, 32, 3)


def test_digits_stay_grey(home: Path, tmp_path: Path) -> None:
    from readers.idx_files import write_mnist_like

    write_mnist_like(tmp_path / "root" / "MNIST" / "raw")
    digits = hub.load_dataset("mnist", split="test", data_dir=tmp_path / "root", verify=False, progress=False)

    made = digits.resized(32, progress=False)

    assert made["image"].shape == (12, 32, 32)
    assert made[0].image.mode == "L"


def test_what_is_prepared_ahead_is_what_is_loaded(home: Path) -> None:
    (file,) = hub.prepare("lab/photos", resize=40, crop=32, progress=False)

    assert photos().resized(40, crop=32, progress=False).arrow_files == [file]


def test_without_a_form_all_splits_are_prepared_as_loading_would(home: Path) -> None:
    (file,) = hub.prepare("lab/photos", progress=False)

    assert photos().arrow_files == [file]


@pytest.mark.usefixtures("small_parts")
def test_parts_do_not_show_in_the_result(home: Path) -> None:
    in_parts = prepared()
    Layout(home).prepared(photos().resized(32, progress=False).fingerprint).joinpath("train.arrow").unlink()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.datasets.uniform.parts.PART_BYTES", 1 << 30)
        whole = prepared()

    assert in_parts == whole


@pytest.mark.usefixtures("small_parts")
def test_a_run_that_was_stopped_goes_on_where_it_was(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _from_scratch(home)
    monkeypatch.setattr("hub.preparing.running.making.here", _stopped_after(2))
    with pytest.raises(KeyboardInterrupt):
        prepared()
    counted = _Counting()
    monkeypatch.setattr("hub.preparing.running.making.here", counted)

    found = prepared()

    assert counted.orders == 4  # of six
    assert found == expected
    assert not list(home.rglob("parts"))


def _from_scratch(home: Path) -> bytes:
    (file,) = hub.prepare("lab/photos", resize=32, progress=False)
    content = file.read_bytes()
    file.unlink()
    return content


def _stopped_after(count: int) -> object:
    def engine(orders: Sequence[Order]) -> Iterator[int]:
        for number, order in enumerate(orders):
            if number == count:
                raise KeyboardInterrupt
            yield order.fulfil()

    return engine


class _Counting:
    orders = 0

    def __call__(self, orders: Sequence[Order]) -> Iterator[int]:
        self.orders += len(orders)
        return (order.fulfil() for order in orders)


def test_a_photo_that_is_replaced_in_a_folder_is_made_anew(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    for name, random in (("a", 1), ("b", 2)):
        (folder / name).mkdir(parents=True)
        (folder / name / "1.jpg").write_bytes(_jpeg(random))
    before = hub.load_dataset("folder", split="all", data_dir=folder, progress=False).resized(32, progress=False)

    (folder / "b" / "1.jpg").write_bytes(_jpeg(3))
    after = hub.load_dataset("folder", split="all", data_dir=folder, progress=False).resized(32, progress=False)

    assert np.array_equal(before["image"][0], after["image"][0])
    assert not np.array_equal(before["image"][1], after["image"][1])


def _jpeg(seed: int) -> bytes:
    from preparing import photo_world

    return photo_world.jpeg(np.random.default_rng(seed))


def test_boxes_would_not_fit_a_resized_image(home: Path, tmp_path: Path) -> None:
    from readers.packing import write_folder

    coco = {
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "categories": [{"id": 1, "name": "box"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}],
    }
    folder = write_folder(tmp_path / "boxes", {"a.jpg": _jpeg(1), "annotations.json": json.dumps(coco).encode()})
    dataset = hub.load_dataset("folder", split="all", data_dir=folder, progress=False)

    with pytest.raises(InvalidInput, match="cannot be kept"):
        dataset.resized(32, progress=False)


@pytest.mark.parametrize("size", [0, -1, 10_000, "32", (1, 2, 3)], ids=repr)
def test_what_is_no_size_is_refused(home: Path, size: int) -> None:
    with pytest.raises(InvalidInput, match="no size"):
        photos().resized(size, progress=False)


def test_a_crop_that_does_not_fit_is_refused(home: Path) -> None:
    with pytest.raises(InvalidCombination, match="larger"):
        photos().resized(32, crop=40, progress=False)


def test_a_crop_alone_is_refused(home: Path) -> None:
    with pytest.raises(InvalidInput, match="crop"):
        hub.prepare("lab/photos", crop=32, progress=False)


def test_a_copy_is_laid_out_like_a_store(home: Path, tmp_path: Path) -> None:
    (file,) = hub.prepare("lab/photos", resize=32, to=tmp_path / "there", progress=False)

    copy = tmp_path / "there" / file.relative_to(home)

    assert copy.read_bytes() == file.read_bytes()


@pytest.mark.usefixtures("bucket")
def test_a_copy_on_object_storage_is_read_there(
    home: Path, tmp_path: Path, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = photos().resized(32, progress=False)
    hub.prepare("lab/photos", resize=32, to=STORE, progress=False)

    monkeypatch.setenv("HUB_HOME", str(shutil.copytree(indexed, tmp_path / "another")))
    monkeypatch.setenv("HUB_SHARED", STORE)
    found = photos().resized(32, progress=False)

    assert np.array_equal(found[3:5]["image"], expected[3:5]["image"])
    assert not list((tmp_path / "another").rglob("*.arrow"))


def test_the_engine_of_one_process_is_this_one() -> None:
    assert list(making.here([])) == []
