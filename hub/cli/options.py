"""Options and arguments that several commands share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
registry_option = click.option(
    "--registry", "of_registry", metavar="NAME", help="Of the registry that was added under NAME, not of hub's own."
)
limit_option = click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="At most N of them. Of a registry with many thousands of entries 100 unless given.",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Draw no progress and say nothing on standard error.")


def complete_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Complete names of datasets and models."""
    from click.shell_completion import CompletionItem

    from hub import registry

    found = registry.entries()
    return [CompletionItem(hit.id, help=hit.summary) for hit in found if hit.id.startswith(incomplete)]


def print_json(value: object) -> None:
    """Print a value as JSON, in the order of its keys."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
