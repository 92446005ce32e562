"""`gs:` sources: objects over https, and the log-in of google-auth with a token server of our own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from server import Server
from streams import drained

from hub import sources
from hub.errors import BadStatus, InvalidInput, Unreachable
from hub.sources import google_storage as gs
from hub.sources.base import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATA = bytes(range(256)) * 100
URL = "gs://ok/a b.bin"


class Storage(Server):
    """Buckets are faults: `gs://ok/...` is public, `gs://closed/...` opens for the token alone."""

    def answers(self) -> type:
        return type("Answers", (super().answers(),), {"_closed": _closed, "do_POST": _give_token})


def _closed(self: object, name: str) -> None:
    is_known = self.headers.get("Authorization") == "Bearer of-the-account"  # type: ignore[attr-defined]
    self._ok(name) if is_known else self._401(name)  # type: ignore[attr-defined]


def _give_token(self: object) -> None:
    """The OAuth server's answer to a signed request."""
    self._note()  # type: ignore[attr-defined]
    self.rfile.read(int(self.headers["Content-Length"]))  # type: ignore[attr-defined]
    token = {"access_token": "of-the-account", "expires_in": 3600, "token_type": "Bearer"}
    self._send(200, json.dumps(token).encode(), {"Content-Type": "application/json"})  # type: ignore[attr-defined]


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """A server, and nobody who has logged in."""
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", "/nowhere")
    gs._credentials.cache_clear()
    with Storage() as running:
        monkeypatch.setattr(gs, "ADDRESS", f"http://{running.host}")
        running.add("a%20b.bin", DATA)
        yield running
    gs._credentials.cache_clear()


def log_in(storage: Storage, folder: Path, monkeypatch: pytest.MonkeyPatch, path: str = "token") -> None:
    """Write the key of a service account whose tokens come from `storage`."""
    pytest.importorskip("google.auth")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {
        "type": "service_account",
        "client_email": "me@example.org",
        "private_key": key.decode(),
        "token_uri": f"http://{storage.host}/{path}",
    }
    (folder / "key.json").write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "key.json"))


def test_a_public_object_is_read_with_ranges_and_its_etag(storage: Storage) -> None:
    stream = sources.open_at(sources.locate(URL), 100, "")

    assert (stream.total, stream.validator) == (len(DATA), storage.etag("a%20b.bin"))
    assert drained(stream) == (100, DATA[100:])
    assert "Authorization" not in storage.requests[0].headers


def test_the_log_in_of_this_machine_opens_what_is_closed(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(storage, tmp_path, monkeypatch)

    for _ in range(2):
        assert drained(sources.open_at(sources.locate("gs://closed/a b.bin"), 0, ""))[1] == DATA

    assert [each.path for each in storage.requests].count("/token") == 1


def test_a_log_in_that_fails_is_told(storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(storage, tmp_path, monkeypatch)
    monkeypatch.setattr(Storage, "answers", Server.answers)
    with Storage() as other:  # which knows no POST
        log_in(other, tmp_path, monkeypatch)
        with pytest.raises(Unreachable, match="the log-in at Google failed"):
            sources.locate(URL)


def test_what_is_closed_says_how_to_log_in(storage: Storage) -> None:
    with pytest.raises(FileRefused, match="one has to log in") as caught:
        sources.open_at(sources.locate("gs://closed/a b.bin"), 0, "")

    assert "GOOGLE_APPLICATION_CREDENTIALS" in caught.value.hint


def test_without_google_auth_the_error_says_what_to_install(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gs, "_can_log_in", lambda: False)

    with pytest.raises(FileRefused) as caught:
        sources.open_at(sources.locate("gs://closed/a b.bin"), 0, "")

    assert 'pip install "hub-zoo[gs]"' in caught.value.hint


def test_anonymous_means_without_the_log_in(storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(storage, tmp_path, monkeypatch)
    monkeypatch.setenv("HUB_ANONYMOUS", "1")

    sources.locate(URL)

    assert storage.requests == []


def test_an_emulator_is_asked_without_a_log_in(
    storage: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(storage, tmp_path, monkeypatch)
    monkeypatch.setattr(gs, "ADDRESS", "http://127.0.0.1:9")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.host)

    assert drained(sources.open_at(sources.locate(URL), 0, ""))[1] == DATA


def test_what_is_not_there_is_told(storage: Storage) -> None:
    with pytest.raises(BadStatus) as caught:
        sources.open_at(sources.locate("gs://404/a"), 0, "")

    assert caught.value.status == 404


@pytest.mark.parametrize("url", ["gs://ok", "gs://ok/", "gs://ok/a?b"])
def test_another_form_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        gs.locate(url)
