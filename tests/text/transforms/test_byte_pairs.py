"""GPT-2 and CLIP cut texts as torchtext did: its results are written down here where ours might have differed."""

from __future__ import annotations

import copy
import json
import pickle
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from hub.errors import FormatError, InvalidInput, MissingFile, UnknownToken, WrongType
from hub.text.transforms import CLIPTokenizer, GPT2BPETokenizer, special
from hub.text.transforms.spelling import ALPHABET

if TYPE_CHECKING:
    from pathlib import Path

    from torch.utils.data import Dataset

pytest.importorskip("tokenizers")

MERGES = ["l o", "lo w", "e r", "Ġ t", "Ġt h", "Ġ a"]
SENTENCES = ["the lowest", "a tower", "", "über 'll"]

# What torchtext's pattern makes of texts that are awkward for it. Each word is whole in a vocabulary without merges.
GPT2_WORDS = {
    "it's we'll I'D": ["it", "'s", "Ġwe", "'ll", "ĠI", "'", "D"],
    "a 's": ["a", "Ġ'", "s"],
    "a  's": ["a", "Ġ", "Ġ's"],
    "a\n 's": ["a", "Ċ", "Ġ's"],
    "a   b": ["a", "ĠĠ", "Ġb"],
    "a \n\nb": ["a", "ĠĊ", "Ċ", "b"],
    "a  ": ["a", "ĠĠ"],
    "\t b\x0b": ["ĉ", "Ġb", "ċ"],
    "x1.5%": ["x", "1", ".", "5", "%"],
    "a\u00a0b": ["a", "Âł", "b"],
    "½²Ⅷ٣!": ["Â½Â²âħ§Ù£", "!"],
}
CLIP_WORDS = {
    "IT'S We'll": ["it", "'s", "we", "'ll"],
    "abc 123": ["abc", "1", "2", "3"],
    " <|startoftext|>a<|ENDOFTEXT|>": ["<|startoftext|>", "a", "<|endoftext|>"],
    "a\x0bb \x0c c": ["a", "ċ", "b", "c"],
    "'\u017fa": ["'Å¿", "a"],
}

# The order in which torchtext 0.18 numbered the special tokens of one call, by how many they were.
NUMBERED = {
    3: ["unk_token", "eos_token", "bos_token"],
    5: ["unk_token", "pad_token", "sep_token", "eos_token", "bos_token"],
    7: ["mask_token", "pad_token", "cls_token", "sep_token", "unk_token", "eos_token", "bos_token"],
}


def write_gpt2(folder: Path, merges: list[str], tokens: list[str] | None = None) -> tuple[str, str]:
    """A vocabulary of all bytes and the merges, unless the tokens are given."""
    folder.mkdir(exist_ok=True)
    tokens = tokens or [*ALPHABET, *("".join(merge.split()) for merge in merges)]
    encoder, rules = folder / "encoder.json", folder / "vocab.bpe"
    encoder.write_text(json.dumps({token: index for index, token in enumerate(tokens)}), "utf-8")
    rules.write_text("\n".join(["#version: 0.2", *merges, ""]), "utf-8")
    return str(encoder), str(rules)


@pytest.fixture
def gpt2(tmp_path: Path) -> GPT2BPETokenizer:
    return GPT2BPETokenizer(*write_gpt2(tmp_path / "gpt2", MERGES))


@pytest.fixture
def merges_path(tmp_path: Path) -> str:
    path = tmp_path / "merges.bpe"
    path.write_text("#version: 0.2\nl o\nlo w</w>\ne r</w>\n", "utf-8")
    return str(path)


def chained(words: list[str], end: str = "") -> list[str]:
    """Merges that make each of the words whole."""
    merges = []
    for word in words:
        letters = [*word[:-1], word[-1] + end]
        merges += [f"{''.join(letters[:place])} {letters[place]}" for place in range(1, len(letters))]
    return list(dict.fromkeys(merges))


