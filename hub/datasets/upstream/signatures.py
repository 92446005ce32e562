"""Signatures as cards write them: read as data, never executed."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING

from torchvision.datasets.folder import default_loader

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

P = inspect.Parameter

NAMED = {"default_loader": default_loader}
"""What a default may name, besides literals."""


def parsed(parameters: str, *first: str) -> inspect.Signature:
    """Return the signature of a method with the parameters `first` and then those that a card writes.

    >>> print(parsed("train=True, transform=None, **kwargs", "self", "root"))
    (self, root, train=True, transform=None, **kwargs)

    Raises InvalidInput if they are not written as Python writes them, with literals as defaults.
    """
    try:
        (tree,) = ast.parse(f"def made({', '.join(filter(None, [*first, parameters]))}): ...").body
        found = list(_parameters(tree.args)) if isinstance(tree, ast.FunctionDef) else []
    except (SyntaxError, ValueError) as error:
        raise InvalidInput(f"{parameters!r} are no parameters", expected="train=True, **kwargs", found=error) from error
    return inspect.Signature(found)


def _parameters(given: ast.arguments) -> Iterator[inspect.Parameter]:
    missing = len(given.args) - len(given.defaults)
    for number, each in enumerate(given.args):
        default = P.empty if number < missing else _literal(given.defaults[number - missing])
        yield P(each.arg, P.POSITIONAL_OR_KEYWORD, default=default)
    for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield P(each.arg, P.KEYWORD_ONLY, default=P.empty if value is None else _literal(value))
    if given.kwarg is not None:
        yield P(given.kwarg.arg, P.VAR_KEYWORD)


def _literal(node: ast.expr) -> object:
    if isinstance(node, ast.Name) and node.id in NAMED:
        return NAMED[node.id]
    return ast.literal_eval(node)
