"""A process that has imported hub already and forks a child for each task, so that a kill costs milliseconds.

    with Nursery() as nursery:
        pid = nursery.start("download", home, url="http://127.0.0.1:1234/ok/a.bin")
        os.kill(pid, signal.SIGKILL)
        nursery.wait(pid)       # -9; 0 for a task that came to its end, else the exit code of its error

It talks in lines of JSON: a task is answered by the child's pid, a wait by how the child ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Self

TESTS = Path(__file__).parent.parent
FOREIGN = 99
"""The exit code of a child that was ended by an error that is none of hub's."""


class Nursery:
    """The process, as tests see it. `modules` are imported before the first fork."""

    def __init__(self, *modules: str) -> None:
        self._modules = ("hub.fetch", "hub.sources.http", "hub.transfer", *modules)

    def __enter__(self) -> Self:
        path = os.pathsep.join([str(TESTS.parent), str(TESTS), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, __file__, *self._modules],
            env=dict(os.environ, PYTHONPATH=path, OMP_NUM_THREADS="1"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._ask({"wait": 0}) == 0  # until all is imported
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def start(self, task: str, home: Path, **arguments: object) -> int:
        """Fork a child that does a task of `kills.tasks` with the store `home`, and return its pid."""
        return self._ask({"task": task, "home": str(home), "arguments": arguments})

    def wait(self, pid: int) -> int:
        """Return how a child ended: its exit code, or minus the signal that ended it."""
        return self._ask({"wait": pid})

    def do(self, task: str, home: Path, **arguments: object) -> int:
        """Have a task done and return how it ended."""
        return self.wait(self.start(task, home, **arguments))

    def _ask(self, question: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def _live() -> None:
    for line in sys.stdin:
        question = json.loads(line)
        answer = _ended(question["wait"]) if "wait" in question else _born(question)
        print(answer, flush=True)  # noqa: T201  this is how it talks


def _born(question: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(_done(question))
    return pid


def _ended(pid: int) -> int:
    if not pid:
        return 0
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _done(question: dict[str, Any]) -> int:
    from hub.errors import HubError
    from kills import tasks

    # What the child prints must not be taken for an answer, nor may it read questions.
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.environ["HUB_HOME"] = question["home"]
    try:
        return tasks.do(question["task"], question["arguments"])
    except HubError as error:
        return error.exit_code
    except BaseException:  # noqa: BLE001  the nursery has to live on
        traceback.print_exc()
        return FOREIGN


if __name__ == "__main__":
    from importlib import import_module

    for name in ("kills.tasks", *sys.argv[1:]):
        import_module(name)
    _live()
