"""`hub registry`: registries of other people, and making one's own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hub import settings
from hub.cli.options import json_option, print_json
from hub.cli.table import lines
from hub.registry import foreign
from hub.registry.folder import KINDS
from hub.registry.foreign import Foreign, copies, parts, registered
from hub.sources.base import host_of, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.registry.foreign.registered import Registered

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@click.group()
def command() -> None:
    """Say which registries there are besides hub's own, and make one."""


@command.command("add")
@click.argument("name")
@click.argument("url")
def add(name: str, url: str) -> None:
    """Set up the registry at URL, a website or a folder, under NAME; or ask it anew for what it has.

    What it has is then called NAME/thing wherever hub takes a name.
    """
    current = settings.current()
    found = registered.Registered(registered.checked(name), registered.address(url), added=True)
    _warn(found)
    counts = Foreign(name, copies.asked_anew(found, current), current).counts()
    before = registered.every(current).get(name, found)
    registered.record(name, found.url, current)
    if before.url != found.url:
        copies.forget(before, current)
    click.echo(f"{name}: {_told(counts)}")


@command.command("list")
@json_option
def print_list(as_json: bool) -> None:
    """List the registries that are set up, and where they are."""
    found = registered.every(settings.current()).values()
    if as_json:
        print_json([{"name": each.name, "url": shown(each.url), "added": each.added} for each in found])
    elif found:
        rows = ((each.name, shown(each.url), "" if each.added else "named by the settings") for each in found)
        click.echo("\n".join(lines(rows)))
    else:
        click.echo("no registry besides hub's own; `hub registry add NAME URL` adds one", err=True)


@command.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget the registry NAME and what it said; files that were fetched stay in the store."""
    current = settings.current()
    copies.forget(registered.forget(name, current), current)
    click.echo(f"{name} is removed", err=True)


@command.command("fetch")
@click.argument("name")
def fetch(name: str) -> None:
    """Fetch the whole index of the registry NAME, so that all of it can be searched without a network.

    That of a registry with many thousands of entries is otherwise fetched in part, as it is asked.
    """
    there = foreign.opened(name)
    if shards := there.shards():
        parts.fetch_all(shards)
    click.echo(f"{name}: {_told(there.counts())}")


@command.command("build")
@click.argument("cards", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write it into; any web server, share or stick can then hold it.",
)
def build(cards: Path, to: Path) -> None:
    """Make a registry of your own of the folder CARDS, which holds datasets/, models/, catalog/ and files/.

    `hub site build` makes the same together with a website. Exits with 1, and writes nothing, if a card is broken.
    """
    from hub.errors import HubError
    from hub.site import collection, registry

    found = collection.load(cards)
    if found.faults:
        for each in found.faults:
            click.echo(f"{each.path}{f': {each.key}' if each.key else ''}: {each.message}", err=True)
        raise HubError(f"{len(found.faults)} faults in the cards", hint="mend them; nothing was written")
    registry.write_cards(found, to)
    click.echo(f"{to}: {_told(Counter(entry.kind for entry in found.entries.values()))}")


def _told(counts: Mapping[str, int]) -> str:
    there = [kind for kind in KINDS if counts.get(kind)]
    return ", ".join(f"{counts[kind]:,} {kind}{'s' * (counts[kind] != 1)}" for kind in there) or "nothing yet"


def _warn(found: Registered) -> None:
    if found.url.startswith("http:") and host_of(found.url).rpartition(":")[0] not in LOOPBACK:
        click.echo(
            f"the connection to {host_of(found.url)} is not encrypted: whoever is on the way can change what it lists",
            err=True,
        )
