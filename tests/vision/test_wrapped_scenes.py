"""torchvision's wrapper for boxes and masks on hub's classes, beside the same on torchvision's."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
import torchvision
from readers.scene_files import write_cityscapes, write_coco, write_kitti, write_sbd, write_voc
from same import assert_same
from torch.utils.data import DataLoader
from torchvision import tv_tensors
from torchvision.datasets import wrap_dataset_for_transforms_v2
from torchvision.transforms import v2

import hub.datasets.upstream.finding
import hub.vision.datasets
from hub.datasets.loading import opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _surroundings(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of each test's own, and tiny files that nobody has published."""

    def unverified(*args: Any, **options: Any) -> Any:
        return opened(*args, **options, verify=False, progress=False)

    monkeypatch.setattr(hub.datasets.upstream.finding, "opened", unverified)


def voc(root: Path) -> tuple[object, ...]:
    write_voc(root)
    return (root,)


def coco(root: Path) -> tuple[object, ...]:
    write_coco(root / "photos", root / "known.json")
    return root / "photos", str(root / "known.json")


def kitti(root: Path) -> tuple[object, ...]:
    write_kitti(root)
    next(root.rglob("training/image_2/000002.png")).unlink()  # torchvision's wrapper fails where there is no object
    return (root,)


def cityscapes(root: Path) -> tuple[object, ...]:
    write_cityscapes(root)
    return root, "test", "fine", ["instance", "semantic"]


def sbd(root: Path) -> tuple[object, ...]:
    write_sbd(root)
    return root, "val", "segmentation"


WRITTEN = {
    "VOCDetection": voc,
    "VOCSegmentation": voc,
    "CocoDetection": coco,
    "Kitti": kitti,
    "Cityscapes": cityscapes,
    "SBDataset": sbd,
}


@pytest.mark.filterwarnings("ignore:Exception ignored:pytest.PytestUnraisableExceptionWarning")  # torchvision's files
@pytest.mark.parametrize(("name", "write"), WRITTEN.items(), ids=WRITTEN)
def test_a_wrapped_dataset_gives_what_torchvisions_does(tmp_path: Path, name: str, write: Any) -> None:
    arguments = write(tmp_path)
    if name == "CocoDetection":
        pytest.importorskip("pycocotools")
    theirs = getattr(torchvision.datasets, name)(*arguments)
    ours = getattr(hub.vision.datasets, name)(*arguments)

    wrapped = wrap_dataset_for_transforms_v2(ours)

    assert isinstance(wrapped, getattr(torchvision.datasets, name))
    by_name = {image.tobytes(): target for image, target in wrap_dataset_for_transforms_v2(theirs)}
    assert len(wrapped) == len(theirs)
    for image, target in wrapped:
        assert_same(target, by_name[image.tobytes()])


def test_a_loader_is_given_wrapped_samples(tmp_path: Path) -> None:
    write_voc(tmp_path)
    resized = v2.Compose([v2.ToImage(), v2.Resize((4, 4))])
    ours = hub.vision.datasets.VOCSegmentation(tmp_path, transforms=resized)

    (batch,) = DataLoader(wrap_dataset_for_transforms_v2(ours), batch_size=2, collate_fn=list)

    assert [type(mask) for _, mask in batch] == [tv_tensors.Mask] * 2
    assert [mask.shape for _, mask in batch] == [(1, 4, 4)] * 2


def test_a_wrapped_dataset_can_be_pickled_with_its_transforms(tmp_path: Path) -> None:
    write_voc(tmp_path)
    ours = hub.vision.datasets.VOCSegmentation(tmp_path, transform=v2.ToImage(), target_transform=v2.Identity())
    wrapped = wrap_dataset_for_transforms_v2(ours)

    again = pickle.loads(pickle.dumps(wrapped))  # noqa: S301  our own

    assert_same(again[1], wrapped[1])
    assert type(again[1][0]) is tv_tensors.Image


def test_a_subclass_that_changes_samples_is_heard_by_loops_and_loaders(tmp_path: Path) -> None:
    write_kitti(tmp_path)

    made: Any = hub.vision.datasets.Kitti

    class Numbered(made):  # type: ignore[misc]  # made at run time
        def __getitem__(self, index: int) -> tuple[int, int]:
            _, objects = super().__getitem__(index)
            return index, len(objects)

    ours = Numbered(tmp_path)

    (batch,) = DataLoader(ours, batch_size=3, collate_fn=list)

    assert list(ours) == batch == [(0, 2), (1, 1), (2, 0)]
