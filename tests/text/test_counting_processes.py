"""Other processes count for any kind of program, and end with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from token_makers import dies, fails_unlike, prints, words

from hub.errors import HubError
from hub.text.vocab.counting import count_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent.parent
HUB = TESTS.parent

COUNT = "from hub.text.vocab.counting import count_texts; from token_makers import words\n"


def python(*arguments: str, program: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        input=program,
        env=os.environ | {"PYTHONPATH": f"{HUB}{os.pathsep}{TESTS}"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(COUNT + "print('once', count_texts(['a b'], words, workers=2)['a'])")

    done = python(str(script))

    assert (done.stdout, done.stderr) == ("once 1\n", "")


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_daemon_can_count_with_others(tmp_path: Path, start: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        COUNT + "from multiprocessing import get_context\n"
        "def work():\n    print(count_texts(['a b'], words, workers=2)['a'], flush=True)\n"
        "if __name__ == '__main__':\n"
        f"    one = get_context('{start}').Process(target=work, daemon=True)\n    one.start(); one.join()\n"
    )

    done = python(str(script))

    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_tokenizer_of_the_program_itself_works_in_its_process() -> None:
    own = COUNT + "def own(text): return text.split()\nprint(count_texts(['a b'], own, workers=2)['b'])"

    done = python("-", program=own)

    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.parametrize("executable", ["", "/bin/true", "/nowhere"])
def test_without_a_python_to_start_this_process_counts(monkeypatch: pytest.MonkeyPatch, executable: str) -> None:
    monkeypatch.setattr(sys, "executable", executable)

    assert count_texts(["a b"], words, workers=2) == {"a": 1, "b": 1}


def test_what_a_tokenizer_prints_does_no_harm(capfd: pytest.CaptureFixture[str]) -> None:
    counted = count_texts(["a b", "a"], prints, workers=2)

    assert counted == {"a": 2, "b": 1}
    assert "talk" in capfd.readouterr().err


def many() -> Iterator[str]:
    for number in range(3000):
        yield f"{number} " * 200


def test_a_process_that_dies_is_told_of() -> None:
    with pytest.raises(HubError, match=r"ended before its work was done[\s\S]*found 7"):
        count_texts(many(), dies, workers=2)


def test_an_exception_that_cannot_be_pickled_is_told_of() -> None:
    with pytest.raises(HubError, match="NotAlike: onetwo") as error:
        count_texts(many(), fails_unlike, workers=2)

    assert "fails_unlike" in "".join(error.value.__cause__.__notes__)  # type: ignore[union-attr]


def test_an_error_of_the_iterator_ends_all() -> None:
    def broken() -> Iterator[str]:
        yield from many()
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        count_texts(broken(), words, workers=2)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_they_end_with_the_program(tmp_path: Path, end: signal.Signals) -> None:
    program = COUNT + "from token_makers import endless\ncount_texts(['a b'] * 9, endless, workers=2)"
    environment = os.environ | {"PYTHONPATH": f"{HUB}{os.pathsep}{TESTS}", "PIDS": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE) as running:
        wait_for(lambda: any(tmp_path.iterdir()))
        running.send_signal(end)

    assert running.returncode == -end
    wait_for(lambda: not any(alive(int(pid.name)) for pid in tmp_path.iterdir()))


def wait_for(happens: Any) -> None:
    until = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < until
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
