"""`hub prepare NAME`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.errors import InvalidInput
from hub.progress import shown
from hub.registry import find_dataset

LOCAL = "local"
PAIR = 2
"""Height and width."""


@click.command()
@click.argument("name", shell_complete=complete_names)
@click.option("--split", help="Only this split; default: all of them.")
@click.option("--variant", help="A variant, where a dataset has several.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where your own copy, or your own data, is.")
@click.option("--resize", metavar="N|HxW", help="Decode images and resize them: the shorter side, or both.")
@click.option("--crop", metavar="N|HxW", help="Then cut this out of the centre; default: a square of the shorter side.")
@click.option("--tokenize", type=click.Path(path_type=Path), help="Texts as numbers: a tokenizer.json, .model or .txt.")
@click.option("--tokenizer", default="basic_english", help="What makes tokens where --tokenize is a plain vocabulary.")
@click.option(
    "--processes", type=click.IntRange(1), default=1, help="How many processes of this machine share the work."
)
@click.option(
    "--ray", is_flag=False, flag_value=LOCAL, metavar="[ADDRESS]", help="Let Ray share it: here, or a cluster."
)
@click.option("--to", metavar="DIR|s3://...", help="Also put a copy there, laid out like a store.")
@json_option
@quiet_option
def command(  # noqa: PLR0913, PLR0917  click passes options one by one
    name: str,
    split: str | None,
    variant: str | None,
    data_dir: Path | None,
    resize: str | None,
    crop: str | None,
    tokenize: Path | None,
    tokenizer: str,
    processes: int,
    ray: str | None,
    to: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make what loading NAME would make at first use, now, by as many processes or machines as there are.

    Prints the prepared files. What is there already is not made again, and what a run that was killed has made is
    kept.
    """
    find_dataset(name)  # before PyTorch is imported

    from hub.preparing.running import prepare
    from hub.text.encoding import from_file

    options: dict[str, Any] = {} if variant is None else {"variant": variant}
    encodes = None if tokenize is None else from_file(tokenize, tokenizer)
    where: bool | str = False if ray is None else ray in (LOCAL, "") or ray
    with shown(not quiet) as progress:
        found = prepare(
            name,
            split=split,
            resize=_size(resize),
            crop=_size(crop),
            tokenize=encodes,
            data_dir=data_dir,
            processes=processes,
            ray=where,
            to=to,
            progress=progress,
            **options,
        )
    if as_json:
        print_json([{"path": str(path), "size": path.stat().st_size} for path in found])
    else:
        click.echo("\n".join(map(str, found)))


def _size(text: str | None) -> int | tuple[int, int] | None:
    """Read "256", or "224x320": height and width."""
    if text is None:
        return None
    parts = text.lower().split("x")
    if not all(part.isdecimal() for part in parts) or len(parts) > PAIR:
        raise InvalidInput(f"{text!r} is no size", expected="a number such as 256, or HxW", found=repr(text))
    numbers = tuple(map(int, parts))
    return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])
