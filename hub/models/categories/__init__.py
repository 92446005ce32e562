"""Lists of class names, one file a list, one name a line, in the order of a network's outputs.

`imagenet-1k`: the 1,000 classes of ILSVRC 2012, named as torchvision names them, where "crane bird" and "crane", and
"maillot" and "maillot tank suit", are told apart.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hub.errors import NotFound

FOLDER = Path(__file__).parent


@cache
def names(category_list: str) -> tuple[str, ...]:
    """Return the class names of a list; NotFound if there is none of that name.

    >>> names("imagenet-1k")[285]
    'Egyptian cat'
    """
    path = FOLDER / f"{category_list}.txt"
    if not path.is_file():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.txt")))
        raise NotFound(f"there is no category list {category_list!r}", expected=known, found=repr(category_list))
    return tuple(path.read_text("utf-8").splitlines())
