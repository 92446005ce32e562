"""A registry of one's own with a set of photos in several tars, each a class, and one of sentences."""

from __future__ import annotations

import hashlib
import io
import tarfile
from typing import TYPE_CHECKING

import numpy as np
import own_registry
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

PHOTOS = """
schema = 1
name = "Photos"
version = "1.0.0"
task = ["image-classification"]
modality = ["image"]
license = "CC0-1.0"
homepage = "https://lab.example.org/photos"
reader = "class_folders"
summary = { en = "Small photos of noise in several tars, made for trying things out.", zh = "几个包里的小图" }

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


def write(folder: Path, tars: int = 3, photos: int = 7) -> Path:
    """Return the folder of a registry with the dataset `photos`: that many tars of that many JPEGs each."""
    paths = [_tar(folder / "files" / f"class_{number}.tar", number, photos) for number in range(tars)]
    roles = ", ".join(f'part_{number} = "{path.name}"' for number, path in enumerate(paths))
    text = PHOTOS + f"[splits.train]\nsamples = {tars * photos}\nfiles = {{ {roles} }}\n"
    for path in paths:
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        text += ARTIFACT.format(name=path.name, size=len(data), sha256=digest, url=path.as_uri())
    card = folder / "cards" / "datasets" / "photos.toml"
    card.parent.mkdir(parents=True)
    card.write_text(text, "utf-8")
    return own_registry.build(folder / "cards", folder / "web")


def _tar(path: Path, number: int, photos: int) -> Path:
    random = np.random.default_rng(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as archive:
        for each in range(photos):
            data = jpeg(random)
            info = tarfile.TarInfo(f"class_{number}/{each:04}.jpg")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def jpeg(random: np.random.Generator) -> bytes:
    """Return a photo of a size of its own."""
    height, width = random.integers(40, 90, 2)
    coarse = random.integers(0, 256, (6, 8, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize((int(width), int(height)), Image.Resampling.BICUBIC).save(buffer, "JPEG")
    return buffer.getvalue()
