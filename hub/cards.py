"""Cards: one TOML file about one dataset or one family of models, as frozen structs.

`read_dataset` and `read_model` return a card or raise CardError with every fault of the file; `schema` exports the
JSON Schema (2020-12) that editors and other people's tools check cards with.
"""

from __future__ import annotations

import difflib
import tomllib
import types
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

# msgspec: reads and checks typed structs in one go, 20 times lighter to import than pydantic, and exports JSON Schema.
import msgspec
from msgspec import Meta

from hub.digest import Digest
from hub.errors import CardError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SCHEMA = 1

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Sha256Prefix = Annotated[str, Meta(pattern="^[0-9a-f]{8,63}$")]
Md5 = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
Size = Annotated[int, Meta(ge=0)]
Identifier = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_.-]*$")]
SourceUrl = Annotated[str, Meta(pattern="^(https?|file|pypi):")]
Version = Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+$")]

Fault = tuple[str, str]
"""(key path, message)"""


# Each class below says frozen=True once more, because type checkers do not inherit it.
class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen value read from a card; a key that it does not know is a fault."""


class Text(Struct, frozen=True):
    """Words for people, in English and Chinese."""

    en: str
    zh: str = ""


class Source(Struct, frozen=True):
    """One place where an artifact can be had, possibly wrapped.

    `url` may end in `#<member>`: the file is an archive and the artifact is that member of it. `unwrap` is applied
    last. `size` and digests are those of the file that the host serves, when it is not the artifact itself.
    """

    url: SourceUrl
    unwrap: Literal["", "gz", "xz"] = ""
    size: Size | None = None
    sha256: Sha256 | None = None
    md5: Md5 | None = None
    checked: bool = True
    """Whether someone has had these bytes from there and compared the digest."""

    @property
    def wrapped(self) -> bool:
        """Whether the host serves something other than the artifact's own bytes."""
        return bool(self.unwrap) or "#" in self.url

    @property
    def digests(self) -> tuple[Digest, ...]:
        """What the served file must hash to, as far as it is known."""
        return _digests(sha256=self.sha256, md5=self.md5)


class Artifact(Struct, frozen=True):
    """One published file: a name, its digest, and where to get it, best source first."""

    name: str
    sources: tuple[Source, ...] = ()
    size: Size | None = None
    sha256: Sha256 | None = None
    sha256_prefix: Sha256Prefix | None = None
    md5: Md5 | None = None
    members: dict[str, Md5] = {}
    """MD5 of files inside, as far as they are published: what a copy that was unpacked is compared with."""

    @property
    def digests(self) -> tuple[Digest, ...]:
        """What the artifact must hash to, as far as it is known."""
        return _digests(sha256=self.sha256 or self.sha256_prefix, md5=self.md5)


def _digests(**known: str | None) -> tuple[Digest, ...]:
    return tuple(Digest(name, value) for name, value in known.items() if value)


class Field(Struct, frozen=True):
    """One column of a dataset. `shape` is that of one value: (height, width) or (height, width, channels)."""

    name: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
    kind: Literal["image", "label", "text", "tensor"]
    shape: tuple[int, ...] = ()
    dtype: Literal["", "uint8", "int32", "int64", "float32"] = ""
    classes: tuple[str, ...] = ()


class Split(Struct, frozen=True):
    """One split: how many samples, and which artifact plays which role for the reader.

    A file is named as `<artifact>` or `<artifact>#<member>`. `rows` keeps a part: [start, stop).
    """

    samples: Size
    files: dict[str, str]
    rows: tuple[int, int] | None = None


class Variant(Struct, frozen=True):
    """One of several datasets that are published together; `classes` replaces those of the label field."""

    splits: dict[str, Split]
    classes: tuple[str, ...] = ()
    options: dict[str, bool | int | str] = {}
    """What the reader is told, besides the card's own options."""


class Paper(Struct, frozen=True):
    """The publication behind a card."""

    title: str
    authors: tuple[str, ...]
    year: int
    url: str


