"""Publishing: what is uploaded twice, what two publishers lose, what readers meanwhile and kills leave.

    python bench/publishing.py [--small] [--seed 0] [--only PART ...]

A folder, and a bucket of a server that speaks S3's protocol, in a process of its own; it decides conditions and writes
in one step, as S3 does. A thousand files of 10 kB each, in a hundred cards, are published twice: files that are put are
counted, and the time for the folder stands beside that of copying the files and flushing each. Then two processes
publish a card after the other into one registry, while a reader follows everything that the index names to its end and
compares each digest. Then a process that publishes is killed at random moments, and its work is published again. Last,
what was published is added and downloaded through nginx, where that is installed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import nginx
from publishing import drafts
from publishing.buckets import Counted

from hub.publish.publishing import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

PARTS = ["twice", "together", "kills", "nginx"]
FILES_A_CARD = 10
SIZE = 10_000
BUCKET = "s3://data/lab"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a tenth of everything")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    asked = parser.parse_args()
    part = 10 if asked.small else 1
    with tempfile.TemporaryDirectory() as name, bucket() as server:
        folder = Path(name)
        os.environ["HUB_HOME"] = str(folder / "home")
        if "twice" in asked.only:
            twice(folder, server, cards=100 // part)
        if "together" in asked.only:
            together(folder, server, each=50 // part)
        if "kills" in asked.only:
            kills(folder, times=50 // part, chance=random.Random(asked.seed))  # noqa: S311  kills are to come again
        if "nginx" in asked.only:
            through_nginx(folder)


def say(what: str, asked: str, measured: str) -> None:
    print(f"{what:<68} asked {asked:<12} measured {measured}", flush=True)


def twice(folder: Path, server: Server, *, cards: int) -> None:
    """Publish many files twice, into a folder and into the bucket."""
    made = [many(folder / "many", number) for number in range(cards)]
    files = [path for card in made for path in sorted(card.parent.glob(f"{card.stem}-*"))]
    print(f"\n{len(files):,} files in {cards} cards, published twice")
    place = folder / "twice"
    first, second = (timed(lambda: publish(files, made, place)) for _ in range(2))
    copied = timed(lambda: copy(files, folder / "copied"))
    inodes = len(list((place / "registry/v1/files").rglob("*/*/*")))
    say("folder: files there", f"{len(files):,}", f"{inodes:,}")
    say("folder: seconds, beside copying and flushing; again", "", f"{first:.1f}, {first / copied:.1f}x; {second:.1f}")
    server.puts()
    times = []
    for run, wanted in (("first", f"{len(files):,}"), ("again", "0")):
        times.append(timed(lambda: publish(files, made, BUCKET)))
        put = [key for key in server.puts() if "/files/" in key or run == "again"]
        say(f"bucket: files put, {run}", wanted, f"{len(put):,}")
    say("bucket: seconds; again", "", f"{times[0]:.1f}; {times[1]:.1f}")


def many(folder: Path, number: int) -> Path:
    """Write a card of several files of random bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"set{number}-{each}.bin" for each in range(FILES_A_CARD)]
    for name in names:
        (folder / name).write_bytes(os.urandom(SIZE))
    head, _, rest = drafts.CARD.format(name=f"set{number}", version="1.0.0").partition("[splits.all]")
    roles = ", ".join(f'file{place} = "{name}"' for place, name in enumerate(names))
    rest = f'samples = 1\nfiles = {{ {roles} }}\noptions.split = "all"\n'
    card = folder / f"set{number}.toml"
    artifacts = "".join(f'\n[[artifacts]]\nname = "{name}"\n' for name in names)
    card.write_text(f"{head}[splits.all]\n{rest}{artifacts}", "utf-8")
    return card


def copy(files: list[Path], target: Path) -> None:
    target.mkdir()
    for path in files:
        with (target / path.name).open("wb") as file:
            file.write(path.read_bytes())
            file.flush()
            os.fsync(file.fileno())


def together(folder: Path, server: Server, *, each: int) -> None:
    """Let two processes publish at once, and read meanwhile."""
    print(f"\ntwo publishers, {each} cards each, and a reader")
    places = {
        "folder": (str(folder / "both"), lambda path: (folder / "both/registry/v1" / path).read_bytes()),
        "bucket": (f"{BUCKET}2", lambda path: server.read(f"lab2/registry/v1/{path}")),
    }
    for name, (to, read) in places.items():
        cards = [[drafts.write(folder / name, f"{who}{number}") for number in range(each)] for who in "ab"]
        processes = [drafts.publisher(to, some) for some in cards]
        began = time.perf_counter()
        drafts.go(processes)
        looks, broken = watched(read, lambda: any(process.poll() is None for process in processes))  # noqa: B023
        failed = sum(drafts.await_end(process) != 0 for process in processes)
        seconds = time.perf_counter() - began
        lost = 2 * each - len(drafts.named(read))
        say(f"{name}: entries lost; publishers that failed", "0; 0", f"{lost}; {failed}")
        say(f"{name}: looks of a reader; of these not whole", "0", f"{looks}; {broken}")
        say(f"{name}: seconds a card", "", f"{seconds / 2 / each:.2f}")


