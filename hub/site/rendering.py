"""The programs that make HTML of pages, and an index of the HTML: MkDocs, Sphinx and Pagefind, each in a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import hub
from hub.errors import HubError
from hub.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Module -> the name it is installed by.
NEEDED = {
    "material": "mkdocs-material",
    "mkdocs": "mkdocs",
    "myst_parser": "myst-parser",
    "pagefind": "pagefind",
    "pagefind_bin_extended": "pagefind[extended]",
    "sphinx": "sphinx",
    "sphinx_immaterial": "sphinx-immaterial",
}

# One language for all pages: Chinese is cut into words (by Pagefind's "extended" program alone), and what is
# English within is found as it is written. Left to itself, Pagefind makes an index for each language that pages
# say they are in, and Chinese on an English page is not found.
SEARCH_LANGUAGE = "zh"

# With the package, not beside the pages: a module outside of it could not be installed for development.
CONFIGURATION = Path(__file__).with_name("documentation")

# What pages say of others, which are found themselves.
NO_CONTENT = (".headerlink", ".hub-card-footer", ".hub-entries", ".hub-names", ".hub-rows", ".hub-facets")


INDEX = "pagefind"

# Pagefind's own dialogs, of which we have one that knows cards and functions.
NOT_SHIPPED = ("pagefind-*ui.*", "pagefind-highlight.js")


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run: what it does, in words, and its arguments after Python's."""

    does: str
    arguments: Sequence[str]


def sources_folder() -> Path:
    """Return the folder with mkdocs.yml, theme and documentation: in the package, or beside it in a checkout."""
    package = Path(hub.__file__).parent
    return package / "_site" if (package / "_site").is_dir() else package.parent / "site"


def require_programs() -> None:
    """Raise MissingExtra if any of the programs is not installed."""
    for module, name in NEEDED.items():
        require(module, "site", name)


def mkdocs(config: Mapping[str, object], folder: Path) -> Command:
    """Return the command that renders one language of the pages of cards; `folder` is for its settings."""
    path = folder / "mkdocs.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    # JSON is YAML, too.
    path.write_text(json.dumps(config, ensure_ascii=False), "utf-8")
    return Command("pages of cards", ["mkdocs", "build", "--quiet", "--config-file", str(path)])


def sphinx(sources: Path, target: Path, work: Path, extra: Mapping[str, object]) -> Command:
    """Return the command that renders the documentation; `extra` is what the bar shows, as in MkDocs."""
    given = ["-c", str(CONFIGURATION), "-d", str(work / "doctrees")]
    shown = ["-A", f"hub_extra={json.dumps(extra, ensure_ascii=False)}"]
    return Command("documentation", ["sphinx", "-b", "dirhtml", "-q", *given, *shown, str(sources), str(target)])


def pagefind(folder: Path, language: str, parts: Iterable[str]) -> Command:
    """Return the command that indexes the pages in some folders of a site, for searches from pages of a language.

    An index a language of pages, and no filter in one index: Pagefind writes the values of filters in any order.
    """
    given = ["--site", str(folder), "--force-language", SEARCH_LANGUAGE, "--exclude-selectors", ",".join(NO_CONTENT)]
    given += ["--output-subdir", f"{INDEX}/{language}", "--glob", f"{{{','.join(parts)}}}/**/*.html"]
    return Command("search", ["pagefind", "--quiet", *given])


def run(*commands: Command) -> None:
    """Run commands side by side, and wait for all of them; HubError with what the first that failed has said."""
    with ThreadPoolExecutor(len(commands)) as pool:
        for each in [pool.submit(_run, command) for command in commands]:
            each.result()


def _run(command: Command) -> None:
    full = [sys.executable, "-m", *command.arguments]
    done = subprocess.run(full, capture_output=True, text=True, check=False, env=environment())  # noqa: S603  our own programs
    if done.returncode:
        raise HubError(
            f"the site could not be made: {command.does}",
            expected=" ".join(command.arguments[:2]),
            found=(done.stderr or done.stdout)[-2000:].strip(),
        )


def environment() -> dict[str, str]:
    """Return an environment in which `hub` can be imported, no clock is read, and nobody prints news about itself."""
    paths = [str(Path(hub.__file__).parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    quiet = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
    return {**os.environ, **quiet, "PYTHONPATH": os.pathsep.join(paths)}
