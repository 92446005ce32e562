"""Readers: one file format a module, files in, columns out; no network, no store, no cards.

A reader module has `VERSION`, which grows whenever the same files would give other columns, and one of

    read(files, options)        of a few files, each with a role: arrays of numbers
    read_tree(tree, options)    of a tree of files: photos, videos, annotations
    read_parts(tree, options)   of a tree of files, some thousand rows at a time: text of any size

as `protocols` says, and may have `roles(options)`, where options decide which of a split's files are needed at all. One
of the first two may also have

    read_arriving(files or tree, options)    the same rows in the order of the files, some at a time, while they arrive

with `arrives(options)`, where that takes options that not every card has.
Most modules are named like the one dataset, or the format, that they read. The others are

    own, own_texts      what users have themselves, found out by a `survey`
    parts, blocks       columns too large for memory: rows of text some at a time, arrays some at a time

A format is added by a module, a line in `READERS` and a test that inherits the conformance suite.

| values of a column                     | for fields of the kind                       |
|----------------------------------------|----------------------------------------------|
| array or Blocks, rows first            | image with a shape, label, number, tensor    |
| Media                                  | what is decoded: image, mask, video, flow ... |
| list of str or None                    | text                                         |
| list of lists of str, or of int        | sequence                                     |
| list of int, list of float             | label, number (in parts)                     |
| Arrow array of the stored type         | text, sequence, label, number (in parts)     |
| list of what JSON can hold, or None    | annotation, tensors                          |
| JsonTexts: the same, as JSON           | annotation, tensors                          |
| None                                   | any: all rows lack it                        |
"""

from __future__ import annotations

import importlib
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from hub.archives import kind_of, open_member
from hub.archives.kinds import INFLATED
from hub.errors import InvalidInput, StoreError
from hub.readers.blocks import Blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any, BinaryIO, TypeAlias

    import pyarrow as pa
    from numpy.typing import NDArray

    from hub.readers.protocols import FileReader, OwnReader, PartReader, TreeReader
    from hub.trees import Media, Tree

    Option = bool | int | float | str | tuple[int | str, ...]
    Options = Mapping[str, Option]
    Column: TypeAlias = "NDArray[np.generic] | Blocks | Media | JsonTexts | pa.Array | Sequence[object] | None"
    Columns = dict[str, NDArray[np.generic]]
    Survey = Mapping[str, Mapping[str, str]]

