"""Modules within modules, as they are when a network runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch.utils._pytree import tree_leaves

from hub.errors import InvalidInput, in_a_line
from hub.models.prediction.running import evaluating
from hub.models.quiet import quiet
from hub.viz.networks.weights import packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn

    See = Callable[[str, nn.Module, list[Tensor]], None]
    """Is given the path of a module, the module and its outputs, whenever it has run."""

INDENT = "\u2003"
"""A blank that HTML keeps, unlike others."""

MANY = 4
"""Of more shapes than these, such as those of all boxes, only the first are told."""


@dataclass(slots=True)
class Branch:
    """A module: its path in the network ("" for the whole), its class, what it takes and gives.

    `parameters` are counted with all below it. Shapes are as people write them, "1x3x224x224", separated by commas;
    empty if it has not run. `inputs` and `outputs` number the tensors that went in and came out: the same number, the
    same tensor. `order` is when it first ended, -1 if it has not run.
    """

    path: str
    kind: str
    parameters: int
    dtype: str
    takes: str = ""
    gives: str = ""
    order: int = -1
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    children: list[Branch] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name in the module around it."""
        return self.path.rpartition(".")[2]

    def walk(self) -> Iterator[Branch]:
        """Yield it and all below it, from above."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    """The modules of a network, and why they have no shapes if it could not be run."""

    root: Branch
    fault: str = ""
    plain: bool = True
    """Whether what it returns is made of tensors alone, as tracing wants it."""


def grown(model: nn.Module, inputs: tuple[object, ...] | None, see: See | None = None) -> Tree:
    """Return the modules of a network; with `inputs`, the arguments of its call, it is run once in eval mode."""
    root = _branch("", model)
    if inputs is None:
        return Tree(root)
    branches = {branch.path: branch for branch in root.walk()}
    try:
        with _watched(model, branches, see):
            given = model(*inputs)
    except Exception as error:  # whatever a network raises of inputs that it does not like
        if isinstance(error, InvalidInput):
            raise
        return Tree(root, in_a_line(error))
    return Tree(root, plain=_traceable(given))


def as_markdown(tree: Tree) -> str:
    """Return a table in Markdown: a row a module, indented by how deep it lies."""
    head = ["| module | class | parameters | gives | type |", "| :-- | :-- | --: | :-- | :-- |"]
    rows = [_row(branch) for branch in tree.root.walk()]
    said = f"It could not be run, so that shapes are missing: `{tree.fault}`" if tree.fault else ""
    took = f"**{tree.root.kind}** took {tree.root.takes}" if tree.root.takes else f"**{tree.root.kind}**"
    return "\n".join([said or took, "", *head, *rows])


def _row(branch: Branch) -> str:
    depth = branch.path.count(".") + 1 if branch.path else 0
    count = f"{branch.parameters:,}" if branch.parameters else ""
    name = f"{INDENT * depth}{branch.name}" if branch.path else "**the whole**"
    return f"| {name} | {branch.kind} | {count} | {branch.gives} | {branch.dtype} |"


def _branch(path: str, module: nn.Module) -> Branch:
    own: list[Tensor] = [
        tensor for tensor in module.parameters() if not isinstance(tensor, torch.nn.UninitializedParameter)
    ]
    own += [tensor for each in module.modules() for tensor in packed(each).values()]
    dtypes = sorted({str(tensor.dtype).removeprefix("torch.") for tensor in own})
    return Branch(
        path,
        type(module).__name__,
        sum(tensor.numel() for tensor in own),
        ", ".join(dtypes),
        children=[_branch(f"{path}.{name}" if path else name, child) for name, child in module.named_children()],
    )


@contextmanager
def _watched(model: nn.Module, branches: dict[str, Branch], see: See | None) -> Iterator[None]:
    """Note what each module takes and gives; the network is in eval mode meanwhile, and makes no gradients."""
    numbers = _Numbers()

    def ended(path: str) -> Callable[[nn.Module, object, object, object], None]:
        def hook(module: nn.Module, args: object, options: object, output: object) -> None:
            taken, given = _tensors((args, options)), _tensors(output)
            _note(branches[path], taken, given, numbers)
            if see is not None:
                see(path, module, given)

        return hook

    named = [(path, module) for path, module in model.named_modules() if path in branches]
    handles = [module.register_forward_hook(ended(path), with_kwargs=True) for path, module in named]
    try:
        with evaluating(model), quiet():
            yield
    finally:
        for handle in handles:
            handle.remove()


class _Numbers:
    """Numbers of tensors. All of them are kept until the end, or a new one could lie where another was."""

    def __init__(self) -> None:
        self.kept: dict[int, tuple[int, Tensor]] = {}

    def of(self, tensor: Tensor) -> int:
        return self.kept.setdefault(id(tensor), (len(self.kept), tensor))[0]


def _note(branch: Branch, taken: list[Tensor], given: list[Tensor], numbers: _Numbers) -> None:
    if branch.order >= 0:  # a module that runs several times is told as it ran first
        return
    branch.takes, branch.gives = _shapes(taken), _shapes(given)
    branch.inputs = tuple(numbers.of(tensor) for tensor in taken)
    branch.outputs = tuple(numbers.of(tensor) for tensor in given)
    branch.order = len(numbers.kept)


def _tensors(values: object) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(_opened(values)) if isinstance(leaf, torch.Tensor)]


def _opened(values: object) -> object:
    """Return values with objects that hold tensors, such as torchvision's `ImageList`, as what they hold."""
    if isinstance(values, (list, tuple)):
        return [_opened(value) for value in values]
    if isinstance(values, dict):
        return {key: _opened(value) for key, value in values.items()}
    inside = getattr(values, "tensors", None)
    return inside if isinstance(inside, torch.Tensor) else values


def _shapes(tensors: list[Tensor]) -> str:
    said = ["x".join(map(str, tensor.shape)) or "1" for tensor in tensors[:MANY]]
    return ", ".join([*said, "…"] if len(tensors) > MANY else said)


def _traceable(given: object) -> bool:
    if isinstance(given, dict):
        return all(isinstance(value, torch.Tensor) for value in given.values())
    if isinstance(given, (list, tuple)):
        return all(isinstance(value, torch.Tensor) for value in given)
    return isinstance(given, torch.Tensor)
