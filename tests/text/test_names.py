"""The old paths: what stood in torchtext.data and torchtext.utils is found there, and starts without torch."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hub.text import data, utils
from hub.text.data import functional, metrics
from hub.text.data import utils as data_utils

# As in torchtext 0.18; of utils, with two from before 0.13.
NAMES = {
    data: "bleu_score get_tokenizer interleave_keys generate_sp_model load_sp_model sentencepiece_numericalizer"
    " sentencepiece_tokenizer custom_replace simple_space_split numericalize_tokens_from_iterator filter_wikipedia_xml"
    " to_map_style_dataset",
    functional: "generate_sp_model load_sp_model sentencepiece_numericalizer sentencepiece_tokenizer custom_replace"
    " simple_space_split numericalize_tokens_from_iterator filter_wikipedia_xml to_map_style_dataset",
    metrics: "bleu_score",
    data_utils: "get_tokenizer ngrams_iterator interleave_keys RandomShuffler",
    utils: "download_from_url extract_archive validate_file get_asset_local_path reporthook unicode_csv_reader"
    " utf_8_encoder",
}


@pytest.mark.parametrize(("module", "names"), NAMES.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_old_names_are_found(module: object, names: str) -> None:
    for name in names.split():
        assert callable(getattr(module, name))


def test_tokenizers_start_without_torch() -> None:
    program = "import sys, hub.text.data; assert not {'torch', 'numpy', 'requests'} & sys.modules.keys()"

    subprocess.run([sys.executable, "-c", program], check=True)
