"""A Ray of two CPUs on this machine, for all tests of this folder: it takes many seconds to start."""

from __future__ import annotations

import gc
import importlib.util
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent.parent


@pytest.fixture(scope="package")
def ray(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Ray, started; what it keeps for its user, such as a token for its own connections, lies in a folder of a test."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip('Ray is not installed: pip install "ray[data]"')
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Ray's own, of its files and processes, as it comes and goes
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("HOME", str(tmp_path_factory.mktemp("ray")))
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # else it warns of what it will change
        patch.setenv("PYTHONPATH", f"{TESTS.parent}{os.pathsep}{TESTS}")  # for the workers
        for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
            patch.delenv(name)
        import ray as found

        found.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        try:
            yield found
        finally:
            found.shutdown()
            del found
            gc.collect()
