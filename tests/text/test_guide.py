"""The guide on moving from torchtext knows every name that torchtext had, and says the truth about each."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import hub
from hub.registry import entries, find_dataset

PAGE = (Path(__file__).parents[2] / "site/docs/from_torchtext.md").read_text("utf-8")

HERE = {
    "data": """
        Ragged bleu_score custom_replace filter_wikipedia_xml generate_sp_model get_tokenizer load_sp_model
        numericalize_tokens_from_iterator sentencepiece_numericalizer sentencepiece_tokenizer simple_space_split
        to_map_style_dataset
    """,
    "data.utils": "get_tokenizer interleave_keys ngrams_iterator RandomShuffler",
    "datasets": """
        AG_NEWS AmazonReviewFull AmazonReviewPolarity CC100 CNNDM CoLA CoNLL2000Chunking DBpedia EnWik9 IMDB IWSLT2016
        IWSLT2017 MNLI MRPC Multi30k PennTreebank QNLI QQP RTE SQuAD1 SQuAD2 SST2 STSB SogouNews UDPOS WNLI WikiText103
        WikiText2 YahooAnswers YelpReviewFull YelpReviewPolarity
        LanguageModelingDataset SequenceTaggingDataset TextClassificationDataset TranslationDataset
    """,
    "functional": "add_token str_to_int to_tensor truncate",
    "transforms": """
        AddToken BERTTokenizer CLIPTokenizer CharBPETokenizer GPT2BPETokenizer LabelToIndex MaskTransform PadTransform
        RegexTokenizer SentencePieceTokenizer Sequential StrToIntTransform ToTensor Truncate VocabTransform
    """,
    "utils": "download_from_url extract_archive get_asset_local_path validate_file",
    "vocab": """
        CharNGram FastText GloVe SubwordVocab Vectors Vocab build_vocab_from_iterator pretrained_aliases vocab
    """,
}
"""Module of torchtext -> the names of its 0.18, and those of older ones, that go on working."""

GONE = """
    FLAN_T5 GenerationUtils InProjContainer MultiheadAttentionContainer ROBERTA_BASE_ENCODER ROBERTA_DISTILLED_ENCODER
    ROBERTA_LARGE_ENCODER RobertaBundle RobertaClassificationHead RobertaEncoderConf RobertaModel ScaledDotProduct
    T5Bundle T5Conf T5Model T5Transform T5_11B T5_3B T5_BASE T5_LARGE T5_SMALL XLMR_BASE_ENCODER XLMR_LARGE_ENCODER
    build_vocab_from_text_file dtype_to_attr get_lock_dir get_torch_version is_tokenizer_serializable
    load_vocab_from_file reporthook
"""
"""Names that have something else in their place."""

NAMES = [(module, name) for module, names in HERE.items() for name in names.split()]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_what_the_guide_calls_the_same_is_there(module: str, name: str) -> None:
    assert re.search(rf"\b{name}\b", PAGE)
    assert getattr(import_module(f"hub.text.{module}"), name) is not None


@pytest.mark.parametrize("name", GONE.split())
def test_what_is_gone_is_told(name: str) -> None:
    assert re.search(rf"\b{name}", PAGE)


@pytest.mark.parametrize("module", ["models", "nn", "prototype", "experimental", "legacy"])
def test_a_module_that_is_gone_says_what_to_use(module: str) -> None:
    with pytest.raises(AttributeError, match="use "):
        getattr(hub.text, module)


def test_every_card_of_torchtext_has_its_row_with_its_arguments() -> None:
    cards = {hit.id: find_dataset(hit.id).card.upstream for hit in entries("dataset")}
    theirs = {name: upstream for name, upstream in cards.items() if upstream.library == "torchtext" and upstream.name}

    rows = dict(re.findall(r'^\| `(\w+\(.*?\))` \| `"(\w+)"` \|', PAGE, re.MULTILINE))

    assert {f"{upstream.name}({upstream.parameters})": name for name, upstream in theirs.items()} == rows
