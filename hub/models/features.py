"""Networks that give feature maps instead of scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from torch import fx, nn

# torchvision's own extractor: it traces the network with torch.fx, so only what the maps need is computed.
from torchvision.models import feature_extraction

from hub.errors import InvalidInput
from hub.models.about import about_model
from hub.registry.spelling import did_you_mean_quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    Wanted = bool | str | Sequence[str] | Mapping[str, str]

    from hub.cards import ModelVariant
    from hub.models.about import About

BACKBONE = "backbone."

# Where a module keeps what it consists of.
HOLDERS = ("_modules", "_parameters", "_buffers")


class FeatureMaps(feature_extraction.DualGraphModule):  # type: ignore[misc] # torchvision publishes no types
    """Maps images to a dict: name of a submodule -> its output. Parameters have their names in the whole network."""

    hub: About

    def __deepcopy__(self, memo: dict[int, Any]) -> FeatureMaps:
        copied: FeatureMaps = super().__deepcopy__(memo)
        return _noted(copied, type(self).__name__, self.hub, training=self.training)

    def __reduce__(self) -> tuple[object, ...]:
        # torch.fx pickles the text of one graph; those of DualGraphModule would go node by node, too deep to finish.
        graphs = tuple(fx.GraphModule(self, graph) for graph in (self.train_graph, self.eval_graph))
        held = {name: vars(self)[name] for name in HOLDERS}
        return _unpickled, (held, *graphs, type(self).__name__, self.hub, self.training)


def _unpickled(
    held: dict[str, object], train: fx.GraphModule, evaluate: fx.GraphModule, name: str, about: About, training: bool
) -> FeatureMaps:
    root = nn.Module()
    vars(root).update(held)
    return _noted(FeatureMaps(root, train.graph, evaluate.graph), name, about, training=training)


def _noted(maps: FeatureMaps, name: str, about: About, *, training: bool) -> FeatureMaps:
    type(maps).__name__ = name
    maps.hub = about
    maps.train(training)
    return maps


def only_features(network: nn.Module, variant: ModelVariant, wanted: Wanted) -> nn.Module:
    """Return a network that gives a dict: name of a submodule -> its output; parameters are the given network's own.

    `wanted` are names of submodules, a mapping from these to the names that they are to have in the dict, or True for
    those that the card names: one a resolution, from fine to coarse. Of networks for detection and segmentation True
    gives the backbone. Raises InvalidInput if there is no such submodule, or if nothing is known of its feature maps.
    """
    outputs = _outputs(variant, wanted)
    names = tuple(outputs)
    backbone = getattr(network, "backbone", None)
    if wanted is True and not names and isinstance(backbone, nn.Module):
        backbone.hub = network.hub
        return backbone
    _require_known(network, variant, names)
    if isinstance(backbone, nn.Module) and all(name.startswith(BACKBONE) for name in names):
        # Detection decides by the values it computes, so only its backbone can be traced.
        return _extractor(
            backbone, {name.removeprefix(BACKBONE): new for name, new in outputs.items()}, network, variant
        )
    return _extractor(network, outputs, network, variant)


def _outputs(variant: ModelVariant, wanted: Wanted) -> dict[str, str]:
    """Return name of a submodule -> name in the dict."""
    if isinstance(wanted, Mapping):
        return _renamed(wanted)
    names = variant.features if wanted is True else (wanted,) if isinstance(wanted, str) else wanted or ()
    return {name: name for name in names}


def _renamed(wanted: Mapping[str, str]) -> dict[str, str]:
    new = [*wanted.values()]
    if not all(isinstance(name, str) for name in new) or len(set(new)) < len(new):
        raise InvalidInput(
            "features_only cannot name its maps so",
            expected='another name for each, such as {"layer3": "c4", "layer4": "c5"}',
            found=repr(dict(wanted)),
        )
    return dict(wanted)


def _extractor(traced: nn.Module, outputs: dict[str, str], network: nn.Module, variant: ModelVariant) -> nn.Module:
    try:
        made = feature_extraction.create_feature_extractor(traced, outputs, suppress_diff_warning=True)
    except (ValueError, TypeError, RuntimeError, AttributeError) as error:  # whatever tracing meets in the network
        raise InvalidInput(
            f"{variant.name} cannot give these feature maps",
            expected="a network whose path does not depend on the values that it computes",
            found=str(error).partition(". ")[0],
            hint="take a submodule: hub.load(...).get_submodule(...)",
        ) from error
    maps = FeatureMaps(made, made.train_graph, made.eval_graph)
    return _noted(maps, type(traced).__name__, about_model(network), training=network.training)


def _require_known(network: nn.Module, variant: ModelVariant, names: Sequence[str]) -> None:
    known = dict(network.named_modules())
    unknown = [name for name in names if not name or name not in known]
    if names and not unknown:
        return
    outer = ", ".join(repr(name) for name, _ in network.named_children())
    lacking = f"submodule {unknown[0]!r}" if names else "feature maps of that kind"
    raise InvalidInput(
        f"{variant.name} has no {lacking}",
        expected=", ".join(variant.features) or f"names of submodules: features_only=[...] of {outer}",
        found=repr(unknown[0]) if names else "none named",
        hint=(did_you_mean_quoted(unknown[0], filter(None, known)) if unknown else "")
        or "`hub.load(...).named_modules()` names them all",
    )
