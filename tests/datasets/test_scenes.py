"""Datasets of scenes, sample by sample beside torchvision's classes, which read the same tiny files."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
import torch
import torchvision
from PIL import Image
from readers.scene_files import (
    pack,
    write_cityscapes,
    write_flickr8k,
    write_flickr30k,
    write_kitti,
    write_sbd,
    write_sbu,
    write_voc,
)
from same import assert_same
from torch.utils.data import DataLoader

from hub.datasets.loading import load_dataset
from hub.errors import MissingFile, NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder to write tiny files to."""
    folder = tmp_path / "copy"
    folder.mkdir()
    return folder


def load(name: str, folder: Path, split: str = "train", **options: Any) -> Dataset:
    return load_dataset(name, split=split, data_dir=folder, verify=False, progress=False, **options)


def assert_same_samples(ours: Dataset, theirs: Any, order: Any = None) -> None:
    """Compare all samples; `order` sorts theirs, where torchvision leaves that to the file system."""
    assert len(ours) == len(theirs) > 0
    for our, place in zip(ours, order or range(len(theirs)), strict=True):
        assert isinstance(our, tuple)
        assert_same(tuple(our), theirs[place])


@pytest.mark.parametrize("year", ["2007", "2008", "2011", "2012"])
@pytest.mark.parametrize("image_set", ["train", "val", "trainval"])
@pytest.mark.parametrize("name", ["VOCDetection", "VOCSegmentation"])
def test_voc_is_that_of_torchvision(copy: Path, name: str, image_set: str, year: str) -> None:
    write_voc(copy, year)
    theirs = getattr(torchvision.datasets, name)(copy, year=year, image_set=image_set)

    ours = load(name, copy, image_set, variant=year)

    assert_same_samples(ours, theirs)


@pytest.mark.parametrize("name", ["VOCDetection", "VOCSegmentation"])
def test_the_test_set_of_voc_2007_is_that_of_torchvision(copy: Path, name: str) -> None:
    write_voc(copy, "2007", tests=True)
    theirs = getattr(torchvision.datasets, name)(copy, year="2007", image_set="test")

    ours = load(name, copy, "test", variant="2007")

    assert_same_samples(ours, theirs)
    with pytest.raises(NotFound, match="no split"):
        load(name, copy, "test", variant="2012")


@pytest.mark.parametrize(("year", "archive"), [("2011", "25-May-2011"), ("2012", "11-May-2012")])
def test_voc_is_read_out_of_its_tar(copy: Path, year: str, archive: str) -> None:
    write_voc(copy, year)
    theirs = list(torchvision.datasets.VOCDetection(copy, year=year))
    pack(copy, copy / f"VOCtrainval_{archive}.tar", "VOCdevkit", "TrainVal")

    ours = load("voc_detection", copy, variant=year)

    for our, their in zip(ours, theirs, strict=True):
        assert_same(tuple(our), their)


@pytest.mark.parametrize("image_set", ["train", "val", "train_noval"])
@pytest.mark.parametrize("mode", ["boundaries", "segmentation"])
def test_sbd_is_that_of_torchvision(copy: Path, image_set: str, mode: str) -> None:
    write_sbd(copy)
    theirs = torchvision.datasets.SBDataset(copy, image_set=image_set, mode=mode)

    ours = load("sbd", copy, image_set, mode=mode)

    assert_same_samples(ours, theirs)
    target = ours.with_format("torch")[mode][0]
    assert isinstance(target, torch.Tensor)
    assert target.shape[0] == {"boundaries": 20, "segmentation": 1}[mode]


def test_sbd_is_read_out_of_its_tar_with_the_list_beside_it(copy: Path) -> None:
    write_sbd(copy)
    theirs = list(torchvision.datasets.SBDataset(copy, image_set="train_noval"))
    pack(copy, copy / "benchmark.tgz", "img", "cls", "train.txt", "val.txt", into="benchmark_RELEASE/dataset/")

    ours = load("SBDataset", copy, "train_noval")

    for our, their in zip(ours, theirs, strict=True):
        assert_same(tuple(our), their)


CITYSCAPES = [
    *(("fine", split) for split in ("train", "val", "test")),
    *(("coarse", split) for split in ("train", "val", "train_extra")),
]


@pytest.mark.parametrize(("mode", "split"), CITYSCAPES)
@pytest.mark.parametrize("kind", ["instance", "semantic", "polygon", "color", ["polygon", "semantic"]], ids=str)
def test_cityscapes_is_that_of_torchvision(copy: Path, mode: str, split: str, kind: str | list[str]) -> None:
    write_cityscapes(copy)
    theirs = torchvision.datasets.Cityscapes(copy, split=split, mode=mode, target_type=kind)

    ours = load("cityscapes", copy, split, variant=mode, target_type=kind)

    assert_same_samples(ours, theirs, sorted(range(len(theirs)), key=theirs.images.__getitem__))
    assert ours.classes == [each.name for each in theirs.classes[:34]]


