"""What `evaluate` says of pictures with a class is what a plain loop says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from evaluation.trained import COLOURS, as_numbers, colours, network
from torch import nn
from torch.nn import functional

from hub.errors import InvalidInput
from hub.evaluation import evaluate
from hub.evaluation.counting import STEPS, points
from hub.evaluation.job import OTHERS

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from hub.datasets.dataset import Dataset
    from hub.evaluation import Evaluation

SEVEN = len(COLOURS)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Pictures of seven colours."""
    folder = tmp_path_factory.mktemp("colours")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_HOME", str(folder / "home"))
        return colours(folder / "pictures")


def evaluated(pictures: Dataset, model: nn.Module | None = None, **options: Any) -> Evaluation:
    return evaluate(model or network(), pictures, transform=as_numbers, progress=False, **options)


def scores_and_truth(pictures: Dataset, model: nn.Module) -> tuple[Tensor, Tensor]:
    """A plain loop, one picture after another."""
    with torch.no_grad():
        scores = torch.stack([model(as_numbers(picture)) for picture, _ in pictures])
    return scores, torch.tensor([label for _, label in pictures])


def test_figures_are_those_of_a_plain_loop(pictures: Dataset) -> None:
    scores, truth = scores_and_truth(pictures, network())

    found = evaluated(pictures, batch_size=16)

    best = scores.argmax(dim=1)
    counted = np.zeros((SEVEN, SEVEN), int)
    for row, column in zip(truth.tolist(), best.tolist(), strict=True):
        counted[row, column] += 1
    assert found.accuracy == pytest.approx(float((best == truth).float().mean()))
    assert found.top5 == pytest.approx(float((scores.topk(5).indices == truth[:, None]).any(dim=1).float().mean()))
    assert found.metrics["loss"] == pytest.approx(float(functional.cross_entropy(scores, truth)), rel=1e-5)
    assert found.confusion is not None
    assert (found.confusion == counted).all()
    assert 0 < found.accuracy < 1


def test_each_class_has_its_own_figure(pictures: Dataset) -> None:
    scores, truth = scores_and_truth(pictures, network())

    found = evaluated(pictures)

    for number, name in enumerate(COLOURS):
        own = scores[truth == number].argmax(dim=1)
        assert found.per_class[name] == pytest.approx(float((own == number).float().mean()))
    assert found.metrics["mean_class_acc"] == pytest.approx(
        100 * np.mean([each or 0 for each in found.per_class.values()])
    )
    assert found.ranked()[0].value == min(each or 0 for each in found.per_class.values())


def test_answers_tell_what_was_said_of_each_sample(pictures: Dataset) -> None:
    scores, truth = scores_and_truth(pictures, network())

    found = evaluated(pictures).answers

    assert found is not None
    assert found.truth.tolist() == truth.tolist()
    assert found.found.tolist() == scores.argmax(dim=1).tolist()
    assert found.sure == pytest.approx(scores.softmax(dim=1).max(dim=1).values.numpy(), rel=1e-5)


def test_curves_count_every_score_once(pictures: Dataset) -> None:
    scores, truth = scores_and_truth(pictures, network())

    found = evaluated(pictures, batch_size=10)

    shares = scores.softmax(dim=1).numpy()
    assert found.curves is not None
    for number in range(SEVEN):
        held, where, weights = points(found.curves[number])
        own = np.histogram(np.floor(shares[truth == number, number] * (STEPS - 1)), np.arange(STEPS + 1))[0]
        assert weights[held == 1].tolist() == own[own > 0].tolist()
        assert (np.floor(where[held == 1] * (STEPS - 1)) == np.flatnonzero(own)).all()
        assert weights.sum() == len(pictures)


def test_the_same_samples_give_the_same_figures_in_batches_of_any_size(pictures: Dataset) -> None:
    one, other = evaluated(pictures, batch_size=7), evaluated(pictures, batch_size=64)

    assert one.metrics["loss"] == pytest.approx(other.metrics["loss"])
    assert one.confusion is not None
    assert other.confusion is not None
    assert (one.confusion == other.confusion).all()


