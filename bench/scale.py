"""What a registry of a million cards costs: to write, to look up a name in, to search, and to add a card to.

    python bench/scale.py [--small] [--cards 10000 100000 1000000]

The cards are made up, the same each time: ids, names and sentences of common words, datasets, models and projects in
turn. They go into the writer as a stream; only the cards that are asked for are written. Every question is a process of
its own, as a user asks it, with a store that knows nothing (cold) and then once more (warm), of a web server on this
machine that counts what it sends, and of a folder. Memory is the most that a process had at once, or
that this one had when it began it (40 MB), whichever is more.

Must hold at a million: a search in less than 1 s and 300 MB, and less than 5 MB for the first name. The peers are
today's lists, fetched whole and scanned, as far as they go (20,000 cards), and `grep` over all entries as lines of
JSON, which have to be here for that.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from hub.registry.listing import Listed, ListOf, Network, Summary, write, write_index
from hub.registry.shards.publishing import Stated, update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from hub.registry.listing import Kind

COUNTS = (10_000, 100_000, 1_000_000)
SMALL = (6_000, 20_000)
OF_LISTS = 20_000
"""Cards up to which today's lists are measured: ten times as many are more than a list may have."""

THINGS = """
cat dog bird flower leaf road street house face hand digit letter word sentence tweet review song speech noise
wave storm cloud river lake forest field crop cell tissue bone lung heart brain gene protein molecule crystal
galaxy star planet image video audio text table graph map scene pose gesture sign plate receipt invoice page book
article question answer query dialogue story poem recipe product price trade flight train car bus ship
""".split()  # noqa: SIM905  words are read more easily so
WAYS = """
tiny small base large deep wide fast noisy clean raw sparse dense paired aligned labelled weak multi cross
zero few long short wild urban rural night day winter summer aerial thermal stereo panoramic synthetic real balanced
""".split()  # noqa: SIM905
VERBS = "classify detect segment translate summarise count track retrieve rank align restore predict".split()  # noqa: SIM905
TASKS = ("image-classification", "object-detection", "machine-translation", "question-answering", "summarization")
ZH = ("图像分类的小型数据", "目标检测与分割", "机器翻译语料", "问答与阅读理解", "文本摘要")
KINDS = ("dataset", "model", "project")

QUERIES = ("{id}", "cat", "thermal storm", "识别 分类", "protein gal", "zero such word")


