"""`hub info NAME`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub import registry
from hub.cli.describing_catalog import of_catalog
from hub.cli.options import complete_names, json_option, print_json
from hub.cli.table import lines
from hub.progress import human_bytes
from hub.registry.hosts import hosts_of, on_a_single_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hub.cards import Artifact, DatasetCard, Field, Split, Weights
    from hub.registry import DatasetEntry, Entry, ModelEntry


MANY = 24
"""Rows of a section, and names in a row, that are still read by people: fastText has 294 languages."""


@click.command()
@click.argument("name", shell_complete=complete_names)
@json_option
def command(name: str, as_json: bool) -> None:
    """Show what is known of NAME: splits or weights, files, digests, licence; of a project what to use instead.

    A kind may stand before the name: project/timm.
    """
    entry = registry.describe(name)
    if as_json:
        print_json(_as_table(entry))
    else:
        click.echo("\n".join(_lines_of(entry)))


def _lines_of(entry: Entry) -> Iterator[str]:
    if isinstance(entry, registry.CatalogEntry):
        return of_catalog(entry)
    return _of_dataset(entry) if isinstance(entry, registry.DatasetEntry) else _of_model(entry)


def _as_table(entry: Entry) -> dict[str, object]:
    import msgspec

    if isinstance(entry, registry.CatalogEntry):
        return {"kind": entry.kind, "id": entry.id, **msgspec.to_builtins(entry.card)}
    if isinstance(entry, registry.DatasetEntry):
        reach = _reach(entry.card.artifacts)
        return {"kind": "dataset", "id": entry.id, **reach, **msgspec.to_builtins(entry.card)}
    reach = _reach([weights.artifact for weights in entry.variant.weights])
    family = msgspec.to_builtins(entry.card)
    del family["variants"]
    return {"kind": "model", "id": entry.variant.name, **reach, "family": family, **msgspec.to_builtins(entry.variant)}


def _reach(artifacts: Sequence[Artifact]) -> dict[str, object]:
    return {"hosts": hosts_of(artifacts), "single_host": bool(on_a_single_host(artifacts))}


def _of_dataset(entry: DatasetEntry) -> Iterator[str]:
    card = entry.card
    yield from _head(f"{card.name} {card.version}", card.summary.en, card.summary.zh)
    variant = card.default_variant or next(iter(card.variants), "")
    option = f', variant="{variant}"' if variant else ""
    option += ', data_dir="..."' if card.by_hand else ""
    split = f', split="{_first_split(card)}"' if card.splits or card.variants else ""
    yield f'    hub.load_dataset("{entry.id}"{split}{option})'
    yield ""
    facts = _facts(card.license, card.homepage, ", ".join(card.task))
    package = {"torchvision": "vision", "torchtext": "text"}[card.upstream.library]
    upstream = [("class", f"hub.{package}.datasets.{card.upstream.name}")] if card.upstream.name else []
    yield from lines([*facts, *upstream, *_host_rows(card.artifacts)])
    yield from _by_hand(card.manual)
    yield from _section("fields", (_field_row(field) for field in card.fields if field.shown))
    yield from _section("options", _option_rows(card))
    yield from _section("splits", _split_rows(card))
    yield from _section("files", (_artifact_row(artifact) for artifact in card.artifacts))
    yield from _closing(card.notes)


def _of_model(entry: ModelEntry) -> Iterator[str]:
    card, variant = entry.card, entry.variant
    yield from _head(variant.name, card.summary.en, card.summary.zh)
    chosen = registry.weights_of(entry, entry.tag) if entry.tag else None
    if chosen is not None:
        yield f'    hub.load("{variant.name}@{chosen.tag}")'
    else:
        yield f'    hub.load("{variant.name}", pretrained={bool(variant.weights)})'
    yield ""
    facts = _facts(card.license, card.homepage, ", ".join(card.task))
    size = f"{variant.params:,} parameters" if variant.params else "not counted"
    size += f", {variant.gflops} GFLOPs" if variant.gflops else ""
    paper = f"{card.paper.title} ({card.paper.year}), {card.paper.url}"
    maps = [("features", ", ".join(variant.features))] if variant.features else []
    hosts = _host_rows([weights.artifact for weights in variant.weights])
    yield from lines([*facts, ("size", size), ("paper", paper), *maps, *hosts])
    yield from _section("weights", _weights_rows(variant.weights, chosen))
    yield from _section("files", (_weights_file_row(weights) for weights in variant.weights))
    yield from _closing(card.notes)


def _head(title: str, *summaries: str) -> Iterator[str]:
    yield title
    yield from (summary for summary in summaries if summary)
    yield ""


def _facts(license_name: str, homepage: str, task: str) -> list[tuple[str, str]]:
    facts = [("task", task), ("license", license_name), ("home", homepage)]
    return [(name, value) for name, value in facts if value]


def _host_rows(artifacts: Sequence[Artifact]) -> list[tuple[str, ...]]:
    """Say where the files are, and which of them would be lost with one host."""
    alone = [artifact.name for artifact in on_a_single_host(artifacts)]
    named = ", ".join(alone[:3]) + (f" and {len(alone) - 3} more" if len(alone) > 3 else "")  # noqa: PLR2004  a line
    rows = [("hosts", ", ".join(hosts_of(artifacts))), ("at risk", named and f"no second host has {named}")]
    return [row for row in rows if row[1]]


def _by_hand(manual: str) -> Iterator[str]:
    if manual:
        yield ""
        yield "by hand"
        yield from (f"  {line}".rstrip() for line in manual.strip().splitlines())


def _section(title: str, rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    found = [("", *row) for row in rows]
    if found:
        yield ""
        yield title
        yield from lines(found[:MANY])
    if len(found) > MANY:
        yield f"  and {len(found) - MANY} more: hub info --json has them all"


def _closing(notes: str) -> Iterator[str]:
    if notes:
        yield ""
        yield notes.strip()


def _first_split(card: DatasetCard) -> str:
    table = card.splits or next(iter(card.variants.values())).splits
    return next(iter(table))


def _option_rows(card: DatasetCard) -> Iterator[tuple[str, ...]]:
    """Say what may be chosen, and what is chosen otherwise."""
    if card.variants:
        others = [name for name in card.variants if name != card.default_variant]
        more = f" or one of {len(others) - MANY} more" if len(others) > MANY else ""
        usual = repr(card.default_variant) if card.default_variant else "none"
        yield "variant", usual, f"or {_quoted(others[:MANY])}{more}"
    if card.target is not None:
        default = card.target.default[0] if len(card.target.default) == 1 else list(card.target.default)
        offered = set(card.target.choices) - set(card.target.default)
        yield card.target.option, repr(default), f"or {_quoted(offered)}, or a list of them"
    yield from ((name, repr(value), "") for name, value in card.options.items() if _is_a_choice(card, name))


def _is_a_choice(card: DatasetCard, option: str) -> bool:
    """Tell whether users choose it: those that the constructor does not have say how the files are written."""
    return not option.startswith("_") and (not card.upstream.name or option in card.upstream.parameters)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))


def _split_rows(card: DatasetCard) -> Iterator[tuple[str, ...]]:
    tables = [variant.splits for variant in card.variants.values()]
    uncounted = all(split.samples is None for splits in tables for split in splits.values())
    if tables and uncounted and all(splits.keys() == tables[0].keys() for splits in tables):
        yield from _rows_of(tables[0], "", f"of each of the {len(tables)} variants")
        return
    # How many there are of one's own data nobody can say; of files that are published nobody has counted them.
    unknown = "not counted" if card.artifacts else "as many samples as there are"
    yield from _rows_of(card.splits, "", unknown)
    for name, variant in card.variants.items():
        yield from _rows_of(variant.splits, f"{name} ", unknown)


def _rows_of(splits: dict[str, Split], prefix: str, uncounted: str) -> Iterator[tuple[str, ...]]:
    for name, split in splits.items():
        yield f"{prefix}{name}", uncounted if split.samples is None else f"{split.samples:,} samples"


def _field_row(field: Field) -> tuple[str, ...]:
    shape = " \N{MULTIPLICATION SIGN} ".join(str(size or "?") for size in field.shape)
    classes = f"{len(field.classes)} classes: {', '.join(field.classes)}" if field.classes else ""
    return (field.name, field.kind, shape or classes)


def _weights_rows(published: Sequence[Weights], chosen: Weights | None) -> Iterator[tuple[str, ...]]:
    if not published:
        yield "none published", 'a file of your own is read with weights="file.pth"'
    yield from (_weights_row(weights, "asked for" if weights == chosen else "") for weights in published)


def _weights_row(weights: Weights, mark: str) -> tuple[str, ...]:
    metrics = [
        f"{data}: {', '.join(f'{name} {value}' for name, value in table.items())}"
        for data, table in weights.metrics.items()
    ]
    marks = ", ".join(filter(None, ("default" if weights.default else "", mark)))
    return (weights.tag, marks, weights.license, "; ".join(metrics))


def _weights_file_row(weights: Weights) -> tuple[str, ...]:
    name, size, *rest = _artifact_row(weights.artifact)
    about = weights.size if weights.artifact.size is None else None
    return (name, size if about is None else f"~ {human_bytes(about)}", *rest)


def _artifact_row(artifact: Artifact) -> tuple[str, ...]:
    size = human_bytes(artifact.size) if artifact.size is not None else "?"
    return (artifact.name, size, _availability(artifact), _digest(artifact))


def _digest(artifact: Artifact) -> str:
    """Say what the file must hash to; where that is not known, whether anything else tells."""
    if artifact.digests:
        return str(artifact.digests[0])
    if any(source.url.startswith("hf:") for source in artifact.sources):
        return "the sha256 that Hugging Face states"
    packed = any(source.digests for source in artifact.sources)
    return "a digest of what it comes in" if packed else "no digest is published"


def _availability(artifact: Artifact) -> str:
    count = len(artifact.sources)
    tried = sum(source.checked for source in artifact.sources)
    how_many = {0: "not tried yet", count: "tried"}.get(tried, f"{tried} tried")
    return f"{count} source{'s' * (count != 1)}, {how_many}" if count else "by hand"
