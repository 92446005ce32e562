"""Owners: which process something in the store belongs to, and whether that process is certainly gone.

    <host>-<boot>-<pid>-<start>      such as 3f2a91-77c0de-4711-8812345

Process numbers come again, so the time at which a process began stands beside its number. They mean something on one
boot of one machine only, and in one container: that is what `boot` tells.
"""

from __future__ import annotations

import os
import socket
from enum import Enum
from functools import cache
from hashlib import sha256
from pathlib import Path


class Fate(Enum):
    """What is known of an owner."""

    ALIVE = "it runs"
    GONE = "it ran here, since this machine was started, and has ended"
    BEFORE = "it ran here before this machine, or its container, was started anew"
    ELSEWHERE = "it runs, or ran, on another machine"


def me() -> str:
    """Return this process as an owner."""
    return _me(os.getpid())


def fate(owner: str) -> Fate:
    """Return what is known of an owner; one whose name says nothing is ELSEWHERE."""
    host, _, rest = owner.partition("-")
    boot, _, process = rest.partition("-")
    pid, _, start = process.partition("-")
    if host != _host() or not pid.isdecimal():
        return Fate.ELSEWHERE
    if boot != _boot():
        return Fate.BEFORE
    return Fate.ALIVE if _runs(int(pid), start) else Fate.GONE


@cache
def _me(pid: int) -> str:
    return f"{_host()}-{_boot()}-{pid}-{_start(pid)}"


@cache
def _host() -> str:
    return _short(socket.gethostname())


@cache
def _boot() -> str:
    """Differs between boots of a machine, and between containers on it, which number processes by themselves."""
    return _short(_read("/proc/sys/kernel/random/boot_id") + _target("/proc/self/ns/pid"))


def _start(pid: int) -> str:
    """Return when a process began, in ticks since the boot; "" where the system does not tell, "ended" of a zombie."""
    # The name, in brackets, may hold blanks; the 22nd field of all is the 20th after it (proc(5)).
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if len(fields) <= 19:  # noqa: PLR2004
        return ""
    return "ended" if fields[0] in "ZX" else fields[19]


def _runs(pid: int, start: str) -> bool:
    if os.name == "nt":  # signal 0 would end the process there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _start(pid) in (start, "")


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""


def _target(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115  it leads nowhere
    except OSError:
        return ""


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:6]
