"""`hub list [KIND]`."""

from __future__ import annotations

from dataclasses import asdict

import click

from hub import registry
from hub.cli.options import json_option, print_json
from hub.cli.table import lines


@click.command()
@click.argument("kind", required=False)
@click.option("--task", help="Only those for this task, such as image-classification.")
@json_option
def command(kind: str | None, task: str | None, as_json: bool) -> None:
    """List datasets and models, or one KIND of them ("datasets", "model")."""
    hits = registry.entries(kind, **({"task": task} if task else {}))
    print_hits(hits, as_json=as_json)


def print_hits(hits: list[registry.Hit], *, as_json: bool) -> None:
    """Print a list of entries."""
    if as_json:
        print_json([asdict(hit) for hit in hits])
    elif hits:
        click.echo("\n".join(lines((hit.id, hit.kind, hit.summary) for hit in hits)))
    else:
        click.echo("nothing found", err=True)
