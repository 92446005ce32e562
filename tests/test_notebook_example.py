"""The notebook among the examples runs as it stands, and writes what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from event_files import Logged

nbformat = pytest.importorskip("nbformat", reason="pip install 'hub-zoo[dev]'")

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "examples/mnist_probe.ipynb"


def read() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_the_notebook_is_kept_without_what_it_printed() -> None:
    notebook = read()

    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert NOTEBOOK.stat().st_size < 20_000


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """The notebook after a kernel of its own has run it, and the folder that it ran in."""
    nbclient = pytest.importorskip("nbclient", reason="pip install 'hub-zoo[dev]'")
    folder, notebook = tmp_path_factory.mktemp("notebook"), read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("HUB_HOME", str(folder / "home"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")  # otherwise it warns of folders that are to move
        nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook, folder / "runs/mnist_probe"


def printed(notebook: Any) -> str:
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")


@pytest.mark.slow
@pytest.mark.network
def test_the_notebook_learns_digits_and_writes_all_of_it(executed: tuple[Any, Path]) -> None:
    notebook, runs = executed

    said, logged = printed(notebook), Logged(runs)
    accuracy = float(re.findall(r"test accuracy ([\d.]+)%", said)[0])
    curve = Logged(runs / "accuracy_test").scalars("accuracy")
    assert accuracy > 92
    assert [step for step, _ in curve] == list(range(30))
    assert curve[-1][1] == pytest.approx(accuracy / 100, abs=1e-3)
    assert Logged(runs / "loss_train").scalars("loss")[-1][1] < 0.2
    assert logged.tags["images"] == ["confusion"]
    assert logged.of_plugin("pr_curves") == [f"is it a {digit}" for digit in range(10)]
    assert (runs / "projector_config.pbtxt").read_text("utf-8").count("image_path") == 3
    labels = next(runs.glob("embeddings/test as*/00000/labels.tsv")).read_text("utf-8").splitlines()
    assert labels[0] == "digit\tguess\tright"
    assert sum(line.endswith("yes") for line in labels) == round(accuracy * 10)


@pytest.mark.slow
@pytest.mark.network
def test_nothing_of_it_says_a_warning(executed: tuple[Any, Path]) -> None:
    notebook, _ = executed

    streams = [output.text for cell in notebook.cells for output in cell.get("outputs", ()) if "text" in output]
    assert not [text for text in streams if "Warning" in text]
