"""Average precision is what COCO's own code says it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hub.evaluation.precision import Truth, average_precision, matched

PICTURES = 30


def scene(seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return things of pictures, some of them crowds, and boxes found, some near things and some anywhere."""
    random = np.random.default_rng(seed)
    truth, found = [], []
    for picture in range(PICTURES):
        for _ in range(random.integers(0, 6)):
            box = [*random.integers(0, 60, 2).tolist(), *random.integers(8, 40, 2).tolist()]
            truth.append({"image_id": picture, "bbox": box, "iscrowd": int(random.random() < 0.15)})
            for _ in range(random.integers(0, 3)):
                moved = (np.array(box) + random.normal(0, 3, 4)).clip(1).tolist()
                found.append({"image_id": picture, "bbox": moved, "score": round(float(random.random()), 2)})
        for _ in range(random.integers(0, 4)):
            box = [*random.integers(0, 60, 2).tolist(), *random.integers(8, 40, 2).tolist()]
            found.append({"image_id": picture, "bbox": box, "score": round(float(random.random()), 2)})
    return truth, found


def of_coco(truth: list[dict[str, Any]], found: list[dict[str, Any]]) -> float:
    """Return box mAP of pycocotools."""
    from pycocotools.coco import COCO  # type: ignore[import-untyped]
    from pycocotools.cocoeval import COCOeval  # type: ignore[import-untyped]

    whole = COCO()
    things = [
        {**each, "id": number, "category_id": 1, "area": each["bbox"][2] * each["bbox"][3]}
        for number, each in enumerate(truth, 1)
    ]
    images = [{"id": number} for number in range(PICTURES)]
    whole.dataset = {"images": images, "annotations": things, "categories": [{"id": 1}], "info": {}}
    whole.createIndex()
    judged = COCOeval(whole, whole.loadRes([{**each, "category_id": 1} for each in found]), "bbox")
    judged.evaluate()
    judged.accumulate()
    judged.summarize()
    return float(judged.stats[0])


def corners(rows: list[dict[str, Any]]) -> Any:
    boxes = np.array([each["bbox"] for each in rows], float).reshape(-1, 4)
    return np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])


@pytest.mark.parametrize("seed", range(4))
def test_it_is_that_of_pycocotools(seed: int) -> None:
    truth, found = scene(seed)

    pictures = []
    for number in range(PICTURES):
        there = [each for each in truth if each["image_id"] == number]
        said = [each for each in found if each["image_id"] == number]
        crowd = np.array([bool(each["iscrowd"]) for each in there], bool)
        scores = np.array([each["score"] for each in said])
        pictures.append(matched(corners(said), scores, Truth(corners(there), crowd, crowd)))

    precision = average_precision(pictures)
    assert precision is not None
    assert 0.02 < precision.mean() < 0.9
    assert precision.mean() == pytest.approx(of_coco(truth, found), abs=1e-9)


def test_a_class_that_is_nowhere_has_none() -> None:
    nothing = np.zeros((0, 4))

    found = matched(nothing, np.zeros(0), Truth(nothing, np.zeros(0, bool), np.zeros(0, bool)))

    assert average_precision([found]) is None
