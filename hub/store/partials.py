"""Partials: what has arrived of one served file, private to one process until it is left or adopted.

    partial/<key>.<host>-<pid>.<uuid>/data          the bytes so far, from the first on
                                      validator     the ETag they belong to, if the server gave a strong one

The folder's name tells whose it is, so that taking one over is a single rename, which has one winner even where locks
do nothing. One that was left in order is `<key>.free.<uuid>`.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
import uuid
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from hub.store.files import disk_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.store.layout import Layout

# A writer touches its data at least once in a read timeout and the longest pause between two tries (together under
# three minutes); after this long its process is gone, or on a host that is.
ABANDONED_AFTER = 600.0


@dataclass(frozen=True, slots=True)
class Partial:
    """One partial that this process owns."""

    folder: Path

    @property
    def data(self) -> Path:
        """The bytes that have arrived."""
        return self.folder / "data"

    @property
    def size(self) -> int:
        """How many bytes have arrived."""
        return self.data.stat().st_size

    @property
    def validator(self) -> str:
        """The strong ETag of what has arrived, or ""."""
        try:
            return (self.folder / "validator").read_text("utf-8")
        except FileNotFoundError:
            return ""

    def restart(self, validator: str) -> None:
        """Forget all bytes; those to come belong to `validator`."""
        with disk_errors(self.folder):
            # In this order: bytes of an older file must never stand beside a newer validator.
            self.data.write_bytes(b"")
            (self.folder / "validator").write_text(validator, "utf-8")


def obtain(layout: Layout, key: str) -> Partial:
    """Return a partial for `key`: one that somebody left if there is any, else a new one."""
    with disk_errors(layout.home):
        layout.partials.mkdir(parents=True, exist_ok=True)
        for folder in _left_behind(layout, key):
            mine = layout.partials / _name(key, _owner())
            try:
                folder.rename(mine)
            except FileNotFoundError:
                continue  # another process was faster
            (mine / "data").touch()
            return Partial(mine)
        mine = layout.partials / _name(key, _owner())
        mine.mkdir()
        (mine / "data").touch()
        return Partial(mine)


def leave(layout: Layout, partial: Partial) -> None:
    """Give a partial up so that the next run takes it over at once; an empty one is removed."""
    key = partial.folder.name.partition(".")[0]
    try:
        if partial.size:
            partial.folder.rename(layout.partials / _name(key, "free"))
        else:
            discard(partial)
    except FileNotFoundError:
        return  # taken over meanwhile


def discard(partial: Partial) -> None:
    """Remove a partial."""
    shutil.rmtree(partial.folder, ignore_errors=True)


def key_of(text: str) -> str:
    """Return the key of a served file: its sha256 if that is known (64 hex digits), else made from its URL."""
    is_digest = len(text) == 64 and all(char in "0123456789abcdef" for char in text)  # noqa: PLR2004
    return text if is_digest else sha256(text.encode()).hexdigest()


def _left_behind(layout: Layout, key: str) -> Iterator[Path]:
    """The fullest first: it saves the most."""
    candidates = [folder for folder in layout.partials.glob(f"{key}.*") if folder.is_dir() and _is_abandoned(folder)]
    yield from sorted(candidates, key=_data_size, reverse=True)


def _is_abandoned(folder: Path) -> bool:
    owner = folder.name.split(".")[1]
    host, _, pid = owner.partition("-")
    if owner == "free" or (host == _host() and pid.isdecimal() and not _is_running(int(pid))):
        return True
    try:
        return time.time() - (folder / "data").stat().st_mtime > ABANDONED_AFTER
    except FileNotFoundError:
        return False


def _data_size(folder: Path) -> int:
    try:
        return (folder / "data").stat().st_size
    except FileNotFoundError:
        return 0


def _name(key: str, owner: str) -> str:
    return f"{key}.{owner}.{uuid.uuid4().hex[:12]}"


def _owner() -> str:
    return f"{_host()}-{os.getpid()}"


def _host() -> str:
    return sha256(socket.gethostname().encode()).hexdigest()[:8]


def _is_running(pid: int) -> bool:
    if os.name == "nt":  # signal 0 would end the process there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