class DatasetCard(Struct, frozen=True):
    """A dataset: `datasets/<id>.toml`."""

    schema: Literal[1]
    name: str
    summary: Text
    version: Version
    task: tuple[str, ...]
    modality: tuple[str, ...]
    license: str
    homepage: str
    reader: str
    fields: Annotated[tuple[Field, ...], Meta(min_length=1)]
    artifacts: Annotated[tuple[Artifact, ...], Meta(min_length=1)]
    splits: dict[str, Split] = {}
    variants: dict[str, Variant] = {}
    default_variant: str = ""
    """The variant that is meant if none is asked for; without it one must be."""
    options: dict[str, bool | int | str] = {}
    """The reader's options with their defaults."""
    aliases: tuple[str, ...] = ()
    upstream: str = ""
    """The folder under `root` where torchvision keeps these files."""
    upstream_types: Literal["tensors", "arrays", "planes"] = "tensors"
    """What torchvision's class gives: `.data` and `.targets` as tensors; `.data` as a numpy array and `.targets` as a
    list; or `.data` as a numpy array with channels before height and width, and `.labels` as another."""
    paper: Paper | None = None
    citation: str = ""
    notes: str = ""


class Transforms(Struct, frozen=True):
    """The preprocessing that weights were trained with; sizes in pixels."""

    preset: Literal["classification"]
    resize: int
    crop: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: Literal["nearest", "bilinear", "bicubic"] = "bilinear"
    antialias: bool = True


class Weights(Struct, frozen=True):
    """One trained set of parameters."""

    tag: str
    artifact: Artifact
    transforms: Transforms
    default: bool = False
    enum: str = ""
    """torchvision's name for the enumeration that the tag belongs to."""
    categories: str = ""
    """A list of class names that hub carries, such as `imagenet-1k`."""
    metrics: dict[str, dict[str, float]] = {}
    """dataset -> metric -> value, as published."""
    license: str = ""
    recipe: str = ""


class ModelVariant(Struct, frozen=True):
    """One network of a family; `gflops` is in 10^9 multiply-adds for one input of the default size."""

    name: Identifier
    params: int
    gflops: float | None = None
    aliases: tuple[str, ...] = ()
    weights: tuple[Weights, ...] = ()

    @property
    def default(self) -> Weights | None:
        """The weights that `pretrained=True` means."""
        return next((weights for weights in self.weights if weights.default), None)


class ModelCard(Struct, frozen=True):
    """A family of models: `models/<family>.toml`."""

    schema: Literal[1]
    name: str
    summary: Text
    task: tuple[str, ...]
    license: str
    homepage: str
    paper: Paper
    builder: str
    """A key of the table of builders in code: a card never names code of its own."""
    head: str
    """The submodule that gives the class scores, such as `fc` or `classifier.6`."""
    variants: Annotated[tuple[ModelVariant, ...], Meta(min_length=1)]
    citation: str = ""
    notes: str = ""


Card = DatasetCard | ModelCard
CARD_TYPES: dict[str, type[Card]] = {"dataset": DatasetCard, "model": ModelCard}


def schema(kind: str) -> dict[str, object]:
    """Return the JSON Schema of "dataset" or "model" cards."""
    return msgspec.json.schema(CARD_TYPES[kind])


def read_dataset(path: Path) -> DatasetCard:
    """Return the dataset card at `path`; CardError with every fault if it is broken."""
    return _read(path, DatasetCard, _dataset_faults)


def read_model(path: Path) -> ModelCard:
    """Return the model card at `path`; CardError with every fault if it is broken."""
    return _read(path, ModelCard, _model_faults)


C = TypeVar("C", DatasetCard, ModelCard)


def _read(path: Path, card_type: type[C], rules: Callable[[C], Iterator[Fault]]) -> C:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CardError(path, [("", str(error))]) from error
    try:
        card = msgspec.convert(table, card_type)
    except msgspec.ValidationError as error:
        raise CardError(path, list(_type_faults(table, card_type, ""))) from error
    if faults := list(rules(card)):
        raise CardError(path, faults)
    return card


