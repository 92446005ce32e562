"""What the children of a nursery do: one function a task, which works on the store that HUB_HOME names.

Any task can be told how to go about it: `gate`, a path that has to exist before it begins; `elections=False`, as on
file systems that let everybody make the same file; `die_at`, a line of hub's code that it does not survive; `lines`, a
file to write down every line that it came by; `most`, the bytes that a file may have; `clock`, by how many seconds its
clock is wrong; `jump`, by how many it jumps, forth and back, many times a second; `environ`, variables of its own;
`host`, the name of the machine that it takes itself to be on; `silence`, for how many seconds an elected process
elsewhere may be silent.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from faults import haste

from hub.store import elections, owners

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

HUB = Path(__file__).parent.parent.parent / "hub"
WATCHED = tuple(str(HUB / part) for part in ("store", "transfer", "fetch"))
RECEIVE = 16 << 10
PR_SET_PTRACER = 0x59616D61
ANYBODY = ctypes.c_ulong(-1)


def do(task: str, arguments: dict[str, Any]) -> int:
    """Do a task and return its exit code."""
    gate, held = arguments.pop("gate", ""), arguments.pop("elections", True)
    die_at, lines = arguments.pop("die_at", None), arguments.pop("lines", "")
    most, clock, jump = arguments.pop("most", None), arguments.pop("clock", 0.0), arguments.pop("jump", 0.0)
    if arguments.pop("hurry", False):
        haste.hurry(pytest.MonkeyPatch())
    os.environ.update(arguments.pop("environ", {}))
    host, silence = arguments.pop("host", ""), arguments.pop("silence", None)
    if host:
        _move_to(host)
    if silence:
        elections.SILENCE = silence
    if not held:
        _elect_everybody()
    _receive_little_at_a_time()
    if most is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    if clock or jump:
        _set_clock(clock, jump)
    if gate:
        _wait_for(Path(gate))
    if die_at:
        _watch(_Death(*die_at))
    if lines:
        _watch(_Writer(lines))
    return TASKS[task](**arguments) or 0


def download(url: str) -> None:
    """Download a URL that carries a digest, and compare what was got with it."""
    from hub.fetch import download

    (path,) = download(url, progress=False)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == url.rpartition("=")[2]


def prepare(folder: str, images: str) -> None:
    """Prepare a dataset shaped like MNIST out of a folder, and compare its images with their digest."""
    from hub.datasets.loading import load_dataset

    train: Any = load_dataset("mnist", split="train", data_dir=folder, verify=False, progress=False)
    found = b"".join(sample.image.tobytes() for sample in train)
    assert hashlib.sha256(found).hexdigest() == images


def weights(url: str) -> None:
    """Load weights from a URL."""
    from hub.model_zoo import load_url

    assert float(load_url(url, progress=False)["weight"].sum()) == 3.0


def rank(dataset: str, rows: int, log: str) -> None:
    """Load a dataset as a rank does, and write down what was made for that, by whom."""
    from hub.datasets.loading import load_dataset

    notes = logging.FileHandler(log)
    logging.getLogger("hub").addHandler(notes)
    logging.getLogger("hub").setLevel(logging.INFO)
    found: Any = load_dataset(dataset, split="train", progress=False)
    assert len(found) == rows
    distributed = sys.modules.get("torch.distributed")
    assert distributed is None or not distributed.is_initialized()


def broadcast(name: str, told: dict[str, Any], rank: int, world: int, meeting: str, result: str) -> None:
    """Load a network from rank 0 over a process group of gloo, and write down what came of it."""
    import torch.distributed as dist

    from hub.models.loading import load
    from hub.ranks import broadcasting

    broadcasting.BUCKET = 1 << 20  # several of them
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=world)
    try:
        model: Any = load(name, broadcast=True, progress=False, **told)
    finally:
        dist.destroy_process_group()
    tensors = [*model.named_parameters(), *model.named_buffers()]
    values = [
        (each, str(tensor.dtype), hashlib.sha256(tensor.detach().numpy()).hexdigest()) for each, tensor in tensors
    ]
    Path(result).write_text(json.dumps({"values": values, "sha256": model.hub.sha256}), "utf-8")


def fork_after_use(url: str, others: list[str]) -> None:
    """Download a file, and then fork children that each download another one and this one."""
    download(url)
    children = []
    for other in others:
        pid = os.fork()
        if not pid:
            download(other)
            download(url)
            os._exit(0)
        children.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children] == [0] * len(others)


def command(words: list[str], folder: str = "") -> int:
    """Run a command line of hub, in a folder."""
    from hub.cli import run

    os.chdir(folder or "/")
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        return run(words)


TASKS: dict[str, Callable[..., int | None]] = {
    "broadcast": broadcast,
    "command": command,
    "download": download,
    "fork after use": fork_after_use,
    "prepare": prepare,
    "rank": rank,
    "weights": weights,
}


def _move_to(host: str) -> None:
    socket.gethostname = lambda: host
    owners._host.cache_clear()


def _elect_everybody() -> None:
    elections.turn = lambda *_, **__: nullcontext()  # type: ignore[assignment]  # as if nobody else had ever asked
    elections.attempt = lambda *_: nullcontext(True)  # type: ignore[assignment]


def _receive_little_at_a_time() -> None:
    """Keep what the kernel holds for this process small, so that what a server has sent is what was read of it."""
    from urllib3.connection import HTTPConnection

    HTTPConnection.default_socket_options = [(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE)]


def _set_clock(wrong_by: float, jump: float) -> None:
    right = time.time
    time.time = lambda: right() + wrong_by + jump * (int(right() * 50) % 2)


def _wait_for(gate: Path) -> None:
    # Who attaches to a process is usually no parent of its; Linux asks the process then.
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
    while not gate.exists():
        time.sleep(0.001)


class _Death:
    """Kills the process when it comes by a line for the n-th time."""

    def __init__(self, file: str, line: int, times: int) -> None:
        self._place = (file, line)
        self._left = times

    def __call__(self, file: str, line: int) -> None:
        if (file, line) == self._place:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


class _Writer:
    """Writes every line down."""

    def __init__(self, path: str) -> None:
        self._out = Path(path).open("w", buffering=1)  # noqa: SIM115  for as long as the process lives

    def __call__(self, file: str, line: int) -> None:
        self._out.write(f"{file}:{line}\n")


def _watch(passing: Callable[[str, int], None]) -> None:
    """Tell `passing` of every line of the watched packages before it runs, in any thread."""

    def at_a_line(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            passing(frame.f_code.co_filename, frame.f_lineno)
        return at_a_line

    def at_a_call(frame: FrameType, *_: object) -> Any:
        return at_a_line if frame.f_code.co_filename.startswith(WATCHED) else None

    threading.settrace(at_a_call)
    sys.settrace(at_a_call)
