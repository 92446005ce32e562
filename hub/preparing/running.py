"""`hub.prepare`: ahead of use, and by more than one process, what loading would make at first use."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hub import settings
from hub.datasets.indexed import Index
from hub.datasets.uniform import making
from hub.datasets.uniform.datasets import uniform
from hub.datasets.uniform.forms import Pictures, Uniform
from hub.errors import InvalidInput
from hub.objects import push
from hub.preparing import indexing
from hub.preparing.nodes import Nodes
from hub.preparing.processes import Processes
from hub.preparing.requests import PartElsewhere, Request
from hub.progress import shown
from hub.store.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from hub.datasets.uniform.forms import Encodes, Size
    from hub.datasets.uniform.making import Engine, Order, PartOrder
    from hub.progress import Progress
    from hub.readers import Option


def prepare(  # noqa: PLR0913  what is made, of what, by whom, and where it goes
    name: str,
    *,
    split: str | None = None,
    resize: Size | None = None,
    crop: Size | None = None,
    tokenize: Encodes | None = None,
    data_dir: str | Path | None = None,
    verify: bool = True,
    processes: int = 1,
    ray: bool | str = False,
    to: str | Path | None = None,
    progress: bool | Progress = True,
    **options: Option,
) -> list[Path]:
    """Prepare a dataset ahead of its use and return the Arrow files that loading will map.

    Without `resize` and `tokenize` that is what `load_dataset` makes at first use; with them what `resized` and
    `tokenized` make. All splits are prepared unless one is named. What is there already is not made again, so a run
    that was stopped, or lost machines, is continued by the next one, and the files are the same bytes.

    `processes` make parts on this machine; `ray` has tasks of Ray make them: True starts Ray here with so many
    processes, a string is the address of a cluster. `to` is a folder, or `s3://...`, that gets a copy with all that it
    was made of, laid out like a store: `HUB_SHARED=s3://...` reads it there.

    Raises what `load_dataset` raises, InvalidInput for arguments without sense, WorkerFailed if workers die of a part
    again and again, and MissingExtra if Ray is asked for and not installed.
    """
    form = _form(resize, crop, tokenize)
    folder = None if data_dir is None else Path(data_dir).expanduser().absolute()
    request = Request(name, split, folder, verify, form, options)
    layout = Layout(settings.current().home)
    with _cluster(ray, processes), shown(progress) as told:
        engine = _engine(request, layout, processes, ray=ray)
        indexing.make(request, layout, told, engine)
        origins = [each._origin for each in request.datasets(told).values()]  # noqa: SLF001  a dataset's other half
        if form != Uniform():
            origins = [uniform(each, form, layout, told, engine) for each in origins]
        files = list(dict.fromkeys(table.path for origin in origins for table in origin.tables))
        if to is not None:
            push(layout, _address(to), fingerprints=[path.parent.name for path in files], progress=told)
    return files


def _form(resize: Size | None, crop: Size | None, tokenize: Encodes | None) -> Uniform:
    if crop is not None and resize is None:
        raise InvalidInput("a crop alone does not make images of one size", expected="resize too", found=f"crop={crop}")
    return Uniform(None if resize is None else Pictures(resize, crop), tokenize)


def _address(to: str | Path) -> str:
    return str(to) if "://" in str(to) else Path(to).expanduser().absolute().as_uri()


def _cluster(ray: bool | str, processes: int) -> AbstractContextManager[object]:
    """Keep one cluster for all that is to be made."""
    if ray is False:
        return nullcontext()
    from hub.clusters.session import session

    return session("" if ray is True else ray, processes if processes > 1 else None)


def _engine(request: Request, layout: Layout, processes: int, *, ray: bool | str) -> Engine:
    if type(processes) is not int or processes < 1:
        raise InvalidInput(f"processes={processes!r} makes no sense", expected="1 or more", found=repr(processes))
    if ray is not False:
        return partial(Nodes(layout, "" if ray is True else ray), elsewhere=partial(_elsewhere, request))
    return Processes(processes) if processes > 1 else making.here


def _elsewhere(request: Request, order: Order) -> Callable[[], bytes] | None:
    """Return what makes the same on a machine with a store of its own; None if the data are on this one alone."""
    if request.folder is not None:
        return None
    if isinstance(order, Index):
        return indexing.IndexElsewhere(request, order.fingerprint)
    made = cast("PartOrder", order)
    return PartElsewhere(request, made.plan.fingerprint, made.part)
