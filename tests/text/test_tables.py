"""torchtext's datasets that are tables: each split of each, packed and unpacked."""

from __future__ import annotations

import pickle
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import torch
from readers.packing import write_tar
from readers.table_files import TABLES, Tables
from torch.utils.data import DataLoader

from hub.datasets.loading import load_dataset, opened
from hub.errors import FormatError, MissingFile, NotFound
from hub.text import datasets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


@pytest.fixture(autouse=True)
def _tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny files are taken for the published ones, and nothing is fetched."""
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "store"))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    monkeypatch.setattr("hub.datasets.upstream.finding.opened", partial(opened, verify=False, progress=False))


def typed(samples: Iterable[Any]) -> list[list[tuple[type, object]]]:
    return [[(type(value), value) for value in sample] for sample in samples]


def function(tables: Tables) -> Callable[..., Any]:
    made: Callable[..., Any] = getattr(datasets, tables.upstream)
    return made


each_dataset = pytest.mark.parametrize("tables", TABLES.values(), ids=TABLES)


@each_dataset
@pytest.mark.parametrize("write", [Tables.write, Tables.write_unpacked], ids=["packed", "unpacked"])
def test_samples_are_torchtexts(tables: Tables, write: Callable[[Tables, Path], Path], tmp_path: Path) -> None:
    root = write(tables, tmp_path)
    single = {} if len(tables.samples) == 1 else {"split": tuple(tables.samples)}

    found = function(tables)(root=root, **single)

    splits = found if single else (found,)
    assert [typed(split) for split in splits] == [typed(samples) for samples in tables.samples.values()]


@each_dataset
def test_labels_have_names(tables: Tables, tmp_path: Path) -> None:
    card = next(card for card, each in TABLES.items() if each is tables)
    data = load_dataset(card, split="train", data_dir=tables.write(tmp_path), verify=False, progress=False)
    labels = [field for field in data.card.fields if field.kind == "label"]

    for field in labels:
        numbers = range(field.first, field.first + len(field.classes))
        assert {getattr(sample, field.name) for sample in data} <= set(numbers)
    assert labels or card == "stsb"


def test_the_copy_of_fast_ai_is_a_variant(tmp_path: Path) -> None:
    tables = TABLES["dbpedia"]
    write_tar(tmp_path / "datasets" / "DBpedia" / "dbpedia_csv.tgz", tables.files)

    data = load_dataset("dbpedia", variant="fastai", data_dir=tmp_path, split="test", verify=False, progress=False)

    assert list(map(tuple, data)) == tables.samples["test"]


def test_batches_of_pairs_are_lists_of_texts_and_tensors_of_labels(tmp_path: Path) -> None:
    data = datasets.RTE(root=TABLES["rte"].write(tmp_path), split="dev")

    (batch,) = DataLoader(data, batch_size=2)

    assert torch.equal(batch[0], torch.tensor([1, 1]))
    assert [list(texts) for texts in batch[1:]] == [["one", "two"], ["two", "one"]]


def test_scores_are_batched_as_numbers(tmp_path: Path) -> None:
    (batch,) = DataLoader(datasets.STSB(root=TABLES["stsb"].write(tmp_path), split="train"), batch_size=2)

    assert torch.equal(batch[0], torch.tensor([1, 7]))
    assert torch.equal(batch[1], torch.tensor([5.0, 0.2], dtype=torch.float64))


def test_a_dataset_survives_pickling(tmp_path: Path) -> None:
    data = datasets.SST2(root=TABLES["sst2"].write(tmp_path), split="test")

    assert list(pickle.loads(pickle.dumps(data))) == list(data)  # noqa: S301  our own bytes


def test_a_transform_is_given_each_text_but_not_the_source(tmp_path: Path) -> None:
    data = load_dataset(
        "cola", split="dev", data_dir=TABLES["cola"].write(tmp_path), verify=False, progress=False, transform=str.upper
    )

    assert tuple(data[0]) == ("bc01", 1, "BILL RAN.")


def test_a_split_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="dev_matched"):
        datasets.MNLI(root=tmp_path, split="dev")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"WNLI/dev\.tsv"):
        load_dataset("wnli", split="dev", data_dir=tmp_path, progress=False)


def test_a_wrong_label_is_told_with_file_and_line(tmp_path: Path) -> None:
    root = TABLES["rte"].write_unpacked(tmp_path)
    path = root / "datasets" / "RTE" / "RTE" / "train.tsv"
    path.write_text(path.read_text("utf-8").replace("not_entailment", "perhaps"), "utf-8")

    with pytest.raises(FormatError, match=r"line 3 of RTE/train\.tsv") as caught:
        datasets.RTE(root=root, split="train")

    assert (caught.value.expected, caught.value.found) == ("entailment, not_entailment", "'perhaps'")


def test_an_archive_that_is_cut_is_told(tmp_path: Path) -> None:
    path = TABLES["yelp_review_full"].write(tmp_path) / "datasets/YelpReviewFull/yelp_review_full_csv.tar.gz"
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(FormatError, match=r"yelp_review_full_csv\.tar\.gz"):
        datasets.YelpReviewFull(root=tmp_path, split="test")