def test_cityscapes_is_read_out_of_its_zips(copy: Path) -> None:
    write_cityscapes(copy)
    unpacked = [tuple(sample) for sample in load("cityscapes", copy, "train_extra", variant="coarse")]
    pack(copy, copy / "leftImg8bit_trainextra.zip", "leftImg8bit/train_extra")
    pack(copy, copy / "gtCoarse.zip", "gtCoarse")

    packed = load("cityscapes", copy, "train_extra", variant="coarse")

    for our, their in zip(packed, unpacked, strict=True):
        assert_same(tuple(our), their)


def test_cityscapes_without_some_kind_of_target_has_the_others(copy: Path) -> None:
    write_cityscapes(copy)
    for path in copy.rglob("*_color.png"):
        path.unlink()

    ours = load("cityscapes", copy, target_type="semantic")

    assert len(ours) == 4
    assert isinstance(ours[0].semantic, Image.Image)
    with pytest.raises(NotFound, match="color"):
        load("cityscapes", copy, target_type="color")[0]


@pytest.mark.parametrize("split", ["train", "test"])
def test_kitti_is_that_of_torchvision(copy: Path, split: str) -> None:
    write_kitti(copy)
    theirs = torchvision.datasets.Kitti(copy, train=split == "train")

    ours = load("kitti", copy, split)

    assert_same_samples(ours, theirs, sorted(range(len(theirs)), key=theirs.images.__getitem__))


def test_kitti_is_read_out_of_its_zips(copy: Path) -> None:
    write_kitti(copy)
    unpacked = [tuple(sample) for sample in load("kitti", copy)]
    raw = copy / "Kitti" / "raw"
    pack(raw, copy / "data_object_image_2.zip", "training/image_2", "testing/image_2")
    pack(raw, copy / "data_object_label_2.zip", "training/label_2")
    for name in ("data_object_image_2.zip", "data_object_label_2.zip"):
        (copy / name).rename(raw / name)

    packed = load("kitti", copy)

    for our, their in zip(packed, unpacked, strict=True):
        assert_same(tuple(our), their)


@pytest.mark.filterwarnings("ignore:Exception ignored:pytest.PytestUnraisableExceptionWarning")  # torchvision's files
def test_sbu_is_that_of_torchvision(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sbu(copy)
    monkeypatch.setattr("torchvision.datasets.sbu.check_integrity", lambda *_: True)
    theirs = torchvision.datasets.SBU(copy, download=False)

    ours = load("sbu", copy, "all")

    assert_same_samples(ours, theirs)
    assert ours["caption"][:2] == ["A chair", "A cat"]


def test_sbu_without_any_photo_says_where_they_are(copy: Path) -> None:
    write_sbu(copy)
    for path in copy.rglob("*.jpg"):
        path.unlink()

    with pytest.raises(MissingFile, match="none of 4 photos") as caught:
        load("sbu", copy, "all")

    assert "SBU_captioned_photo_dataset_urls.txt" in caught.value.hint


@pytest.mark.parametrize(("name", "write"), [("Flickr8k", write_flickr8k), ("Flickr30k", write_flickr30k)])
def test_flickr_is_that_of_torchvision(copy: Path, tmp_path: Path, name: str, write: Any) -> None:
    sentences = tmp_path / "elsewhere" / "sentences"
    write(copy, sentences)
    theirs = getattr(torchvision.datasets, name)(str(copy), str(sentences))

    ours = load(name, copy, "all", ann_file=str(sentences))

    assert_same_samples(ours, theirs)


def test_flickr30k_is_read_out_of_its_tar_with_the_sentences_beside_it(copy: Path) -> None:
    write_flickr30k(copy, copy / "captions.token")
    theirs = list(torchvision.datasets.Flickr30k(str(copy), str(copy / "captions.token")))
    pack(copy, copy / "flickr30k-images.tar.gz", "7.jpg", "36.jpg", "1000.jpg", into="flickr30k-images/")

    ours = load("flickr30k", copy, "all", ann_file="captions.token")

    for our, their in zip(ours, theirs, strict=True):
        assert_same(tuple(our), their)


def test_annotations_come_through_a_pickle_and_a_loader(copy: Path) -> None:
    write_kitti(copy)
    ours = pickle.loads(pickle.dumps(load("kitti", copy)))  # noqa: S301  our own
    ours.transform = torchvision.transforms.v2.functional.pil_to_tensor

    (batch,) = DataLoader(ours.select([0, 0]), batch_size=2)

    assert batch.image.shape == (2, 3, 8, 8)
    assert [each["type"] for each in batch.objects] == [["Car", "Car"], ["Car", "Car"]]
