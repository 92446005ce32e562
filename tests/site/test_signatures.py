"""Signatures are read from sources, as Python's import would find them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hub.errors import NotFound
from hub.site import signatures
from hub.site.signatures import signature

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = {
    "__init__.py": "from .shapes import *\nfrom .shapes import cut as slice_\nfrom . import far\n",
    "shapes.py": """
        import sys

        class Base:
            def __init__(self, size, *, fill=0): ...

        class Child(Base): ...

        class Bare: ...

        class Made:
            def __new__(cls, data=None): ...
            def turn(self, angle: float = 90.0, /, *rest, _hidden=1, **more) -> "Made": ...

        def cut(a, b=(1, 2), *, mode: str = "x,y"): ...

        if sys.version_info > (3,):
            def either(new): ...
        else:
            def either(old): ...

        LIMIT: int = 3
        """,
    "far/__init__.py": "from ..shapes import Child as Kid\n",
}


@pytest.fixture
def shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is found, and breaks if it is ever run."""
    for name, text in PACKAGE.items():
        path = tmp_path / "shapely" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.removeprefix("        ") for line in text.split("\n")]
        path.write_text("\n".join([*lines, "raise RuntimeError('this was run')\n"]), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    signatures._file.cache_clear()
    signatures._body.cache_clear()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("shapely.cut", "cut(a, b=(1, 2), *, mode: str = 'x,y')"),
        ("shapely.slice_", "slice_(a, b=(1, 2), *, mode: str = 'x,y')"),
        ("shapely.Child", "Child(size, *, fill=0)"),
        ("shapely.far.Kid", "Kid(size, *, fill=0)"),
        ("shapely.shapes.Bare", "Bare()"),
        ("shapely.Made", "Made(data=None)"),
        ("shapely.Made.turn", "turn(angle: float = 90.0, /, *rest, **more) -> 'Made'"),
        ("shapely.shapes.LIMIT", ""),
        ("shapely.far", ""),
    ],
)
@pytest.mark.usefixtures("shapes")
def test_a_name_is_found_where_an_import_would_find_it(name: str, written: str) -> None:
    assert signature(name) == written


@pytest.mark.parametrize("name", ["shapely.nothing", "shapely.Made.nothing", "shapely.Made.turn.deeper", "nowhere.at"])
@pytest.mark.usefixtures("shapes")
def test_what_is_not_there_is_not_found(name: str) -> None:
    with pytest.raises(NotFound, match="there is no"):
        signature(name)


def test_libraries_are_read_without_importing_them() -> None:
    program = (
        "import sys\nfrom hub.site.signatures import signature\n"
        "found = signature('torch.utils.tensorboard.SummaryWriter.add_scalar')\n"
        "assert found.startswith('add_scalar(tag, scalar_value')\n"
        "assert not {'torch', 'torchvision', 'numpy'} & sys.modules.keys()"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
