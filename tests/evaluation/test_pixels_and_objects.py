"""Masks and boxes are measured as a plain loop, and COCO's own code, measure them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

import hub
from hub.errors import InvalidInput
from hub.evaluation import evaluate
from hub.models import preprocessing
from hub.models.about import About
from hub.models.categories import names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hub.datasets.dataset import Dataset

VOC = names("voc")
SIZE = 24


@pytest.fixture(autouse=True)
def _store(home: Path) -> None:
    pass


def known_as(
    model: nn.Module, task: str, categories: Sequence[str], transforms: preprocessing.Preprocessing
) -> nn.Module:
    model.hub = About("mine", "mine", None, None, (task,), tuple(categories), (), "MIT", transforms, {})  # type: ignore[assignment]
    return model


class Brightness(nn.Module):
    """Tells dark pixels from bright ones: background, aeroplane, bicycle."""

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        scores = pictures.new_zeros(len(pictures), len(VOC), *pictures.shape[2:])
        for number, level in enumerate((0.1, 0.5, 0.9)):
            scores[:, number] = 1 - (pictures.mean(dim=1) - level).abs()
        return {"out": scores}


def write_voc(folder: Path) -> Dataset:
    """Write three pictures with masks, of which one part is of no class, as Pascal VOC lies on a disk."""
    random = np.random.default_rng(0)
    top = folder / "VOCdevkit/VOC2012"
    for name in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (top / name).mkdir(parents=True)
    for number in range(3):
        mask = random.integers(0, 3, (SIZE, SIZE), np.uint8)
        bright = np.array([25, 128, 230])[np.roll(mask, number, axis=0)]
        Image.fromarray(np.repeat(bright[..., None], 3, axis=2).astype(np.uint8)).save(
            top / f"JPEGImages/{number}.jpg", quality=100, subsampling=0
        )
        mask[:3] = 255
        drawn = Image.fromarray(mask, mode="P")
        drawn.putpalette([*range(256)] * 3)
        drawn.save(top / f"SegmentationClass/{number}.png")
    (top / "ImageSets/Segmentation/val.txt").write_text("0\n1\n2\n")
    return hub.load_dataset("voc_segmentation", split="val", data_dir=folder, verify=False, progress=False)


def test_mean_iou_is_that_of_a_plain_loop(tmp_path: Path) -> None:
    samples = write_voc(tmp_path)
    prepare = preprocessing.Segmentation(SIZE, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    model = known_as(Brightness(), "semantic-segmentation", VOC, prepare)

    found = evaluate(model, samples, progress=False)

    pairs = []
    for picture, mask in samples:
        said = model(prepare(picture)[None])["out"][0].argmax(dim=0).numpy()
        truth = np.asarray(mask)
        pairs.append((truth[truth < 21], said[truth < 21]))
    truth, said = (np.concatenate(each) for each in zip(*pairs, strict=True))
    shares = [np.mean((truth == one) & (said == one)) / np.mean((truth == one) | (said == one)) for one in range(3)]
    assert found.metrics["miou"] == pytest.approx(100 * np.mean(shares))
    assert found.metrics["pixel_acc"] == pytest.approx(100 * np.mean(truth == said))
    assert found.per_class["bicycle"] == pytest.approx(shares[2])
    assert found.per_class["sofa"] is None
    assert 0 < found.metrics["miou"] < 100


class Boxes(nn.Module):
    """Finds what it was told, one picture after another."""

    def __init__(self, answers: Sequence[dict[str, Tensor]]) -> None:
        super().__init__()
        self.answers = iter(answers)

    def forward(self, pictures: list[Tensor]) -> list[dict[str, Tensor]]:
        return [next(self.answers) for _ in pictures]


COCO = names("coco")
CLASSES = {"person": 1, "dog": 18, "toothbrush": 90}


def write_coco(folder: Path) -> tuple[Dataset, list[dict[str, Any]], list[dict[str, Any]]]:
    """Write pictures with boxes as COCO has them; return them, the annotations, and boxes that a network may find."""
    random = np.random.default_rng(5)
    (folder / "images").mkdir()
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for picture in range(1, 9):
        Image.new("RGB", (100, 100)).save(folder / f"images/{picture}.jpg")
        for _ in range(random.integers(1, 5)):
            box = [*random.integers(0, 60, 2).tolist(), *random.integers(8, 40, 2).tolist()]
            number = int(random.choice([*CLASSES.values()]))
            crowd = int(random.random() < 0.1)
            made = {"image_id": picture, "category_id": number, "bbox": box, "iscrowd": crowd, "area": box[2] * box[3]}
            truth.append({**made, "id": len(truth) + 1})
            moved = [float(value) for value in (np.array(box) + random.integers(-2, 3, 4)).clip(1)]
            found.append(
                {"image_id": picture, "category_id": number, "bbox": moved, "score": float(len(found) % 9) / 10}
            )
    content = {
        "images": [{"id": number, "file_name": f"{number}.jpg", "width": 100, "height": 100} for number in range(1, 9)],
        "annotations": truth,
        "categories": [{"id": number, "name": name} for name, number in CLASSES.items()],
    }
    (folder / "truth.json").write_text(json.dumps(content))
    own: dict[str, Any] = {"variant": "own", "annFile": str(folder / "truth.json")}
    samples = hub.load_dataset("coco_detection", split="all", data_dir=folder / "images", progress=False, **own)
    return samples, truth, found


def said_of(picture: int, found: list[dict[str, Any]]) -> dict[str, Tensor]:
    own = [each for each in found if each["image_id"] == picture]
    boxes = torch.tensor([each["bbox"] for each in own]).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return {
        "boxes": boxes,
        "labels": torch.tensor([each["category_id"] for each in own]),
        "scores": torch.tensor([each["score"] for each in own]),
    }


def test_box_map_is_that_of_pycocotools(tmp_path: Path) -> None:
    from pycocotools import coco  # type: ignore[import-untyped]
    from pycocotools.cocoeval import COCOeval  # type: ignore[import-untyped]

    samples, _, found = write_coco(tmp_path)
    model = Boxes([said_of(picture, found) for picture in range(1, 9)])
    known_as(model, "object-detection", COCO, preprocessing.Detection())

    measured = evaluate(model, samples, progress=False)

    whole = coco.COCO(str(tmp_path / "truth.json"))
    judged = COCOeval(whole, whole.loadRes(found), "bbox")
    judged.evaluate()
    judged.accumulate()
    judged.summarize()
    assert measured.metrics["box_map"] == pytest.approx(100 * judged.stats[0], abs=1e-6)
    assert measured.metrics["box_map_50"] == pytest.approx(100 * judged.stats[1], abs=1e-6)
    assert measured.metrics["box_map_75"] == pytest.approx(100 * judged.stats[2], abs=1e-6)
    assert [each.name for each in measured.classes] == [*CLASSES]


@pytest.mark.parametrize("task", ["optical-flow", "semantic-segmentation", "object-detection", "image-classification"])
def test_a_dataset_without_the_truth_is_told_in_words(task: str) -> None:
    samples = hub.load_dataset("fake_data", split="train[:3]", progress=False)
    samples = samples if task != "image-classification" else write_labelless()
    model = known_as(Boxes([]), task, COCO, preprocessing.Detection())

    with pytest.raises(InvalidInput):
        evaluate(model, samples, progress=False)


def write_labelless() -> Dataset:
    return hub.load_dataset("fake_data", split="train[:0]", progress=False)
