"""What tests of publishing share: a store of their own and a bucket."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from publishing.buckets import Counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def home(home: Path, indexed: Path) -> Path:
    """A store that knows hub's own cards, which every draft is looked up among."""
    shutil.copytree(indexed, home, dirs_exist_ok=True)
    return home


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