# A card names a key of this table and never code; a module is imported when its format is first read.
READERS = {
    "caltech101": "hub.readers.caltech101",
    "caltech256": "hub.readers.caltech256",
    "celeba": "hub.readers.celeba",
    "cifar": "hub.readers.cifar",
    "cityscapes": "hub.readers.cityscapes",
    "class_folders": "hub.readers.class_folders",
    "clevr": "hub.readers.clevr",
    "cnn_dailymail": "hub.readers.cnn_dailymail",
    "coco": "hub.readers.coco",
    "delimited": "hub.readers.delimited",
    "dtd": "hub.readers.dtd",
    "falling_things": "hub.readers.falling_things",
    "fer2013": "hub.readers.fer2013",
    "fgvc_aircraft": "hub.readers.fgvc_aircraft",
    "flickr": "hub.readers.flickr",
    "flowers102": "hub.readers.flowers102",
    "flying_chairs": "hub.readers.flying_chairs",
    "flying_things3d": "hub.readers.flying_things3d",
    "food101": "hub.readers.food101",
    "gtsrb": "hub.readers.gtsrb",
    "hd1k": "hub.readers.hd1k",
    "hmdb51": "hub.readers.hmdb51",
    "idx": "hub.readers.idx",
    "imagenet": "hub.readers.imagenet",
    "imagenette": "hub.readers.imagenette",
    "inaturalist": "hub.readers.inaturalist",
    "iwslt": "hub.readers.iwslt",
    "json_lines": "hub.readers.json_lines",
    "kitti": "hub.readers.kitti",
    "labelled_texts": "hub.readers.labelled_texts",
    "lfw": "hub.readers.lfw",
    "libsvm": "hub.readers.libsvm",
    "lsun": "hub.readers.lsun",
    "matched_files": "hub.readers.matched_files",
    "middlebury2014": "hub.readers.middlebury2014",
    "moving_mnist": "hub.readers.moving_mnist",
    "noise": "hub.readers.noise",
    "own": "hub.readers.own",
    "own_lines": "hub.readers.own_texts.lines",
    "own_pairs": "hub.readers.own_texts.pairs",
    "own_tables": "hub.readers.own_texts.tables",
    "own_tags": "hub.readers.own_texts.tags",
    "oxford_pets": "hub.readers.oxford_pets",
    "parquet": "hub.readers.parquet",
    "pcam": "hub.readers.pcam",
    "phototour": "hub.readers.phototour",
    "pixel_lines": "hub.readers.pixel_lines",
    "places365": "hub.readers.places365",
    "sbd": "hub.readers.sbd",
    "sbu": "hub.readers.sbu",
    "scene_flow": "hub.readers.scene_flow",
    "sintel": "hub.readers.sintel",
    "squad": "hub.readers.squad",
    "stanford_cars": "hub.readers.stanford_cars",
    "stl10": "hub.readers.stl10",
    "sun397": "hub.readers.sun397",
    "svhn": "hub.readers.svhn",
    "tagged_words": "hub.readers.tagged_words",
    "text_lines": "hub.readers.text_lines",
    "ucf101": "hub.readers.ucf101",
    "video_folders": "hub.readers.video_folders",
    "voc": "hub.readers.voc",
    "wider_face": "hub.readers.wider_face",
    "word_vectors": "hub.readers.word_vectors",
}


class Scratch(ExitStack):
    """What is open while files are read, and a folder with room for inflated copies; all of it ends together."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__()
        self._folder = folder

    def copy(self, stream: BinaryIO) -> BinaryIO:
        """Return the bytes of a stream as an unnamed file. Raises StoreError if there is no room for it."""
        try:
            if self._folder is not None:
                self._folder.mkdir(parents=True, exist_ok=True)
            made = cast("BinaryIO", self.enter_context(tempfile.TemporaryFile(dir=self._folder)))  # noqa: SIM115  it is one
            shutil.copyfileobj(stream, made, 1 << 20)
        except OSError as error:
            if error.errno is None:  # the stream's own damage
                raise
            what = f"cannot write a temporary file: {error.strerror}"
            raise StoreError(what, hint="make room in HUB_HOME, or set it to another folder") from error
        return made


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: a path or, with `member`, what lies under that name in the zip or tar at the path."""

    path: Path
    member: str = ""
    scratch: Scratch = field(default_factory=Scratch, compare=False, repr=False)

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it for reading, inflated where it is bzip2, gzip or xz."""
        return open_member(self.path, self.member)

    def at_hand(self) -> BinaryIO:
        """Open it for reading from any place until `scratch` ends; what is packed is inflated there first."""
        if not self.member and kind_of(self.path) not in INFLATED:
            return self.scratch.enter_context(self.path.open("rb"))
        with self.open() as stream:
            return self.scratch.copy(stream)

    def __str__(self) -> str:
        return f"{self.path}#{self.member}" if self.member else str(self.path)


@dataclass(frozen=True, slots=True)
class JsonTexts:
    """A column of JSON that files have as it is to be kept, so that nobody needs to parse it; None stands for none."""

    texts: Sequence[str | None]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Read:
    """What a tree holds: columns, and what the files tell besides.

    `classes` are names found in the files, where the card has none. `about` becomes attributes of the dataset, under
    the names that torchvision's class gives them; it must be what JSON can hold.
    """

    columns: Mapping[str, Column]
    classes: tuple[str, ...] = ()
    about: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What data of the user's own turn out to be: split -> column -> kind of field.

    `classes` are the labels' names, where the survey finds them; `told` are options that the reader is given, when it
    reads what has been surveyed; `beside` names columns of text that no transform is given.
    """

    columns: Survey
    classes: tuple[str, ...] = ()
    told: Mapping[str, Option] = field(default_factory=dict)
    beside: tuple[str, ...] = ()


