from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from objects import S3, as_user
from PIL import Image
from readers.idx_files import write_mnist_like
from two_machines import FOUND, STORE, World

from hub import registry
from hub.datasets.loading import load_dataset
from hub.digest import hash_file
from hub.fetch import stored
from hub.objects import push
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.objects import Pushed

pytest.importorskip("s3fs")
pytest.importorskip("moto")

ROOT = Path(__file__).parent.parent.parent
NAMES = ("mnist", "ag_news", "eurosat", "squad1")
TRAIN = 12_000
LINES = 5_000
PHOTOS = 40


@pytest.fixture(scope="session")
def running() -> Iterator[S3]:
    with S3() as server:
        yield server


@pytest.fixture
def bucket(running: S3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[S3]:
    """A bucket with nothing but what all tests find there, and the credentials of somebody whom its server knows."""
    for key in running.names():
        if not key.startswith(FOUND):
            running.client.delete_object(Bucket="data", Key=key)
    with as_user(running.endpoint, monkeypatch, tmp_path):
        yield running


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cards of an MNIST, news, photos in a tar and questions, with files on this machine; not to be changed."""
    folder = tmp_path_factory.mktemp("world")
    files = folder / "files"
    write_mnist_like(files, train=TRAIN, test=12)
    _card(folder, "mnist", sorted(files.glob("*ubyte")), {"60000": str(TRAIN), "10000": "12"})
    for name in ("train", "test"):
        (files / f"{name}.csv").write_text("".join(_news(number) for number in range(LINES)), "utf-8")
    _card(folder, "ag_news", sorted(files.glob("*.csv")), {"120000": str(LINES), "7600": str(LINES)})
    _photos(files / "EuroSAT.zip")
    _card(folder, "eurosat", [files / "EuroSAT.zip"], {"27000": str(PHOTOS)}, 'unpack_to = ""')
    for name in ("train", "dev"):
        (files / f"{name}-v1.1.json").write_text(json.dumps(_questions()), "utf-8")
    _card(folder, "squad1", sorted(files.glob("*.json")), {"87599": "60", "10570": "60"})
    return folder


def _card(folder: Path, name: str, files: list[Path], rows: dict[str, str], more: str = "") -> None:
    text = (ROOT / "datasets" / f"{name}.toml").read_text("utf-8").partition("[[artifacts]]")[0]
    for published, tiny in rows.items():
        text = text.replace(f"samples = {published}", f"samples = {tiny}")
    for file in files:
        digest = hash_file(file).sha256
        text += f'[[artifacts]]\nname = "{file.name}"\nsize = {file.stat().st_size}\nsha256 = "{digest}"\n{more}\n'
        text += f'[[artifacts.sources]]\nurl = "{file.as_uri()}"\n\n'
    card = folder / "cards" / "datasets" / f"{name}.toml"
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_text(text, "utf-8")


def _news(number: int) -> str:
    text = f"What has happened, für die {number}th time, {'again and ' * (number % 150)}again"
    return f'"{number % 4 + 1}","Title {number}","{text}"\n'


def _photos(path: Path) -> None:
    """Write noise of 0.1 MB a photo into a tar, whatever its name."""
    random = np.random.default_rng(0)
    with tarfile.open(path, "w") as archive:
        for number in range(PHOTOS):
            file = io.BytesIO()
            Image.fromarray(random.integers(0, 256, (192, 192, 3), np.uint8)).save(file, "PNG")
            member = tarfile.TarInfo(f"2750/{'ab'[number % 2]}/{number}.png")
            member.size = file.tell()
            file.seek(0)
            archive.addfile(member, file)


def _questions() -> dict[str, Any]:
    asked = [
        {
            "id": str(number),
            "question": f"What is {number}?",
            "answers": [{"text": f"a{number}", "answer_start": each} for each in range(1 + number % 3)],
        }
        for number in range(60)
    ]
    return {"data": [{"title": "t", "paragraphs": [{"context": "a " * 200, "qas": asked}]}], "version": "1.1"}


def pushed(layout: Layout, name: str, to: str) -> Pushed:
    """Fetch and prepare a dataset in the store that HUB_HOME names, and send all of it."""
    found = load_dataset(name, progress=False)
    owners = stored.owners_of(layout, name)
    return push(layout, to, owners=owners, fingerprints=[each.fingerprint for each in found.values()])


@pytest.fixture(scope="session")
def filled(running: S3, written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the machine that has prepared everything and sent it to STORE; not to be changed."""
    home = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch, as_user(running.endpoint, patch, home):
        patch.setattr(registry, "cards_folder", lambda: written / "cards")
        patch.setenv("HUB_HOME", str(home))
        for name in NAMES:
            pushed(Layout(home), name, STORE)
    return home


@pytest.fixture(scope="session")
def bare(written: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Cards whose sources are nowhere, and a store with their index and nothing else; not to be changed."""
    folder = tmp_path_factory.mktemp("bare")
    shutil.copytree(written / "cards", folder / "cards")
    for card in (folder / "cards/datasets").glob("*.toml"):
        card.write_text(card.read_text("utf-8").replace("file:///", "file:///nowhere/"), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "cards_folder", lambda: folder / "cards")
        patch.setenv("HUB_HOME", str(folder / "home"))
        registry.names()
    return folder / "cards", folder / "home"


@pytest.fixture
def world(bucket: S3, filled: Path, bare: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    del bucket
    return World(filled, bare, tmp_path / "second", monkeypatch)
