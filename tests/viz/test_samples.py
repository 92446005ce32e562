"""A sample of any kind of value has a picture or words."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from hub.cards import Field
from hub.datasets.sample import sample_type
from hub.errors import InvalidInput
from hub.viz.class_colours import colour_of
from hub.viz.flows import UNKNOWN
from hub.viz.samples import Names, caption_of, legend_of, picture_of, words_of
from hub.viz.samples.choosing import one_of_each, spread
from hub.viz.samples.run_lengths import decoded

GREY = Image.new("RGB", (160, 120), (128, 128, 128))
IMAGE = Field(name="image", kind="image")


def field(name: str, kind: Any, **more: Any) -> Field:
    return Field(name=name, kind=kind, **more)


def changed(picture: Image.Image) -> Any:
    """Return where it is no longer grey, bool of shape (height, width)."""
    return (np.asarray(picture) != 128).any(axis=2)


VOC_BOX = {"xmin": "20", "ymin": "30", "xmax": "80", "ymax": "80"}
THINGS = {
    "COCO": ([{"bbox": [20, 30, 60, 50], "category_id": 7}], {7: "dog"}, 7),
    "one's own": ([{"bbox": [20, 30, 60, 50], "category": 1, "category_id": 7}], {1: "dog"}, 1),
    "KITTI": ([{"type": "dog", "bbox": [20.0, 30.0, 80.0, 80.0]}], {3: "dog"}, 3),
    "VOC": ({"annotation": {"object": [{"name": "dog", "bndbox": VOC_BOX}]}}, {4: "dog"}, 4),
}


@pytest.mark.parametrize(("value", "classes", "number"), THINGS.values(), ids=THINGS.keys())
def test_boxes_of_every_form_lie_where_they_belong_in_the_colour_of_their_class(
    value: object, classes: dict[int, str], number: int
) -> None:
    fields = [IMAGE, field("things", "annotation")]

    drawn = picture_of((GREY, value), fields, Names(classes), letters=False)

    edges = [(20, 55), (80, 55), (50, 30), (50, 80)]
    assert {drawn.getpixel(edge) for edge in edges} == {colour_of(number)}
    assert drawn.getpixel((50, 55)) == (128, 128, 128)
    assert caption_of((GREY, value), fields, Names(classes)) == "dog"
    assert [(entry.text, entry.colour) for entry in legend_of((GREY, value), fields, Names(classes))] == [
        ("dog", colour_of(number))
    ]


def test_boxes_grow_and_shrink_with_the_picture() -> None:
    fields = [IMAGE, field("things", "annotation")]
    value = [{"bbox": [20, 30, 60, 50], "category_id": 7}]

    drawn = picture_of((GREY, value), fields, side=80, letters=False)

    assert drawn.size == (80, 60)
    where = changed(drawn)
    assert where[27, 10]
    assert where[27, 40]
    assert not where[27, 15:36].any()


def test_polygons_masks_and_points_are_drawn() -> None:
    polygon = {"category_id": 1, "segmentation": [[10, 10, 50, 10, 50, 50, 10, 50]]}
    mask = {"category_id": 2, "segmentation": {"size": [120, 160], "counts": [120 * 100, 120 * 20, 120 * 40]}}
    body = {"category_id": 3, "keypoints": [80, 90, 2, 0, 0, 0]}

    drawn = picture_of((GREY, [polygon, mask, body]), [IMAGE, field("things", "annotation")], letters=False)

    where = changed(drawn)
    assert where[12:48, 12:48].all()
    assert where[:, 101:119].all()
    assert where[90, 80]
    assert not where[0:5, 0:95].any()


def test_polygons_of_cityscapes_faces_and_landmarks_are_drawn() -> None:
    scene = {"objects": [{"label": "road", "polygon": [[0, 60], [159, 60], [159, 119], [0, 119]]}]}
    faces = {"bbox": torch.tensor([[20, 30, 60, 50], [100, 20, 30, 30]])}

    of_scene = picture_of((GREY, scene), [IMAGE, field("polygon", "annotation")], letters=False)
    of_faces = picture_of((GREY, faces), [IMAGE, field("faces", "tensors")])
    of_landmarks = picture_of((GREY, torch.tensor([40, 40, 120, 100])), [IMAGE, field("landmarks", "tensor")])

    assert changed(of_scene)[61:118].all()
    assert changed(of_faces)[55, 20]
    assert changed(of_faces)[35, 100]
    assert changed(of_landmarks)[40, 40]
    assert changed(of_landmarks)[100, 120]


@pytest.mark.parametrize(
    "value",
    [[{"bbox": [1, 2]}], [{"bbox": "here"}], [{"type": "x"}], {"annotation": {"object": [{}]}}, {"objects": [3]}, 7],
    ids=str,
)
def test_a_damaged_annotation_leaves_the_picture_as_it_is(value: object) -> None:
    fields = [IMAGE, field("things", "annotation")]

    drawn = picture_of((GREY, value), fields)

    assert not changed(drawn).any()
    assert words_of((GREY, value), fields)[0][0] == "things"


def test_a_mask_lies_on_a_copy_of_its_picture_with_a_legend() -> None:
    numbers = np.zeros((120, 160), np.uint8)
    numbers[:, 80:] = 2
    numbers[:10, :80] = 255
    mask = field("mask", "mask", classes=("background", "cat", "dog"))

    drawn = picture_of((GREY, Image.fromarray(numbers)), [IMAGE, mask], side=None, letters=False)

    assert drawn.size == (2 * 160 + 4, 120)
    where = changed(drawn)
    assert not where[:, :160].any()
    assert where[:, 164 + 80 :].all()
    assert where[:10, 164:].all()
    assert not where[10:, 164 : 164 + 80].any()
    assert [entry.text for entry in legend_of((GREY, Image.fromarray(numbers)), [IMAGE, mask])] == ["dog"]
    assert picture_of((GREY, Image.fromarray(numbers)), [IMAGE, mask]).height > 120


def test_flow_and_disparity_stand_beside_the_pictures_and_are_dark_where_nothing_is_known() -> None:
    flow, disparity = np.ones((2, 120, 160), np.float32), np.ones((1, 120, 160), np.float32)
    disparity[0, :, 80:] = 2
    valid = np.ones((120, 160), np.bool_)
    valid[:60] = False
    pair = [field("left", "image"), field("right", "image")]

    of_flow = picture_of(
        (GREY, GREY, flow, valid), [*pair, field("flow", "flow"), field("valid", "validity")], letters=False
    )
    of_disparity = picture_of((GREY, GREY, disparity), [*pair, field("disparity", "disparity")], letters=False)

    assert of_flow.width == of_disparity.width == 3 * 160 + 2 * 4
    assert of_flow.getpixel((400, 10)) == (UNKNOWN,) * 3
    assert of_flow.getpixel((400, 100)) != (UNKNOWN,) * 3
    assert sum(np.array(of_disparity.getpixel((350, 60)))) < sum(np.array(of_disparity.getpixel((470, 60))))


@pytest.mark.parametrize("shape", [(9, 20, 30, 3), (9, 3, 20, 30), (9, 1, 20, 30), (1, 20, 30, 3)], ids=str)
def test_a_video_is_a_strip_from_its_first_frame_to_its_last(shape: tuple[int, ...]) -> None:
    frames = torch.zeros(shape, dtype=torch.uint8)
    frames[-1] = 200

    drawn = picture_of((frames,), [field("video", "video")])

    pixels = np.asarray(drawn)
    assert (pixels[-5, -5] == 200).all()
    assert shape[0] == 1 or (pixels[5, 5] == 0).all()
    assert drawn.width > drawn.height


def test_sound_is_a_wave() -> None:
    loud = torch.sin(torch.linspace(0, 600, 4000))[None] * torch.linspace(0, 1, 4000)

    drawn = np.asarray(picture_of((loud,), [field("audio", "audio")]))

    inked = (drawn < 200).any(axis=2).sum(axis=0)
    assert inked[-20:].mean() > 5 * inked[:20].mean()
    assert picture_of((torch.zeros(1, 0),), [field("audio", "audio")]).width > 0


PICTURES = {
    "grey": Image.new("L", (9, 7), 200),
    "palette": Image.new("P", (9, 7), 3),
    "16 bits": Image.new("I;16", (9, 7), 4000),
    "floats": Image.new("F", (9, 7), 0.5),
    "seen through": Image.new("RGBA", (9, 7), (255, 0, 0, 0)),
    "CMYK": Image.new("CMYK", (9, 7)),
    "tensor": torch.zeros(3, 7, 9, dtype=torch.uint8),
    "one channel": torch.zeros(1, 7, 9, dtype=torch.uint8),
    "normalised": torch.randn(3, 7, 9),
    "not a number": torch.full((3, 7, 9), torch.nan),
    "array": np.zeros((7, 9, 3), np.uint8),
}


@pytest.mark.parametrize("value", PICTURES.values(), ids=PICTURES.keys())
def test_every_form_of_an_image_is_seen(value: object) -> None:
    drawn = picture_of((value,), [IMAGE], side=None)

    assert (drawn.mode, drawn.size) == ("RGB", (9, 7))


def test_what_can_be_seen_through_is_seen_on_white() -> None:
    assert picture_of((PICTURES["seen through"],), [IMAGE], side=None).getpixel((4, 4)) == (255, 255, 255)


def test_small_pictures_are_enlarged_pixel_by_pixel_and_large_ones_reduced() -> None:
    checked = np.indices((28, 28)).sum(axis=0) % 2 * 255

    small = picture_of((Image.fromarray(checked.astype(np.uint8)),), [IMAGE], side=128)
    large = picture_of((Image.new("RGB", (3000, 1000)),), [IMAGE], side=128)

    assert small.size == (112, 112)
    assert set(np.asarray(small).ravel().tolist()) == {0, 255}
    assert large.size == (128, 43)


def test_texts_alone_have_no_picture() -> None:
    with pytest.raises(InvalidInput, match="nothing to see"):
        picture_of(("words",), [field("text", "text")])


def test_labels_are_named_by_the_field_by_the_dataset_or_by_their_number() -> None:
    own = field("label", "label", first=1, classes=("bad", "good"))

    assert caption_of((2,), [own]) == "good"
    assert caption_of((2,), [field("label", "label")], ["a", "b", "c"]) == "c"
    assert caption_of((9,), [field("label", "label")], ["a", "b", "c"]) == "9"
    assert caption_of((torch.tensor([0, 2]),), [field("label", "label")], ["a", "b", "c"]) == "a, c"
    attributes = Names(parts={"attr": ["Bald", "Smiling"]})
    assert caption_of((torch.tensor([0, 1]),), [field("attr", "tensor")], attributes) == "Smiling"


def test_a_sample_may_be_a_named_tuple_with_a_target_of_several_values() -> None:
    fields = [IMAGE, field("label", "label"), field("other", "label")]
    sample = sample_type(("image", "target"))(GREY, (1, 2))

    assert caption_of(sample, fields) == "1, 2"
    assert words_of({"image": GREY, "label": 1, "other": None}, fields) == [("label", "1")]


def test_words_are_short_and_in_one_line() -> None:
    fields = [field("text", "text"), field("vector", "tensor"), field("tags", "sequence"), field("score", "number")]

    said = dict(words_of(("a\n b" * 900, torch.zeros(300), ["NN", "VB"], 0.25), fields))

    assert said["text"].startswith("a b")
    assert 1990 < len(said["text"]) <= 2001
    assert said["vector"].endswith("… (300,)")
    assert (said["tags"], said["score"]) == ("NN VB", "0.25")


def test_masks_of_coco_are_as_its_own_code_makes_them() -> None:
    masks = pytest.importorskip("pycocotools.mask")
    random = np.random.default_rng(0)
    for height, width in ((1, 1), (7, 5), (40, 60)):
        wanted = random.random((height, width)) < 0.4
        packed = masks.encode(np.asfortranarray(wanted.astype(np.uint8)))

        found = decoded({"size": packed["size"], "counts": packed["counts"].decode()})

        np.testing.assert_array_equal(found, wanted)


def test_run_lengths_of_another_picture_are_refused() -> None:
    with pytest.raises(ValueError, match="pixels"):
        decoded({"size": [2, 2], "counts": [1, 1]})


@pytest.mark.parametrize("total", [0, 1, 5, 16, 1000])
@pytest.mark.parametrize("classes", [1, 3, 40])
def test_samples_are_chosen_once_each_and_of_as_many_classes_as_there_is_room_for(total: int, classes: int) -> None:
    labels = np.sort(np.random.default_rng(0).integers(0, classes, total))

    rows = one_of_each(labels, 16)

    assert len(rows) == len(set(rows)) == min(16, total)
    assert len(set(labels[rows].tolist())) == min(16, len(np.unique(labels)))
    assert len(spread(total, 16)) == len(rows)


def test_drawing_a_sample_leaves_it_as_it_was() -> None:
    pixels = np.zeros((40, 60, 3), np.uint8)
    sample = (Image.fromarray(pixels), [{"bbox": [2, 3, 20, 20], "category_id": 1}])
    before = copy.deepcopy(sample)

    picture_of(sample, [IMAGE, field("things", "annotation")])

    assert sample[0].tobytes() == before[0].tobytes()
    assert sample[1] == before[1]
