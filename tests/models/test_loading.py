from __future__ import annotations

import copy
import io
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

import hub
from hub.models import filling
from hub.models.about import About
from hub.models.filling import Origin


def images() -> torch.Tensor:
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))


def run(model: nn.Module) -> torch.Tensor:
    with torch.inference_mode():
        scores: torch.Tensor = model(images())
    return scores


def about(model: nn.Module) -> About:
    assert isinstance(model.hub, About)
    return model.hub


def assert_same(model: nn.Module, expected: nn.Module) -> None:
    state, wanted = model.state_dict(), expected.state_dict()
    assert list(state) == list(wanted)
    assert all(torch.equal(state[name], wanted[name]) for name in wanted)
    assert torch.equal(run(model), run(expected))


def converted(home: Path) -> list[Path]:
    return list((home / "v1" / "weights").iterdir())


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "legacy"])
@pytest.mark.parametrize(
    "name", ["resnet18", pytest.param("vgg11", marks=pytest.mark.slow), pytest.param("alexnet", marks=pytest.mark.slow)]
)
def test_a_loaded_network_is_bit_equal_to_one_that_pytorch_loads(tmp_path: Path, name: str, legacy: bool) -> None:
    plain = models.get_model(name, weights=None).eval()
    torch.save(plain.state_dict(), tmp_path / "a.pth", _use_new_zipfile_serialization=not legacy)

    made, again = (hub.load(name, weights=tmp_path / "a.pth") for _ in range(2))

    for model in (made, again):
        state, wanted = model.state_dict(), plain.state_dict()
        assert all(torch.equal(state[key], wanted[key]) for key in wanted)
    sample = torch.rand(1, 3, 224, 224)
    with torch.inference_mode():
        assert torch.equal(made(sample), plain(sample))


def test_the_buffers_are_those_of_the_file(saved: Path, resnet18: nn.Module) -> None:
    assert_same(hub.load("resnet18", weights=saved), resnet18)


def test_a_safetensors_file_loads_as_well(tmp_path: Path, resnet18: nn.Module) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    safetensors.save_file(resnet18.state_dict(), tmp_path / "a.safetensors")

    model = hub.load("resnet18", weights=str(tmp_path / "a.safetensors"))

    assert_same(model, resnet18)


def test_a_file_is_converted_once_and_read_only(saved: Path, home: Path) -> None:
    hub.load("resnet18", weights=saved)
    first = converted(home)[0].stat()

    hub.load("resnet18", weights=saved)

    assert [path.stat().st_mtime_ns for path in converted(home)] == [first.st_mtime_ns]
    assert first.st_mode & 0o222 == 0


def test_a_damaged_converted_file_is_made_anew(saved: Path, home: Path, resnet18: nn.Module) -> None:
    hub.load("resnet18", weights=saved)
    path = converted(home)[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-100])

    model = hub.load("resnet18", weights=saved)

    assert_same(model, resnet18)


def test_the_users_file_may_change_or_vanish_afterwards(saved: Path, tmp_path: Path, resnet18: nn.Module) -> None:
    own = tmp_path / "own.pth"
    own.write_bytes(saved.read_bytes())
    model = hub.load("resnet18", weights=own)

    own.write_bytes(b"")

    assert_same(model, resnet18)


def test_two_models_never_share_memory(saved: Path, resnet18: nn.Module) -> None:
    first, second = (hub.load("resnet18", weights=saved) for _ in range(2))

    with torch.no_grad():
        for parameter in first.parameters():
            parameter.zero_()

    assert_same(second, resnet18)


def test_training_changes_the_model_and_not_the_file(saved: Path, home: Path) -> None:
    model = hub.load("resnet18", weights=saved, train=True)
    before = converted(home)[0].read_bytes()
    weight = model.get_parameter("fc.weight").detach().clone()

    model(images()).sum().backward()
    torch.optim.SGD(model.parameters(), lr=0.1).step()

    assert not torch.equal(model.get_parameter("fc.weight"), weight)
    assert converted(home)[0].read_bytes() == before


def test_every_parameter_can_be_trained(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved)

    assert all(isinstance(each, nn.Parameter) and each.requires_grad for each in model.parameters())


def test_copying_or_saving_a_part_does_not_drag_the_rest_along(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved)
    buffer = io.BytesIO()

    torch.save(copy.deepcopy(model.get_submodule("bn1")).state_dict(), buffer)

    assert len(buffer.getvalue()) < 10_000


def test_eval_is_the_rule_and_train_the_wish(saved: Path) -> None:
    assert not hub.load("resnet18").training
    assert not hub.load("resnet18", weights=saved).training
    assert hub.load("resnet18", weights=saved, train=True).training


def test_an_untrained_network_is_initialised() -> None:
    torch.manual_seed(0)
    model = hub.load("resnet18")
    torch.manual_seed(0)
    expected = models.resnet18().eval()

    assert_same(model, expected)


