"""What is on this machine is not fetched: folders and bundles, as people use them."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from bundles.packing import bundle, sha256

import hub
from hub import cli
from hub.store.layout import Layout

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"train.txt": b"train\n" * 40, "test.txt": b"test\n" * 40}


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    path = tmp_path / "words.tar"
    path.write_bytes(bundle(Layout(tmp_path / "there"), FILES))
    return path


@pytest.mark.usefixtures("home")
def test_a_bundle_is_told_from_other_files_by_what_it_is(packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renamed = packed.rename(packed.with_name("anything"))

    assert cli.run(["import", str(renamed)]) == 0

    out, err = capsys.readouterr()
    assert out == "words@1.0.0  2 of 2 files  440 B of 440 B\n"
    assert "imported and verified: 2 files, 440 B" in err
    assert "this hub cannot load it: there is no dataset 'words'" in err


@pytest.mark.usefixtures("home")
def test_json_tells_what_came_in(packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["import", str(packed), "--json", "--quiet"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["names"] == [{"name": "words@1.0.0", "files": 2, "of": 2, "bytes": 440}]
    assert told["imported"] == sorted(map(sha256, FILES.values()))


def test_a_dry_run_lists_and_leaves_the_store_alone(
    packed: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["import", str(packed), "--dry-run"]) == 0

    assert "to import: 2 files, 440 B" in capsys.readouterr().err
    assert not (home / "v1" / "blobs").exists()


@pytest.mark.usefixtures("home")
def test_a_cut_bundle_says_what_came_in_and_then_what_is_missing(
    packed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed.write_bytes(packed.read_bytes()[:-1500])

    assert cli.run(["import", str(packed)]) == 5

    out, err = capsys.readouterr()
    assert out.startswith("words@1.0.0  1 of 2 files")
    assert "words.tar is damaged or was cut: 1 of 2 files are missing" in err


def test_bundles_go_through_pipes(tmp_path: Path, packed: Path, home: Path) -> None:
    command = [sys.executable, "-m", "hub", "import", "-", "--quiet"]

    done = subprocess.run(command, input=packed.read_bytes(), capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (0, b"words@1.0.0  2 of 2 files  440 B of 440 B\n")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("name", "code", "said"),
    [("nothing", 1, "there is no file or folder"), ("notes.txt", 2, "is no bundle"), ("x.zip", 2, "unpack it")],
)
def test_what_is_neither_is_refused_with_what_to_do(
    tmp_path: Path, name: str, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04")

    assert cli.run(["import", str(tmp_path / name), "--quiet"]) == code

    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_folder_of_other_things_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "notes.txt").write_text("notes")

    assert cli.run(["import", str(tmp_path / "data")]) == 0

    assert "data_dir=" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_bare_word_behind_the_path_is_a_name_even_if_a_file_is_called_so(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mnist").mkdir()

    assert cli.run(["import", str(packed), "mnist"]) == 3

    assert "words.tar does not hold 'mnist'" in capsys.readouterr().err


def test_an_address_goes_through_a_bundle(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words.txt").write_bytes(b"words")
    url = (tmp_path / "words.txt").as_uri()
    assert cli.run(["export", str(tmp_path / "x.tar"), url, "--quiet"]) == 0
    (tmp_path / "words.txt").unlink()
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("HUB_OFFLINE", "1")

    assert cli.run(["import", str(tmp_path / "x.tar"), "--quiet"]) == 0

    assert hub.download(url, progress=False)[0].read_bytes() == b"words"


def test_a_project_with_a_lockfile_is_exported_as_it_is_locked(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_bytes(b"words")
    assert cli.run(["lock", (tmp_path / "words.txt").as_uri(), "--quiet"]) == 0
    capsys.readouterr()

    assert cli.run(["export", "x.tar", "--json", "--quiet"]) == 0

    assert json.loads(capsys.readouterr().out)["bytes"] == 5


def test_what_a_shared_store_has_is_exported_from_there(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words.txt").write_bytes(b"words")
    url = (tmp_path / "words.txt").as_uri() + f"#sha256={sha256(b'words')}"
    hub.download(url, progress=False)
    (tmp_path / "words.txt").unlink()
    monkeypatch.setenv("HUB_SHARED", str(home))
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "elsewhere"))

    assert cli.run(["export", str(tmp_path / "x.tar"), url, "--offline", "--quiet"]) == 0

    assert b"words" in (tmp_path / "x.tar").read_bytes()


@pytest.mark.usefixtures("home")
def test_without_names_and_lockfile_there_is_nothing_to_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert cli.run(["export", "x.tar"]) == 2

    assert "hub export FILE NAME..." in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_offline_what_is_missing_cannot_be_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["export", str(tmp_path / "x.tar"), "mnist", "--offline", "--quiet"]) == 7

    assert list(tmp_path.glob("*.tar")) == []


@pytest.mark.usefixtures("home")
def test_a_dry_export_tells_sizes_and_fetches_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", str(tmp_path / "x.tar"), "mnist", "resnet18", "--dry-run"]) == 0

    assert "mnist@1.0.0" in capsys.readouterr().out
    assert list(tmp_path.glob("*.tar")) == []


@pytest.fixture(scope="session")
def mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MNIST as torchvision leaves it: packed and unpacked, below ./data/MNIST/raw."""
    raw = tmp_path_factory.mktemp("torchvision") / "data" / "MNIST" / "raw"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(tmp_path_factory.mktemp("mnist_home")))
        hub.download("mnist", to=raw, progress=False)
    for path in list(raw.iterdir()):
        path.chmod(0o644)
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 1))
    return raw.parent.parent


def used(*folders: Path) -> int:
    files = {(s.st_dev, s.st_ino): s.st_blocks for folder in folders for s in (p.lstat() for p in folder.rglob("*"))}
    return 512 * sum(files.values())


@pytest.mark.network
def test_torchvisions_folder_costs_nothing_twice_and_loads_without_a_network(
    mnist: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = shutil.copytree(mnist, tmp_path / "data")
    before = used(data)
    monkeypatch.setenv("HUB_OFFLINE", "1")

    assert cli.run(["import", str(data)]) == 0

    assert capsys.readouterr().out == "mnist@1.0.0  4 of 4 files  55.0 MB\n"
    grown = used(data, home / "v1" / "blobs", home / "v1" / "refs") - before
    assert grown < 100_000
    assert len(hub.load_dataset("mnist", split="test", progress=False)) == 10_000


@pytest.mark.network
def test_packed_files_alone_suffice(mnist: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "data" / "MNIST" / "raw"
    shutil.copytree(mnist / "MNIST" / "raw", raw, ignore=shutil.ignore_patterns("*ubyte"))
    monkeypatch.setenv("HUB_OFFLINE", "1")

    assert cli.run(["import", str(tmp_path / "data"), "--quiet"]) == 0

    assert len(hub.load_dataset("mnist", split="test", progress=False)) == 10_000


@pytest.mark.network
def test_mnist_goes_through_a_bundle_and_loads_without_a_network(
    mnist: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.run(["import", str(mnist), "--copy", "--quiet"]) == 0
    bundles = [tmp_path / "one.tar", tmp_path / "two.tar"]
    assert all(cli.run(["export", str(path), "mnist", "--offline", "--quiet"]) == 0 for path in bundles)
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("HUB_OFFLINE", "1")

    assert cli.run(["import", str(bundles[0]), "--quiet"]) == 0

    assert bundles[0].read_bytes() == bundles[1].read_bytes()
    assert hub.load_dataset("mnist", split="test", progress=False)[0].label == 7
