"""Networks that give feature maps instead of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

# torchvision's own extractor: it traces the network with torch.fx, so only what the maps need is computed.
from torchvision.models import feature_extraction

from hub.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cards import ModelVariant


def only_features(network: nn.Module, variant: ModelVariant, wanted: bool | Sequence[str]) -> nn.Module:
    """Return a network that gives a dict: name of a submodule -> its output; parameters are the given network's own.

    `wanted` are names of submodules, or True for those that the card names: one a resolution, from fine to coarse. Of
    networks for detection and segmentation True gives the backbone. Raises InvalidInput if there is no such submodule,
    or if nothing is known of its feature maps.
    """
    names = variant.features if wanted is True else tuple(wanted or ())
    backbone = getattr(network, "backbone", None)
    if wanted is True and not names and isinstance(backbone, nn.Module):
        return backbone
    _require_known(network, variant, names)
    try:
        extractor: nn.Module = feature_extraction.create_feature_extractor(network, {name: name for name in names})
    except ValueError as error:
        raise InvalidInput(f"{variant.name} cannot give these feature maps", found=str(error)) from error
    return extractor


def _require_known(network: nn.Module, variant: ModelVariant, names: Sequence[str]) -> None:
    known = dict(network.named_modules())
    unknown = [name for name in names if name not in known]
    if names and not unknown:
        return
    raise InvalidInput(
        f"{variant.name} has no submodule {unknown[0]!r}" if names else f"{variant.name} has no feature maps",
        expected=", ".join(variant.features) or "names of its submodules: features_only=[...]",
        found=repr(names),
        hint="`network.named_modules()` names them all",
    )