def words(options: Options, name: str, default: Sequence[str] = ()) -> tuple[str, ...]:
    """Return an option that is several words."""
    value = options.get(name) or tuple(default)
    return (value,) if isinstance(value, str) else tuple(map(str, cast("Sequence[str]", value)))


def one_or_both(options: Options, name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the one of two that an option names, or both of them for "both". Raises InvalidInput otherwise."""
    value = str(options[name])
    if value == "both":
        return tuple(known)
    if value not in known:
        raise InvalidInput(
            f"Unknown value {value!r} for argument {name}.",
            expected=", ".join(map(repr, (*known, "both"))),
            found=repr(value),
        )
    return (value,)


def find(name: str) -> FileReader | TreeReader | PartReader:
    """Return the reader of a format; InvalidInput if there is none of that name."""
    if name not in READERS:
        raise InvalidInput(f"there is no reader {name!r}", expected=", ".join(sorted(READERS)), found=name)
    module: Any = importlib.import_module(READERS[name])
    return cast("FileReader | TreeReader | PartReader", module)


def reads_trees(name: str) -> bool:
    """Tell whether a format is a tree of files, and not a few files with roles."""
    return hasattr(find(name), "read_tree") or reads_parts(name)


def reads_parts(name: str) -> bool:
    """Tell whether a format is read some rows at a time."""
    return hasattr(find(name), "read_parts")


def reads_arriving(name: str, options: Options) -> bool:
    """Tell whether a format can be read from the front while its files arrive."""
    reader = find(name)
    return hasattr(reader, "read_parts") or (
        hasattr(reader, "read_arriving") and getattr(reader, "arrives", lambda _: True)(options)
    )


def keeps_order(name: str) -> bool:
    """Tell whether rows have the order of the files, and not one of their names or of lists."""
    return not hasattr(find(name), "read_tree")


def read_arriving(name: str, source: Tree | Mapping[str, File], options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield what arrives, some rows at a time, read as the format `name`: as `read_parts` does, where that is all."""
    reader: Any = find(name)
    read = reader.read_parts if reads_parts(name) else reader.read_arriving
    return cast("Iterator[Mapping[str, Column]]", read(source, options))


def surveys(name: str) -> bool:
    """Tell whether a reader finds out itself what a tree holds."""
    return hasattr(find(name), "survey")


def read_files(name: str, files: Mapping[str, File], options: Options) -> Mapping[str, Column]:
    """Return the columns of `files`, a map of role to file, read as the format `name`."""
    return cast("FileReader", find(name)).read(files, options)


def read(name: str, files: Mapping[str, File], options: Options) -> Columns:
    """Return what `read_files` returns as whole arrays; those of large files may not fit into memory."""
    with Scratch() as scratch:
        found = read_files(name, {role: replace(file, scratch=scratch) for role, file in files.items()}, options)
        return {name: each.whole() if isinstance(each, Blocks) else np.asarray(each) for name, each in found.items()}


def read_tree(name: str, tree: Tree, options: Options) -> Read:
    """Return what `tree` holds, read as the format `name`."""
    return cast("TreeReader", find(name)).read_tree(tree, options)


def read_parts(name: str, tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield what `tree` holds, some rows at a time, read as the format `name`."""
    return cast("PartReader", find(name)).read_parts(tree, options)


def survey(name: str, tree: Tree, options: Options) -> Surveyed:
    """Return the splits and columns that `tree` holds for the reader `name`."""
    return cast("OwnReader", find(name)).survey(tree, options)


def roles(name: str, options: Options) -> tuple[str, ...] | None:
    """Return the roles of the files that options make the format `name` need, or None if it needs all of a split."""
    needed = getattr(find(name), "roles", None)
    return None if needed is None else needed(options)
