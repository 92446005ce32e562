"""A web server of a folder that answers only those who show a token."""

from __future__ import annotations

from dataclasses import dataclass

from web_folder import WebFolder, _WebHandler


@dataclass
class Guarded(WebFolder):
    """The server; a token that begins with "?" is a signature behind the address, any other one a header."""

    token: str = ""

    def answers(self) -> type[_WebHandler]:
        return _GuardedHandler


class _GuardedHandler(_WebHandler):
    def do_GET(self) -> None:  # noqa: N802  the name that http.server calls
        server = self.shared
        assert isinstance(server, Guarded)
        path, _, query = self.path.partition("?")
        shown = f"?{query}" if query else self.headers.get("Authorization", "").removeprefix("Bearer ")
        if shown != server.token:
            self._note()
            self._send(403, b"no", {})
            return
        self.path = path
        super().do_GET()
