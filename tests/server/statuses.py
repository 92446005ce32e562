"""No file but a status, a page, or a plea to come back later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from server.answering import Answering

PAGE = b"<!DOCTYPE html><html><body>Quota exceeded</body></html>"
BURST = 3
RETRY_AFTER = "Retry-After"


class Statuses(Answering):
    def _401(self, _: str) -> None:
        self._send(401, b"who are you?", {"WWW-Authenticate": 'Basic realm="files"'})

    def _403(self, _: str) -> None:
        self._send(403, b"not you", {})

    def _404(self, _: str) -> None:
        self._send(404, b"no such file", {})

    def _410(self, _: str) -> None:
        self._send(410, b"no longer", {})

    def _429(self, _: str) -> None:
        self._send(429, b"too many", {RETRY_AFTER: "1"})

    def _500(self, _: str) -> None:
        self._send(500, b"out of order", {})

    def _502(self, _: str) -> None:
        self._send(502, b"nobody behind me", {})

    def _503(self, _: str) -> None:
        self._send(503, b"busy", {})

    def _204(self, _: str) -> None:
        """Says that there is nothing to say."""
        self._head(204, None, {})

    def _304(self, _: str) -> None:
        """Says that nothing has changed, which nobody asked."""
        self._head(304, None, {})

    def _999(self, _: str) -> None:
        """A status that does not exist."""
        self._send(999, b"denied", {})

    def _503_once(self, name: str) -> None:
        self._unless_first(503, name, "7")

    def _403_burst(self, name: str) -> None:
        self._burst(403, name)

    def _429_burst(self, name: str) -> None:
        self._burst(429, name)

    def _500_burst(self, name: str) -> None:
        self._burst(500, name)

    def _503_burst(self, name: str) -> None:
        self._burst(503, name)

    def _retry_at_a_date(self, name: str) -> None:
        """Says by the clock when to come back."""
        soon = datetime.now(UTC) + timedelta(seconds=5)
        self._unless_first(503, name, format_datetime(soon, usegmt=True))

    def _retry_in_the_past(self, name: str) -> None:
        self._unless_first(429, name, "Thu, 01 Jan 1970 00:00:00 GMT")

    def _retry_next_year(self, name: str) -> None:
        self._unless_first(429, name, str(365 * 24 * 3600))

    def _retry_beyond_numbers(self, name: str) -> None:
        self._unless_first(429, name, "9" * 5000)

    def _retry_negative(self, name: str) -> None:
        self._unless_first(429, name, "-1")

    def _retry_in_words(self, name: str) -> None:
        self._unless_first(429, name, "when it suits you")

    def _retry_in_odd_digits(self, name: str) -> None:
        """A digit that is none of the ten: `str.isdigit` says yes, `int` says no."""
        self._unless_first(429, name, "\u00b2")

    def _html(self, _: str) -> None:
        """What dead hosts and captive portals send."""
        self._send(200, PAGE, {"Content-Type": "text/html; charset=utf-8"})

    def _html_in_disguise(self, _: str) -> None:
        """A page that says it were data."""
        self._send(200, PAGE, {"Content-Type": "application/octet-stream"})

    def _html_for_range(self, name: str) -> None:
        """Breaks off midway; from then on a page."""
        if self.shared.first_time(self.path):
            data = self._file(name)
            self._head(200, len(data), self._marks(self._etag(name)))
            self._cut(data[: len(data) // 2])
        else:
            self._html(name)

    def _unless_first(self, status: int, name: str, retry_after: str) -> None:
        if self.shared.first_time(self.path):
            self._send(status, b"busy", {RETRY_AFTER: retry_after})
        else:
            self._serve(self._file(name), etag=self._etag(name))

    def _burst(self, status: int, name: str) -> None:
        if self.shared.times(self.path) <= BURST:
            self._send(status, b"busy", {})
        else:
            self._serve(self._file(name), etag=self._etag(name))
