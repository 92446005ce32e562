"""Photos in a tar in a bucket: hub's blocks beside fsspec's caches and beside fetching all.

    python bench/objects.py [--photos 4000] [--latency 20] [--rate 100] [--small]

A tar of the shape of ImageNet's (110 kB a photo) and its prepared table lie on moto's server. A proxy before it waits
`--latency` milliseconds with each request, lets `--rate` MB a second through, counts bytes and, since moto copies a
whole object for each range of it, takes ranges of the tar from disk. Each contender begins with nothing. Printed are
the seconds until the first photo, and until 1,000 others at random have come, decoded, and the bytes on the line.

Asked for: the first photo before a hundredth of all has come, and the thousand in less time than with any of fsspec's
caches and than by fetching all.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tarfile
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from faulty_objects import Faulty  # noqa: E402  what the tests use
from objects import S3  # noqa: E402

import hub  # noqa: E402
from hub import registry  # noqa: E402
from hub.digest import hash_file  # noqa: E402
from hub.fetch import stored  # noqa: E402
from hub.objects import opened, push  # noqa: E402
from hub.store.layout import Layout  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from http.server import BaseHTTPRequestHandler

    Read = Callable[[Sequence[int]], object]

PHOTO = 110_000
SAMPLES = 1000
BATCH = 32


class Figures(NamedTuple):
    """Of one contender: seconds until the first photo and for the others, and bytes for both."""

    first: float
    others: float
    first_bytes: int
    others_bytes: int


class Slow(Faulty):
    """The proxy: it waits, counts, and has the large objects itself."""

    def __init__(self, endpoint: str, latency: float, rate: float) -> None:
        super().__init__(endpoint)
        self.latency = latency
        self.rate = rate
        self._lock = threading.Lock()
        self._free_at = 0.0
        self.large: dict[str, Path] = {}

    def answer(self, asked: BaseHTTPRequestHandler, target: str) -> None:
        time.sleep(self.latency)
        path = self.large.get(urlsplit(asked.path).path)
        wanted = asked.headers.get("Range", "")
        if path is None or asked.command != "GET" or not wanted:
            super().answer(asked, target)
            return
        start, _, stop = wanted.removeprefix("bytes=").partition("-")
        size = path.stat().st_size
        end = min(int(stop or size - 1), size - 1)
        with path.open("rb") as file:
            file.seek(int(start))
            data = file.read(end + 1 - int(start))
        with self._lock:  # one line for all
            self._free_at = max(self._free_at, time.perf_counter()) + len(data) / self.rate
            free_at = self._free_at
        time.sleep(max(0.0, free_at - time.perf_counter()))
        etag = asked.headers.get("If-Match", '""')
        self._say(asked, 206, {"ETag": etag, "Content-Range": f"bytes {start}-{end}/{size}"}, data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=4000)
    parser.add_argument("--latency", type=float, default=20.0, help="milliseconds")
    parser.add_argument("--rate", type=float, default=100.0, help="MB a second")
    parser.add_argument("--small", action="store_true", help="a quick look: 600 photos")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, S3() as server:
        set_up(server.endpoint)
        blob, spans = fill(Path(folder), 600 if asked.small else asked.photos)
        with Slow(server.endpoint, asked.latency / 1000, asked.rate * 1e6) as proxy:
            key = f"/data/lab/v1/blobs/sha256/{blob.name[:2]}/{blob.name}"
            proxy.large[key] = blob
            os.environ["AWS_ENDPOINT_URL"] = proxy.endpoint
            report(run(Path(folder), proxy, f"s3:/{key}", spans), blob.stat().st_size)
            in_order(Path(folder), f"s3:/{key}", blob.stat().st_size)


def in_order(folder: Path, url: str, size: int) -> None:
    """Print how fast the tar is read from front to back, a MiB at a time, beside getting it whole."""
    import fsspec

    os.environ["HUB_HOME"] = str(folder / "in_order")
    files, path = fsspec.core.url_to_fs(url)
    rates = {}
    for name, open_it in {"hub": partial(opened, url), "fsspec": partial(files.open, path, "rb")}.items():
        start = time.perf_counter()
        with open_it() as file:
            while file.read(1 << 20):
                pass
        rates[name] = size / (time.perf_counter() - start) / 1e6
    start = time.perf_counter()
    files.get_file(path, str(folder / "whole.tar"))
    rates["whole"] = size / (time.perf_counter() - start) / 1e6
    print(
        f"in order: hub {rates['hub']:.0f} MB/s, fsspec's readahead {rates['fsspec']:.0f}, s3fs to a file "
        f"{rates['whole']:.0f}: {rates['hub'] / rates['whole']:.2f}x of that (asked for: 0.8x)"
    )


def set_up(endpoint: str) -> None:
    import logging

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ |= {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "secret"}
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def fill(folder: Path, count: int) -> tuple[Path, list[tuple[int, int]]]:
    """Prepare the tar on a first machine and send it; return its blob, and where each photo lies."""
    spans = write_tar(folder / "EuroSAT.zip", count)
    card = write_card(folder, count)
    registry.cards_folder = lambda: card  # type: ignore[attr-defined]
    os.environ["HUB_HOME"] = str(folder / "first")
    found = hub.load_dataset("eurosat", split="all", progress=False)
    layout = Layout(folder / "first")
    done = push(layout, "s3://data/lab", owners=stored.owners_of(layout, "eurosat"), fingerprints=[found.fingerprint])
    print(f"{count} photos of {PHOTO / 1e3:.0f} kB; {done.size / 1e6:.0f} MB were sent to the bucket")
    (blob,) = (path for path in layout.blobs.glob("*/*"))
    return blob, spans


def write_tar(path: Path, count: int) -> list[tuple[int, int]]:
    """Write small photos, each with noise behind its end, which comes over the line and is no work for a decoder."""
    random = np.random.default_rng(0)
    with tarfile.open(path, "w") as archive:
        for number in range(count):
            file = io.BytesIO()
            Image.fromarray(random.integers(0, 256, (64, 64, 3), np.uint8)).save(file, "JPEG")
            data = file.getvalue() + random.bytes(PHOTO - file.tell())
            member = tarfile.TarInfo(f"2750/{'ab'[number % 2]}/{number:06}.jpg")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    with tarfile.open(path) as archive:
        return [(member.offset_data, member.size) for member in archive if member.isfile()]


def write_card(folder: Path, count: int) -> Path:
    archive = folder / "EuroSAT.zip"
    text = (ROOT / "datasets/eurosat.toml").read_text("utf-8").partition("[[artifacts]]")[0]
    text = text.replace("samples = 27000", f"samples = {count}")
    text += f'[[artifacts]]\nname = "{archive.name}"\nsize = {archive.stat().st_size}\nunpack_to = ""\n'
    text += f'sha256 = "{hash_file(archive).sha256}"\n[[artifacts.sources]]\nurl = "{archive.as_uri()}"\n'
    (folder / "cards/datasets").mkdir(parents=True)
    (folder / "cards/datasets/eurosat.toml").write_text(text, "utf-8")
    return folder / "cards"


def run(folder: Path, proxy: Slow, url: str, spans: list[tuple[int, int]]) -> dict[str, Figures]:
    rows = np.random.default_rng(1).permutation(len(spans))[: SAMPLES + 1].tolist()
    found: dict[str, Figures] = {}
    for name, open_it in contenders(folder, url, spans):
        found[name] = measured(proxy, open_it, rows)
    return found


def measured(proxy: Slow, open_it: Callable[[], Read], rows: list[int]) -> Figures:
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()
    before, start = proxy.sent, time.perf_counter()
    read = open_it()
    read(rows[:1])
    first, first_bytes = time.perf_counter() - start, proxy.sent - before
    for place in range(1, len(rows), BATCH):
        read(rows[place : place + BATCH])
    return Figures(first, time.perf_counter() - start - first, first_bytes, proxy.sent - before - first_bytes)


def contenders(folder: Path, url: str, spans: list[tuple[int, int]]) -> Iterator[tuple[str, Callable[[], Read]]]:
    yield "hub, in batches of 32", lambda: of_hub(folder / "batches", in_batches=True)
    yield "hub, one by one", lambda: of_hub(folder / "one", in_batches=False)
    yield "fsspec, readahead", lambda: of_fsspec(url, spans)
    yield (
        "fsspec, blocks of 1 MiB on disk",
        lambda: of_fsspec(f"blockcache::{url}", spans, blockcache={"cache_storage": str(folder / "blockcache")}),
    )
    yield (
        "fsspec, whole file on disk",
        lambda: of_fsspec(f"filecache::{url}", spans, filecache={"cache_storage": str(folder / "filecache")}),
    )
    yield "hub, all fetched first", lambda: all_fetched(folder / "whole")


def of_hub(home: Path, *, in_batches: bool) -> Read:
    os.environ |= {"HUB_HOME": str(home), "HUB_SHARED": "s3://data/lab"}
    found = hub.load_dataset("eurosat", split="all", progress=False)
    return found.__getitems__ if in_batches else lambda rows: [found[row] for row in rows]


def all_fetched(home: Path) -> Read:
    os.environ |= {"HUB_HOME": str(home), "HUB_SHARED": "s3://data/lab"}
    hub.download("eurosat", progress=False)
    os.environ.pop("HUB_SHARED")
    return hub.load_dataset("eurosat", split="all", progress=False).__getitems__


def of_fsspec(url: str, spans: list[tuple[int, int]], **options: object) -> Read:
    """Return what reads photos by offset, which fsspec alone would have to be told too. Its default is readahead."""
    import fsspec

    files, path = fsspec.core.url_to_fs(url, **options)
    file = files.open(path, "rb", block_size=1 << 20)

    def read(rows: Sequence[int]) -> list[Image.Image]:
        photos = []
        for row in rows:
            file.seek(spans[row][0])
            photos.append(Image.open(io.BytesIO(file.read(spans[row][1]))).convert("RGB"))
        return photos

    return read


def report(found: dict[str, Figures], size: int) -> None:
    ours = found["hub, in batches of 32"]
    print(f"{'':34}{'first photo':>24}{f'{SAMPLES} at random':>30}")
    for name, each in found.items():
        first = f"{each.first:6.2f} s {each.first_bytes / 1e6:8.1f} MB"
        others = f"{each.others:6.2f} s {each.others_bytes / 1e6:8.1f} MB {each.others / ours.others:5.1f}x"
        print(f"{name:34}{first:>24}{others:>30}")
    peers = {name: each for name, each in found.items() if not name.startswith("hub,")}
    best = min(each.first + each.others for each in peers.values())
    whole = found["hub, all fetched first"]
    print(f"bytes for the first photo: {ours.first_bytes / size:.2%} of all (asked for: less than 1%)")
    print(f"hub beside the best of fsspec: {best / (ours.first + ours.others):.1f}x as fast (asked for: 1.0x)")
    print(f"hub beside fetching all: first photo {whole.first / ours.first:.1f}x as soon (asked for: 1.0x)")


if __name__ == "__main__":
    main()
