"""Code in the API index names what there is, calls it as it can be called, and runs."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING

import pytest
from api_index import NAMES, shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hub.cards.api import Name

WITH_CODE = [name for name in NAMES if name.snippet]
ELSEWHERE = ("torchcodec", "tensorboard")
"""Libraries that hub does without."""
FETCHING = ("load_dataset(", "hub.load(", "GloVe(", "FastText(", "CharNGram(")


def is_elsewhere(name: Name) -> bool:
    return any(f"from {library}" in name.snippet or f".{library} import" in name.snippet for library in ELSEWHERE)


def calls(tree: ast.Module) -> Iterator[tuple[object, ast.Call]]:
    """Yield the calls of what the code imports."""
    known: dict[str, object] = {}
    for each in tree.body:
        if isinstance(each, ast.Import | ast.ImportFrom):
            exec(compile(ast.Module([each], []), "snippet", "exec"), known)  # noqa: S102  the index's own imports
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and (found := reached(call.func, known)) is not None:
            yield found, call


def reached(function: ast.expr, known: dict[str, object]) -> object:
    """Return what an expression such as `F.resize` names, or None if it begins with a variable."""
    if isinstance(function, ast.Name):
        return known.get(function.id)
    if isinstance(function, ast.Attribute) and (parent := reached(function.value, known)) is not None:
        return getattr(parent, function.attr)
    return None


@pytest.mark.parametrize("name", [each for each in WITH_CODE if not is_elsewhere(each)], ids=shown)
def test_code_calls_what_there_is_with_arguments_that_it_takes(name: Name) -> None:
    found = list(calls(ast.parse(name.snippet)))

    for function, call in found:
        if inspect.isroutine(function) or inspect.isclass(function):
            try:
                signature = inspect.signature(function)
            except ValueError:  # a function in C that does not tell
                continue
            signature.bind(*call.args, **{each.arg: each.value for each in call.keywords if each.arg})


@pytest.mark.parametrize(
    "name",
    [each for each in WITH_CODE if not is_elsewhere(each) and not any(word in each.snippet for word in FETCHING)],
    ids=shown,
)
def test_code_that_fetches_nothing_runs(name: Name, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    exec(compile(name.snippet, name.name, "exec"), {})  # noqa: S102  the index's own code


@pytest.mark.parametrize("name", [each for each in WITH_CODE if is_elsewhere(each)], ids=shown)
def test_code_for_other_libraries_is_python(name: Name) -> None:
    ast.parse(name.snippet)
