"""Somewhere else."""

from __future__ import annotations

from server.answering import Answering


class Redirects(Answering):
    def _redirect(self, name: str) -> None:
        self._lead(f"/ok/{name}")

    def _redirect_across(self, name: str) -> None:
        """To another host, which has the file."""
        self._lead(f"http://{self.shared.other_host}/ok/{name}")

    def _redirect_each_time(self, name: str) -> None:
        """To another place each time, as signed addresses of object stores are; each breaks off after 64 KiB."""
        self._lead(f"/drop/{name}?signature={self.shared.times(self.path)}", status=307)

    def _redirect_loop(self, name: str) -> None:
        self._lead(f"/redirect-loop/{name}")

    def _redirect_loop_across(self, name: str) -> None:
        """Two hosts that send people to one another."""
        here = self.headers.get("Host", "")
        other = self.shared.host if here == self.shared.other_host else self.shared.other_host
        self._lead(f"http://{other}/redirect-loop-across/{name}")

    def _redirect_nowhere(self, _: str) -> None:
        """A redirect that does not say where to."""
        self._send(302, b"", {})

    def _redirect_to_file(self, _: str) -> None:
        """To a file of the reader's own machine."""
        self._lead("file:///etc/passwd")

    def _redirect_to_nonsense(self, _: str) -> None:
        self._lead("http://[::/a.bin")

    def _redirect_to_a_dead_host(self, name: str) -> None:
        """To a port where nobody listens."""
        self._lead(f"http://127.0.0.1:9/{name}")

    def _portal(self, _: str) -> None:
        """What a hotel's network answers: its page, on another host."""
        self._lead(f"http://{self.shared.other_host}/html/log-in")

    def _lead(self, to: str, status: int = 302) -> None:
        self._send(status, b"", {"Location": to})