def test_a_limit_takes_classes_in_their_proportions_and_the_same_samples_again(pictures: Dataset) -> None:
    found, again = evaluated(pictures, limit=21), evaluated(pictures, limit=21)

    assert found.answers is not None
    assert again.answers is not None
    assert [each.count for each in found.classes] == [2, 2, 3, 3, 3, 4, 4]
    assert found.answers.numbers.tolist() == again.answers.numbers.tolist()
    assert (found.subject.samples, found.subject.of) == (21, 63)
    assert pictures[int(found.answers.numbers[-1])].label == found.answers.truth[-1]


def test_what_a_model_says_beyond_the_classes_is_wrong_and_has_a_column(pictures: Dataset) -> None:
    model = network(SEVEN + 2)
    with torch.no_grad():
        model.bias[SEVEN] = 1000.0
    model.hub = _about(["green", "black", "red", "blue", "white", "yellow", "cyan", "unicorn", "dragon"])

    found = evaluated(pictures, model)

    assert found.columns[-1] == OTHERS
    assert found.confusion is not None
    assert found.confusion[:, -1].sum() == len(pictures)
    assert found.accuracy == 0


def test_classes_are_found_by_their_names_whatever_their_order(pictures: Dataset) -> None:
    order = torch.randperm(SEVEN, generator=torch.Generator().manual_seed(1))
    model = network()
    with torch.no_grad():
        model.weight[:] = model.weight[order]
        model.bias[:] = model.bias[order]
    model.hub = _about([[*COLOURS][place] for place in order.tolist()])

    found = evaluated(pictures, model)

    assert found.accuracy == evaluated(pictures).accuracy


def _about(categories: list[str]) -> Any:
    from hub.models.about import About

    return About("shades", "shades", None, None, ("image-classification",), tuple(categories), (), "MIT", None, {})


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (network(9), "7 scores a sample, one for each class; found 9 of them"),
        (nn.Identity(), "7 scores"),
        (nn.Unflatten(1, (3, 1)), "scores of shape"),
    ],
    ids=["too many outputs", "too few", "no scores"],
)
def test_a_model_for_other_classes_is_told_in_words(model: nn.Module, said: str, pictures: Dataset) -> None:
    with pytest.raises(InvalidInput, match=said):
        evaluated(pictures, model)


def test_a_model_of_nobody_knows_how_needs_a_transform(pictures: Dataset) -> None:
    with pytest.raises(InvalidInput, match="transform="):
        evaluate(network(), pictures, progress=False)


def test_a_network_keeps_its_mode(pictures: Dataset) -> None:
    model = nn.Sequential(network(), nn.Dropout(0.9)).train()

    found = evaluated(pictures, model)

    assert found.accuracy == evaluated(pictures).accuracy
    assert model[1].training


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"batch_size": 0}, {"split": "test"}], ids=str)
def test_arguments_without_sense_are_refused(wrong: dict[str, Any], pictures: Dataset) -> None:
    with pytest.raises(InvalidInput):
        evaluated(pictures, **wrong)


def test_progress_counts_samples(pictures: Dataset, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(network(), pictures, transform=as_numbers, name="shades")

    assert capsys.readouterr().err.startswith("shades on all: 63 samples, ")


def test_a_results_file_can_be_read_again(pictures: Dataset, tmp_path: Path) -> None:
    from hub.evaluation import results

    found = evaluated(pictures, name="shades")
    written = found.save(tmp_path / "a.json", "python mine.py")

    assert results.read(tmp_path / "a.json") == written
    assert written.metrics["acc@1"] == pytest.approx(100 * found.accuracy, abs=1e-4)
    assert written.classes[0].name == "black"
    assert written.hardware
    assert written.command == "python mine.py"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
