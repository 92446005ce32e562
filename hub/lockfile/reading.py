"""From the text of a hub.lock to the value, with every fault by its key path."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from hub import toml
from hub.cards.faults import of_types
from hub.errors import HubError, LockfileError, MissingFile
from hub.lockfile.model import REVISION, VERSION, Lockfile
from hub.settings import LOCKFILE, in_or_above

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from hub.cards.faults import Fault

UNKNOWN = "unknown key"
MOST = 100
"""Faults that are told: for a stranger's fifty thousand empty entries nobody should wait."""
PATTERN = "Expected `str` matching regex"
IN_WORDS = {
    "owner": "names no record of the store, such as dataset/mnist/1.0.0",
    "name": "must be a plain file name",
    "sha256": "must be 64 hex digits",
    "md5": "must be 32 hex digits",
}
"""What a pattern means, by the key that has it."""
KEPT = 4
"""So many parsed files are kept: a program works in one project, and tests in some."""


def read(path: Path) -> Lockfile:
    """Return the lockfile at `path`, parsed once for as long as it stays the same.

    Raises MissingFile if there is none, LockfileError with every fault if it is broken, and HubError if it is made for
    a newer hub.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise _missing(path) from error
    # It is replaced by rename and never written in place: another file has another inode, if not another time.
    return _read(path, (state.st_mtime_ns, state.st_size, state.st_ino))


@lru_cache(maxsize=KEPT)
def _read(path: Path, _state: tuple[int, int, int]) -> Lockfile:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise _missing(path) from error
    except (OSError, UnicodeDecodeError) as error:
        raise LockfileError(path, [("", str(error))]) from error
    return parse(text, path)


def parse(text: str, where: object) -> Lockfile:
    """Return the lockfile that a text holds; raises what `read` does, about `where`."""
    try:
        table = toml.loads(text)
    except ValueError as error:
        raise LockfileError(where, [("", str(error))]) from error
    _refuse_newer(table, where)
    faults = list(_faults(table))
    if faults:
        raise LockfileError(where, faults)
    return msgspec.convert(table, Lockfile)


def is_newer(lock: Lockfile) -> bool:
    """Tell whether a newer program has written the file, which may say more than this one would write again."""
    return lock.revision > REVISION


def _missing(path: Path) -> MissingFile:
    return MissingFile(
        f"the lockfile {path} is not there",
        expected="a file that `hub lock NAME...` makes",
        found="nothing",
        hint="`hub lock NAME...` makes it; HUB_LOCKFILE, or `lockfile` in hub.toml, may name another one, or be off",
    )


def _refuse_newer(table: dict[str, object], where: object) -> None:
    version = table.get("version")
    if isinstance(version, int) and version > VERSION:
        needed = table.get("hub")
        raise HubError(
            f"{where} is made for a newer hub",
            expected=f"version {VERSION}",
            found=f"version {version}" + (f", which needs hub {needed}" if isinstance(needed, str) else ""),
            hint="pip install --upgrade hub-zoo",
        )


def _faults(table: dict[str, object]) -> Iterator[Fault]:
    revision = table.get("revision")
    newer = isinstance(revision, int) and revision > REVISION
    told = (each for each in of_types(table, Lockfile) if not (newer and each[1].startswith(UNKNOWN)))
    of_form = list(islice(told, MOST))
    yield from ((path, _in_words(path, message)) for path, message in of_form)
    if "version" not in table:
        yield "version", "missing"
    if not of_form:
        yield from _contradictions(msgspec.convert(table, Lockfile))


def _in_words(path: str, message: str) -> str:
    return IN_WORDS.get(path.rpartition(".")[2], message) if message.startswith(PATTERN) else message


def _contradictions(lock: Lockfile) -> Iterator[Fault]:
    if lock.version != VERSION:
        yield "version", f"is {lock.version}, and there is only {VERSION}"
    yield from _twice("entries", [entry.owner for entry in lock.entries], "owner")
    for number, entry in enumerate(lock.entries):
        yield from _twice(f"entries[{number}].artifacts", [each.name for each in entry.artifacts], "name")


def _twice(path: str, values: Sequence[str], key: str) -> Iterator[Fault]:
    for number, value in enumerate(values):
        if value in values[:number]:
            yield f"{path}[{number}].{key}", f"{value!r} stands twice"


def find(folder: Path) -> Path | None:
    """Return the `hub.lock` in a folder or the nearest one above it, or None."""
    return in_or_above(folder, LOCKFILE)
