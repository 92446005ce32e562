from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from hub.errors import FormatError, UnsafeWeights
from hub.models.weights import published

if TYPE_CHECKING:
    from collections.abc import Callable

TENSORS = {"weight": torch.arange(6.0).reshape(2, 3), "count": torch.tensor(3)}


class MakesFolder:
    """Makes a folder when it is unpickled without restrictions."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self.path),))


def legacy(content: object, path: Path) -> None:
    torch.save(content, path, _use_new_zipfile_serialization=False)


def plain_pickle(content: object, path: Path) -> None:
    path.write_bytes(pickle.dumps(content, protocol=2))


FORMS = [pytest.param(torch.save, id="zip"), pytest.param(legacy, id="legacy")]
PICKLES = [*FORMS, pytest.param(plain_pickle, id="pickle")]


@pytest.mark.parametrize("save", FORMS)
def test_a_state_dict_is_read_in_both_containers(tmp_path: Path, save: Callable[[object, Path], None]) -> None:
    save(TENSORS, tmp_path / "a.pth")

    state = published.read_state(tmp_path / "a.pth")

    assert all(torch.equal(state.tensors[name], tensor) for name, tensor in TENSORS.items())


@pytest.mark.parametrize("save", PICKLES)
def test_a_file_that_wants_to_run_code_is_refused_and_runs_nothing(
    tmp_path: Path, save: Callable[[object, Path], None]
) -> None:
    victim = tmp_path / "victim"
    save({"weight": TENSORS["weight"], "evil": MakesFolder(victim)}, tmp_path / "evil.pth")

    with pytest.raises(UnsafeWeights, match="wants to run code") as caught:
        published.read_state(tmp_path / "evil.pth")

    assert not victim.exists()
    assert "mkdir" in str(caught.value.found)


def test_a_whole_pickled_model_is_refused_with_what_to_save_instead(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2), tmp_path / "model.pth")

    with pytest.raises(UnsafeWeights, match="state_dict") as caught:
        published.read_state(tmp_path / "model.pth")

    assert "torch.nn.modules.linear.Linear" in str(caught.value.found)


@pytest.mark.parametrize("save", FORMS)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_damaged_and_not_called_unsafe(
    tmp_path: Path, save: Callable[[object, Path], None], part: float
) -> None:
    path = tmp_path / "cut.pth"
    save({"weight": torch.ones(4000)}, path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])

    with pytest.raises(FormatError):
        published.read_state(path)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", bytes(100), b"PK\x03\x04" + bytes(50)])
def test_rubbish_is_no_weights_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rubbish.pth").write_bytes(content)

    with pytest.raises(FormatError):
        published.read_state(tmp_path / "rubbish.pth")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TENSORS["weight"], id="a tensor"),
        pytest.param([1, 2], id="a list"),
        pytest.param({}, id="nothing"),
        pytest.param({1: TENSORS["weight"]}, id="a number as name"),
    ],
)
def test_what_is_no_state_dict_is_an_error(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "other.pth")

    with pytest.raises(FormatError, match="holds no state dict"):
        published.read_state(tmp_path / "other.pth")


def test_a_training_state_says_where_the_state_dict_lies(tmp_path: Path) -> None:
    torch.save({"state_dict": TENSORS, "epoch": 3}, tmp_path / "training.pth")

    with pytest.raises(FormatError, match="under 'state_dict'"):
        published.read_state(tmp_path / "training.pth")


def test_what_the_hint_for_a_training_state_says_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"model": TENSORS, "epoch": 3}, "training.pth")
    with pytest.raises(FormatError) as caught:
        published.read_state(Path("training.pth"))

    exec(caught.value.hint.partition("alone: ")[2], {"torch": torch})  # noqa: S102  the code that users are told

    assert published.read_state(Path("weights.pth")).tensors.keys() == TENSORS.keys()


@pytest.mark.parametrize("save", FORMS)
@pytest.mark.parametrize(
    "wrap", [nn.DataParallel, torch.compile, lambda module: torch.compile(nn.DataParallel(module))]
)
def test_the_names_of_a_wrapped_network_are_those_of_the_network(
    tmp_path: Path, save: Callable[[object, Path], None], wrap: Callable[[nn.Module], nn.Module]
) -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    save(network.state_dict(), tmp_path / "plain.pth")
    save(wrap(network).state_dict(), tmp_path / "wrapped.pth")

    state = published.read_state(tmp_path / "wrapped.pth")

    plain = published.read_state(tmp_path / "plain.pth")
    assert list(state.tensors) == list(plain.tensors)
    assert state.versions == plain.versions


def test_a_prefix_that_not_every_name_has_stays(tmp_path: Path) -> None:
    torch.save({"module.weight": torch.ones(2), "n_averaged": torch.tensor(3)}, tmp_path / "averaged.pth")

    assert list(published.read_state(tmp_path / "averaged.pth").tensors) == ["module.weight", "n_averaged"]


def test_the_versions_of_the_modules_are_kept(tmp_path: Path) -> None:
    torch.save(torch.nn.Sequential(torch.nn.BatchNorm1d(2)).state_dict(), tmp_path / "a.pth")

    state = published.read_state(tmp_path / "a.pth")

    assert state.versions == {"": 1, "0": 2}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"", "an empty file", id="nothing"),
        pytest.param(b"<!DOCTYPE html><html>Log in", "a web page", id="a page in place of the file"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull", id="a pointer of Git LFS"),
        pytest.param(b"\x89HDF\r\n\x1a\n", "HDF5", id="Keras"),
        pytest.param(b"PK\x03\x04 and the rest is lost", "breaks off after 25 bytes", id="cut short"),
        pytest.param(bytes(range(128, 256)), "bytes that are no pickle", id="anything"),
    ],
)
def test_what_lies_there_instead_of_weights_is_named(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(content)

    with pytest.raises(FormatError) as caught:
        published.read_state(path)

    assert kind in str(caught.value)
    assert "weights_only" not in str(caught.value), "PyTorch says how to let the file run code"


@pytest.mark.filterwarnings("ignore:.*torch.jit.:FutureWarning", "ignore:.*torch.jit.:DeprecationWarning")
def test_a_torchscript_program_says_what_to_save_instead(tmp_path: Path) -> None:
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), tmp_path / "program.pt")

    with pytest.raises(FormatError, match=r"TorchScript program: save the state_dict\(\)"):
        published.read_state(tmp_path / "program.pt")
