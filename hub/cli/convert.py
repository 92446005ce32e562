"""`hub convert MODEL --to TARGET`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub import registry
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.cli.pictures import read_image
from hub.cli.quickstart import PHOTO
from hub.cli.table import lines
from hub.errors import InvalidCombination, InvalidInput
from hub.models.conversion import TARGETS
from hub.progress import human_bytes, shown

if TYPE_CHECKING:
    from torch import nn

    from hub.models.conversion import Conversion

# The rest of what the file says about itself, such as a thousand classes, is for programs that read the file.
ORIGIN = ("name", "weights", "sha256", "license", "made_by")


@click.command()
@click.argument("model", shell_complete=complete_names)
@click.option(
    "--to", required=True, type=click.Choice(list(TARGETS)), help="The form; torchscript is PyTorch's old one."
)
@click.option("--weights", help="A tag (see hub info), or a file or URL of your own; default: the best published.")
@click.option("--num-classes", type=click.IntRange(1), help="How many classes weights of your own have.")
@click.option("--untrained", is_flag=True, help="Take random parameters; nothing is fetched.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file, or its folder; by default MODEL.<form> right here."
)
@click.option("--size", metavar="HxW", help="Of the pictures; of videos FxHxW; default: as the weights want it.")
@click.option("--batch", metavar="N|dynamic", help="How many pictures at once; default: any number, where that can be.")
@click.option("--dtype", help="float32, float16, bfloat16 or float64.")
@click.option("--int8", is_flag=True, help="Linear layers in 8-bit integers, for the CPU; not for pt2 and safetensors.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
@json_option
@quiet_option
def command(  # noqa: PLR0913, PLR0917  click passes options one by one
    model: str,
    to: str,
    weights: str | None,
    num_classes: int | None,
    untrained: bool,
    out: Path | None,
    size: str | None,
    batch: str | None,
    dtype: str | None,
    int8: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write MODEL in a form that other programs run, and prove that it computes the same there.

    The file is run on random inputs and on a photo, and gets its name only if its outputs agree with PyTorch's. It
    carries the model's name, weights, classes and preprocessing.
    """
    shape, count = _size(size), _batch(batch)
    _require_weights(model, weights, num_classes, untrained=untrained)
    registry.find_model(model)  # before PyTorch is imported

    from hub.models.conversion import convert
    from hub.models.conversion.converting import require_place

    require_place(model, to=to, path=out, force=force)
    network = _network(model, weights, num_classes, dtype, untrained=untrained, quiet=quiet)
    if not quiet:
        click.echo(f"writing and comparing {model} as {to} ...", err=True)
    pictures = [read_image(PHOTO)]
    done = convert(network, to=to, path=out, size=shape, batch=count, int8=int8, force=force, pictures=pictures)
    if as_json:
        print_json(_as_table(done))
    else:
        click.echo("\n".join(_report(done)))


def _require_weights(model: str, weights: str | None, num_classes: int | None, *, untrained: bool) -> None:
    if untrained and (weights or "@" in model):
        raise InvalidCombination("untrained networks have no weights", expected="one of both", found="--untrained")
    if num_classes is not None and not untrained and weights is None:
        raise InvalidInput("--num-classes is for weights of your own", expected="--weights FILE", found="no --weights")


def _network(
    model: str, weights: str | None, num_classes: int | None, dtype: str | None, *, untrained: bool, quiet: bool
) -> nn.Module:
    from hub.models.loading import load

    with shown(not quiet) as progress:
        return load(
            model,
            pretrained=not untrained,
            weights=weights,
            num_classes=num_classes,
            dtype=dtype,
            progress=progress,
        )


def _size(text: str | None) -> tuple[int, ...] | None:
    """Read "224x224", or "16x112x112" for videos."""
    if text is None:
        return None
    parts = text.lower().split("x")
    if not all(part.isdecimal() for part in parts):
        raise InvalidInput(f"--size {text!r} is no size", expected="HxW such as 224x224", found=repr(text))
    return tuple(map(int, parts))


def _batch(text: str | None) -> int | str | None:
    return int(text) if text and text.isdecimal() else text


def _report(done: Conversion) -> list[str]:
    rows = [
        ("takes", ", ".join(f"{name} ({', '.join(map(str, shape))})" for name, shape in done.inputs.items())),
        ("gives", ", ".join(done.outputs)),
        ("compared", _compared(done)),
        ("difference", _difference(done)),
    ]
    if done.to == "safetensors":
        del rows[:2]
    if done.comparison.same_top1 is not None:
        rows.append(("likeliest class", f"the same in {done.comparison.same_top1:.1%}"))
    return [f"{done.path}  {human_bytes(done.size)}", *(f"  {line}" for line in lines([*rows, *_int8_rows(done)]))]


def _compared(done: Conversion) -> str:
    count = f"{done.comparison.count} {done.comparison.of}"
    if done.to == "safetensors":
        return f"{count}, bit for bit"
    return f"{count}, in random inputs{' and a photo' if done.pictures else ''}"


def _difference(done: Conversion) -> str:
    found = done.comparison
    if not found.difference:
        return "none" if found.count else "unknown: nothing was found in any picture, so there was nothing to compare"
    return f"{found.difference:.1e} at most, {found.relative:.1e} of the largest output (allowed {done.tolerance:.0e})"


def _int8_rows(done: Conversion) -> list[tuple[str, str]]:
    if done.share is None:
        return []
    part = done.share.parameters / done.share.total
    gain = "" if done.share.worthwhile else ": too few to gain much, as in most convolutional networks"
    return [
        ("before", f"{human_bytes(done.before)}, which is {done.before / done.size:.1f} times as much"),
        ("8-bit integers", f"{part:.0%} of the parameters, in linear layers{gain}"),
    ]


def _as_table(done: Conversion) -> dict[str, object]:
    from dataclasses import asdict

    origin = {key: done.metadata[key] for key in ORIGIN if key in done.metadata}
    return asdict(done) | {"path": str(done.path), "metadata": origin}
