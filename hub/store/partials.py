"""Partials: what has arrived of one served file, private to one process until it is left or adopted.

    partial/<key>.<owner>.<uuid>/data       the bytes, each at its final place; between what has arrived may be holes
                                 journal    which blocks have arrived

The folder's name tells whose it is, so that taking one over is a single rename, which has one winner even where locks
do nothing. One that was left in order is `<key>.free.<uuid>`. Where it is not certain that the owner has ended (it is
on another machine, say, and has not written for long), what is good is copied to a new file: whatever that process may
still write, it writes into the old one.
"""

from __future__ import annotations

import glob
import os
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from hub.store import journal, owners
from hub.store.files import disk_errors, make_folder, make_store, share
from hub.store.journal import Block, Head, Journal
from hub.store.owners import Fate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout

# A writer touches its data at least once in a read timeout and the longest pause between two tries (together under
# three minutes); after this long its process is gone, or on a host that is.
ABANDONED_AFTER = 600.0

FREE = "free"


@dataclass(frozen=True, slots=True)
class Partial:
    """One partial that this process owns."""

    folder: Path

    @property
    def data(self) -> Path:
        """The bytes that have arrived; between them may be holes."""
        return self.folder / "data"

    @property
    def journal(self) -> Path:
        """Which blocks have arrived."""
        return self.folder / "journal"

    @property
    def key(self) -> str:
        """What it is a partial of."""
        return self.folder.name.partition(".")[0]

    def kept(self) -> tuple[Head, list[Block]]:
        """Read again what has arrived; return what it belongs to, and the blocks that are good, in order."""
        head, blocks = journal.read(self.journal)
        if head is None or not blocks:
            return Head(), []
        return head, journal.sound(self.data, blocks)

    def begin(self, head: Head) -> Journal:
        """Forget all bytes and return the journal for those to come, which belong to `head`."""
        with disk_errors(self.folder):
            record = self._journal()
            # In this order: bytes of an older file must never stand beside a newer journal.
            record.begin(Head())
            # Another file: whoever reads the bytes that came before still has those, and can tell that they are old.
            self.data.unlink()
            self.data.touch()
            share(self.data)
            record.begin(head)
            return record

    def resume(self) -> Journal:
        """Return the journal, to go on with."""
        with disk_errors(self.folder):
            return self._journal()

    def _journal(self) -> Journal:
        record = Journal(self.journal)
        with suppress(OSError):  # another user's, who has done so
            share(self.journal)
        return record


def obtain(layout: Layout, key: str) -> Partial:
    """Return a partial for `key`: one that somebody left if there is any, else a new one."""
    with disk_errors(layout.home):
        make_store(layout)
        make_folder(layout.partials)
        for folder in _left_behind(layout, key):
            mine = layout.partials / _name(key, owners.me())
            try:
                folder.rename(mine)
            except FileNotFoundError:
                continue  # another process was faster
            partial = Partial(mine)
            if _may_be_written_to(folder):
                _copy_aside(partial)
            partial.data.touch()
            return partial
        partial = Partial(layout.partials / _name(key, owners.me()))
        make_folder(partial.folder)
        partial.data.touch()
        share(partial.data)
        return partial


def give_up(layout: Layout, owner: str) -> None:
    """Let the partials of a process that is silent, wherever it may be, be taken over at once; it may still write."""
    for folder in layout.partials.glob(f"*.{glob.escape(owner)}.*") if owner else ():
        with suppress(OSError):  # another user's: it is taken over when it is old
            os.utime(folder / "data", (0, 0))


def leave(layout: Layout, partial: Partial) -> None:
    """Give a partial up so that the next run takes it over at once; one without any block is removed."""
    try:
        if journal.read(partial.journal)[1]:
            partial.folder.rename(layout.partials / _name(partial.key, FREE))
        else:
            discard(partial)
    except FileNotFoundError:
        return  # taken over meanwhile


def discard(partial: Partial) -> None:
    """Remove a partial."""
    shutil.rmtree(partial.folder, ignore_errors=True)


def arrived(layout: Layout, key: str) -> Iterator[int]:
    """Yield about how many bytes each partial for `key` has, to be shown."""
    for folder in layout.partials.glob(f"{key}.*"):
        with suppress(OSError, AttributeError):  # taken over or published meanwhile; Windows counts no blocks
            # stat(2): in units of 512 whatever the file system's own are; the size would count holes too.
            yield (folder / "data").stat().st_blocks * 512


def key_of(text: str) -> str:
    """Return the key of a served file: its sha256 if that is known (64 hex digits), else made from its URL."""
    is_digest = len(text) == 64 and all(char in "0123456789abcdef" for char in text)  # noqa: PLR2004
    return text if is_digest else sha256(text.encode()).hexdigest()


def is_abandoned(folder: Path) -> bool:
    """Tell whether nobody writes to the partial in `folder` any more, as far as can be told."""
    owner = _owner_of(folder)
    if owner == FREE or owners.fate(owner) in (Fate.GONE, Fate.BEFORE):
        return True
    try:
        return time.time() - (folder / "data").stat().st_mtime > ABANDONED_AFTER
    except FileNotFoundError:
        return False


def _left_behind(layout: Layout, key: str) -> Iterator[Path]:
    """The fullest first: it saves the most."""
    found = (folder for folder in layout.partials.glob(f"{key}.*") if folder.is_dir() and is_abandoned(folder))
    # What is another user's can be gone on with if that one shares.
    candidates = [folder for folder in found if os.access(folder / "data", os.R_OK | os.W_OK)]
    yield from sorted(candidates, key=_recorded, reverse=True)


def _recorded(folder: Path) -> int:
    """The size of a journal grows with what has arrived; that of the data does not, if it has holes."""
    try:
        return (folder / "journal").stat().st_size
    except FileNotFoundError:
        return 0


def _may_be_written_to(folder: Path) -> bool:
    return _owner_of(folder) != FREE and owners.fate(_owner_of(folder)) is not Fate.GONE


def _copy_aside(partial: Partial) -> None:
    """Put the good blocks, and a journal of them, into new files."""
    head, blocks = partial.kept()
    aside = Partial(partial.folder / "aside")
    aside.folder.mkdir(exist_ok=True)
    record = aside.begin(head)
    with partial.data.open("rb") as old, aside.data.open("r+b") as new:
        for block in blocks:
            old.seek(block.begin)
            new.seek(block.begin)
            new.write(old.read(block.length))
            record.add(block)
    record.close()
    # The journal last: without it nothing of the data is believed.
    partial.journal.unlink(missing_ok=True)
    aside.data.replace(partial.data)
    aside.journal.replace(partial.journal)
    aside.folder.rmdir()


def _owner_of(folder: Path) -> str:
    return folder.name.split(".")[1]


def _name(key: str, owner: str) -> str:
    return f"{key}.{owner}.{uuid.uuid4().hex[:12]}"
