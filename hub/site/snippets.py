"""What to type to have a dataset or a model: the first thing on its page."""

from __future__ import annotations

import ast
import builtins
import json
import keyword
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hub.cards import DatasetCard, ModelCard, ModelVariant, Split

PACKAGES = {"torchvision": "vision", "torchtext": "text"}
FOLDER = "data"
"""What examples call a folder of the user's own."""


@dataclass(frozen=True, slots=True)
class Snippets:
    """Blocks of code; one that makes no sense for a card is empty."""

    python: str
    shell: str = ""
    upstream: str = ""


def of_dataset(identifier: str, card: DatasetCard) -> Snippets:
    """Return how a dataset is loaded, fetched, and had by the class that torchvision or torchtext has for it."""
    variant = next(iter(card.variants), "") if not card.default_variant else ""
    split, content = next(iter(_splits(card).items()), ("", None))
    given = {"split": split, "variant": variant, "data_dir": FOLDER if card.by_hand else ""}
    arguments = "".join(f", {name}={_quoted(value)}" for name, value in given.items() if value)
    result = split if split.isidentifier() and not _is_taken(split) else "data"
    lines = ["import hub", "", f'{result} = hub.load_dataset("{identifier}"{arguments})']
    if split:
        lines.append(f"sample = {result}[0]  # {', '.join(_values(card, content))}")
    download = f"hub download {identifier}{f' --variant {shlex.quote(variant)}' if variant else ''}"
    shell = download if any(artifact.sources for artifact in card.artifacts) else ""
    return Snippets("\n".join(lines), shell, _upstream(card, split, variant))


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_taken(name: str) -> bool:
    return keyword.iskeyword(name) or hasattr(builtins, name)


def _splits(card: DatasetCard) -> dict[str, Split]:
    """Return the splits of a dataset, or of the variant that is meant if none is asked for."""
    if card.splits or not card.variants:
        return card.splits
    return card.variants[card.default_variant or next(iter(card.variants))].splits


def _values(card: DatasetCard, split: Split | None) -> list[str]:
    """Return the names of the values that a sample has."""
    there = [field for field in card.fields if not (split and split.fields) or _is_in(field.parts, split.fields)]
    names = [field.name for field in there if field.shown]
    if card.target is None:
        return names
    chosen = set(card.target.choices.values())
    return [
        *(name for name in names if name not in chosen),
        *(card.target.choices[each] for each in card.target.default),
    ]


def _is_in(parts: tuple[str, ...], columns: tuple[str, ...]) -> bool:
    return set(parts) <= set(columns)


def _upstream(card: DatasetCard, split: str, variant: str) -> str:
    theirs = card.upstream
    if not theirs.name:
        return ""
    chosen = {theirs.split: split, theirs.variant: variant or card.default_variant}
    found = (_argument(card, name, default, chosen) for name, default in _parameters(theirs.parameters))
    arguments = ", ".join([f'"{FOLDER}"', *filter(None, found)])
    return f"from hub.{PACKAGES[theirs.library]} import datasets\n\ndata = datasets.{theirs.name}({arguments})"


def _parameters(text: str) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield name and default of parameters as Python writes them; nothing if they are not written so."""
    # hub.datasets.upstream reads them too, but for the classes' sake, with all of torchvision.
    try:
        (made,) = ast.parse(f"def made({text}): ...").body
    except (SyntaxError, ValueError):
        return
    given = cast("ast.FunctionDef", made).args
    yield from zip(
        (each.arg for each in (*given.args, *given.kwonlyargs)),
        (*[None] * (len(given.args) - len(given.defaults)), *given.defaults, *given.kw_defaults),
        strict=True,
    )


def _argument(card: DatasetCard, name: str, default: ast.expr | None, chosen: Mapping[str, str]) -> str:
    """Return an argument that an example should show, else nothing: what must be given, the split, and the download."""
    if name == "download":
        return "" if card.by_hand else "download=True"
    if default is None:
        ours = chosen.get(name, "")
        theirs = next((each for each, meant in card.upstream.names.items() if meant == ours), ours)
        return f"{name}={_quoted(theirs or '...')}"
    if name != card.upstream.split:
        return ""
    value = default.elts[0] if isinstance(default, ast.Tuple) else default
    return f"{name}={ast.unparse(value)}".replace("'", '"')


def of_model(card: ModelCard, named: Callable[[str], str] = str) -> Snippets:
    """Return how the first network of a family that has weights is loaded, with what its pictures go through.

    `named` returns the name by which a network is loaded.
    """
    variant = first(card)
    name = named(variant.name)
    if variant.default is None:
        return Snippets(f'import hub\n\nmodel = hub.load("{name}")')
    lines = [f'model = hub.load("{name}", pretrained=True)', f'transforms = hub.transforms("{name}")']
    shell = f"hub download {name}"
    if card.task and card.task[0] in ("image-classification", "object-detection", "semantic-segmentation"):
        shell += f"\nhub predict {name} photo.jpg"
    return Snippets("\n".join(["import hub", "", *lines]), shell)


def first(card: ModelCard) -> ModelVariant:
    """Return the network of a family that stands for all: the first one with weights, or the first."""
    return next((variant for variant in card.variants if variant.weights), card.variants[0])
