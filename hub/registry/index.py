"""The index: what lists and searches need of all cards, in one SQLite file that is made from them and can be remade.

    meta(part, stamp)         which parts are in, and the state of their cards when they were read
    files(file, stamp, card)  which card files are in, their size and time when they were read, and the card as JSON,
                              which is read many times faster than TOML; empty if it is broken or of the catalog
    entries(kind, id, ...)    one row a dataset, model or entry of the catalog; `called` and `text` are the words of
                              its names, and all of its words, each after a space: a search looks through them;
                              `reach` is [hosts, whether a file is on one host alone, whether by hand]
    weights(id, place, ...)   one row a set of weights of a model, and one without a tag for a model that has none
    spellings(normal, ...)    every accepted form of a name -> entry

What it is made of is a `Shelf`: a folder of cards, or the index of another registry. The datasets and models of a
folder are one part of it and its catalog another: whoever loads a model need not look at the catalog's files.
Opening it reads no card. SQLite, since looking up one name among 100,000 must not parse the other 99,999.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from hub.errors import StoreError
from hub.registry.card_files import CARDS, CATALOG, CardFiles
from hub.registry.folder import KINDS
from hub.registry.words import of_query
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

# Part of the file's name: an index of another form is simply not looked at.
FORM = 9

SCHEMA = """
CREATE TABLE meta (part TEXT PRIMARY KEY, stamp TEXT);
CREATE TABLE files (file TEXT PRIMARY KEY, stamp TEXT, card TEXT);
CREATE TABLE entries (
    kind TEXT, id TEXT, name TEXT, summary TEXT, summary_zh TEXT, facets TEXT, reach TEXT, called TEXT,
    text TEXT, file TEXT,
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


class Shelf(Protocol):
    """What an index is made of; `name` tells it from others."""

    @property
    def name(self) -> str: ...

    def stamp(self, part: str) -> str:
        """Return what tells one state of a part from another."""

    def fill(self, connection: sqlite3.Connection, part: str) -> None:
        """Bring the tables to the present state of a part."""


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

    def rows(self, kinds: Sequence[str]) -> list[Row]:
        """Return all entries of these kinds, in order of kind and id."""
        return self._rows(f"WHERE {_among(kinds)} ORDER BY kind, id", kinds)

    def search(self, query: str, kinds: Sequence[str]) -> list[Row]:
        """Return the entries that have every word of a query, as `hub.registry.words` has it.

        First that of this id, then those whose ids begin so, those whose names have every word, and the rest.
        """
        words, whole = [f" {word}" for word in of_query(query)], query.lower().strip()
        if whole and not words:
            return []
        found = " AND ".join([_among(kinds), *("instr(text, ?)" for _ in words)])
        named = " AND ".join(["1", *("instr(called, ?)" for _ in words)])
        # Of those whose name fits alike, in the order of kinds: what can be loaded before what there is to read.
        order = f"ORDER BY id <> ?, instr(id, ?) <> 1, NOT ({named}), instr(?, kind), id"
        return self._rows(f"WHERE {found} {order}", (*kinds, *words, whole, whole, *words, " ".join(KINDS)))

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
        """Return a card as JSON; empty if it is broken, or not here."""
        found = self._all("SELECT card FROM files WHERE file = ?", (file,))
        return str(found[0][0]) if found else ""

    def stamp(self, file: str) -> str:
        """Return what was known of a card's file."""
        found = self._all("SELECT stamp FROM files WHERE file = ?", (file,))
        return str(found[0][0]) if found else ""

    def kind_of(self, normal: str, kinds: Sequence[str]) -> str | None:
        """Return the kind of the entry of that spelling, the first of `kinds` in which there is one."""
        found = {row[0] for row in self._all("SELECT kind FROM spellings WHERE normal = ?", (normal,))}
        return next((kind for kind in kinds if kind in found), None)

    def spellings(self, normal: str, kinds: Sequence[str]) -> list[str]:
        """Return the ids whose names are about as long as `normal`, or hold it: what may be meant by it."""
        query = f"""
            SELECT DISTINCT id FROM spellings WHERE {_among(kinds)}
            AND (abs(length(normal) - length(?)) <= ? OR instr(normal, ?) > 0)
        """  # noqa: S608  our own words
        return [str(row[0]) for row in self._all(query, (*kinds, normal, LENGTH_APART, normal))]

    def _rows(self, rest: str, values: Sequence[object]) -> list[Row]:
        columns = "kind, id, name, summary, summary_zh, facets, reach"
        query = f"SELECT {columns} FROM entries {rest}"  # noqa: S608  our own words
        return [(*row[:5], json.loads(row[5]), *json.loads(row[6])) for row in self._all(query, values)]

    def _all(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError:  # a damaged page, which shows only when it is read
            self._connection.close()
            self._connection = self._mend()
            return self._connection.execute(query, values).fetchall()


def _among(kinds: Collection[str]) -> str:
    return f"kind IN ({', '.join('?' * len(kinds))})"


def current(cards: Path, home: Path, parts: Sequence[str] = (CARDS, CATALOG)) -> Index:
    """Return the index of a folder of cards, with these parts made or brought up to date if need be.

    Where the store cannot be written the index is made in memory: slower, and nothing else differs.
    """
    return opened(CardFiles(cards), home, parts)


def opened(shelf: Shelf, home: Path, parts: Sequence[str]) -> Index:
    """Return the index of a shelf, with these parts up to date."""
    layout = Layout(home)
    stamps = {part: shelf.stamp(part) for part in parts}
    path = layout.index(f"{FORM}-{sha256(shelf.name.encode()).hexdigest()[:16]}")

    def mend() -> sqlite3.Connection:
        with suppress(OSError):
            path.unlink()  # so that the next one is made anew
        return _in_memory(shelf, stamps)

    return Index(_open(path, stamps) or _remade(shelf, path, stamps, layout), mend)


def _remade(shelf: Shelf, path: Path, stamps: Mapping[str, str], layout: Layout) -> sqlite3.Connection:
    from hub.store import elections

    def make() -> sqlite3.Connection:
        try:
            _remake(shelf, path, stamps, layout)
        except (StoreError, sqlite3.OperationalError):  # the second is how SQLite tells of a full disk
            return _in_memory(shelf, stamps)
        return _read_only(path)

    # Of many processes that begin at once, as ranks do, one reads all the cards.
    return elections.one(layout, f"index/{path.name}", lambda: _open(path, stamps), make)


def _in_memory(shelf: Shelf, stamps: Mapping[str, str]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    _fill(connection, shelf, stamps)
    return connection


def _open(path: Path, stamps: Mapping[str, str]) -> sqlite3.Connection | None:
    """Return the index at `path` if it is whole and its parts are of these stamps."""
    if not path.is_file():
        return None
    connection = _read_only(path)
    try:
        found = dict(connection.execute("SELECT part, stamp FROM meta"))
    except sqlite3.DatabaseError:  # damaged, or none of ours: it is remade
        found = {}
    if stamps.items() <= found.items():
        return connection
    connection.close()
    return None


def _read_only(path: Path) -> sqlite3.Connection:
    # immutable: the file is only ever replaced, so no lock is needed, also where locks do not work.
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def _remake(shelf: Shelf, path: Path, stamps: Mapping[str, str], layout: Layout) -> None:
    from hub.store.files import move_into_place, temporary

    with temporary(layout, path.name) as new:
        try:
            _update_copy(shelf, path, new, stamps)
        except sqlite3.DatabaseError:  # what was there is damaged
            new.unlink(missing_ok=True)
            with closing(sqlite3.connect(new)) as connection:
                _fill(connection, shelf, stamps)
        move_into_place(new, path)


def _update_copy(shelf: Shelf, path: Path, new: Path, stamps: Mapping[str, str]) -> None:
    if path.is_file():
        new.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(new)) as connection:
        _fill(connection, shelf, stamps)


def _fill(connection: sqlite3.Connection, shelf: Shelf, stamps: Mapping[str, str]) -> None:
    """Bring the parts that are asked for to the state of the shelf."""
    with connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            connection.executescript(SCHEMA)
        for part, stamp in stamps.items():
            shelf.fill(connection, part)
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (part, stamp))
