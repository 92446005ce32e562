"""The registry: from a name, as people write it, to a card.

Listing and searching read a compact index; only the card that is asked for is read as TOML. The index is remade when
the folder of cards has changed.

    folder        where the cards lie
    index         the index in one SQLite file; `contents`, what it takes from a card
    spelling      the form in which names are compared, and what a wrong one was meant to be
    tasks         what tasks are called in Chinese
    hosts         who has the files of an entry
    comparison    models side by side; `question`, what is asked of them; `quantities`, amounts as people write them
    timm_models   models of timm, of which there are no cards
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub import settings
from hub.errors import InvalidInput, NotFound
from hub.registry import index
from hub.registry.comparison import compare
from hub.registry.folder import cards_folder
from hub.registry.question import FACETS, Filter, refuse_filter
from hub.registry.spelling import normal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hub.cards import DatasetCard, ModelCard, ModelVariant, Weights
    from hub.registry.comparison import Comparison

KINDS = ("dataset", "model")

# The tag that means the weights a card recommends, as in torchvision.
DEFAULT = "DEFAULT"

# What the names of another library's models begin with.
TIMM = "timm/"

# How the tags of its weights end: vit_base_patch16_224.augreg2_in21k_ft_in1k, convnext_tiny.fb_in22k.
TIMM_TAG = re.compile(r"\.\w*in(1|12|21|22)k")

SHOWN = 8
"""How many names an error lists."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a list or a search. `facets` are values to filter by, such as task and license.

    `hosts` are those that have its files; `single_host` says that one of the files is on one of them only, and
    `manual` that there is nothing to fetch: the files are to be got by hand.
    """

    kind: str
    id: str
    name: str
    summary: str
    summary_zh: str
    facets: dict[str, list[str]]
    hosts: list[str]
    single_host: bool
    manual: bool

    def has(self, facet: str, value: Filter) -> bool:
        """Tell whether `value`, however it is spelt, is among those of a facet."""
        return normal(str(value)) in map(normal, self.facets.get(facet, ()))


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A dataset that was found by name."""

    id: str
    card: DatasetCard
    path: Path

    def __repr__(self) -> str:
        splits = ", ".join(self.card.splits or self.card.variants)
        return f"<dataset {self.id} {self.card.version}: {self.card.summary.en}{f' [{splits}]' if splits else ''}>"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model that was found by name; `tag` is what stood behind the `@`, if anything did."""

    family: str
    card: ModelCard
    variant: ModelVariant
    tag: str | None
    path: Path
    """The card, or for a model of another library the module that makes it."""

    def __repr__(self) -> str:
        tags = ", ".join(weights.tag for weights in self.variant.weights) or "no weights"
        return f"<model {self.variant.name}: {self.card.summary.en} [{tags}]>"


def names(kind: str | None = None, **filters: Filter | None) -> list[str]:
    """Return the ids of all entries of one kind that have the facets asked for: task, license, family and so on.

    >>> names("dataset", task="few-shot-learning")
    ['omniglot']

    Models can be compared too, see `comparison`: by `max_params`, `min_acc1` and the like, in the order of `sort`.
    Names are then what `hub.load` takes for the weights that were compared.

    >>> names("model", family="VGG", max_params="133M", sort="acc1")
    ['vgg11_bn', 'vgg11']

    Otherwise they are sorted by kind and id. Raises InvalidInput if there is no such kind, filter or key.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    if given.keys() <= set(FACETS):
        return [hit.id for hit in entries(kind, **given)]
    return [row.name for row in comparison(kind, **given).rows]


def entries(kind: str | None = None, **facets: Filter) -> list[Hit]:
    """Return all entries of one kind that have these facets, with summaries."""
    with _index() as opened:
        hits = [Hit(*row) for row in opened.rows(kind_of(kind))]
    return [hit for hit in hits if all(hit.has(facet, value) for facet, value in facets.items())]


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
    if kind_of(kind) == "dataset":
        refuse_filter(next(name for name in filters if name not in FACETS), FACETS)
    with _index() as opened:
        return compare(opened.weights(), filters)


def search(query: str, *, kind: str | None = None) -> list[Hit]:
    """Return the entries in whose text every word of `query` occurs, those whose name fits best first.

    The text is id, name, other spellings, task and summary, the last two in English and Chinese; case does not matter.

    >>> search("mnist", kind="datasets")[0].id
    'mnist'
    """
    with _index() as opened:
        return [Hit(*row) for row in opened.search(query, kind_of(kind))]


def describe(name: str) -> DatasetEntry | ModelEntry:
    """Return the entry of a dataset or model. Raises NotFound with what was probably meant, also for a tag.

    >>> describe("MNIST").card.splits["train"].samples
    60000
    """
    if name.startswith(TIMM):
        return _with_known_tag(find_model(name))
    with _index() as opened:
        kind = opened.kind_of(normal(name.partition("@")[0]))
        if kind is None:
            raise unknown("entry", name, opened.spellings(normal(name), None))
    return find_dataset(name) if kind == "dataset" else _with_known_tag(find_model(name))


