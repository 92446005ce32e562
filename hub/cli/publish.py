"""`hub publish`: files and a card become part of a registry on the storage that one has."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.options import json_option, print_json, quiet_option
from hub.errors import InvalidInput
from hub.progress import human_bytes, shown

if TYPE_CHECKING:
    from hub.publish.publishing import Outcome


@click.command()
@click.argument("files", metavar="[FILE|FOLDER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--card", "cards", multiple=True, type=click.Path(path_type=Path),
    help="The card of the files, which may lack what they tell; several, or a folder of cards, too.",
)  # fmt: skip
@click.option("--to", metavar="DIR|s3://...", help="The folder or bucket that has the registry, or will have it.")
@click.option("--new-card", type=click.Path(path_type=Path), help="Write a first card for the files there, to fill in.")
@click.option("--replace", is_flag=True, help="A version or tag that is published already may become another one.")
@click.option("--dry-run", is_flag=True, help="Say what would be published; write nothing.")
@json_option
@quiet_option
def command(  # noqa: PLR0913, PLR0917  a flag each, given by name
    files: tuple[Path, ...],
    cards: tuple[Path, ...],
    to: str | None,
    new_card: Path | None,
    replace: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Publish datasets and models of your own: files by digest, cards, index and pages, all or nothing.

    DIR is what a web server serves. Where it stands is what others add: `hub registry add NAME URL`.
    """
    if new_card is not None:
        from hub.publish import beginnings

        beginnings.write(new_card, files)
        click.echo(new_card)
        return
    if not cards or to is None:
        raise _lacking(files, cards)
    from hub.publish.publishing import publish

    with shown(wanted=not quiet) as progress:
        done = publish(files, cards, to, replace=replace, dry_run=dry_run, progress=progress)
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done, dry_run=dry_run)


def _lacking(files: tuple[Path, ...], cards: tuple[Path, ...]) -> InvalidInput:
    if cards:
        return InvalidInput("it is not said where to publish", expected="--to DIR or --to s3://BUCKET/PREFIX")
    from hub.publish import beginnings

    return InvalidInput(
        "files are published with a card",
        expected=f"--card CARD, which says {beginnings.needs(files)}",
        found="none",
        hint=f"hub publish {' '.join(map(str, files)) or 'FILE'} --new-card CARD.toml writes a first one to fill in",
    )


def _tell(done: Outcome, *, dry_run: bool) -> None:
    for name in done.names:
        click.echo(name)
    files = f"{len(done.written)} files, {human_bytes(done.bytes_written)}"
    if not done.changed:
        told = "unchanged: all of it is published already"
    elif dry_run:
        told = f"would write {files}; {done.present} are there"
    else:
        told = f"wrote {files}; {done.present} were there"
    click.echo(f"{done.address}: {told}", err=True)
