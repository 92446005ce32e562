"""Lists of names, one file a list, one name a line, in the order of a network's outputs: mostly of classes.

`imagenet-1k`: the 1,000 classes of ILSVRC 2012, named as torchvision names them, where "crane bird" and "crane", and
"maillot" and "maillot tank suit", are told apart.
`coco`: the background, then COCO's objects at their own numbers, 1 to 90. Ten numbers belong to objects that COCO
dropped; they are "N/A", so that a name may occur more than once.
`coco-person`: what a detector of people tells apart. `coco-keypoints`: the points of a body, not classes.
`voc`: the background, then the 20 objects of Pascal VOC. `kinetics-400`: the actions of that dataset.

Lists such as `timm/imagenet-12k`, for weights of timm, are timm's own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hub.errors import NotFound
from hub.registry import TIMM

FOLDER = Path(__file__).parent


@cache
def names(category_list: str) -> tuple[str, ...]:
    """Return the names of a list in the order of the outputs; NotFound if there is no list of that name.

    >>> names("imagenet-1k")[285]
    'Egyptian cat'
    >>> names("coco")[90]
    'toothbrush'
    """
    if category_list.startswith(TIMM):
        return _of_timm(category_list.removeprefix(TIMM))
    if category_list not in lists():  # a card's word, which may be of another registry: no path, whatever it says
        raise NotFound(
            f"there is no category list {category_list!r}", expected=", ".join(lists()), found=repr(category_list)
        )
    return tuple((FOLDER / f"{category_list}.txt").read_text("utf-8").splitlines())


def _of_timm(subset: str) -> tuple[str, ...]:
    """Return the names of a larger part of ImageNet, which timm carries."""
    from timm.data import ImageNetInfo

    return tuple(ImageNetInfo(subset).label_descriptions())


def lists() -> list[str]:
    """Return the names of all lists.

    >>> "imagenet-1k" in lists()
    True
    """
    return sorted(path.stem for path in FOLDER.glob("*.txt"))
