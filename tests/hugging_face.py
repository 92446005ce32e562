"""Hugging Face on the loopback interface: `files` maps "owner/repository/file" to bytes.

What is special about a repository stands in the owner's name: `renamed`, `gated` (a token opens it), `small` (files
that it keeps in Git itself, whose sha256 it does not tell), `lying` (another sha256 than that of the bytes).
"""

from __future__ import annotations

import hashlib
import re

from server import Server, _Handler

TOKEN = "hf_secret"  # noqa: S105  of nobody
FORM = re.compile(r"/(?P<owner>[^/]+)/(?P<name>[^/]+)/resolve/(?P<revision>[^/]+)/(?P<file>.+)$")


class HuggingFace(Server):
    """As much of Hugging Face as hub talks to; the bytes lie on a host of their own, which asks for no token."""

    def __init__(self, bytes_host: Server) -> None:
        super().__init__()
        self.bytes_host = bytes_host

    def answers(self) -> type[_Handler]:
        return _Pages

    @property
    def endpoint(self) -> str:
        return f"http://{self.host}"


class _Pages(_Handler):
    shared: HuggingFace

    def do_HEAD(self) -> None:  # noqa: N802  the base class calls it so
        self._answer()

    def do_GET(self) -> None:  # noqa: N802
        self._answer()

    def _answer(self) -> None:
        self._note()
        match = FORM.match(self.path)
        if match is None:  # the front page, for one
            self._say(404, {})
            return
        owner, file = match["owner"], f"{match['owner']}/{match['name']}/{match['file']}"
        if owner == "renamed":
            self._say(307, {"Location": self.path.replace("/renamed/", "/timm/", 1)})
        elif owner == "gated" and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._say(401, {})
        elif file not in self.shared.files:
            self._say(404, {"X-Error-Code": "EntryNotFound"})
        else:
            self._lead_to(file, owner)

    def _lead_to(self, file: str, owner: str) -> None:
        name = file.replace("/", "--")
        digest = self.shared.bytes_host.add(name, self.shared.files[file])
        told = {"small": hashlib.sha1(b"", usedforsecurity=False).hexdigest(), "lying": "0" * 64}.get(owner, digest)
        url = self.shared.bytes_host.url("ok", name)
        self._say(302, {"Location": url, "X-Linked-ETag": f'"{told}"'})

    def _say(self, status: int, headers: dict[str, str]) -> None:
        self._head(status, 0, headers)
