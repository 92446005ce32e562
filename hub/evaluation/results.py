"""The file that says what a model reaches on a dataset, and how that was found; JSON, one measurement a file.

    {
      "schema": 1,
      "name": "resnet18 on imagenette",
      "task": "image-classification",
      "model": "resnet18",          a network of a card, or what its author calls it
      "weights": "IMAGENET1K_V1",   a tag, or the name of a file; "" for what was trained in the same program
      "sha256": "...",              of the weights, as far as they lie in a file
      "dataset": "imagenette", "version": "1.0.0", "split": "val", "fingerprint": "...",
      "samples": 500, "of": 3925, "batch_size": 64,
      "metrics": {"acc@1": 97.2, ...},
      "classes": [{"name": "tench", "samples": 49, "value": 98.0}, ...],
      "command": "hub evaluate resnet18 imagenette --limit 500",
      "commit": "...", "hardware": "...", "software": "...", "device": "cpu", "date": "2026-11-21"
    }

Metrics are called as on cards and, where they are shares, per cent. `value` of a class is the share that was right, its
intersection over union, or its average precision; it is missing for a class without a sample. The website reads such
files beside the cards, in `models/results/`. Light: neither torch nor numpy is imported.
"""

from __future__ import annotations

import os
import secrets
from datetime import date  # noqa: TC003  msgspec reads the annotation
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from hub.cards.base import Size, Struct
from hub.errors import FormatError, HubError, InvalidInput, MissingFile

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "models/results"
"""Where the website looks for such files, below the folder of all cards."""

Named = Annotated[str, Meta(min_length=1, max_length=200)]


class OfClass(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One class of the dataset: how many samples it had, and how well the model did on them, in per cent."""

    name: str
    samples: Size
    value: float | None = None


class Results(Struct, frozen=True, kw_only=True):
    """A results file."""

    schema: Literal[1] = 1
    name: Named
    task: Named
    model: Named
    weights: str = ""
    sha256: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    dataset: Named
    version: str = ""
    split: Named
    fingerprint: str = ""
    samples: Annotated[int, Meta(ge=1)]
    of: Annotated[int, Meta(ge=1)]
    batch_size: Annotated[int, Meta(ge=1)]
    metrics: dict[str, float]
    classes: tuple[OfClass, ...] = ()
    command: str = ""
    commit: str = ""
    hardware: Named
    software: str = ""
    device: str = ""
    date: date

    @property
    def network(self) -> str:
        """The name of the network, without the tag of its weights."""
        return self.model.partition("@")[0]

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all; one that is there is replaced. HubError if it cannot be written."""
        text = msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"
        try:
            _put(path, text)
        except OSError as error:
            raise HubError(
                f"{path} cannot be written", expected="a file in a folder with room", found=error.strerror
            ) from error


def read(path: Path) -> Results:
    """Return what a results file says. Raises MissingFile, or FormatError if it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Results)
    except FileNotFoundError as error:
        raise MissingFile(f"there is no file {path}", expected="a results file") from error
    except msgspec.MsgspecError as error:
        raise FormatError(f"{path} is no results file", path=path, found=str(error), hint="make it anew") from error


def require_place(path: Path) -> None:
    """Raise InvalidInput if no file can be put there, so that nothing is measured in vain."""
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder", expected="a file to write", hint=f"{path / 'results.json'}")
    if not path.absolute().parent.is_dir():
        raise InvalidInput(f"there is no folder {path.parent}", expected="a file in a folder", hint="make it first")


def _put(path: Path, text: bytes) -> None:
    """Write beside the target and rename, so that nobody ever sees half a file."""
    aside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with aside.open("xb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
