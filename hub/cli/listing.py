"""`hub list [KIND]`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hub import registry
from hub.cli import comparing
from hub.cli.options import json_option, limit_option, print_json, registry_option
from hub.cli.table import lines
from hub.errors import InvalidInput, NotFound
from hub.registry.question import FACETS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hub.registry.question import Filter


@click.command()
@click.argument("kind", required=False)
@click.option("--task", help="Only those for this task, such as image-classification.")
@click.option("--family", help="Only models of this family, such as ResNet.")
@click.option("--license", help="Only what is under this licence, such as BSD-3-Clause.")
@click.option("--category", help="Only projects of this category, such as security-privacy.")
@click.option("--status", help="Only projects in this state: active, maintenance, inactive, archived, renamed.")
@click.option("--level", help="Only what is to learn from at this level: beginner, intermediate, advanced.")
@click.option("--language", help="Only what is to learn from in this language, such as zh.")
@click.option("--tag", help="Only what has this tag, such as privacy.")
@registry_option
@limit_option
@comparing.options
@json_option
def command(
    kind: str | None,
    of_registry: str | None,
    limit: int | None,
    plot: Path | None,
    as_json: bool,
    **options: Filter | None,
) -> None:
    """List datasets and models, or one KIND: datasets, models, projects, tutorials, articles, books, courses, papers.

    With any of the options from --sort to --plot it compares models by the figures that their cards state.
    """
    filters = {name: value for name, value in options.items() if value not in (None, False)}
    facets = {name: str(value) for name, value in filters.items() if name in FACETS}
    comparing_them = plot is not None or filters.keys() != facets.keys()
    if comparing_them and of_registry:
        raise InvalidInput("only hub's own models are compared", expected="no --registry, or none of these options")
    if comparing_them and limit:
        raise InvalidInput("what is compared is shown whole", expected="no --limit, or none of these options")
    of_kind = kind or "model" if comparing_them else kind
    hits = registry.entries(of_kind, registry=of_registry, limit=limit, **facets)
    if facets and not hits:
        raise _nothing(facets, registry.entries(of_kind, registry=of_registry))
    if comparing_them:
        comparing.show(registry.comparison(kind, **filters), plot, as_json=as_json)
    else:
        print_hits(hits, as_json=as_json)


def _nothing(facets: Mapping[str, str], hits: list[registry.Hit]) -> NotFound:
    """Return the error about the first facet that none has of those that have the ones before it."""
    known: list[str] = []
    facet, value = "", ""
    for facet, value in facets.items():
        known = sorted({each for hit in hits for each in hit.facets.get(facet, ())})
        hits = [hit for hit in hits if hit.has(facet, value)]
        if not hits:
            break
    hint = registry.unknown(facet, value, known).hint
    expected = f"one of {', '.join(known)}" if known else None
    return NotFound(f"nothing here is of the {facet} {value!r}", expected=expected, hint=hint)


def print_hits(hits: registry.Hits, *, as_json: bool) -> None:
    """Print a list of entries, and how many more there are."""
    if as_json:
        print_json([asdict(hit) for hit in hits])
    elif hits:
        of_one_kind = len({hit.kind for hit in hits}) == 1
        click.echo("\n".join(lines((hit.id, *([] if of_one_kind else [hit.kind]), _said(hit)) for hit in hits)))
    else:
        click.echo("nothing found", err=True)
    if hits.total > len(hits):
        click.echo(f"{hits.total - len(hits):,} more; `--limit N` says how many are shown", err=True)


def _said(hit: registry.Hit) -> str:
    """Return what an entry is, after its title: ids of articles and papers do not tell it."""
    titled = hit.kind not in ("dataset", "model") and _letters(hit.name) != _letters(hit.id)
    return f"{hit.name} · {hit.summary}" if titled else hit.summary


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
