"""Transforms: from texts to tokens, from tokens to indices, from indices to tensors, under torchtext's names.

    from hub.text import transforms

    to_batch = transforms.Sequential(
        transforms.GPT2BPETokenizer("encoder.json", "vocab.bpe"),
        transforms.Truncate(256),
        transforms.StrToIntTransform(),
        transforms.ToTensor(padding_value=0),
    )

Each takes one text or sequence, or a list of them, and goes through pickle, to the workers of a DataLoader say, and
deepcopy. They run in Python and in the Rust of `tokenizers`: TorchScript cannot compile them.

    sequences       of tokens and indices; labels, masking
    tokenizer       what the next three share: words, tokens, indices, and what is kept for words that come again
    bert            pieces of words
    byte_pairs      GPT-2 and CLIP: text to `words`, these in the `spelling` of bytes; `special` tokens are never cut
    char_bpe        the first GPT
    pieces          a word to its pieces, in Rust; files, the vocabularies that are read for it
    regexes         patterns of the engine RE2 (`re2`) that rewrite a text
    sentence_pieces models of the library of that name
"""

from hub.text.transforms.bert import BERTTokenizer
from hub.text.transforms.byte_pairs import CLIPTokenizer, GPT2BPETokenizer
from hub.text.transforms.char_bpe import CharBPETokenizer
from hub.text.transforms.labels import LabelToIndex
from hub.text.transforms.masking import MaskTransform
from hub.text.transforms.regexes import RegexTokenizer
from hub.text.transforms.sentence_pieces import SentencePieceTokenizer
from hub.text.transforms.sequences import (
    AddToken,
    PadTransform,
    Sequential,
    StrToIntTransform,
    ToTensor,
    Truncate,
    VocabTransform,
)

__all__ = [
    "AddToken",
    "BERTTokenizer",
    "CLIPTokenizer",
    "CharBPETokenizer",
    "GPT2BPETokenizer",
    "LabelToIndex",
    "MaskTransform",
    "PadTransform",
    "RegexTokenizer",
    "SentencePieceTokenizer",
    "Sequential",
    "StrToIntTransform",
    "ToTensor",
    "Truncate",
    "VocabTransform",
]
