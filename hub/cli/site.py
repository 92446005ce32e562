"""`hub site`: the website, which is also the registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub.cli.options import json_option, print_json
from hub.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.site.collection import Fault

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
        _tell(faults, folder, err=False)
        click.echo(f"{len(found.entries)} sound cards, {len(faults)} faults", err=True)
    if faults:
        click.get_current_context().exit(HubError.exit_code)


@command.command("build")
@cards_option
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), default=Path("_site"), show_default=True,
    help="The folder to make; a site that is there is replaced once all went well.",
)  # fmt: skip
@click.option("--base-url", metavar="URL", default="", help="Where it will stand, for feeds and search engines.")
@click.option("--docs", is_flag=True, help="With hub's documentation, which otherwise only hub's own cards come with.")
def build(cards: Path | None, to: Path, base_url: str, docs: bool) -> None:
    """Make the website and registry: pages, lists, documentation and search, as plain files for any host.

    Faults of cards are told; what is sound is built, and the exit code is 1.
    """
    from hub import settings
    from hub.extras import require
    from hub.registry.folder import cards_folder

    require("jinja2", "site", "Jinja2")  # fills the templates
    from hub.site import building, checking, collection, rendering

    found = collection.load(cards or cards_folder())
    faults = checking.check(found)
    _tell(faults, cards or cards_folder(), err=True)
    extent = building.Extent(base_url, settings.current().home, documented=docs or cards is None)
    building.publish(found, rendering.sources_folder(), to, extent)
    click.echo(to)
    if faults:
        click.get_current_context().exit(HubError.exit_code)


@command.command("serve")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path("_site"))
@click.option("--port", type=int, default=8000, show_default=True, help="0 takes any that is free.")
def serve(folder: Path, port: int) -> None:
    """Serve a site that was built to this machine's browsers, until interrupted; by default that in _site."""
    from hub.site import serving

    with serving.server(folder, port) as server:
        click.echo(f"http://127.0.0.1:{server.server_address[1]}/")
        server.serve_forever()


def _tell(faults: Sequence[Fault], folder: Path, *, err: bool) -> None:
    for each in faults:
        place = each.path.relative_to(folder) if each.path.is_relative_to(folder) else each.path
        click.echo(f"{place}{f': {each.key}' if each.key else ''}: {each.message}", err=err)
