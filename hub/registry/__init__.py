"""The registry: from a name, as people write it, to a card.

Listing and searching read a compact index; only the card that is asked for is read. The index is remade when the
folder of cards has changed. A name with a "/" belongs to another registry, which `hub.registry.foreign` asks.

    folder        where the cards lie
    index         the index in one SQLite file; `card_files`, how it follows them; `contents`, what it takes from a card
    entries       what is found
    spelling      the form in which names are compared, and what a wrong one was meant to be
    tasks         what tasks are called in Chinese
    hosts         who has the files of an entry
    comparison    models side by side; `question`, what is asked of them; `quantities`, amounts as people write them
    words         by which an entry is found
    listing       the form in which a registry is published; `shards`, that of one too large to be fetched whole
    foreign       registries of other people
    timm_models   models of timm, of which there are no cards
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from hub import settings
from hub.errors import InvalidInput, NotFound
from hub.registry import index
from hub.registry.card_files import CARDS, CATALOG
from hub.registry.comparison import compare
from hub.registry.entries import TIMM, CatalogEntry, DatasetEntry, Entry, Hit, Hits, ModelEntry
from hub.registry.folder import KINDS, LOADABLE, cards_folder
from hub.registry.question import FACETS, Filter, refuse_filter
from hub.registry.spelling import normal, unknown

if TYPE_CHECKING:
    from pathlib import Path

    from hub.cards import Weights
    from hub.registry.comparison import Comparison

__all__ = [
    "DEFAULT",
    "KINDS",
    "LOADABLE",
    "TIMM",
    "CatalogEntry",
    "DatasetEntry",
    "Entry",
    "Hit",
    "Hits",
    "ModelEntry",
    "comparison",
    "describe",
    "entries",
    "find",
    "find_dataset",
    "find_model",
    "kind_of",
    "names",
    "search",
    "unknown",
    "weights_of",
]

logger = logging.getLogger("hub")

# The tag that means the weights a card recommends, as in torchvision.
DEFAULT = "DEFAULT"

# How the tags of timm's weights end: vit_base_patch16_224.augreg2_in21k_ft_in1k, convnext_tiny.fb_in22k.
TIMM_TAG = re.compile(r"\.\w*in(1|12|21|22)k")


def names(
    kind: str | None = None, *, registry: str | None = None, limit: int | None = None, **filters: Filter | None
) -> list[str]:
    """Return the ids of all entries of one kind that have the facets asked for: task, license, family and so on.

    >>> names("dataset", task="few-shot-learning")
    ['omniglot']

    Kinds are dataset, model, project, tutorial, article, book, course and paper; without one they are the datasets and
    models. `registry` names one that `hub registry add` has set up, in place of hub's own.

    Models can be compared too, see `comparison`: by `max_params`, `min_acc1` and the like, in the order of `sort`.
    Names are then what `hub.load` takes for the weights that were compared.

    >>> names("model", family="VGG", max_params="133M", sort="acc1")
    ['vgg11_bn', 'vgg11']

    Otherwise they are sorted by kind and id, and no more than `limit`. Of a registry whose index is in shards, since it
    has many thousands of entries, that is 100 unless it is given; what is left out is logged.

    Raises InvalidInput if there is no such kind, filter or key.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    if given.keys() <= set(FACETS):
        hits = entries(kind, registry=registry, limit=limit, **given)
        if limit is None and hits.total > len(hits):
            logger.warning("these are %d of %d names; limit= gives more", len(hits), hits.total)
        return [hit.id for hit in hits]
    if registry is not None:
        refuse_filter(next(name for name in given if name not in FACETS), FACETS)
    return [row.name for row in comparison(kind, **given).rows][:limit]


def entries(
    kind: str | None = None, *, registry: str | None = None, limit: int | None = None, **facets: Filter
) -> Hits:
    """Return all entries of one kind, or all datasets and models, that have these facets, with summaries.

    Of a registry in shards the first hundred, unless `limit` says how many are wanted; `total` tells how many there
    are.
    """
    kinds = _kinds(kind, LOADABLE)
    if registry is not None:
        from hub.registry import foreign

        return foreign.entries(registry, kinds, facets, limit)
    with _index(kinds) as opened:
        hits = [Hit(*row) for row in opened.rows(kinds)]
    return Hits(hit for hit in hits if all(hit.has(facet, value) for facet, value in facets.items())).first(limit)


