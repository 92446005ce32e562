"""Package indexes: in HTML (PEP 503), in JSON (PEP 691), and broken ones."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from server.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = {"Content-Type": "application/vnd.pypi.simple.v1+json"}


class Indexes(Answering):
    def _simple(self, name: str) -> None:
        """A package index whose files lie under /ok/ and whose digests stand in the fragments."""
        self._index(name, lambda file: hashlib.sha256(self._file(file)).hexdigest())

    def _lying_simple(self, name: str) -> None:
        """A package index whose digests are of other files."""
        self._index(name, lambda _: "1" * 64)

    def _json_simple(self, name: str) -> None:
        files = [
            {"filename": file, "url": f"/ok/{file}", "hashes": {"sha256": hashlib.sha256(data).hexdigest()}}
            for file, data in self._project(name).items()
        ]
        if not files:
            self._no_project()
            return
        table = {"meta": {"api-version": "1.0"}, "name": name.strip("/"), "files": files}
        self._send(200, json.dumps(table).encode(), JSON)

    def _binary_simple(self, _: str) -> None:
        """A package index that is none."""
        self._send(200, b"{", {"Content-Type": "application/octet-stream"})

    def _cut_json_simple(self, _: str) -> None:
        self._send(200, b'{"meta": ', JSON)

    def _empty_json_simple(self, _: str) -> None:
        self._send(200, b"{}", JSON)

    def _future_json_simple(self, _: str) -> None:
        self._send(200, b'{"meta": {"api-version": "9.0"}}', JSON)

    def _project(self, name: str) -> dict[str, bytes]:
        wanted = name.strip("/").replace("-", "_")
        return {file: data for file, data in self.shared.files.items() if file.lower().startswith(wanted)}

    def _index(self, name: str, digest: Callable[[str], str]) -> None:
        top = "/private/ok" if self.path.startswith("/private/") else "/ok"
        links = [f'<a href="{top}/{file}#sha256={digest(file)}">{file}</a>' for file in self._project(name)]
        if links:
            self._send(200, "<br>".join(links).encode(), {"Content-Type": "text/html"})
        else:
            self._no_project()

    def _no_project(self) -> None:
        self._send(404, b"no such project", {})
