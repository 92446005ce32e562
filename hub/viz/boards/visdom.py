"""visdom: windows of a server that browsers look at. Imported only when such a board is opened.

A window is named by its tag: curves in it grow, pictures have a slider, and anything else takes the
place of what was there.
"""

from __future__ import annotations

import html
import logging
from base64 import b64encode
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import torch
from PIL import Image

from hub.errors import InvalidInput, NotConvertible, Unreachable
from hub.models.quiet import quiet
from hub.viz.boards import arrays, precision_recall
from hub.viz.boards.board import Board
from hub.viz.boards.buckets import counted
from hub.viz.boards.directions import principal
from hub.viz.boards.gif import gif
from hub.viz.boards.markdown import as_html, table
from hub.viz.boards.sound import heard, wav

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from hub.viz.boards.board import Numbers, Picture, Pictures, Setting
    from hub.viz.networks.branches import Branch

HOST, PORT, ENVIRONMENT = "localhost", 8097, "main"
SMALLEST = 240  # pixels of a window's side: a digit of 28 pixels could not be seen
BINS = 60
DIMENSIONS = 3
KINDS = 50  # colours that a legend has room for


class Visdom(Board):
    """An environment of a visdom server. `windows` is visdom's client, for whatever else is to be shown there."""

    def __init__(self, place: str) -> None:
        host, port, environment = _parts(place)
        super().__init__(f"http://{host}:{port}/env/{environment}")
        self.windows = _client(host, port, environment)
        self._runs: list[dict[str, object]] = []

    def scalar(self, tag: str, value: float, step: int = 0) -> None:
        self.scalars(tag, {tag.rpartition("/")[2]: value}, step)

    def scalars(self, tag: str, values: Mapping[str, float], step: int = 0) -> None:
        for name, value in values.items():
            opts = _titled(tag, xlabel="step", showlegend=len(values) > 1, markers=True, markersize=4)
            y = np.asarray([float(value)])
            self.windows.line(Y=y, X=np.asarray([step]), win=tag, name=name, update="append", opts=opts)

    def histogram(self, tag: str, values: Numbers, step: int = 0) -> None:
        counts = counted(values)
        if counts.left_out:
            self.text(f"{tag}/not_finite", counts.left_out, step)
        if counts.num:
            finite = arrays.numbers(values).ravel()
            finite = finite[np.isfinite(finite)].astype(float)
            self.windows.histogram(finite, win=tag, opts=_titled(f"{tag}, step {step}", numbins=BINS))

    def image(self, tag: str, picture: Picture, step: int = 0) -> None:
        found = arrays.pixels(picture)
        opts = _titled(tag, caption=f"step {step}", store_history=True, **_window(found))
        self.windows.image(found.transpose(2, 0, 1), win=tag, opts=opts)

    def images(self, tag: str, pictures: Sequence[Picture], step: int = 0) -> None:
        for number, picture in enumerate(pictures):
            self.image(f"{tag}/{number}", picture, step)

    def text(self, tag: str, markdown: str, step: int = 0) -> None:
        self._page(tag, as_html(markdown), step, width=560, height=420)

    def bars(self, tag: str, values: Mapping[str, int], step: int = 0) -> None:
        heights = np.asarray(list(values.values()), dtype=float)
        # Names that are numbers would lie on an axis of numbers.
        opts = _titled(
            f"{tag}, step {step}", rownames=list(values), layoutopts={"plotly": {"xaxis": {"type": "category"}}}
        )
        self.windows.bar(heights, win=tag, opts=opts)

    def heatmap(self, tag: str, cells: Numbers, rows: Sequence[str], columns: Sequence[str], step: int = 0) -> None:
        downwards = {"plotly": {"yaxis": {"autorange": "reversed"}}}
        opts = _titled(f"{tag}, step {step}", rownames=list(rows), columnnames=list(columns), layoutopts=downwards)
        self.windows.heatmap(arrays.numbers(cells), win=tag, opts=opts)

    def figure(self, tag: str, figure: Figure, step: int = 0) -> None:
        drawn = BytesIO()
        figure.savefig(drawn, format="png")
        self.image(tag, Image.open(drawn).convert("RGB"), step)

    def video(self, tag: str, frames: NDArray[np.uint8] | Tensor, step: int = 0, *, fps: float = 4) -> None:
        moving = b64encode(gif(arrays.film(frames), fps)).decode()
        self._page(tag, f'<img style="width: 100%" src="data:image/gif;base64,{moving}">', step)

    def audio(self, tag: str, samples: Numbers, step: int = 0, *, rate: int) -> None:
        sound = b64encode(wav(heard(samples), rate)).decode()
        self._page(tag, f'<audio controls src="data:audio/wav;base64,{sound}"></audio>', step)

    def mesh(
        self,
        tag: str,
        points: Numbers,
        step: int = 0,
        *,
        colours: Numbers | None = None,
        faces: Numbers | None = None,
    ) -> None:
        title = f"{tag}, step {step}"
        if faces is not None:
            self.windows.mesh(arrays.numbers(points), arrays.numbers(faces), win=tag, opts=_titled(title))
            return
        opts = _titled(title, markersize=3)
        if colours is not None:
            opts["markercolor"] = arrays.as_bytes(arrays.numbers(colours))
        self.windows.scatter(arrays.numbers(points), win=tag, opts=opts)

    def embedding(
        self,
        tag: str,
        vectors: Numbers,
        step: int = 0,
        *,
        labels: Sequence[str] | Mapping[str, Sequence[object]] | None = None,
        pictures: Pictures | None = None,
    ) -> None:
        if pictures is not None:
            self.cannot("pictures beside points", tag)
        places = _in_space(arrays.points(vectors, tag))
        named = next(iter(labels.values())) if isinstance(labels, Mapping) else labels
        opts = _titled(f"{tag}, step {step}", markersize=3)
        kinds = list(dict.fromkeys(map(str, named or ())))
        if not named or len(kinds) > KINDS:
            self.windows.scatter(places, win=tag, opts=opts)
            return
        numbers = {kind: number for number, kind in enumerate(kinds, 1)}
        self.windows.scatter(
            places, np.asarray([numbers[str(name)] for name in named]), win=tag, opts=opts | {"legend": kinds}
        )

    def pr_curve(
        self, tag: str, truth: Numbers, scores: Numbers, step: int = 0, *, weights: Numbers | None = None
    ) -> None:
        recall, precision = precision_recall.curve(truth, scores, weights)
        opts = _titled(f"{tag}, step {step}", xlabel="recall", ylabel="precision")
        self.windows.line(Y=precision, X=recall, win=tag, opts=opts)

    def hparams(self, run: str, settings: Mapping[str, Setting], metrics: Mapping[str, float]) -> None:
        self._runs = [row for row in self._runs if row["run"] != run]
        self._runs.append({"run": run, **settings, **{name: f"{value:g}" for name, value in metrics.items()}})
        names = list(dict.fromkeys(name for row in self._runs for name in row))
        rows: list[list[object]] = [[*names], *([row.get(name, "") for name in names] for row in self._runs)]
        shown = table([[html.escape(str(cell)) for cell in row] for row in rows])
        self.windows.text(shown, win="hparams", opts=_titled("runs", width=560))

    def layout(self, charts: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.cannot("charts put together after the fact", ", ".join(charts))

    def graph(self, model: nn.Module, inputs: object) -> None:  # noqa: ARG002  nothing is run in vain
        raise NotConvertible("visdom has no view of what a network computes", found=type(model).__name__)

    def modules(self, root: Branch) -> None:
        branches = list(root.walk())
        number = {id(branch): place for place, branch in enumerate(branches)}
        edges = [(number[id(branch)], number[id(child)]) for branch in branches for child in branch.children]
        if edges:
            names = [f"{branch.name} {branch.kind}".strip() for branch in branches]
            opts = _titled(root.kind, showVertexLabels=True, directed=True, width=900, height=700)
            self.windows.graph(edges, [""] * len(edges), names, win="modules/graph", opts=opts)

    def flush(self) -> None:
        """Show what was sent, which is there already."""

    def close(self) -> None:
        self.windows.session.close()

    def _page(self, tag: str, content: str, step: int, **opts: object) -> None:
        said = f"<h5>{html.escape(tag)}, step {step}</h5>{content}"
        self.windows.text(said, win=tag, opts=_titled(tag, **opts))


# visdom's client is Any here, because it is an extra: mypy runs with and without it.
def _client(host: str, port: int, environment: str) -> Any:  # noqa: ANN401
    """Return visdom's client; raise Unreachable if no server of visdom answers."""
    import visdom

    # It warns that it will not hear of clicks, and warns of the way in which it warns.
    logging.getLogger("visdom").setLevel(logging.CRITICAL)
    try:
        with quiet(), redirect_stdout(StringIO()):
            client = visdom.Visdom(
                f"http://{host}", port=port, env=environment, raise_exceptions=True, use_incoming_socket=False
            )
            answers = client.win_exists("") is not None
    except ConnectionError:
        answers = False
    if not answers:
        raise Unreachable(
            f"no visdom server answers at {host}:{port}",
            url=f"http://{host}:{port}",
            hint=f"start one: python -m visdom.server -port {port}",
        )
    return client


def _titled(title: str, **others: object) -> dict[str, Any]:
    return {"title": title, **others}


def _window(picture: NDArray[np.uint8]) -> dict[str, int]:
    """Return the size of a window in which a picture is seen: a whole multiple of its own if that is small."""
    times = max(1, -(-SMALLEST // max(picture.shape[:2])))
    return {"width": picture.shape[1] * times, "height": picture.shape[0] * times}


def _in_space(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    places, _ = principal(torch.from_numpy(vectors), DIMENSIONS)
    return torch.nn.functional.pad(places, (0, DIMENSIONS - places.shape[1])).numpy()


def _parts(place: str) -> tuple[str, int, str]:
    """Return host, port and environment of "visdom" or "visdom://host:port/environment".

    >>> _parts("visdom"), _parts("visdom://lab:8098/first")
    (('localhost', 8097, 'main'), ('lab', 8098, 'first'))
    """
    parts = urlsplit("" if place == "visdom" else place)
    try:
        port = parts.port or PORT
    except ValueError as error:
        raise InvalidInput(
            f"{place} has no such port", expected="visdom://host:port/environment", found=str(error)
        ) from error
    return parts.hostname or HOST, port, parts.path.strip("/").replace("/", "_") or ENVIRONMENT