def comparison(kind: str | None = None, **filters: Filter) -> Comparison:
    """Return models with their figures, those that fit the filters, in the order of `sort`, best first.

    Filters are the facets `task`, `license`, `family` and `pretrained`; `min_` and `max_` of `params`, `gflops`, `size`
    and of any metric, as in `min_acc1`; `benchmark`. Amounts are numbers or texts such as "10M" and "100MB". `sort`
    is one of these or "name". `reverse` turns the order around. Each model is one row, that of its default weights;
    with `all_weights` every set of weights is one.

    >>> [(row.name, row.metrics["acc@1"]) for row in comparison(family="alexnet", sort="acc1").rows]
    [('alexnet', 56.522)]

    Raises InvalidInput.
    """
    if kind_of(kind) not in (None, "model"):
        refuse_filter(next(name for name in filters if name not in FACETS), FACETS)
    with _index(LOADABLE) as opened:
        return compare(opened.weights(), filters)


def search(query: str, *, kind: str | None = None, registry: str | None = None, limit: int | None = None) -> Hits:
    """Return the entries that have every word of `query`, those whose name fits best first.

    A word of an entry is one of its id, names, tasks, tags and summaries, the latter in English and Chinese; that of
    the query may be the beginning of it, and in ids and names any part. Case does not matter. All kinds are searched
    unless one is named, in hub's own registry unless another one is. Of a registry in shards the first hundred are
    fetched, unless `limit` says how many are wanted; `total` tells how many there are.

    >>> search("mnist", kind="datasets")[0].id
    'mnist'
    """
    kinds = _kinds(kind, KINDS)
    if registry is not None:
        from hub.registry import foreign

        return foreign.search(registry, query, kinds, limit)
    with _index(kinds) as opened:
        return Hits(Hit(*row) for row in opened.search(query, kinds)).first(limit)


def describe(name: str) -> Entry:
    """Return the entry of a dataset, a model, or whatever else has cards. Raises NotFound with what was probably meant.

    A kind may stand before the name, where several have it: "project/timm".

    >>> describe("MNIST").card.splits["train"].samples
    60000
    """
    return _described(name, meant=KINDS)


def find(name: str) -> DatasetEntry | ModelEntry:
    """Return the entry of a dataset or model, which have files. Raises NotFound with what was probably meant."""
    entry = _described(name, meant=LOADABLE)
    if not isinstance(entry, CatalogEntry):
        return entry
    what = f"{entry.id} is a {entry.kind}: there is nothing of it to fetch"
    raise NotFound(what, expected="a dataset or a model", hint=f"see {entry.card.url}")


def _described(name: str, meant: tuple[str, ...]) -> Entry:
    if name.startswith(TIMM):
        return _with_known_tag(find_model(name))
    kind, asked = _kind_before(name)
    if kind is None and "/" in name:
        from hub.registry import foreign

        return foreign.describe(name)
    # Most ask for what can be loaded: then the catalog is not even looked at.
    found = kind or _kind_among(asked, LOADABLE) or _kind_among(asked, KINDS)
    if found is None:
        with _index(meant) as opened:
            raise unknown("entry", asked, opened.spellings(normal(asked), meant))
    if found in LOADABLE:
        return find_dataset(asked) if found == "dataset" else _with_known_tag(find_model(asked))
    return _find_in_catalog(found, asked)


def _with_known_tag(entry: ModelEntry) -> ModelEntry:
    if entry.tag is not None:
        weights_of(entry, entry.tag)
    return entry


def find_dataset(name: str) -> DatasetEntry:
    """Return the dataset of a name such as "mnist", "MNIST", "mnist@1.0.0" or "lab/cats". Raises NotFound."""
    from hub.cards import dataset_from_json, read_dataset

    asked, _, version = name.partition("@")
    if "/" in asked:
        from hub.registry import foreign

        entry = foreign.find_dataset(asked, version)
    else:
        identifier, path, text = _look_up("dataset", asked)
        entry = DatasetEntry(identifier, dataset_from_json(text) or read_dataset(path), path)
    if version and version != entry.card.version:
        raise unknown(f"version of {entry.id}", version, [entry.card.version])
    return entry


