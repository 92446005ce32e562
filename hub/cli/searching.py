"""`hub search QUERY`."""

from __future__ import annotations

import click

from hub import registry
from hub.cli.listing import print_hits
from hub.cli.options import json_option, limit_option, registry_option


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--kind", help="Only datasets, models, projects, tutorials, articles, books, courses or papers.")
@registry_option
@limit_option
@json_option
def command(
    query: tuple[str, ...], kind: str | None, of_registry: str | None, limit: int | None, as_json: bool
) -> None:
    """Search names and summaries for entries that have every word of QUERY, in English or Chinese.

    A word may be the beginning of one; in names it may be any part of one.
    """
    found = registry.search(" ".join(query), kind=kind, registry=of_registry, limit=limit)
    print_hits(found, as_json=as_json)
