"""What a comparison of models is asked for, checked: facets, limits, an order, a benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.errors import InvalidInput
from hub.registry.quantities import amount
from hub.registry.spelling import did_you_mean, normal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import NoReturn

Filter = str | float
"""The value of a filter: a facet, an amount such as 10_000_000 or "10M", or True."""

FACETS = ("task", "modality", "license", "family", "pretrained", "category", "status", "tag", "language", "level")
OPTIONS = ("sort", "reverse", "all_weights", "benchmark")
SIZES = ("params", "gflops", "size")
NAME = "name"


@dataclass(frozen=True, slots=True)
class Limit:
    """The values that are wanted of a size or a metric."""

    key: str
    least: float = float("-inf")
    most: float = float("inf")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. `sort` is "name", one of SIZES or a metric; `benchmark` is empty if none was named."""

    facets: dict[str, str]
    limits: tuple[Limit, ...]
    sort: str
    benchmark: str
    reverse: bool
    all_weights: bool

    @property
    def metrics(self) -> set[str]:
        """The metrics that decide which rows there are or how they are sorted."""
        return {self.sort, *(limit.key for limit in self.limits)} - {NAME, *SIZES}


def asked(filters: Mapping[str, Filter], metrics: Iterable[str], benchmarks: Collection[str]) -> Question:
    """Return the question that filters pose, of which `metrics` and `benchmarks` are those that cards have.

    Raises InvalidInput for a filter, a key to sort by, a benchmark or an amount that makes no sense.
    """
    keys = {_plain(key): key for key in (NAME, *SIZES, *metrics)}
    limits = [_limit(name, value, keys) for name, value in filters.items() if name not in FACETS + OPTIONS]
    return Question(
        facets={name: str(value) for name, value in filters.items() if name in FACETS},
        limits=tuple(limits),
        sort=_sort(str(filters.get("sort", NAME)), keys),
        benchmark=_benchmark(str(filters.get("benchmark", "")), benchmarks),
        reverse=bool(filters.get("reverse", False)),
        all_weights=bool(filters.get("all_weights", False)),
    )


def refuse_filter(name: str, known: Collection[str], measurable: Collection[str] = ()) -> NoReturn:
    """Raise InvalidInput for a filter that there is not, beside those known and limits of what is measurable."""
    limits = f", or min_ and max_ of {', '.join(measurable)}" if measurable else ""
    spelt = [*known, *(f"{side}_{key}" for key in measurable for side in ("min", "max"))]
    expected = ", ".join(known) + limits
    raise InvalidInput(f"there is no filter {name!r}", expected=expected, hint=did_you_mean(name, spelt))


def _limit(name: str, value: Filter, keys: Mapping[str, str]) -> Limit:
    side, _, plain = name.partition("_")
    measurable = {plain: key for plain, key in keys.items() if key != NAME}
    if side not in ("min", "max") or _plain(plain) not in measurable:
        refuse_filter(name, FACETS + OPTIONS, measurable)
    key = measurable[_plain(plain)]
    number = amount(value, key)
    return Limit(key, least=number) if side == "min" else Limit(key, most=number)


def _sort(name: str, keys: Mapping[str, str]) -> str:
    if _plain(name) in keys:
        return keys[_plain(name)]
    raise InvalidInput(f"models cannot be sorted by {name!r}", expected=", ".join(keys), hint=did_you_mean(name, keys))


def _benchmark(name: str, known: Collection[str]) -> str:
    by_normal = {normal(each): each for each in known}
    if not name or normal(name) in by_normal:
        return by_normal.get(normal(name), "")
    raise InvalidInput(f"there is no benchmark {name!r}", expected=", ".join(known), hint=did_you_mean(name, known))


def _plain(key: str) -> str:
    """Return a key as it is easily typed: acc@1 is acc1, and ACC1 too."""
    return key.replace("@", "").replace("-", "_").casefold()
