"""Keeping exporters from talking: what goes wrong is told by an error, and nothing else is for the user."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hub.errors import HubError, NotConvertible, in_a_line
from hub.models.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.models.conversion.subject import Subject


@contextmanager
def exporting(subject: Subject, form: str) -> Iterator[None]:
    """Turn whatever a foreign exporter raises into NotConvertible, and silence its warnings and logs."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with quiet():  # torch.jit and torch.ao are deprecated, and exporters warn of each other's internals
            yield
    except (HubError, OSError):
        raise
    except Exception as error:  # exporters raise dozens of classes, most of them private
        raise NotConvertible(
            f"{subject.about.name} cannot be written as {form}",
            expected="a network that its exporter understands",
            found=in_a_line(error),
            hint="a fixed batch may do, or another form: --batch 1, --to torchscript",
        ) from error
    finally:
        logging.disable(before)
