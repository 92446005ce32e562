"""`hub site`: the website, which is also the registry."""

from __future__ import annotations

from pathlib import Path

import click

from hub.cli.options import json_option, print_json
from hub.errors import HubError

cards_option = click.option(
    "--cards",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds datasets/, models/ and catalog/; without it hub's own.",
)


@click.group()
def command() -> None:
    """Make the website of cards, hub's or your own: it is the registry that `hub` reads, too."""


@command.command("check")
@cards_option
@json_option
def check(cards: Path | None, as_json: bool) -> None:
    """Say what is wrong with the cards: file, key and fault. Exits with 1 if anything is."""
    from hub.registry.folder import cards_folder
    from hub.site import checking, collection

    folder = cards or cards_folder()
    found = collection.load(folder)
    faults = checking.check(found)
    if as_json:
        print_json([{"file": str(each.path), "key": each.key, "message": each.message} for each in faults])
    else:
        for each in faults:
            place = each.path.relative_to(folder) if each.path.is_relative_to(folder) else each.path
            click.echo(f"{place}{f': {each.key}' if each.key else ''}: {each.message}")
        click.echo(f"{len(found.entries)} sound cards, {len(faults)} faults", err=True)
    if faults:
        raise SystemExit(HubError.exit_code)
