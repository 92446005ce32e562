"""What boards show of models, of datasets and of both together, by name.

Light: the command line reads it before it imports PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection

OF_MODELS = ("graph", "modules", "weights", "activations")
OF_DATASETS = ("about", "classes", "sizes", "samples", "texts", "videos", "sounds", "points")

OF_BOTH = ("embedding", "predictions")
"""What there is to see of a dataset through a model."""


def require_known(only: Collection[str], parts: Collection[str], of: str) -> None:
    """Raise InvalidInput if a part is asked for that there is not."""
    unknown = sorted(set(only) - set(parts))
    if unknown:
        raise InvalidInput(f"{of} has no part {unknown[0]!r}", expected=", ".join(parts), found=", ".join(unknown))
