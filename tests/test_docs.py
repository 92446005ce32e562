"""The documentation says what there is, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from hub import cli, settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("site/**/*.md"), *ROOT.glob("*/README.md")])
COMMANDS = (ROOT / "site/docs/commands.md").read_text("utf-8")


def commands() -> list[tuple[str, click.Command]]:
    context = click.Context(cli.cli)
    found: list[tuple[str, click.Command]] = []
    for name in cli.COMMANDS:
        command = cli.cli.get_command(context, name)
        assert command is not None
        inner = command.commands.items() if isinstance(command, click.Group) else ()
        found += [(f"{name} {each}", sub) for each, sub in inner] or [(name, command)]
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_is_documented_and_has_help(name: str, command: click.Command) -> None:
    options = [option for param in command.params for option in param.opts if option.startswith("--")]

    heading = next((line for line in COMMANDS.splitlines() if f"`hub {name}" in line), "")

    assert heading
    assert command.help
    assert all(option in heading for option in options)


def test_every_setting_is_documented() -> None:
    variables = set(re.findall(r"`(HUB_[A-Z_]+)`", settings.__doc__ or ""))

    assert variables
    assert all(f"`{variable}`" in COMMANDS for variable in variables)


def test_every_exit_code_is_documented() -> None:
    from hub import errors

    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = {each.exit_code for each in classes if issubclass(each, errors.HubError)}

    assert all(f"| {code} |" in COMMANDS for code in codes | {cli.INTERRUPTED})


def test_every_error_is_drawn_in_the_tree() -> None:
    from hub import errors

    classes = [value for value in vars(errors).values() if isinstance(value, type)]

    own = [each.__name__ for each in classes if each.__module__ == "hub.errors"]

    assert all(re.search(rf"\b{name}\b +\d", errors.__doc__ or "") for name in own)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", page.read_text("utf-8"))
    targets += re.findall(r'src="([^"]+)"', page.read_text("utf-8"))

    local = [target for target in targets if not target.startswith(("http:", "https:"))]

    assert [target for target in local if not (page.parent / target).exists()] == []
