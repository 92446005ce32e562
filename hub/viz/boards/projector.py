"""What TensorBoard's projector reads, beside the event files of a run.

    projector_config.pbtxt          all embeddings of the run (tensorboard/plugins/projector/projector_config.proto)
    embeddings/<tag>/<step>/
        vectors.bytes               float32, vector after vector
        labels.tsv                  a line a vector; a first one with the kinds of labels only if there are several
        pictures.png                a sheet of small pictures of one size, row after row

Vectors are not written as text, as PyTorch's writer does it, which takes half a minute for ten thousand. For
TensorBoard opens the file as UTF-8 and takes it for numbers if it is none. So the first byte, which is the last of the
first number's fraction, is 255, which never stands in UTF-8: that number changes by less than one in thirty thousand.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
from google.protobuf import text_format
from PIL import Image
from tensorboard.plugins.projector.projector_config_pb2 import EmbeddingInfo, ProjectorConfig

from hub.errors import FormatError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Labels = Sequence[object] | Mapping[str, Sequence[object]]

CONFIG = "projector_config.pbtxt"
FOLDER = "embeddings"

LARGEST_SHEET = 8192
"""Pixels of a sheet's side: TensorBoard's documentation allows no more, and some graphics cards know no more."""

LONGEST = 80  # letters of a tag in the name of a folder, each of which may take three

NEVER_IN_UTF8 = 0xFF


def write(
    run: Path,
    tag: str,
    step: int,
    vectors: NDArray[np.float32],
    labels: Labels | None = None,
    pictures: NDArray[np.uint8] | None = None,
    *,
    folder: str = FOLDER,
) -> None:
    """Write an embedding to the folder of a run, in the place of one of the same tag and step if there is one.

    Vectors have the shape (points, length), pictures (points, H, W, C). Raises InvalidInput if numbers of labels or
    pictures differ from that of the points, FormatError if what is there is no projector's.
    """
    info = EmbeddingInfo(tensor_name=f"{tag}:{step:05d}", tensor_shape=vectors.shape)
    place = Path(folder, _folder(tag), f"{step:05d}")
    (run / place).mkdir(parents=True, exist_ok=True)
    (run / place / "vectors.bytes").write_bytes(as_file(vectors))
    info.tensor_path = (place / "vectors.bytes").as_posix()
    if labels is not None:
        (run / place / "labels.tsv").write_text(table(labels, len(vectors)), "utf-8")
        info.metadata_path = (place / "labels.tsv").as_posix()
    if pictures is not None:
        _require_as_many("pictures", len(pictures), len(vectors))
        small = fitting(pictures)
        (run / place / "pictures.png").write_bytes(_png(sheet(small)))
        info.sprite.image_path = (place / "pictures.png").as_posix()
        info.sprite.single_image_dim.extend([small.shape[2], small.shape[1]])
    _add(run / CONFIG, info)


def forget(run: Path, folder: str) -> None:
    """Take what was written to a folder of a run out of its list of embeddings."""
    path = run / CONFIG
    if not path.exists():
        return
    config = _read(path)
    others = [info for info in config.embeddings if not info.tensor_path.startswith(f"{folder}/")]
    if others:
        _replace(path, ProjectorConfig(embeddings=others))
    else:
        path.unlink()


def as_file(vectors: NDArray[np.float32]) -> bytes:
    """Return vectors as they are written.

    >>> np.frombuffer(as_file(np.ones((1, 2), np.float32)), "<f4").round(4).tolist()
    [1.0, 1.0]
    """
    written = bytearray(vectors.astype("<f4").tobytes())
    written[0] = NEVER_IN_UTF8
    return bytes(written)


def table(labels: Labels, count: int) -> str:
    r"""Return labels as a table of tabs and lines, with a first line of their kinds if there are several.

    >>> table({"class": ["a\tb", ""], "number": [1, 2]}, 2)
    'class\tnumber\na b\t1\n-\t2\n'
    """
    columns = dict(labels) if isinstance(labels, Mapping) else {"": labels}
    for name, column in columns.items():
        _require_as_many(f"labels {name!r}" if name else "labels", len(column), count)
    head = [list(columns)] if len(columns) > 1 else []
    rows = [*head, *zip(*columns.values(), strict=True)]
    return "".join("\t".join(map(_in_a_cell, row)) + "\n" for row in rows)


def _in_a_cell(label: object) -> str:
    """Return a label without what would end its cell."""
    return " ".join(str(label).split()) or "-"


def _require_as_many(what: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise InvalidInput(f"there are not as many {what} as points", expected=wanted, found=found)


def columns_of(count: int) -> int:
    """Return how many pictures stand side by side on a sheet of so many."""
    return max(1, int(np.ceil(np.sqrt(count))))


def fitting(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pictures that fit a sheet: as they are, or smaller ones of the same form."""
    room = LARGEST_SHEET // columns_of(len(pictures))
    height, width = pictures.shape[1:3]
    if max(height, width) <= room:
        return pictures
    share = room / max(height, width)
    size = max(1, int(width * share)), max(1, int(height * share))
    return np.stack([np.asarray(_image(each).resize(size)).reshape(size[1], size[0], -1) for each in pictures])


def sheet(pictures: NDArray[np.uint8]) -> Image.Image:
    """Return pictures, (pictures, H, W, C), on one sheet, row after row; what is left of the last row is black."""
    count, height, width, channels = pictures.shape
    across = columns_of(count)
    down = -(-count // across)
    cells = np.zeros((down * across, height, width, channels), np.uint8)
    cells[:count] = pictures
    whole = cells.reshape(down, across, height, width, channels).swapaxes(1, 2)
    return _image(whole.reshape(down * height, across * width, channels))


def _image(pixels: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, format="png", compress_level=1)  # a fifth of the time, and a tenth larger
    return file.getvalue()


def _folder(tag: str) -> str:
    """Return a name for the folder of a tag, which no other tag has.

    >>> _folder("test/through resnet18")
    'test%2Fthrough resnet18'
    """
    name = quote(tag, safe=" ,()")
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}-{sha256(tag.encode()).hexdigest()[:16]}"


def _add(path: Path, info: EmbeddingInfo) -> None:
    config = _read(path) if path.exists() else ProjectorConfig()
    kept = [each for each in config.embeddings if each.tensor_name != info.tensor_name]
    _replace(path, ProjectorConfig(embeddings=[*kept, info]))


def _read(path: Path) -> ProjectorConfig:
    try:
        return text_format.Parse(path.read_text("utf-8"), ProjectorConfig())
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise FormatError(
            f"{path} is no list of embeddings",
            path=path,
            expected="what TensorBoard's projector reads",
            found=str(error),
            hint="delete it, or take another folder",
        ) from error


def _replace(path: Path, config: ProjectorConfig) -> None:
    # At once: a TensorBoard that runs may read it now.
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(text_format.MessageToString(config), "utf-8")
    beside.replace(path)
