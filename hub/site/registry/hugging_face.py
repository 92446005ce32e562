"""The head of a model's README as Hugging Face reads it: YAML with a `model-index` of what was measured.

<https://huggingface.co/docs/hub/model-cards>. JSON is YAML, too: each key's value is written as such.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from hub.cards import ModelCard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.cards import ModelVariant, Weights
    from hub.site.collection import Collection, Listed

# Our tasks that are called otherwise there; `pipeline_tag` is one of a closed list.
PIPELINES = {
    "semantic-segmentation": "image-segmentation",
    "instance-segmentation": "image-segmentation",
    "boundary-detection": "image-segmentation",
    "image-embedding": "image-feature-extraction",
}
KNOWN_PIPELINES = {
    "image-classification", "object-detection", "keypoint-detection", "video-classification", "text-classification",
    "image-segmentation", "image-feature-extraction",
}  # fmt: skip
# Of the closed list of licences, those that model cards have.
LICENSES = {
    "apache-2.0", "bsd-2-clause", "bsd-3-clause", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-sa-4.0",
    "cc0-1.0", "gpl-3.0", "lgpl-3.0", "mit",
}  # fmt: skip


def files(collection: Collection) -> dict[str, bytes]:
    """Return file name -> README of each family of models."""
    return {f"{entry.id}.md": readme(entry).encode() for entry in collection.of_kind("model")}


def readme(entry: Listed) -> str:
    """Return the README of a family of models: the head, its name, what it is and how to load it."""
    card = entry.card
    if not isinstance(card, ModelCard):
        return ""
    head = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in _head(card))
    snippet = f'import hub\n\nmodel = hub.load("{card.variants[0].name}", pretrained={bool(card.variants[0].weights)})'
    return f"---\n{head}---\n\n# {card.name}\n\n{card.summary.en}\n\n```python\n{snippet}\n```\n"


def _head(card: ModelCard) -> Iterator[tuple[str, object]]:
    yield from _license(card)
    yield "library_name", "pytorch"
    pipelines = [PIPELINES.get(task, task) for task in card.task]
    if known := [pipeline for pipeline in pipelines if pipeline in KNOWN_PIPELINES]:
        yield "pipeline_tag", known[0]
    yield "tags", list(dict.fromkeys(["pytorch", "hub", *card.task]))
    if datasets := list(dict.fromkeys(benchmark for _, weights in _published(card) for benchmark in weights.metrics)):
        yield "datasets", datasets
    if found := list(_index(card)):
        yield "model-index", found


def _license(card: ModelCard) -> Iterator[tuple[str, object]]:
    if card.license.lower() in LICENSES:
        yield "license", card.license.lower()
    else:
        yield "license", "other"
        yield "license_name", card.license
        yield "license_link", card.homepage


def _published(card: ModelCard) -> Iterator[tuple[ModelVariant, Weights]]:
    yield from ((variant, weights) for variant in card.variants for weights in variant.weights)


def _index(card: ModelCard) -> Iterator[dict[str, object]]:
    task = PIPELINES.get(card.task[0], card.task[0])
    for variant, weights in _published(card):
        results = [
            {"task": {"type": task}, "dataset": {"name": benchmark, "type": benchmark}, "metrics": measured}
            for benchmark, figures in weights.metrics.items()
            if (measured := _metrics(figures))
        ]
        if results:
            yield {"name": f"{variant.name}@{weights.tag}", "results": results}


def _metrics(figures: dict[str, float]) -> list[dict[str, object]]:
    return [{"type": name, "value": value} for name, value in figures.items() if math.isfinite(value)]
