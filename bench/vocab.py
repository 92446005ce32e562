"""A vocabulary of a million lines: hub against the loop that everybody writes.

    python bench/vocab.py [--lines 1000000] [--runs 3]
    python bench/vocab.py --memory

The loop is `counter.update(tokenizer(line))`, then a sort as torchtext's: by frequency and alphabet, as pairs. Both
sides see the same lines, a dozen words each, with capitals and punctuation; the words are drawn from 100,000 by Zipf's
law. Tokenizers: basic English by torchtext's twelve expressions, and by hub's own; str.split on both sides; and those
expressions on both sides, of which hub can only make more processes. Prints seconds and the ratios of each run, with
one worker and with as many as there are cores.

`--memory` prints how much memory the count of 1 and of 4 million lines takes at its peak, each in a process of its own,
where lines are made when they are read.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
from text_tokens import by_expressions

from hub.text.data import get_tokenizer
from hub.text.vocab import build_vocab_from_iterator
from hub.text.vocab.counting import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WORDS = 100_000
A_LINE = 12
BLOCK = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    asked = parser.parse_args()
    if asked.memory:
        memory()
        return
    lines = list(made(asked.lines))
    basic = get_tokenizer("basic_english")
    for name, theirs, ours in (
        ("basic English", by_expressions, basic),
        ("split", str.split, str.split),
        ("expressions", by_expressions, by_expressions),
    ):
        compare(name, lines, theirs, ours, asked.runs)


def compare(
    name: str,
    lines: list[str],
    theirs: Callable[[str], list[str]],
    ours: Callable[[str], list[str]],
    runs: int,
) -> None:
    ratios: dict[int, list[float]] = {workers: [] for workers in (1, cores())}
    for run in range(1, runs + 1):
        slow, expected = timed(lambda: plainly(lines, theirs))
        told = [f"the loop {slow:.2f} s"]
        for workers, found in ratios.items():
            fast, itos = timed(
                lambda: build_vocab_from_iterator(iter(lines), tokenizer=ours, workers=workers).get_itos()  # noqa: B023
            )
            assert itos == expected  # noqa: S101
            found.append(slow / fast)
            told.append(f"hub, {workers} worker(s) {fast:.2f} s ({found[-1]:.1f})")
        print(f"{name}, run {run}: " + ", ".join(told))
    for workers, found in ratios.items():
        print(f"{name}, {workers} worker(s): median ratio {statistics.median(found):.1f}, lowest {min(found):.1f}")


def plainly(lines: Iterable[str], tokenizer: Callable[[str], list[str]]) -> list[str]:
    counter: Counter[str] = Counter()
    for line in lines:
        counter.update(tokenizer(line))
    itos = [token for token, _ in sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))]
    stoi = {token: index for index, token in enumerate(itos)}
    assert len(stoi) == len(itos)  # noqa: S101
    return itos


def timed(function: Callable[[], list[str]]) -> tuple[float, list[str]]:
    began = time.perf_counter()
    made = function()
    return time.perf_counter() - began, made


def made(count: int, seed: int = 0) -> Iterator[str]:
    """Yield lines of words drawn by Zipf's law: the word of rank r is r times as rare as the first."""
    random = np.random.default_rng(seed)
    letters = random.integers(ord("a"), ord("z") + 1, (WORDS, 10), dtype=np.uint8)
    words = np.array([row[: 1 + rank % 9 + (rank > WORDS // 2)].tobytes().decode() for rank, row in enumerate(letters)])
    shares = np.cumsum(1 / np.arange(1, WORDS + 1))
    for start in range(0, count, BLOCK):
        ranks = np.searchsorted(shares / shares[-1], random.random((min(BLOCK, count - start), A_LINE)))
        for first, *rest in words[ranks].tolist():
            yield f"{first.capitalize()} {' '.join(rest[:5])}, {' '.join(rest[5:])}."


def memory() -> None:
    for name in ("basic_english", "split", "expressions"):
        for millions in (1, 4):
            for workers in (1, cores()):
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
                    grown, tokens = process.submit(grown_mb, name, millions * 1_000_000, workers).result()
                print(f"{name}, {millions} M lines, {workers} worker(s): {grown:.0f} MB for {tokens:,} tokens")


def grown_mb(name: str, count: int, workers: int) -> tuple[float, int]:
    """Return by how much the peak of memory grows from that of a thousand lines, in MB, and how many tokens there are.

    On Linux only: ru_maxrss is in kB there. Other processes that count are not in it.
    """
    tokenizer = {"split": str.split, "expressions": by_expressions}.get(name) or get_tokenizer(name)
    build_vocab_from_iterator(made(1000), tokenizer=tokenizer)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tokens = len(build_vocab_from_iterator(made(count), tokenizer=tokenizer, workers=workers))
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3, tokens


if __name__ == "__main__":
    print(f"{cores()} cores")
    main()
