"""Networks of timm, with weights out of hub's own store."""

from __future__ import annotations

import copy
import pickle
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
import torch
from models.timm_weights import (
    assert_same,
    by_timm,
    picture,
    publish,
    random_state,
    safetensors,
    saved,
    timm,
)

import hub
from hub.errors import FormatError, InvalidInput, MissingExtra, NotFound, OfflineError
from hub.models.about import about_model
from hub.models.deferred_init import deferred_init

if TYPE_CHECKING:
    from pathlib import Path

    from hugging_face import HuggingFace
    from torch import nn

# Small ones that differ in how they are made; the slow ones have tens of millions of parameters.
SMALL = (
    "test_byobnet", "test_convnext", "test_efficientnet", "test_nfnet", "test_resnet", "test_vit", "regnetx_002",
)  # fmt: skip
LARGER = (
    "resnet18", "vit_tiny_patch16_224", "efficientnet_lite0", "convnext_atto", "swin_tiny_patch4_window7_224",
    "gmlp_s16_224", "deit_tiny_distilled_patch16_224", "coatnet_nano_rw_224", "eva02_tiny_patch14_336", "fastvit_t8",
    "levit_128s", "crossvit_tiny_240", "tf_efficientnet_b0", "pvt_v2_b0", "legacy_seresnet18", "dla46x_c",
    "mobilenetv3_small_050", "xcit_nano_12_p8_224",
)  # fmt: skip

NET, TAG = "test_resnet", "r160_in1k"


@pytest.fixture(autouse=True)
def _online(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_OFFLINE")


def loaded(name: str, **options: Any) -> nn.Module:
    return hub.load(f"timm/{name}", progress=False, **options)


@pytest.mark.parametrize("name", [*SMALL, *(pytest.param(name, marks=pytest.mark.slow) for name in LARGER)])
def test_a_network_is_bit_equal_to_the_one_that_timm_loads(name: str, tmp_path: Path) -> None:
    path = saved(tmp_path, name)

    assert_same(loaded(name, weights=path), by_timm(name, path))


class TestPublishedWeights:
    def test_they_are_fetched_once(self, hugging_face: HuggingFace, tmp_path: Path) -> None:
        path = publish(hugging_face, NET, tmp_path)

        first = loaded(NET, pretrained=True)
        asked = len(hugging_face.requests)
        again = loaded(NET, pretrained=True)

        for made in (first, again):
            assert_same(made, by_timm(NET, path))
        assert asked == len(hugging_face.requests) > 0

    def test_they_load_without_a_network_afterwards(
        self, hugging_face: HuggingFace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(hugging_face, NET, tmp_path)
        loaded(NET, pretrained=True)
        monkeypatch.setenv("HUB_OFFLINE", "1")

        loaded(NET, pretrained=True)

        with pytest.raises(OfflineError):
            loaded("resnet18", pretrained=True)

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            (NET, {"pretrained": True}),
            (f"{NET}.{TAG}", {"pretrained": True}),
            (f"{NET}.{TAG}", {}),
            (f"{NET}@{TAG}", {}),
            (f"{NET}@DEFAULT", {}),
            (NET, {"weights": TAG}),
        ],
        ids=str,
    )
    def test_they_are_named_by_their_tag(
        self, name: str, options: dict[str, Any], hugging_face: HuggingFace, tmp_path: Path
    ) -> None:
        publish(hugging_face, NET, tmp_path)

        about = about_model(loaded(name, **options))

        assert (about.name, about.family, about.weights) == (f"timm/{NET}", "resnet", TAG)
        assert about.categories[285] == "Egyptian cat"
        assert about.license == "apache-2.0"
        assert about.transforms == hub.transforms(f"timm/{NET}")

    def test_a_pickle_is_taken_where_there_is_nothing_else(self, hugging_face: HuggingFace, tmp_path: Path) -> None:
        state = random_state(timm.create_model(NET))
        torch.save(state, tmp_path / "a.bin")
        hugging_face.add(f"timm/{NET}.{TAG}/pytorch_model.bin", (tmp_path / "a.bin").read_bytes())

        made = loaded(NET, pretrained=True).state_dict()

        assert all(torch.equal(made[name], state[name]) for name in state)

    def test_two_tags_of_a_network_differ_in_what_they_were_trained_for(self) -> None:
        default, of_21k = (
            loaded(name, device="meta")
            for name in ("vit_tiny_r_s16_p8_224.augreg_in21k_ft_in1k", "vit_tiny_r_s16_p8_224@augreg_in21k")
        )

        assert default.get_parameter("head.bias").shape == (1000,)
        assert of_21k.get_parameter("head.bias").shape == (len(about_model(of_21k).categories),) == (21843,)


