"""`hub doctor [NAME...]`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from hub import doctor
from hub.cli.drawing import can_colour
from hub.cli.options import complete_names, json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.doctor.findings import Finding, State

COLOURS: dict[State, str | None] = {"ok": "green", "note": None, "warning": "yellow", "problem": "red"}
COLUMNS = max(map(len, COLOURS))


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=complete_names)
@click.option("--offline", is_flag=True, help="Ask no host.")
@json_option
def command(names: tuple[str, ...], offline: bool, as_json: bool) -> int:
    """Say what is wrong: torch beside torchvision, devices, settings, the store, hosts; changes nothing.

    With NAMEs of datasets or models, or URLs, ask only their sources, and compare the sizes with those of the cards.
    The exit code is 1 if there is a problem.
    """
    states = Counter[str]()
    groups = {}
    for title, found in doctor.examine(names, offline=offline):
        states.update(each.state for each in found)
        groups[title] = found
        if not as_json:
            click.echo("\n".join([title, *(line for each in found for line in _lines(each))]))
    if as_json:
        print_json([_as_table(title, each) for title, found in groups.items() for each in found])
    else:
        click.echo(", ".join(_counted(states)) or "all is well")
    return int(states["problem"] > 0)


def _lines(finding: Finding) -> Iterator[str]:
    mark = finding.state.ljust(COLUMNS)
    colour = COLOURS[finding.state]
    yield f"  {click.style(mark, fg=colour) if colour and can_colour() else mark}  {finding.what}"
    for line in finding.do.splitlines():
        yield f"  {'':{COLUMNS}}  -> {line}"


def _counted(states: Counter[str]) -> Iterator[str]:
    for state in ("problem", "warning"):
        if states[state]:
            yield f"{states[state]} {state}{'s' * (states[state] != 1)}"


def _as_table(title: str, finding: Finding) -> dict[str, str]:
    return {"group": title, "state": finding.state, "what": finding.what, "do": finding.do}
