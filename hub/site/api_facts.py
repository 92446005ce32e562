"""What installed libraries say about the names of the API index: their signatures.

    python -m hub.site.api_facts catalog/api/torchvision.toml

writes `signature` below the `today` of each name, and the `version` that it was found in; all else stays as it is.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING

from hub.cards import read_api
from hub.errors import NotFound
from hub.site.signatures import signature

if TYPE_CHECKING:
    from hub.cards.api import Library

TODAY = re.compile(r'^today = "(.+)"\n(signature = .*\n)?', re.MULTILINE)
VERSION = re.compile(r"^version = .*$", re.MULTILINE)


def rewritten(path: Path) -> str:
    """Return the text of a file of the index with the signatures that the installed libraries have."""
    head, table, rest = path.read_text("utf-8").partition("\n[[")
    library = read_api(path)
    if library.version:
        head = VERSION.sub(f'version = "{installed(library)}"', head)
    return head + table + TODAY.sub(_stated, rest)


def installed(library: Library) -> str:
    """Return the version of the library that is installed, without what tells builds of it apart."""
    return metadata.version(library.package).partition("+")[0]


def found(name: str) -> str:
    """Return a signature out of the source, or of what hub makes while it runs; raises NotFound."""
    try:
        return signature(name)
    except NotFound:
        module, _, member = name.rpartition(".")
        made = getattr(import_module(module), member, None) if name.startswith("hub.") else None
        if made is None:
            raise
        place = f"{made.__module__}.{made.__qualname__}"
        return signature(place) if place != name else member + str(inspect.signature(made))


def _stated(match: re.Match[str]) -> str:
    said = found(match[1])
    return f'today = "{match[1]}"\n' + (f"signature = {json.dumps(said, ensure_ascii=False)}\n" if said else "")


def main() -> None:
    """Rewrite the files that the arguments name."""
    for each in sys.argv[1:]:
        path = Path(each)
        path.write_text(rewritten(path), "utf-8")


if __name__ == "__main__":
    main()
