"""Data of one's own: tables that name pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from readers.own_files import below, numbered, photos, table

from hub.errors import FormatError, HubError, InvalidInput, MissingFile

if TYPE_CHECKING:
    from datasets.conftest import Own  # type: ignore[import-not-found,unused-ignore]

ROWS = ("0.png,dog,3", "2.png,cat,11", "1.png,dog,2")
PETS = numbered(4) | table("labels.csv", "file_name,label,age", *ROWS)


def test_a_table_names_pictures_classes_and_other_columns(own: Own) -> None:
    dataset = own(PETS, "all")

    assert dataset[1]._fields == ("image", "age", "label")
    assert [(age, label) for _, age, label in dataset] == [(3, 1), (11, 0), (2, 1)]
    assert dataset.classes == ["cat", "dog"]
    assert [place.name for place in dataset._origin.tables[0].columns["image"].take(np.arange(3))] == [
        "0.png",
        "2.png",
        "1.png",
    ]


@pytest.mark.parametrize("label", ["label", "class", "category", "target", "Category", "breed"])
def test_the_label_is_told_by_its_name_or_as_the_only_one_with_few_words(own: Own, label: str) -> None:
    files = numbered(4) | table("any.csv", f"picture,{label}", "0.png,b", "1.png,a", "2.png,b", "3.png,a")

    assert [sample.label for sample in own(files, "all")] == [1, 0, 1, 0]


def test_a_label_of_whole_numbers_is_in_their_order(own: Own) -> None:
    files = numbered(3) | table("labels.csv", "file,label", "0.png,10", "1.png,9", "2.png,10")

    dataset = own(files, "all")

    assert dataset.classes == ["9", "10"]
    assert [sample.label for sample in dataset] == [1, 0, 1]


def test_a_target_that_is_measured_is_a_number(own: Own) -> None:
    files = numbered(2) | table("labels.csv", "file,target", "0.png,0.25", "1.png,-1e3")

    assert [sample.target for sample in own(files, "all")] == [0.25, -1000.0]


def test_columns_are_numbers_where_every_value_is_one(own: Own) -> None:
    rows = ["file,code,weight,note", '0.png,007,1.5,"a, b"', "1.png,008,,c"]

    dataset = own(numbered(2) | table("metadata.csv", *rows), "all")

    assert [(sample.code, sample.note) for sample in dataset] == [("007", "a, b"), ("008", "c")]
    assert dataset[0].weight == 1.5
    assert math.isnan(dataset[1].weight)


def test_columns_get_names_that_python_can_have(own: Own) -> None:
    rows = ["file,Age (years),class,label,年龄", "0.png,1,x y,a,5", "1.png,2,y z,a,6"]

    dataset = own(numbered(2) | table("metadata.csv", *rows), "all", label_column="label")

    assert dataset[0]._fields == ("image", "age_years", "class_", "column_3", "label")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("labels.tsv", ["file\tlabel", "0.png\ta"]),
        ("labels.csv", ["\ufefffile;label", "0.png;a", ""]),
        ("labels.csv", ["id,label", "0,a"]),
        ("labels.csv", ["path,label", "C:\\pictures\\0.png,a"]),
        ("labels.csv", ["path,label", "./deep/0.png,a"]),
        ("deep/labels.csv", ["path,label", "0.png,a"]),
    ],
    ids=str,
)
def test_tables_are_written_in_many_ways(own: Own, name: str, lines: list[str]) -> None:
    files = photos("deep/0.png", "deep/1.png") | table(name, *lines)

    dataset = own(files, "all")

    assert [sample.label for sample in dataset] == [0]
    assert dataset.samples[0][0].endswith("deep/0.png")


def test_names_that_occur_twice_are_those_of_the_split(own: Own) -> None:
    files = numbered(2, "train/") | photos("x.png", "y.png", "test/0.png", "test/1.png")
    files |= table("train.csv", "id,label", "1,a", "0,b") | table("test.csv", "id", "0", "1")
    files |= table("sample_submission.csv", "id,label", "0,a", "1,a")

    found = own(files)

    assert [path.rpartition("own/")[2] for path, _ in found["train"].samples] == ["train/1.png", "train/0.png"]
    assert found["test"][0]._fields == ("image",)
    assert found["test"][1].image.tobytes() == own(files, "test")["image"][1].tobytes()


def test_a_table_in_the_folder_of_each_split_is_a_split(own: Own) -> None:
    train = below("train", numbered(2) | table("metadata.csv", "file_name,label", "0.png,b", "1.png,c"))
    valid = below("validation", numbered(1) | table("metadata.csv", "file_name,label", "0.png,c"))

    found = own(train | valid)

    assert {split: [sample.label for sample in dataset] for split, dataset in found.items()} == {
        "train": [0, 1],
        "validation": [1],
    }


def test_options_name_the_columns(own: Own) -> None:
    rows = ["front,back,breed,colour", "0.png,1.png,tabby,red", "2.png,3.png,tabby,blue", "0.png,1.png,manx,red"]
    files = numbered(4) | table("cats.csv", *rows)

    dataset = own(files, "all", image_column="back", label_column="colour")

    assert dataset[1]._fields == ("image", "front", "breed", "label")
    assert dataset.classes == ["blue", "red"]
    assert own(files, "all", image_column="back", label_column="-")[0]._fields == ("image", "front", "breed", "colour")


AMBIGUOUS = {
    "two columns of pictures": (["front,back", "0.png,1.png", "2.png,3.png"], {}, 'image_column="front"'),
    "two columns of few words": (
        ["file,breed,colour", "0.png,a,x", "1.png,a,y", "2.png,b,x", "3.png,b,y"],
        {},
        'label_column="breed" or label_column="colour"',
    ),
    "two columns named like a label": (["file,label,class", "0.png,0,cat"], {}, 'label_column="class"'),
    "a column that is not there": (["file,label", "0.png,a"], {"label_column": "breed"}, "no column 'breed'"),
    "a column of pictures that is not there": (["file,label", "0.png,a"], {"image_column": "img"}, "no column 'img'"),
    "no column of pictures": (["name,label", "x.png,a"], {"format": "csv"}, 'image_column="name"'),
}


@pytest.mark.parametrize(("lines", "options", "message"), AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
def test_what_is_ambiguous_names_the_columns_and_the_option(
    own: Own, lines: list[str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        own(numbered(4) | table("cats.csv", *lines), **options)

    assert message in str(caught.value)


def test_of_several_tables_one_is_chosen(own: Own) -> None:
    files = numbered(1) | table("a.csv", "file,label", "0.png,a") | table("b.csv", "file,label", "0.png,b")

    with pytest.raises(InvalidInput, match=r'annotations="a.csv" or annotations="b.csv"'):
        own(files)
    assert own(files, "all", annotations="b.csv").classes == ["b"]


FAULTS: dict[str, tuple[list[str], type[HubError], str]] = {
    "a picture that is not there": (["f,label", "0.png,a", "1.png,a", "9.png,b"], MissingFile, "line 4 of pets.csv"),
    "a row that is too short": (["file,label", "0.png,a", "1.png"], FormatError, "line 3 of pets.csv"),
    "a quote that is not closed": (["file,label", "0.png,a", '"1.png,a'], FormatError, "line 3 of pets.csv"),
    "a label that is not there": (["file,label", "0.png,a", "1.png,"], FormatError, "line 3 of pets.csv"),
    "two columns of one name": (["file,label,label", "0.png,a,b"], FormatError, "columns of different names"),
}


@pytest.mark.parametrize(("lines", "error", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_file_and_line(own: Own, lines: list[str], error: type[HubError], message: str) -> None:
    with pytest.raises(error) as caught:
        own(numbered(2) | table("pets.csv", *lines))

    assert message in str(caught.value)


def test_a_name_that_could_be_several_pictures_is_refused(own: Own) -> None:
    files = photos("a/0.png", "b/0.png") | table("pets.csv", "file,label", "0.png,x")

    with pytest.raises(FormatError, match=r"line 2 of pets.csv .* any of 2 pictures"):
        own(files)


def test_a_table_about_something_else_does_not_matter(own: Own) -> None:
    files = numbered(2, "cat/") | numbered(2, "dog/") | table("prices.csv", "day,price", "0,12", "1,13")

    assert own(files, "all").classes == ["cat", "dog"]
