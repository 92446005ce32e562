"""Datasets whose tables are uniform: the same rows, split and transforms, on other tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from hub.datasets.uniform import making
from hub.datasets.uniform.parts import Plan

if TYPE_CHECKING:
    from hub.datasets.origin import Origin
    from hub.datasets.uniform.forms import Uniform
    from hub.datasets.uniform.making import Engine
    from hub.progress import Progress
    from hub.store.layout import Layout


def plans(origin: Origin, form: Uniform) -> list[Plan]:
    """Return what is to be made of each table. Raises InvalidInput if the samples cannot be made uniform."""
    form.require(origin.fields, origin.card.name)
    return [Plan(table, origin.fields, form) for table in origin.tables]


def uniform(origin: Origin, form: Uniform, layout: Layout, progress: Progress, engine: Engine = making.here) -> Origin:
    """Return the same samples in another form, once their tables are made; raises what `plans` and `made` do.

    All rows of each table are made, whichever a dataset has picked: so every slice of a split shares one table.
    """
    tables = tuple(making.made(plan, layout, progress, engine) for plan in plans(origin, form))
    fields = tuple(map(form.of, origin.card.fields))
    return replace(origin, card=msgspec.structs.replace(origin.card, fields=fields), tables=tables)
