"""What a dataset holds, as its page shows it: splits, fields, classes, options, and how much there is to fetch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.progress import human_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hub.cards import Artifact, DatasetCard, Field, Split

MANY = 24
"""Rows of a table, and names in one, that are still read by people: fastText has 174 languages."""
LISTED = 300
"""Names of classes that a page has room for; the card has all."""
SEVERAL = 12
"""Files that a page shows one by one; Middlebury 2014 has 47."""


@dataclass(frozen=True, slots=True)
class Splits:
    """The samples of each split; a row is a split, or a variant with a column a split. `names` are variants alike."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    of_variants: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One column of a dataset."""

    name: str
    kind: str
    shape: str
    dtype: str


@dataclass(frozen=True, slots=True)
class Classes:
    """The names of classes, with their numbers; `of` is the variant or the field, where there are several."""

    of: str
    count: int
    words: tuple[str, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class OptionRow:
    """What can be chosen; `more` counts further choices."""

    name: str
    default: str
    others: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the files are, and what hosts send of them; `of` is the variant that both are of."""

    all: str
    sent: str
    of: str = ""


def is_own(card: DatasetCard) -> bool:
    """Tell whether the data are the user's, or made on the fly: nobody published them or counted their samples."""
    counted = any(split.samples for split in card.splits.values())
    return not (card.artifacts or card.variants or card.paper or counted)


def splits(card: DatasetCard, uncounted: str) -> Splits:
    """Return the splits; `uncounted` stands for a number that nobody knows."""
    if not card.variants:
        return Splits(("",), tuple((name, (_samples(split, uncounted),)) for name, split in card.splits.items()))
    tables = {name: variant.splits for name, variant in card.variants.items()}
    first = next(iter(tables.values()))
    if all(table == first or _alike(table, first) for table in tables.values()):
        rows = tuple((name, (_samples(split, uncounted),)) for name, split in first.items())
        return Splits(("",), rows, names=tuple(tables))
    columns = tuple(dict.fromkeys(name for table in tables.values() for name in table))
    return Splits(columns, tuple(_variant_rows(tables, columns, uncounted)), of_variants=True)


def _alike(one: Mapping[str, Split], other: Mapping[str, Split]) -> bool:
    """Tell whether two variants have the same splits, of which nobody has counted the samples."""
    return one.keys() == other.keys() and not any(split.samples for split in (*one.values(), *other.values()))


def _variant_rows(
    tables: Mapping[str, Mapping[str, Split]], columns: Sequence[str], uncounted: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, table in list(tables.items())[:MANY]:
        yield name, tuple(_samples(table[each], uncounted) if each in table else "" for each in columns)


def _samples(split: Split, uncounted: str) -> str:
    return uncounted if split.samples is None else f"{split.samples:,}"


def fields(card: DatasetCard) -> list[FieldRow]:
    """Return the columns that a sample has."""
    return [
        FieldRow(field.name, field.kind, " × ".join(str(size or "?") for size in field.shape), field.dtype)  # noqa: RUF001
        for field in card.fields
        if field.shown
    ]


def classes(card: DatasetCard) -> list[Classes]:
    """Return the names of classes that the card knows, by field and by variant."""
    labelled = [field for field in card.fields if field.classes]
    found = [_classes(field.name if len(labelled) > 1 else "", field.classes, field.first) for field in labelled]
    start = _first_label(card.fields)
    return [*found, *(_classes(name, each.classes, start) for name, each in card.variants.items() if each.classes)]


def _first_label(columns: Iterable[Field]) -> int:
    return next((field.first for field in columns if field.kind == "label"), 0)


def _classes(of: str, names: Sequence[str], start: int) -> Classes:
    words = tuple(f"{number} {name}" for number, name in enumerate(names[:LISTED], start))
    return Classes(of, len(names), words, len(names) > LISTED)


def options(card: DatasetCard) -> list[OptionRow]:
    """Return what users may choose: variant, target, and the options that are their business."""
    return list(_options(card))


def _options(card: DatasetCard) -> Iterator[OptionRow]:
    if card.variants:
        others = [f'"{name}"' for name in card.variants if name != card.default_variant]
        default = f'"{card.default_variant}"' if card.default_variant else ""
        # Those that are alike stand together below the table of splits.
        yield OptionRow("variant", default, tuple(others[:MANY]), max(0, len(others) - MANY))
    if card.target is not None:
        chosen = card.target.default
        others = [f'"{name}"' for name in sorted(card.target.choices) if (name,) != chosen]
        yield OptionRow(card.target.option, _written(chosen[0] if len(chosen) == 1 else list(chosen)), tuple(others))
    for name, value in card.options.items():
        # An option that the class upstream does not have says how the files are written.
        if not name.startswith("_") and (not card.upstream.name or name in card.upstream.parameters):
            yield OptionRow(name, _written(list(value) if isinstance(value, tuple) else value))


def _written(value: object) -> str:
    return repr(value).replace("'", '"')


def sizes(card: DatasetCard) -> Sizes:
    """Return how large the files of the variant are that is meant if none is asked for, or else of all of them."""
    variant = card.variants.get(card.default_variant)
    wanted = {
        file.partition("#")[0]
        for split in (variant.splits.values() if variant else ())
        for file in split.files.values()
    }
    artifacts = [artifact for artifact in card.artifacts if variant is None or artifact.name in wanted]
    return Sizes(_total(artifact.size for artifact in artifacts), _sent(artifacts), card.default_variant)


def _total(amounts: Iterable[int | None]) -> str:
    """Return the sum, empty if nothing is known of it; "> " before what is known if something is not."""
    known = list(amounts)
    total = sum(each or 0 for each in known)
    if not total:
        return ""
    return f"{'> ' if None in known else ''}{human_bytes(total)}"


def _sent(artifacts: Iterable[Artifact]) -> str:
    """Return what the first host of each file sends, where several may come in the same archive."""
    sent: dict[str, int | None] = {}
    for artifact in artifacts:
        if artifact.sources:
            source = artifact.in_order[0]
            sent[source.url.partition("#")[0]] = source.size if source.wrapped else artifact.size
    return _total(sent.values())
