"""Time to the first sample over a slow line: hub streaming, hub.load_dataset, and Hugging Face's streaming.

    python bench/streaming.py [--small] [--rate 8]

A table of 60 MB (--small: 12 MB), and 2,000 photos in a tar, come from a server on this machine that sends `--rate`
MB/s on each connection. Each side works in a process of its own with an empty store, and counts from the call to the first
sample; imports are not counted. Printed are seconds, the share of the bytes that the server had sent by then, and how
many times sooner than the map-style dataset that is. Asked for: a tenth of its time or less. Then the rate of a pass
over the table once it is there, and what passing over 9 of 10 samples takes of a whole pass.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the tests do the same, fewer times

from server import Server
from stream_world import CSV, IMAGE, LABEL, PHOTOS, TEXT_FIELDS, World, photos, rows_of_csv, tar_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ASKED = 0.1
SEEN = "the first sample is there\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--rate", type=float, default=8.0, help="MB/s of each connection")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--world", type=json.loads, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(SIDES[asked.side](asked.world)))
        return
    with Server() as server:
        world = made(server, 100_000 if asked.small else 500_000, 500 if asked.small else 2_000)
        server.throttle = asked.rate * 1e6
        first_samples(world, server)
        server.throttle = 0
        told = run("passes", world, "table")
        if told is None:
            return
        print(f"a pass over the table in the store: {told['rate']:,.0f} samples/s")
        print(f"passing over 9 of 10 samples: {told['skipping']:.0%} of the time of a pass")


def made(server: Server, rows: int, count: int) -> World:
    world = World(server)
    files = {"a.csv": rows_of_csv(rows, words=20)}
    world.add("table", "delimited", TEXT_FIELDS, files, samples=rows, options=CSV | {"file": "table-a.csv"})
    tar = {"0.tar": tar_of(photos(count, size=80))}
    world.add("album", "class_folders", [IMAGE, LABEL], tar, samples=count, options=PHOTOS)
    return world


def first_samples(world: World, server: Server) -> None:
    for name in ("table", "album"):
        file = next(each for each in server.files if each.startswith(name))
        size = len(server.files[file])
        print(f"{file}: {size / 1e6:.0f} MB")
        took: dict[str, float] = {}
        for side in ("map", "streaming", "hugging_face"):
            server.requests.clear()
            found = run(side, world, name)
            if found is None:
                print(f"  {side:<14} could not be had")
                continue
            took[side] = found["seconds"]
            sooner = took["map"] / took[side]
            print(
                f"  {side:<14} first sample after {took[side]:6.2f} s, {found['sent'] / size:4.0%} sent, {sooner:5.1f}x"
            )
        ratio = took["streaming"] / took["map"]
        print(f"  asked for at most {ASKED:.2f} of the map-style dataset's time, measured {ratio:.2f}")


def run(side: str, world: World, name: str) -> dict[str, Any] | None:
    """Return what a process of its own tells."""
    server = world.server
    file = next(each for each in server.files if each.startswith(name))
    told = {"tables": world.tables, "name": name, "url": server.url("ok", file)}
    with tempfile.TemporaryDirectory() as home:
        around = os.environ | {"HUB_HOME": home, "HF_HOME": home, "HF_DATASETS_OFFLINE": "0"}
        command = [sys.executable, __file__, "--side", side, "--world", json.dumps(told)]
        done = subprocess.Popen(command, env=around, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines: list[str] = []
        sent = 0
        for line in done.stdout or ():
            sent = sent or (server.sent if line == SEEN else 0)
            lines.append(line)
        done.wait()
    told_back = [line for line in lines if line.startswith("{")]
    if not told_back:
        print("".join(lines[-3:]), file=sys.stderr)
        return None
    return dict(json.loads(told_back[-1])) | {"sent": sent}


def timed(begin: Callable[[], Iterator[Any]]) -> dict[str, float]:
    begun = time.perf_counter()
    next(begin())
    seconds = time.perf_counter() - begun
    print(SEEN, end="", flush=True)
    return {"seconds": seconds}


def of_world(told: dict[str, Any]) -> World:
    return World(Server(), tables=told["tables"])


def streaming(told: dict[str, Any]) -> dict[str, float]:
    import hub.streaming.dataset  # noqa: F401  imports are not counted

    world = of_world(told)
    return timed(lambda: iter(world.stream(told["name"])))


def map_style(told: dict[str, Any]) -> dict[str, float]:
    world = of_world(told)
    return timed(lambda: iter(world.load(told["name"])))


def hugging_face(told: dict[str, Any]) -> dict[str, float]:
    from datasets import load_dataset  # type: ignore[attr-defined]  # it has no types

    if told["name"] == "table":
        return timed(
            lambda: iter(
                load_dataset(
                    "csv", data_files=told["url"], split="train", streaming=True, column_names=["label", "text"]
                )
            )
        )
    return timed(lambda: iter(load_dataset("webdataset", data_files=told["url"], split="train", streaming=True)))


def passes(told: dict[str, Any]) -> dict[str, float]:
    world = of_world(told)
    dataset = world.stream(told["name"])
    list(dataset.take(1))
    count = sum(1 for _ in dataset)  # the first pass brings the file
    begun = time.perf_counter()
    sum(1 for _ in dataset)
    whole = time.perf_counter() - begun
    begun = time.perf_counter()
    sum(1 for _ in dataset.skip(count * 9 // 10))
    return {"rate": count / whole, "skipping": (time.perf_counter() - begun) / whole}


SIDES = {"streaming": streaming, "map": map_style, "hugging_face": hugging_face, "passes": passes}

if __name__ == "__main__":
    main()
