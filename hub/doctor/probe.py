"""A program: imports torch and torchvision and prints what it sees, one line of JSON a stage.

It runs in a process of its own, since a broken build may crash it or never return; what was printed before still
counts. So it imports nothing of hub, and nothing at its top that could fail.
"""

from __future__ import annotations

import json
import traceback
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Stage = Callable[[], dict[str, object]]


def import_torch() -> dict[str, object]:
    """Import torch."""
    import torch

    return {"version": str(torch.__version__), "cuda": torch.version.cuda, "threads": torch.get_num_threads()}


def import_torchvision() -> dict[str, object]:
    """Import torchvision, and call an operator that it compiles."""
    import torch
    import torchvision

    box, score = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.ones(1)
    kept = torchvision.ops.nms(box, score, 0.5).tolist()
    return {"version": str(torchvision.__version__), "works": kept == [0]}


def see_devices() -> dict[str, object]:
    """Ask torch for the devices it can compute on."""
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return {
        "cuda": [_cuda_device(index) for index in range(count)],
        "architectures": torch.cuda.get_arch_list() if count and not torch.version.hip else [],
        "mps": torch.backends.mps.is_available(),
        "xpu": hasattr(torch, "xpu") and torch.xpu.is_available(),
    }


def _cuda_device(index: int) -> dict[str, object]:
    import torch

    known = torch.cuda.get_device_properties(index)
    return {"name": known.name, "memory": known.total_memory, "capability": [known.major, known.minor]}


def compute() -> dict[str, object]:
    """Add two numbers and call torchvision's operator on the first CUDA device, if there is one."""
    import torch
    import torchvision

    if not torch.cuda.is_available():
        return {}
    score = torch.ones(1, device="cuda") + 0
    kept = torchvision.ops.nms(torch.tensor([[0.0, 0.0, 1.0, 1.0]], device="cuda"), score, 0.5)
    return {"works": kept.tolist() == [0]}


STAGES: dict[str, Stage] = {
    "torch": import_torch,
    "devices": see_devices,
    "torchvision": import_torchvision,
    "compute": compute,
}
# A stage is passed over if the one that it builds on failed: a half-imported library does not always fail cleanly.
NEEDS = {"devices": "torch", "torchvision": "torch", "compute": "torchvision"}


def run(stage: Stage) -> dict[str, object]:
    """Return what a stage tells, with the warnings of the libraries, or the error that ended it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            told = stage()
        except Exception as error:  # noqa: BLE001  whatever it is, is what was asked for
            said = "".join(traceback.format_exception_only(error)).strip()
            missing = error.name if isinstance(error, ModuleNotFoundError) else None
            told = {"error": said, "missing": missing}
    said_aside = [str(each.message) for each in caught if issubclass(each.category, UserWarning)]
    return {**told, "warnings": said_aside}


def main() -> None:
    """Print what each stage tells."""
    failed: set[str] = set()
    for name, stage in STAGES.items():
        told = run(stage) if NEEDS.get(name) not in failed else {"error": f"{NEEDS[name]} failed"}
        if "error" in told:
            failed.add(name)
        print(json.dumps({"stage": name, **told}), flush=True)  # noqa: T201  it is a program


if __name__ == "__main__":
    main()
