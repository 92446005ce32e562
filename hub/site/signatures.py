"""Signatures as sources have them: found and read as Python's import would find them, and never run.

Of a module that cannot be imported here it works as well (`torch.utils.tensorboard` needs TensorBoard), it takes
milliseconds, and defaults stand as they were written: `InterpolationMode.BILINEAR`.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef | ast.AnnAssign | ast.Assign
MAKERS = ("__init__", "__new__")
"""The methods whose parameters are those of a class."""


def signature(name: str) -> str:
    """Return the signature of a function, method or class by its dotted name; empty for what cannot be called.

    >>> signature("hub.site.signatures.signature")
    'signature(name: str) -> str'

    Raises NotFound if there is nothing of that name.
    """
    module, parts = _module_of(name)
    if not parts:
        return ""
    place, found = _member(module, parts[0])
    inside = isinstance(found, ast.ClassDef) and len(parts) > 1
    if isinstance(found, ast.ClassDef) and inside:
        found = _last(found.body, parts[1])
    if found is None or len(parts) > 1 + inside:
        raise NotFound(f"there is no {name}")
    return _written(parts[-1], found, place, bound=inside)


def _written(name: str, found: Definition, module: str, *, bound: bool) -> str:
    if isinstance(found, ast.ClassDef):
        maker = _maker(found, module)
        return f"{name}({_parameters(maker, bound=True) if maker else ''})"
    if isinstance(found, Function):
        given = f" -> {ast.unparse(found.returns)}" if found.returns else ""
        return f"{name}({_parameters(found, bound=bound)}){given}"
    return ""


def _parameters(function: Function, *, bound: bool) -> str:
    """Return what stands between the brackets, without the `self` of what is bound to an object."""
    return ", ".join(list(_each_parameter(function.args))[bound:])


def _each_parameter(given: ast.arguments) -> Iterator[str]:
    """Yield the parameters, and the marks between their kinds; those beginning with "_" are nobody's business."""
    positional = [*given.posonlyargs, *given.args]
    defaults = [*(None for _ in positional[len(given.defaults) :]), *given.defaults]
    for number, (each, default) in enumerate(zip(positional, defaults, strict=True), 1):
        yield from _parameter(each, default)
        if number == len(given.posonlyargs):
            yield "/"
    if given.vararg or given.kwonlyargs:
        yield "*" + "".join(_parameter(given.vararg) if given.vararg else ())
    for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield from _parameter(each, default)
    if given.kwarg:
        yield "**" + "".join(_parameter(given.kwarg))


def _parameter(given: ast.arg, default: ast.expr | None = None) -> Iterator[str]:
    if given.arg.startswith("_"):
        return
    typed = f": {ast.unparse(given.annotation)}" if given.annotation else ""
    equals = " = " if typed else "="
    yield f"{given.arg}{typed}{equals + ast.unparse(default) if default else ''}"


def _maker(found: ast.ClassDef, module: str) -> Function | None:
    """Return the method that makes objects of a class: its own, or that of a base that can be found by its name."""
    for name in MAKERS:
        own = _last(found.body, name)
        if isinstance(own, Function):
            return own
    for base in found.bases:
        if isinstance(base, ast.Name) and (inherited := _member(module, base.id))[1]:
            place, parent = inherited
            if isinstance(parent, ast.ClassDef) and (maker := _maker(parent, place)):
                return maker
    return None


def _module_of(name: str) -> tuple[str, list[str]]:
    """Return the module that a dotted name begins with, and the parts that are left."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if _file(module):
            return module, parts[length:]
    raise NotFound(f"there is no module {parts[0]}")


@cache
def _file(module: str) -> Path | None:
    """Return the source of a module; only its outermost package is asked for, which runs nothing."""
    top, *rest = module.split(".")
    spec = find_spec(top)
    if spec is None or spec.origin is None:
        return None
    place = Path(spec.origin).parent.joinpath(*rest)
    files = (place / "__init__.py", place.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None)


@cache
def _body(module: str) -> tuple[ast.stmt, ...]:
    file = _file(module)
    return tuple(_statements(ast.parse(file.read_text("utf-8")).body)) if file else ()


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module, and those that stand below an `if` or a `try`."""
    for each in body:
        if isinstance(each, ast.If):
            yield from _statements([*each.body, *each.orelse])
        elif isinstance(each, ast.Try):
            yield from _statements([*each.body, *(line for other in each.handlers for line in other.body)])
        else:
            yield each


def _member(module: str, name: str) -> tuple[str, Definition | None]:
    """Return where a module's member is defined, and the definition: its own, or one that it imports."""
    own = _last(_body(module), name)
    if own:
        return module, own
    for each in reversed(_body(module)):
        if isinstance(each, ast.ImportFrom):
            for alias in each.names:
                if alias.name == "*" or (alias.asname or alias.name) == name:
                    found = _member(_source(each, module), name if alias.name == "*" else alias.name)
                    if found[1]:
                        return found
    return module, None


def _source(statement: ast.ImportFrom, module: str) -> str:
    """Return the module that an import names, made absolute."""
    if not statement.level:
        return statement.module or ""
    file = _file(module)
    up = statement.level - (file is not None and file.name == "__init__.py")
    package = module.split(".")[: -up or None]
    return ".".join([*package, *filter(None, [statement.module])])


def _last(body: Iterable[ast.stmt], name: str) -> Definition | None:
    """Return the last definition of a name: those before it are overloads, or replaced."""
    found: Definition | None = None
    for each in body:
        if (
            (isinstance(each, Function | ast.ClassDef) and each.name == name)
            or (isinstance(each, ast.AnnAssign) and _is(each.target, name))
            or (isinstance(each, ast.Assign) and any(_is(target, name) for target in each.targets))
        ):
            found = each
    return found


def _is(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name
