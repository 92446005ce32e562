"""`hub site`: the website, which is also the registry."""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import click

from hub.cli.options import json_option, print_json
from hub.errors import HubError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hub.site.collection import Fault

cards_option = click.option(
    "--cards",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds datasets/, models/ and catalog/; without it hub's own.",
)

name_option = click.option(
    "--name", default="", help="What others call your site when they add it: `hub registry add NAME URL`."
)


@click.group()
def command() -> None:
    """Make the website of cards, hub's or your own: it is the registry that `hub` reads, too."""


@command.command("check")
@cards_option
@json_option
def check(cards: Path | None, as_json: bool) -> None:
    """Say what is wrong with the cards: file, key and fault. Exits with 1 if anything is."""
    from hub.registry.folder import cards_folder
    from hub.site import checking, collection

    folder = cards or cards_folder()
    found = collection.load(folder)
    faults = checking.check(found)
    if as_json:
        print_json([{"file": str(each.path), "key": each.key, "message": each.message} for each in faults])
    else:
        _tell(faults, folder, err=False)
        cards_and_faults = (len(found.entries), "sound card"), (len(faults), "fault")
        click.echo(", ".join(f"{number} {word}{'s' * (number != 1)}" for number, word in cards_and_faults), err=True)
    if faults:
        click.get_current_context().exit(HubError.exit_code)


@command.command("build")
@cards_option
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), default=Path("_site"), show_default=True,
    help="The folder to make; a site that is there is replaced once all went well.",
)  # fmt: skip
@click.option("--base-url", metavar="URL", default="", help="Where it will stand, for feeds and search engines.")
@click.option("--docs", is_flag=True, help="With hub's documentation, which otherwise only hub's own cards come with.")
@name_option
def build(cards: Path | None, to: Path, base_url: str, docs: bool, name: str) -> None:
    """Make the website and registry: pages, lists, documentation and search, as plain files for any host.

    Faults of cards are told; what is sound is built, and the exit code is 1.
    """
    faults = _make(cards, to, name, base_url=base_url, docs=docs)
    click.echo(to)
    if faults:
        click.get_current_context().exit(HubError.exit_code)


@command.command("serve")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path("_site"))
@click.option("--port", type=int, default=8000, show_default=True, help="0 takes any that is free.")
@click.option("--watch", is_flag=True, help="Make the site in DIR first, and again whenever a card has changed.")
@cards_option
@name_option
def serve(folder: Path, port: int, watch: bool, cards: Path | None, name: str) -> None:
    """Serve a site that was built to this machine's browsers, until interrupted; by default that in _site."""
    from hub.registry.folder import cards_folder
    from hub.site import serving

    if cards and not watch:
        raise InvalidInput("--cards needs --watch", expected="--watch, to make the site", found="a site as it is")
    followed = _watched(partial(_make, cards, folder, name), cards or cards_folder()) if watch else nullcontext()
    with followed, serving.server(folder, port) as server:
        click.echo(f"http://127.0.0.1:{server.server_address[1]}/")
        server.serve_forever()


@contextmanager
def _watched(make: Callable[[], object], cards: Path) -> Iterator[None]:
    """Make a site, and again beside whatever runs within, whenever something in the folder of cards has changed."""
    from hub.site import watching

    end, before = Event(), watching.state(cards)
    _timed(make)
    follower = Thread(target=watching.follow, args=(cards, before, partial(_made_anew, make), end))
    follower.start()
    try:
        yield
    finally:
        end.set()
        follower.join()


def _timed(make: Callable[[], object]) -> None:
    started = time.monotonic()
    make()
    click.echo(f"made in {time.monotonic() - started:.0f} s", err=True)


def _made_anew(make: Callable[[], object]) -> None:
    """Make the site; where that fails it stays as it was, and is tried with the next change."""
    try:
        _timed(make)
    except HubError as error:
        click.echo(error, err=True)


def _make(cards: Path | None, to: Path, name: str, *, base_url: str = "", docs: bool = False) -> Sequence[Fault]:
    """Make the site of what is sound, and return what is not, which is told."""
    from hub import settings
    from hub.extras import require
    from hub.registry.folder import cards_folder
    from hub.registry.foreign import registered

    require("jinja2", "site", "Jinja2")  # fills the templates
    from hub.site import building, checking, collection, rendering

    folder, own = cards or cards_folder(), cards is None or cards.resolve() == cards_folder().resolve()
    found = collection.load(folder)
    faults = checking.check(found)
    _tell(faults, folder, err=True)
    namespace = None if own else registered.checked(name) if name else ""
    extent = building.Extent(base_url, settings.current().home, documented=docs or cards is None, namespace=namespace)
    building.publish(found, rendering.sources_folder(), to, extent)
    return faults


def _tell(faults: Sequence[Fault], folder: Path, *, err: bool) -> None:
    for each in faults:
        place = each.path.relative_to(folder) if each.path.is_relative_to(folder) else each.path
        click.echo(f"{place}{f': {each.key}' if each.key else ''}: {each.message}", err=err)
