"""A module imports only from the layers below its own."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent.parent / "hub"

LAYERS = (
    ("errors", "toml", "version"),
    ("places", "ranks"),
    ("builds", "digest", "displays", "extras", "progress", "settings"),
    ("cards", "archives", "clusters", "unpickling"),
    ("trees",),
    ("formats",),
    ("store", "sources", "readers", "decoders"),
    ("objects", "transfer"),
    ("registry", "lockfile"),
    ("fetch",),
    ("datasets", "models"),
    ("evaluation", "streaming"),
    ("text", "vision", "viz", "model_zoo"),
    ("adopting", "bundles", "doctor", "peer", "preparing", "publish", "site"),
    ("cli",),
    ("__init__", "__main__"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def top(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            if node.module == "hub":
                yield from (alias.name for alias in node.names)
            elif node.module and node.module.startswith("hub."):
                yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("hub."))


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_imports_only_from_lower_layers(path: Path) -> None:
    own = top(path)

    others = {name for name in imported(ast.parse(path.read_text("utf-8"))) if name != own}

    upward = {name for name in others if LEVEL[name] >= LEVEL[own]}
    assert not upward


def test_every_module_has_a_layer() -> None:
    names = {top(path) for path in PACKAGE.rglob("*.py")}

    assert names <= LEVEL.keys()
