"""`hub predict MODEL INPUT...`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hub.cli import outcomes, tell
from hub.cli.options import complete_names, json_option, print_json, quiet_option
from hub.cli.pictures import make_folder, read_image, require_picture, require_video, write_new
from hub.errors import HubError, InvalidInput, MissingExtra
from hub.models.kinds import Kind, kind_of
from hub.progress import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL.Image import Image
    from torch import nn

    from hub.cli.outcomes import Outcome
    from hub.models.prediction import Boxes, Flow, Segmentation

# Which options mean something for which models: others would be taken and do nothing.
USES = {
    Kind.CLASSES: ("top",),
    Kind.BOXES: ("top", "threshold", "out"),
    Kind.SEGMENTATION: ("top", "out"),
    Kind.VIDEO: ("top",),
    Kind.FLOW: ("out",),
}
PAIR = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shown and drawn."""

    top: int | None
    threshold: float | None
    out: Path | None


Subject = tuple[Path, ...]
"""What is looked at as one: a picture, a video, or two pictures."""


@dataclass(slots=True)
class Report:
    """What is said of each subject as soon as it is known or, as JSON, of all of them at the end."""

    subjects: Sequence[Subject]
    as_json: bool
    code: int = 0
    tables: dict[str, object] = field(default_factory=dict)

    def found(self, subject: Subject, outcome: Outcome) -> None:
        """Tell what was found in a subject."""
        self.tables[_name(subject)] = outcome.table
        if not self.as_json:
            click.echo("\n".join([outcome.name, *outcome.lines]))

    def failed(self, subject: Subject, error: HubError) -> None:
        """Tell why nothing can be said of a subject; the first such error decides the exit code."""
        self.tables[_name(subject)] = {"error": str(error)}
        code = tell(error)
        self.code = self.code or code

    def end(self) -> int:
        """Print the JSON, in the order in which the subjects were named; return the exit code."""
        if self.as_json:
            print_json({name: self.tables[name] for name in map(_name, self.subjects)})
        return self.code


def _name(subject: Subject) -> str:
    return " -> ".join(map(str, subject))


@click.command()
@click.argument("model", shell_complete=complete_names)
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--top", type=click.IntRange(1), help="Show at most so many classes (default 5) or boxes (default all).")
@click.option("--threshold", type=click.FloatRange(0, 1), help="How sure of a box the model has to be (default 0.5).")
@click.option("--out", type=click.Path(path_type=Path), help="Draw what was found, as PNG files in this folder.")
@click.option("--weights", help="A tag (see hub info), or a file or URL of your own; default: the best published.")
@click.option("--num-classes", type=click.IntRange(1), help="How many classes weights of your own have.")
@click.option("--device", help='Where to run it: "cpu", "cuda", "auto".')
@click.option("--dtype", help='What to compute in: "float32", "bfloat16", "float16".')
@json_option
@quiet_option
def command(
    model: str,
    inputs: tuple[Path, ...],
    as_json: bool,
    quiet: bool,
    **options: Any,  # noqa: ANN401  click has made each of its own type
) -> int:
    """Tell what a pretrained MODEL finds in pictures, a video, or two pictures of something that moves.

    Classes are shown with bars, objects as a table, pixels as shares of the picture. --out draws boxes, masks, the
    points of bodies, classes of pixels and flows. An input that cannot be read leaves the others alone.
    """
    wish = Wish(*(options.pop(name) for name in ("top", "threshold", "out")))
    kind = _checked(model, inputs, wish)
    report = Report([inputs] if kind is Kind.FLOW else [(path,) for path in inputs], as_json)
    if sound := list(_sound(kind, report)):
        _look(_loaded(model, quiet=quiet, **options), kind, sound, wish, report)
    return report.end()


def _sound(kind: Kind, report: Report) -> Iterator[Subject]:
    """Yield the subjects that can be read as far as their beginnings tell, so that nothing is fetched for none."""
    require = require_video if kind is Kind.VIDEO else require_picture
    for subject in report.subjects:
        try:
            for path in subject:
                require(path)
        except HubError as error:
            report.failed(subject, error)
        else:
            yield subject


