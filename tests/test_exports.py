"""What `hub` exports is complete, sorted, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hub
from hub import errors

if TYPE_CHECKING:
    from types import ModuleType


@pytest.mark.parametrize("name", hub.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(hub, name) is not None


def test_public_names_are_sorted() -> None:
    assert hub.__all__ == sorted(hub.__all__)


def test_every_error_is_public() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type)]

    names = {each.__name__ for each in classes if issubclass(each, errors.HubError)}

    assert names <= set(hub.__all__)


def test_dir_shows_public_names_only() -> None:
    assert dir(hub) == sorted(hub.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        _ = hub.lode


def test_no_module_is_named_like_a_public_function() -> None:
    import pkgutil

    module: ModuleType = hub
    modules = {info.name for info in pkgutil.iter_modules(module.__path__)}

    assert modules.isdisjoint({"load", "download", "list", "search", "info", "transforms"})
