"""What a page says to type exists: names, splits, variants, options."""

from __future__ import annotations

import ast
import shlex
from typing import TYPE_CHECKING, Any, cast

import pytest
import site_cards

from hub import registry
from hub.cli.downloading import command as download
from hub.datasets.choice import choose
from hub.fetch.plans import plan
from hub.registry import DatasetEntry
from hub.site import snippets

if TYPE_CHECKING:
    from hub.cards import DatasetCard, ModelCard
    from hub.site.collection import Collection

DATASETS = [path.stem for path in sorted((site_cards.TOP / "datasets").glob("*.toml"))]
MODELS = [path.stem for path in sorted((site_cards.TOP / "models").glob("*.toml"))]


def calls(code: str) -> list[tuple[str, list[Any], dict[str, Any]]]:
    """Return name, positional and named arguments of each call in a piece of Python."""
    return [
        (
            ast.unparse(node.func),
            [ast.literal_eval(each) for each in node.args],
            {each.arg or "": ast.literal_eval(each.value) for each in node.keywords},
        )
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
    ]


@pytest.mark.parametrize("identifier", DATASETS)
def test_a_dataset_can_be_loaded_as_its_page_says(identifier: str, own: Collection) -> None:
    entry = own.entries[f"dataset/{identifier}"]
    card = cast("DatasetCard", entry.card)

    found = snippets.of_dataset(identifier, card)

    ((function, (name,), options),) = calls(found.python)
    assert (function, name) == ("hub.load_dataset", identifier)
    split, folder = options.pop("split", ""), options.pop("data_dir", "")
    choice = choose(DatasetEntry(identifier, card, entry.path), options)
    assert split in choice.splits or not choice.splits
    assert bool(folder) == card.by_hand
    if found.shell:
        _, _, *words = shlex.split(found.shell)
        variant = words[2] if len(words) > 1 else None
        assert plan(words[0], None, variant).artifacts
        assert words[1:2] in ([], ["--variant"])
        assert "--variant" in [option for parameter in download.params for option in parameter.opts]


@pytest.mark.parametrize("identifier", DATASETS)
def test_the_class_of_a_dataset_takes_what_its_page_gives_it(identifier: str, own: Collection) -> None:
    from hub.text import datasets as texts
    from hub.vision import datasets as pictures

    card = cast("DatasetCard", own.entries[f"dataset/{identifier}"].card)

    found = snippets.of_dataset(identifier, card).upstream

    assert bool(found) == bool(card.upstream.name)
    if found:
        import inspect

        ((function, given, options),) = calls(found)
        module = texts if card.upstream.library == "torchtext" else pictures
        inspect.signature(getattr(module, function.partition(".")[2])).bind(*given, **options)


@pytest.mark.parametrize("identifier", MODELS)
def test_a_model_can_be_loaded_as_its_page_says(identifier: str, own: Collection) -> None:
    found = snippets.of_model(cast("ModelCard", own.entries[f"model/{identifier}"].card))

    for function, (name,), options in calls(found.python):
        entry = registry.find_model(name)
        assert function in ("hub.load", "hub.transforms")
        assert not options.get("pretrained") or entry.variant.default is not None
    for line in found.shell.splitlines():
        assert line.split()[2] in [
            variant.name for variant in cast("ModelCard", own.entries[f"model/{identifier}"].card).variants
        ]


def test_names_with_quotes_stay_within_theirs(small: Collection) -> None:
    card = cast("DatasetCard", small.entries["dataset/imagenet"].card)
    odd = site_cards.with_variants(card, '"; import os #', "$(rm -rf x)")

    found = snippets.of_dataset("odd", odd)

    assert calls(found.python)[0][2]["variant"] == '"; import os #'
    assert shlex.split(found.shell) == ["hub", "download", "odd", "--variant", '"; import os #']


def test_a_split_that_python_has_a_word_for_is_no_variable(own: Collection) -> None:
    found = snippets.of_dataset("digits", cast("DatasetCard", own.entries["dataset/digits"].card))

    assert "data = hub.load_dataset" in found.python
