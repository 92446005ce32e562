"""The example trains on MNIST with two workers of Ray Train."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.thorough
@pytest.mark.network
def test_two_workers_learn_digits(tmp_path: Path) -> None:
    if importlib.util.find_spec("ray") is None:
        pytest.skip('Ray is not installed: pip install "ray[data,train]"')
    # Ray keeps a token for its own connections in its user's home.
    environ = os.environ | {"HUB_HOME": str(tmp_path / "home"), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "ignore", str(ROOT / "examples/mnist_ray.py"), "--samples", "6000"]

    said = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, cwd=tmp_path)

    found = re.search(r"6000 samples, 2 workers: test accuracy ([\d.]+)%", said.stdout)
    assert found, said.stderr
    assert float(found[1]) > 70
