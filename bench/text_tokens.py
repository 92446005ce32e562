"""Tokens of basic English: hub against a loop over the regular expressions by which torchtext defined them.

    python bench/text_tokens.py [--text FILE] [--lines 20000]

Without a text, lines are made of words and punctuation as English has them. Both sides see the same lines in turn, and
the fastest of several rounds counts. Prints microseconds a line for tokens alone and for counting them.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from hub.text.data import get_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7

EXPRESSIONS = [
    (re.compile(pattern), new)
    for pattern, new in (
        (r"'", " ' "),
        (r'"', ""),
        (r"\.", " . "),
        (r"<br />", " "),
        (r",", " , "),
        (r"\(", " ( "),
        (r"\)", " ) "),
        (r"!", " ! "),
        (r"\?", " ? "),
        (r";", " "),
        (r":", " "),
        (r"\s+", " "),
    )
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path)
    parser.add_argument("--lines", type=int, default=20_000)
    options = parser.parse_args()
    lines = (options.text.read_text("utf-8").splitlines() if options.text else made(options.lines))[: options.lines]
    tokenizer = get_tokenizer("basic_english")
    assert [tokenizer(line) for line in lines] == [by_expressions(line) for line in lines]  # noqa: S101
    slow, fast = fastest(lambda: each(by_expressions, lines), lambda: each(tokenizer, lines))
    told("tokens", slow, fast, len(lines))
    slow, fast = fastest(lambda: counted(by_expressions, lines), lambda: Counter(tokenizer.tokens(lines)))
    told("counted", slow, fast, len(lines))


def by_expressions(line: str) -> list[str]:
    line = line.lower()
    for pattern, new in EXPRESSIONS:
        line = pattern.sub(new, line)
    return line.split()


def each(tokenizer: Callable[[str], list[str]], lines: list[str]) -> None:
    for line in lines:
        tokenizer(line)


def counted(tokenizer: Callable[[str], list[str]], lines: list[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update(tokenizer(line))
    return counts


def made(count: int) -> list[str]:
    draw = random.Random(0)  # noqa: S311  no secrets are made of it
    words = ["".join(draw.choices("etaoinshrdlu", k=draw.randrange(1, 11))) for _ in range(30_000)]
    commonness = [1 / rank for rank in range(1, len(words) + 1)]
    ends = ["", "", "", "", "", "", "", ",", ".", "'s", ";", ")", '"']
    return [
        " ".join(word.title() + draw.choice(ends) for word in draw.choices(words, commonness, k=draw.randrange(5, 70)))
        for _ in range(count)
    ]


def fastest(*functions: Callable[[], object]) -> list[float]:
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(ROUNDS):
        for function, taken in zip(functions, times, strict=True):
            began = time.perf_counter()
            function()
            taken.append(time.perf_counter() - began)
    return [min(taken) for taken in times]


def told(what: str, slow: float, fast: float, count: int) -> None:
    print(f"{what}: {1e6 * slow / count:.2f} us a line by expressions, {1e6 * fast / count:.2f} us by hub")
    print(f"{what}: ratio {slow / fast:.1f}")


if __name__ == "__main__":
    main()
