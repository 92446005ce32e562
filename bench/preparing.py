"""Preparing an ImageNet-shaped set by Ray's tasks: two workers against one, and what a killed worker costs.

    python bench/preparing.py [--photos 20000] [--rounds 3] [--small]

Twenty tars of JPEGs of about ImageNet's sizes (500 x 375 in the mean, some 100 kB), cut out of scikit-image's photos,
are decoded, resized to 256 and cropped to 224. Each run is a process of its own with an empty store, and ends with
the sha256 of what it made. Asked for: two workers at least 1.7 times as fast as one, and the same bytes every time. One
process without Ray stands beside them. --small takes 2,000 photos.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

ASKED = 1.7
TARS = 20
DISTINCT = 400
"""Photos that are cut; the others are these again, as decoding one takes as long the second time."""

CARD = """
schema = 1
name = "Photos"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "CC0-1.0"
homepage = "https://lab.example.org/photos"
reader = "class_folders"
summary = { en = "Photos of ImageNet's sizes in tars, cut out of a few.", zh = "图" }

[[fields]]
name = "image"
kind = "image"
decoder = "rgb"

[[fields]]
name = "label"
kind = "label"

"""

ARTIFACT = """
[[artifacts]]
name = "{name}"
size = {size}
sha256 = "{sha256}"
unpack_to = ""
sources = [{{ url = "{url}" }}]
"""

RUN = """
import hashlib, os, sys, time
import hub
asked = eval(sys.argv[1])
hub.prepare("lab/photos", progress=False)  # fetched and indexed, the same for all
from hub.clusters.session import session
from contextlib import nullcontext
with session(cpus=asked["processes"]) if asked["ray"] else nullcontext():
    if asked["ray"]:
        warm(asked["processes"])
    began = time.perf_counter()
    file, = hub.prepare("lab/photos", resize=256, crop=224, progress=False, **asked)
    print(time.perf_counter() - began, hashlib.file_digest(file.open("rb"), "sha256").hexdigest())
"""

# Workers that have imported torch: a cluster is there before the work is, and so are its workers.
WARM = """
def warm(count):
    import ray, time
    @ray.remote(num_cpus=1)
    def imported():
        import hub.preparing.nodes, hub.preparing.requests, time
        time.sleep(2)
    ray.get([imported.remote() for _ in range(count)])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), 2000 if asked.small else asked.photos, asked.rounds)


def compare(folder: Path, photos: int, rounds: int) -> None:
    registry = write_registry(folder, photos)
    contenders = {
        "one process": {"ray": False, "processes": 1},
        "Ray, 1 worker": {"ray": True, "processes": 1},
        "Ray, 2 workers": {"ray": True, "processes": 2},
    }
    ratios, digests = [], set()
    for number in range(1, rounds + 1):  # in turn, so that what else the machine does hits all of them
        taken = {}
        for name, options in contenders.items():
            taken[name], digest = run(folder / "home", registry, options)
            digests.add(digest)
        ratios.append(taken["Ray, 1 worker"] / taken["Ray, 2 workers"])
        said = "; ".join(f"{name} {seconds:.1f} s, {photos / seconds:.0f}/s" for name, seconds in taken.items())
        print(f"round {number}: {said}; {ratios[-1]:.2f}x", flush=True)
    print(f"2 workers against 1: median {statistics.median(ratios):.2f}x (asked for: {ASKED}x)")
    print(f"the same bytes each time: {'yes' if len(digests) == 1 else 'NO'}")


def run(home: Path, registry: Path, options: dict[str, object]) -> tuple[float, str]:
    environ = os.environ | {"HUB_HOME": str(home), "HUB_REGISTRIES": f"lab={registry}", "OMP_NUM_THREADS": "1"}
    environ["RAY_USAGE_STATS_ENABLED"] = "0"
    command = [sys.executable, "-W", "ignore", "-c", WARM + RUN, repr(options)]
    said = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(said.stderr)
    seconds, digest = said.stdout.split()
    subprocess.run(["rm", "-rf", str(home)], check=True)  # its files are read-only
    return float(seconds), digest


def write_registry(folder: Path, photos: int) -> Path:
    """Write tars, a card that names them, and the registry that has it."""
    from hub.site import collection, registry

    distinct = jpegs(min(photos, DISTINCT))
    print(f"{photos} photos of {np.mean([len(each) for each in distinct]) / 1e3:.0f} kB in {TARS} tars")
    paths = [write_tar(folder / f"class_{number:02}.tar", number, photos // TARS, distinct) for number in range(TARS)]
    roles = ", ".join(f'part_{number} = "{path.name}"' for number, path in enumerate(paths))
    text = CARD + f"[splits.train]\nfiles = {{ {roles} }}\n"
    for path in paths:
        digest = hashlib.file_digest(path.open("rb"), "sha256").hexdigest()
        text += ARTIFACT.format(name=path.name, size=path.stat().st_size, sha256=digest, url=path.as_uri())
    card = folder / "cards" / "datasets" / "photos.toml"
    card.parent.mkdir(parents=True)
    card.write_text(text, "utf-8")
    registry.write_cards(collection.load(folder / "cards"), folder / "web")
    return folder / "web"


def jpegs(count: int) -> list[bytes]:
    random = np.random.default_rng(0)
    names = ("astronaut", "chelsea", "coffee", "rocket")
    whole = [Image.fromarray(getattr(data, name)()).convert("RGB") for name in names]
    return [jpeg(whole[number % len(whole)], random) for number in range(count)]


def jpeg(photo: Image.Image, random: np.random.Generator) -> bytes:
    """Return a cut of a photo, as large as one of ImageNet: the longer side around 500, one in ten three times that."""
    long = random.normal(500, 60) * (3 if random.random() < 0.1 else 1)  # noqa: PLR2004
    width, height = (round(max(100, side)) for side in (long, long * random.uniform(0.65, 0.8)))
    share = random.uniform(0.6, 1.0)
    cut_width, cut_height = (round(side * share) for side in photo.size)
    left, top = random.integers(0, photo.width - cut_width + 1), random.integers(0, photo.height - cut_height + 1)
    cut = photo.crop((left, top, left + cut_width, top + cut_height)).resize((width, height))
    buffer = io.BytesIO()
    cut.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def write_tar(path: Path, number: int, count: int, distinct: list[bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for each in range(count):
            content = distinct[(number * count + each) % len(distinct)]
            info = tarfile.TarInfo(f"class_{number:02}/{number:02}_{each:05}.JPEG")
            info.size, info.mtime = len(content), int(time.time())
            archive.addfile(info, io.BytesIO(content))
    return path


if __name__ == "__main__":
    main()
