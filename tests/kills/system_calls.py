"""Killing a process at a system call, with strace: it attaches to a child that waits at a gate.

    strace -f -p PID -e inject=rename:signal=KILL:when=2

The count is of one thread and of one call, so a place is a call's name and its number.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kills.aftermath import Wanted
    from kills.nursery import Nursery

# What changes a file system; "?" because not every architecture has them all.
CHANGING = (
    "?rename,?renameat,?renameat2,?unlink,?unlinkat,?mkdir,?mkdirat,?rmdir,?link,?linkat,?symlink,?symlinkat,?chmod,"
    "?fchmod,?fchmodat,?truncate,?ftruncate,?fallocate,?open,?openat,?creat,?write,?pwrite64,?writev,?pwritev,"
    "?pwritev2,?copy_file_range,?sendfile,?fsync,?fdatasync,?sync_file_range,?utimensat,?flock,?ioctl"
)
CALL = re.compile(r"^(?P<thread>\d+) +(?P<name>\w+)\((?P<rest>.*)")
ATTACHED_WITHIN = 10.0
HOW_TO_GET_IT = "needs strace: apt-get install strace"


def why_not() -> str:
    """Return why processes cannot be killed at system calls here; "" if they can."""
    if shutil.which("strace") is None:
        return HOW_TO_GET_IT
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()[:80]}"


def changes(nursery: Nursery, file: Wanted, folder: Path) -> list[tuple[str, int]]:
    """Return the places where a download changes its store: the call's name and its number, first to last."""
    log = folder / "calls"
    assert _traced(nursery, file, folder / "gate", ["-y", "-o", str(log)]) == 0
    counts: dict[tuple[str, str], int] = defaultdict(int)
    places: dict[tuple[str, int], None] = {}
    for line in log.read_text(errors="replace").splitlines():
        if found := CALL.match(line):
            key = (found["thread"], found["name"])
            counts[key] += 1
            if str(file.home) in found["rest"]:
                places[found["name"], counts[key]] = None
    return list(places)


def killed_at(nursery: Nursery, file: Wanted, gate: Path, name: str, number: int) -> int:
    """Return how a download ended that was killed at a place, if it came there."""
    return _traced(nursery, file, gate, ["-o", "/dev/null", "-e", f"inject={name}:signal=KILL:when={number}"])


def _traced(nursery: Nursery, file: Wanted, gate: Path, options: list[str]) -> int:
    gate.unlink(missing_ok=True)
    pid = nursery.start("download", file.home, url=file.url, gate=str(gate))
    strace = subprocess.Popen(["strace", "-f", "-qq", "-e", f"trace={CHANGING}", *options, "-p", str(pid)])
    try:
        _wait_until_traced(pid)
        gate.touch()
        return nursery.wait(pid)
    finally:
        strace.wait()


def _wait_until_traced(pid: int) -> None:
    until = time.monotonic() + ATTACHED_WITHIN
    while "TracerPid:\t0\n" in Path(f"/proc/{pid}/status").read_text():
        if time.monotonic() > until:
            raise TimeoutError("strace did not attach")
        time.sleep(0.002)
