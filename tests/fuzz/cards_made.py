"""Hostile cards, lists, indexes and lockfiles: sound ones of which one value after the other is something else."""

from __future__ import annotations

import copy
import json
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fuzz.cases import Input
from own_registry import MODEL, build, write_cards

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = "n" * 100_000
DIGEST = "0" * 64

LOCK = f"""version = 1
revision = 1
hub = ">=0.1"

[[requires]]
name = "mnist@1.0.0"
split = "train"

[[entries]]
owner = "dataset/mnist/1.0.0"
name = "mnist"
kind = "dataset"
version = "1.0.0"

[[entries.artifacts]]
name = "train-images-idx3-ubyte"
sha256 = "{DIGEST}"
size = 47040016
sources = [{{ url = "https://example.org/train.gz#inner", unwrap = "gz", size = 9, sha256 = "{DIGEST}" }}]
"""


def _values(outside: Path) -> list[Any]:
    """Return what stands in place of a sound value."""
    return [
        None,
        True,
        -1,
        0,
        2**63,
        2**70,
        1.5,
        1e308,
        "",
        " ",
        ".",
        "..",
        "../../../written",
        str(outside / "written"),
        "file:///etc/passwd",
        (outside / "canary.txt").as_uri(),
        "a\0b",
        "a\nb",
        "\x1b]0;title\x07",
        "a\u202eb",
        "\ud800",
        "C:\\written",
        "a/../../b",
        "$(touch written)",
        "__import__('os').system('id')",
        "{0.__class__}",
        "%s%n",
        "<script>",
        LONG,
        [],
        {},
        [None],
        [[[[]]]],
        {"a": {"b": {}}},
        [LONG],
        {"../../written": "x"},
        {"": ""},
        "http://127.0.0.1:9/x",
        "pypi:a==1/b#../c",
        "s3://a/b",
        "gdrive:../x",
        "hf://../x",
        "//elsewhere/x",
        "1/0",
        "train[",
        "[" * 5000,
        "9" * 5000,
    ]


