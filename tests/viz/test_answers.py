"""What `log_predictions` writes is what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from evaluation.trained import COLOURS, as_numbers, colours, network
from event_files import Logged
from PIL import Image
from torch.utils.tensorboard.summary import pr_curve

from hub.errors import InvalidInput
from hub.evaluation import evaluate
from hub.evaluation.outcome import ClassFigure
from hub.viz import log_predictions

if TYPE_CHECKING:
    from pathlib import Path

    from hub.datasets.dataset import Dataset

pytest.importorskip("tensorboard")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Pictures of seven colours, which are prepared for the network."""
    folder = tmp_path_factory.mktemp("colours")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(folder / "home"))
        found = colours(folder / "pictures")
    found.transform = as_numbers
    return found


@pytest.fixture(scope="module")
def logged(pictures: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Logged:
    folder = tmp_path_factory.mktemp("runs")
    log_predictions(folder, network(), pictures, step=3)
    return Logged(folder)


def test_figures_are_curves(logged: Logged, pictures: Dataset) -> None:
    found = evaluate(network(), pictures, progress=False)

    ((step, accuracy),) = logged.scalars("evaluation/acc@1")

    assert step == 3
    assert accuracy == pytest.approx(100 * found.accuracy)
    assert logged.scalars("evaluation/loss")[0][1] == pytest.approx(found.metrics["loss"])


@pytest.mark.parametrize("name", COLOURS)
def test_each_class_has_the_curve_of_all_its_scores(name: str, logged: Logged, pictures: Dataset) -> None:
    with torch.no_grad():
        shares = torch.stack([network()(sample.image) for sample in pictures]).softmax(dim=1)[:, [*COLOURS].index(name)]
    truth = np.array([sample.label == [*COLOURS].index(name) for sample in pictures])

    (written,) = logged.tensors(f"precision and recall/{name}")

    value = pr_curve("all of them", truth, shares.numpy()).value[0]  # type: ignore[no-untyped-call]
    assert written == pytest.approx(np.array(value.tensor.float_val).reshape(6, -1))


def test_confusion_and_pictures_are_seen(logged: Logged) -> None:
    assert logged.tags["images"] == [
        "confusion/all classes",
        "predictions/all over",
        "predictions/right, the least sure first",
        "predictions/wrong, the surest first",
    ]


def test_texts_name_the_worst_classes_and_what_is_confused(logged: Logged) -> None:
    (classes,) = logged.texts("evaluation/classes, the worst first")
    (confused,) = logged.texts("evaluation/most often confused")

    assert classes.splitlines()[2].startswith("| black | 33.3% | 6 |")
    assert "| taken for |" in confused.splitlines()[0]


def test_an_evaluation_of_other_samples_is_refused(pictures: Dataset, tmp_path: Path) -> None:
    found = evaluate(network(), pictures[:20], progress=False)

    with pytest.raises(InvalidInput, match="other samples"):
        log_predictions(tmp_path, found, pictures)


def test_a_thousand_classes_stay_legible(tmp_path: Path, pictures: Dataset) -> None:
    from dataclasses import replace

    names = [f"class number {number}" for number in range(1000)]
    counts = np.eye(1000, dtype=np.int64) * 50
    counts[7, 980] = counts[980, 7] = 20
    few = evaluate(network(), pictures, progress=False)
    found = replace(
        few,
        classes=tuple(ClassFigure(name, 50, 0.5) for name in names),
        confusion=counts,
        columns=tuple(names),
        answers=None,
        curves=None,
    )

    log_predictions(tmp_path, found, pictures)

    whole, part = (Logged(tmp_path).pictures(f"confusion/{name}")[0] for name in ("all classes", "most confused"))
    assert max(whole.shape) <= 2100
    assert Image.fromarray(part).size[0] < 600
