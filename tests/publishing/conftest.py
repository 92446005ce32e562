"""What tests of publishing share: a store of their own and a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from publishing.buckets import Counted

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    """A server with an empty bucket, and the credentials for it."""
    with Counted() as running:
        speak_to(running, monkeypatch)
        yield running


def speak_to(server: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let s3:// mean that server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "me")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
