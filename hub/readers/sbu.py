"""SBU Captioned Photos: two text files, line by line an address and a caption, and photos that lie beside them.

    dataset/SBU_captioned_photo_dataset_urls.txt        http://static.flickr.com/2723/4385058960_b0f291553e.jpg
    dataset/SBU_captioned_photo_dataset_captions.txt    A wooden chair in the living room
    dataset/4385058960_b0f291553e.jpg

Photos that have vanished from the web since are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import FormatError, MissingFile
from hub.formats import texts
from hub.readers import Read
from hub.trees import base

if TYPE_CHECKING:
    from hub.readers import Options
    from hub.trees import Tree

VERSION = 1

ADDRESSES = "dataset/SBU_captioned_photo_dataset_urls.txt"
CAPTIONS = "dataset/SBU_captioned_photo_dataset_captions.txt"


def read_tree(tree: Tree, options: Options) -> Read:
    """Return `image` and `caption` of the photos that are there, in the order of the addresses.

    Raises MissingFile if there are none, and FormatError if there are more addresses than captions or the reverse.
    """
    del options
    addresses, captions = texts.lines(tree, ADDRESSES), texts.lines(tree, CAPTIONS)
    if len(addresses) != len(captions):
        raise FormatError(
            f"{CAPTIONS} in {tree} does not fit to {base(ADDRESSES)}",
            path=CAPTIONS,
            expected=f"{len(addresses)} captions",
            found=len(captions),
        )
    there = set(tree.files("dataset"))
    photos = [f"dataset/{base(address.rstrip())}" for address in addresses]
    kept = [(photo, caption.rstrip()) for photo, caption in zip(photos, captions, strict=True) if photo in there]
    if not kept:
        raise MissingFile(
            f"none of {len(photos)} photos is in {tree}",
            expected=photos[0] if photos else "dataset/*.jpg",
            found="none",
            hint=f"fetch them from the addresses in {ADDRESSES} into dataset/ of a copy, and name it with data_dir",
        )
    return Read({"image": tree.media(photo for photo, _ in kept), "caption": [caption for _, caption in kept]})
