"""Drafts of cards with their files, small enough to publish hundreds of them, and programs that publish them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

CARD = """
name = "Lines {name}"
version = "{version}"
summary.en = "A line about {name}."
task = ["language-modeling"]
license = "CC0-1.0"
reader = "own_lines"

[[fields]]
name = "text"
kind = "text"

[splits.all]
samples = 1
files.lines = "{name}.txt"
options.split = "all"

[[artifacts]]
name = "{name}.txt"
"""

# Publishes each card by itself, as one publisher after the other would.
PUBLISHER = """
import sys
from pathlib import Path
from hub.publish.publishing import publish

to, *cards = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
for card in map(Path, cards):
    publish([card.with_suffix(".txt")], [card], to)
"""


def write(folder: Path, name: str, *, version: str = "1.0.0", text: str = "") -> Path:
    """Write the card of a dataset of one line, and its file; return the card."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(text or f"a line about {name}\n", "utf-8")
    card = folder / f"{name}.toml"
    card.write_text(CARD.format(name=name, version=version), "utf-8")
    return card


def publisher(to: str, cards: Iterable[Path]) -> subprocess.Popen[str]:
    """Start a process that publishes cards once it is told to, and wait until it is ready."""
    command = [sys.executable, "-c", PUBLISHER, to, *map(str, cards)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(processes: Sequence[subprocess.Popen[str]]) -> None:
    """Let publishers begin."""
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()


def await_end(process: subprocess.Popen[str]) -> int:
    """Return the code with which a publisher ends."""
    with process:
        return process.wait(120)


def named(read: Callable[[str], bytes]) -> dict[str, Any]:
    """Return id -> card of all that a registry names, each compared with its digest, and so are its files.

    `read` returns what lies under a path below the folder of the index; whatever is not there fails.
    """
    found: dict[str, Any] = {}
    for each in json.loads(read("index.json"))["lists"]:
        for entry in json.loads(_whole(read(each["list"]), each))["entries"]:
            for version in (entry, *entry.get("earlier", ())):
                card = json.loads(_whole(read(version["card"]), version))
                for artifact in card.get("artifacts", ()):
                    _whole(read(artifact["sources"][0]["url"]), artifact)
            found[entry["id"]] = entry
    return found


def _whole(data: bytes, stated: dict[str, Any]) -> bytes:
    assert (len(data), hashlib.sha256(data).hexdigest()) == (stated["size"], stated["sha256"])
    return data


def in_folder(root: Path) -> dict[str, Any]:
    """Return what the registry in a folder names."""
    return named(lambda path: (root / "registry/v1" / path).read_bytes())
