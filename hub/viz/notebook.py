"""What notebooks show of datasets, samples, cards and models: pieces of HTML, a few hundred kilobytes at most."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, cast

from hub.viz import page
from hub.viz.samples.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import nn

    from hub.cards import Field
    from hub.datasets.dataset import Dataset
    from hub.datasets.sample import Sample
    from hub.models.about import About
    from hub.registry.entries import CatalogEntry, DatasetEntry, Entry, ModelEntry
    from hub.viz.previews import Preview

SAMPLES = 8
"""Samples of a dataset that are shown."""

SIDE = 180
"""Pixels of the longer side of a picture in a notebook."""

CLASSES = 12
PARTS = 30
"""Parts of a network that are listed."""

OF_CATALOG = ("category", "status", "level", "authors", "year", "publisher", "provider", "license")
"""What is shown of an entry of the catalog, where it has it."""


def of_dataset(dataset: Dataset) -> str:
    """Return what a dataset says of itself, and a few samples."""
    from hub.viz.previews import facts, preview

    seen = preview(dataset, SAMPLES)
    told = [*facts(dataset), ("transforms", "" if dataset.transforms is None else repr(dataset.transforms))]
    return page.piece(page.body_of(seen, facts=told, heading="h3", side=SIDE, counted=False))


def of_preview(preview: Preview) -> str:
    """Return all of a preview."""
    return page.piece(page.body_of(preview, facts=preview.facts, heading="h3", side=SIDE))


def png_of_preview(preview: Preview) -> bytes:
    """Return a preview as a PNG."""
    from hub.viz.previews import sheet_of

    written = BytesIO()
    sheet_of(preview).save(written, "PNG")
    return written.getvalue()


def of_sample(sample: Sample) -> str:
    """Return a sample, or the first ones of a batch, as what their values seem to be."""
    from hub.viz.samples.guessing import guessed, unbatched

    samples = unbatched(sample)
    if samples is not None:
        return page.piece(page.grid_of(_cell(each, guessed(each)) for each in samples[:SAMPLES]))
    return page.piece(_cell(sample, guessed(sample)))


def _cell(sample: Sample, fields: Sequence[Field]) -> str:
    from hub.viz.samples import has_picture, picture_of, words_of

    said = page.table_of_facts(words_of(sample, fields))
    there = [field for field in fields if getattr(sample, field.name) is not None]
    if not has_picture(there):
        return said
    return page.figure(picture_of(sample, there, side=2 * SIDE), said, "a sample")


def of_entry(entry: Entry) -> str:
    """Return what the registry knows of a dataset, a model, or an entry of the catalog."""
    from hub.registry.entries import DatasetEntry, ModelEntry

    if isinstance(entry, DatasetEntry):
        return page.piece(_dataset_entry(entry))
    return page.piece(_model_entry(entry) if isinstance(entry, ModelEntry) else _catalog_entry(entry))


def _dataset_entry(entry: DatasetEntry) -> str:
    from hub.progress import human_bytes

    card = entry.card
    splits = {name: split.samples for name, split in card.splits.items()}
    size = sum(artifact.size or 0 for artifact in card.artifacts)
    facts = [
        ("id", entry.id),
        ("task", ", ".join(card.task)),
        ("samples", ", ".join(f"{name} {count:,}" if count else name for name, count in splits.items())),
        ("variants", ", ".join(card.variants)),
        ("fields", ", ".join(f"{field.name} ({field.kind})" for field in card.fields if field.shown)),
        ("size", human_bytes(size) if size else ""),
        ("license", card.license),
    ]
    return _entry(f"{card.name} {card.version}", card.summary.en, facts, card.homepage)


def _model_entry(entry: ModelEntry) -> str:
    from hub.registry.quantities import human_count

    card, variant = entry.card, entry.variant
    facts = [
        ("family", entry.family),
        ("task", ", ".join(card.task)),
        ("parameters", human_count(variant.params) if variant.params else ""),
        ("license", card.license),
    ]
    rows = [(weights.tag, _metrics(weights.metrics)) for weights in variant.weights]
    weights = page.rows_of(("weights", "published"), rows) if rows else ""
    return _entry(variant.name, card.summary.en, facts, "") + weights


def _catalog_entry(entry: CatalogEntry) -> str:
    told = ((name, getattr(entry.card, name, None)) for name in OF_CATALOG)
    said = ((name, ", ".join(value) if isinstance(value, tuple) else str(value)) for name, value in told if value)
    return _entry(entry.card.name, entry.card.summary.en, [("kind", entry.kind), *said], entry.card.url)


def _entry(name: str, summary: str, facts: Iterable[tuple[str, str]], url: str) -> str:
    said = f"<h3>{page.alone(name)}</h3><p>{page.alone(summary)}</p>"
    return said + page.table_of_facts((name, text) for name, text in facts if text) + page.link(url)


def _metrics(metrics: dict[str, dict[str, float]]) -> str:
    return "; ".join(
        f"{benchmark}: {', '.join(f'{name} {value:g}' for name, value in found.items())}"
        for benchmark, found in metrics.items()
    )


def of_about(about: About) -> str:
    """Return where a model comes from."""
    return page.piece(_about(about))


def _about(about: About) -> str:
    classes = list(about.categories)
    named = ", ".join(classes[:CLASSES]) + (", …" if len(classes) > CLASSES else "")
    facts = [
        ("weights", about.weights or "none"),
        ("sha256", about.sha256 or ""),
        ("task", ", ".join(about.task)),
        ("classes", f"{len(classes):,}: {named}" if classes else ""),
        ("metrics", _metrics(about.metrics)),
        ("license", about.license),
        ("transforms", repr(about.transforms) if about.transforms else ""),
    ]
    return _entry(about.name, f"of the family {about.family}", facts, "")


def of_model(model: nn.Module) -> str:
    """Return where a loaded model comes from, how large it is, and what its parts are."""
    from hub.progress import human_bytes

    parameters = list(model.parameters())
    count = sum(each.numel() for each in parameters)
    facts = [
        ("parameters", f"{count:,}, of which {sum(each.numel() for each in parameters if each.requires_grad):,} train"),
        ("in memory", human_bytes(sum(each.numel() * each.element_size() for each in parameters))),
        (
            "as",
            ", ".join(counted([f"{str(each.dtype).removeprefix('torch.')} on {each.device}" for each in parameters])),
        ),
        ("mode", "train" if model.training else "eval"),
    ]
    parts = [
        (name, type(part).__name__, f"{sum(each.numel() for each in part.parameters()):,}")
        for name, part in _parts(model)
    ]
    listed = page.rows_of(("part", "class", "parameters"), parts[:PARTS])
    return page.piece(_about(cast("About", model.hub)) + page.table_of_facts(facts) + listed)


def _parts(model: nn.Module) -> list[tuple[str, nn.Module]]:
    """Return the parts of a network; of those that are few and large their own parts."""
    return [
        (f"{name}.{inner}" if inner else name, part)
        for name, outer in model.named_children()
        for inner, part in (list(outer.named_children()) or [("", outer)])
    ]
