"""`log_model`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from hub.errors import NotConvertible
from hub.models.about import About
from hub.models.conversion import feeds
from hub.viz.boards import opened
from hub.viz.networks.branches import as_markdown, grown
from hub.viz.networks.weights import weights
from hub.viz.parts import OF_MODELS, require_known

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

    from torch import Tensor

    from hub.viz.boards import Board
    from hub.viz.networks.branches import See, Tree

# What gives on what it takes: its activations are those of the module before it.
NOTHING_NEW = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.Flatten, nn.Unflatten)


@dataclass(frozen=True, slots=True)
class Logged:
    """What was shown of a network.

    `traced` tells whether the graph is one of computations; otherwise it is one of modules, and `fault` says why, as
    far as it could be found out. `histograms` is the number of those of weights and activations.
    """

    traced: bool
    modules: int
    histograms: int
    fault: str = ""


def log_model(
    model: str | nn.Module,
    board: Board | str | os.PathLike[str],
    *,
    inputs: object = None,
    step: int = 0,
    only: Collection[str] = OF_MODELS,
) -> Logged:
    """Show a network: its graph, a table of its modules, and how its weights and activations are distributed.

    `model` is a module, or the name of one that is loaded with its published weights. `board` is a `Board`, a folder
    for TensorBoard, or "visdom". `inputs` is a batch, or a tuple of what the network is called with; without any,
    networks of `hub.load` are given random ones of the size they were trained with. `only` names the parts that are
    wanted: see `hub.viz.parts`.

    The graph is that of what was computed from `inputs`. Where that cannot be followed, or there are no inputs, it is
    made of the modules, with shapes and numbers of parameters. Raises InvalidInput for an unknown part.

        hub.viz.log_model("resnet18", "runs/resnet18")
        hub.viz.log_model(model, board, inputs=images, step=epoch, only=["weights", "activations"])
    """
    require_known(only, OF_MODELS, "a network")
    network = _loaded(model) if isinstance(model, str) else model
    given = _arguments(network, inputs)
    with opened(board) as shown:
        return _Showing(shown, network, given, step).show(only)


@dataclass(frozen=True, slots=True)
class _Showing:
    board: Board
    network: nn.Module
    inputs: tuple[object, ...] | None
    step: int

    def show(self, only: Collection[str]) -> Logged:
        count = 0

        def distribution(group: str, name: str, values: Tensor) -> None:
            nonlocal count
            count += 1
            part, _, rest = name.partition("/")
            self.board.histogram(f"{group} of {part}/{rest}" if rest else f"{group}/{part}", values, self.step)

        def activation(path: str, module: nn.Module, outputs: list[Tensor]) -> None:
            leaf = next(module.children(), None) is None and not isinstance(module, NOTHING_NEW)
            if leaf and path not in seen and outputs and not outputs[0].is_meta:
                seen.add(path)
                distribution("activations", path.replace(".", "/", 1), outputs[0])

        seen = set[str]()
        see: See | None = activation if "activations" in only else None
        run = {"graph", "modules", "activations"} & set(only)
        tree = grown(self.network, self.inputs if run else None, see)
        fault = self._graph(tree) if "graph" in only else ""
        if "modules" in only:
            self.board.text("modules", as_markdown(tree), self.step)
        if "weights" in only:
            for name, tensor in weights(self.network):
                distribution("weights", name, tensor)
        traced = "graph" in only and not fault
        return Logged(traced, sum(1 for _ in tree.root.walk()), count, fault)

    def _graph(self, tree: Tree) -> str:
        """Show the graph of computations; if there is none, show that of the modules and return why."""
        fault = tree.fault
        if self.inputs is None:
            fault = "nothing is known of its inputs"
        if not fault:
            try:
                self.board.graph(self.network if tree.plain else Flat(self.network), self.inputs)
            except NotConvertible as error:
                fault = str(error.found or error.what)
            else:
                return ""
        self.board.modules(tree.root)
        return fault


class Flat(nn.Module):
    """A network that returns its tensors in a row, whatever it returns them in: tracing knows no lists of mappings."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, *inputs: object) -> tuple[Tensor, ...]:
        """Return all tensors that the network returns."""
        return tuple(leaf for leaf in tree_leaves(self.network(*inputs)) if isinstance(leaf, torch.Tensor))


def _loaded(name: str) -> nn.Module:
    from hub.models.loading import load

    return load(name, pretrained=True)


def _arguments(network: nn.Module, inputs: object) -> tuple[object, ...] | None:
    if inputs is not None:
        return inputs if isinstance(inputs, tuple) else (inputs,)
    about = getattr(network, "hub", None)
    if not isinstance(about, About):
        return None
    place = next(network.parameters(), torch.zeros(()))
    if place.is_meta:
        return None
    example = feeds.feed(network, about, None, 1).example()
    return tuple(
        [each.to(place.device) for each in part] if isinstance(part, list) else part.to(place.device)
        for part in example
    )
