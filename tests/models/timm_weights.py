"""Weights of timm's networks: random ones, published as timm's are, and the network that timm itself makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

if TYPE_CHECKING:
    from pathlib import Path

    from hugging_face import HuggingFace
    from torch import Tensor, nn

timm = pytest.importorskip("timm", reason='needs timm: pip install "hub-zoo[timm]"')
safetensors = pytest.importorskip("safetensors.torch", reason="needs safetensors, which timm brings")


def random_state(network: nn.Module) -> dict[str, Tensor]:
    """Return tensors for the network that no constructor would give it, and that keep activations finite."""
    generator = torch.Generator().manual_seed(0)
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    for name, tensor in state.items():
        if tensor.is_floating_point():
            tensor.add_(torch.rand(tensor.shape, generator=generator), alpha=0.02)
        if name.endswith("running_var"):
            tensor.abs_()
    return state


def saved(folder: Path, name: str, **options: object) -> Path:
    """Return a safetensors file of random tensors for a network of timm."""
    path = folder / f"{name}.safetensors"
    safetensors.save_file(random_state(timm.create_model(name, **options)), path)
    return path


def publish(hugging_face: HuggingFace, name: str, folder: Path, **options: object) -> Path:
    """Serve random weights where those of a network and its default tag are served; return a copy on disk."""
    path = saved(folder, name, **options)
    repository = timm.models.get_pretrained_cfg(name).hf_hub_id
    hugging_face.add(f"{repository}/model.safetensors", path.read_bytes())
    return path


def by_timm(name: str, path: Path, **options: object) -> nn.Module:
    """Return the network as timm loads it from a file."""
    made: nn.Module = timm.create_model(name, pretrained=True, pretrained_cfg_overlay={"file": str(path)}, **options)
    return made.eval()


def picture(network: nn.Module, channels: int = 3) -> Tensor:
    side: int = timm.data.resolve_model_data_config(network)["input_size"][-1]
    return torch.rand(1, channels, side, side, generator=torch.Generator().manual_seed(1))


def assert_same(made: nn.Module, expected: nn.Module, channels: int = 3) -> None:
    """Compare parameters, buffers (also those that are not saved), and what comes out."""
    for ours, theirs in (
        (made.state_dict(), expected.state_dict()),
        (dict(made.named_buffers()), dict(expected.named_buffers())),
    ):
        assert list(ours) == list(theirs)
        assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    image = picture(expected, channels)
    with torch.inference_mode():
        torch.testing.assert_close(made(image), expected(image), rtol=0, atol=0)
