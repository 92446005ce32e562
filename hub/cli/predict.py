"""`hub predict MODEL IMAGE...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.drawing import bar
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.errors import HubError
from hub.progress import shown

if TYPE_CHECKING:
    from PIL.Image import Image

    from hub.models.prediction import Prediction

BAR_COLUMNS = 24


@click.command()
@click.argument("model", shell_complete=complete_names)
@click.argument("images", metavar="IMAGE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--top", default=5, show_default=True, type=click.IntRange(1), help="How many classes to show.")
@click.option("--device", help='Where to run it: "cpu", "cuda", "auto".')
@json_option
@quiet_option
def command(model: str, images: tuple[Path, ...], top: int, device: str | None, as_json: bool, quiet: bool) -> None:
    """Classify pictures with a pretrained MODEL and show the most probable classes."""
    opened = [read_image(path) for path in images]  # before anything is fetched: a wrong path should be said at once

    from hub.models.loading import load
    from hub.models.prediction import predict

    with shown(not quiet) as progress:
        network = load(model, pretrained=True, device=device, progress=progress)
    results = {str(path): predict(network, image, top=top) for path, image in zip(images, opened, strict=True)}
    if as_json:
        print_json({path: [_as_table(each) for each in found] for path, found in results.items()})
        return
    for path, found in results.items():
        click.echo("\n".join([path, *bars(found)]))


def read_image(path: Path) -> Image:
    """Return a picture in RGB, upright. Raises HubError if it cannot be read."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            # Phones store what the sensor saw, and a note on how the phone was held.
            return ImageOps.exif_transpose(opened).convert("RGB")
    except FileNotFoundError as error:
        raise HubError(f"there is no picture {path}", expected="a picture file", hint="check the path") from error
    except IsADirectoryError as error:
        raise HubError(
            f"{path} is a folder",
            expected="one picture file or several",
            hint=f"name the pictures in it, such as {path / '*.jpg'}",
        ) from error
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise HubError(
            f"{path} cannot be read as a picture",
            expected="JPEG, PNG or another format that Pillow reads",
            found=str(error),
            hint="check that the file is whole",
        ) from error


def bars(found: list[Prediction]) -> list[str]:
    """Return one line a class: a bar, the probability and the name."""
    return [f"  {bar(each.probability, BAR_COLUMNS)} {each.probability:6.1%}  {each.label}" for each in found]


def _as_table(prediction: Prediction) -> dict[str, object]:
    return {"label": prediction.label, "probability": prediction.probability}
