"""Files of every dataset that are gone, emptied, cut or rubbish: it still works, or says which file is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from readers.every_dataset import COPIES, Copy

from hub.datasets.columns import PLACE, Places
from hub.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from datasets.conftest import Made  # type: ignore[import-not-found,unused-ignore]

    Damage = Callable[[Path], object]

RUBBISH = np.random.default_rng(7).bytes(64)


@pytest.fixture(autouse=True)
def home(tiny_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One store for all of these, and no network."""
    monkeypatch.setenv("HUB_HOME", str(tiny_store))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    return tiny_store


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil(path: Path) -> None:
    path.write_bytes(RUBBISH)


DAMAGES: list[Damage] = [Path.unlink, empty, cut, spoil]
COPIES_OF_FILES = [copy for copy in COPIES if copy.card != "fake_data"]


def damaged(path: Path) -> Iterator[str]:
    """Yield while a file is damaged in one way after the other; it is whole again in the end."""
    whole = path.read_bytes()
    for damage in DAMAGES:
        damage(path)
        yield f"{path.name}, {damage.__name__}"
        path.write_bytes(whole)


def decoded(data: Any) -> dict[str, list[Path]]:
    """Return column -> the files that its values are decoded from, where each value has a file of its own."""
    arrow, folder = data.arrow, data._origin.tables[0].path.parent
    stored = [name for name in arrow.column_names if arrow.schema.field(name).type == PLACE]
    places: dict[str, Any] = {name: Places(arrow.column(name), folder).take(np.arange(len(data))) for name in stored}
    return {
        name: [each.container / each.name for each in found if each and each.offset < 0]
        for name, found in places.items()
    }


def read(copy: Copy, root: Path) -> None:
    """Read every value of every split."""
    for data in copy.load_all(root).values():
        list(data)
        for name in data._origin.by_name:
            list(data[name])


def complaint(names: set[str], attempt: Callable[[], object], *, must_fail: bool = False) -> str:
    """Return what is wrong with the way an attempt went; nothing if it worked, or its error names a file."""
    try:
        attempt()
    except HubError as error:
        said = f"{error} {getattr(error, 'path', '')}"
        return "" if any(name in said for name in names) else f"{type(error).__name__} without a name: {error}"
    except Exception as error:  # noqa: BLE001  whatever it is, it must not come out
        return f"{type(error).__name__}: {error}"
    return "it went unnoticed" if must_fail else ""


@pytest.fixture
def root(request: pytest.FixtureRequest, made: Made, tmp_path: Path) -> Path:
    """A copy to be damaged."""
    return shutil.copytree(made(request.getfixturevalue("copy")), tmp_path / "copy")


@pytest.mark.parametrize("copy", COPIES_OF_FILES, ids=str)
def test_damaged_files_are_read_or_refused_by_name(copy: Copy, root: Path) -> None:
    names = {path.name for path in root.rglob("*")} | {str(root)}
    media = {path.suffix for data in copy.load_all(root).values() for each in decoded(data).values() for path in each}
    wrong = []
    for path in sorted(each for each in root.rglob("*") if each.is_file() and each.suffix not in media):
        for what in damaged(path):
            wrong.append((what, complaint(names, lambda: read(copy, root))))

    assert [each for each in wrong if each[1]] == []


@pytest.mark.parametrize("copy", COPIES_OF_FILES, ids=str)
def test_damaged_photos_and_videos_are_refused_when_they_are_read(copy: Copy, root: Path) -> None:
    wrong = []
    for data in copy.load_all(root).values():
        for name, paths in decoded(data).items():
            for path in paths[:1]:
                for what in damaged(path):
                    wrong.append((what, complaint({path.name}, lambda: data[name][0], must_fail=True)))

    assert [each for each in wrong if each[1]] == []
