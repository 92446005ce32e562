"""A browser for tests marked `web`: the system's Chromium through Playwright, and a server for a built site."""

from __future__ import annotations

import atexit
import functools
import shutil
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Playwright, Response

NAMES = ("chromium", "chromium-browser", "google-chrome")
NONE = "no Chromium on this machine: `apt-get install chromium`, or `playwright install chromium`"


DRAWING_IN_SPACE = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""WebGL without a graphics card."""


@contextmanager
def browser(*flags: str) -> Iterator[Browser]:
    """Start a browser; skip the test, saying how to get one, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install 'hub-zoo[dev]'")
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    try:
        # Without a sandbox: in containers tests often run as root, for whom there is none.
        started = _session().chromium.launch(executable_path=path, args=["--no-sandbox", *flags])
    except playwright.Error:
        pytest.skip(NONE)
    yield started
    started.close()


@functools.cache
def _session() -> Playwright:
    """Return the process's only session: Playwright refuses a second one while the first is open."""
    from playwright.sync_api import sync_playwright

    session = sync_playwright().start()
    atexit.register(session.stop)
    return session


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder; of requests nothing is printed."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as it is called there
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface; yield its address, with a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Watched:
    """A page together with what went wrong on it: errors of scripts and console, answers that are none, strangers."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        page.on("response", self._answered)
        page.on("request", lambda request: self._asked(request.url))

    def open(self, address: str) -> Page:
        """Open an address below the site and wait until its scripts have run."""
        self.page.goto(self.site + address)
        self.page.wait_for_selector("html.hub-ready", state="attached")
        return self.page

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"asked {url}")