class TestHeads:
    def test_a_fresh_head_sits_on_the_trained_body(self, hugging_face: HuggingFace, tmp_path: Path) -> None:
        path = publish(hugging_face, NET, tmp_path)
        trained = safetensors.load_file(path)

        made = loaded(NET, pretrained=True, num_classes=10).state_dict()

        assert made["fc.weight"].shape[0] == 10
        assert all(torch.equal(made[name], trained[name]) for name in trained if not name.startswith("fc."))
        assert 0 < made["fc.weight"].std() < 1

    def test_a_fresh_head_is_scaled_as_the_network_wants_it(self, tmp_path: Path) -> None:
        path = saved(tmp_path, "test_convnext")

        made = loaded("test_convnext", weights=path, num_classes=10, head_init_scale=0.001)

        assert 0 < made.get_parameter("head.fc.weight").abs().max() < 2e-3

    def test_a_file_of_ones_own_comes_back_with_its_head(self, tmp_path: Path) -> None:
        path = saved(tmp_path, NET, num_classes=10)

        made = loaded(NET, weights=path, num_classes=10)

        assert torch.equal(made.get_parameter("fc.weight"), safetensors.load_file(path)["fc.weight"])

    def test_a_body_without_a_head_is_given_one(self, tmp_path: Path) -> None:
        path = saved(tmp_path, NET, num_classes=0)

        made = loaded(NET, weights=path, num_classes=10)

        assert 0 < made.get_parameter("fc.weight").std() < 1
        with pytest.raises(FormatError):
            loaded(NET, weights=path)


class TestOptions:
    def test_the_first_layer_is_made_for_other_inputs(self, tmp_path: Path) -> None:
        path = saved(tmp_path, NET)

        made = loaded(NET, weights=path, in_chans=4)

        assert_same(made, by_timm(NET, path, in_chans=4), channels=4)

    def test_position_embeddings_are_resampled(self, tmp_path: Path) -> None:
        path = saved(tmp_path, "test_vit")

        made = loaded("test_vit", weights=path, img_size=192)

        expected = by_timm("test_vit", path, img_size=192)
        assert torch.equal(made.get_parameter("pos_embed"), expected.get_parameter("pos_embed"))

    def test_a_dtype_and_a_device_are_given_as_for_every_network(self, tmp_path: Path) -> None:
        path = saved(tmp_path, NET)

        assert loaded(NET, weights=path, dtype="bfloat16").get_parameter("fc.weight").dtype is torch.bfloat16
        assert loaded(NET, device="meta").get_parameter("fc.weight").is_meta

    def test_an_option_of_a_layer_reaches_it(self, tmp_path: Path) -> None:
        made = loaded("test_efficientnet", weights=saved(tmp_path, "test_efficientnet"), bn_eps=0.5)

        assert {each.eps for each in made.modules() if isinstance(each, torch.nn.BatchNorm2d)} == {0.5}

    @pytest.mark.parametrize("name", ["test_resnet", "test_efficientnet"])
    def test_a_misspelt_option_is_told_before_anything_is_fetched(self, name: str, hugging_face: HuggingFace) -> None:
        with pytest.raises(InvalidInput) as caught:
            loaded(name, pretrained=True, num_clases=10)

        assert caught.value.hint == "did you mean 'num_classes'?"
        assert hugging_face.requests == []

    @pytest.mark.parametrize("option", ["checkpoint_path", "pretrained_cfg", "cache_dir"])
    def test_timm_is_not_left_to_fetch(self, option: str) -> None:
        with pytest.raises(InvalidInput, match="given its weights by hub"):
            loaded(NET, **{option: "there"})

    def test_a_value_that_timm_refuses_is_no_traceback(self) -> None:
        with pytest.raises(InvalidInput, match="cannot be built"):
            loaded("test_vit", global_pool="nothing")


class TestEmbeddings:
    @pytest.mark.parametrize("name", ["test_resnet", "test_vit", "test_convnext", "test_efficientnet"])
    def test_without_classes_a_network_gives_what_timms_gives(self, name: str, tmp_path: Path) -> None:
        path = saved(tmp_path, name)

        made = loaded(name, weights=path, num_classes=0)

        assert_same(made, by_timm(name, path, num_classes=0))
        assert about_model(made).task == ("image-embedding",)

    def test_published_weights_and_files_without_a_head_fit(self, hugging_face: HuggingFace, tmp_path: Path) -> None:
        path = publish(hugging_face, NET, tmp_path)
        expected = by_timm(NET, path, num_classes=0)
        torch.save(expected.state_dict(), tmp_path / "headless.pth")

        assert_same(loaded(NET, pretrained=True, num_classes=0), expected)
        assert_same(loaded(NET, weights=tmp_path / "headless.pth", num_classes=0), expected)

    def test_a_file_of_another_network_does_not_fit(self, tmp_path: Path) -> None:
        with pytest.raises(FormatError):
            loaded("test_vit", weights=saved(tmp_path, NET), num_classes=0)

    def test_it_predicts_no_classes(self, tmp_path: Path) -> None:
        made = loaded(NET, weights=saved(tmp_path, NET), num_classes=0)

        with pytest.raises(InvalidInput, match="none of the tasks"):
            hub.predict(made, torch.zeros(3, 64, 64, dtype=torch.uint8))

    def test_fewer_than_none_are_refused(self) -> None:
        with pytest.raises(InvalidInput, match="a whole number from 0"):
            loaded(NET, num_classes=-1)


