"""`hub completion SHELL`."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes commands, options and names in SHELL.

    In bash: eval "$(hub completion bash)", for good in ~/.bashrc.
    """
    from click.shell_completion import get_completion_class

    from hub.cli import cli

    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    click.echo(complete(cli, {}, "hub", "_HUB_COMPLETE").source())
