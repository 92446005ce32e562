"""Archives: the one way into every one of them, whatever it is packed as.

    kinds         what a file is packed as, by its first bytes: zip, tar, 7z, rar; gz, bz2, xz, zst
    reading       files and members as streams, inflated; nothing is written
    extracting    all members into a folder, and nowhere else
    inflating     what is packed as one stream, as its bytes arrive
    limits        how much comes out before it is taken for a bomb
    parts         part of something larger as a file of its own
    names         which names of members become paths, and which do not
    zips  tars    the two forms that are read in place; in `converting` the two that are not

No name in an archive is used as a path on disk but by `extracting`, which makes regular files and folders alone.
"""

from hub.archives.damage import blocks_of, damage_told
from hub.archives.extracting import extract, unpack
from hub.archives.inflating import Inflater, inflated, inflating
from hub.archives.kinds import is_zip, kind_of
from hub.archives.limits import USUAL, Limits
from hub.archives.members import Kind, Member
from hub.archives.reading import members, open_member, open_stream, open_tar, open_wrapped, whole

__all__ = [
    "USUAL",
    "Inflater",
    "Kind",
    "Limits",
    "Member",
    "blocks_of",
    "damage_told",
    "extract",
    "inflated",
    "inflating",
    "is_zip",
    "kind_of",
    "members",
    "open_member",
    "open_stream",
    "open_tar",
    "open_wrapped",
    "unpack",
    "whole",
]
