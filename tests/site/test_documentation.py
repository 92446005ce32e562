"""What the documentation makes of docstrings, of the command line's parser, of settings, errors and cards."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import msgspec
import pytest

import hub
from hub import cards, cli, errors, settings
from hub.site.documentation import generated
from hub.site.documentation.commands import filled
from hub.site.documentation.docstrings import markdown

PAGE = (Path(__file__).parent.parent.parent / "site/docs/commands.md").read_text("utf-8")


@pytest.fixture(scope="module")
def commands() -> str:
    return filled(PAGE, cli.cli)


@pytest.mark.parametrize("option", ["--max-params N", "--int8", "--base-url URL", "--top", "--dry-run"])
def test_the_page_of_commands_lists_every_option_with_its_help(commands: str, option: str) -> None:
    found = re.search(rf"^`[^`]*{option}[^`]*`\n: (.+)", commands, re.MULTILINE)

    assert found is not None
    assert len(found[1]) > 10


def test_headings_of_commands_are_short_and_what_to_type_stands_below(commands: str) -> None:
    headings = re.findall(r"^## (.*)$", commands, re.MULTILINE)

    assert "`hub list`" in headings
    assert not any("[" in heading for heading in headings)
    assert "```text\nhub list [KIND] [OPTIONS]\n```" in commands


def test_what_people_wrote_of_commands_stays(commands: str) -> None:
    paragraphs = [text for text in PAGE.split("\n\n") if not text.startswith("#")]

    assert [text for text in paragraphs if text.strip() not in commands] == []


def test_settings_are_those_that_are_read() -> None:
    named = set(re.findall(r"`(HUB_[A-Z_]+)`", generated.settings_table()))

    assert named == set(settings.VARIABLES.values())


def test_every_error_stands_with_its_exit_code() -> None:
    rows = dict(re.findall(r"^\| (\d) \| (.*) \|$", generated.exit_codes(), re.MULTILINE))
    classes = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, errors.HubError)]
    public = [each for each in classes if each.__name__ in hub.__all__]

    assert public
    assert all(f"`hub.{each.__name__}`" in rows[str(each.exit_code)] for each in public)
    assert all(f"autoexception:: hub.{each.__name__}" in generated.error_classes() for each in public)


def test_every_class_and_function_of_a_card_is_documented() -> None:
    made = generated.vision_classes() + generated.text_functions()

    assert {"hub.vision.datasets.MNIST", "hub.text.datasets.IMDB"} <= set(re.findall(r":: (.*)$", made, re.MULTILINE))
    assert made.count("autoclass") >= 70
    assert made.count("autofunction") >= 30


def test_every_key_of_every_card_is_documented() -> None:
    keys = {field.name for each in cards.CARD_TYPES.values() for field in msgspec.structs.fields(each)}
    page = generated.cards()

    assert {key for key in keys if f"`{key}`" not in page} == set()


DOCSTRINGS = {
    "code stays": ("Give `a<b>`.", "Give `a<b>`."),
    "placeholders are text": ("A <key>.", r"A \<key>."),
    "blocks stay": ("So:\n\n    a <b>\n\nand <c>", "So:\n\n    a <b>\n\nand \\<c>"),
    "examples": ("Text.\n\n>>> f(1)\n2\n", "Text.\n\n```pycon\n>>> f(1)\n2\n```\n"),
    "parts of a package are a table": (
        "Text.\n\n    one two    what both\n               are\n    three      another\n\nMore.",
        "Text.\n\n| part | what it is |\n|---|---|\n| `one two` | what both are |\n| `three` | another |\n\nMore.",
    ),
    "code with remarks is none": (
        "    from a.b import c    # was: d\n    x = c()    # one",
        "    from a.b import c    # was: d\n    x = c()    # one",
    ),
    "examples of several lines": (">>> for a in b:\n...     a\n1", "```pycon\n>>> for a in b:\n...     a\n1\n```"),
}


@pytest.mark.parametrize(("docstring", "expected"), DOCSTRINGS.values(), ids=DOCSTRINGS.keys())
def test_a_docstring_is_shown_as_it_reads(docstring: str, expected: str) -> None:
    assert markdown(docstring) == expected
