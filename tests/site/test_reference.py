"""What the reference says of files is all that there is of them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import msgspec
import pytest
import small_world
import yaml

from hub import cli, store
from hub.lockfile import Artifact, Entry, Lockfile, Requirement, Source
from hub.store.layout import Layout

DOCS = small_world.ROOT / "site/docs"
OPENINGS = (
    "pinning",
    "offline",
    "own_files",
    "elsewhere",
    "small_store",
    "several_users",
    "clusters",
    "lockfile",
    "bundle",
    "store",
)
A_FILE = "own_weights.json", "hosts.json", "registries.json"


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("kind", [Lockfile, Requirement, Entry, Artifact, Source], ids=lambda kind: kind.__name__)
def test_every_key_of_a_lockfile_is_told(kind: type[msgspec.Struct]) -> None:
    keys = {field.name for field in msgspec.structs.fields(kind)}

    assert {key for key in keys if f"`{key}`" not in page("lockfile")} == set()


@pytest.mark.parametrize("text", [page("store"), store.__doc__ or ""], ids=["page", "docstring"])
def test_every_folder_of_the_store_is_drawn(text: str) -> None:
    layout = Layout(Path("/home"))
    digest = "0" * 64
    made = [layout.origin("x"), layout.prepared("x"), layout.weights("x"), layout.index("x"), layout.election("x")]
    made += [layout.blob(digest), layout.seen(digest), layout.ref("x"), layout.registry("x")]
    made += [value for name in dir(Layout) if isinstance(value := getattr(layout, name), Path) and name != "home"]
    first = {path.relative_to(layout.root).parts[0] for path in made if path != layout.root}

    assert len(first) > len(A_FILE)
    assert {name for name in first if not re.search(rf"^ +{name}(/|  |\n)", text, re.MULTILINE)} == set()


@pytest.mark.parametrize("name", [*OPENINGS, "unbroken"])
def test_a_page_says_first_what_its_reader_will_have(name: str) -> None:
    opening = " ".join(page(name).split("\n\n")[1:2])

    assert re.match(r"(At the end of|After) this page", opening)


def test_the_job_for_ci_is_one_that_can_be_run() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", page("pinning"), re.DOTALL)

    steps = [step["run"] for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"] if "run" in step]

    commands = [shlex.split(step)[1:] for step in steps if step.startswith("hub ")]
    assert commands
    for name, *arguments in commands:
        command = cli.cli.get_command(click.Context(cli.cli), name)
        assert command is not None
        assert command.make_context(name, list(arguments))
