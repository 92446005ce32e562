"""A tiny copy of every dataset that has a card, in torchvision's layout, and how to ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from readers import array_files, listed_files, own_files, own_text_files, people_files, scene_files
from readers.cifar_files import write_cifar10, write_cifar100
from readers.frame_files import WRITERS as FRAMES
from readers.idx_files import tiny_images, tiny_labels, write_idx, write_mnist_like
from readers.libsvm_files import write_usps
from readers.line_files import WRITERS as LINES
from readers.line_files import write_cc100
from readers.packing import write_folder
from readers.photo_files import class_folders
from readers.stl10_files import write_stl10
from readers.svhn_files import write_svhn
from readers.table_files import WRITERS as TABLES
from readers.tagged_files import WRITERS as TAGGED
from readers.text_files import WRITERS as TEXTS
from readers.tiny_photos import write_lines
from readers.vector_files import WRITERS as VECTORS
from readers.vector_files import write_glove
from torchvision.datasets.folder import default_loader
from videos import pictures, write_video

from hub.datasets.loading import load_dataset
from hub.registry import find_dataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[Path], object]

NO_VIDEOS = "torchvision reads videos through TorchCodec, which needs an FFmpeg of the system"


@dataclass(frozen=True)
class Copy:
    """A copy of a card's dataset: who writes it, and the arguments to read it with, ours and torchvision's.

    Strings may begin with `{root}`, the folder that was written to; `root` is what to give as data_dir. `reason` says
    why torchvision's class cannot be compared; `alone`, that only this split can be read.
    """

    card: str
    write: Write
    split: str = "train"
    options: dict[str, Any] = field(default_factory=dict)
    root: str = "{root}"
    theirs: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    note: str = ""
    alone: bool = False

    def load(self, root: Path, split: str | None = None, **more: Any) -> Any:
        """Return a split, the usual one unless another is asked for."""
        given = dict(data_dir=filled(self.root, root), verify=False, progress=False, **filled(self.options, root))
        return load_dataset(self.card, split=split or self.split, **given, **more)

    def load_all(self, root: Path) -> dict[str, Any]:
        """Return all splits that can be read."""
        if self.alone:
            return {self.split: self.load(root)}
        given = dict(data_dir=filled(self.root, root), verify=False, progress=False, **filled(self.options, root))
        splits: dict[str, Any] = load_dataset(self.card, **given)
        return splits

    def __str__(self) -> str:
        return f"{self.card}-{self.note}" if self.note else self.card


def filled(value: Any, root: Path) -> Any:
    """Return a value, or all in a dict, with the folder in place of `{root}`."""
    if isinstance(value, dict):
        return {name: filled(each, root) for name, each in value.items()}
    return value.replace("{root}", str(root)) if isinstance(value, str) else value


def write_idx_pair(raw: Path, name: str, rows: int) -> None:
    write_idx(raw / f"{name}-images-idx3-ubyte", tiny_images(rows))
    write_idx(raw / f"{name}-labels-idx1-ubyte", tiny_labels(rows))


def write_emnist(root: Path) -> None:
    for split, rows in (("train", 9), ("test", 4)):
        write_idx_pair(root / "EMNIST" / "raw", f"emnist-letters-{split}", rows)


def write_qmnist(root: Path) -> None:
    for name, rows in (("qmnist-train", 9), ("qmnist-test", 5), ("xnist", 3)):
        labels = np.arange(rows * 8, dtype=np.int32).reshape(rows, 8) % 10
        write_idx(root / "QMNIST" / "raw" / f"{name}-images-idx3-ubyte", tiny_images(rows))
        write_idx(root / "QMNIST" / "raw" / f"{name}-labels-idx2-int", labels)


def write_digits(root: Path) -> None:
    numbers = np.random.default_rng(0).integers(0, 17, (12, 65))
    write_lines(root / "digits.csv", [",".join(map(str, [*row[:64], row[64] % 10])) for row in numbers])


def write_pcam(root: Path) -> None:
    for split in array_files.PCAM_PARTS:
        array_files.write_pcam(root, split)


def write_fer2013(root: Path) -> None:
    array_files.write_fer2013(root, "train.csv", "test.csv")


def write_lsun(root: Path) -> None:
    pytest.importorskip("lmdb")
    from readers.lsun_files import write_lsun as write

    write(root)


def write_coco(root: Path) -> None:
    scene_files.write_coco(root / "photos", root / "known.json")


def write_videos(top: Path, name: str, **form: Any) -> list[str]:
    """Write two classes of two videos each; return them as class/name."""
    pytest.importorskip("av", reason="PyAV, the extra `video`, is not installed")
    names = [f"{kind}/{name.format(kind, number)}" for kind in ("brush_hair", "wave") for number in (1, 2)]
    for seed, each in enumerate(names):
        write_video(top / each, pictures(6 + seed, seed), **form)
    return names


def write_hmdb51(root: Path) -> None:
    names = write_videos(root / "hmdb51_org", "{}_{}.avi", sound="pcm_s16le")
    for kind in ("brush_hair", "wave"):
        lines = [f"{name.partition('/')[2]} {tag} " for name, tag in zip(names, "1212", strict=True) if kind in name]
        write_lines(root / "testTrainMulti_7030_splits" / f"{kind}_test_split1.txt", lines)


def write_ucf101(root: Path) -> None:
    names = write_videos(root / "UCF-101", "v_{}_g01_c{:02}.avi")
    write_lines(root / "ucfTrainTestlist" / "trainlist01.txt", [f"{name} 1" for name in names[:3]])
    write_lines(root / "ucfTrainTestlist" / "testlist01.txt", names[3:])


def write_kinetics(root: Path) -> None:
    for split in ("train", "val", "test"):
        write_videos(root / split, "abcdefgh_{}_{}.mp4", codec="libx264rgb", pixels="rgb24", qp="0")


def write_own(files: own_files.Files, root: Path) -> None:
    write_folder(root, files)


def listed(card: str, **more: Any) -> Copy:
    """Return the copy of a card whose photos are listed; `more` names another split."""
    upstream = find_dataset(card).card.upstream
    split = more.get("split", "train")
    theirs = {upstream.split: split} if upstream.split else {}
    return Copy(card, listed_files.WRITERS[upstream.name], theirs=theirs, **{"split": split, **more})


def frames(card: str, **more: Any) -> Copy:
    """Return the copy of a card of optical flow or stereo."""
    return Copy(card, FRAMES[card], **more)


CLIPS = {"frames_per_clip": 3, "num_workers": 1}
BOXES = own_files.BOXES
OWN = class_folders({"dog": 2, "cat": 3})
TABLE = own_files.table("train.csv", "file,label,size", "0.png,dog,1", "1.png,cat,2") | own_files.numbered(2)

COPIES = [
    *(Copy(card, write, split) for card, (write, split) in (TEXTS | TABLES | LINES | TAGGED | VECTORS).items()),
    *(Copy(card, partial(own_text_files.write_own, card)) for card in own_text_files.OWN),
    Copy("cc100", write_cc100, options={"variant": "cy"}, theirs={"language_code": "cy"}),
    listed("caltech101", split="all"),
    listed("caltech256", split="all"),
    frames("carla_stereo"),
    Copy("celeba", people_files.write_celeba),
    Copy("cifar10", write_cifar10),
    Copy("cifar100", write_cifar100),
    Copy("cityscapes", scene_files.write_cityscapes),
    listed("clevr"),
    Copy(
        "coco_captions", write_coco, "all", {"variant": "own", "annFile": "{root}/known.json"},
        root="{root}/photos", theirs={"annFile": "{root}/known.json"},
    ),
    Copy(
        "coco_detection", write_coco, "all", {"variant": "own", "annFile": "{root}/known.json"},
        root="{root}/photos", theirs={"annFile": "{root}/known.json"},
    ),
    listed("country211"),
    frames("cre_stereo"),
    Copy(
        "dataset_folder", partial(write_own, OWN), "all", theirs={"loader": default_loader, "extensions": (".png",)}
    ),
    Copy("digits", write_digits, "all"),
    listed("dtd"),
    Copy("emnist", write_emnist, options={"variant": "letters"}, theirs={"split": "letters"}),
    frames("eth3d_stereo"),
    listed("eurosat", split="all"),
    Copy("fake_data", bool, options={"size": 5, "image_size": (3, 8, 8)}, theirs={"size": 5, "image_size": (3, 8, 8)}),
    frames("falling_things_stereo"),
    Copy("fashion_mnist", lambda root: write_mnist_like(root / "FashionMNIST" / "raw")),
    Copy("fer2013", write_fer2013),
    listed("fgvc_aircraft"),
    Copy(
        "flickr30k", lambda root: scene_files.write_flickr30k(root / "photos", root / "captions.token"), "all",
        {"ann_file": "{root}/captions.token"}, root="{root}/photos", theirs={"ann_file": "{root}/captions.token"},
    ),
    Copy(
        "flickr8k", lambda root: scene_files.write_flickr8k(root / "photos", root / "page.html"), "all",
        {"ann_file": "{root}/page.html"}, root="{root}/photos", theirs={"ann_file": "{root}/page.html"},
    ),
    listed("flowers102"),
    frames("flying_chairs"),
    frames("flying_things3d"),
    Copy("folder", partial(write_own, OWN), "all"),
    Copy("folder", partial(write_own, TABLE), note="table"),
    *(Copy("folder", partial(write_own, boxes(["train", "val"])), note=kind) for kind, boxes in BOXES.items()),
    listed("food101"),
    Copy("glove", write_glove, "all", {"variant": "6B.50d"}),
    listed("gtsrb"),
    frames("hd1k"),
    Copy("hmdb51", write_hmdb51, options=CLIPS, reason=NO_VIDEOS),
    Copy("image_folder", partial(write_own, OWN), "all"),
    Copy("imagenet", people_files.write_imagenet),
    listed("imagenette"),
    Copy("inaturalist", people_files.write_inaturalist, "all", alone=True),
    frames("instereo2k"),
    Copy("kinetics", write_kinetics, options=CLIPS, reason=NO_VIDEOS),
    Copy("kitti", scene_files.write_kitti),
    frames("kitti2012_stereo"),
    frames("kitti2015_stereo"),
    frames("kitti_flow"),
    Copy("kmnist", lambda root: write_mnist_like(root / "KMNIST" / "raw")),
    Copy("lfw_pairs", people_files.write_lfw, "10fold"),
    Copy("lfw_people", people_files.write_lfw, "10fold"),
    Copy("lsun", write_lsun, theirs={"classes": "train"}),
    frames("middlebury2014_stereo"),
    Copy("mnist", lambda root: write_mnist_like(root / "MNIST" / "raw")),
    Copy("moving_mnist", array_files.write_moving_mnist, "all"),
    Copy("omniglot", people_files.write_omniglot, "background"),
    Copy("oxford_iiit_pet", people_files.write_pets, "trainval"),
    Copy("pcam", write_pcam),
    Copy(
        "phototour", lambda root: array_files.write_phototour(root, "liberty"), options={"variant": "liberty"},
        reason="torchvision's class wants the published number of patches",
    ),
    Copy("places365", people_files.write_places365, "train-standard"),
    Copy("qmnist", write_qmnist),
    listed("rendered_sst2"),
    Copy("sbd", scene_files.write_sbd),
    Copy("sbu", scene_files.write_sbu, "all", theirs={"download": False}),
    frames("scene_flow_stereo"),
    Copy("semeion", array_files.write_semeion, "all"),
    frames("sintel"),
    frames("sintel_stereo"),
    listed("stanford_cars"),
    Copy("stl10", write_stl10),
    listed("sun397", split="all", reason="torchvision leaves the order to the file system"),
    Copy("svhn", write_svhn),
    Copy("ucf101", write_ucf101, options=CLIPS, reason=NO_VIDEOS),
    Copy("usps", write_usps),
    Copy("voc_detection", scene_files.write_voc),
    Copy("voc_segmentation", scene_files.write_voc),
    Copy("widerface", people_files.write_wider_face),
]  # fmt: skip
