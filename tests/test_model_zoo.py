"""`hub.model_zoo`: PyTorch's `load_url` and `load_state_dict_from_url`, with files that are verified."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections import OrderedDict
from typing import TYPE_CHECKING

import pytest
import torch

import hub
from hub.errors import DigestMismatch, FormatError, InvalidInput, OfflineError, UnsafeWeights
from hub.model_zoo import load_state_dict_from_url, load_url

if TYPE_CHECKING:
    from pathlib import Path

    from server import Server

pytestmark = pytest.mark.usefixtures("home")


def saved(content: object = None, *, zipped: bool = True) -> bytes:
    stream = io.BytesIO()
    state = OrderedDict(weight=torch.arange(3.0)) if content is None else content
    torch.save(state, stream, _use_new_zipfile_serialization=zipped)
    return stream.getvalue()


DATA = saved()
SHA256 = hashlib.sha256(DATA).hexdigest()


def served(server: Server, name: str = f"net-{SHA256[:8]}.pth", data: bytes = DATA) -> str:
    server.add(name, data)
    return server.url("ok", name)


def local(tmp_path: Path, name: str = f"net-{SHA256[:8]}.pth", data: bytes = DATA) -> str:
    (tmp_path / name).write_bytes(data)
    return (tmp_path / name).as_uri()


def is_net(state: dict[str, torch.Tensor]) -> bool:
    return torch.equal(state["weight"], torch.arange(3.0))


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_it_gives_what_torch_load_gives(zipped: bool, tmp_path: Path) -> None:
    module = torch.nn.Sequential(torch.nn.BatchNorm1d(2))
    url = local(tmp_path, "net.pth", saved(module.state_dict(), zipped=zipped))

    state = load_url(url, progress=False)

    expected = torch.load(tmp_path / "net.pth", weights_only=True)
    assert (type(state), list(state)) == (OrderedDict, list(expected))
    assert vars(state)["_metadata"] == vars(expected)["_metadata"]
    module.load_state_dict(state)


def test_a_training_state_comes_whole(tmp_path: Path) -> None:
    url = local(tmp_path, "training.pth", saved({"model": {"weight": torch.ones(2)}, "epoch": 3, "best": [0.5, None]}))

    state = load_url(url, progress=False)

    assert (state["epoch"], state["best"]) == (3, [0.5, None])
    assert torch.equal(state["model"]["weight"], torch.ones(2))


def test_a_file_is_fetched_once(server: Server) -> None:
    url = f"{served(server)}#sha256={SHA256}"

    first, second = load_url(url, progress=False), load_url(url, progress=False)

    assert is_net(first)
    assert is_net(second)
    assert len(server.requests) == 1


@pytest.mark.parametrize("check_hash", [True, False])
def test_a_digest_in_the_name_is_compared_whatever_check_hash_says(check_hash: bool, tmp_path: Path) -> None:
    url = local(tmp_path, "net-0123abcd.pth")

    with pytest.raises(DigestMismatch, match="sha256:0123abcd"):
        load_url(url, check_hash=check_hash, progress=False)


def test_a_date_in_the_name_is_no_digest(tmp_path: Path) -> None:
    assert is_net(load_url(local(tmp_path, "net-20230101.pth"), progress=False))


def test_two_urls_with_one_basename_do_not_meet(server: Server, tmp_path: Path) -> None:
    first = load_url(local(tmp_path, "net.pth"), progress=False)

    (tmp_path / "other").mkdir()
    second = load_url(local(tmp_path / "other", "net.pth", saved({"weight": torch.zeros(3)})), progress=False)

    assert is_net(first)
    assert not is_net(second)


def test_plain_http_without_a_whole_digest_is_refused(server: Server) -> None:
    with pytest.raises(InvalidInput, match="http can be changed on the way"):
        load_url(served(server), progress=False)

    assert server.requests == []


def test_model_dir_has_the_file_under_its_name_and_is_used_from_then_on(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{served(server)}#sha256={SHA256}"
    load_url(url, model_dir=tmp_path / "zoo", file_name="mine.pth", progress=False)
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "another store"))

    again = load_url(url, model_dir=tmp_path / "zoo", file_name="mine.pth", progress=False)

    assert is_net(again)
    assert (tmp_path / "zoo/mine.pth").read_bytes() == DATA
    assert len(server.requests) == 1


def test_a_file_in_model_dir_that_is_another_one_is_left_and_told(tmp_path: Path) -> None:
    url = local(tmp_path)
    (tmp_path / "zoo").mkdir()
    (tmp_path / "zoo/mine.pth").write_bytes(saved({"weight": torch.zeros(3)}))

    with pytest.raises(DigestMismatch, match="is not the published file"):
        load_url(url, model_dir=tmp_path / "zoo", file_name="mine.pth", progress=False)

    assert (tmp_path / "zoo/mine.pth").exists()


def test_a_file_name_leads_into_no_other_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="more than a name"):
        load_url(local(tmp_path), model_dir=tmp_path / "zoo", file_name="../mine.pth", progress=False)


def test_what_pytorch_has_fetched_before_is_used_without_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    (tmp_path / "hub/checkpoints").mkdir(parents=True)
    local(tmp_path / "hub/checkpoints")

    state = load_url(f"https://nowhere.invalid/net-{SHA256[:8]}.pth", progress=False)

    assert is_net(state)


class Evil:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self.path),))


def test_a_file_that_would_run_code_is_refused(tmp_path: Path) -> None:
    url = local(tmp_path, "evil.pth", saved({"weight": Evil(tmp_path / "victim")}))

    with pytest.raises(UnsafeWeights, match="mkdir"):
        load_url(url, progress=False)

    assert not (tmp_path / "victim").exists()


def test_weights_only_false_is_answered_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"hub\.download"):
        load_state_dict_from_url(local(tmp_path), progress=False, weights_only=False)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        load_url(local(tmp_path, "cut.pth", DATA[:-30]), progress=False)


def test_map_location_takes_what_torch_load_takes(tmp_path: Path) -> None:
    url = local(tmp_path)

    assert load_url(url, map_location="meta", progress=False)["weight"].device.type == "meta"
    assert is_net(load_url(url, map_location={"cuda:0": "cpu"}, progress=False))
    assert is_net(load_url(url, map_location=lambda storage, _: storage, progress=False))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_place_that_this_machine_lacks_is_refused_before_anything_is_fetched(server: Server) -> None:
    with pytest.raises(InvalidInput, match="no device 'cuda'"):
        load_url(f"{served(server)}#sha256={SHA256}", map_location="cuda", progress=False)

    assert server.requests == []


def test_a_zip_of_one_file_is_unpacked_as_torch_hub_does(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "net.zip", "w") as archive:
        archive.writestr("net.pth", DATA)

    assert is_net(load_url((tmp_path / "net.zip").as_uri(), progress=False))


@pytest.mark.parametrize("name", ["../../out.pth", "{root}/out.pth"])
def test_the_name_of_the_file_in_a_zip_leads_nowhere(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "net.zip", "w") as archive:
        archive.writestr(name.format(root=tmp_path / "root"), saved())

    assert is_net(load_url((tmp_path / "net.zip").as_uri(), progress=False))
    assert not (tmp_path / "root").exists()


def test_safetensors_are_read_too(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.torch")

    state = load_url(local(tmp_path, "net.safetensors", library.save({"weight": torch.arange(3.0)})), progress=False)

    assert is_net(state)


def test_offline_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_OFFLINE", "1")

    with pytest.raises(OfflineError, match=r"net\.pth"):
        load_url("https://nowhere.invalid/net.pth", progress=False)


def test_it_is_a_name_of_the_package() -> None:
    assert hub.model_zoo.load_url is load_url
