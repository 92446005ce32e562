"""`hub preview`: what it fetches, reads, prints and writes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from pinned_world import World
from readers.own_files import BOXES
from readers.packing import write_folder

from hub import cli, registry
from hub.cli.table import width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server import Server

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `hub preview` with arguments; return exit code, standard output and standard error."""

    def called(*arguments: object) -> tuple[int, str, str]:
        code = cli.run(["preview", *map(str, arguments)])
        said = capfd.readouterr()
        return code, said.out, said.err

    return called


@pytest.fixture
def world(tmp_path: Path, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Cards whose files a server has."""
    made = World(tmp_path / "world" / "cards", server)
    monkeypatch.setattr(registry, "cards_folder", lambda: made.folder)
    return made


def picture(seed: int, size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture that cannot be made smaller: noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    written = BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Six pictures of one's own in three classes with names in several scripts."""
    names = ("cat/0", "cat/1", "cat/2", "狗/0", "狗/1", "قطة/0")
    return write_folder(tmp_path / "pets", {f"{name}.png": picture(seed) for seed, name in enumerate(names)})


def test_pictures_of_a_folder_are_shown_with_their_classes_and_counted(run: Run, pets: Path) -> None:
    code, out, _ = run(pets, "-q")

    assert code == 0
    assert out.startswith("pets\n")
    assert all(name in out for name in ("#0 cat", "#4 狗", "قطة", "samples of each label"))
    assert [line.split()[-1] for line in out.splitlines() if "█" in line] == ["3", "1", "2"]
    assert "\x1b" not in out  # no terminal


def test_json_tells_what_is_shown(run: Run, pets: Path) -> None:
    code, out, _ = run(pets, "--json", "-n", 3, "-q")

    told = json.loads(out)
    assert code == 0
    assert (told["dataset"], told["split"], told["count"]) == ("pets", "all", 6)
    assert [sample["caption"] for sample in told["samples"]] == ["cat", "قطة", "狗"]
    assert told["classes"]["counts"] == {"cat": 3, "قطة": 1, "狗": 2}


@pytest.mark.parametrize("asked", ["狗", "2"])
def test_one_class_alone_is_asked_for_by_name_or_number(run: Run, pets: Path, asked: str) -> None:
    _, out, _ = run(pets, "--class", asked, "--json", "-q")

    assert {sample["caption"] for sample in json.loads(out)["samples"]} == {"狗"}


def test_a_class_that_there_is_not_is_refused_with_the_nearest_one(run: Run, pets: Path) -> None:
    code, _, err = run(pets, "--class", "cats", "-q")

    assert code == 3
    assert "did you mean" in err.lower()
    assert "cat" in err


def test_a_class_of_things_in_pictures_is_looked_for_in_annotations(run: Run, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "own", BOXES["coco"](["train", "val"]))

    found = {name: json.loads(run(folder, "--class", name, "--json", "-q")[1])["samples"] for name in ("cat", "dog")}
    code, _, _ = run(folder, "--class", "bird", "-q")

    assert [len(samples) for samples in found.values()] == [1, 1]
    assert code == 3


def test_a_seed_draws_at_random_and_the_same_again(run: Run, pets: Path) -> None:
    drawn = [
        [sample["number"] for sample in json.loads(run(pets, "--seed", seed, "--json", "-q")[1])["samples"]]
        for seed in (1, 1, 2)
    ]

    assert drawn[0] == drawn[1] != drawn[2]
    assert sorted(drawn[0]) == list(range(6))


def test_a_picture_and_a_page_are_written_and_named(run: Run, pets: Path, tmp_path: Path) -> None:
    png, html = tmp_path / "a.png", tmp_path / "a.html"

    code, out, _ = run(pets, "--png", png, "--html", html, "-q")

    assert code == 0
    assert out.split() == [str(png), str(html)]
    with Image.open(png) as sheet:
        assert sheet.width > 300
    page = html.read_text("utf-8")
    assert page.count("<figure>") == 6
    assert "قطة" in page


def test_a_folder_that_is_not_there_is_said_before_anything_is_read(run: Run, tmp_path: Path) -> None:
    code, _, err = run("mnist", "--png", tmp_path / "none" / "a.png")

    assert code == 2
    assert "no such folder" in err
    assert "fetched" not in err


def test_of_what_is_not_here_it_is_said_what_is_fetched_and_how_much(run: Run, world: World) -> None:
    code, out, err = run("cats")
    again = run("cats")

    assert code == again[0] == 0
    assert f"2 files of train, {(len(world.images) + len(world.labels)) / 1000:.1f} kB, to be fetched" in err
    assert "tabby" in out
    assert "fetched" not in again[2]


def test_without_a_split_that_is_shown_of_which_least_is_to_be_fetched(run: Run, world: World) -> None:
    run("cats", "--split", "test", "-q")

    _, out, err = run("cats", "--json")

    assert json.loads(out)["split"] == "test"
    assert "fetched" not in err


def test_offline_nothing_is_fetched(run: Run, world: World, server: Server) -> None:
    code, _, err = run("cats", "--offline")

    assert code == 7
    assert "to be fetched" not in err
    assert server.requests == []


def test_what_has_to_be_got_by_hand_says_so(run: Run, world: World) -> None:
    code, _, err = run("dogs")

    assert code != 0
    assert "ask them" in err


def test_pictures_that_are_not_shown_are_not_read(run: Run, tmp_path: Path) -> None:
    if not Path("/proc/self/io").exists():
        pytest.skip("only Linux counts what a process reads")
    large = {f"{kind}/{number}.png": picture(number, (400, 300)) for kind in "ab" for number in range(20)}
    folder = write_folder(tmp_path / "large", large)
    one = len(large["a/0.png"])
    run(folder, "-n", 1, "--json")  # prepares, and imports what is needed

    before = bytes_read()
    code, _, _ = run(folder, "-n", 3, "--png", tmp_path / "a.png", "-q")
    read = bytes_read() - before

    assert code == 0
    assert 3 * one <= read < 5 * one
    assert sum(map(len, large.values())) > 30 * one


def bytes_read() -> int:
    """Return how many bytes this process has asked files for so far."""
    return int(Path("/proc/self/io").read_text().splitlines()[0].split()[1])


def test_a_picture_that_is_damaged_is_told_and_the_others_are_shown(run: Run, pets: Path, tmp_path: Path) -> None:
    (pets / "cat" / "1.png").write_bytes(picture(1)[:200])
    html = tmp_path / "a.html"

    code, out, _ = run(pets, "-q")
    run(pets, "-q", "--html", html, "--png", tmp_path / "a.png")

    assert code == 0
    assert "damaged" in "".join(out.split())
    assert "#5 狗" in out
    assert html.read_text("utf-8").count("<img") == 5


def test_texts_are_shown_in_lines_as_wide_as_the_terminal_and_cannot_command_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "good," + "so many words " * 40 + "\nbad,\x1b[2Jclear\x07ed\n"
    (tmp_path / "texts.csv").write_text("label,text\n" + text)
    monkeypatch.setenv("COLUMNS", "50")

    code, out, _ = run("text_classification", "--data-dir", tmp_path / "texts.csv", "-q")

    assert code == 0
    assert "so many words" in out
    assert "�[2Jclear�ed" in out
    assert "\x1b" not in out
    shown = [line for line in out.splitlines() if "words" in line]
    assert len(shown) == 3
    assert max(map(len, shown)) <= 50


TERMINALS: Mapping[str, tuple[dict[str, str], str | None]] = {
    "true colour": ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "\x1b[38;2;"),
    "256 colours": ({"TERM": "xterm-256color"}, "\x1b[38;5;"),
    "no colour wanted": ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, None),
    "dumb": ({"TERM": "dumb", "COLORTERM": "truecolor"}, None),
}


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are Unix's")
@pytest.mark.parametrize(
    ("environment", "code"),
    [
        pytest.param(*each, id=name, marks=() if name in ("true colour", "dumb") else pytest.mark.thorough)
        for name, each in TERMINALS.items()
    ],
)
def test_a_terminal_gets_the_colours_that_it_has_and_no_line_is_too_wide(
    pets: Path, home: Path, environment: dict[str, str], code: str | None
) -> None:
    out = in_terminal(["preview", str(pets), "-q"], 72, {**environment, "HUB_HOME": str(home)})

    assert ("▀" in out) == (code is not None)
    assert (code or "#0 cat") in out
    assert ("\x1b" in out) == (code is not None)
    assert max(width(without_colours(line)) for line in out.splitlines()) <= 72


def without_colours(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


def in_terminal(arguments: list[str], columns: int, environment: dict[str, str]) -> str:
    """Return what a command prints in a terminal of so many columns."""
    import fcntl
    import pty
    import struct
    import termios

    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "COLORTERM")}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-m", "hub", *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=kept | environment):
        os.close(theirs)
        said = b""
        while part := _read(ours):
            said += part
    os.close(ours)
    return said.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way to say that nobody writes any more
        return b""


def test_a_name_is_a_dataset_before_it_is_a_folder(
    run: Run, world: World, pets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(pets, tmp_path / "cats")

    dataset: Any = json.loads(run("cats", "--json", "-q")[1])
    folder: Any = run("./cats", "--json", "-q")

    assert dataset["dataset"] == "Cats 1.0.0"
    assert folder[0] == 3  # this world has no card for folders
