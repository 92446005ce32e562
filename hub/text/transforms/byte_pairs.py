"""Byte-pair tokenizers on bytes: GPT-2's and CLIP's."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from hub.errors import UnknownToken
from hub.text.transforms.files import pairs_of, read_encoder, read_text
from hub.text.transforms.pieces import Merges
from hub.text.transforms.special import joined, parts, wanted
from hub.text.transforms.spelling import ALPHABET, spell, unspell
from hub.text.transforms.tokenizer import Numbered, Tokenizer
from hub.text.transforms.words import CLIP, GPT2

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hub.text.transforms.tokenizer import Memo

START, END = "<|startoftext|>", "<|endoftext|>"
SUFFIX = "</w>"


class Spelled:
    """The symbols of a word whose bytes are spelled in visible characters."""

    def __init__(self, merges: Merges) -> None:
        self._merges = merges

    def __call__(self, word: str) -> tuple[str, ...]:
        """Return the symbols of a word, which is not empty."""
        return self._merges(spell(word))


class GPT2BPETokenizer(Tokenizer[str]):
    r"""GPT-2's byte-pair encoding of a text, or of a list of texts: token indices, as strings, or the tokens.

    `encoder_json_path` names a JSON object token -> index, `vocab_bpe_path` a text file: one line that says which
    version it is, then a merge a line, best first. Both may be URLs. How tokens are spelled says
    hub/text/transforms/spelling.py.

    >>> import json, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "encoder.json").write_text(json.dumps({"lo": 0, "w": 1, "Ġ": 2}))
    >>> _ = (folder / "vocab.bpe").write_text("#version: 0.2\nl o\n")
    >>> GPT2BPETokenizer(str(folder / "encoder.json"), str(folder / "vocab.bpe"))(["low", "low lo"])
    [['0', '1'], ['0', '1', '2', '0']]

    Raises MissingExtra, MissingFile and FormatError. It goes through pickle and deepcopy, and not through TorchScript.
    """

    def __init__(self, encoder_json_path: str, vocab_bpe_path: str, return_tokens: bool = False) -> None:
        encoder = read_encoder(encoder_json_path)
        find = Spelled(Merges(pairs_of(read_text(vocab_bpe_path).split("\n")[1:-1])))
        super().__init__(find, Numbered(find, encoder), return_tokens)
        self._encoder = encoder
        self._decoder = {index: token for token, index in encoder.items()}
        self._special: dict[str, int] = {}  # all that are never cut, those among them that the vocabulary has too
        self._added = 0

    def add_special_tokens(self, special_tokens_dict: Mapping[str, str | Sequence[str]]) -> int:
        """Never again cut these tokens, and number those that the vocabulary lacks; return how many those are.

        Keys are bos_token, eos_token, unk_token, sep_token, pad_token, cls_token, mask_token, with a token each, and
        additional_special_tokens, with a list. Raises InvalidInput for another key.
        """
        before = self._added
        for token in wanted(special_tokens_dict):
            if token not in self._special:
                known = token in self._encoder
                self._special[token] = self._encoder[token] if known else self._add(token)
        return self._added - before

    def _add(self, token: str) -> int:
        index = len(self._encoder) + self._added
        self._decoder[index] = token
        self._added += 1
        return index

    def _words(self, text: str) -> list[str]:
        return GPT2(text)

    def _tokenize(self, text: str) -> list[str]:
        return self._cut(text, self._tokens, {token: token for token in self._special})

    def _encode(self, text: str) -> list[str]:
        return self._cut(text, self._indices, {token: str(index) for token, index in self._special.items()})

    def _cut(self, text: str, memo: Memo[str], whole: Mapping[str, str]) -> list[str]:
        """The pieces of a text, in which each special token has one of its own."""
        if not whole:
            return [piece for word in GPT2(text) for piece in memo[word]]
        found: list[str] = []
        for part, is_special in parts(text, whole):
            found += [whole[part]] if is_special else chain.from_iterable(memo[word] for word in GPT2(part))
        return found

    def decode(self, tokens: list[str]) -> str:
        """Return the text that token indices, given as strings, make; special tokens stand between blanks.

        The bytes of characters that are not whole are left out. Raises UnknownToken for an index that no token has.
        """
        return joined(map(self._spoken, map(int, tokens))).decode(errors="ignore")

    def _spoken(self, index: int) -> tuple[bytes, bool]:
        token = self._decoder.get(index)
        if token is None:
            raise UnknownToken(f"no token has the index {index}", expected=f"one of {len(self._decoder):,} tokens'")
        return (token.encode(), True) if token in self._special else (unspell(token), False)


class CLIPTokenizer(Tokenizer[str]):
    r"""CLIP's byte-pair encoding of a text, or of a list of texts, in lower case: token indices, as strings, or tokens.

    `merges_path` names a text file: one line that says which version it is, then a merge a line, best first; a symbol
    that ends a word ends in "</w>". `encoder_json_path` names a JSON object token -> index, whose length says how many
    merges count. Without it `num_merges` says so, none means all, and tokens are numbered in this order: the 256 bytes,
    the same at the end of a word, the merges, the two special tokens. Both may be URLs.

    Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", section 2.4,
    https://arxiv.org/abs/2103.00020.

    >>> import pathlib, tempfile
    >>> merges = pathlib.Path(tempfile.mkdtemp()) / "merges.bpe"
    >>> _ = merges.write_text("#version: 0.2\nl o\nlo w</w>")
    >>> CLIPTokenizer(str(merges), return_tokens=True)("Slow <|endoftext|>")
    ['s', 'low</w>', '<|endoftext|>']

    Raises MissingExtra, MissingFile and FormatError. It goes through pickle and deepcopy, and not through TorchScript.
    """

    def __init__(
        self,
        merges_path: str,
        encoder_json_path: str | None = None,
        num_merges: int | None = None,
        return_tokens: bool = False,
    ) -> None:
        lines = read_text(merges_path).split("\n")[1:]
        if encoder_json_path:
            encoder = read_encoder(encoder_json_path)
            lines = lines[: len(encoder) - 2 * len(ALPHABET) - 2]
        else:
            lines = lines[: num_merges or None]
            encoder = _numbered(lines)
        # Spelled they are as they are: both are of visible ASCII.
        find = Spelled(Merges(pairs_of(lines), SUFFIX, whole=(START, END)))
        super().__init__(find, Numbered(find, encoder), return_tokens)

    def _words(self, text: str) -> list[str]:
        return CLIP(text.lower().strip())


def _numbered(lines: Sequence[str]) -> dict[str, int]:
    merged = ["".join(line.split()) for line in lines]
    ends = [symbol + SUFFIX for symbol in ALPHABET]
    return {token: index for index, token in enumerate([*ALPHABET, *ends, *merged, START, END])}
