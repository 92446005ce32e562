"""The doors that archives are tried on."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from hub import archives
from hub.errors import HubError
from hub.text.unpacking import extract_archive
from hub.trees.archive import Archive, is_archive, require_archive
from hub.trees.packed import Packed

if TYPE_CHECKING:
    from pathlib import Path

SOME = 25
"""Members that are read one by one."""
BLOCK = 1 << 16


def kinds(path: Path, into: Path) -> None:
    archives.kind_of(path)
    if is_archive(path):
        require_archive(path)


def extracting(path: Path, into: Path) -> None:
    archives.extract(path, into / "new")


def unpacking(path: Path, into: Path) -> None:
    archives.unpack(path, into, overwrite=True)


def as_torchtext(path: Path, into: Path) -> None:
    extract_archive(path, into)


def walking(path: Path, into: Path) -> None:
    names = []
    with archives.members(path) as found:
        for member, content in found:
            names.append(member.name)
            if member.kind is archives.Kind.FILE and len(names) < SOME:
                with content() as stream:
                    while stream.read(BLOCK):
                        pass
    for name in names[:SOME]:
        with suppress(HubError), archives.open_member(path, name) as stream:
            archives.whole(stream, name)


def walking_on(path: Path, into: Path) -> None:
    """Walk through the members once, those of archives within it too."""
    with archives.open_tar(path, nested=True) as stream:
        while stream.read(BLOCK):
            pass


def as_a_tree(path: Path, into: Path) -> None:
    tree = Archive(path)
    for name in islice(tree.walk(), SOME):
        with suppress(HubError):
            tree.read(name)


def as_a_stream(path: Path, into: Path) -> None:
    packed = Packed(path, "", lambda: Archive(path))
    for _, stream in islice(packed.stream("*"), SOME):
        stream.read()


def inflating(path: Path, into: Path) -> None:
    with archives.open_member(path) as stream:
        stream.read(10)
        while stream.read(BLOCK):
            pass
        stream.seek(3)
        stream.read(100)


def as_it_arrives(path: Path, into: Path) -> None:
    """Inflate a stream in blocks of odd sizes."""
    data, how = path.read_bytes(), path.suffix.removeprefix(".")
    inflater = archives.inflating(how, path.name, path)
    for start in range(0, len(data), 977):
        for piece in inflater.feed(data[start : start + 977]):
            assert len(piece) <= 1 << 20
    inflater.end()


ALL = (kinds, extracting, unpacking, as_torchtext, walking, as_a_tree, as_a_stream, inflating)
CONVERTED = (kinds, unpacking, walking_on)
STREAMS = (kinds, inflating, as_it_arrives, as_torchtext, walking)