class TestFeatures:
    @pytest.mark.parametrize(
        "name",
        [
            "test_resnet",
            "test_vit",
            "test_efficientnet",
            *(pytest.param(name, marks=pytest.mark.slow) for name in ("levit_128s", "crossvit_tiny_240", "coat_tiny")),
        ],
    )
    def test_they_are_those_of_timm_by_name(self, name: str, tmp_path: Path) -> None:
        path = saved(tmp_path, name)
        expected = by_timm(name, path, features_only=True)

        made = loaded(name, weights=path, features_only=True)

        with torch.inference_mode():
            maps, theirs = made(picture(expected)), expected(picture(expected))
        assert len(maps) == len(theirs)
        assert all(torch.equal(ours, each) for ours, each in zip(maps.values(), theirs, strict=True))
        assert [name.partition("#")[0] for name in maps] == timm.create_model(
            name, features_only=True
        ).feature_info.module_name()
        assert list(made.state_dict()) == list(expected.state_dict())

    def test_those_wanted_can_be_numbered_or_named(self, tmp_path: Path) -> None:
        path, image = saved(tmp_path, NET), torch.rand(1, 3, 64, 64)

        by_number = loaded(NET, weights=path, features_only=True, out_indices=(2, 4))
        by_name = loaded(NET, weights=path, features_only=["layer2", "layer4"])

        first, second = by_number(image), by_name(image)
        assert list(first) == list(second) == ["layer2", "layer4"]
        assert all(torch.equal(first[name], second[name]) for name in first)

    def test_those_wanted_can_have_other_names(self, tmp_path: Path) -> None:
        path, image = saved(tmp_path, NET), torch.rand(1, 3, 64, 64)

        maps = loaded(NET, weights=path, features_only={"layer2": "c3", "layer4": "c5"})(image)

        by_name = loaded(NET, weights=path, features_only=["layer2", "layer4"])(image)
        assert list(maps) == ["c3", "c5"]
        assert torch.equal(maps["c5"], by_name["layer4"])

    def test_such_a_network_can_be_copied_and_pickled(self, tmp_path: Path) -> None:
        made = loaded(NET, weights=saved(tmp_path, NET), features_only=True)
        image = torch.rand(1, 3, 64, 64)

        for other in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):  # noqa: S301  our own
            assert torch.equal(other(image)["layer1"], made(image)["layer1"])

    def test_a_network_that_has_none_says_so(self) -> None:
        with pytest.raises(InvalidInput, match="cannot be built"):
            loaded("inception_v3", features_only=True, aux_logits=True)


class TestMistakes:
    def test_a_name_that_is_nearly_right(self) -> None:
        with pytest.raises(NotFound) as caught:
            loaded("resent18", pretrained=True)

        assert caught.value.hint == "did you mean timm/resnet18?"

    def test_a_tag_that_is_not_there(self) -> None:
        with pytest.raises(NotFound, match="timm/resnet18 has no weights tag 'a9_in1k'") as caught:
            loaded("resnet18.a9_in1k")

        assert "did you mean a" in caught.value.hint

    def test_without_timm_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "timm", None)

        with pytest.raises(MissingExtra) as caught:
            loaded(NET)

        assert caught.value.hint == 'pip install "hub-zoo[timm]"'

    def test_a_file_that_lacks_a_tensor(self, tmp_path: Path) -> None:
        path = saved(tmp_path, NET)
        state = safetensors.load_file(path)
        del state["layer2.0.conv1.weight"]
        safetensors.save_file(state, path)

        with pytest.raises(FormatError, match="does not fit timm/test_resnet") as caught:
            loaded(NET, weights=path)

        assert "1 missing (layer2.0.conv1.weight)" in str(caught.value)


class TestDeferral:
    @pytest.mark.parametrize("name", ["test_vit", "test_convnext"])
    def test_no_random_numbers_are_drawn_for_weights_that_come(self, name: str, tmp_path: Path) -> None:
        path = saved(tmp_path, name)
        state = torch.get_rng_state()

        loaded(name, weights=path)

        assert torch.equal(torch.get_rng_state(), state)

    def test_timms_functions_are_back_afterwards(self) -> None:
        borrower = sys.modules["timm.models.swin_transformer"]
        before = vars(borrower)["trunc_normal_"]

        with deferred_init():
            during = vars(borrower)["trunc_normal_"]

        assert during is not before
        assert vars(borrower)["trunc_normal_"] is before is sys.modules["timm.layers.weight_init"].trunc_normal_

    def test_threads_load_at_once_and_leave_timm_as_it_was(self, tmp_path: Path) -> None:
        names = ["test_resnet", "test_vit", "test_efficientnet"]
        paths = {name: saved(tmp_path, name) for name in names}
        before = sys.modules["timm.models._builder"].load_pretrained
        made: dict[str, nn.Module] = {}

        def load(name: str) -> None:
            for _ in range(2):
                made[name] = loaded(name, weights=paths[name])

        threads = [threading.Thread(target=load, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        for name in names:
            assert_same(made[name], by_timm(name, paths[name]))
        assert sys.modules["timm.models._builder"].load_pretrained is before
