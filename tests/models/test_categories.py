from __future__ import annotations

import pytest
from torchvision import models

from hub.errors import NotFound
from hub.models import categories

# The longer beginning first: both are those of tags for COCO.
LIST_OF_TAG = {
    "IMAGENET1K": "imagenet-1k",
    "COCO_WITH_VOC_LABELS": "voc",
    "COCO": "coco",
    "KINETICS400": "kinetics-400",
}
PUBLISHED = [weights for builder in models.list_models() for weights in models.get_model_weights(builder)]
WITH_CLASSES = [pytest.param(each, id=str(each)) for each in PUBLISHED if each.meta.get("categories")]
WITH_POINTS = [pytest.param(each, id=str(each)) for each in PUBLISHED if "keypoint_names" in each.meta]


def is_about(weights: models.WeightsEnum) -> str:
    if "keypoint_names" in weights.meta:
        return "coco-person"
    return next(name for beginning, name in LIST_OF_TAG.items() if weights.name.startswith(beginning))


@pytest.mark.parametrize("weights", WITH_CLASSES)
def test_a_list_has_the_names_that_torchvision_has_in_the_same_order(weights: models.WeightsEnum) -> None:
    assert categories.names(is_about(weights)) == tuple(weights.meta["categories"])


@pytest.mark.parametrize("weights", WITH_POINTS)
def test_the_points_of_a_body_have_the_names_that_torchvision_has(weights: models.WeightsEnum) -> None:
    assert categories.names("coco-keypoints") == tuple(weights.meta["keypoint_names"])


def test_numbers_that_coco_does_not_use_keep_their_places() -> None:
    names = categories.names("coco")

    assert names.count("N/A") == 10
    assert (names[11], names[12], names[13]) == ("fire hydrant", "N/A", "stop sign")


def test_an_unknown_list_is_told_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match="no category list 'coco-91'") as told:
        categories.names("coco-91")

    assert told.value.expected == "coco, coco-keypoints, coco-person, imagenet-1k, kinetics-400, voc"


@pytest.mark.parametrize("name", ["../categories/coco", "coco/../coco", "/etc/hosts", ""])
def test_a_path_is_no_list(name: str) -> None:
    with pytest.raises(NotFound, match="no category list"):
        categories.names(name)
