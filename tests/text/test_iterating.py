"""Steps over lines."""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING

import pytest
import torch.utils.data
from readers.idx_files import write_mnist_like

from hub.datasets.loading import load_dataset
from hub.errors import InvalidInput
from hub.text.iterating import (
    custom_replace,
    filter_wikipedia_xml,
    numericalize_tokens_from_iterator,
    simple_space_split,
    to_map_style_dataset,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

INDICES = {"a": 0, "b": 1, "c": 2}


def test_replacing_goes_on_with_what_came_before() -> None:
    step = custom_replace([(r"(a)b", r"\1c"), (re.compile("c+"), lambda match: str(len(match[0])))])

    assert list(step(["abc", "", "b"])) == ["a2", "", "b"]


def test_a_replacing_step_can_be_sent_to_another_process() -> None:
    step = pickle.loads(pickle.dumps(custom_replace([(r"\s+", " ")])))  # noqa: S301  our own bytes

    assert list(step(["a \t b"])) == ["a b"]


def test_splitting_takes_one_line_at_a_time() -> None:
    lines = iter(["one  two", "three"])

    assert next(simple_space_split(lines)) == ["one", "two"]
    assert next(lines) == "three"


@pytest.mark.parametrize(
    ("removed", "indices"), [(None, [[0, 1, 2], []]), (["b"], [[0, 2], []]), ("abc", [[], []])], ids=repr
)
def test_tokens_become_indices_but_for_those_removed(removed: Iterable[str], indices: list[list[int]]) -> None:
    found = numericalize_tokens_from_iterator(INDICES, [["a", "b", "c"], []], removed)  # type: ignore[arg-type]

    assert [list(each) for each in found] == indices


def test_an_unknown_token_is_the_vocabularys_affair_when_it_is_reached() -> None:
    line = next(numericalize_tokens_from_iterator(INDICES, [["a", "z"]]))

    assert next(line) == 0
    with pytest.raises(KeyError):
        next(line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("'''Anarchism''' is a [[philosophy|political philosophy]].\n", "anarchism is a political philosophy"),
        ("born in [[1984]]", "born in one nine eight four"),
        ("see [[image:a.png|thumb|left|20px|a caption]]", "see a caption"),
        ("[[category:Art]]", "one"),
        ("[[de:Kunst]] {{stub}} {x} &lt;ref&gt;gone&lt;/ref&gt; &quot;kept&quot;", "kept"),
        ("<title>gone</title>", ""),
        ("a\u212ab É ǆ", "a b"),
        ("one\n two", "onetwo"),
        ("one\ntwo", "one two"),
        ("#REDIRECT [[x]]", ""),
        ("a #redirect", ""),
    ],
)
def test_wikipedias_lines_become_words(line: str, words: str) -> None:
    assert list(filter_wikipedia_xml([line])) == ([words] if words else [])


def test_what_has_no_lines_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="int: 1") as caught:
        list(filter_wikipedia_xml(1))  # type: ignore[arg-type]

    assert isinstance(caught.value, InvalidInput)


def test_an_iterator_becomes_a_dataset_of_torch() -> None:
    dataset = to_map_style_dataset(iter([("a", 1), ("b", 2)]))

    assert isinstance(dataset, torch.utils.data.Dataset)
    assert len(dataset) == 2
    assert dataset[-1] == ("b", 2)
    assert pickle.loads(pickle.dumps(dataset))[0] == ("a", 1)  # noqa: S301  our own bytes


def test_a_dataset_of_ours_stays_as_it_is(home: Path, tmp_path: Path) -> None:
    write_mnist_like(tmp_path / "MNIST" / "raw")
    dataset = load_dataset("mnist", split="test", data_dir=tmp_path, verify=False, progress=False)

    assert to_map_style_dataset(dataset) is dataset
