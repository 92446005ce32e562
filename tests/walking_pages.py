"""A page of the documentation, walked through as its reader would: one shell from its first block to its last.

    ```console     `$ command`, and below it lines that the command prints, in their order; `...` is anything
    ```sh          commands
    ```python      a program; what `print(...)  # text` says stands beside it

A block whose first line is a comment with a file's name (`# train.py`) is that file. Numbers and digests of a page are
those of the published files, which a small world lacks: any number stands for any other.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import small_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    from web_folder import WebFolder

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
PRINTED = re.compile(r"^ *print\(.*\)  # (.*)$", re.MULTILINE)
# Sizes, counts and digests; a unit belongs to its number.
NUMBER = re.compile(r"\b(?:[0-9a-f]{8,64}|\d[\d.,]*)(?: (?:[kMGT]?B|bytes?)\b)?(?:/s)?")
SHELL = ("bash", "--norc", "--noprofile")


def write_world(folder: Path) -> Path:
    """Write a checkout of hub with cards of a small world, whose files lie in `files`."""
    cards = small_world.write(folder)
    (cards / "hub").symlink_to(small_world.ROOT / "hub")
    (cards / "catalog").symlink_to(small_world.ROOT / "catalog")
    (cards / "pyproject.toml").symlink_to(small_world.ROOT / "pyproject.toml")
    return folder


def served(world: Path, folder: Path, web: WebFolder) -> Path:
    """Copy a world's checkout to `folder` with cards that name `web` in place of this machine's disk."""
    # By name, so that it differs from the addresses of what pages start themselves.
    address = web.address.replace("127.0.0.1", "localhost")
    checkout = folder / "checkout"
    checkout.mkdir()
    for path in (world / "cards").iterdir():
        if path.name in ("datasets", "models"):
            (checkout / path.name).mkdir()
            for card in path.iterdir():
                (checkout / path.name / card.name).symlink_to(card)
        else:
            (checkout / path.name).symlink_to(path.resolve())
    for name in ("datasets/mnist.toml", "datasets/digits.toml"):
        text = (world / "cards" / name).read_text("utf-8")
        _replace(checkout / name, text.replace((world / "files").as_uri() + "/", address))
    _replace(checkout / "models/efficientnet_lite.toml", _weights(world, web.folder, address))
    return checkout


def _replace(card: Path, text: str) -> None:
    card.unlink()
    card.write_text(text, "utf-8")


def _weights(world: Path, folder: Path, address: str) -> str:
    """Return the card of the network, whose first weights are those that PyTorch's cache of the world has."""
    (weights,) = (world / "torch/hub/checkpoints").iterdir()
    text = (world / "cards/models/efficientnet_lite.toml").read_text("utf-8")
    head, name, rest = text.partition(f'name = "{weights.name}"\n')
    rest = re.sub(r"size = \d+", f"size = {weights.stat().st_size}", rest, count=1)
    before, mark, after = rest.partition("[[variants.weights.artifact.sources]]\n")
    after = after[after.index("[[variants]]") :]
    (folder / weights.name).unlink(missing_ok=True)
    (folder / weights.name).symlink_to(weights)
    return f'{head}{name}{before}{mark}url = "{address}{weights.name}"\n\n{after}'


