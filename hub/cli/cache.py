"""`hub cache dir|list|size`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub import settings
from hub.cli.options import json_option, print_json
from hub.cli.table import lines
from hub.progress import human_bytes
from hub.store import refs, usage
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable


@click.group()
def command() -> None:
    """Say where the store is, what it holds and how large it is."""


@command.command("dir")
def print_dir() -> None:
    """Print the store's folder, which HUB_HOME sets."""
    click.echo(settings.current().home)


@command.command("list")
@json_option
def print_list(as_json: bool) -> None:
    """List what has been fetched, largest first."""
    layout = Layout(settings.current().home)
    rows = sorted(_rows(layout, refs.owners(layout)), key=lambda row: -row[1])
    if as_json:
        print_json([{"name": name, "bytes": size, "files": files} for name, size, files in rows])
    elif rows:
        click.echo("\n".join(lines((name, human_bytes(size), f"{files} files") for name, size, files in rows)))
    else:
        click.echo("the store is empty", err=True)


def _rows(layout: Layout, owners: Iterable[str]) -> list[tuple[str, int, int]]:
    entries = ((owner, refs.read(layout, owner)) for owner in owners)
    return [(owner, sum(each.size for each in found.values()), len(found)) for owner, found in entries]


@command.command("size")
@json_option
def print_size(as_json: bool) -> None:
    """Print how much disk the store takes, by kind."""
    sizes = usage.sizes(Layout(settings.current().home))
    total = sum(sizes.values())
    if as_json:
        print_json({**sizes, "total": total})
    else:
        click.echo("\n".join(lines((name, human_bytes(size)) for name, size in {**sizes, "total": total}.items())))
