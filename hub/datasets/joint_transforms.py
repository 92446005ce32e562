"""Joint transforms: how torchvision's classes call them, most with all values, some with groups of them.

    flow      joint(image_1, image_2, flow, valid)
    stereo    joint((left, right), (disparity, disparity_right), (valid, valid_right))

Both return what they are given. `valid` is None where a dataset has none; a transform may make one, which then becomes
the sample's fourth value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    Joint = Callable[..., Any]
    Call = Callable[[Joint, Sequence[object], Mapping[str, object]], Iterable[object]]
    """Of the transform, the values of a sample, and the whole row it is of."""


def with_all(joint: Joint, values: Sequence[object], row: Mapping[str, object]) -> Iterable[object]:
    """Call with every value of the sample; what it returns is the sample."""
    del row
    found: Iterable[object] = joint(*values)
    return found


def flow(joint: Joint, values: Sequence[object], row: Mapping[str, object]) -> Iterable[object]:
    """Call with two images, the flow between them, and which pixels have one."""
    del row
    image_1, image_2, moved, *valid = values
    *changed, mask = joint(image_1, image_2, moved, valid[0] if valid else None)
    return [*changed, mask] if valid or mask is not None else changed


def stereo(joint: Joint, values: Sequence[object], row: Mapping[str, object]) -> Iterable[object]:
    """Call with pairs for the left and the right view; only the left one's disparity and mask are kept."""
    left, right, disparity, *valid = values
    disparities = disparity, row.get("disparity_right")
    masks = valid[0] if valid else None, row.get("valid_right")
    images, disparities, masks = joint((left, right), disparities, masks)
    mask = [masks[0]] if valid or masks[0] is not None else []
    return [images[0], images[1], disparities[0], *mask]


CONVENTIONS: dict[str, Call] = {"": with_all, "flow": flow, "stereo": stereo}
"""`upstream.transforms` of a card -> how it is called."""

ADDED = {"flow": ("valid",), "stereo": ("valid",)}
"""The same -> the names of values that a transform may add to a sample."""


def refuse_both(transform: object, target_transform: object, transforms: object) -> None:
    """Raise InvalidInput if a joint transform and separate ones are given, as torchvision does."""
    if transforms is not None and (transform is not None or target_transform is not None):
        raise InvalidInput(
            "transforms and transform or target_transform exclude each other",
            expected="transforms, which is given image and label, or the two for one of them each",
            found="both",
        )
