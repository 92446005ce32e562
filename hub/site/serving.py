"""A server for a folder, such as the site: from `file:` browsers read nothing, so pages cannot search or filter."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from hub.errors import HubError, MissingFile

# Python asks the system for what it does not know, and systems differ.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    "": "application/octet-stream",
}


class _Handler(SimpleHTTPRequestHandler):
    """Files with their types; a page for what is not there; no list of a folder."""

    extensions_map: ClassVar[dict[str, str]] = TYPES  # type: ignore[misc]  # an instance's, by typeshed
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        # What is built anew is seen with the next click.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def guess_type(self, path: object) -> str:
        return TYPES.get(Path(str(path)).suffix.lower(), TYPES[""])

    def list_directory(self, path: object) -> None:  # noqa: ARG002  there is nothing to list
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html")
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", TYPES[".html"])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of a folder for this machine alone, bound and not yet serving; port 0 takes any that is free.

    Raises MissingFile if the folder is no site, HubError if the port is taken.
    """
    if not (folder / "index.html").is_file():
        raise MissingFile(
            f"there is no site in {folder}",
            expected="index.html, as `hub site build` writes it",
            found="none",
            hint="run hub site build first, or name the folder",
        )
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        raise HubError(
            f"port {port} cannot be served", expected="one that is free", found=str(error), hint="--port 0 takes any"
        ) from error
