"""The API index has every name that it was made for, and says of each what the installed libraries say."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest
from api_index import (
    HAS_TENSORBOARD,
    LIBRARIES,
    NAMES,
    importable,
    imported,
    library_of,
    shown,
    skip_if_older_is_installed,
)

from hub.registry.folder import cards_folder
from hub.site import api_facts
from hub.site.pages.api import parts_of

if TYPE_CHECKING:
    from hub.cards.api import Name

# What the reference tables of a book of 2021 list, and what those of SummaryWriter leave out.
TABLES = {
    "torchvision.transforms": (
        "CenterCrop ColorJitter Compose ConvertImageDtype FiveCrop GaussianBlur Grayscale Lambda LinearTransformation"
        " Normalize Pad RandomAffine RandomApply RandomChoice RandomCrop RandomErasing RandomGrayscale"
        " RandomHorizontalFlip RandomOrder RandomPerspective RandomResizedCrop RandomRotation RandomVerticalFlip Resize"
        " TenCrop ToPILImage ToTensor"
    ),
    "torchvision.transforms.functional": (
        "adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation affine center_crop"
        " convert_image_dtype crop erase five_crop gaussian_blur hflip normalize pad perspective pil_to_tensor resize"
        " resized_crop rgb_to_grayscale rotate ten_crop to_grayscale to_pil_image to_tensor vflip"
    ),
    "torchvision.utils": "make_grid save_image",
    "torchvision.io": (
        "VideoReader decode_image encode_jpeg encode_png read_image read_video read_video_timestamps write_jpeg"
        " write_png write_video"
    ),
    "torchtext.data.utils": "get_tokenizer ngrams_iterator",
    "torchtext.data.functional": (
        "custom_replace generate_sp_model load_sp_model numericalize_tokens_from_iterator sentencepiece_numericalizer"
        " sentencepiece_tokenizer simple_space_split"
    ),
    "torchtext.data.metrics": "bleu_score",
    "torchtext.datasets": (
        "AG_NEWS AmazonReviewFull AmazonReviewPolarity CoNLL2000Chunking DBpedia IMDB IWSLT2016 IWSLT2017"
        " LanguageModelingDataset PennTreebank SQuAD1 SQuAD2 SequenceTaggingDataset SogouNews"
        " TextClassificationDataset TranslationDataset UDPOS WikiText103 WikiText2 YahooAnswers YelpReviewFull"
        " YelpReviewPolarity"
    ),
    "torchtext.vocab": "CharNGram FastText GloVe SubwordVocab Vectors Vocab build_vocab_from_iterator",
    "torch.utils.tensorboard": "SummaryWriter",
    "torch.utils.tensorboard.SummaryWriter": (
        "add_audio add_custom_scalars add_custom_scalars_marginchart add_custom_scalars_multilinechart add_embedding"
        " add_figure add_graph add_histogram add_hparams add_image add_image_with_boxes add_images add_mesh"
        " add_onnx_graph add_pr_curve add_scalar add_scalars add_tensor add_text add_video close flush get_logdir"
    ),
    "torch": "multiprocessing",
    "torch.backends.cudnn": "benchmark",
    "torch.jit": "script trace",
    "torch.nn": "Module Parameter Sequential",
    "torch.utils": "tensorboard",
    "torch.utils.data": "DataLoader Dataset",
    "torch.utils.model_zoo": "load_url",
}


@pytest.mark.parametrize(("module", "names"), TABLES.items(), ids=str)
def test_every_name_of_the_tables_is_there(module: str, names: str) -> None:
    there = {name.name.rpartition(".")[2] for name in NAMES if name.name.rpartition(".")[0] == module}

    assert there == set(names.split())


def test_there_are_as_many_as_the_tables_have_and_one_network() -> None:
    assert sum(len(names.split()) for names in TABLES.values()) == 133 + 6
    assert len(NAMES) == 133 + 6 + 1


@pytest.mark.parametrize("name", importable([each for each in NAMES if each.today]), ids=shown)
def test_the_name_of_today_imports(name: Name) -> None:
    assert name.today is not None

    assert imported(name.today) is not None


@pytest.mark.parametrize("name", [each for each in NAMES if not each.today], ids=shown)
def test_what_was_removed_is_gone(name: Name) -> None:
    skip_if_older_is_installed(library_of(name))

    with pytest.raises(AttributeError):
        imported(name.name)


@pytest.mark.parametrize("name", [each for each in NAMES if each.v2 or each.hub], ids=shown)
def test_successors_import(name: Name) -> None:
    for successor in filter(None, (name.v2, name.hub)):
        assert callable(imported(successor))


@pytest.mark.parametrize("id_", LIBRARIES)
def test_the_file_says_what_the_installed_library_says(id_: str) -> None:
    library = LIBRARIES[id_]
    skip_if_older_is_installed(library)

    path = cards_folder() / "catalog" / "api" / f"{id_}.toml"

    differing = {
        name.name: (name.signature, found)
        for name in library.names
        if name.today and name.signature != (found := api_facts.found(name.today))
    }

    assert differing == {}, f"python -m hub.site.api_facts {path} writes them anew"
    assert api_facts.rewritten(path) == path.read_text("utf-8")


@pytest.mark.skipif(not HAS_TENSORBOARD, reason="pip install tensorboard, which torch.utils.tensorboard imports")
def test_the_writer_can_be_looked_at() -> None:
    assert imported("torch.utils.tensorboard.SummaryWriter.add_scalar") is not None


@pytest.mark.parametrize("name", importable([each for each in NAMES if each.signature]), ids=shown)
def test_the_parameters_are_those_that_python_sees(name: Name) -> None:
    assert name.today is not None
    skip_if_older_is_installed(library_of(name))

    written = [each.partition(":")[0].partition("=")[0].strip("* ") for each in parts_of(name.signature).parameters]

    # A class without a constructor of its own takes what `object` takes: nothing.
    seen = [] if name.signature.endswith("()") else list(inspect.signature(imported(name.today)).parameters)  # type: ignore[arg-type]
    assert [each for each in written if each] == [each for each in seen if each != "self" and not each.startswith("_")]