def _look(network: nn.Module, kind: Kind, subjects: Sequence[Subject], wish: Wish, report: Report) -> None:
    for subject in subjects:
        try:
            outcome = LOOKS[kind](network, subject, wish)
        except MissingExtra:  # the same for all
            raise
        except HubError as error:
            report.failed(subject, error)
        else:
            report.found(subject, outcome)


def _loaded(
    model: str, *, quiet: bool, weights: str | None, num_classes: int | None, device: str | None, dtype: str | None
) -> nn.Module:
    if num_classes is not None and weights is None:
        raise InvalidInput("--num-classes is for weights of your own", expected="--weights FILE", found="no --weights")

    from hub.models.loading import load

    with shown(not quiet) as progress:
        return load(
            model,
            pretrained=weights is None,
            weights=weights,
            num_classes=num_classes,
            device=device,
            dtype=dtype,
            progress=progress,
        )


def _checked(model: str, inputs: tuple[Path, ...], wish: Wish) -> Kind:
    """Return what the model is for; what is wrong with the call as a whole is said before anything is fetched."""
    from hub import registry

    entry = registry.find_model(model)
    name, kind = entry.variant.name, kind_of(entry.variant.name, entry.card.task)
    for option in ("top", "threshold", "out"):
        if getattr(wish, option) is not None and option not in USES[kind]:
            raise InvalidInput(f"{name} {kind.value}: --{option} means nothing for it", hint=f"leave --{option} out")
    if kind is Kind.FLOW and len(inputs) != PAIR:
        raise InvalidInput(f"{name} {kind.value}", expected="two pictures", found=f"{len(inputs)} of them")
    if wish.out is not None:
        make_folder(wish.out)
    return kind


def _classes(network: nn.Module, subject: Subject, wish: Wish) -> Outcome:
    from hub.models.prediction.classification import USUAL_TOP, classify

    (path,) = subject
    found = classify(network, [read_image(path)], top=wish.top or USUAL_TOP)[0]
    return outcomes.of_classes(str(path), found)


def _of_videos(network: nn.Module, subject: Subject, wish: Wish) -> Outcome:
    from hub.models.prediction.classification import USUAL_TOP
    from hub.models.prediction.video import classify_video

    (path,) = subject
    return outcomes.of_classes(str(path), classify_video(network, path, top=wish.top or USUAL_TOP))


def _boxes(network: nn.Module, subject: Subject, wish: Wish) -> Outcome:
    from hub.models.prediction.detection import USUAL_THRESHOLD, detect

    (path,) = subject
    threshold = USUAL_THRESHOLD if wish.threshold is None else wish.threshold
    image = read_image(path)
    found = detect(network, image, threshold=threshold, top=wish.top)
    return outcomes.of_boxes(str(path), found, threshold, _drawing(image, found, wish.out, path.stem))


def _segmentation(network: nn.Module, subject: Subject, wish: Wish) -> Outcome:
    from hub.models.prediction import segment

    (path,) = subject
    image = read_image(path)
    found = segment(network, image)
    return outcomes.of_segmentation(str(path), found, wish.top, _drawing(image, found, wish.out, path.stem))


def _flow(network: nn.Module, subject: Subject, wish: Wish) -> Outcome:
    from hub.models.prediction import estimate_flow

    first, second = subject
    image = read_image(first)
    found = estimate_flow(network, image, read_image(second))
    drawn = _drawing(image, found, wish.out, f"{first.stem}-{second.stem}")
    return outcomes.of_flow(str(first), str(second), found, drawn)


def _drawing(image: Image, found: Boxes | Segmentation | Flow, out: Path | None, stem: str) -> Path | None:
    """Draw what was found where that is asked for; return the path."""
    if out is None:
        return None
    from hub.viz.predictions import draw

    return write_new(draw(image, found), out, stem)


LOOKS: dict[Kind, Callable[[nn.Module, Subject, Wish], Outcome]] = {
    Kind.CLASSES: _classes,
    Kind.BOXES: _boxes,
    Kind.SEGMENTATION: _segmentation,
    Kind.VIDEO: _of_videos,
    Kind.FLOW: _flow,
}