def _places(table: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value of a table, and of the tables in it."""
    if path:
        yield path
    pairs = table.items() if isinstance(table, dict) else enumerate(table) if isinstance(table, list) else ()
    for key, value in pairs:
        yield from _places(value, (*path, key))


def _with(table: Any, path: tuple[Any, ...], value: object) -> Any:
    changed = copy.deepcopy(table)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    if value is Ellipsis:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def _changed(table: Any, outside: Path, each: int) -> Iterator[tuple[str, bytes]]:
    """Yield a table in JSON, each of whose values is in turn left out, and replaced in `each` ways."""
    values = _values(outside)
    for number, path in enumerate(_places(table)):
        chosen = [..., *(values[(number * 7 + step * 11) % len(values)] for step in range(each))]
        for value in chosen:
            name = f"{'.'.join(map(str, path))} = {'nothing' if value is ... else repr(value)[:30]}"
            yield name, json.dumps(_with(table, path, value)).encode("utf-8", "surrogatepass")


def _whole() -> Iterator[tuple[str, bytes]]:
    """Yield what is wrong as a whole, whatever it should be."""
    deep = b"[" * 100_000
    yield from (
        ("nothing", b""),
        ("null", b"null"),
        ("a number", b"1"),
        ("a list", b"[]"),
        ("an object", b"{}"),
        ("text", b"<html>"),
        ("nested deep", deep),
        ("nested deep in a key", b'{"a":' + deep),
        ("nested deep and closed", b'{"a":' + deep + b"]" * 100_000 + b"}"),
        ("no UTF-8", b'{"name": "\xff"}'),
        ("UTF-16", '{"a": 1}'.encode("utf-16")),
        ("a NaN", b'{"version": NaN}'),
        ("a number of 5,000 digits", b'{"version": ' + b"9" * 5000 + b"}"),
        ("a million keys", b"{" + b",".join(b'"%d":1' % n for n in range(100_000)) + b"}"),
        ("cut", b'{"schema": 1, "na'),
        ("another version", b'{"version": 99}'),
        ("a version of text", b'{"version": "1"}'),
    )


def _built() -> Path:
    folder = Path(tempfile.mkdtemp())
    return build(write_cards(folder / "cards"), folder / "web")


def cards(outside: Path, each: int = 2) -> Iterator[Input]:
    """Yield hostile cards as another registry serves them, of a dataset and of a model."""
    web = _built()
    for kind, name in (("dataset", "cats"), ("model", "watchers")):
        table = json.loads((web / f"{kind}s" / f"{name}.json").read_bytes())
        for what, data in (*_changed(table, outside, each), *_whole()):
            yield Input(f"card of a {kind}: {what}", data, f"{kind}.json")


def lists(outside: Path, each: int = 3) -> Iterator[Input]:
    """Yield hostile lists and indexes of another registry."""
    web = _built()
    for file, place in (("list.json", "index/dataset.json"), ("index.json", "index.json")):
        for what, data in (*_changed(json.loads((web / place).read_bytes()), outside, each), *_whole()):
            yield Input(f"{file}: {what}", data, file)


def files(outside: Path) -> Iterator[Input]:
    """Yield hostile files of TOML: cards of one's own, a hub.lock, a hub.toml."""
    web = _built().parent / "cards"
    card = (web / "datasets" / "cats.toml").read_text("utf-8")
    for name, text in {
        "dataset.toml": card,
        "model.toml": MODEL.format(weights=(1, DIGEST)),
        "hub.lock": LOCK,
        "hub.toml": 'home = "x"\n',
    }.items():
        for what, data in _in_toml(text, outside):
            yield Input(f"{name}: {what}", data, name)


def _in_toml(text: str, outside: Path) -> Iterator[tuple[str, bytes]]:
    lines = text.splitlines()
    words = [value for value in _values(outside) if isinstance(value, str) and "\ud800" not in value]
    for number, line in enumerate(lines):
        key, equals, _ = line.partition(" = ")
        if equals:
            for value in (
                json.dumps(words[number % len(words)]),
                "-1",
                "[[]]",
                "{}",
                "1e999",
                "1979-05-27",
                "nan",
            ):
                changed = [*lines[:number], f"{key} = {value}", *lines[number + 1 :]]
                yield f"{key} = {value[:30]}", "\n".join(changed).encode("utf-8", "surrogatepass")
    yield "nested deep", b"a = " + b"[" * 100_000
    yield "nested deep in tables", b"a = " + b"{a=" * 50_000
    yield "a deep key", b"a" + b".a" * 50_000 + b" = 1"
    yield "deep tables", b"[a" + b".a" * 50_000 + b"]"
    yield "a number of 5,000 digits", b"version = " + b"9" * 5000
    yield "no UTF-8", text.encode() + b"# \xff"
    yield "zeros", bytes(1000)
    yield "many tables", b"[[entries]]\n" * 50_000
    yield "twice", text.encode() * 2


def locks(outside: Path) -> Iterator[tuple[str, bytes]]:
    """Yield hostile texts of a hub.lock."""
    return _in_toml(LOCK, outside)


def sound_cards(outside: Path) -> Iterator[Input]:
    web = _built()
    yield Input("card of a dataset: sound", (web / "datasets/cats.json").read_bytes(), "dataset.json")
    yield Input("card of a model: sound", (web / "models/watchers.json").read_bytes(), "model.json")


def sound_lists(outside: Path) -> Iterator[Input]:
    web = _built()
    yield Input("list.json: sound", (web / "index/dataset.json").read_bytes(), "list.json")
    yield Input("index.json: sound", (web / "index.json").read_bytes(), "index.json")


def sound_files(outside: Path) -> Iterator[Input]:
    web = _built().parent / "cards"
    assert tomllib.loads(LOCK)
    yield Input("dataset.toml: sound", (web / "datasets" / "cats.toml").read_bytes(), "dataset.toml")
    yield Input("hub.lock: sound", LOCK.encode(), "hub.lock")
    yield Input("hub.toml: sound", b'home = "x"\n', "hub.toml")