@pytest.mark.parametrize(("text", "words"), GPT2_WORDS.items())
def test_gpt2_cuts_words_as_torchtext_did(text: str, words: list[str], tmp_path: Path) -> None:
    paths = write_gpt2(tmp_path / "gpt2", chained(words))

    assert GPT2BPETokenizer(*paths, return_tokens=True)(text) == words


@pytest.mark.parametrize(("text", "words"), CLIP_WORDS.items())
def test_clip_cuts_words_as_torchtext_did(text: str, words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "merges.bpe"
    path.write_text("\n".join(["#", *chained([word for word in words if word[0] != "<"], "</w>")]), "utf-8")

    tokens = CLIPTokenizer(str(path), return_tokens=True)(text)

    assert tokens == [word if word[0] == "<" else word + "</w>" for word in words]


def test_a_batch_is_its_texts_one_by_one(gpt2: GPT2BPETokenizer) -> None:
    assert gpt2(SENTENCES) == [gpt2(sentence) for sentence in SENTENCES]


def test_indices_come_as_strings(gpt2: GPT2BPETokenizer) -> None:
    low, thee = len(ALPHABET) + 1, len(ALPHABET) + 4

    assert gpt2("low") == [str(low)]
    assert gpt2(" th") == [str(thee)]


@settings(max_examples=200)
@given(text=st.text())
def test_gpt2_gives_every_text_back(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    gpt2 = GPT2BPETokenizer(*write_gpt2(tmp_path_factory.getbasetemp() / "shared", MERGES))

    assert gpt2.decode(gpt2(text)) == text


def test_bytes_of_a_character_that_is_not_whole_are_left_out(gpt2: GPT2BPETokenizer) -> None:
    assert gpt2.decode(gpt2("aü")[:-1]) == "a"


def test_an_index_that_no_token_has_cannot_be_decoded(gpt2: GPT2BPETokenizer) -> None:
    with pytest.raises(UnknownToken, match="9999"):
        gpt2.decode(["9999"])


def test_special_tokens_are_never_cut_and_drop_one_space_at_each_side(gpt2: GPT2BPETokenizer) -> None:
    gpt2._return_tokens = True

    added = gpt2.add_special_tokens({"bos_token": "<s>", "additional_special_tokens": ["C++", "a"]})

    assert added == 2  # "a" was there before
    assert gpt2("<s> x  C++ x") == ["<s>", "x", "Ġ", "C++", "x"]
    assert gpt2("xax") == ["x", "a", "x"]


def test_special_tokens_are_numbered_behind_the_others_and_once(gpt2: GPT2BPETokenizer) -> None:
    size = len(ALPHABET) + len(MERGES)

    counts = [gpt2.add_special_tokens({"additional_special_tokens": ["<a>", "<b>", "a"]}) for _ in range(2)]

    assert counts == [2, 0]
    assert gpt2("<b> <a>a") == [str(size + 1), str(size), str(ALPHABET.index("a"))]


def test_special_tokens_of_one_call_have_the_numbers_that_torchtext_gave_them(gpt2: GPT2BPETokenizer) -> None:
    purposes = list(special.PURPOSES)

    for count, expected in NUMBERED.items():
        fresh = copy.deepcopy(gpt2)
        fresh.add_special_tokens({purpose: f"<{purpose}>" for purpose in purposes[:count]})
        numbers = {purpose: int(fresh(f"<{purpose}>")[0]) for purpose in purposes[:count]}
        assert sorted(numbers, key=numbers.__getitem__) == expected


def test_special_tokens_stand_between_blanks_when_decoded(gpt2: GPT2BPETokenizer) -> None:
    gpt2.add_special_tokens({"bos_token": "<s>", "eos_token": "</s>"})

    assert gpt2.decode(gpt2("<s><s>a</s>")) == "<s> <s> a </s>"


@pytest.mark.parametrize("tokens", [{"colour_token": "<red>"}, {"bos_token": ""}])
def test_special_tokens_that_make_no_sense_are_refused(gpt2: GPT2BPETokenizer, tokens: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="special token"):
        gpt2.add_special_tokens(tokens)


def test_clip_numbers_bytes_then_ends_then_merges_then_special_tokens(merges_path: str) -> None:
    clip = CLIPTokenizer(merges_path, num_merges=2)

    assert clip("a") == [str(256 + ALPHABET.index("a"))]
    assert clip("slow<|endoftext|>") == [str(ALPHABET.index("s")), str(512 + 1), str(512 + 2 + 1)]


def test_clip_reads_as_many_merges_as_its_vocabulary_has_room_for(merges_path: str, tmp_path: Path) -> None:
    encoder = tmp_path / "encoder.json"
    tokens = [*ALPHABET, *(symbol + "</w>" for symbol in ALPHABET), "lo", "<|startoftext|>", "<|endoftext|>"]
    encoder.write_text(json.dumps({token: index for index, token in enumerate(tokens)}))

    clip = CLIPTokenizer(merges_path, str(encoder), return_tokens=True)

    assert clip("low her") == ["lo", "w</w>", "h", "e", "r</w>"]


@pytest.mark.parametrize("value", [None, 1, b"a", ("a",), ["a", 1], [["a"]], [None]], ids=repr)
def test_what_is_no_text_is_a_type_error(gpt2: GPT2BPETokenizer, value: Any) -> None:
    with pytest.raises(TypeError, match="not supported"):
        gpt2(value)


def test_half_a_surrogate_pair_is_no_text(gpt2: GPT2BPETokenizer) -> None:
    with pytest.raises(WrongType, match="surrogates"):
        gpt2("\ud800")


def test_a_token_that_the_vocabulary_lacks_is_told(tmp_path: Path) -> None:
    gpt2 = GPT2BPETokenizer(*write_gpt2(tmp_path / "gpt2", ["a b"], ["a", "ab"]))

    assert gpt2("ab") == ["1"]
    with pytest.raises(UnknownToken, match="no token 'b'") as told:
        gpt2("b")
    assert isinstance(told.value, (KeyError, IndexError))


def test_files_may_be_urls_with_a_digest(tmp_path: Path) -> None:
    encoder, rules = write_gpt2(tmp_path / "gpt2", MERGES)
    digest = sha256((tmp_path / "gpt2" / "encoder.json").read_bytes()).hexdigest()

    gpt2 = GPT2BPETokenizer(f"file://{encoder}#sha256={digest}", f"file://{rules}")

    assert gpt2("low") == [str(len(ALPHABET) + 1)]


def test_files_that_are_not_what_they_should_be_are_told(tmp_path: Path, merges_path: str) -> None:
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "latin.bpe").write_bytes(b"#\n\xe9 a\n")

    with pytest.raises(MissingFile):
        CLIPTokenizer(str(tmp_path / "nothing.bpe"))
    with pytest.raises(FormatError, match="no vocabulary"):
        GPT2BPETokenizer(str(tmp_path / "list.json"), merges_path)
    with pytest.raises(FormatError, match="no vocabulary"):
        GPT2BPETokenizer(merges_path, merges_path)
    with pytest.raises(FormatError, match="UTF-8"):
        CLIPTokenizer(str(tmp_path / "latin.bpe"))


def test_copies_cut_as_the_original_with_its_special_tokens(gpt2: GPT2BPETokenizer) -> None:
    gpt2.add_special_tokens({"eos_token": "<end>"})
    text = "the lowest<end>"
    expected = gpt2(text)

    again = pickle.loads(pickle.dumps(gpt2))  # noqa: S301  our own bytes

    assert again(text) == copy.deepcopy(gpt2)(text) == expected


def test_workers_of_a_loader_cut_texts(gpt2: GPT2BPETokenizer) -> None:
    loader: DataLoader[str] = DataLoader(
        cast("Dataset[str]", SENTENCES),
        batch_size=2,
        collate_fn=gpt2,
        num_workers=1,
        multiprocessing_context="spawn",
    )

    assert [cut for batch in loader for cut in batch] == gpt2(SENTENCES)
