"""What was found is seen on the picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from hub.errors import InvalidInput
from hub.models.prediction import Boxes, Flow, Segmentation, Share
from hub.viz.class_colours import colour_of
from hub.viz.predictions import draw

GREY = Image.new("RGB", (320, 240), (128, 128, 128))


def boxes(*places: tuple[float, float, float, float], numbers: tuple[int, ...] = (1, 2), **more: Any) -> Boxes:
    count = len(places)
    return Boxes(
        boxes=torch.tensor(places).reshape(count, 4),
        labels=("cat", "dog")[:count],
        numbers=torch.tensor(numbers[:count]),
        scores=torch.tensor([0.9, 0.8])[:count],
        **more,
    )


def changed(picture: Image.Image) -> Any:
    """Return where it is no longer grey, bool of shape (height, width)."""
    return (np.asarray(picture) != 128).any(axis=2)


def test_a_box_has_the_colour_of_its_class_on_all_sides() -> None:
    drawn = draw(GREY, boxes((40, 60, 200, 180)))

    edges = [(40, 120), (200, 120), (120, 60), (120, 180)]
    assert {drawn.getpixel(edge) for edge in edges} == {colour_of(1)}
    assert drawn.getpixel((120, 120)) == (128, 128, 128)


def test_the_name_stands_above_the_box() -> None:
    where = changed(draw(GREY, boxes((40, 60, 200, 180))))

    assert where[45:60, 40:80].all()
    assert not where[:30].any()


@pytest.mark.parametrize("place", [(0, 0, 50, 40), (300, 220, 319, 239), (0, 230, 319, 239)])
def test_a_name_never_leaves_the_picture(place: tuple[float, float, float, float]) -> None:
    found = boxes(place)

    drawn = draw(GREY, found)

    assert drawn.size == GREY.size
    assert (np.asarray(drawn) == colour_of(1)).all(axis=2).sum() > 300  # the ground on which the name is written


def test_two_objects_at_one_place_have_both_names() -> None:
    where = np.asarray(draw(GREY, boxes((40, 60, 200, 180), (40, 60, 200, 180))))

    for number in (1, 2):
        assert (where == colour_of(number)).all(axis=2).sum() > 300


def test_a_mask_tints_its_pixels_alone_and_the_surer_one_where_two_overlap() -> None:
    masks = torch.zeros(2, 240, 320, dtype=torch.bool)
    masks[0, 100:140, 100:160] = True
    masks[1, 100:140, 130:180] = True

    drawn = draw(GREY, boxes((40, 60, 200, 180), (40, 60, 200, 180), masks=masks))

    first, both, second = (np.array(drawn.getpixel((x, 120)), int) for x in (110, 145, 170))
    np.testing.assert_array_equal(first, both)
    assert np.abs(first - second).sum() > 30
    assert drawn.getpixel((110, 150)) == (128, 128, 128)


def test_points_of_a_body_are_joined_by_their_names() -> None:
    points = torch.tensor([[[60.0, 100, 1], [160, 100, 1], [100, 160, 0]]])
    names = ("left_shoulder", "right_shoulder", "nose")

    drawn = draw(GREY, boxes((40, 60, 200, 180), keypoints=points, keypoint_names=names))

    where = changed(drawn)
    assert where[100, 60:160].all()
    assert not where[150:170, 90:110].any()


def test_a_picture_in_which_nothing_was_found_stays_as_it_is() -> None:
    masks = torch.zeros(0, 240, 320, dtype=torch.bool)

    drawn = draw(GREY, boxes(masks=masks))

    assert not changed(drawn).any()


@pytest.mark.parametrize("background", ["background", "__background__"])
def test_classes_of_pixels_are_tinted_and_named_below_but_for_the_background(background: str) -> None:
    numbers = torch.zeros(240, 320, dtype=torch.int64)
    numbers[:, 160:] = 2
    shares = (Share(background, 0, 0.5), Share("dog", 2, 0.5))

    drawn = draw(GREY, Segmentation(numbers, shares))

    assert drawn.width == 320
    assert drawn.height > 240
    where = changed(drawn)[:240]
    assert where[:, 160:].all()
    assert not where[:, :160].any()
    assert (np.asarray(drawn)[240:] == colour_of(2)).all(axis=2).any()


def test_a_legend_has_as_many_lines_as_its_classes_need() -> None:
    numbers = torch.arange(240 * 320).reshape(240, 320) % 40
    shares = tuple(Share(f"class of number {number}", number, 1 / 40) for number in range(40))

    drawn = draw(GREY, Segmentation(numbers, shares))

    legend = np.asarray(drawn)[240:]
    seen = sum((legend == colour_of(number)).all(axis=2).any() for number in range(40))
    assert seen == 40


def test_a_flow_is_drawn_in_the_usual_colours() -> None:
    right = torch.zeros(2, 32, 32)
    right[0, :, 16:] = 5

    drawn = draw(GREY, Flow(right))

    assert drawn.size == (32, 32)
    assert drawn.getpixel((4, 4)) == (255, 255, 255)
    assert np.asarray(drawn)[4, 28].tolist() == [255, 0, 0]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_tensor_is_drawn_on_like_an_image(channels: int) -> None:
    found = boxes((40, 60, 200, 180))
    tensor = torch.full((channels, 240, 320), 128, dtype=torch.uint8)

    assert draw(tensor, found).tobytes() == draw(GREY, found).tobytes()


def test_a_list_of_classes_cannot_be_drawn() -> None:
    with pytest.raises(InvalidInput, match="can be drawn"):
        draw(GREY, [])  # type: ignore[arg-type]


def test_classes_that_are_near_in_number_have_colours_that_are_far_apart() -> None:
    colours = np.array([colour_of(number) for number in range(100)], int)

    distances = np.abs(colours[:, None] - colours[None]).sum(axis=2)
    near = distances[np.abs(np.subtract.outer(range(100), range(100))) < 8]

    assert len({tuple(colour) for colour in colours.tolist()}) == 100
    assert near[near > 0].min() > 60