def _type_faults(value: object, wanted: Any, path: str) -> Iterator[Fault]:  # noqa: ANN401  a type form
    """Yield every place where `value` is not what `wanted` says; msgspec alone would stop at the first."""
    wanted = _without_optional(wanted)
    origin, args = get_origin(wanted), get_args(wanted)
    if origin is Annotated and get_origin(args[0]) is tuple and isinstance(value, list) and value:
        yield from _type_faults(value, args[0], path)
    elif isinstance(wanted, type) and issubclass(wanted, Struct) and isinstance(value, dict):
        yield from _struct_faults(value, wanted, path)
    elif origin is tuple and args[-1] is Ellipsis and isinstance(value, list):
        for number, each in enumerate(value):
            yield from _type_faults(each, args[0], f"{path}[{number}]")
    elif origin is dict and isinstance(value, dict):
        for key, each in value.items():
            yield from _type_faults(each, args[1], _join(path, key))
    else:
        yield from _leaf_faults(value, wanted, path)


def _struct_faults(table: dict[str, object], wanted: type[Struct], path: str) -> Iterator[Fault]:
    known = {field.name: field for field in msgspec.structs.fields(wanted)}
    for key in table.keys() - known.keys():
        close = difflib.get_close_matches(key, known, n=1)
        yield _join(path, key), "unknown key" + (f"; did you mean {close[0]!r}?" if close else "")
    for key, field in known.items():
        if key in table:
            yield from _type_faults(table[key], field.type, _join(path, key))
        elif field.required:
            yield _join(path, key), "missing"


def _leaf_faults(value: object, wanted: Any, path: str) -> Iterator[Fault]:  # noqa: ANN401  a type form
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        message, _, inner = str(error).partition(" - at `$")
        yield path + inner.rstrip("`"), message


def _without_optional(wanted: Any) -> Any:  # noqa: ANN401  a type form
    if get_origin(wanted) in (Union, types.UnionType):
        rest = [arg for arg in get_args(wanted) if arg is not type(None)]
        return rest[0] if len(rest) == 1 else wanted
    return wanted


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _dataset_faults(card: DatasetCard) -> Iterator[Fault]:
    yield from _artifact_faults(card.artifacts)
    if bool(card.splits) == bool(card.variants):
        yield "splits", "a dataset has either [splits] or [variants]"
    if card.default_variant and card.default_variant not in card.variants:
        yield "default_variant", f"there is no variant {card.default_variant!r}"
    names = {artifact.name for artifact in card.artifacts}
    for path, split in _named_splits(card):
        for role, file in split.files.items():
            if file.partition("#")[0] not in names:
                yield f"{path}.files.{role}", f"there is no artifact {file!r}"
        if split.rows and split.rows[1] - split.rows[0] != split.samples:
            yield f"{path}.rows", f"holds {split.rows[1] - split.rows[0]} rows, not {split.samples}"


def _named_splits(card: DatasetCard) -> Iterator[tuple[str, Split]]:
    for name, split in card.splits.items():
        yield f"splits.{name}", split
    for variant, inner in card.variants.items():
        for name, split in inner.splits.items():
            yield f"variants.{variant}.splits.{name}", split


def _artifact_faults(artifacts: tuple[Artifact, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, artifact in enumerate(artifacts):
        path = f"artifacts[{number}]"
        if artifact.name in seen:
            yield f"{path}.name", f"{artifact.name!r} stands twice"
        seen.add(artifact.name)
        yield from _one_artifact_faults(artifact, path)


def _one_artifact_faults(artifact: Artifact, path: str) -> Iterator[Fault]:
    if "#" in artifact.name or "/" in artifact.name or artifact.name in ("", ".", ".."):
        yield f"{path}.name", "must be a plain file name"
    for number, source in enumerate(artifact.sources):
        pinned = artifact.digests or source.digests
        if not pinned:
            yield f"{path}.sources[{number}]", "no digest is known for these bytes"
        elif source.url.startswith("http:") and not _has_sha256(artifact, source):
            yield f"{path}.sources[{number}].url", "http without a sha256 could be replaced on the way"


def _has_sha256(artifact: Artifact, source: Source) -> bool:
    return any(digest.algorithm == "sha256" for digest in (*artifact.digests, *source.digests))


def _model_faults(card: ModelCard) -> Iterator[Fault]:
    for number, variant in enumerate(card.variants):
        path = f"variants[{number}]"
        if variant.weights and sum(weights.default for weights in variant.weights) != 1:
            yield f"{path}.weights", "exactly one must say default = true"
        for place, weights in enumerate(variant.weights):
            yield from _one_artifact_faults(weights.artifact, f"{path}.weights[{place}].artifact")
