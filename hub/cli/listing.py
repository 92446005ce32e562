"""`hub list [KIND]`."""

from __future__ import annotations

from dataclasses import asdict

import click

from hub import registry
from hub.cli.options import json_option, print_json
from hub.cli.table import lines
from hub.errors import NotFound


@click.command()
@click.argument("kind", required=False)
@click.option("--task", help="Only those for this task, such as image-classification.")
@json_option
def command(kind: str | None, task: str | None, as_json: bool) -> None:
    """List datasets and models, or one KIND of them ("datasets", "model")."""
    hits = registry.entries(kind)
    print_hits(hits if task is None else _for_task(task, hits), as_json=as_json)


def _for_task(task: str, hits: list[registry.Hit]) -> list[registry.Hit]:
    found = [hit for hit in hits if task in hit.facets.get("task", ())]
    if not found:
        known = sorted({each for hit in hits for each in hit.facets.get("task", ())})
        hint = registry.unknown("task", task, known).hint
        raise NotFound(f"nothing here is for the task {task!r}", expected=f"one of {', '.join(known)}", hint=hint)
    return found


def print_hits(hits: list[registry.Hit], *, as_json: bool) -> None:
    """Print a list of entries."""
    if as_json:
        print_json([asdict(hit) for hit in hits])
    elif hits:
        click.echo("\n".join(lines((hit.id, hit.kind, hit.summary) for hit in hits)))
    else:
        click.echo("nothing found", err=True)
