"""Runs beside one another: what each was told, and how well it did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hub.errors import FormatError, InvalidInput, MissingFile
from hub.viz.boards import Board, opened

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from hub.viz.boards.board import Setting

METRICS, SETTINGS = "metrics", "settings"
NAMES = ("run", "name")
WANTED = 'a mapping with "metrics" and what the run was told, or the path of a JSON file that holds one'


@dataclass(frozen=True, slots=True)
class Run:
    """A row of the table."""

    name: str
    settings: Mapping[str, Setting]
    metrics: Mapping[str, float]


def compare(
    runs: Mapping[str, Mapping[str, object]] | Iterable[Mapping[str, object] | str | os.PathLike[str]],
    board: Board | str | os.PathLike[str],
) -> list[Run]:
    """Show runs as rows of one table, to be sorted, filtered and drawn against one another; return the rows.

    A run is a mapping, or the path of a JSON file that holds one, such as a results file of `hub evaluate`: its
    `metrics` are numbers, and everything else is what it was told. It is called by its `run` or `name`, by its key in a
    mapping of runs, or by its file. Mappings within mappings become names with dots.

        hub.viz.compare({"small": {"lr": 0.1, "metrics": {"accuracy": 0.97}}}, "runs/table")

    Raises InvalidInput if there is no run, or one without metrics; MissingFile and FormatError for a file.
    """
    rows = _distinct(list(_rows(runs)))
    if not rows:
        raise InvalidInput("there is nothing to compare", expected="at least one run", found="none")
    with opened(board) as shown:
        for row in rows:
            shown.hparams(row.name, row.settings, row.metrics)
        shown.text("runs", as_markdown(rows))
    return rows


def as_markdown(rows: Iterable[Run]) -> str:
    """Return runs as a table in Markdown: a row each, metrics before settings."""
    table = [
        {"run": row.name, **{key: f"{value:.4g}" for key, value in row.metrics.items()}, **row.settings} for row in rows
    ]
    names = list(dict.fromkeys(name for row in table for name in row))
    lines = [[str(row.get(name, "")).replace("|", "\\|") for name in names] for row in table]
    return "\n".join(f"| {' | '.join(line)} |" for line in [names, [":--"] * len(names), *lines])


def _rows(
    runs: Mapping[str, Mapping[str, object]] | Iterable[Mapping[str, object] | str | os.PathLike[str]],
) -> Iterator[Run]:
    if isinstance(runs, Mapping):
        yield from (_row(run, name) for name, run in runs.items())
        return
    for number, run in enumerate(runs, 1):
        yield _row(run, str(number)) if isinstance(run, Mapping) else _row(_read(Path(run)), Path(run).stem)


def _read(path: Path) -> Mapping[str, object]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise MissingFile(f"there is no file {path}", expected="a results file") from error
    except ValueError as error:
        raise FormatError(f"{path} holds no JSON", path=path, found=str(error)) from error
    if not isinstance(found, dict):
        raise FormatError(f"{path} holds no run", path=path, expected=WANTED, found=type(found).__name__)
    return cast("dict[str, object]", found)


def _row(run: Mapping[str, object], otherwise: str) -> Run:
    metrics = _flat(run.get(METRICS))
    if not isinstance(run, Mapping) or not metrics:
        raise InvalidInput(f"run {otherwise!r} has no metrics", expected=WANTED, found=", ".join(run) or "nothing")
    wrong = [name for name, value in metrics.items() if isinstance(value, (bool, str))]
    if wrong:
        raise InvalidInput(f"{wrong[0]!r} of run {otherwise!r} is no number", found=repr(metrics[wrong[0]]))
    name = next((str(run[key]) for key in NAMES if run.get(key)), otherwise)
    told = {key: value for key, value in run.items() if key not in (METRICS, SETTINGS, *NAMES)}
    settings = _flat(run.get(SETTINGS)) | _flat(told)
    return Run(name, settings, {key: float(value) for key, value in metrics.items()})


def _flat(values: object, before: str = "") -> dict[str, Setting]:
    """Return values by their names, those of mappings within with dots; what is none of a board's settings as text."""
    if not isinstance(values, Mapping):
        return {}
    found: dict[str, Setting] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{before}{name}.")
        elif value is not None and not _is_table(value):
            found[f"{before}{name}"] = value if isinstance(value, (bool, int, float, str)) else str(value)
    return found


def _is_table(value: object) -> bool:
    """Whether a value has rows of its own, as results files tell of each class: no setting."""
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _distinct(rows: list[Run]) -> list[Run]:
    """Return the rows with a name each: a second run of the same name has a number behind it."""
    seen: dict[str, int] = {}
    distinct: list[Run] = []
    for row in rows:
        seen[row.name] = seen.get(row.name, 0) + 1
        name = row.name if seen[row.name] == 1 else f"{row.name} ({seen[row.name]})"
        distinct.append(Run(name.replace("/", "_"), row.settings, row.metrics))
    return distinct
