"""Running the probe: a crash is a finding, and so is an import that does not end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.errors import first_line

PROGRAM = Path(__file__).with_name("probe.py")

# A first import from a cold network disk has been seen to take most of a minute.
TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What one stage told; `error` in one line if it failed, and `missing` is the module that it lacks, if any."""

    told: dict[str, Any]
    error: str = ""
    missing: str = ""

    @property
    def warnings(self) -> list[str]:
        """The beginnings of what the libraries warned of, each once."""
        return list(dict.fromkeys(map(first_line, self.told.get("warnings", ()))))


class Probe:
    """The process, started when it is first asked for; several threads may ask."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._lock = threading.Lock()
        self._ended: tuple[dict[str, dict[str, Any]], str] | None = None

    def stage(self, name: str) -> Seen:
        """Return what a stage of the program told, or how the program ended before it."""
        with self._lock:
            self._ended = self._ended or _run(self._timeout)
        told, end = self._ended
        if name not in told:
            return Seen({}, end)
        found = told[name]
        return Seen(found, first_line(found.get("error", "")), found.get("missing") or "")


def _run(timeout: float) -> tuple[dict[str, dict[str, Any]], str]:
    """Return what the stages told, and how the program ended."""
    # -P: the folder of the program must not come before the libraries that it imports.
    command = [sys.executable, "-P", str(PROGRAM)]
    # In the order of nvidia-smi, so that both name the same device alike.
    environment = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", **os.environ}
    try:
        done = subprocess.run(  # noqa: S603  our own words
            command, capture_output=True, text=True, timeout=timeout, check=False, env=environment
        )
    except subprocess.TimeoutExpired as expired:
        return _read(expired.stdout or b""), f"it did not end within {timeout:.0f} s"
    return _read(done.stdout), _ending(done.returncode, done.stderr)


def _read(printed: str | bytes) -> dict[str, dict[str, Any]]:
    """Return stage -> what it told; libraries may print lines of their own in between."""
    text = printed.decode(errors="replace") if isinstance(printed, bytes) else printed
    lines = [json.loads(line) for line in text.splitlines() if line.startswith('{"stage": ') and line.endswith("}")]
    return {line.pop("stage"): line for line in lines}


def _ending(code: int, said: str) -> str:
    last = first_line(said.strip().rpartition("\n")[2])
    if code < 0:
        return f"its process was killed by {_signal_name(-code)}"
    return f"its process ended with {code}" + (f": {last}" if last else "")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
