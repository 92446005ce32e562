"""What the website costs: time to check the cards and to build all of it, and what its pages weigh.

    python bench/site.py [--cards DIR] [--site DIR]

Checking is the median of five runs of `hub site check`, building one run of `hub site build`, both in processes of
their own, as a person runs them: seconds by the clock, and of the processor. Then the weight of pages in kilobytes of
1,000 bytes, as they are and in gzip, beside what they may weigh: a card's page, all that the home page names, and what
is read when the search is opened. `--site` weighs one that is built already.
"""

from __future__ import annotations

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from collections.abc import Iterable

RUNS = 5
KILOBYTE = 1000
KINDS = ("datasets", "models", "projects", "tutorials", "articles", "books", "courses", "papers")
LARGEST = 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cards", type=Path)
    parser.add_argument("--site", type=Path)
    given = parser.parse_args()
    cards = ["--cards", str(given.cards)] if given.cards else []
    runs = [seconds("check", *cards) for _ in range(RUNS)]
    print_times("check", (statistics.median(each) for each in zip(*runs, strict=True)))
    if given.site:
        weigh(given.site)
        return
    with tempfile.TemporaryDirectory() as folder:
        print_times("build", seconds("build", *cards, "--to", f"{folder}/site"))
        weigh(Path(folder) / "site")


def seconds(*arguments: str) -> tuple[float, float]:
    """Return how long a command took by the clock, and of the processor with all that it started."""
    started, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-m", "hub", "site", *arguments], check=True, capture_output=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, spent


def print_times(command: str, times: Iterable[float]) -> None:
    clock, processor = times
    print(f"hub site {command}  {clock:6.2f} s  (processor {processor:.2f} s)")


def weigh(site: Path) -> None:
    files = [path for path in site.rglob("*") if path.is_file()]
    pages = [path for path in files if path.name == "index.html"]
    print(f"\n{len(pages):,} pages, {len(files):,} files, {sum(map(size, files)) / KILOBYTE**2:.1f} MB\n")
    print(f"{'':48}{'kB':>8}{'gzip':>8}{'limit':>8}")
    first_view = [site / "index.html", *loaded_by(site / "index.html")]
    tell("home, with all it loads", first_view, 400)
    for language in ("en", "zh"):
        names = ("names", f"summaries.{language}")
        tell(f"search, opened ({language})", [site / f"search/{name}.json.gz" for name in names], 60)
    cards = [path for path in pages if is_card(path.relative_to(site))]
    for path in largest(cards):
        tell(str(path.parent.relative_to(site)), [path], 40)
    for path in largest(path for path in pages if path not in {*cards}):
        tell(str(path.parent.relative_to(site)), [path])


def is_card(path: Path) -> bool:
    parts = path.parts[1:] if path.parts[0] == "zh" else path.parts
    return len(parts) == len(("kind", "id", "index.html")) and parts[0] in KINDS


def loaded_by(page: Path) -> list[Path]:
    """Return the style sheets, scripts and pictures that a page names."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    named = [each["href"] for each in soup.select("link[rel~=stylesheet], link[rel~=icon]")]
    named += [each["src"] for each in soup.select("script[src], img[src]:not([loading=lazy])")]
    return [page.parent / str(name).partition("?")[0] for name in named]


def largest(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=size, reverse=True)[:LARGEST]


def tell(what: str, paths: list[Path], limit: int | None = None) -> None:
    packed = sum(len(gzip.compress(path.read_bytes())) for path in paths)
    allowed = f"{limit:8}" if limit else ""
    print(f"{what:48}{sum(map(size, paths)) / KILOBYTE:8.1f}{packed / KILOBYTE:8.1f}{allowed}")


def size(path: Path) -> int:
    return path.stat().st_size


if __name__ == "__main__":
    main()
