"""Text that is read and kept in many parts: seen as one, whatever is asked for, and never whole in memory."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np
import pyarrow as pa
import pytest
from readers.packing import write_tar
from torch.utils.data import DataLoader

from hub.cards import Field
from hub.datasets import parts, writing
from hub.datasets.loading import load_dataset
from hub.datasets.prepare import Job
from hub.datasets.table import Table, take
from hub.errors import FormatError
from hub.progress import Silent
from hub.readers import parts as reader_parts
from hub.registry import find_dataset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from hub.datasets.dataset import Dataset

COUNT = 50


@pytest.fixture
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_parts, "ROWS", 7)
    monkeypatch.setattr(reader_parts, "FEW", 3)


def text_of(number: int, split: str = "train") -> str:
    """Texts of different lengths, some of them empty, and not only in ASCII."""
    return f"{split} {number} " * (number % 5) + "ü\N{MOVIE CAMERA}" * (number % 3)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        f"aclImdb/{split}/{label}/{number}_5.txt": text_of(number, split)
        for split in ("test", "train")
        for label, numbers in {"neg": range(COUNT // 2), "pos": range(COUNT // 2, COUNT)}.items()
        for number in numbers
    }
    write_tar(tmp_path / "root" / "datasets" / "IMDB" / "aclImdb_v1.tar.gz", files)
    return tmp_path / "root"


@pytest.fixture
def load(root: Path, _small_parts: None) -> Callable[[str], Dataset]:
    return lambda split: load_dataset("imdb", split=split, data_dir=root, verify=False, progress=False)


@pytest.fixture
def train(load: Callable[[str], Dataset]) -> Dataset:
    return load("train")


TEXTS = [text_of(number) for number in range(COUNT)]
LABELS = [1] * 25 + [2] * 25


def test_the_file_has_many_record_batches(train: Dataset) -> None:
    with pa.OSFile(str(train.arrow_files[0])) as file:
        reader = pa.ipc.open_file(file)
        sizes = [reader.get_batch(number).num_rows for number in range(reader.num_record_batches)]

    assert sizes == [3, 6, 9, 9, 9, 9, 5]


def test_samples_are_those_of_the_files_in_any_order(train: Dataset) -> None:
    order = np.random.default_rng(0).permutation(COUNT)

    assert [(label, text) for label, text in train] == list(zip(LABELS, TEXTS, strict=True))
    assert [train[-number - 1].text for number in range(COUNT)] == TEXTS[::-1]
    assert [text for _, text in train.__getitems__(order.tolist())] == [TEXTS[row] for row in order]


@pytest.mark.parametrize("rows", [slice(8, 10), slice(40, 3, -7), slice(0), [49, 0, 8, 9, 0, -1]], ids=str)
def test_parts_of_it_have_their_rows_across_record_batches(train: Dataset, rows: Any) -> None:
    part = train[rows] if isinstance(rows, slice) else train.select(rows)

    expected = TEXTS[rows] if isinstance(rows, slice) else [TEXTS[row] for row in rows]
    assert [text for _, text in part] == expected == list(part["text"])
    assert len(part.arrow) == len(expected)
    assert part.arrow["text"].to_pylist() == expected


def test_a_column_is_gone_through_indexed_and_cut(train: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.datasets.views.AT_ONCE", 8)
    column = train["text"]

    assert list(column) == TEXTS
    assert [column[number] for number in (0, 8, 9, -1)] == [TEXTS[number] for number in (0, 8, 9, -1)]
    assert list(column[5:30:4]) == TEXTS[5:30:4]
    assert train["label"].tolist() == LABELS


def test_splits_that_are_added_and_cut_follow_each_other(load: Callable[[str], Dataset]) -> None:
    both = load("train[40:]+test[:30]")

    expected = TEXTS[40:] + [text_of(number, "test") for number in range(30)]
    assert [text for _, text in both] == expected
    assert [text for _, text in both.__getitems__([39, 0, 10, 9])] == [expected[row] for row in (39, 0, 10, 9)]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_data_loader_gives_lists_of_texts(train: Dataset, workers: int) -> None:
    batches = list(DataLoader(train, 8, num_workers=workers))

    assert [text for _, texts in batches for text in texts] == TEXTS
    assert [label for labels, _ in batches for label in labels.tolist()] == LABELS


def test_it_pickles_as_the_path_of_its_file(train: Dataset) -> None:
    data = pickle.dumps(train[10:20])

    assert [text for _, text in pickle.loads(data)] == TEXTS[10:20]  # noqa: S301  ours
    assert TEXTS[14].encode() not in data


def test_a_transform_is_given_each_text_and_the_target_transform_each_label(train: Dataset) -> None:
    train.transform, train.target_transform = str.upper, str

    assert [tuple(sample) for sample in train] == [
        (str(label), text.upper()) for label, text in zip(LABELS, TEXTS, strict=True)
    ]


FIELDS = (
    Field(name="text", kind="text"),
    Field(name="words", kind="sequence"),
    Field(name="starts", kind="sequence", dtype="int64"),
    Field(name="label", kind="label"),
    Field(name="score", kind="number"),
    Field(name="about", kind="annotation"),
)


@pytest.fixture
def job() -> Job:
    entry = find_dataset("imdb")
    card = msgspec.structs.replace(entry.card, fields=FIELDS)
    return Job(card, "train", card.splits["train"], {}, {}, trusted=False)


Row = tuple[str | None, list[str] | None, list[int] | None, int, float, object]


def row_of(number: int) -> Row:
    words = None if number % 4 == 1 else ["w" * number, "ü"] * (number % 3)
    starts = None if number % 5 == 1 else list(range(number % 4))
    about = None if number % 6 == 1 else {"n": [number]}
    return (None if number % 3 == 1 else f"t{number}" * (number % 2), words, starts, number, number / 2, about)


ROWS = [row_of(number) for number in range(30)]


def in_parts(rows: Sequence[Row], sizes: Sequence[int]) -> Iterator[dict[str, Any]]:
    start = 0
    for size in sizes:
        columns = zip(*rows[start : start + size], strict=True)
        yield dict(zip([field.name for field in FIELDS], map(list, columns), strict=True))
        start += size


def table_of(job: Job, path: Path, made: Iterator[dict[str, Any]]) -> Table:
    writing.write_parts(path, parts.batches(job, made, Silent()), {"dataset": "x"}, lambda: {"about": '{"late": 1}'})
    return Table(path)


@pytest.mark.parametrize("sizes", [[30], [1] * 30, [10, 5, 15]], ids=str)
def test_every_kind_of_value_comes_back_from_every_part(tmp_path: Path, job: Job, sizes: list[int]) -> None:
    order = np.random.default_rng(0).permutation(30)

    table = table_of(job, tmp_path / "x.arrow", in_parts(ROWS, sizes))

    found = [list(take([table], field.name, order)) for field in FIELDS]
    about = [None if each is None else json.loads(str(each)) for each in found.pop()]
    assert [list(row) for row in zip(*found, about, strict=True)] == [list(ROWS[row]) for row in order]
    assert table.about == {"late": 1}


@pytest.mark.parametrize("rows", [(0, 4), (4, 11), (10, 30), (29, None)], ids=str)
def test_only_the_rows_that_a_split_keeps_are_written(tmp_path: Path, job: Job, rows: tuple[int, int]) -> None:
    kept = msgspec.structs.replace(job.content, rows=rows)
    part = Job(job.card, job.split, kept, {}, {}, trusted=False)

    table = table_of(part, tmp_path / "x.arrow", in_parts(ROWS, [5] * 6))

    assert take([table], "label", range(len(table))).tolist() == list(range(30))[slice(*rows)]  # type: ignore[union-attr]  # numbers are an array


def test_values_may_come_as_arrow_arrays(tmp_path: Path, job: Job) -> None:
    one = {"text": pa.array(["a", None]), "words": None, "starts": None, "label": pa.array([1, 2], pa.int32())}
    made = {**one, "score": pa.array([1.5, 2.5]), "about": pa.array(['{"n": 1}', None])}

    table = table_of(job, tmp_path / "x.arrow", iter([made]))

    assert take([table], "text", range(2)) == ["a", None]
    assert take([table], "words", range(2)) == [None, None]
    assert list(take([table], "label", range(2))) == [1, 2]


WRONG: dict[str, dict[str, Any]] = {
    "a number among texts": {"text": ["a", 1]},
    "half a letter": {"text": ["a", "\ud800"]},
    "a text among labels": {"label": [1, "a"]},
    "a fraction among labels": {"label": [1, 1.5]},
    "a label that is too large": {"label": [1, 2**70]},
    "nothing in a list": {"words": [["a"], 3]},
    "a fraction in a list": {"starts": [[1], [2, 2.5]]},
    "a number where a list of them is": {"starts": [[1], 2]},
    "fewer rows": {"label": [1]},
}


@pytest.mark.parametrize("pandas", [False, True], ids=["without pandas", "with pandas"])
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_parts_that_are_not_what_the_card_says_are_refused(
    tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], *, pandas: bool
) -> None:
    pretend_that_pandas_is(pandas, monkeypatch)
    (right,) = in_parts(ROWS[:2], [2])

    with pytest.raises(FormatError, match="not what the card of"):
        table_of(job, tmp_path / "x.arrow", iter([right | wrong]))


def pretend_that_pandas_is(imported: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if imported:
        monkeypatch.setitem(sys.modules, "pandas", pytest.importorskip("pandas"))
    else:
        monkeypatch.delitem(sys.modules, "pandas", raising=False)


@pytest.mark.parametrize("values", [["a", "", "ü" * 300], ["a", None], [], [None]], ids=str)
def test_texts_are_the_same_arrays_with_and_without_pandas(values: list[Any]) -> None:
    expected = pa.array(values, pa.string())

    found = parts._of_texts(values)

    if None in values:
        assert found is None
    else:
        found = cast("pa.Array", found)
        found.validate(full=True)
        assert found.equals(expected)


@pytest.mark.parametrize("values", [[1, -2, 2**62], [True], [2**64], ["1"], [[1], [2]], [None]], ids=str)
def test_only_whole_numbers_are_made_to_labels_without_arrow(values: list[Any]) -> None:
    found = parts._of_numbers(values)

    assert (found is not None) == (values == [1, -2, 2**62])
    assert found is None or found.equals(pa.array(values, pa.int64()))


def test_nothing_to_read_is_told(tmp_path: Path, job: Job) -> None:
    with pytest.raises(FormatError, match="nothing to read"):
        table_of(job, tmp_path / "x.arrow", iter([]))


IN_A_PROCESS = """
import re, sys
from pathlib import Path
from hub.datasets.loading import load_dataset

