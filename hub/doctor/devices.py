"""What torch can compute on, beside what NVIDIA's driver says of the machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hub import builds
from hub.doctor.findings import Finding, note, ok, problem, warning
from hub.progress import human_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.doctor.probing import Probe, Seen

# nvidia-smi has been seen to hang where the driver does.
TIMEOUT = 20.0
CHOICE = "https://pytorch.org/get-started/locally/ has the command for each CUDA"


@dataclass(frozen=True, slots=True)
class Driver:
    """What nvidia-smi says: the driver's version, up to which CUDA it goes (major, minor), and the cards' names."""

    version: str
    cuda: tuple[int, int]
    cards: tuple[str, ...]

    def __str__(self) -> str:
        return f"driver {self.version}, for CUDA up to {self.cuda[0]}.{self.cuda[1]}"


def found(probe: Probe) -> list[Finding]:
    """Look for devices."""
    driver = ask_driver()
    torch = probe.stage("torch")
    seen = probe.stage("devices")
    if seen.error:
        return [*_without_torch(driver), *_broken(seen, torch)]
    devices = [*_usable(seen, probe.stage("compute")), *_others(seen)]
    if not seen.told["cuda"] and driver and driver.cards:
        devices += _unused(driver, str(torch.told["cuda"] or ""))
    threads = torch.told["threads"]
    return devices or [note(f"no GPU: models run on the CPU, in {threads} thread{'s' * (threads != 1)}")]


def ask_driver() -> Driver | None:
    """Return what nvidia-smi says; None where there is none, or none that works."""
    if not shutil.which("nvidia-smi"):
        return None
    summary, listed = _run("nvidia-smi"), _run("nvidia-smi", "-L")
    version = re.search(r"Driver Version:\s*([\d.]+)", summary)
    cuda = re.search(r"CUDA Version:\s*(\d+)\.(\d+)", summary)
    if not (version and cuda):
        return None
    cards = re.findall(r"^GPU \d+: (.*?) \(UUID", listed, re.MULTILINE)
    return Driver(version[1], (int(cuda[1]), int(cuda[2])), tuple(cards))


def _run(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False).stdout  # noqa: S603  our own words
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _without_torch(driver: Driver | None) -> Iterator[Finding]:
    for card in driver.cards if driver else ():
        yield note(f"{card} ({driver})")


def _broken(seen: Seen, torch: Seen) -> Iterator[Finding]:
    if torch.error:
        yield note("torch cannot be asked")
    else:
        yield problem(f"torch cannot tell its devices: {seen.error}", do="look at the driver and CUDA_VISIBLE_DEVICES")


def _usable(seen: Seen, computed: Seen) -> Iterator[Finding]:
    compiled = seen.told["architectures"]
    for index, device in enumerate(seen.told["cuda"]):
        named = f"cuda:{index} {device['name']}, {human_bytes(device['memory'])}"
        if compiled and not serves(compiled, device["capability"]):
            newest = f"this torch has code for {compiled[0]} to {compiled[-1]}"
            yield problem(f"{named}: no code for {_name(device)}, {newest}", do=CHOICE)
        else:
            yield ok(f"{named}, {_name(device)}")
    if seen.told["cuda"] and computed.error:
        yield problem(f"nothing can be computed on cuda:0: {computed.error}", do=builds.mend(*builds.pair()))
    yield from (warning(f"torch warns: {text}") for text in seen.warnings)


def _name(device: dict[str, Any]) -> str:
    return "sm_{}{}".format(*device["capability"])


def serves(compiled: list[str], capability: list[int]) -> bool:
    """Whether code for one of the architectures runs on a device of that capability (major, minor).

    Machine code (sm_86) runs on devices of its major version from its minor one on; the portable form (compute_90) is
    translated by the driver for later devices.

    >>> serves(["sm_80", "sm_86"], [8, 9]), serves(["sm_80"], [9, 0]), serves(["compute_80"], [9, 0])
    (True, False, True)
    """
    wanted = (capability[0], capability[1])
    for form, digits in (re.findall(r"^(sm|compute)_(\d+)", name)[0] for name in compiled if "_" in name):
        has = int(digits[:-1]), int(digits[-1])
        if has <= wanted and (form == "compute" or has[0] == wanted[0]):
            return True
    return False


def _others(seen: Seen) -> Iterator[Finding]:
    if seen.told["mps"]:
        yield ok("mps: Apple's GPU")
    if seen.told["xpu"]:
        yield ok("xpu: Intel's GPU")


def _unused(driver: Driver, built_for: str) -> Iterator[Finding]:
    """Say why torch uses none of the cards that the driver has."""
    cards = ", ".join(driver.cards)
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None and hidden.strip() in ("", "-1"):
        yield note(f"{cards}: hidden by CUDA_VISIBLE_DEVICES={hidden!r}")
    elif not built_for:
        yield warning(f"{cards} ({driver}): not used, this torch is built for the CPU", do=CHOICE)
    elif driver.cuda[0] < int(built_for.partition(".")[0]):
        yield problem(f"{cards}: {driver}, and torch is built for {built_for}", do=f"update the driver, or {CHOICE}")
    else:
        yield problem(f"{cards} ({driver}): torch cannot use it", do='python -c "import torch; torch.cuda.init()"')
