"""The names that a script loads, as far as they are written out in it; the script is read and never run.

hub.load("resnet18", pretrained=True)           also `import hub as h`, `from hub import load as get`
hub.load_dataset(NAME, split="train")           where NAME = "mnist" stands once at the top of the script
hub.vision.datasets.CIFAR10("data")             and hub.text.datasets
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hub.errors import FormatError, MissingFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# function -> how its first parameter is called
LOADING = {"load": "name", "load_dataset": "name", "download": "name_or_url", "transforms": "name"}
CLASSES = ("hub.vision.datasets.", "hub.text.datasets.")


class Unwritten:
    """A value that only running the script would tell."""

    def __repr__(self) -> str:
        return "..."


UNWRITTEN = Unwritten()


@dataclass(frozen=True, slots=True)
class Call:
    """One call: of `load`, `load_dataset`, `download` or `transforms`, with its arguments as far as they are known.

    `text` is how it is written. `name` is None if it is not written out.
    """

    function: str
    name: str | None
    line: int
    text: str
    options: Mapping[str, object] = field(default_factory=dict)


def of_script(path: Path) -> list[Call]:
    """Return the calls of a script in the order of its lines.

    Raises MissingFile if there is none, FormatError if it is no Python.
    """
    try:
        return list(of_text(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise MissingFile(
            f"there is no script {path}", expected="a Python script or a card", found="nothing"
        ) from error
    except (SyntaxError, ValueError) as error:  # the latter is what null bytes and broken UTF-8 raise
        raise FormatError(
            f"{path} is no Python script", path=path, found=error, hint="--from takes a .py script or a .toml card"
        ) from error


def of_text(text: str) -> Iterator[Call]:
    """Yield the calls that stand in the text of a script."""
    tree = ast.parse(text)
    names, constants = _imports(tree), _constants(tree)
    for node in sorted((each for each in ast.walk(tree) if isinstance(each, ast.Call)), key=lambda each: each.lineno):
        full = _dotted(node.func, names)
        if full.removeprefix("hub.") in LOADING and full.startswith("hub."):
            yield _call(full.removeprefix("hub."), node, constants)
        elif full.startswith(CLASSES):
            yield Call("load_dataset", full.rpartition(".")[2], node.lineno, ast.unparse(node))


def _call(function: str, node: ast.Call, constants: Mapping[str, object]) -> Call:
    given = {keyword.arg: _value(keyword.value, constants) for keyword in node.keywords if keyword.arg}
    if any(keyword.arg is None for keyword in node.keywords):
        given["**"] = UNWRITTEN
    name = _value(node.args[0], constants) if node.args else given.pop(LOADING[function], UNWRITTEN)
    return Call(function, name if isinstance(name, str) else None, node.lineno, ast.unparse(node), given)


def _imports(tree: ast.Module) -> dict[str, str]:
    """Return name in the script -> what of hub it is; `hub` itself is "hub"."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                if each.name.partition(".")[0] == "hub":
                    found[each.asname or "hub"] = each.name if each.asname else "hub"
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "hub":
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return found


def _constants(tree: ast.Module) -> dict[str, object]:
    """Return name -> value of those that are set once in the whole script, at its top, to a plain value."""
    stored = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    parameters = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    found: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            found |= {name: node.value.value for name in names if stored.count(name) == 1 and name not in parameters}
    return found


def _dotted(node: ast.expr, names: Mapping[str, str]) -> str:
    """Return what is called, such as "hub.load", or "" if it is nothing of hub."""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    inner = _dotted(node.value, names) if isinstance(node, ast.Attribute) else ""
    return f"{inner}.{node.attr}" if inner and isinstance(node, ast.Attribute) else ""


def _value(node: ast.expr, constants: Mapping[str, object]) -> object:
    if isinstance(node, ast.Name):
        return constants.get(node.id, UNWRITTEN)
    if isinstance(node, ast.Attribute):
        return _enumerated(node)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return UNWRITTEN


def _enumerated(node: ast.Attribute) -> object:
    """Return a member of torchvision's enumerations as its string: "ResNet18_Weights.IMAGENET1K_V1"."""
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return f"{owner}.{node.attr}" if str(owner).endswith("Weights") else UNWRITTEN
