"""`hub cache dir|list|size|gc|prune|remove|push`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from hub import settings
from hub.cli import clearing, pushing
from hub.cli.ages import ago, moment
from hub.cli.options import json_option, print_json
from hub.cli.table import lines
from hub.fetch import keeping, stored
from hub.progress import human_bytes
from hub.store import standing, usage
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from hub.fetch.stored import Stored

ORDERS: dict[str, Callable[[Stored], tuple[float, str]]] = {
    "size": lambda each: (-each.size - each.made, each.name),
    "used": lambda each: (each.used, each.name),
    "name": lambda each: (0.0, each.name),
}


@click.group()
def command() -> None:
    """Say where the store is and what it holds; remove what is not needed."""


@command.command("dir")
def print_dir() -> None:
    """Print the store's folder, which HUB_HOME sets."""
    click.echo(settings.current().home)


@command.command("list")
@click.option(
    "--sort", type=click.Choice(list(ORDERS)), default="size", help="Largest, longest unused, or A to Z first."
)
@json_option
def print_list(sort: str, as_json: bool) -> None:
    """List what has been fetched, by name.

    What was made of files (prepared data, converted weights) can be made again without a network. Lockfiles and
    processes that run hold what they name and use: `hub cache gc` leaves that alone.
    """
    layout, now = Layout(settings.current().home), time.time()
    found = standing.look(layout, keeping.digests, now)
    rows = sorted(stored.every(layout, found), key=ORDERS[sort])
    if as_json:
        print_json([_table(each) for each in rows])
        return
    if rows:
        head = ("name", "files", "size", "made of it", "last used", "held by")
        click.echo("\n".join(lines([head, *(_row(each, now) for each in rows)], right=(1, 2, 3))))
    else:
        click.echo("the store is empty", err=True)
    if rest := stored.unnamed(layout, found):
        click.echo(f"{human_bytes(rest)} more have no name: `hub cache prune` removes what nothing names", err=True)


def _table(each: Stored) -> dict[str, object]:
    return {
        "name": each.name,
        "owner": each.owner,
        "bytes": each.size,
        "made_bytes": each.made,
        "files": each.files,
        "last_used": moment(each.used),
        "lockfiles": each.lockfiles,
        "processes": each.running,
    }


def _row(each: Stored, now: float) -> tuple[str, ...]:
    holders = [str(path) for path in each.lockfiles]
    if each.running:
        holders.append(f"{each.running} process{'es' * (each.running != 1)}")
    made = human_bytes(each.made) if each.made else "-"
    return each.name, str(each.files), human_bytes(each.size), made, ago(now - each.used), ", ".join(holders) or "-"


@command.command("size")
@json_option
def print_size(as_json: bool) -> None:
    """Print how much disk the store takes."""
    current = settings.current()
    sizes = usage.sizes(Layout(current.home))
    table = {**sizes, "total": sum(sizes.values())}
    if current.cache_limit is not None:
        table["limit"] = current.cache_limit
    if as_json:
        print_json(table)
    else:
        rows = ((name, human_bytes(size)) for name, size in table.items() if size or name == "total")
        click.echo("\n".join(lines(rows, right=[1])))


for each in (clearing.collect, clearing.prune, clearing.remove, pushing.push):
    command.add_command(each)
