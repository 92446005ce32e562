"""Tasks are found in both languages, and a misspelt one says what was meant."""

from __future__ import annotations

import pytest

from hub import cli, registry
from hub.registry.tasks import CHINESE


def test_every_task_of_a_card_has_a_chinese_name_and_no_other_has() -> None:
    used = {task for entry in registry.entries() for task in entry.facets["task"]}

    assert used == CHINESE.keys()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("query", "found"), [("情感", "imdb"), ("翻译", "iwslt2016"), ("图像分类", "resnet18"), ("词向量", "glove")]
)
def test_a_task_is_found_by_its_chinese_name(query: str, found: str) -> None:
    assert found in [hit.id for hit in registry.search(query)]


@pytest.mark.usefixtures("home")
def test_a_list_for_an_unknown_task_names_those_that_there_are(capfd: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["list", "datasets", "--task", "sentiment"])

    printed = capfd.readouterr()
    assert (code, printed.out) == (3, "")
    assert "machine-translation" in printed.err
    assert "did you mean sentiment-analysis?" in printed.err


@pytest.mark.usefixtures("home")
def test_a_list_for_a_task_has_the_entries_of_that_task(capfd: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["list", "datasets", "--task", "question-answering"])

    assert code == 0
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()] == ["qnli", "squad1", "squad2"]
