"""The whole site, built once for all tests that look at it, and a browser to look with."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from hub.registry.folder import cards_folder
from hub.site import building, collection, rendering, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

SUB_PATH = "some/where"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """hub's own site with its documentation, below a folder that is not the host's own."""
    target = tmp_path_factory.mktemp("site") / SUB_PATH
    building.build(
        collection.load(cards_folder()),
        rendering.sources_folder(),
        target,
        base_url="https://hub.example.org/",
        documented=True,
    )
    return target


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder and give its address."""
    with serving.server(folder, 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Where the site is served."""
    top = built.parent.parent
    (top / "index.html").touch()
    with serve(top) as found:
        yield f"{found}{SUB_PATH}/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()
