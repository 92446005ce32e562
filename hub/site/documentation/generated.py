"""Reference that is made of the code and the cards when the documentation is built.

A page asks for it with a directive, ```` ```{generated} exit-codes ````; `MAKERS` has what there is.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

import hub
from hub import errors, registry, settings
from hub.registry.folder import FOLDERS
from hub.site import forms
from hub.site.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from docutils import nodes
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> None:
    """Let pages ask for generated reference."""
    app.add_directive("generated", Generated)


class Generated(SphinxDirective):
    """What a maker of `MAKERS` returns, read as Markdown."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in MAKERS:
            raise ExtensionError(f"{self.get_location()}: nothing makes {name!r}; there is {', '.join(MAKERS)}")
        return self.parse_text_to_nodes(MAKERS[name](), allow_section_headings=True)


def settings_table() -> str:
    """Return the settings as the module says them, which a test compares with `VARIABLES`."""
    lines = (inspect.getdoc(settings) or "").splitlines()
    return "\n".join(line for line in lines if line.startswith("|"))


def exit_codes() -> str:
    """Return each exit code with the errors that end so, the nearest to the root first."""
    found: dict[int, list[type[errors.HubError]]] = {}
    for error in _classes():
        found.setdefault(error.exit_code, []).append(error)
    rows = [
        (str(code), "<br>".join(f"{{py:exc}}`hub.{each.__name__}`: {_first(each)}" for each in found[code]))
        for code in sorted(found)
    ]
    return _table(("code", "errors"), rows)


def error_classes() -> str:
    """Return the directives that document every error."""
    return _reference(f".. autoexception:: hub.{each.__name__}" for each in _classes())


def vision_classes() -> str:
    """Return the directives that document every class of torchvision that a card stands for."""
    return _reference(f".. autoclass:: hub.vision.datasets.{name}" for name in _names("torchvision"))


def text_functions() -> str:
    """Return the directives that document every dataset of torchtext that a card stands for."""
    return _reference(f".. autofunction:: hub.text.datasets.{name}" for name in _names("torchtext"))


def cards() -> str:
    """Return every key of every kind of card, as tables; what several kinds share stands with the first of them."""
    shown: set[str] = set()
    parts = []
    for kind in FOLDERS:
        for form in forms.forms(kind, Labels("en"), "en"):
            if form.name not in shown:
                parts.append(_described(kind.capitalize() if form.keys[0].name == "schema" else form.name, form))
            shown.add(form.name)
    return "\n\n".join(parts)


def _described(title: str, form: forms.Form) -> str:
    level = "##" if form.keys[0].name == "schema" else "###"
    rows = [(_name(key), key.holds, _meaning(key)) for key in form.keys]
    return f"{level} {title}\n\n{form.meaning}\n\n{_table(('key', 'holds', 'means'), rows)}"


def _name(key: forms.Key) -> str:
    return f"**`{key.name}`**" if key.required else f"`{key.name}`"


def _meaning(key: forms.Key) -> str:
    words = ", ".join(f"`{word}`" for word in key.words if word) if len(key.words) > 1 else ""
    inside = f"[{key.inside}](#{key.inside.lower()})" if key.inside else ""
    return " ".join(part for part in (key.meaning, words, inside) if part)


def _classes() -> list[type[errors.HubError]]:
    found = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, errors.HubError)]
    return [each for each in found if each.__name__ in hub.__all__]


def _first(error: type) -> str:
    return re.split(r"[.;:]", inspect.getdoc(error) or "")[0]


def _names(library: str) -> list[str]:
    upstream = (registry.find_dataset(name).card.upstream for name in registry.names("dataset"))
    return sorted({each.name for each in upstream if each.name and each.library == library})


def _reference(directives: Iterable[str]) -> str:
    return "\n".join(["```{eval-rst}", *(f"{directive}\n" for directive in directives), "```"])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


MAKERS: dict[str, Callable[[], str]] = {
    "cards": cards,
    "error-classes": error_classes,
    "exit-codes": exit_codes,
    "settings": settings_table,
    "text-datasets": text_functions,
    "vision-datasets": vision_classes,
}
