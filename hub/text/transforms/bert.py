"""BERT's tokenizer: texts are cleaned and cut at spaces and signs, and words into the pieces of a vocabulary."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from hub.text.transforms.files import read_text
from hub.text.transforms.pieces import WordPieces
from hub.text.transforms.tokenizer import Numbered, Tokenizer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What printable ASCII falls into: words of letters and digits, and signs one by one.
ASCII_WORD = re.compile(r"[a-zA-Z0-9]+|[^ a-zA-Z0-9]")

# Han characters, each of which is a word: the blocks that BERT's published code lists.
HAN = (
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x2A6E0),
    range(0x2A700, 0x2CEB0),
    range(0x2F800, 0x2FA20),
)
# A letter that torchtext's engine has always dropped, and the mark of a character that could not be read.
DROPPED = ("\u0d04", "\ufffd")


class Cleaned(dict[int, str]):
    """Code point -> what it becomes, found when first asked for: nothing, a blank, or itself, alone where it is a word.

    `lower` says whether letters become lower-case, `marks` whether marks above and below letters are kept, and `signs`
    whether punctuation stands alone.
    """

    def __init__(self, *, lower: bool, marks: bool, signs: bool) -> None:
        super().__init__()
        self.lower = lower
        self.marks = marks
        self.signs = signs

    def __missing__(self, code: int) -> str:
        found = self._changed(chr(code), code)
        self[code] = found
        return found

    def _changed(self, character: str, code: int) -> str:
        category = unicodedata.category(character)
        if character in "\t\n\r" or category == "Zs":
            return " "
        if category[0] == "C" or character in DROPPED or (category == "Mn" and not self.marks):
            return ""
        if any(code in block for block in HAN) or (self.signs and _is_sign(code, category)):
            return f" {character} "
        return character.lower() if self.lower else character


def _is_sign(code: int, category: str) -> bool:
    """All of ASCII that is neither letter, digit nor space counts, `$` and `^` as well."""
    return category[0] == "P" or (code < 128 and category[0] == "S")  # noqa: PLR2004  ASCII


class BERTTokenizer(Tokenizer[str]):
    r"""BERT's WordPiece tokens of a text, or of a list of texts: token indices, as strings, or the tokens.

    `vocab_path` names a text file, or a URL, with a token a line, in the order of the indices. `never_split` are words,
    between blanks, that stay as they are before they are looked up. Accents are stripped where `do_lower_case` is true,
    and, as in torchtext, wherever `strip_accents` is given at all, false included.

    Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    https://arxiv.org/abs/1810.04805.

    >>> import pathlib, tempfile
    >>> vocabulary = pathlib.Path(tempfile.mkdtemp()) / "vocab.txt"
    >>> _ = vocabulary.write_text("[UNK]\nhow\n##ever\n!\n")
    >>> BERTTokenizer(str(vocabulary))(["However!", "HOW?"])
    [['1', '2', '3'], ['1', '0']]

    Raises MissingExtra, MissingFile and FormatError. It goes through pickle and deepcopy, and not through TorchScript.
    """

    def __init__(
        self,
        vocab_path: str,
        do_lower_case: bool = True,
        strip_accents: bool | None = None,
        return_tokens: bool = False,
        never_split: Sequence[str] | None = None,
    ) -> None:
        vocabulary = list(dict.fromkeys(line or "\n" for line in _lines(read_text(vocab_path))))
        find = WordPieces(vocabulary)
        encoder = {token: index for index, token in enumerate(vocabulary)}
        super().__init__(find, Numbered(find, encoder), return_tokens)
        self._strips = do_lower_case or strip_accents is not None
        self._never_split = frozenset(never_split or ())
        self._lower = do_lower_case
        self._cleaned = Cleaned(lower=do_lower_case, marks=not self._strips, signs=True)
        self._spared = Cleaned(lower=False, marks=True, signs=False)

    def _words(self, text: str) -> list[str]:
        if text.isascii() and text.isprintable() and not self._never_split:
            return ASCII_WORD.findall(text.lower() if self._lower else text)
        if not self._never_split and "\0" not in text:
            return self._cut(text.strip(), self._cleaned)
        return [word for token in text.strip().split(" ") for word in self._words_of(token)]

    def _words_of(self, token: str) -> list[str]:
        """The words of what stands between two blanks."""
        table = self._spared if token in self._never_split else self._cleaned
        # Whatever follows a NUL is lost where accents are stripped: torchtext's engine took a C string there.
        return self._cut(token.partition("\0")[0] if self._strips else token, table)

    def _cut(self, text: str, table: Cleaned) -> list[str]:
        decomposed = unicodedata.normalize("NFD", text) if self._strips else text
        return [word for word in decomposed.translate(table).split(" ") if word]


def _lines(text: str) -> Iterator[str]:
    """The lines of a text; what follows the last line's end is none if it is empty."""
    lines = text.split("\n")
    yield from lines[: None if lines[-1] else -1]
