"""An object store that counts, and that decides conditions and writes in one step, as S3 does and moto does not."""

from __future__ import annotations

import json
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

from objects import S3

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")


class Counted(S3):
    """A server that notes method and key of each request; with `unconditional` it overlooks conditions."""

    def __init__(self, *, unconditional: bool = False) -> None:
        self.requests: list[tuple[str, str]] = []
        self._unconditional = unconditional

    def __enter__(self) -> Self:
        found = super().__enter__()
        # Servers of one process share what they keep.
        urlopen(Request(f"{self.endpoint}/moto-api/reset", method="POST")).close()  # noqa: S310  on loopback
        self.client.create_bucket(Bucket="data")
        server = self._server._server
        assert server is not None
        server.app = self._around(server.app)
        self.requests.clear()
        return found

    def _around(self, app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        writing = Lock()

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            self.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix("/data/")))
            if self._unconditional:
                for name in CONDITIONS:
                    environ.pop(name, None)
            with writing:
                return list(app(environ, start_response))

        return answer

    def keys(self, method: str) -> list[str]:
        """Return what was asked for by a method, in order."""
        return [key for each, key in self.requests if each == method]

    def open_to_all(self) -> None:
        """Let everybody read."""
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self.client.put_bucket_policy(Bucket="data", Policy=policy)

    def read(self, key: str) -> bytes:
        """Return an object."""
        data: bytes = self.client.get_object(Bucket="data", Key=key)["Body"].read()
        return data
