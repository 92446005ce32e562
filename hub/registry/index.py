"""The index: what lists and searches need of all cards, in one SQLite file that is made from them and can be remade.

    files(file, stamp, card)  which card files are in, their size and time when they were read, and the card as JSON,
                              which is read many times faster than TOML; empty if it is broken
    entries(kind, id, ...)    one row a dataset or model; `text` is what a search looks through, in lower case;
                              `reach` is [hosts, whether one of its files is on a single host, whether got by hand]
    weights(id, place, ...)   one row a set of weights of a model, and one without a tag for a model that has none
    spellings(normal, ...)    every accepted form of a name -> entry

Opening it reads no card. When cards change, only those that changed are read again. SQLite, since looking up one name
among 100,000 must not parse the other 99,999.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from hub.errors import StoreError
from hub.registry.contents import of_card
from hub.registry.contents import read as read_card
from hub.registry.folder import KIND_OF_FOLDER
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

# Part of the file's name: an index of another form is simply not looked at.
FORM = 7

SCHEMA = """
CREATE TABLE meta (stamp TEXT);
CREATE TABLE files (file TEXT PRIMARY KEY, stamp TEXT, card TEXT);
CREATE TABLE entries (
    kind TEXT, id TEXT, name TEXT, summary TEXT, summary_zh TEXT, facets TEXT, reach TEXT, text TEXT, file TEXT,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX entries_of_file ON entries (file);
CREATE TABLE spellings (normal TEXT, kind TEXT, id TEXT, PRIMARY KEY (normal, kind)) WITHOUT ROWID;
CREATE INDEX spellings_of_entry ON spellings (kind, id);
CREATE TABLE weights (
    id TEXT, place INTEGER, tag TEXT, is_default INTEGER, license TEXT, params INTEGER, gflops REAL, size INTEGER,
    metrics TEXT, PRIMARY KEY (id, place)
) WITHOUT ROWID;
"""

WeightsRow = tuple[
    str, dict[str, list[str]], str, bool, str, int, float | None, int | None, dict[str, dict[str, float]]
]
"""id and facets of the model; tag, whether they are its default ones, licence, parameters, GFLOPs, bytes and metrics"""

Row = tuple[str, str, str, str, str, dict[str, list[str]], list[str], bool, bool]
"""kind, id, name, summary, Chinese summary, facets, and the three values of `reach`"""

# Names further apart in length than this are never one another's misspelling; it keeps the search for one short.
LENGTH_APART = 5


class Index:
    """An open index. Use it in a `with` statement. `mend` gives another connection if this one's file is damaged."""

    def __init__(self, connection: sqlite3.Connection, mend: Callable[[], sqlite3.Connection]) -> None:
        self._connection = connection
        self._mend = mend

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def rows(self, kind: str | None) -> list[Row]:
        """Return all entries, or those of one kind, in order of kind and id."""
        return self._rows("WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, id", (kind,))

    def search(self, query: str, kind: str | None) -> list[Row]:
        """Return the entries in whose text every word occurs: exact id first, then its beginning, then the rest."""
        words = query.lower().split()
        found = " AND ".join(["(?1 IS NULL OR kind = ?1)"] + [f"instr(text, ?{n + 3})" for n in range(len(words))])
        order = "ORDER BY id <> ?2, instr(id, ?2) <> 1, NOT instr(lower(name), ?2), kind, id"
        return self._rows(f"WHERE {found} {order}", (kind, query.lower().strip(), *words))

    def weights(self) -> list[WeightsRow]:
        """Return all weights in order of their model and, within one, of its card."""
        query = """
            SELECT id, facets, tag, is_default, weights.license, params, gflops, size, metrics
            FROM weights JOIN entries USING (id) WHERE kind = 'model' ORDER BY id, place
        """
        found = self._all(query, ())
        return [(row[0], json.loads(row[1]), row[2], bool(row[3]), *row[4:8], json.loads(row[8])) for row in found]

    def find(self, kind: str, normal: str) -> tuple[str, str] | None:
        """Return (id, card file) of a spelling in its normal form."""
        query = "SELECT id, file FROM spellings JOIN entries USING (kind, id) WHERE kind = ? AND normal = ?"
        return next(((str(row[0]), str(row[1])) for row in self._all(query, (kind, normal))), None)

    def card(self, file: str) -> str:
        """Return a card as JSON; empty if it is broken."""
        found = self._all("SELECT card FROM files WHERE file = ?", (file,))
        return str(found[0][0]) if found else ""

    def kind_of(self, normal: str) -> str | None:
        """Return the kind of the entry of that spelling; a dataset comes before a model of the same name."""
        query = "SELECT kind FROM spellings WHERE normal = ? ORDER BY kind"
        return next((str(row[0]) for row in self._all(query, (normal,))), None)

    def spellings(self, normal: str, kind: str | None) -> list[str]:
        """Return the ids whose names are about as long as `normal`, or hold it: what may be meant by it."""
        query = """
            SELECT DISTINCT id FROM spellings WHERE (?1 IS NULL OR kind = ?1)
            AND (abs(length(normal) - length(?2)) <= ?3 OR instr(normal, ?2) > 0)
        """
        return [str(row[0]) for row in self._all(query, (kind, normal, LENGTH_APART))]

    def _rows(self, rest: str, values: tuple[object, ...]) -> list[Row]:
        columns = "kind, id, name, summary, summary_zh, facets, reach"
        query = f"SELECT {columns} FROM entries {rest}"  # noqa: S608  our own words
        return [(*row[:5], json.loads(row[5]), *json.loads(row[6])) for row in self._all(query, values)]

    def _all(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError:  # a damaged page, which shows only when it is read
            self._connection.close()
            self._connection = self._mend()
            return self._connection.execute(query, values).fetchall()


def current(cards: Path, home: Path) -> Index:
    """Return the index of a folder of cards, made or brought up to date if need be.

    Where the store cannot be written the index is made in memory: slower, and nothing else differs.
    """
    stamp = _stamp(cards)
    layout = Layout(home)
    path = layout.index(f"{FORM}-{sha256(str(cards).encode()).hexdigest()[:16]}")

    def mend() -> sqlite3.Connection:
        with suppress(OSError):
            path.unlink()  # so that the next one is made anew
        return _in_memory(cards, stamp)

    return Index(_open(path, stamp) or _remade(cards, path, stamp, layout), mend)


def _remade(cards: Path, path: Path, stamp: str, layout: Layout) -> sqlite3.Connection:
    try:
        _remake(cards, path, stamp, layout)
    except (StoreError, sqlite3.OperationalError):  # the second is how SQLite tells of a full disk
        return _in_memory(cards, stamp)
    return _read_only(path)


def _in_memory(cards: Path, stamp: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    _fill(connection, cards, stamp)
    return connection


def _open(path: Path, stamp: str) -> sqlite3.Connection | None:
    """Return the index at `path` if it is whole and of this stamp."""
    if not path.is_file():
        return None
    connection = _read_only(path)
    try:
        found = connection.execute("SELECT stamp FROM meta").fetchone()
    except sqlite3.DatabaseError:  # damaged, or none of ours: it is remade
        found = None
    if found == (stamp,):
        return connection
    connection.close()
    return None


def _read_only(path: Path) -> sqlite3.Connection:
    # immutable: the file is only ever replaced, so no lock is needed, also where locks do not work.
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def _remake(cards: Path, path: Path, stamp: str, layout: Layout) -> None:
    from hub.store.files import move_into_place, temporary

    with temporary(layout, path.name) as new:
        try:
            _update_copy(cards, path, new, stamp)
        except sqlite3.DatabaseError:  # what was there is damaged
            new.unlink(missing_ok=True)
            with closing(sqlite3.connect(new)) as connection:
                _fill(connection, cards, stamp)
        move_into_place(new, path)


def _update_copy(cards: Path, path: Path, new: Path, stamp: str) -> None:
    if path.is_file():
        new.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(new)) as connection:
        _fill(connection, cards, stamp)


def _fill(connection: sqlite3.Connection, cards: Path, stamp: str) -> None:
    """Bring the tables to the state of the folder, reading only the cards that changed."""
    with connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            connection.executescript(SCHEMA)
        known = dict(connection.execute("SELECT file, stamp FROM files"))
        there = dict(_files(cards))
        for file in known.keys() | there.keys():
            if known.get(file) != there.get(file):
                _forget(connection, file)
                if file in there:
                    _add(connection, cards, file, there[file])
        connection.execute("DELETE FROM meta")
        connection.execute("INSERT INTO meta VALUES (?)", (stamp,))


def _forget(connection: sqlite3.Connection, file: str) -> None:
    for kind, identifier in connection.execute("SELECT kind, id FROM entries WHERE file = ?", (file,)).fetchall():
        connection.execute("DELETE FROM spellings WHERE kind = ? AND id = ?", (kind, identifier))
        if kind == "model":
            connection.execute("DELETE FROM weights WHERE id = ?", (identifier,))
    connection.execute("DELETE FROM entries WHERE file = ?", (file,))
    connection.execute("DELETE FROM files WHERE file = ?", (file,))


def _add(connection: sqlite3.Connection, cards: Path, file: str, stamp: str) -> None:
    card = read_card(cards / file)
    connection.execute("INSERT INTO files VALUES (?, ?, ?)", (file, stamp, _as_json(card)))
    for entry, names, weights in of_card(cards / file, card):
        connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*entry, file))
        spellings = [(name, *entry[:2]) for name in names]
        connection.executemany("INSERT OR REPLACE INTO spellings VALUES (?, ?, ?)", spellings)
        # They may be of an entry that another card had, with more weights.
        connection.execute("DELETE FROM weights WHERE id = ? AND ? = 'model'", (entry[1], entry[0]))
        connection.executemany("INSERT OR REPLACE INTO weights VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", weights)


def _as_json(card: object) -> str:
    import msgspec

    return "" if card is None else msgspec.json.encode(card).decode()


def _stamp(cards: Path) -> str:
    """Return what tells one state of the folder from another.

    Installed cards change only by installing, which the folders' times show; in a checkout every file is looked at.
    """
    if cards.name == "_cards":
        state = [f"{name} {(cards / name).stat().st_mtime_ns}" for name in KIND_OF_FOLDER if (cards / name).is_dir()]
    else:
        state = [f"{file} {stamp}" for file, stamp in _files(cards)]
    return sha256("\n".join(sorted(state)).encode()).hexdigest()


def _files(cards: Path) -> Iterator[tuple[str, str]]:
    for folder in KIND_OF_FOLDER:
        if (cards / folder).is_dir():
            with os.scandir(cards / folder) as found:
                for entry in found:
                    if entry.name.endswith(".toml"):
                        status = entry.stat()
                        yield f"{folder}/{entry.name}", f"{status.st_size} {status.st_mtime_ns}"