class Cost(NamedTuple):
    """What a process took: seconds, MB at most, and what was sent for it: MB and requests."""

    seconds: float
    memory: float
    sent: float
    requests: int
    said: str


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="6,000 and 20,000 cards")
    parser.add_argument("--cards", type=int, nargs="+")
    parser.add_argument("--write", nargs=2, metavar=("COUNT", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.write:
        write_registry(int(given.write[0]), Path(given.write[1]))
        return
    for count in given.cards or (SMALL if given.small else COUNTS):
        with tempfile.TemporaryDirectory(prefix="hub-scale-") as folder:
            measure(count, Path(folder))
    peers(given.cards or (SMALL if given.small else COUNTS))


def measure(count: int, folder: Path) -> None:
    registry = folder / "web"
    registry.mkdir()
    cost = run([sys.executable, __file__, "--write", str(count), str(registry)], folder)
    files = [path.stat().st_size for path in (registry / "shards").rglob("*") if path.is_file()]
    print(
        f"\n{count:,} cards\n  written in {cost.seconds:.1f} s ({1e6 * cost.seconds / count:.0f} us each), "
        f"{cost.memory:.0f} MB; {len(files):,} files of {sum(files) / 1e6:.1f} MB ({sum(files) / count:.0f} bytes each)"
    )
    print(f"  {adding(count, registry)}")
    with Counting(registry) as web:
        name = identifier(count // 3 // 2 * 3)
        for title, command in questions(name):
            tell(title, [web.asked(command, folder / "cold"), web.asked(command, folder / "cold")])
            shutil.rmtree(folder / "cold")
        for title, command in questions(name):
            tell(f"{title}, of a folder", [asked_of_folder(command, folder / "home", registry) for _ in range(2)])


def questions(name: str) -> list[tuple[str, list[str]]]:
    """Return what is asked: the first name, searches, a list by facet, and a name that there is not."""
    searches = [query.format(id=name) for query in QUERIES]
    return [
        ("info", ["info", f"big/{name}"]),
        ("info of a misspelling", ["info", f"big/{name[:-1]}x"]),
        *((f"search {query!r}", ["search", "--registry", "big", "--limit", "20", query]) for query in searches),
        ("list by task", ["list", "datasets", "--registry", "big", "--limit", "20", "--task", TASKS[0]]),
    ]


def tell(title: str, costs: Sequence[Cost]) -> None:
    cold, warm = costs
    print(
        f"  {title:<44} cold {cold.seconds:5.2f} s, warm {warm.seconds:5.2f} s, {max(cold.memory, warm.memory):4.0f} MB"
        f", {1000 * cold.sent:7.1f} kB in {cold.requests:3} requests, then {warm.requests}; {cold.said}"
    )


def adding(count: int, registry: Path) -> str:
    """Add one card, and then another, and tell what that wrote."""
    place = Folder(registry)
    told = []
    for number in (count, count + 1):
        place.written = place.files = 0
        began = time.perf_counter()
        index = update((registry / "index.json").read_bytes(), place, [stated(number)])
        (registry / "index.json").write_bytes(index)
        told.append(
            f"{1000 * (time.perf_counter() - began):.0f} ms, {place.written / 1000:.1f} kB in {place.files} files"
        )
    return f"a card is added in {', then another in '.join(told)}"


def write_registry(count: int, folder: Path) -> None:
    """Write the index of so many cards, and the cards that will be asked for."""
    wanted = count // 3 // 2 * 3
    path = folder / stated(wanted).listed.card
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(card(wanted))
    index = update(None, Folder(folder), map(stated, range(count)))
    (folder / "index.json").write_bytes(index)


class Folder:
    """A folder in which a registry is written."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.written, self.files = folder, 0, 0

    def read(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.written += len(data)
        self.files += 1


def identifier(number: int) -> str:
    chosen = random.Random(number)  # noqa: S311
    return f"{chosen.choice(WAYS)}-{chosen.choice(THINGS)}-{chosen.choice(THINGS)}-{number:07}"


def stated(number: int) -> Stated:
    """Return what the index says of a card; the same for the same number."""
    name = identifier(number)
    chosen = random.Random(-number - 1)  # noqa: S311
    kind = cast("Kind", KINDS[number % len(KINDS)])
    task = chosen.randrange(len(TASKS))
    words = " ".join(chosen.choices(WAYS + THINGS, k=10))
    data = card(number)
    listed = Listed(
        id=f"family-{name}" if kind == "model" else name,
        name=name.replace("-", " ").title(),
        summary=Summary(en=f"{words.capitalize()} to {chosen.choice(VERBS)}.", zh=ZH[task]),
        facets={"task": (TASKS[task],), "license": (chosen.choice(("MIT", "CC0-1.0", "Apache-2.0")),)},
        networks=(Network(name=name, pretrained=bool(number % 2)),) if kind == "model" else (),
        card=f"{kind}s/{number % 1000:03}/{name}.json",
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )
    return Stated(kind, listed)


def card(number: int) -> bytes:
    """Return the card of a dataset, as short as one can be."""
    table = {
        "schema": 1,
        "name": identifier(number).replace("-", " ").title(),
        "version": "1.0.0",
        "task": [TASKS[0]],
        "modality": ["image"],
        "license": "MIT",
        "homepage": "https://big.example.org/",
        "reader": "idx",
        "summary": {"en": "A made-up data set, to be looked up.", "zh": "虚构的数据集"},
        "fields": [{"name": "image", "kind": "image", "shape": [28, 28]}],
        "splits": {"train": {"samples": 1, "files": {"image": "images"}}},
        "artifacts": [{"name": "images", "size": 1, "sha256": "0" * 64, "sources": [{"url": "files/images"}]}],
    }
    return json.dumps(table).encode()


class Counting:
    """A web server of a folder that counts what it sends."""

    def __init__(self, folder: Path) -> None:
        self.sent = self.requests = 0
        counter = self

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *args: object) -> None:
                pass

            def copyfile(self, source, outputfile) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
                data = source.read()
                counter.sent += len(data)
                counter.requests += 1
                outputfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def asked(self, command: list[str], home: Path) -> Cost:
        self.sent = self.requests = 0
        url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        cost = run([sys.executable, "-m", "hub", *command], home, f"big={url}")
        return cost._replace(sent=self.sent / 1e6, requests=self.requests)


def asked_of_folder(command: list[str], home: Path, registry: Path) -> Cost:
    return run([sys.executable, "-m", "hub", *command], home, f"big={registry.as_uri()}/")


def run(command: list[str], home: Path, registries: str = "") -> Cost:
    """Run a process to its end, and return what it took."""
    home.mkdir(exist_ok=True)
    root = str(Path(__file__).parent.parent)
    environment = os.environ | {"HUB_HOME": str(home / "store"), "HUB_REGISTRIES": registries, "PYTHONPATH": root}
    began = time.perf_counter()
    with (
        (home / "out").open("w+") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = out.read().splitlines()
    return Cost(time.perf_counter() - began, usage.ru_maxrss / 1024, 0.0, 0, lines[-1][:70] if lines else "")


def peers(counts: Sequence[int]) -> None:
    """Ask the same of lists, and of lines of JSON by grep."""
    with tempfile.TemporaryDirectory(prefix="hub-scale-") as name:
        folder = Path(name)
        registry = folder / "web"
        lists_of(OF_LISTS, registry)
        print(f"\ntoday's lists, {OF_LISTS:,} cards")
        with Counting(registry) as web:
            command = ["search", "--registry", "big", "--limit", "20", "thermal storm"]
            tell("search 'thermal storm'", [web.asked(command, folder), web.asked(command, folder)])
        lines = folder / "lines"
        with lines.open("wb") as out:
            for number in range(max(counts)):
                out.write(json.dumps([identifier(number), stated(number).listed.summary.en]).encode() + b"\n")
        cost = run(["sh", "-c", f"grep -i thermal {lines} | grep -ic storm"], folder)
        size = lines.stat().st_size / 1e6
        print(f"grep over {max(counts):,} lines of JSON: {cost.seconds:.2f} s, of {size:.0f} MB")


def lists_of(count: int, registry: Path) -> None:
    every = [stated(number) for number in range(count)]
    found = []
    (registry / "index").mkdir(parents=True)
    for kind in KINDS:
        listed = sorted((each.listed for each in every if each.kind == kind), key=lambda each: each.id)
        data = write(listed)
        (registry / f"index/{kind}.json").write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        found.append(
            ListOf(
                kind=cast("Kind", kind), list=f"index/{kind}.json", sha256=sha256, size=len(data), entries=len(listed)
            )
        )
    (registry / "index.json").write_bytes(write_index(found))


if __name__ == "__main__":
    main()