@dataclass
class Reader:
    """Somebody with a shell, in a folder of a home of their own, under `root`, which pages do not show."""

    root: Path
    checkout: Path
    _instead: dict[str, str] = field(default_factory=dict)
    """Addresses that pages show, and those that they are here."""

    def __enter__(self) -> Self:
        self.command("hub", f'exec "{sys.executable}" -m hub "$@"')
        self.command("python", f'exec "{sys.executable}" "$@"')
        self.home.mkdir(parents=True)
        self._shell = subprocess.Popen(
            SHELL,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.home,
            env=self._environment(),
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._shell.pid, 9)
        self._shell.communicate()

    @property
    def home(self) -> Path:
        return self.root / "home/you"

    @property
    def _commands(self) -> Path:
        return self.root / "bin"

    def command(self, name: str, script: str) -> None:
        """Let a command of this name do what a script of the shell says."""
        self._commands.mkdir(exist_ok=True)
        (self._commands / name).write_text(f"#!/bin/sh\n{script}\n")
        (self._commands / name).chmod(0o755)

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": f"{self._commands}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.checkout),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "You",
            "GIT_AUTHOR_EMAIL": "you@example.org",
            "GIT_COMMITTER_NAME": "You",
            "GIT_COMMITTER_EMAIL": "you@example.org",
            "OMP_NUM_THREADS": "1",
            "LC_ALL": "C.UTF-8",
        }

    def run(self, command: str) -> tuple[int, str]:
        """Return the status of a command and what it printed; what it sets stays set."""
        end = uuid.uuid4().hex
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{{ {command}\n}} </dev/null; echo {end} $?\n")
        self._shell.stdin.flush()
        printed = []
        for line in self._shell.stdout:
            before, found, status = line.partition(end)
            printed.append(before)
            if found:
                return int(status), "".join(printed).replace(str(self.root), "")
        raise AssertionError("".join(printed) or f"the shell ended at {command}")

    def write(self, name: str, text: str) -> None:
        """Write a file into the working folder of the shell."""
        _, folder = self.run("pwd -P")
        path = self.root / folder.strip().lstrip("/") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def walk(self, page: str) -> None:
        """Do what a page shows, in its order; AssertionError names what went otherwise."""
        for language, text in BLOCK.findall(page):
            if found := FILE.match(text):
                self.write(found[1], text)
            elif language == "console":
                for command, expected in steps(text):
                    self._step(command, expected)
            elif language == "sh":
                self._step(text, [])
            elif language == "python":
                self.write("shown.py", text)
                self._step("python shown.py", PRINTED.findall(text))

    def serve(self, shown: str) -> None:
        """Serve the store as `hub serve` does, to this machine; the address that a page shows for it stands for it."""
        self.run("hub serve --host 127.0.0.1 --port 0 > served &")
        _, address = self.run("until grep -s ^HUB_SHARED= served; do sleep 0.1; done")
        self._instead[shown.partition("=")[2]] = address.strip().partition("=")[2]

    def _step(self, command: str, expected: list[str]) -> None:
        if command == "hub serve":
            self.serve(expected[0])
            return
        for shown, meant in self._instead.items():
            command = command.replace(shown, meant)
        status, printed = self.run(command)
        assert status == 0, f"$ {command}\nended with {status}:\n{printed}"
        rest = iter(printed.splitlines())
        for line in expected:
            assert any(is_like(line, each) for each in rest), f"$ {command}\nshould print\n{line}\nbut:\n{printed}"


def steps(text: str) -> Iterator[tuple[str, list[str]]]:
    r"""Yield each command of a transcript with the lines that stand below it.

    >>> list(steps("$ a \\\n>   b\none\n...\n$ c\n"))
    [('a \\\n  b', ['one']), ('c', [])]
    """
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        first, *lines = part.rstrip("\n").split("\n")
        while lines and lines[0].startswith(">"):
            first += "\n" + lines.pop(0)[2:]
        yield first, [line for line in lines if line.strip() not in ("", "...")]


def is_like(shown: str, printed: str) -> bool:
    """Tell whether a line is one that a page shows, whatever its numbers and the width of its columns.

    >>> is_like("+ mnist: 4 files, 55.0 MB", "+ mnist: 2 files, 11 B"), is_like("now in ...", "now in /tmp/a")
    (True, True)
    """
    words = [re.escape(_plain(each)) for each in shown.split("...")]
    return re.fullmatch(".*".join(words), _plain(printed)) is not None


def _plain(line: str) -> str:
    return " ".join(NUMBER.sub("0", line).split())