def test_num_classes_keeps_the_body_and_draws_a_fresh_head(saved: Path, resnet18: nn.Module) -> None:
    model = hub.load("resnet18", weights=saved, num_classes=10)

    assert run(model).shape == (2, 10)
    assert torch.equal(model.get_parameter("conv1.weight"), resnet18.get_parameter("conv1.weight"))
    assert 0 < model.get_parameter("fc.weight").abs().max() < 0.05
    assert about(model).categories == ()


def test_a_fine_tuned_file_brings_its_own_head(tmp_path: Path) -> None:
    tuned = models.resnet18(num_classes=10).eval()
    torch.save(tuned.state_dict(), tmp_path / "tuned.pth")

    model = hub.load("resnet18", weights=tmp_path / "tuned.pth", num_classes=10)

    assert_same(model, tuned)


def test_options_reach_the_constructor() -> None:
    model = hub.load("resnet18", num_classes=10, zero_init_residual=True)

    assert run(model).shape == (2, 10)
    assert model.get_parameter("layer1.0.bn2.weight").eq(0).all()


def test_an_old_file_without_batch_counters_loads(tmp_path: Path, resnet18: nn.Module) -> None:
    old = {name: each for name, each in resnet18.state_dict().items() if "num_batches" not in name}
    torch.save(old, tmp_path / "old.pth")

    model = hub.load("resnet18", weights=tmp_path / "old.pth")

    assert_same(model, resnet18)


@pytest.mark.parametrize("dtype", ["bfloat16", torch.float64])
def test_dtype_changes_parameters_and_not_counters(saved: Path, dtype: str | torch.dtype) -> None:
    model = hub.load("resnet18", weights=saved, dtype=dtype)

    wanted = torch.bfloat16 if dtype == "bfloat16" else dtype
    assert {each.dtype for each in model.parameters()} == {wanted}
    assert model.get_buffer("bn1.num_batches_tracked").dtype is torch.int64


def test_a_half_precision_file_fills_a_float32_network_as_pytorch_does(tmp_path: Path, resnet18: nn.Module) -> None:
    half = copy.deepcopy(resnet18).half()
    torch.save(half.state_dict(), tmp_path / "half.pth")

    model = hub.load("resnet18", weights=tmp_path / "half.pth")

    assert_same(model, half.float())


def test_memory_format_is_set_and_outputs_stay(saved: Path, resnet18: nn.Module) -> None:
    model = hub.load("resnet18", weights=saved, memory_format=torch.channels_last)

    weight = model.get_parameter("layer1.0.conv1.weight")
    assert weight.is_contiguous(memory_format=torch.channels_last)
    assert torch.allclose(run(model), run(resnet18), atol=1e-4)


def test_another_default_device_does_not_reach_the_weights(saved: Path, resnet18: nn.Module) -> None:
    with torch.device("meta"):
        model = hub.load("resnet18", weights=saved, device="cpu", num_classes=1000)

    assert_same(model, resnet18)


def test_the_meta_device_needs_no_weights_at_all() -> None:
    model = hub.load("resnet18", pretrained=True, device="meta")

    assert {each.device.type for each in model.parameters()} == {"meta"}
    assert about(model).weights == "IMAGENET1K_V1"


def test_compile_gives_a_compiled_model_that_still_tells_what_it_is(saved: Path) -> None:
    model = hub.load("resnet18", weights=saved, compile=True)

    assert isinstance(model, torch._dynamo.OptimizedModule)
    assert about(model).name == "resnet18"


def test_a_model_tells_what_it_is(saved: Path) -> None:
    found = about(hub.load("resnet18", weights=saved))

    assert (found.name, found.family, found.weights) == ("resnet18", "resnet", str(saved))
    assert found.license == "BSD-3-Clause"
    assert found.transforms == hub.transforms("resnet18")


def test_a_model_with_its_notes_can_be_copied_and_saved(saved: Path, tmp_path: Path) -> None:
    model = copy.deepcopy(hub.load("resnet18", weights=saved))

    torch.save(model, tmp_path / "model.pt")

    again = torch.load(tmp_path / "model.pt", weights_only=False)
    assert about(again) == about(model)


def test_shared_parameters_stay_shared() -> None:
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    second.weight = first.weight
    tied = nn.Sequential(first, second)
    tensors = OrderedDict((name, torch.ones_like(each)) for name, each in tied.state_dict().items())

    filling.fill(tied, tensors, Origin("tied", Path("tied.pth")))

    assert second.weight is first.weight
    assert bool((first.weight == 1).all())


def test_a_file_of_the_users_may_come_from_a_url(saved: Path, resnet18: nn.Module) -> None:
    model = hub.load("resnet18", weights=saved.as_uri(), progress=False)

    assert_same(model, resnet18)


def test_a_thousand_classes_are_not_printed_with_a_model() -> None:
    found = about(hub.load("resnet50", pretrained=True, device="meta"))

    assert len(found.categories) == 1000
    assert "tench" not in repr(found)
