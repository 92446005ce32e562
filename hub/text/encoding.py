"""Texts as numbers, by a file that says how: what `Dataset.tokenized` and `hub prepare --tokenize` take.

    tokenizer.json      of Hugging Face's tokenizers, with what it says of special tokens
    <name>.model        a SentencePiece model
    <name>.txt          a vocabulary, a token a line in the order of their numbers; `hub.text` has tokenizers

An encoder carries the file's content, so it works wherever it is sent, and its digest, so that what was made with
another file is never taken for what this one makes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hub.errors import FormatError, InvalidInput, MissingFile, first_line
from hub.extras import require

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    Encode = Callable[[Sequence[str]], Sequence[Sequence[int]]]

# Grows whenever the same file would give other numbers.
VERSION = 1

UNKNOWN = ("<unk>", "[UNK]", "<UNK>")
"""What vocabularies call the token that stands for all that they lack."""


@dataclass(frozen=True)
class FileEncoder:
    """What makes numbers of texts; it can be pickled."""

    name: str
    content: bytes
    tokenizer: str = "basic_english"
    """What makes tokens for a plain vocabulary."""

    @cached_property
    def digest(self) -> str:
        """64 hex digits that differ whenever its numbers could."""
        made_by = self.tokenizer if self.form == ".txt" else ""
        covered = f"{VERSION} {self.form} {made_by} {hashlib.sha256(self.content).hexdigest()}"
        return hashlib.sha256(covered.encode()).hexdigest()

    @property
    def form(self) -> str:
        """The suffix of the file's name."""
        return Path(self.name).suffix.lower()

    def __call__(self, texts: Sequence[str]) -> Sequence[Sequence[int]]:
        """Return the numbers of each text."""
        return _encode(self.name, self.content, self.tokenizer)(texts)

    def __getstate__(self) -> dict[str, object]:
        return {"name": self.name, "content": self.content, "tokenizer": self.tokenizer}


def from_file(path: str | PathLike[str], tokenizer: str = "basic_english") -> FileEncoder:
    """Return the encoder that a file describes; `tokenizer` makes the tokens that a plain vocabulary numbers.

    Raises MissingFile if there is none, InvalidInput for a name of another form, FormatError if it is not of its form,
    and MissingExtra if its library is not installed.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise MissingFile(f"{file} is no file", expected="a tokenizer.json, a .model or a .txt", found="nothing there")
    made = FileEncoder(file.name, file.read_bytes(), tokenizer)
    if made.form not in FORMS:
        raise InvalidInput(f"{file} is of no known form", expected=", ".join(FORMS), found=made.form or "no suffix")
    made([""])  # what is wrong with the file is said here, and not by a worker
    return made


@cache  # a worker has thousands of parts made with one file
def _encode(name: str, content: bytes, tokenizer: str) -> Encode:
    return FORMS[Path(name).suffix.lower()](name, content, tokenizer)


def _described(name: str, content: bytes, tokenizer: str) -> Encode:
    del tokenizer
    require("tokenizers", "text", "Hugging Face's tokenizers")
    from tokenizers import Tokenizer

    try:
        found = Tokenizer.from_str(content.decode())
    except Exception as error:  # the library raises nothing narrower
        hint = "it is what Tokenizer.save writes, and save_pretrained of a fast tokenizer"
        raise FormatError(f"{name} describes no tokenizer: {first_line(str(error))}", path=name, hint=hint) from error
    return lambda texts: [each.ids for each in found.encode_batch(list(texts))]


def _pieces(name: str, content: bytes, tokenizer: str) -> Encode:
    del tokenizer
    from hub.text.sentence_pieces import SentencePieceModel

    model = SentencePieceModel(content, path=name)
    return lambda texts: [model.processor.EncodeAsIds(text) for text in texts]


def _words(name: str, content: bytes, tokenizer: str) -> Encode:
    from hub.text.tokenizing import get_tokenizer
    from hub.text.vocab.vocabulary import Vocab

    try:
        tokens = content.decode().splitlines()
    except UnicodeDecodeError as error:
        raise FormatError(f"{name} is no text in utf-8", path=name, expected="a token a line") from error
    words, parted = Vocab(tokens), get_tokenizer(tokenizer)
    unknown = next((each for each in UNKNOWN if each in words), None)
    if unknown is not None:
        words.set_default_index(words[unknown])
    return lambda texts: [words.lookup_indices(parted(text)) for text in texts]


FORMS: dict[str, Callable[[str, bytes, str], Encode]] = {".json": _described, ".model": _pieces, ".txt": _words}
