"""What listing, searching and finding cost at 100, 10,000 and 100,000 cards.

    python bench/registry.py [--cards 100 10000 100000]

Made-up cards are written to a temporary folder, which stands for a checkout (every file's time is looked at before an
index is believed) and then for an installation (only the folders' times are). The first run reads every card; one that
changes is read alone. Opening and each query are medians of 5, in milliseconds. The peer is what a program without an
index does: parse every TOML file, then look.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from hub.registry import index

if TYPE_CHECKING:
    from collections.abc import Callable

CARD = Path(__file__).parent.parent / "datasets" / "mnist.toml"
RUNS = 5
# Parsing every file is slow enough to be measured on a part and multiplied.
PARSED_AT_MOST = 2000


COLUMNS = (
    "cards",
    "build",
    "one changed",
    "open checkout",
    "open installed",
    "find",
    "search",
    "parse all",
    "ratio",
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cards", type=int, nargs="+", default=[100, 10_000, 100_000])
    print("  ".join(f"{name:>14}" for name in COLUMNS))
    for count in parser.parse_args().cards:
        with tempfile.TemporaryDirectory() as folder:
            print("  ".join(f"{text:>14}" for text in measured(count, Path(folder))))


def measured(count: int, folder: Path) -> list[str]:
    cards, home = folder / "checkout", folder / "home"
    write_cards(count, cards / "datasets")
    build = seconds(lambda: index.current(cards, home))
    touched = cards / "datasets" / "made_up_0.toml"
    touched.write_text(touched.read_text("utf-8") + "\n", "utf-8")
    changed = seconds(lambda: index.current(cards, home))
    opened = median(lambda: index.current(cards, home).rows("nothing"))
    installed = cards.rename(folder / "_cards")
    index.current(installed, home)
    opened_installed = median(lambda: index.current(installed, home).rows("nothing"))
    with index.current(installed, home) as found:
        find = median(lambda: found.find("dataset", f"madeup{count // 2}"))
        search = median(lambda: found.search(f"made_up_{count // 2}", None))
    parse = parse_all(installed / "datasets", count)
    taken = (build, changed, opened, opened_installed, find, search, parse)
    ratio = parse / (opened_installed + search)
    return [f"{count:,}", *(f"{1000 * each:,.3f} ms" for each in taken), f"{ratio:,.0f}x"]


def write_cards(count: int, folder: Path) -> None:
    text = CARD.read_text("utf-8")
    folder.mkdir(parents=True)
    for number in range(count):
        name = f"made_up_{number}"
        (folder / f"{name}.toml").write_text(
            text.replace('aliases = ["MNIST"]', f'aliases = ["MadeUp{number}"]'), "utf-8"
        )


def parse_all(folder: Path, count: int) -> float:
    paths = [folder / f"made_up_{number}.toml" for number in range(min(count, PARSED_AT_MOST))]
    taken = seconds(lambda: [tomllib.loads(path.read_text("utf-8")) for path in paths])
    return taken * count / len(paths)


def median(act: Callable[[], object]) -> float:
    return statistics.median(seconds(act) for _ in range(RUNS))


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
