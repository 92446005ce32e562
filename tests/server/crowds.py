"""Only so many connections at once: those over the number are sent away, each fault in its own way."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.honest import Honest

if TYPE_CHECKING:
    from collections.abc import Iterator


class Crowds(Honest):
    def _crowd_429(self, name: str) -> None:
        self._unless_full(name, lambda: self._send(429, b"too many", {"Retry-After": "1"}))

    def _crowd_503(self, name: str) -> None:
        self._unless_full(name, lambda: self._send(503, b"too many", {}))

    def _crowd_closed(self, name: str) -> None:
        """Hangs up on those who are too many."""
        self._unless_full(name, lambda: self._cut(b""))

    def _crowd_reset(self, name: str) -> None:
        self._unless_full(name, self._reset)

    def _crowd_breaks(self, name: str) -> None:
        """Takes every connection, and breaks off those who are too many."""

        def break_off() -> None:
            data = self._file(name)
            span, status, headers = self._whole_or_part(data, self._etag(name))
            self._head(status, span[1] - span[0], headers)
            self._cut(data[span[0] : (span[0] + span[1]) // 2])

        self._unless_full(name, break_off)

    def _unless_full(self, name: str, send_away: object) -> None:
        with self._place() as is_free:
            if is_free:
                self._paced(name)
            else:
                assert callable(send_away)
                send_away()

    @contextmanager
    def _place(self) -> Iterator[bool]:
        with self.shared.lock:
            self.shared.inside += 1
            self.shared.most_inside = max(self.shared.most_inside, self.shared.inside)
            is_free = self.shared.inside <= self.shared.places
        try:
            yield is_free
        finally:
            with self.shared.lock:
                self.shared.inside -= 1
