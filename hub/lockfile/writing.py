"""From the value to the text of a hub.lock, and to the file.

One line a requirement, one short table an artifact, one line a source, all in the order of their names: what changes
between two versions of the file is what changed, in lines that people can read.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from hub.cards.stating import stated
from hub.errors import HubError, MissingFile
from hub.lockfile.model import Lockfile, in_order
from hub.lockfile.reading import is_newer, parse, read
from hub.store import elections
from hub.store.files import disk_errors, flush

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from hub.lockfile.model import Artifact, Entry
    from hub.store.layout import Layout

HEADER = """\
# The datasets, weights and files of this project, pinned by sha256. Made by `hub lock`: commit it, do not edit it.
#   hub lock NAME...    pins more, or renews what is pinned
#   hub sync            brings all of it to this machine
# hub.load, hub.load_dataset and hub.download accept nothing else in this folder and below."""


def text_of(lock: Lockfile) -> str:
    """Return a lockfile as TOML; equal ones are equal texts."""
    return "\n".join(_lines(in_order(lock))) + "\n"


def write(path: Path, lock: Lockfile) -> None:
    """Put the file into place whole, or leave what is there. Raises StoreError if the folder cannot be written."""
    text = text_of(lock)
    parse(text, path)  # what could not be read again is not written
    target = path.resolve()  # a link stays a link
    new = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    with disk_errors(target.parent, hint="hub.lock lies beside your project; make that folder writable"):
        try:
            new.write_text(text, "utf-8", newline="\n")
            flush(new)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)


def update(path: Path, change: Callable[[Lockfile], Lockfile], layout: Layout) -> Lockfile:
    """Write what `change` makes of the file as it is now, and return that.

    One process at a time, so that none loses what another one changed; were it two, the file would still be whole.
    """
    with elections.turn(layout, f"lockfile/{path.resolve()}"):
        after = change(existing(path))
        write(path, after)
    return after


def existing(path: Path) -> Lockfile:
    """Return the lockfile at `path`, or an empty one if there is none; raises what `read` does.

    Raises HubError for one of a newer revision: writing it again would lose what it says more.
    """
    try:
        lock = read(path)
    except MissingFile:
        return Lockfile()
    if is_newer(lock):
        raise HubError(
            f"{path} was written by a newer hub",
            expected=f"revision {Lockfile().revision}",
            found=f"revision {lock.revision}",
            hint="pip install --upgrade hub-zoo; this one can read the file, but would lose what it says more",
        )
    return lock


def _lines(lock: Lockfile) -> Iterator[str]:
    yield HEADER
    yield from (f"{key} = {_value(getattr(lock, key))}" for key in ("version", "revision", "hub"))
    yield ""
    yield from _listed("requires", [stated(each) for each in lock.requires])
    for entry in lock.entries:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield from ("", "[[entries]]")
    yield from _keys({key: value for key, value in stated(entry).items() if key != "artifacts"})
    for artifact in entry.artifacts:
        yield from _artifact(artifact)


def _artifact(artifact: Artifact) -> Iterator[str]:
    yield from ("", "[[entries.artifacts]]")
    yield from _keys({key: value for key, value in stated(artifact).items() if key != "sources"})
    yield from _listed("sources", [stated(source) for source in artifact.sources])


def _keys(table: Mapping[str, object]) -> Iterator[str]:
    return (f"{key} = {_value(value)}" for key, value in table.items())


def _listed(key: str, tables: Sequence[Mapping[str, object]]) -> Iterator[str]:
    if not tables:
        yield f"{key} = []"
        return
    yield f"{key} = ["
    yield from (f"    {{ {', '.join(_keys(table))} }}," for table in tables)
    yield "]"


def _value(value: object) -> str:
    # A string of JSON is one of TOML too, but for the one control character that JSON does not escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
