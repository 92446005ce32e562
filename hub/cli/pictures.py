"""Pictures that commands read and write."""

from __future__ import annotations

import mimetypes
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from hub.errors import HubError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL.Image import Image


def read_image(path: Path) -> Image:
    """Return a picture in RGB, upright. Raises HubError if it cannot be read."""
    from PIL import ImageOps

    with _opened(path) as picture:
        # Phones store what the sensor saw, and a note on how the phone was held.
        return ImageOps.exif_transpose(picture).convert("RGB")


def require_picture(path: Path) -> None:
    """Raise HubError if there is no picture; only its header is read."""
    with _opened(path):
        pass


def require_video(path: Path) -> None:
    """Raise HubError if there is no file, or one that is no video but a picture; the rest is told by its decoder."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            still = not getattr(picture, "is_animated", False)
    except FileNotFoundError as error:
        raise HubError(f"there is no video {path}", expected="a video file", hint=_where(path)) from error
    except IsADirectoryError as error:
        raise HubError(f"{path} is a folder", expected="one video file or several", hint="name its videos") from error
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError):
        still = False
    if still:
        raise InvalidInput(
            f"{path} is a picture", expected="a video file", hint="this model tells what happens in videos"
        )


def _where(path: Path) -> str:
    """A URL is no path (and, made one, has lost a slash); "-" would be standard input elsewhere."""
    if path.parts and path.parts[0] in ("http:", "https:"):
        return "`hub download URL` fetches it, and prints the path to give here"
    return "files are read, not standard input" if str(path) == "-" else "check the path"


@contextmanager
def _opened(path: Path) -> Iterator[Image]:
    """Open a picture; whatever is wrong with it, also while its pixels are read, becomes HubError."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            yield opened
    except FileNotFoundError as error:
        raise HubError(f"there is no picture {path}", expected="a picture file", hint=_where(path)) from error
    except IsADirectoryError as error:
        raise HubError(
            f"{path} is a folder",
            expected="one picture file or several",
            hint=f"name the pictures in it, such as {path / '*.jpg'}",
        ) from error
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> HubError:
    if (mimetypes.guess_type(path)[0] or "").startswith("video/"):
        hint = "`hub list models --task video-classification` tells which models take videos"
        return HubError(f"{path} is a video", expected="a picture file", hint=hint)
    return HubError(
        f"{path} cannot be read as a picture",
        expected="JPEG, PNG or another format that Pillow reads",
        found=str(error),
        hint="check that the file is whole",
    )


def make_folder(path: Path) -> None:
    """Make a folder for results. Raises HubError if it cannot be made."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InvalidInput(f"--out {path} is no folder", expected="a folder, new or old", found="a file") from error
    except OSError as error:
        raise _unwritable(path, error) from error


def write_new(image: Image, folder: Path, stem: str) -> Path:
    """Write a picture as PNG under a name that no file has, `stem` or `stem`-2 and so on; return its path.

    Several processes may write to the folder at once. Raises HubError if it cannot be written.
    """
    for number in count(1):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.png"
        try:
            with path.open("xb") as file:
                image.save(file, "PNG")
        except FileExistsError:
            continue
        except OSError as error:
            raise _unwritable(path, error) from error
        return path
    raise AssertionError("there is always another number")


def _unwritable(path: Path, error: OSError) -> HubError:
    return HubError(
        f"{path} cannot be written", expected="a folder with room", found=error.strerror, hint="take another --out"
    )
