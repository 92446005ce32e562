"""What `hub lock` and `hub sync` are asked for: names, and what scripts and cards want."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hub import lockfile, registry, settings, toml
from hub.errors import CardError, InvalidInput, MissingFile, NotFound
from hub.fetch import locking
from hub.lockfile import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hub.lockfile import Requirement
    from hub.lockfile.calls import Call

Command = TypeVar("Command", bound="Callable[..., Any]")


def from_option(text: str) -> Callable[[Command], Command]:
    """Return the option that names scripts and cards; `text` says what for."""
    return click.option("--from", "files", metavar="FILE", multiple=True, type=click.Path(path_type=Path), help=text)


def lockfile_path() -> Path:
    """Return the lockfile of this project; where there is none, the place for one: beside hub.toml, or right here."""
    here = Path.cwd()
    found = settings.current().lockfile or lockfile.find(here)
    beside = settings.in_or_above(here, settings.SETTINGS)
    return found or (beside.parent if beside else here) / settings.LOCKFILE


def of_file(path: Path, *, quiet: bool = False) -> list[Requirement]:
    """Return what a script or a card wants; says on standard error what of it could not be read.

    Raises MissingFile, FormatError for what is no Python, CardError for what is no card, and NotFound.
    """
    if path.suffix == ".toml":
        return _of_card(path)
    found: list[Requirement] = []
    for call in calls.of_script(path):
        try:
            wanted = list(_of_call(call))
            locking.chosen(lockfile.Lockfile(), wanted).planned(lockfile.Lockfile(), None)
        except (InvalidInput, NotFound, MissingFile) as error:
            if not quiet:
                click.echo(f"{path}:{call.line}: {call.text}: not pinned: {error.what}", err=True)
        else:
            found += wanted
    return list(dict.fromkeys(found))


def _of_card(path: Path) -> list[Requirement]:
    """Return what a card is called where it is found by name, with its version or each of its tags."""
    from hub import cards

    if "builder" not in _table(path):
        entry = registry.find_dataset(path.stem)
        return [lockfile.Requirement(name=f"{entry.id}@{cards.read_dataset(path).version}")]
    variants = cards.read_model(path).variants
    return [lockfile.Requirement(name=f"{each.name}@{weights.tag}") for each in variants for weights in each.weights]


def _table(path: Path) -> dict[str, object]:
    try:
        return toml.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CardError(path, [("", str(error))]) from error


def _of_call(call: Call) -> Iterator[Requirement]:
    """Yield what one call wants; nothing for a network without weights. Raises InvalidInput for what is not written."""
    if call.name is None:
        raise InvalidInput("the name is not written out")
    if call.function in ("load", "transforms"):
        yield from _of_model(call.name, call)
    elif lockfile.is_address(call.name):
        yield lockfile.Requirement(name=call.name)
    else:
        variant = _variant(call.name, call.options)
        yield lockfile.Requirement(name=call.name, split=_text(call.options, "split"), variant=variant)


def _of_model(name: str, call: Call) -> Iterator[Requirement]:
    from hub.models import selection

    entry = registry.find_model(name)
    pretrained = call.function == "transforms" or call.options.get("pretrained", False)
    weights = _text(call.options, "weights")
    chosen = selection.choose(entry, pretrained=bool(pretrained), weights=weights or None)
    if isinstance(chosen, selection.OwnUrl):
        digest = f"#sha256={chosen.sha256}" if chosen.sha256 else ""
        yield lockfile.Requirement(name=chosen.url + digest)
    elif chosen is not None and not isinstance(chosen, selection.OwnFile):
        by_default = not weights or weights.rpartition(".")[2] == registry.DEFAULT
        asked_for = "" if by_default and not entry.tag else f"@{chosen.tag}"
        yield lockfile.Requirement(name=entry.variant.name + asked_for)


def _variant(name: str, options: Mapping[str, object]) -> str:
    """Return the variant that a dataset's options come to, whatever the option is called there; "" if none is named."""
    card = registry.find_dataset(name).card
    key = next((key for key in ("variant", card.upstream.variant) if key and key in options), "")
    if not card.variants or not key:
        return ""
    asked = options[key]
    text = "-".join(map(str, asked)) if isinstance(asked, tuple | list) else _text(options, key)
    return card.upstream.names.get(text, text)


def _text(options: Mapping[str, object], key: str) -> str:
    value = options.get(key)
    if isinstance(value, calls.Unwritten) or "**" in options:
        raise InvalidInput(f"{key}= is not written out")
    return "" if value is None else str(value)
