"""Whatever happens to files, disks and other processes: the right weights, or an error that says what to do."""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec
import pytest
import torch

from hub import registry, settings
from hub.cards import Artifact, Source, Weights
from hub.errors import DigestMismatch, FormatError, HubError
from hub.models.selection import OwnFile
from hub.models.weights import local
from hub.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hub.models.selection import Chosen
    from hub.models.weights.local import LocalWeights

LOADING = """
import logging, sys
from pathlib import Path
from hub import registry, settings
from hub.models.selection import OwnFile
from hub.models.weights import local
from hub.progress import Silent
if "talking" in sys.argv:
    logging.basicConfig(level="INFO", format="%(message)s")
if "by its URL" in sys.argv:
    from hub.model_zoo import load_url
    print(float(load_url(sys.argv[2], progress=False)["weight"].sum()))
    sys.exit()
if "in a small file" in sys.argv:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
found = local.bring(OwnFile(Path(sys.argv[1])), registry.find_model("resnet18"), settings.current(), Silent())
print(float(found.state.tensors["weight"].sum()))
"""

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1


def obey_modes() -> None:
    """Make root obey file modes as everybody does; the process that is run next inherits that."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


def start(path: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LOADING, str(path), *arguments]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=obey_modes,  # noqa: PLW1509  it takes no lock that another thread could hold
    )


def save(path: Path, value: float = 1.0, *, zipped: bool = True) -> Path:
    torch.save({"weight": torch.full((100, 1000), value)}, path, _use_new_zipfile_serialization=zipped)
    return path


def save_legacy(path: Path) -> Path:
    return save(path, zipped=False)


def save_safetensors(path: Path) -> Path:
    save_file = pytest.importorskip("safetensors.torch").save_file
    save_file({"weight": torch.ones(100, 1000)}, path)
    return path


def brought(chosen: Chosen) -> LocalWeights:
    return local.bring(chosen, registry.find_model("resnet18"), settings.current(), Silent())


def own(path: Path) -> LocalWeights:
    return brought(OwnFile(path))


def weight(found: LocalWeights) -> float:
    return float(found.state.tensors["weight"].sum())


def published(path: Path, sha256: str = "") -> Weights:
    entry = registry.find_model("resnet18")
    artifact = Artifact(
        name="net.pth",
        sha256=sha256 or hashlib.sha256(path.read_bytes()).hexdigest(),
        sources=(Source(url=path.as_uri()),),
    )
    return msgspec.structs.replace(registry.weights_of(entry, registry.DEFAULT), artifact=artifact)


def kept(home: Path) -> list[str]:
    """What lies in the store, apart from elections, leases, the registry's index and the note that it is a store."""
    inside = (path.relative_to(home / "v1") for path in home.rglob("*") if path.is_file())
    return sorted(str(path) for path in inside if path.parts[0] not in ("elections", "leases", "index", "CACHEDIR.TAG"))


SAVED = [
    pytest.param(save, id="zip"),
    pytest.param(save_legacy, id="legacy"),
    pytest.param(save_safetensors, id="safetensors"),
]


@pytest.mark.parametrize("write", SAVED)
@pytest.mark.parametrize("part", [0.0, 0.001, 0.5, 0.999])
@pytest.mark.parametrize("choose", [OwnFile, published], ids=["own", "published"])
def test_a_cut_file_is_an_error_of_three_lines_and_nothing_is_made_of_it(
    write: Callable[[Path], Path], part: float, choose: Callable[[Path], Chosen], tmp_path: Path, home: Path
) -> None:
    path = write(tmp_path / "net.pth")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])

    with pytest.raises(FormatError) as caught:
        brought(choose(path))

    assert len(str(caught.value).splitlines()) == 3
    assert [name for name in kept(home) if name.startswith(("weights", "tmp"))] == []


def test_published_weights_of_another_digest_are_refused_and_not_kept(tmp_path: Path, home: Path) -> None:
    path = save(tmp_path / "net.pth")

    with pytest.raises(DigestMismatch):
        brought(published(path, "0" * 64))

    assert kept(home) == []


def converted(home: Path) -> Path:
    (path,) = (home / "v1/weights").iterdir()
    return path


