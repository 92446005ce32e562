"""What a model takes and gives, told from the tasks that its card names.

Light, so that the command line knows what to read before it imports PyTorch.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(Enum):
    """What a model does, in words that follow its name."""

    CLASSES = "tells what a picture shows"
    BOXES = "finds objects in a picture"
    SEGMENTATION = "tells what each pixel of a picture belongs to"
    VIDEO = "tells what happens in a video"
    FLOW = "tells how things move between two pictures"


TASKS = {
    "image-classification": Kind.CLASSES,
    "object-detection": Kind.BOXES,
    "semantic-segmentation": Kind.SEGMENTATION,
    "video-classification": Kind.VIDEO,
    "optical-flow": Kind.FLOW,
}


def kind_of(name: str, tasks: Sequence[str]) -> Kind:
    """Return what the model of that name does; InvalidInput if nothing is known of its tasks.

    >>> kind_of("maskrcnn_resnet50_fpn", ["instance-segmentation", "object-detection"])
    <Kind.BOXES: 'finds objects in a picture'>
    """
    found = [TASKS[task] for task in tasks if task in TASKS]
    if not found:
        raise InvalidInput(
            f"{name} is for none of the tasks that can be predicted",
            expected=", ".join(TASKS),
            found=", ".join(tasks) or "no task",
        )
    return found[0]
