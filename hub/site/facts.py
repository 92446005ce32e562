"""What is known of each entry, by key: what lists show, sort and filter by, what is compared, and what CSV files hold.

A row is what people look for: a dataset, a project, an article; but of models each network, not each family.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from hub.cards import DatasetCard, ModelCard
from hub.cards.base import Text
from hub.cards.catalog import Article, Book, Course, Entry, Learning, Project, Publication, Seen, Tutorial
from hub.site import activity, measured, results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hub.cards import ModelVariant, Weights
    from hub.cards.datasets import Split
    from hub.site.collection import Collection, Listed
    from hub.site.references import References

Value = str | int | float | bool | date | tuple[str, ...] | None

WHOLE = ("all", "nist")
"""Splits that hold every sample."""

WITHIN = {
    "test10k": {"test"},
    "test50k": {"test"},
    "train-standard": {"train-challenge"},
    "train_noval": {"train"},
    "trainval": {"train", "val"},
}
"""Splits whose samples are also in others, where those are there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `key` is its name within its kind; `path` its page, which may go on with an anchor."""

    entry: Listed
    key: str
    path: str
    name: Text
    facts: Mapping[str, Value]


def rows(entries: Iterable[Listed], collection: Collection, references: References) -> list[Row]:
    """Return the rows of entries, in their order; what is not known of one is left out."""
    return [row for entry in entries for row in _rows(entry, collection, references)]


def _rows(entry: Listed, collection: Collection, references: References) -> Iterator[Row]:
    card = entry.card
    if isinstance(card, ModelCard):
        for variant in card.variants:
            yield _row(entry, _of_model(card, variant), variant.name, f"#{variant.name}")
    elif isinstance(card, DatasetCard):
        yield _row(entry, _of_dataset(card, trained=bool(results.trained_on(entry.id, collection))))
    elif isinstance(card, Project):
        yield _row(entry, _of_project(entry, collection))
    elif isinstance(card, Publication):
        yield _row(entry, _of_paper(card, references.to(entry.reference)))
    else:
        yield _row(entry, _of_learning(entry.kind, cast("Learning", card)))


def _row(entry: Listed, facts: dict[str, Value], variant: str = "", anchor: str = "") -> Row:
    chinese: str = getattr(entry.card, "name_zh", "")
    name = Text(variant) if variant else Text(entry.card.name, chinese)
    known = {key: value for key, value in facts.items() if value not in (None, "", ())}
    return Row(entry, variant or entry.id, f"{entry.kind}s/{entry.id}{anchor}", name, known)


def _of_dataset(card: DatasetCard, *, trained: bool) -> dict[str, Value]:
    splits = _splits(card)
    label = next((field for field in card.fields if field.kind == "label"), None)
    return {
        "task": card.task,
        "modality": card.modality,
        "samples": samples(splits),
        "split": tuple(splits),
        "classes": len(label.classes) if label and label.classes else None,
        "size": _total(artifact.size for artifact in card.artifacts) if card.artifacts else None,
        "access": _access(card),
        "license": terms(card.license),
        "pretrained": trained,
        "year": card.paper.year if card.paper else None,
        "added": card.added,
    }


def _splits(card: DatasetCard) -> dict[str, Split]:
    """Return the splits of a dataset, or of the variant that is meant if none is asked for."""
    if card.splits or not card.variants:
        return card.splits
    return card.variants[card.default_variant or next(iter(card.variants))].splits


def samples(splits: Mapping[str, Split]) -> int | None:
    """Return how many samples a dataset has; one that is in two splits, such as `train` and `trainval`, is one."""
    whole = next((splits[name].samples for name in WHOLE if name in splits), None)
    parts = [split for name, split in splits.items() if name not in WITHIN or not WITHIN[name] <= splits.keys()]
    return whole or (_total(split.samples for split in parts) if splits else None)


def _total(amounts: Iterable[int | None]) -> int | None:
    """Return the sum, or None if one of them is not known."""
    known = list(amounts)
    return None if None in known else sum(each or 0 for each in known)


def _access(card: DatasetCard) -> str:
    if any(artifact.sources for artifact in card.artifacts):
        return "fetched"
    return "manual" if card.manual else "local"


def terms(license_text: str) -> str:
    """Return a licence without what its card adds in parentheses."""
    return license_text.partition(" (")[0]


def _of_model(card: ModelCard, variant: ModelVariant) -> dict[str, Value]:
    best = measured.best(variant)
    weights = variant.default or next(iter(variant.weights), None)
    before: dict[str, Value] = {
        "family": card.name,
        "task": card.task,
        "params": variant.params or (weights.params if weights else None),
        "gflops": variant.gflops,
        "size": _file_size(weights) if weights else None,
        "benchmark": best.benchmark,
        "metric": best.metric,
    }
    after: dict[str, Value] = {
        "weights": tuple(each.tag for each in variant.weights),
        "pretrained": bool(variant.weights),
        "license": terms(card.license),
        "year": card.paper.year,
        "added": card.added,
    }
    # Metrics have whatever names cards give them; none takes the place of something else.
    figures: dict[str, Value] = {key: value for key, value in (best.values or {}).items() if key not in before | after}
    return {**before, **figures, **after}


def _file_size(weights: Weights) -> int | None:
    """Return the bytes of the file, or about as many where only its MiB are known."""
    if weights.artifact.size is None and weights.mib is not None:
        return round(weights.mib * 2**20)
    return weights.artifact.size


def _of_project(entry: Listed, collection: Collection) -> dict[str, Value]:
    card = cast("Project", entry.card)
    seen = collection.activity.projects.get(entry.id, Seen())
    lively = activity.of_project(entry, collection.activity)
    return {
        "category": card.category,
        "status": card.status,
        "activity": lively.state,
        "updated": lively.month,
        "version": seen.version,
        "package": card.package,
        "license": card.license,
        "people": card.people,
        "use_instead": tuple(each.card or each.name for each in card.use_instead),
        **_common(card),
    }


def _of_learning(kind: str, card: Learning) -> dict[str, Value]:
    return {
        "kind": kind,
        "level": card.level,
        "language": card.language,
        "format": card.format if isinstance(card, Tutorial | Article) else None,
        "people": card.authors,
        "publisher": _publisher(card),
        "year": card.year if isinstance(card, Article | Book) else None,
        "free": _free(card),
        "isbn": card.isbn if isinstance(card, Book) else None,
        "about": card.about,
        **_common(card),
    }


def _publisher(card: Learning) -> str:
    if isinstance(card, Course):
        return card.provider
    return card.publisher if isinstance(card, Article | Book) else ""


def _free(card: Learning) -> bool | None:
    """Tell whether it can be read or seen for nothing; of books that is so where there is an address to read them."""
    if isinstance(card, Course):
        return card.free
    return bool(card.online) if isinstance(card, Book) else None


def _of_paper(card: Publication, naming: Iterable[Listed]) -> dict[str, Value]:
    return {
        "people": card.authors,
        "year": card.year,
        "venue": card.venue,
        "introduces": tuple(each.reference for each in naming if each.kind in ("dataset", "model", "project")),
        **_common(card),
    }


def _common(card: Entry) -> dict[str, Value]:
    return {"tag": card.tags, "url": card.url, "added": card.added}
