"""Starting is light: what a command does not need it does not import."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"torch", "torchvision", "numpy", "pyarrow", "requests", "pandas", "rich", "PIL", "matplotlib", "tensorboard"}
STARTS = {
    "import hub": "import hub",
    "hub --help": "from hub import cli; cli.run(['--help'])",
    "hub list": "from hub import cli; cli.run(['list'])",
    "hub list --sort": "from hub import cli; cli.run(['list', '--sort', 'acc1', '--max-params', '10M'])",
    "hub search": "from hub import cli; cli.run(['search', 'resnet'])",
    "import hub.viz": "import hub.viz",
    "hub tensorboard --help": "from hub import cli; cli.run(['tensorboard', '--help'])",
    "hub convert --help": "from hub import cli; cli.run(['convert', '--help'])",
    "hub info": "from hub import cli; cli.run(['info', 'mnist'])",
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_a_light_start_imports_nothing_heavy(start: str, tmp_path: Path) -> None:
    program = f"import sys; {start}; print(*sys.modules, file=sys.stderr)"
    environment = dict(os.environ, HUB_HOME=str(tmp_path))

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)

    assert set(done.stderr.split()).isdisjoint(HEAVY)


def test_a_list_from_the_index_reads_no_card(tmp_path: Path) -> None:
    program = "import sys; from hub import cli; cli.run(['list']); print(*sys.modules, file=sys.stderr)"
    environment = dict(os.environ, HUB_HOME=str(tmp_path))
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
        for _ in range(2)
    ]

    assert "hub.cards" in runs[0].stderr.split()
    assert "hub.cards" not in runs[1].stderr.split()