def watched(read: Callable[[str], bytes], goes_on: Callable[[], bool]) -> tuple[int, int]:
    """Read all that a registry names, again and again; return how often, and how often something was not right."""
    looks = broken = seen = 0
    while goes_on():
        if not there(read):
            continue
        looks += 1
        try:
            found = len(drafts.named(read))
            broken += found < seen
            seen = found
        except Exception as error:  # noqa: BLE001  whatever it is, it is not whole
            broken += 1
            print(f"    {error!r}")
    return looks, broken


def there(read: Callable[[str], bytes]) -> bool:
    try:
        return bool(read("index.json"))
    except Exception:  # noqa: BLE001  not yet
        return False


def kills(folder: Path, *, times: int, chance: random.Random) -> None:
    """Kill publishers, look at what is left, and publish again."""
    place, work = folder / "killed", folder / "victims"
    first = drafts.write(work, "first")
    publish([first.with_suffix(".txt")], [first], place)
    names = [f"set{number}" for number in range(5)]
    measured = [drafts.write(work, f"m{name}", text=f"{name}\n" * 50_000) for name in names]
    whole = run_until(place.with_name("measured"), measured, None)
    wrong = incomplete = within = 0
    for number in range(times):
        cards = [drafts.write(work, f"k{number}{name}", text=f"{number}{name}\n" * 50_000) for name in names]
        before = len(drafts.in_folder(place))
        run_until(place, cards, chance.uniform(0, whole))
        try:
            after = len(drafts.in_folder(place))
            within += before < after < before + len(cards)
        except Exception as error:  # noqa: BLE001  whatever it is, it is not whole
            wrong += 1
            print(f"    {error!r}")
        for card in cards:
            publish([card.with_suffix(".txt")], [card], place)
        incomplete += len(drafts.in_folder(place)) != before + len(cards)
    print(f"\na publisher of {len(names)} cards killed {times} times, {within} times between two of them")
    say("registries that were not whole; next runs that did not complete it", "0; 0", f"{wrong}; {incomplete}")


def run_until(place: Path, cards: list[Path], seconds: float | None) -> float:
    """Publish cards in a process, which is killed after some seconds; return how many it was at work."""
    process = drafts.publisher(str(place), cards)
    began = time.perf_counter()
    drafts.go([process])
    if seconds is not None:
        time.sleep(seconds)
        process.kill()
    drafts.await_end(process)
    return time.perf_counter() - began


def through_nginx(folder: Path) -> None:
    """Add and download through nginx what is published into the folder that it serves."""
    if shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        print("\nnginx is not installed")
        return
    import hub
    from hub import cli

    with nginx.served({"lab": 0}) as (address, served):
        card = drafts.write(folder / "work", "cats")
        publish([card.with_suffix(".txt")], [card], served)
        code = cli.run(["registry", "add", "lab", f"{address}/lab/"])
        text = hub.load_dataset("lab/cats", split="all", progress=False)[0].text
    print()
    say("nginx: exit code of `hub registry add`, and what is loaded", "0", f"{code}, {text!r}")


def timed(does: Callable[[], object]) -> float:
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


class Server:
    """The object store in the other process."""

    def __init__(self, asked: Connection) -> None:
        self._asked = asked
        self._lock = threading.Lock()

    def puts(self) -> list[str]:
        """Return what was put since the last call."""
        found: list[str] = self._call("puts", "")
        return found

    def read(self, key: str) -> bytes:
        """Return an object. Raises FileNotFoundError."""
        data: bytes | None = self._call("read", key)
        if data is None:
            raise FileNotFoundError(key)
        return data

    def _call(self, what: str, key: str) -> object:
        with self._lock:
            self._asked.send((what, key))
            return self._asked.recv()


@contextmanager
def bucket() -> Iterator[Server]:
    """Run an object store in a process of its own, and let s3:// mean it."""
    ours, its = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=serve, args=(its,), daemon=True)
    process.start()
    os.environ |= {"AWS_ENDPOINT_URL": ours.recv(), "AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "secret"}
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    try:
        yield Server(ours)
    finally:
        ours.send(("end", ""))
        process.join()


def serve(asked: Connection) -> None:
    import logging

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with Counted() as server:
        asked.send(server.endpoint)
        while (told := asked.recv())[0] != "end":
            if told[0] == "puts":
                asked.send(server.keys("PUT"))
                server.requests.clear()
            else:
                asked.send(kept(server, told[1]))


def kept(server: Counted, key: str) -> bytes | None:
    try:
        return server.read(key)
    except server.client.exceptions.NoSuchKey:
        return None


if __name__ == "__main__":
    main()
