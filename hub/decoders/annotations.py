"""Annotations that lie in files of their own: JSON, parsed when it is asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hub.errors import FormatError

if TYPE_CHECKING:
    from hub.decoders import Form


def parsed(data: bytes, form: Form) -> object:
    """Return what JSON says, the same in every format. Raises FormatError, naming the line, if it is none."""
    del form
    try:
        found: object = json.loads(data)
    except json.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise FormatError("an annotation is damaged", path="", expected="JSON", found=where) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise FormatError("an annotation is damaged", path="", expected="JSON", found=str(error)) from error
    return found
