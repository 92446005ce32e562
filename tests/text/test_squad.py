"""Questions about paragraphs: SQuAD 1.1 and 2.0."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from readers.line_files import question, squad, write_squad, write_text
from torch.utils.data import DataLoader

from hub.datasets.loading import load_dataset
from hub.errors import FormatError, MissingFile

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("home")


def load(root: Path, card: str = "squad1", split: str = "train") -> Any:
    return load_dataset(card, split=split, data_dir=root, verify=False, progress=False)


@pytest.mark.parametrize("split", ["train", "dev"])
def test_a_question_comes_with_its_paragraph_and_all_answers(tmp_path: Path, split: str) -> None:
    write_squad(tmp_path, "1.1")

    found = [tuple(sample) for sample in load(tmp_path, split=split)]

    assert found == [
        ("Rain fell slowly.", "What fell?", ["Rain", "Rain"], [0, 0]),
        ("Rain fell slowly.", "How?", ["slowly"], [8]),
        ("Ça alors!", "Who?", ["alors"], [3]),
    ]
    assert [type(value) for value in found[0]] == [str, str, list, list]
    assert {type(start) for start in found[0][3]} == {int}


@pytest.mark.parametrize("split", ["train", "dev"])
def test_a_question_that_cannot_be_answered_has_an_empty_answer_before_the_start(tmp_path: Path, split: str) -> None:
    write_squad(tmp_path, "2.0")

    assert tuple(load(tmp_path, "squad2", split)[1]) == ("Rain fell slowly.", "How many?", [""], [-1])


def test_loaders_make_batches_of_questions_and_datasets_pickle(tmp_path: Path) -> None:
    write_squad(tmp_path, "1.1")
    found = load(tmp_path)

    context, asked, answers, starts = next(iter(DataLoader(found, batch_size=1)))

    assert (context[0], asked[0], answers[0], int(starts[0])) == ("Rain fell slowly.", "What fell?", ("Rain",), 0)
    assert list(pickle.loads(pickle.dumps(found))) == list(found)  # noqa: S301  our own bytes


BROKEN: dict[str, str | bytes] = {
    "cut": squad(("Rain.", [question("What?", ("Rain", 0))]))[:-30],
    "no JSON": "<html>Moved</html>",
    "empty": "",
    "other JSON": json.dumps({"questions": []}),
    "no context": json.dumps({"data": [{"paragraphs": [{"qas": []}]}]}),
    "a start that is no number": squad(("Rain.", [question("What?", ("Rain", "0"))])),  # type: ignore[arg-type]
    "no text": squad(("Rain.", [question("What?", ("Rain", 0))])).encode().replace(b"Rain", b"\xff\xfe"),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_no_such_file_is_refused_with_its_name(tmp_path: Path, content: str | bytes) -> None:
    write_text(tmp_path / "train-v1.1.json", content)

    with pytest.raises(FormatError, match=r"train-v1\.1\.json"):
        load(tmp_path)


def test_a_fault_inside_is_told_with_its_place(tmp_path: Path) -> None:
    write_text(tmp_path / "train-v1.1.json", BROKEN["a start that is no number"])

    with pytest.raises(FormatError, match=r"paragraphs\[0\]\.qas\[0\]\.answers\[0\]\.answer_start"):
        load(tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"train-v1\.1\.json"):
        load(tmp_path)