def find_model(name: str) -> ModelEntry:
    """Return the model of a name such as "resnet18", "resnet18@IMAGENET1K_V1", "timm/resnet18.a1_in1k" or "lab/cats".

    Raises NotFound, and MissingExtra for a model of timm if that is not installed.
    """
    from hub.cards import model_from_json, read_model

    if name.startswith(TIMM):
        from hub.registry import timm_models  # which imports timm, and with it PyTorch

        return timm_models.find(name)
    asked, _, tag = name.partition("@")
    if "/" in asked:
        from hub.registry import foreign

        return foreign.find_model(asked, tag or None)
    identifier, path, text = _look_up("model", asked)
    card = model_from_json(text) or read_model(path)
    variant = next(variant for variant in card.variants if variant.name == identifier)
    return ModelEntry(path.stem, card, variant, tag or None, path)


def weights_of(entry: ModelEntry, tag: str) -> Weights:
    """Return the card's weights of that tag, or its default ones; NotFound if there are none such."""
    known = {weights.tag: weights for weights in entry.variant.weights}
    if not known:
        raise _no_weights(entry)
    if tag == DEFAULT:
        return next(weights for weights in known.values() if weights.default)
    if tag not in known:
        raise unknown(f"weights tag of {entry.variant.name}", tag, [*known, DEFAULT])
    return known[tag]


def kind_of(text: str | None) -> str | None:
    """Return the kind that "dataset" or "datasets" names. Raises InvalidInput."""
    if text is None or text in KINDS:
        return text
    if text.removesuffix("s") in KINDS:
        return text.removesuffix("s")
    raise InvalidInput(f"there is no kind {text!r}", expected=", ".join(KINDS), hint="leave it out to see all")


def _kinds(kind: str | None, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    found = kind_of(kind)
    return (found,) if found else otherwise


def _kind_before(name: str) -> tuple[str | None, str]:
    """Return the kind that stands before a name, if one does, and the rest."""
    first, slash, rest = name.partition("/")
    return (first, rest) if slash and first in KINDS else (None, name)


def _kind_among(name: str, kinds: tuple[str, ...]) -> str | None:
    with _index(kinds) as opened:
        return opened.kind_of(normal(name.partition("@")[0]), kinds)


def _find_in_catalog(kind: str, name: str) -> CatalogEntry:
    from hub.cards import read_entry

    identifier, path, _ = _look_up(kind, name)
    return CatalogEntry(kind, identifier, read_entry(kind, path), path)


def _look_up(kind: str, name: str) -> tuple[str, Path, str]:
    """Return the id of an entry, its card's path, and the card as JSON."""
    with _index((kind,)) as opened:
        found = opened.find(kind, normal(name))
        if found is None:
            raise _not_of_kind(kind, name, opened) or unknown(kind, name, opened.spellings(normal(name), (kind,)))
        identifier, file = found
        return identifier, cards_folder() / file, opened.card(file)


def _not_of_kind(kind: str, name: str, opened: index.Index) -> NotFound | None:
    """Return what to say if the name is that of a dataset or a model, or of a network of timm, and None otherwise."""
    other = next(each for each in LOADABLE if each != kind)
    if opened.find(other, normal(name)) is not None:
        load = "load_dataset" if other == "dataset" else "load"
        return NotFound(f"there is no {kind} {name!r}, but a {other}", expected=f'hub.{load}("{name}")')
    # timm puts the tag of the weights after a dot, and is not imported for a guess.
    if kind == "model" and TIMM_TAG.search(name):
        return NotFound(f"there is no model {name!r}", expected=f'hub.load("{TIMM}{name}"), if it is a network of timm')
    return None


def _index(kinds: tuple[str, ...]) -> index.Index:
    """Return the index, with the parts up to date in which these kinds are."""
    parts = [CARDS] * any(kind in LOADABLE for kind in kinds) + [CATALOG] * any(kind not in LOADABLE for kind in kinds)
    return index.current(cards_folder(), settings.current().home, parts)


def _no_weights(entry: ModelEntry) -> NotFound:
    trained = [variant.name for variant in entry.card.variants if variant.weights]
    return NotFound(
        f"there are no published weights for {entry.variant.name}",
        expected=f"one of {', '.join(trained)}" if trained else "weights=<path of your own file>",
        found=repr(entry.variant.name),
        hint="leave out pretrained and weights for an untrained network",
    )
