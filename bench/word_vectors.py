"""Word vectors out of a text: hub beside torchtext's own way, first and again, each in a process of its own.

    python bench/word_vectors.py [--rows 400000] [--dim 300] [--runs 3]

The text is shaped like GloVe's largest of 6B: tokens and numbers of five digits, drawn at random, 20,000 different rows
of numbers over and over. torchtext counts the lines, parses each in Python into a row of a tensor and saves all with
`torch.save`, which it loads the next time. It cannot be imported on a current torch, so these steps are taken here by
hand, on a tenth of the rows, and the times multiplied by ten. hub parses the text once and maps the outcome from then
on. Times begin after `import torch` and end when the first token has been looked up. `memory` is what the process has
used at most beyond what importing torch takes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

DIFFERENT = 20_000
PART = 10
MB = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child[0], Path(asked.child[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), asked.rows, asked.dim, asked.runs)


def compare(folder: Path, rows: int, dim: int, runs: int) -> None:
    """Print times and ratios."""
    whole, part = folder / "whole.txt", folder / "part.txt"
    lines = drawn(dim)
    write(whole, lines, rows)
    write(part, lines, rows // PART)
    print(f"{rows:,} x {dim}, {whole.stat().st_size / 1e6:,.0f} MB of text; medians of {runs} runs")
    wanted = {"torchtext first": (theirs, part, PART), "torchtext again": (theirs_again, part, PART)}
    wanted |= {"hub first": (ours_first, whole, 1), "hub again": (ours, whole, 1)}
    found = {name: [run(step.__name__, path, folder) for _ in range(runs)] for name, (step, path, _) in wanted.items()}
    seconds = {name: statistics.median(each[0] for each in found[name]) * wanted[name][2] for name in wanted}
    for name, took in seconds.items():
        memory = statistics.median(each[1] for each in found[name])
        print(f"{name:16} {took:8.3f} s  {seconds['torchtext first'] / took:6.1f}x  memory {memory:6,.0f} MB")


def drawn(dim: int) -> list[str]:
    """Return rows of numbers as GloVe writes them."""
    numbers = np.random.default_rng(0).normal(0, 0.4, (DIFFERENT, dim))
    return [" ".join(f"{value:.5g}" for value in row) for row in numbers.tolist()]


def write(path: Path, lines: list[str], rows: int) -> None:
    with path.open("w") as file:
        file.writelines(f"token{row} {lines[row % len(lines)]}\n" for row in range(rows))
    long_ago = time.time() - 1000  # a file that has just changed is read anew the next time
    os.utime(path, (long_ago, long_ago))


def run(step: str, path: Path, folder: Path) -> tuple[float, float]:
    """Return seconds and MB of one step in a process of its own."""
    command = [sys.executable, __file__, "--child", step, str(path)]
    done = subprocess.run(
        command, env=os.environ | {"HUB_HOME": str(folder / "home")}, check=True, capture_output=True, text=True
    )
    took, memory = json.loads(done.stdout)
    return took, memory


def child(step: str, path: Path) -> None:
    import torch  # noqa: F401  all need it

    before, start = peak(), time.perf_counter()
    STEPS[step](path)
    print(json.dumps([time.perf_counter() - start, peak() - before]))


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def theirs(path: Path) -> None:
    """Parse line by line, look a token up, and save all."""
    import torch

    with path.open("rb") as file:
        rows = sum(1 for _ in file)
        file.seek(0)
        dim = len(file.readline().split(b" ")) - 1
        file.seek(0)
        vectors, tokens = torch.zeros(rows, dim), []
        for row, line in enumerate(file):
            token, *numbers = line.rstrip().split(b" ")
            tokens.append(token.decode())
            vectors[row] = torch.tensor([float(number) for number in numbers])
    places = {token: row for row, token in enumerate(tokens)}
    _ = vectors[places["token7"]]
    torch.save((tokens, places, vectors, dim), path.with_suffix(".pt"))


def theirs_again(path: Path) -> None:
    import torch

    # As torchtext: without weights_only, which takes several times as long for so many words.
    _, places, vectors, _ = torch.load(path.with_suffix(".pt"), weights_only=False)
    _ = vectors[places["token7"]]


def ours_first(path: Path) -> None:
    import shutil

    shutil.rmtree(os.environ["HUB_HOME"], ignore_errors=True)
    ours(path)


def ours(path: Path) -> None:
    from hub.text.vocab import Vectors

    _ = Vectors(path)["token7"]


STEPS = {step.__name__: step for step in (theirs, theirs_again, ours_first, ours)}


if __name__ == "__main__":
    main()
