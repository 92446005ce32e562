"""A folder of cards as what an index is made of: only the cards that changed are read again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from hub.registry.contents import of_card, read
from hub.registry.folder import FOLDERS, LOADABLE
from hub.registry.spelling import normal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hub.registry.contents import Contents

CARDS, CATALOG = "cards", "catalog"
PARTS = {
    CARDS: {FOLDERS[kind]: kind for kind in LOADABLE},
    CATALOG: {folder: kind for kind, folder in FOLDERS.items() if kind not in LOADABLE},
}
"""Part of the index -> its folders and their kinds."""


@dataclass(frozen=True, slots=True)
class CardFiles:
    """The cards below a folder."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self.folder)

    def stamp(self, part: str) -> str:
        """Return what tells one state of the folders of a part from another.

        Installed cards change only by installing, which the folders' times show; in a checkout every file is looked at.
        """
        if self.folder.name == "_cards":
            there = [name for name in PARTS[part] if (self.folder / name).is_dir()]
            state = [f"{name} {(self.folder / name).stat().st_mtime_ns}" for name in there]
        else:
            state = [f"{file} {stamp}" for file, stamp in self._files(part)]
        return sha256("\n".join(sorted(state)).encode()).hexdigest()

    def fill(self, connection: sqlite3.Connection, part: str) -> None:
        """Bring the tables to the state of the folders of a part."""
        stamps = connection.execute("SELECT file, stamp FROM files")
        known = {file: stamp for file, stamp in stamps if _folder(file) in PARTS[part]}
        there = dict(self._files(part))
        for file in sorted(known.keys() | there.keys()):
            if known.get(file) != there.get(file):
                forget(connection, file)
                if file in there:
                    self._add(connection, part, file, there[file])

    def _add(self, connection: sqlite3.Connection, part: str, file: str, stamp: str) -> None:
        path, kind = self.folder / file, PARTS[part][_folder(file)]
        card = read(kind, path)
        # The catalog's cards are read for people, who do not notice the time that TOML takes.
        connection.execute("INSERT INTO files VALUES (?, ?, ?)", (file, stamp, _as_json(card) if part == CARDS else ""))
        add(connection, of_card(kind, path.stem, card), file)

    def _files(self, part: str) -> Iterator[tuple[str, str]]:
        for folder in PARTS[part]:
            if (self.folder / folder).is_dir():
                with os.scandir(self.folder / folder) as found:
                    for entry in found:
                        if entry.name.endswith(".toml"):
                            status = entry.stat()
                            yield f"{folder}/{entry.name}", f"{status.st_size} {status.st_mtime_ns}"


def forget(connection: sqlite3.Connection, file: str) -> None:
    """Take out of the tables what came from a file."""
    for kind, identifier in connection.execute("SELECT kind, id FROM entries WHERE file = ?", (file,)).fetchall():
        connection.execute("DELETE FROM spellings WHERE kind = ? AND id = ?", (kind, identifier))
        if kind == "model":
            connection.execute("DELETE FROM weights WHERE id = ?", (identifier,))
    connection.execute("DELETE FROM entries WHERE file = ?", (file,))
    connection.execute("DELETE FROM files WHERE file = ?", (file,))


def add(connection: sqlite3.Connection, found: Iterable[Contents], file: str) -> None:
    """Put into the tables what a file holds."""
    for entry, names, weights in found:
        connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*entry, file))
        # An id is that entry's whatever others are called.
        connection.execute("INSERT OR REPLACE INTO spellings VALUES (?, ?, ?)", (normal(entry[1]), *entry[:2]))
        spellings = [(name, *entry[:2]) for name in names]
        connection.executemany("INSERT OR IGNORE INTO spellings VALUES (?, ?, ?)", spellings)
        # They may be of an entry that another card had, with more weights.
        connection.execute("DELETE FROM weights WHERE id = ? AND ? = 'model'", (entry[1], entry[0]))
        connection.executemany("INSERT OR REPLACE INTO weights VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", weights)


def _folder(file: str) -> str:
    return str(PurePosixPath(file).parent)


def _as_json(card: object) -> str:
    import msgspec

    return "" if card is None else msgspec.json.encode(card).decode()
