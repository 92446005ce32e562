"""Modules as a graph in TensorBoard's form, for networks whose computations cannot be followed.

Modules within modules are boxes within boxes. A solid line leads from the module that made a tensor to the one that
took it; where it went through something that is no module, such as a sum, a dotted one leads from the module that
ended last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorboard.compat.proto.attr_value_pb2 import AttrValue
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.versions_pb2 import VersionDef

if TYPE_CHECKING:
    from hub.viz.networks.branches import Branch

PRODUCER = 22  # as PyTorch's graphs have it
INPUT = "input"


def graph_of(root: Branch) -> GraphDef:
    """Return a node for each module that has no modules within it, in the order in which they ran."""
    leaves = [branch for branch in root.walk() if not branch.children]
    leaves.sort(key=lambda branch: (branch.order < 0, branch.order))
    made = dict.fromkeys(root.inputs, INPUT)
    nodes = [_input(root)] if root.takes else []
    before = INPUT if nodes else ""
    for branch in leaves:
        name = _name(root, branch)
        sources = list(dict.fromkeys(made[number] for number in branch.inputs if number in made))
        nodes.append(_node(name, branch, sources or ([f"^{before}"] if before else [])))
        made |= dict.fromkeys(branch.outputs, name)
        before = name
    return GraphDef(node=nodes, versions=VersionDef(producer=PRODUCER))


def _name(root: Branch, branch: Branch) -> str:
    """Return where it lies, as TensorBoard reads it: "ResNet/layer1/0/conv1"."""
    return "/".join([root.kind, *branch.path.split(".")]) if branch.path else root.kind


def _input(root: Branch) -> NodeDef:
    return NodeDef(name=INPUT, op="input", attr=_shapes(root.takes))


def _node(name: str, branch: Branch, sources: list[str]) -> NodeDef:
    told = {"parameters": f"{branch.parameters:,}", "takes": branch.takes, "gives": branch.gives, "dtype": branch.dtype}
    attributes = {key: AttrValue(s=value.encode()) for key, value in told.items() if value not in ("", "0")}
    return NodeDef(name=name, op=branch.kind, input=sources, attr=attributes | _shapes(branch.gives))


def _shapes(said: str) -> dict[str, AttrValue]:
    """Return shapes as TensorBoard writes them on lines between modules."""
    shapes = [[int(size) for size in shape.split("x")] for shape in said.split(", ") if shape[:1].isdigit()]
    if not shapes:
        return {}
    protos = [TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in shape]) for shape in shapes]
    return {"_output_shapes": AttrValue(list=AttrValue.ListValue(shape=protos))}