def _with_known_tag(entry: ModelEntry) -> ModelEntry:
    if entry.tag is not None:
        weights_of(entry, entry.tag)
    return entry


def find_dataset(name: str) -> DatasetEntry:
    """Return the dataset of a name such as "mnist", "MNIST" or "mnist@1.0.0". Raises NotFound."""
    from hub.cards import dataset_from_json, read_dataset

    asked, _, version = name.partition("@")
    identifier, path, text = _look_up("dataset", asked)
    card = dataset_from_json(text) or read_dataset(path)
    if version and version != card.version:
        raise unknown(f"version of {identifier}", version, [card.version])
    return DatasetEntry(identifier, card, path)


def find_model(name: str) -> ModelEntry:
    """Return the model of a name such as "resnet18", "resnet18@IMAGENET1K_V1" or "timm/resnet18.a1_in1k".

    Raises NotFound, and MissingExtra for a model of timm if that is not installed.
    """
    from hub.cards import model_from_json, read_model

    if name.startswith(TIMM):
        from hub.registry import timm_models  # which imports timm, and with it PyTorch

        return timm_models.find(name)
    asked, _, tag = name.partition("@")
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


def unknown(what: str, name: str, known: Iterable[str]) -> NotFound:
    """Return a NotFound that says what was probably meant, or what there is; `what` is "split" or "split of mnist"."""
    import difflib  # only a mistake needs it, and every list would pay

    known = list(known)
    by_normal = {normal(each): each for each in known}
    close = difflib.get_close_matches(normal(name), by_normal, n=3, cutoff=0.6)
    # "coco" is no misspelling, but part of two names.
    close += [each for each in by_normal if normal(name) and normal(name) in each and each not in close][:SHOWN]
    few = len(known) <= SHOWN
    shown = ", ".join(by_normal[each] for each in close) if close and not few else ", ".join(known[:SHOWN])
    # "split of mnist": what there is of one entry stands in its card, the entries themselves in the list.
    place = f"hub info {what.partition(' of ')[2]}" if " of " in what else "hub list"
    hint = f"did you mean {by_normal[close[0]]}?" if close else "" if few else f"`{place}` shows what there is"
    expected = f"one such as {shown}" if shown else "none"
    thing, _, owner = what.partition(" of ")
    lacking = f"{owner} has no {thing}" if owner else f"there is no {what}"
    return NotFound(f"{lacking} {name!r}", expected=expected, hint=hint)


def kind_of(text: str | None) -> str | None:
    """Return the kind that "dataset" or "datasets" names. Raises InvalidInput."""
    if text is None or text in KINDS:
        return text
    if text.removesuffix("s") in KINDS:
        return text.removesuffix("s")
    raise InvalidInput(f"there is no kind {text!r}", expected=", ".join(KINDS), hint="leave it out to see all")


def _look_up(kind: str, name: str) -> tuple[str, Path, str]:
    """Return the id of an entry, its card's path, and the card as JSON."""
    if "/" in name:
        raise NotFound(
            f"there is no {kind} {name!r} here",
            expected=f"a name without '/', such as {name.rpartition('/')[2]!r}",
            hint="a name with '/' belongs to another registry, and none is set up",
        )
    with _index() as opened:
        found = opened.find(kind, normal(name))
        if found is None:
            raise _not_of_kind(kind, name, opened) or unknown(kind, name, opened.spellings(normal(name), kind))
        identifier, file = found
        return identifier, cards_folder() / file, opened.card(file)


def _not_of_kind(kind: str, name: str, opened: index.Index) -> NotFound | None:
    """Return what to say if the name is one of the other kind, or of a network of timm, and None otherwise."""
    other = next(each for each in KINDS if each != kind)
    if opened.find(other, normal(name)) is not None:
        load = "load_dataset" if other == "dataset" else "load"
        return NotFound(f"there is no {kind} {name!r}, but a {other}", expected=f'hub.{load}("{name}")')
    # timm puts the tag of the weights after a dot, and is not imported for a guess.
    if kind == "model" and TIMM_TAG.search(name):
        return NotFound(f"there is no model {name!r}", expected=f'hub.load("{TIMM}{name}"), if it is a network of timm')
    return None


def _index() -> index.Index:
    return index.current(cards_folder(), settings.current().home)


def _no_weights(entry: ModelEntry) -> NotFound:
    trained = [variant.name for variant in entry.card.variants if variant.weights]
    return NotFound(
        f"there are no published weights for {entry.variant.name}",
        expected=f"one of {', '.join(trained)}" if trained else "weights=<path of your own file>",
        found=repr(entry.variant.name),
        hint="leave out pretrained and weights for an untrained network",
    )
