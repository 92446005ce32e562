"""Files of every dataset that are gone, emptied, cut or rubbish: it still works, or says which file is wrong."""

from __future__ import annotations

import operator
import shutil
from functools import partial
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


def names_in(root: Path) -> set[str]:
    """Return how an error may call something in a copy."""
    return {path.name for path in root.rglob("*")} | {str(root)}


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
    names = names_in(root)
    media = {path.suffix for data in copy.load_all(root).values() for each in decoded(data).values() for path in each}
    wrong = []
    for path in sorted(each for each in root.rglob("*") if each.is_file() and each.suffix not in media):
        wrong += [(what, complaint(names, partial(read, copy, root))) for what in damaged(path)]

    assert [each for each in wrong if each[1]] == []


@pytest.mark.parametrize("copy", COPIES_OF_FILES, ids=str)
def test_damaged_photos_and_videos_are_refused_when_they_are_read(copy: Copy, root: Path) -> None:
    wrong = []
    for data in copy.load_all(root).values():
        for name, paths in decoded(data).items():
            for path in paths[:1]:
                first = partial(operator.getitem, data[name], 0)
                wrong += [(what, complaint({path.name}, first, must_fail=True)) for what in damaged(path)]

    assert [each for each in wrong if each[1]] == []


LONG = b"9" * 400
WORSE = {
    "a name that no file can have": ("sun397", "SUN397/ClassName.txt", b"/a/\0abbey\n"),
    "a name too long for any file": ("sun397", "SUN397/ClassName.txt", b"/a/" + LONG),
    "a photo that no file can be": ("dtd", "dtd/dtd/labels/train1.txt", b"woven/\0.jpg\n"),
    "a photo of too long a name": ("dtd", "dtd/dtd/labels/train1.txt", b"woven/" + LONG + b".jpg\n"),
    "a breed beyond 64 bits": ("oxford_iiit_pet", "oxford-iiit-pet/annotations/test.txt", b"a_1 " + LONG + b" 1 1\n"),
    "a digit that is none": ("oxford_iiit_pet", "oxford-iiit-pet/annotations/trainval.txt", "a_1 ² 1 1\n".encode()),
    "a person beyond 64 bits": ("celeba", "celeba/identity_CelebA.txt", b"000001.jpg " + LONG + b"\n"),
    "a point beyond 64 bits": ("phototour", "liberty/info.txt", LONG + b" 0\n"),
    "a place beyond 64 bits": ("places365", "categories_places365.txt", b"/a/airfield " + LONG + b"\n"),
    "a box beyond 64 bits": (
        "widerface", "widerface/wider_face_split/wider_face_train_bbx_gt.txt",
        b"0--Parade/0_Parade_a.jpg\n1\n" + LONG + b" 1 1 1 0 0 0 0 0 0\n",
    ),
    "a memo of 64 GB": ("cifar10", "cifar-10-batches-py/test_batch", b"\x80\x02}r\xff\xff\xff\x7f."),
}  # fmt: skip


@pytest.mark.parametrize(("card", "path", "content"), WORSE.values(), ids=WORSE)
def test_what_nobody_can_mean_is_refused_by_name(
    made: Made, tmp_path: Path, card: str, path: str, content: bytes
) -> None:
    copy = next(each for each in COPIES if each.card == card)
    root = shutil.copytree(made(copy), tmp_path / "copy")
    (root / path).write_bytes(content)

    assert complaint(names_in(root), lambda: read(copy, root), must_fail=True) == ""


def test_an_object_with_a_number_beyond_all_is_refused_by_name(made: Made, tmp_path: Path) -> None:
    copy = next(each for each in COPIES if each.note == "coco")
    root = shutil.copytree(made(copy), tmp_path / "copy")
    path = root / "annotations" / "instances_train.json"
    path.write_bytes(path.read_bytes().replace(b"10.0", b"1e400"))

    assert complaint({path.name}, lambda: read(copy, root), must_fail=True) == ""
