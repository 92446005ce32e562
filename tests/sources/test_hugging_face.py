"""`hf:` sources: a file on Hugging Face, with the digest that it states."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hugging_face import TOKEN

import hub
from hub import sources
from hub.cards import Artifact, Source
from hub.digest import Digest
from hub.errors import BadStatus, DigestMismatch, InvalidInput, TransferError, Unreachable
from hub.progress import Silent
from hub.sources import hugging_face as hf
from hub.sources.base import FileRefused
from hub.transfer import Transfers

if TYPE_CHECKING:
    from pathlib import Path

    from hugging_face import HuggingFace
    from server import Server

    from hub.store.layout import Layout

DATA = bytes(range(256)) * 40
SHA256 = hashlib.sha256(DATA).hexdigest()
FILE = "net.a1_in1k/model.safetensors"


def get(layout: Layout, *urls: str) -> bytes:
    artifact = Artifact(name="net", sources=tuple(Source(url=url) for url in urls))
    with Transfers(layout, Silent(), sleep=lambda _: None) as transfers:
        return transfers.get(artifact).path.read_bytes()


def test_a_file_is_found_with_its_digest(hugging_face: HuggingFace) -> None:
    hugging_face.add(f"timm/{FILE}", DATA)

    location = sources.locate(f"hf://timm/{FILE}")

    assert location.url == f"{hugging_face.endpoint}/timm/net.a1_in1k/resolve/main/model.safetensors"
    assert location.digests == (Digest("sha256", SHA256),)


def test_the_bytes_come_from_where_it_leads(hugging_face: HuggingFace, mirror: Server, layout: Layout) -> None:
    hugging_face.add(f"timm/{FILE}", DATA)

    assert get(layout, f"hf://timm/{FILE}") == DATA
    assert len(mirror.requests) == 1


def test_a_revision_may_be_named(hugging_face: HuggingFace) -> None:
    hugging_face.add(f"timm/{FILE}", DATA)

    location = sources.locate("hf://timm/net.a1_in1k@v2/model.safetensors")

    assert "/resolve/v2/" in location.url


def test_a_renamed_repository_is_followed(hugging_face: HuggingFace, layout: Layout) -> None:
    hugging_face.add(f"timm/{FILE}", DATA)

    assert get(layout, f"hf://renamed/{FILE}") == DATA


def test_a_small_file_has_no_digest_and_is_fetched_all_the_same(hugging_face: HuggingFace, layout: Layout) -> None:
    hugging_face.add("small/net/config.json", b"{}")

    assert sources.locate("hf://small/net/config.json").digests == ()
    assert get(layout, "hf://small/net/config.json") == b"{}"


def test_other_bytes_than_those_stated_are_refused(hugging_face: HuggingFace, layout: Layout) -> None:
    hugging_face.add(f"lying/{FILE}", DATA)

    with pytest.raises(DigestMismatch):
        get(layout, f"hf://lying/{FILE}")


def test_the_next_file_is_taken_if_one_is_not_there(hugging_face: HuggingFace, layout: Layout) -> None:
    hugging_face.add("timm/net/pytorch_model.bin", DATA)

    with pytest.raises(BadStatus):
        sources.locate("hf://timm/net/model.safetensors")
    assert get(layout, "hf://timm/net/model.safetensors", "hf://timm/net/pytorch_model.bin") == DATA


@pytest.mark.parametrize("place", ["variable", "file"])
def test_a_token_opens_what_is_behind_a_log_in_and_goes_no_further(
    place: str,
    hugging_face: HuggingFace,
    mirror: Server,
    layout: Layout,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    hugging_face.add(f"gated/{FILE}", DATA)
    if place == "variable":
        monkeypatch.setenv("HF_TOKEN", TOKEN)
    else:
        (tmp_path / "hugging_face").mkdir()
        (tmp_path / "hugging_face" / "token").write_text(f"{TOKEN}\n")
    # requests tells hosts apart by name, and by port only from one standard one to another.
    monkeypatch.setenv("HF_ENDPOINT", hugging_face.endpoint.replace("127.0.0.1", "localhost"))

    assert get(layout, f"hf://gated/{FILE}") == DATA
    assert "Authorization" not in mirror.requests[0].headers


def test_without_a_token_the_error_says_what_to_do(hugging_face: HuggingFace, layout: Layout) -> None:
    hugging_face.add(f"gated/{FILE}", DATA)

    with pytest.raises(FileRefused) as refused:
        sources.locate(f"hf://gated/{FILE}")
    with pytest.raises(TransferError) as failed:
        get(layout, f"hf://gated/{FILE}")

    assert "log in" in refused.value.what
    assert "HF_TOKEN" in failed.value.hint


def test_a_token_is_not_shown(monkeypatch: pytest.MonkeyPatch, hugging_face: HuggingFace) -> None:
    hugging_face.add(f"gated/{FILE}", DATA)
    monkeypatch.setenv("HF_TOKEN", TOKEN)

    assert TOKEN not in repr(sources.locate(f"hf://gated/{FILE}"))


def test_a_host_that_does_not_answer_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    with pytest.raises(Unreachable):
        sources.locate(f"hf://timm/{FILE}")


@pytest.mark.parametrize("url", ["hf://timm/net", "hf:timm/net/a", "hf://timm", "hf://timm/net/a?b", "hf:///net/a"])
def test_another_form_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="no Hugging Face source"):
        hf.locate(url)


def test_such_a_file_can_be_downloaded_by_its_url(hugging_face: HuggingFace, home: Path, tmp_path: Path) -> None:
    hugging_face.add(f"timm/{FILE}", DATA)

    (copy,) = hub.download(f"hf://timm/{FILE}", to=tmp_path / "copies", progress=False)

    assert copy == tmp_path / "copies" / "model.safetensors"
    assert copy.read_bytes() == DATA
