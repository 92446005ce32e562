"""Hostile bundles: whatever a tar can be, a hub.lock that names other files, and files that are not what they say."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from fuzz.cards_made import locks
from fuzz.cases import Input
from fuzz.tars_made import END, header, long_name, member, record, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = {name: f"the bytes of {name} ".encode() * 99 for name in ("images", "labels")}
ENTRY = """version = 1
revision = 1
hub = ">=0.1"

[[entries]]
owner = "{owner}"
name = "mnist"
kind = "dataset"
version = "1.0.0"
"""
ARTIFACT = """
[[entries.artifacts]]
name = "{name}"
sha256 = "{sha256}"
size = {size}
"""
OWNER = "dataset/mnist/1.0.0"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def lock(owner: str = OWNER, **about: object) -> bytes:
    """Return a hub.lock of two files; `about` says something else of the first one."""
    text = ENTRY.format(owner=owner)
    for number, (name, data) in enumerate(DATA.items()):
        told = {"name": name, "sha256": digest(data), "size": len(data)} | (about if not number else {})
        text += ARTIFACT.format(**told)
    return text.encode()


def blob(data: bytes, name: str | None = None, kind: bytes = b"0") -> bytes:
    sha256 = digest(data)
    return member((f"blobs/sha256/{sha256[:2]}/{sha256}" if name is None else name).encode(), data, kind)


BLOBS = b"".join(map(blob, DATA.values()))


def hostile(outside: Path) -> Iterator[Input]:
    """Yield hostile bundles."""
    for name, data in {**_tars(outside), **_locks(outside)}.items():
        yield Input(f"bundle: {name}", data, "input.tar")
    for name, data in list(locks(outside))[::3]:
        yield Input(f"bundle: hub.lock: {name}", member(b"hub.lock", data) + BLOBS + END, "input.tar")


def _tars(outside: Path) -> dict[str, bytes]:
    first, place = member(b"hub.lock", lock()), str(outside / "written").encode()
    sha256 = digest(DATA["images"])
    name = f"blobs/sha256/{sha256[:2]}/{sha256}".encode()
    return {
        "other bytes": first + member(name, b"other bytes"),
        "other bytes of that size": first + member(name, bytes(len(DATA["images"]))) + END,
        "a link": first + header(name, kind=b"2", target=b"/etc/passwd") + END,
        "a hard link": first + header(name, kind=b"1", target=b"hub.lock") + END,
        "a device": first + header(name, kind=b"3") + END,
        "a folder": first + header(name, kind=b"5") + END,
        "another folder of digests": first + member(b"blobs/sha256/00/" + sha256.encode(), DATA["images"]) + END,
        "a digest that leads out": first + member(b"blobs/sha256/../../../written", b"x") + BLOBS + END,
        "a root": first + member(place, b"x") + BLOBS + END,
        "a path in an extended header": first + said(record(b"path", place)) + BLOBS + END,
        "a path as GNU has it": first + long_name(place) + BLOBS + END,
        "a size in an extended header": first + said(record(b"size", b"9" * 18)) + BLOBS + END,
        "a size below zero": first + header(name, b"\xff" * 12) + BLOBS + END,
        "a size of 8 GB": first + header(name, b"77777777777\0") + BLOBS,
        "twice": first + BLOBS + BLOBS + END,
        "others before": first + b"".join(member(b"%d" % number, b"") for number in range(11_000)) + BLOBS + END,
        "records without end": first + said(b"6 a=b\n" * 9000) * 20 + BLOBS + END,
        "rubbish between": first + b"\xff" * 5000 + BLOBS + END,
        "zeros between": first + bytes(5120) + BLOBS + END,
        "cut in the lock": first[:700],
        "cut in a blob": (first + BLOBS)[:-700],
        "no lock": BLOBS + END,
        "a lock that is a link": header(b"hub.lock", kind=b"2", target=b"/etc/passwd") + END,
        "a lock of 8 GB": header(b"hub.lock", b"77777777777\0") + BLOBS,
        "two locks": first + member(b"hub.lock", lock("dataset/other/1.0.0")) + BLOBS + END,
        "a registry": first + member(b"registries.json", b'{"lab": {"url": "file:///etc"}}') + BLOBS + END,
        "registries nested deep": first + member(b"registries.json", b"[" * 100_000) + BLOBS + END,
        "registries that are a list": first + member(b"registries.json", b"[1]") + BLOBS + END,
        "a document that is none": first + member(b"registries/" + sha256.encode() + b".json", b"x") + BLOBS + END,
        "nothing": b"",
        "zeros": bytes(10_240),
        "a gzip": b"\x1f\x8b\x08" + bytes(600),
    }


def _locks(outside: Path) -> dict[str, bytes]:
    told = {
        "an owner that leads out": lock("dataset/../../../written"),
        "an owner with a root": lock("/written"),
        "an owner of dots": lock("dataset/./."),
        "an owner that is long": lock("dataset/" + "n" * 5000 + "/1"),
        "an owner that is deep": lock("dataset" + "/n" * 3000),
        "a name that leads out": lock(name="../../written"),
        "a name with a root": lock(name=str(outside / "written")),
        "a name that is long": lock(name="n" * 5000),
        "another digest": lock(sha256="0" * 64),
        "a digest that leads out": lock(sha256="../" * 20 + "aaaa"),
        "a digest in capitals": lock(sha256="A" * 64),
        "another size": lock(size=5),
        "a size below zero": lock(size=-1),
        "a size of terabytes": lock(size=10**16),
        "a size of 2**63": lock(size=2**63),
        "no entries": b"version = 1\n",
        "a newer version": b"version = 99\n",
        "many entries": ENTRY.format(owner=OWNER).encode() + b"[[entries]]\n" * 20_000,
        "no UTF-8": b"\xff\xfe",
    }
    return {name: member(b"hub.lock", data) + BLOBS + END for name, data in told.items()}


def sound(outside: Path) -> Iterator[Input]:
    """Yield a bundle that is read."""
    yield Input("bundle: sound", member(b"hub.lock", lock()) + BLOBS + END, "input.tar")
