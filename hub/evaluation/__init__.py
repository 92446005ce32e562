"""Evaluation: how well a model does on a dataset, how fast, and where it goes wrong.

    running        `evaluate`: a model over a dataset, by what the model is for
    outcome        `Evaluation`: what came of it
    results        the file that says so, with command, commit, hardware and date; light, the website reads it
    surroundings   what a measurement was made with

    choosing       which samples are looked at
    matching       which output of a model stands for which class of a dataset
    labelled       pictures of which each has a class
    pixels         pictures of which each pixel has a class
    objects        pictures with boxes around what they show; `precision`, COCO's average precision
    counting       confusion and curves, counted batch by batch

Importing this imports none of them: each name is found when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.evaluation.outcome import Evaluation
    from hub.evaluation.results import Results
    from hub.evaluation.running import evaluate

_PLACES = {
    "Evaluation": "hub.evaluation.outcome",
    "Results": "hub.evaluation.results",
    "evaluate": "hub.evaluation.running",
}

__all__ = ["Evaluation", "Results", "evaluate"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hub.builds import explained

    with explained():
        return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
