"""Datasets as points in space, and the files that TensorBoard's projector reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import small_world
import torch
from google.protobuf import text_format
from PIL import Image
from readers.packing import write_folder
from readers.photo_files import class_folders
from torch import nn

import hub
from hub import registry
from hub.errors import FormatError, InvalidInput
from hub.models.bodies import body_of
from hub.models.prediction.running import evaluating
from hub.viz import log_dataset, log_embedding, open_board

projector = pytest.importorskip("hub.viz.boards.projector", reason="tensorboard is not installed")

if TYPE_CHECKING:
    from pathlib import Path

SMALL = "squeezenet1_1"
NOISE = np.random.default_rng(0)


@pytest.fixture(scope="module")
def network() -> nn.Module:
    torch.manual_seed(0)
    return hub.load(SMALL)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cards whose files are tiny and lie on this machine."""
    folder = tmp_path_factory.mktemp("world")
    small_world.write(folder)
    return folder


@pytest.fixture
def digits(world: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Thirty pictures of one size, which is 8 pixels."""
    monkeypatch.setattr(registry, "cards_folder", lambda: world / "cards")
    monkeypatch.setenv("HUB_HOME", str(world / "store"))
    return hub.load_dataset("digits", split="all", progress=False)


@pytest.fixture
def pets(home: Path, tmp_path: Path) -> Any:
    """Pictures of different sizes and forms, in files."""
    write_folder(tmp_path / "pets", class_folders({"dog": 4, "cat": 5}))
    return hub.load_dataset("folder", data_dir=tmp_path / "pets", progress=False)["all"]


def embeddings(folder: Path) -> list[Any]:
    """Return what the projector is told of a run."""
    from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

    config = text_format.Parse((folder / "projector_config.pbtxt").read_text("utf-8"), ProjectorConfig())
    return list(config.embeddings)


def vectors_of(folder: Path, info: Any) -> Any:
    """Return vectors as TensorBoard's own plugin reads them."""
    from tensorboard.plugins.projector import projector_plugin

    path = str(folder / info.tensor_path)
    with pytest.raises(UnicodeDecodeError):
        projector_plugin._read_tensor_tsv_file(path)
    return projector_plugin._read_tensor_binary_file(path, info.tensor_shape)


def test_points_have_classes_and_pictures_beside_them(digits: Any, network: nn.Module, tmp_path: Path) -> None:
    seen = log_embedding(digits, tmp_path / "runs", network, size=32, n=20, directions=5, progress=False)

    (info,) = embeddings(tmp_path / "runs")
    labels = (tmp_path / "runs" / info.metadata_path).read_text("utf-8").splitlines()
    sheet = np.asarray(Image.open(tmp_path / "runs" / info.sprite.image_path))
    assert info.tensor_name == f"all through {SMALL}:00000"
    assert vectors_of(tmp_path / "runs", info).shape == (20, 5)
    assert seen.labels is not None
    assert (seen.vectors.shape, seen.labels.tolist()) == ((20, 512), [digits[int(row)][1] for row in seen.numbers])
    assert labels[1].split("\t")[-1] == "0"
    assert len(labels) == 21
    assert sheet.shape == (4 * 8, 5 * 8)


def test_vectors_are_those_before_the_head(digits: Any, network: nn.Module, tmp_path: Path) -> None:
    seen = log_embedding(digits, tmp_path / "runs", network, size=64, directions=None, progress=False)

    with evaluating(network):
        body = body_of(network)
        images = torch.nn.functional.interpolate(
            digits.tensors().image.float(), size=(64, 64), mode="bilinear", antialias=True
        )
        expected = body((images.round() / 255 - 0.5).expand(-1, 3, -1, -1) / 0.5)
    (info,) = embeddings(tmp_path / "runs")
    assert torch.nn.functional.cosine_similarity(seen.vectors, expected.flatten(1)).min() > 0.999
    assert np.allclose(vectors_of(tmp_path / "runs", info), seen.vectors, rtol=1e-4)
    assert seen.kept == 1


def test_pictures_of_different_sizes_become_squares(pets: Any, network: nn.Module, tmp_path: Path) -> None:
    seen = log_embedding(pets, tmp_path / "runs", network, size=40, progress=False)

    (info,) = embeddings(tmp_path / "runs")
    labels = (tmp_path / "runs" / info.metadata_path).read_text("utf-8").splitlines()
    assert seen.vectors.shape == (9, 512)
    assert list(info.sprite.single_image_dim) == [48, 48]
    assert labels[0] == "class\tlabel\tsample"
    assert {line.split("\t")[0] for line in labels[1:]} == {"cat", "dog"}


def test_any_network_takes_pictures_as_they_are(digits: Any, tmp_path: Path) -> None:
    mine = nn.Sequential(nn.Flatten(), nn.Linear(digits.tensors().image[0].numel(), 4)).train()

    seen = log_embedding(digits, tmp_path / "runs", mine, size=None, n=10, tag="mine", progress=False)

    expected = mine(digits.tensors().image[seen.numbers] / 255)
    assert torch.allclose(seen.vectors, expected, atol=1e-5)
    assert mine.training


def test_steps_and_tags_stand_beside_one_another(digits: Any, network: nn.Module, tmp_path: Path) -> None:
    for tag, step in (("a", 0), ("a", 1), ("b/c", 0), ("a", 1)):
        log_embedding(digits, tmp_path / "runs", network, n=8, size=32, tag=tag, step=step, progress=False)

    names = [info.tensor_name for info in embeddings(tmp_path / "runs")]
    assert names == ["a:00000", "b/c:00000", "a:00001"]


def test_a_dataset_is_shown_with_its_points(pets: Any, network: nn.Module, tmp_path: Path) -> None:
    log_dataset(pets, tmp_path / "runs", only=["about"], embedding=network)

    assert [info.tensor_name for info in embeddings(tmp_path / "runs")] == [f"all through {SMALL}:00000"]


def test_threads_are_as_many_afterwards_as_before(digits: Any, network: nn.Module, tmp_path: Path) -> None:
    before = torch.get_num_threads()

    log_embedding(digits, tmp_path / "runs", network, n=8, size=32, progress=False)

    assert torch.get_num_threads() == before


def test_a_body_shares_its_weights_and_leaves_the_model_alone(network: nn.Module) -> None:
    body = body_of(network)

    assert isinstance(network.get_submodule("classifier.1"), nn.Conv2d)
    assert isinstance(body.get_submodule("classifier.1"), nn.Identity)
    assert body.get_parameter("features.0.weight") is network.get_parameter("features.0.weight")


@pytest.mark.parametrize(
    ("name", "length"),
    [("resnet18", 512), ("mobilenet_v3_small", 1024), ("efficientnet_lite0", 1280), ("shufflenet_v2_x0_5", 1024)],
)
def test_a_body_gives_what_its_head_takes(name: str, length: int) -> None:
    body = body_of(hub.load(name))

    with torch.inference_mode():
        assert body(torch.zeros(1, 3, 64, 64)).shape == (1, length)


def test_a_network_for_another_task_is_refused(digits: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="lraspp_mobilenet_v3_large gives no vector for a picture"):
        log_embedding(digits, tmp_path, hub.load("lraspp_mobilenet_v3_large"), progress=False)


def test_a_size_that_the_network_does_not_take_is_told(digits: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="does not take pictures of 64 pixels"):
        log_embedding(digits, tmp_path / "runs", nn.Linear(7, 3), size=64, progress=False)


def test_labels_that_are_made_with_their_samples_are_there_too(home: Path, network: nn.Module, tmp_path: Path) -> None:
    made = hub.load_dataset("fake_data", split="train", progress=False)[:9]

    seen = log_embedding(made, tmp_path / "runs", network, size=32, progress=False)

    assert seen.labels is not None
    assert seen.labels.tolist() == [label for _, label in made]


def test_texts_are_nothing_to_embed(home: Path, network: nn.Module, digits: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nothing to embed"):
        log_embedding(digits[:0], tmp_path, network, progress=False)


def test_vectors_whose_bytes_could_be_digits_are_read_as_numbers(tmp_path: Path) -> None:
    vectors = np.frombuffer(b"1\t2\n" * 6, np.float32).reshape(3, 2)
    with open_board(tmp_path) as board:
        board.embedding("digits in disguise", vectors)

    (info,) = embeddings(tmp_path)
    assert np.allclose(vectors_of(tmp_path, info), vectors, rtol=1e-4)


def test_an_embedding_of_another_writer_is_kept(tmp_path: Path) -> None:
    from torch.utils.tensorboard.writer import SummaryWriter

    with SummaryWriter(str(tmp_path)) as writer:
        writer.add_embedding(torch.eye(3), tag="theirs")
    with open_board(tmp_path) as board:
        board.embedding("ours", np.eye(3))

    assert [info.tensor_name for info in embeddings(tmp_path)] == ["theirs:00000", "ours:00000"]


def test_a_run_that_is_written_anew_forgets_its_embeddings_alone(tmp_path: Path) -> None:
    from hub.viz.boards.tensorboard import afresh

    with open_board(tmp_path) as board:
        board.embedding("by hand", np.eye(3))
    for tag in ("first", "second"):
        with afresh(tmp_path) as board:
            board.embedding(tag, np.eye(3))

    assert [info.tensor_name for info in embeddings(tmp_path)] == ["by hand:00000", "second:00000"]
    assert [path.name for path in (tmp_path / "embeddings.hub").iterdir()] == ["second"]


def test_a_list_of_embeddings_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "projector_config.pbtxt").write_text("embeddings {{{")

    with open_board(tmp_path) as board, pytest.raises(FormatError, match="is no list of embeddings"):
        board.embedding("ours", np.eye(3))


@pytest.mark.parametrize(
    ("vectors", "said"),
    [(np.zeros(3), "has no points"), (np.array([[np.nan, 1]]), "lie nowhere")],
    ids=["no matrix", "not a number"],
)
def test_points_that_are_none_are_refused(vectors: Any, said: str, tmp_path: Path) -> None:
    with open_board(tmp_path) as board, pytest.raises(InvalidInput, match=said):
        board.embedding("points", vectors)


def test_too_few_labels_or_pictures_are_told(tmp_path: Path) -> None:
    with open_board(tmp_path) as board:
        with pytest.raises(InvalidInput, match="as many labels as points"):
            board.embedding("points", np.eye(3), labels=["a"])
        with pytest.raises(InvalidInput, match="as many pictures as points"):
            board.embedding("points", np.eye(3), pictures=np.zeros((2, 4, 4, 3), np.uint8))


@pytest.mark.parametrize(("count", "side", "fits"), [(10, 48, 48), (10_000, 80, 80), (10_000, 96, 81)])
def test_a_sheet_is_no_larger_than_a_graphics_card_takes(count: int, side: int, fits: int) -> None:
    pictures = np.broadcast_to(np.uint8(7), (count, side, side, 1))

    small = projector.fitting(pictures)

    assert small.shape == (count, fits, fits, 1)
    assert max(projector.sheet(small[:10]).size) <= 4 * fits


def test_pictures_stand_on_a_sheet_row_after_row() -> None:
    pictures = np.arange(5, dtype=np.uint8).reshape(5, 1, 1, 1).repeat(2, axis=1)

    assert np.asarray(projector.sheet(pictures))[::2].tolist() == [[0, 1, 2], [3, 4, 0]]
