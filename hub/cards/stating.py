"""What a card says besides its defaults, as a table that TOML and JSON can hold."""

from __future__ import annotations

from functools import cache

import msgspec

from hub.cards.base import Struct


def stated(struct: Struct) -> dict[str, object]:
    """Return what a struct says besides its defaults, in the order of its keys; a tag that tells its type is first.

    So a key that is added to cards stands only in those that use it, and others read as before.
    """
    config = type(struct).__struct_config__
    table: dict[str, object] = {config.tag_field: config.tag} if config.tag_field else {}
    for field in _fields(type(struct)):
        value = getattr(struct, field.name)
        if field.required or value not in (_default(field), {}):
            table[field.name] = _plain(value)
    return table


@cache  # perf: evaluating annotations takes most of the time
def _fields(struct: type[Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(struct)


def _default(field: msgspec.structs.FieldInfo) -> object:
    factory = field.default_factory
    return field.default if factory is msgspec.NODEFAULT else factory()


def _plain(value: object) -> object:
    if isinstance(value, Struct):
        return stated(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
