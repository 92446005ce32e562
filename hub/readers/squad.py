"""Questions about paragraphs, as SQuAD has them: one JSON file a split.

    {"data": [{"paragraphs": [{"context": "...", "qas": [
        {"question": "...", "answers": [{"text": "...", "answer_start": 177}, ...]}, ...]}, ...]}, ...]}

`answer_start` counts characters of the context. A question that the context does not answer has no answers in the file
(version 2.0), and here, as torchtext gives it, one empty answer that starts at -1. What else the file says is left out.

Options: `file`. The format: Rajpurkar, Jia and Liang, "Know What You Don't Know", and the authors' evaluation script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from hub.formats.texts import typed_json
from hub.readers.parts import in_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hub.readers import Column, Options
    from hub.trees import Tree

VERSION = 1

COLUMNS = ("context", "question", "answers", "answer_start")

UNANSWERED = ([""], [-1])


# perf: half a million of them in no circle, which the garbage collector need not look at.
class Answer(msgspec.Struct, gc=False):
    """A stretch of the context."""

    text: str
    answer_start: int


class Question(msgspec.Struct, gc=False):
    """A question and what people answered."""

    question: str
    answers: list[Answer]


class Paragraph(msgspec.Struct, gc=False):
    """A paragraph and what was asked about it."""

    context: str
    qas: list[Question]


class Article(msgspec.Struct, gc=False):
    """An article of Wikipedia."""

    paragraphs: list[Paragraph]


class Squad(msgspec.Struct, gc=False):
    """A file."""

    data: list[Article]


def read_parts(tree: Tree, options: Options) -> Iterator[Mapping[str, Column]]:
    """Yield `context`, `question`, `answers` and `answer_start`; the latter two are equally long in a row."""
    # A file has 42 MB at most, and becomes 0.3 GB for a moment.
    found = typed_json(tree, str(options["file"]), Squad)
    return in_parts(_rows(found), COLUMNS)


def _rows(found: Squad) -> Iterator[tuple[object, ...]]:
    for article in found.data:
        for paragraph in article.paragraphs:
            for asked in paragraph.qas:
                answers = [answer.text for answer in asked.answers]
                starts = [answer.answer_start for answer in asked.answers]
                both = (answers, starts) if answers else UNANSWERED
                yield paragraph.context, asked.question, *both
