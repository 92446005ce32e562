"""What a dataset's card may say: one frozen struct a table, with what each key means."""

from __future__ import annotations

from datetime import date  # noqa: TC003  msgspec reads the annotations
from typing import Annotated, Literal

from msgspec import Meta

from hub.cards.artifacts import Artifact  # noqa: TC001  msgspec reads the annotations
from hub.cards.base import Option, Paper, Size, Struct, Text, Version


class Field(Struct, frozen=True):
    """One column of a dataset. `shape` is that of one value: (height, width) or (height, width, channels).

    `dtype` is that of a number or tensor, which is otherwise as in the files. `classes` are the names of a label's
    values from `first` on; without them the reader may find names in the files.

    `image`, `patch` and `video` are what a transform is given, and where there are none `text`; everything else is a
    target. A `sequence` is a list of words, or of whole numbers where `dtype` says so. A `patch` is an image that users
    get as a tensor. An image or video without a shape, and a `mask`, `flow`, `disparity`, `validity` or
    `contour`, stays in the file or archive it came in; `decoder` says how its bytes become a value. `annotation` is
    what JSON can hold; `tensors` is a dict of tensors. A `tensor` without a shape, and a 0 in one, is as in the files.
    """

    name: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
    """What users call it."""
    kind: Literal[
        "image", "patch", "video", "audio", "label", "text", "sequence", "number", "tensor", "tensors", "annotation",
        "mask", "flow", "disparity", "validity", "contour",
    ]  # fmt: skip
    """What its values are."""
    shape: tuple[int, ...] = ()
    """Height and width of an image, or more numbers; 0 where samples differ."""
    dtype: Literal["", "uint8", "int32", "int64", "float32", "float64"] = ""
    """The type of numbers, where it is not that of the files."""
    classes: tuple[str, ...] = ()
    """The names of labels, in order."""
    first: int = 0
    """The label of the first class: torchtext's classes count from 1."""
    transformed: bool | None = None
    """Whether a transform is given it; without a word that depends on its kind."""
    decoder: str = ""
    """A key of the table of decoders; without it that of the kind."""
    shown: bool = True
    """Whether it is part of a sample; others serve joint transforms and what is made of them."""
    made_of: tuple[str, ...] = ()
    """Stored fields out of which `maker` makes it when it is asked for; itself it is not stored."""
    maker: str = ""
    """A key of the table of makers."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The stored columns that it needs."""
        return self.made_of or (self.name,)


class Split(Struct, frozen=True):
    """One split: how many samples, and which artifact plays which role for the reader.

    A file is named as `<artifact>` or `<artifact>#<member>`. `rows` keeps a part: [start, stop). `fields` names the
    columns of this split, where it has not all. A split without `samples` has as many as there are.
    """

    samples: Size | None = None
    """How many there are."""
    files: dict[str, str] = {}
    """What the reader calls a file -> the artifact, or `<artifact>#<member>`."""
    rows: tuple[int, int] | None = None
    """The part that is kept: first row, and the one after the last."""
    options: dict[str, Option] = {}
    """What the reader is told, besides the options of card and variant."""
    fields: tuple[str, ...] = ()
    """The columns that this split has, where it has not all."""


class Variant(Struct, frozen=True):
    """One of several datasets that are published together; `classes` replaces those of the label field."""

    splits: dict[str, Split]
    """Its splits."""
    classes: tuple[str, ...] = ()
    """The names of its labels."""
    options: dict[str, Option] = {}
    """What the reader is told, besides the card's own options."""


class Target(Struct, frozen=True):
    """The choice of what accompanies an image: one column, or a tuple of several."""

    option: str
    """The name of the choice, such as `target_type`."""
    default: tuple[str, ...]
    """One name: the value itself; several: a tuple of them."""
    choices: dict[str, str]
    """Each name that can be chosen -> the field that holds it."""


class Upstream(Struct, frozen=True):
    """The class of torchvision or torchtext that reads the same files, and what its arguments mean here."""

    name: str = ""
    """The class: `<library>.datasets.<name>`."""
    library: Literal["torchvision", "torchtext"] = "torchvision"
    """Which of the two has the class."""
    folder: str = ""
    """Where it keeps the files, below `root`."""
    parameters: str = ""
    """Those of its constructor after `root`, as Python writes them: "train=True, transform=None, download=False"."""
    split: str = ""
    """The parameter that picks the split; without one there is a single split."""
    variant: str = ""
    """The parameter that picks the variant."""
    names: dict[str, str] = {}
    """Values of these two -> names here, where they differ; `True` and `False` are train and test anyway."""
    types: Literal["tensors", "arrays", "planes"] = "tensors"
    """What it gives: `.data` and `.targets` as tensors; `.data` as a numpy array and `.targets` as a list; or `.data`
    as a numpy array with channels before height and width, and `.labels` as another."""
    transforms: Literal["", "flow", "stereo"] = ""
    """How it calls a joint transform: with all values; with two images, flow and validity; or with pairs of them."""
    bare: bool = False
    """Whether a sample of one value is that value and no tuple."""
    listed: bool = False
    """Whether a sample is a list of its values."""


class DatasetCard(Struct, frozen=True):
    """A dataset: `datasets/<id>.toml`."""

    schema: Literal[1]
    """The form of the card: 1."""
    name: str
    """As people write it, such as Fashion-MNIST."""
    summary: Text
    """One sentence of at most 160 characters: what it shows, how much there is, and what is special."""
    version: Version
    """Three numbers, such as 1.0.0."""
    task: tuple[str, ...]
    """What people train on it; like `modality` and `license` a facet that lists can be filtered by."""
    modality: tuple[str, ...]
    """What samples are: image, text, video, audio."""
    license: str
    """An identifier of SPDX, or a few words where there is none; what limits it stands in parentheses."""
    homepage: str
    """Where its makers present it."""
    reader: str
    """A key of the table of readers in code: a card never names code of its own."""
    fields: Annotated[tuple[Field, ...], Meta(min_length=1)]
    """All columns, in the order that the values of a sample have."""
    artifacts: tuple[Artifact, ...] = ()
    """All files that are published."""
    splits: dict[str, Split] = {}
    """Without any, and without variants, it is data of the user's own: the reader tells splits and columns from it."""
    variants: dict[str, Variant] = {}
    """Datasets that are published together and differ in classes or splits."""
    default_variant: str = ""
    """The variant that is meant if none is asked for; without it one must be."""
    options: dict[str, Option] = {}
    """The reader's options with their defaults."""
    target: Target | None = None
    """The choice of what accompanies an image."""
    aliases: tuple[str, ...] = ()
    """Further names that it is found by, besides its id and the name of torchvision's class."""
    upstream: Upstream = Upstream()
    """The class of torchvision or torchtext that reads the same files."""
    paper: Paper | None = None
    """The paper that introduced it."""
    added: date | None = None
    """When the card was written: what is new stands on top of lists of changes."""
    citation: str = ""
    """BibTeX."""
    notes: str = ""
    """What to know before using it: origin, traps, where it differs from torchvision, and how sure its sources are."""
    manual: str = ""
    """What to get where by hand, and how the folder must look that `data_dir` names; for what nobody may hand on."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called besides its id."""
        return (*filter(None, [self.upstream.name]), *self.aliases)

    @property
    def by_hand(self) -> bool:
        """Whether there is nothing to fetch, and something to get by hand."""
        return bool(self.manual) and not any(artifact.sources for artifact in self.artifacts)
