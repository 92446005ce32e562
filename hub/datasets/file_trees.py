"""File trees: the files of a dataset as one tree, out of the store's archives or a copy that lies in a folder.

An archive stands where torchvision unpacks it (`unpack_to`, in place of `unpack_strip`), any other file under its own
name. Zips and plain tars are read where they are. A tar that is compressed as a whole, or lies in another archive, is
inflated into the store once; so is a file of an archive that a split names by itself, because it is read at places of
its own:

    <store>/prepared/<fingerprint>/inflated
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from hub import readers
from hub.archives import open_member
from hub.datasets import local_copy
from hub.datasets.indexed import Index
from hub.datasets.prepare import VERSION, Input, TreeInput
from hub.progress import Silent
from hub.readers import File
from hub.store import elections, leases, origins, usage
from hub.store.files import publish_file
from hub.trees import Place, Tree
from hub.trees.archive import Archive, inflate, is_archive, is_plain, renamed, require_archive
from hub.trees.folder import Folder, state
from hub.trees.layered import Fallback, Union
from hub.trees.names import Names
from hub.trees.packed import SUFFIXES, Packed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from hub.cards import Artifact, DatasetCard, Split
    from hub.progress import Progress
    from hub.store.layout import Layout
    from hub.trees.folder import Witnesses


class Loose(Names):
    """Single files, each under its own name."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        super().__init__(files)
        self._files = files

    def place(self, name: str) -> Place:
        """Return where the bytes of a file are: all of a file of the store."""
        if name not in self._files:
            raise self.missing(name)
        path = self._files[name]
        return Place(path, name, 0, path.stat().st_size)

    def open(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file for reading."""
        if name not in self._files:
            raise self.missing(name)
        return open_member(self._files[name])

    def __str__(self) -> str:
        return ", ".join(str(path) for path in self._files.values())


@dataclass(frozen=True, slots=True)
class Workspace:
    """The store that takes what must be inflated, and who is told of it meanwhile."""

    layout: Layout
    progress: Progress = field(default_factory=Silent)


def in_store(card: DatasetCard, split: Split, inputs: Mapping[str, Input], workspace: Workspace) -> TreeInput:
    """Return the tree of a split whose artifacts are in the store."""
    artifacts = {artifact.name: artifact for artifact in card.artifacts}
    named = [(artifacts[text.partition("#")[0]], inputs[role]) for role, text in split.files.items()]

    def make() -> tuple[Tree, Callable[[], Witnesses]]:
        layers = [layer(artifact, each, workspace) for artifact, each in named]
        return Union(layers), dict  # blobs never change

    identity = [[each.identity, each.file.member, one.unpack_to, one.unpack_strip, one.nested] for one, each in named]
    return TreeInput(make, identity, tuple(each.identity for each in inputs.values()))


def in_folder(card: DatasetCard, split: Split, folder: Path, workspace: Workspace, *, verify: bool) -> TreeInput:
    """Return the tree of a copy in a folder: what is unpacked there, and archives only for what is not.

    With `verify` archives and single files that are published as such are compared with their digests when opened.
    """
    below = folder / card.upstream.folder
    top = (below if below.is_dir() else folder).absolute()
    artifacts = {artifact.name: artifact for artifact in card.artifacts}

    def check(name: str) -> None:
        artifact = artifacts.get(name)
        if verify and artifact is not None and artifact.unpack_to is None and artifact.digests:
            local_copy.identified(top / name, artifact, verify=True)

    def make() -> tuple[Tree, Callable[[], Witnesses]]:
        on_disk = Folder(top, check)
        opened: dict[str, tuple[int, int]] = {}

        def archives() -> Tree:
            packed = _packed(top, split, artifacts)
            opened.update({str(each.path): state(each.path) for _, each in packed})
            found = ((one, Input(each, local_copy.identified(each.path, one, verify=verify))) for one, each in packed)
            return Union([layer(one, each, workspace) for one, each in found], _hint(card))

        return Fallback(on_disk, archives), lambda: on_disk.witnesses | opened

    return TreeInput(make, ["folder", str(top), verify])


def _packed(top: Path, split: Split, artifacts: Mapping[str, Artifact]) -> list[tuple[Artifact, File]]:
    """Return the archives of a split that lie packed in a folder, each with what is needed of it."""
    named = [(text.partition("#")[0], text.partition("#")[2]) for text in dict.fromkeys(split.files.values())]
    archives = [(artifacts[name], member) for name, member in named if artifacts[name].unpack_to is not None]
    found = (_lying(top, one, member) for one, member in archives)
    return [each for each in found if each is not None]


def _lying(top: Path, artifact: Artifact, member: str) -> tuple[Artifact, File] | None:
    """Return an archive, as what is published of the file that it lies in, and where; None if it is nowhere."""
    if (top / artifact.name).is_file():
        return artifact, File(top / artifact.name, member)
    for place in artifact.also:
        name, _, inside = place.partition("#")
        if (top / name).is_file():
            return (_around(artifact, inside) if inside else artifact), File(top / name, inside or member)
    return None


def _around(artifact: Artifact, member: str) -> Artifact:
    """Return what is published of the archive that another lies in as this member."""
    known = [source for source in artifact.sources if source.url.endswith(f"#{member}")]
    sha256, md5 = known[0].sha256 if known else None, known[0].md5 if known else None
    return msgspec.structs.replace(artifact, sha256=sha256, sha256_prefix=None, md5=md5)


def in_file(card: DatasetCard, path: Path, workspace: Workspace) -> TreeInput:
    """Return the tree of a zip or tar of the user's own, without a folder that all of it lies in.

    A reader that surveys is given the latter too: it could be a split. One of text is given any other file as it is.
    """
    top = path.absolute()
    strip = "" if readers.surveys(card.reader) else None

    @cache  # one look serves all splits
    def make() -> tuple[Tree, Callable[[], Witnesses]]:
        seen = {str(top): state(top)}
        if readers.reads_parts(card.reader) and not is_archive(top):
            return Loose({top.name: top}), lambda: seen
        require_archive(top)
        tree = Archive(_plain(local_copy.unverified(top), workspace), strip=strip)
        return tree, lambda: seen

    return TreeInput(make, ["archive", str(top), strip])


def _hint(card: DatasetCard) -> str:
    where = f"data_dir is the folder that {card.upstream.library} calls root"
    return card.manual.strip() or (where if not card.artifacts else f"{where}; leave it out to fetch the files")


def layer(artifact: Artifact, found: Input, workspace: Workspace) -> Tree:
    """Return the tree of one artifact that is there."""
    if artifact.unpack_to is None:
        return Loose({artifact.name: found.file.path})
    member = found.file.member
    # What is called a zip and is none is damaged: inflating it would hide its name from the error.
    if is_plain(found.file.path, member) or (artifact.name.endswith(".zip") and not member):
        return _archive(artifact, found.file.path, index_of(artifact, found, workspace.layout))
    if (member or artifact.name).endswith(SUFFIXES) and not artifact.nested:
        into, strip = artifact.unpack_to, artifact.unpack_strip
        return Packed(
            found.file.path, member, lambda: _archive(artifact, _inflated(found, workspace)), into=into, strip=strip
        )
    path = _inflated(found, workspace, nested=artifact.nested)
    if member and not is_plain(path):
        return Loose({str(renamed(member, artifact.unpack_to, artifact.unpack_strip)): path})
    return _archive(artifact, path)


def index_of(artifact: Artifact, found: Input, layout: Layout) -> Index | None:
    """Return the index that an archive may have: of one in the store, which is read where it is."""
    in_place = artifact.unpack_to is not None and layout.is_blob(found.file.path)
    if in_place and is_plain(found.file.path, found.file.member):
        return Index(found.file.path, found.identity, artifact.nested, layout)
    return None


def _archive(artifact: Artifact, path: Path, index: Index | None = None) -> Archive:
    places = None if index is None else index.places()
    into, strip = artifact.unpack_to or "", artifact.unpack_strip
    return Archive(path, into=into, strip=strip, nested=artifact.nested, places=places)


def _plain(found: Input, workspace: Workspace) -> Path:
    """Return an archive that can be read in place: the file itself, or what it is once inflated."""
    return found.file.path if is_plain(found.file.path, found.file.member) else _inflated(found, workspace)


def _inflated(found: Input, workspace: Workspace, *, nested: bool = False) -> Path:
    layout = workspace.layout
    target = inflated_at(layout, found, nested=nested)
    fingerprint = target.parent.name
    leases.hold(layout, [fingerprint])
    elections.one(
        layout,
        f"prepared/{fingerprint}",
        lambda: target if target.exists() else None,
        lambda: _inflate(found, target, workspace, nested=nested),
        on_wait=lambda: workspace.progress.note(f"another process is inflating {found.file}; waiting for it"),
    )
    usage.note(layout, target, fingerprint)
    return target


def inflated_at(layout: Layout, found: Input, *, nested: bool = False) -> Path:
    """Return where an archive that cannot be read in place lies once it is inflated."""
    covered = f"inflated {VERSION} {found.identity} {found.file.member}{' nested' if nested else ''}"
    return layout.prepared(hashlib.sha256(covered.encode()).hexdigest()) / "inflated"


def _inflate(found: Input, target: Path, workspace: Workspace, *, nested: bool) -> Path:
    source, layout = found.file, workspace.layout

    def write(path: Path) -> None:
        inflate(source.path, source.member, path, workspace.progress, nested=nested)

    publish_file(write, target, layout)
    of = [found.identity] if layout.is_blob(source.path) else []
    origins.record(layout, target.parent.name, target, of, {"inflated": VERSION})
    return target
