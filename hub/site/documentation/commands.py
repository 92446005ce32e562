"""The page of commands as readers of the site see it: each with the options that click's parser takes.

sphinx-click writes a page of its own out of a parser; here the parser fills in the page that people write.
"""

from __future__ import annotations

import re

import click

# A heading such as: ## `hub list [KIND] [--task TASK]`, `hub search QUERY`
HEADING = re.compile(r"^## (`hub .*`)\n", re.MULTILINE)
OPTIONAL = re.compile(r"(?: \[--(?:[^][]|\[[^]]*\])*\])+")


def filled(page: str, root: click.Group) -> str:
    """Return the page with short headings, below each what to type and, at the end of its section, all options."""
    first, *rest = HEADING.split(page)
    sections = [
        _section(heading.strip("`").split("`, `"), text, root)
        for heading, text in zip(rest[::2], rest[1::2], strict=True)
    ]
    return "".join([first, *sections])


def _section(usages: list[str], text: str, root: click.Group) -> str:
    own, mark, after = text.partition("\n## ")
    found = [_found(usage, root) for usage in usages]
    title = ", ".join(f"`{context.command_path}`" for context in found)
    typed = "\n".join(_shortened(usage) for usage in usages)
    options = "".join(_options(context) for context in found)
    return f"## {title}\n\n```text\n{typed}\n```\n{own}\n{options}{mark}{after}"


def _found(usage: str, root: click.Group) -> click.Context:
    """Return the context of the command that a usage begins with."""
    context = click.Context(root, info_name="hub")
    for word in usage.split()[1:]:
        command = context.command
        if not isinstance(command, click.Group):
            break
        inner = command.get_command(context, word)
        if inner is None:
            raise click.UsageError(f"the page of commands has `{usage}`, and there is no {word!r}", context)
        context = click.Context(inner, info_name=word, parent=context)
    return context


def _shortened(usage: str) -> str:
    """Return what to type without its optional options, which are listed below.

    >>> _shortened("hub convert MODEL --to onnx|pt2 [--out FILE] [--plot [FILE]]")
    'hub convert MODEL --to onnx|pt2 [OPTIONS]'
    """
    return OPTIONAL.sub(" [OPTIONS]", usage)


def _options(context: click.Context) -> str:
    """Return a definition list: what to type, and what it means."""
    records = [record for each in context.command.params if (record := each.get_help_record(context))]
    listed = [f"`{names}`\n: {meaning}\n" for names, meaning in records]
    return "\n".join([f"\nOptions of `{context.command_path}`:\n", *listed]) if listed else ""