def memory_mb(name):
    return int(re.search(rf"^{name}:\\s+(\\d+)", Path("/proc/self/status").read_text(), re.MULTILINE)[1]) / 1e3

load_dataset("imdb", split="test", data_dir=sys.argv[1], verify=False, progress=False)[0]
before = memory_mb("VmHWM")
train = load_dataset("imdb", split="train", data_dir=sys.argv[1], verify=False, progress=False)
prepared, own = memory_mb("VmHWM") - before, memory_mb("RssAnon")
count = sum(len(text) for _, text in train)
print(count, prepared, memory_mb("RssAnon") - own)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux how much memory was used")
def test_more_text_than_fits_into_memory_is_read(tmp_path: Path) -> None:
    text, count = "a film to remember " * 1000, 6000
    files = {f"aclImdb/train/{'pos' if number % 2 else 'neg'}/{number}_5.txt": text for number in range(count)}
    write_tar(tmp_path / "datasets" / "IMDB" / "aclImdb_v1.tar.gz", {"aclImdb/test/pos/0_1.txt": "Few.", **files})

    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS, str(tmp_path)], check=True, capture_output=True, text=True, timeout=120
    )

    size, prepared, read = map(float, done.stdout.split())
    assert size == count * len(text.removesuffix("\n")) == 114e6
    assert prepared < 90
    assert read < 30
