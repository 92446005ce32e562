"""The form of a bundle: what its members are called, how large they may be, and what it says for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hub.fetch.plans import called
from hub.progress import human_bytes

if TYPE_CHECKING:
    from hub.lockfile import Entry, Lockfile

LOCK = "hub.lock"
README = "README.txt"
REGISTRIES = "registries.json"

BLOB = re.compile(r"blobs/sha256/([0-9a-f]{2})/(\1[0-9a-f]{62})")
SAID = re.compile(r"registries/([0-9a-f]{64})\.json")

# All of hub's own cards together, 650 files, make 0.3 MB.
LOCK_LIMIT = 16 << 20
README_LIMIT = 1 << 20
REGISTRIES_LIMIT = 1 << 20

# Members that are none of ours and are passed over; a bundle that somebody added to has a few.
FURTHER_LIMIT = 10_000


def blob_name(sha256: str) -> str:
    """Return what the member with these bytes is called."""
    return f"blobs/sha256/{sha256[:2]}/{sha256}"


def readme(lock: Lockfile) -> str:
    """Return the text for people."""
    entries = "\n".join(map(_told, lock.entries))
    return f"""\
This is a bundle of verified files for machine learning, made by `hub export` (pip install hub-zoo).

On the machine that is to have them, with or without a network:

    hub import THIS_FILE            all of it
    hub import THIS_FILE NAME       a part

It holds

{entries}
Without hub: it is a plain tar. Every file is named by its sha256, and hub.lock says which is which.

    tar -xf THIS_FILE
    sha256sum blobs/sha256/*/*      each line must show the same 64 digits twice

To check all of them at once:

    (cd blobs/sha256 && for f in */*; do echo "${{f#*/}}  $f"; done | sha256sum -c --quiet)
"""


def _told(entry: Entry) -> str:
    lines = [f"    {entry.name if entry.kind == 'url' else called(entry.owner)}  ({human_bytes(entry.size)})"]
    lines += [f"        {artifact.name}\n            {blob_name(artifact.sha256)}" for artifact in entry.artifacts]
    return "\n".join(lines) + "\n"
