"""Classes of datasets are found among those of models, or it is said why not."""

from __future__ import annotations

import pytest

from hub.errors import InvalidInput
from hub.evaluation.matching import outputs_of
from hub.models.categories import names

IMAGENET = names("imagenet-1k")


def test_a_part_of_imagenet_is_found_by_the_words_of_its_classes() -> None:
    classes = ["tench, Tinca tinca", "Egyptian cat", "golden_retriever"]

    found = outputs_of(classes, IMAGENET, 1000, model="resnet18")

    assert found.tolist() == [0, 285, 207]


def test_lists_of_one_length_are_the_same_if_most_names_are() -> None:
    classes = [name if number % 3 else f"class {number}" for number, name in enumerate(IMAGENET)]

    found = outputs_of(classes, IMAGENET, 1000, model="resnet18")

    assert found.tolist() == list(range(1000))


def test_a_thousand_folders_named_by_wordnet_are_imagenet() -> None:
    classes = [f"n{number:08}" for number in range(1000)]

    found = outputs_of(classes, IMAGENET, 1000, model="resnet18")

    assert found.tolist() == list(range(1000))


def test_without_names_the_order_counts() -> None:
    assert outputs_of(["a", "b", "c"], (), 3, model="mine").tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (["0 - zero", "1 - one"], "none of the 2 classes"),
        (["tench", "unicorn"], r"not all \(1\) of the 2 classes of this dataset\n  expected 'unicorn'"),
        (["tench", "Tench"], "one class where this dataset has several"),
    ],
    ids=["others", "one more", "two for one"],
)
def test_classes_that_do_not_fit_are_named(classes: list[str], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        outputs_of(classes, IMAGENET, 1000, model="resnet18")
