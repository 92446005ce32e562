"""The real TensorBoard shows all that is written: every panel, in a browser, without a fault."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import pytest
import torch
from browser import DRAWING_IN_SPACE, Watched, browser
from evaluation.trained import as_numbers, colours, network
from readers.packing import write_folder
from readers.photo_files import class_folders
from torch import Tensor, nn

import hub
from hub.viz import compare, log_dataset, log_model, log_predictions, open_board

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.web
pytest.importorskip("tensorboard")

PATIENCE_MS = 60_000
"""TensorBoard loads a panel when it is first opened; a busy machine takes its time."""

EVERYTHING_LOADED = "--load_fast=false"
"""Without it another process reads the files, some seconds behind."""


class Chooser(nn.Module):
    """A network that tracing cannot follow."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.head = nn.Linear(8, 8), nn.Linear(8, 2)

    def forward(self, inputs: Tensor) -> Tensor:
        if torch._C._get_tracing_state():
            raise RuntimeError("not while somebody looks")
        scores: Tensor = self.head(self.body(inputs))
        return scores


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of each kind."""
    folder = tmp_path_factory.mktemp("shown") / "logs"
    random = np.random.default_rng(0)
    with pytest.MonkeyPatch.context() as patch, open_board(folder / "by_hand") as board:
        patch.setenv("HUB_HOME", str(tmp_path_factory.mktemp("home")))
        for step in range(5):
            board.scalar("train/loss", 1 / (step + 1), step)
            board.scalars("accuracy", {"train": step / 5, "test": step / 6}, step)
            board.histogram("noise", random.normal(step, 1, 1000), step)
        board.layout({"together": {"both losses": ["train/loss"]}})
        board.video("film", random.integers(0, 256, (4, 32, 32, 3), np.uint8))
        board.audio("tone", np.sin(np.arange(4000) / 5), rate=8000)
        board.mesh("cloud", random.normal(size=(200, 3)), colours=random.integers(0, 256, (200, 3), np.uint8))
        board.mesh("solid", np.eye(3), faces=[[0, 1, 2]])
        pictures = list(random.integers(0, 256, (20, 8, 8, 3), np.uint8))
        for step in range(2):
            labels = {"letter": [*"abcde"] * 4, "number": range(20)}
            board.embedding("points", random.normal(size=(20, 5)), step, labels=labels, pictures=pictures)
        board.pr_curve("is it", random.integers(0, 2, 100), random.random(100))
        board.heatmap("confusion", random.integers(0, 9, (3, 3)), [*"abc"], [*"abc"])
        write_folder(folder.parent / "pets", class_folders({"dog": 2, "cat": 3}))
        pets = hub.load_dataset("folder", data_dir=folder.parent / "pets", progress=False)
        log_dataset(pets, folder / "pets", samples=4)
        shades = colours(folder.parent / "shades")
        shades.transform = as_numbers
        log_predictions(folder / "shades_of_colours", network(), shades)
        log_model(nn.Sequential(nn.Linear(8, 8), nn.ReLU()), folder / "traced", inputs=torch.randn(2, 8))
        log_model(Chooser(), folder / "modules", inputs=torch.randn(2, 8))
    compare(
        {
            "small": {"lr": 0.1, "metrics": {"accuracy": 0.91}},
            "large": {"lr": 0.2, "layers": 8, "metrics": {"accuracy": 0.97, "top5": 0.995}},
        },
        folder / "table",
    )
    return folder


@pytest.fixture(scope="module")
def address(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where TensorBoard shows them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    host, port = place.split(":")
    arguments = ["--logdir", str(logs), "--host", host, "--port", port, EVERYTHING_LOADED]
    said = (tmp_path_factory.mktemp("server") / "log").open("wb")
    command = [sys.executable, "-W", "ignore", "-m", "tensorboard.main", *arguments]
    with said, subprocess.Popen(command, stdout=said, stderr=said) as server:
        until = time.monotonic() + 120
        while not _has_read_all(f"http://{place}/"):
            assert server.poll() is None
            assert time.monotonic() < until
            time.sleep(0.3)
        yield f"http://{place}/"
        server.terminate()


def _has_read_all(address: str) -> bool:
    try:
        with urlopen(f"{address}data/runs") as answer:  # noqa: S310  our own server
            return b"table/large" in answer.read()
    except URLError:
        return False


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser(*DRAWING_IN_SPACE) as started:
        yield started


@pytest.fixture
def watched(chromium: Browser, address: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    """A page of TensorBoard; a picture of it is kept, and it must end without a fault."""
    context = chromium.new_context(viewport={"width": 1500, "height": 1000})
    found = Watched(context.new_page(), address)
    found.page.set_default_timeout(PATIENCE_MS)
    yield found
    found.page.screenshot(path=tmp_path / f"{request.node.name}.png")
    context.close()
    assert found.faults == []


def panel(watched: Watched, name: str) -> Page:
    watched.page.goto(f"{watched.site}#{name}")
    return watched.page


def until_there(shown: Locator, count: int = 1) -> Locator:
    shown.nth(count - 1).wait_for(state="attached")
    shown.first.wait_for()
    return shown


def unfolded(page: Page, group: str) -> None:
    """Open a group of cards that is folded; the first ones are open."""
    heading = until_there(page.locator("tf-category-paginated-view", has_text=group)).first
    if not heading.locator("iron-collapse").first.is_visible():
        heading.locator("button.heading").first.click()


def test_scalars_are_curves(watched: Watched) -> None:
    page = panel(watched, "scalars")

    unfolded(page, "train")

    until_there(page.locator("tf-scalar-card", has_text="train/loss").locator("vz-line-chart2 path"))


def test_charts_are_put_together(watched: Watched) -> None:
    card = panel(watched, "custom_scalars").locator("tf-custom-scalar-multi-line-chart-card", has_text="both losses")

    until_there(card.locator("path"))


def test_pictures_are_shown(watched: Watched) -> None:
    page = panel(watched, "images")
    for group in ("classes", "confusion", "film", "samples"):
        unfolded(page, group)

    pictures = until_there(page.locator("tf-image-loader img"), 3)
    page.wait_for_function("picture => picture.naturalWidth > 0", arg=pictures.first.element_handle())

    assert pictures.count() >= 3


def test_sounds_can_be_played(watched: Watched) -> None:
    player = until_there(panel(watched, "audio").locator("tf-audio-loader audio")).first

    watched.page.wait_for_function("player => player.duration > 0.4", arg=player.element_handle())


def test_histograms_are_drawn_for_weights_and_activations(watched: Watched) -> None:
    page = panel(watched, "histograms")

    for group in ("activations", "weights of 0", "noise"):
        unfolded(page, group)

    until_there(page.locator("tf-histogram-loader", has_text="noise").locator("g.histogram"), 5)
    until_there(page.locator("tf-histogram-loader", has_text="activations/0").locator("g.histogram path"))


def test_distributions_are_drawn_over_steps(watched: Watched) -> None:
    page = panel(watched, "distributions")
    unfolded(page, "noise")

    areas = page.locator("tf-distribution-loader", has_text="noise").locator("vz-distribution-chart path")

    areas.first.wait_for(state="attached")


@pytest.mark.parametrize(
    ("run", "outer", "inner"),
    [("traced", "Sequential", "Linear[0]"), ("modules", "Chooser", "body")],
    ids=["computations", "modules"],
)
def test_a_graph_opens_with_a_double_click(watched: Watched, run: str, outer: str, inner: str) -> None:
    page = panel(watched, "graphs")
    scene = page.locator("tf-graph-scene")
    choice = until_there(page.locator("tf-graph-controls paper-dropdown-menu")).first
    choice.click()
    choice.locator("paper-item", has_text=run).click()

    node = until_there(scene.locator("g.node", has_text=outer)).first
    node.locator("rect").first.dblclick()

    until_there(scene.locator("g.node text", has_text=inner))


def test_texts_are_tables(watched: Watched) -> None:
    page = panel(watched, "text")
    for group in ("about", "modules"):
        unfolded(page, group)

    for said in ("samples", "Chooser", "Linear"):
        until_there(page.locator("tf-text-loader td").get_by_text(said, exact=True))


def test_precision_and_recall_are_a_curve(watched: Watched) -> None:
    card = panel(watched, "pr_curves").locator("tf-pr-curve-card", has_text="is it")

    until_there(card.locator("path"))


def test_predictions_have_a_curve_for_each_class(watched: Watched) -> None:
    page = panel(watched, "pr_curves")
    unfolded(page, "precision and recall")

    until_there(page.locator("tf-pr-curve-card", has_text="yellow").locator("path"))

    assert page.locator("tf-pr-curve-card", has_text="precision and recall").count() >= 6


def test_confusion_and_mistakes_are_pictures(watched: Watched) -> None:
    page = panel(watched, "images")
    for group in ("confusion", "predictions"):
        unfolded(page, group)

    until_there(page.locator("tf-image-loader", has_text="all classes").locator("img"))
    until_there(page.locator("tf-image-loader", has_text="wrong, the surest first").locator("img"))


def test_the_table_of_runs_has_all_columns(watched: Watched) -> None:
    page = panel(watched, "hparams")
    table = page.locator("tf-hparams-table-view")

    until_there(table.locator("vaadin-grid-cell-content", has_text="table/large"))

    cells = {text.strip() for text in table.locator("vaadin-grid-cell-content").all_inner_texts()}
    assert {"lr", "layers", "accuracy", "top5", "table/small", "0.91000", "0.99500"} <= cells


def test_points_and_faces_are_drawn_in_space(watched: Watched) -> None:
    canvases = until_there(panel(watched, "mesh").locator("tf-mesh-loader canvas"), 2)

    watched.page.wait_for_timeout(1000)  # a picture or two

    assert _has_colours(canvases.first)


def test_an_embedding_stands_in_space_with_its_pictures(watched: Watched) -> None:
    frame = panel(watched, "projector").frame_locator("iframe").frame_locator("iframe")

    until_there(frame.locator("vz-projector canvas"))
    frame.get_by_text("Points: 20").wait_for()

    watched.page.wait_for_timeout(1000)
    # Points without pictures are all of one colour; these are noise.
    assert _has_colours(frame.locator("vz-projector canvas").first, more_than=200)


def test_embeddings_are_chosen_and_coloured_by_their_classes(watched: Watched) -> None:
    frame = panel(watched, "projector").frame_locator("iframe").frame_locator("iframe")
    until_there(frame.locator("vz-projector canvas"))
    frame.get_by_text("Points: 20").wait_for()

    frame.get_by_text("2 tensors found").wait_for()
    frame.locator("#colorby").click()
    frame.locator("#colorby paper-item", has_text="letter").click()

    until_there(frame.locator("vz-projector-legend .item"), 5)


def test_time_series_show_all_kinds_together(watched: Watched) -> None:
    page = panel(watched, "timeseries")

    until_there(page.locator("card-view"))


def _has_colours(canvas: Any, more_than: int = 3) -> bool:
    """Tell whether something is drawn on a canvas, by its picture."""
    from io import BytesIO

    from PIL import Image

    pixels = np.asarray(Image.open(BytesIO(canvas.screenshot())).convert("RGB")).reshape(-1, 3)
    return len(np.unique(pixels, axis=0)) > more_than
