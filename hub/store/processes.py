"""Which process something in the store belongs to, and whether that process is still there.

A process is named `<host>-<pid>-<start time>`. The start time tells a process from a later one that was given the same
pid; the host covers the pid namespace, since containers may share a host's name and count processes on their own.
"""

from __future__ import annotations

import hashlib
import os
import socket
from functools import cache
from pathlib import Path

PROC = Path("/proc")

# Of the fields behind the name in /proc/<pid>/stat (proc_pid_stat(5)): state is the 3rd of all, starttime the 22nd.
STATE, STARTTIME = 0, 19

UNKNOWN = "0"
"""The start time where the system does not tell: the pid alone counts then."""


def me() -> str:
    """Return the name of this process."""
    return _named(os.getpid())


@cache
def _named(pid: int) -> str:
    """Once a process: a fork has a pid of its own."""
    return f"{host()}-{pid}-{_started(pid)}"


@cache
def host() -> str:
    """Return what stands for this machine and pid namespace: 8 hex digits."""
    try:
        namespace = str((PROC / "self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return hashlib.sha256(f"{socket.gethostname()} {namespace}".encode()).hexdigest()[:8]


def is_of_this_host(name: str) -> bool:
    """Tell whether the process of that name is, or was, on this machine."""
    return name.partition("-")[0] == host()


def is_running(name: str) -> bool:
    """Tell whether a process of this host is still there; a name that makes no sense is of none."""
    _, _, rest = name.partition("-")
    pid, _, started = rest.partition("-")
    if not pid.isdecimal() or not _exists(int(pid)):
        return False
    found = _started(int(pid))
    return UNKNOWN in (started, found) or started == found


def _exists(pid: int) -> bool:
    if os.name == "nt":  # signal 0 would end the process there
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """Return when a process was started: the boot and the ticks since then; a dead one that nobody reaped never was."""
    try:
        fields = (PROC / str(pid) / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text("ascii")[:8]
    except OSError:
        return UNKNOWN
    return "dead" if fields[STATE] == "Z" else f"{boot}.{fields[STARTTIME]}"
