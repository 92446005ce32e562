"""Where an upstream constructor's files are: under its `root`, or in the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hub import settings
from hub.datasets.loading import opened
from hub.errors import MissingFile, OfflineError

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.choice import Choice
    from hub.datasets.dataset import Dataset
    from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What a constructor was asked for."""

    choice: Choice
    split: str
    root: Path | None
    download: bool


def find(asked: Request) -> Dataset:
    """Return the dataset from the files under `root`, or else from the store."""
    current = settings.current()
    if asked.root is None:
        return _opened(asked, None, current)
    try:
        return _opened(asked, asked.root, current)
    except MissingFile as error:
        lacking = error
    try:
        return _opened(asked, None, current if asked.download else replace(current, offline=True))
    except MissingFile as by_hand:
        raise _lacking(lacking, lacking.what, by_hand.hint) from by_hand
    except OfflineError as error:
        what = f"{asked.choice.card.name} is neither under {asked.root} nor in the store: {lacking.what}"
        if asked.download:
            raise OfflineError(what, expected=error.expected, found=error.found, hint=error.hint) from error
        raise _lacking(lacking, what, "download=True fetches it into the store") from error


def _opened(asked: Request, folder: Path | None, current: Settings) -> Dataset:
    return opened(asked.choice, [asked.split], folder, current=current)[asked.split]


def _lacking(error: MissingFile, what: str, hint: str) -> MissingFile:
    return MissingFile(what, expected=error.expected, found=error.found, hint=hint)