def test_a_converted_file_may_be_deleted_while_it_is_mapped(tmp_path: Path, home: Path) -> None:
    found = own(save(tmp_path / "net.pth"))
    converted(home).unlink()

    assert weight(found) == 100_000
    assert weight(own(tmp_path / "net.pth")) == 100_000


def test_a_file_may_be_replaced_by_a_rename_while_it_is_mapped(tmp_path: Path, home: Path) -> None:
    found = own(save(tmp_path / "net.pth"))
    save(tmp_path / "new.pth", 2.0).rename(tmp_path / "net.pth")
    converted(home).rename(tmp_path / "elsewhere")

    assert weight(found) == 100_000
    assert weight(own(tmp_path / "net.pth")) == 200_000


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="emptied"),
        pytest.param(lambda raw: raw[: len(raw) // 2], id="cut"),
        pytest.param(lambda raw: bytes(4096) + raw[4096:], id="a page of zeros"),
    ],
)
def test_a_damaged_converted_file_is_made_anew(damage: Callable[[bytes], bytes], tmp_path: Path, home: Path) -> None:
    path = save(tmp_path / "net.pth")
    own(path)
    raw = converted(home).read_bytes()
    converted(home).chmod(0o644)
    converted(home).write_bytes(damage(raw))

    assert weight(own(path)) == 100_000
    assert converted(home).read_bytes() == raw


def read_only(home: Path) -> None:
    for path in (home, *(each for each in home.rglob("*") if each.is_dir())):
        path.chmod(0o555)


@pytest.fixture
def writable_again(home: Path) -> object:
    yield
    for path in (home, *(each for each in home.rglob("*") if each.is_dir())):
        path.chmod(0o755)


@pytest.mark.usefixtures("writable_again")
def test_a_store_that_cannot_be_written_serves_what_it_has(tmp_path: Path, home: Path) -> None:
    path = save(tmp_path / "net.pth")
    own(path)
    read_only(home)

    child = start(path)

    assert child.communicate(timeout=60) == ("100000.0\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("write", SAVED)
@pytest.mark.usefixtures("writable_again")
def test_a_store_that_cannot_be_written_keeps_nobody_from_files_of_ones_own(
    write: Callable[[Path], Path], tmp_path: Path, home: Path
) -> None:
    path = write(tmp_path / "net.pth")
    before = sorted(home.rglob("*"))
    read_only(home)

    out, said = start(path, "talking").communicate(timeout=60)

    assert out == "100000.0\n"
    assert said.splitlines() == [f"{home} cannot be written: weights are read out of {path} each time"]
    assert sorted(home.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.usefixtures("writable_again")
def test_a_file_url_is_read_where_it_lies_if_the_store_cannot_be_written(tmp_path: Path, home: Path) -> None:
    path = save(tmp_path / "net.pth")
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    before = sorted(home.rglob("*"))
    read_only(home)

    whole, wrong = (start(path, f"{path.as_uri()}#sha256={digest}", "by its URL") for digest in (right, "0" * 64))

    assert whole.communicate(timeout=60) == ("100000.0\n", "")
    assert "DigestMismatch" in wrong.communicate(timeout=60)[1]
    assert sorted(home.rglob("*")) == before


def test_a_disk_that_fills_up_leaves_no_half_of_a_file(tmp_path: Path, home: Path) -> None:
    path = save(tmp_path / "net.pth")

    _, said = start(path, "in a small file").communicate(timeout=60)

    assert "StoreError" in said
    assert [name for name in kept(home) if name != "own_weights.json"] == []
    assert weight(own(path)) == 100_000


@pytest.mark.slow
def test_four_processes_at_once_make_one_converted_file(tmp_path: Path, home: Path) -> None:
    path = save(tmp_path / "net.pth")

    children = [start(path) for _ in range(4)]

    assert [child.communicate(timeout=60) for child in children] == [("100000.0\n", "")] * 4
    assert converted(home).exists()


def test_threads_at_once_make_one_converted_file(tmp_path: Path, home: Path) -> None:
    path = save(tmp_path / "net.pth")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(own, [path] * 4))

    assert [weight(each) for each in found] == [100_000] * 4
    assert converted(home).exists()


def test_a_folder_is_no_weights_file(tmp_path: Path) -> None:
    with pytest.raises(HubError) as caught:
        own(tmp_path)

    assert "cannot read the weights file" in str(caught.value)
