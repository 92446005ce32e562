"""SentencePiece: training, loading and using models, on the `sentencepiece` library.

Kudo, Richardson: SentencePiece, EMNLP 2018, https://aclanthology.org/D18-2012

Ids and pieces are those of torchtext, which had an older release of the library built in, up to ties: where two ways to
part a line score the same ("00" before "0", or behind it), 0.2.3 may take the other one, unlike 0.2.1. Training finds
somewhat other pieces than torchtext did ("unigram" and "bpe"; seen with 0.2.0, 0.2.1 and 0.2.3).
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from hub.errors import FormatError, InvalidInput, MissingFile, WrongType
from hub.extras import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MODEL_TYPES = ("unigram", "bpe", "char", "word")

_PUBLISHED = "https://pytorch.s3.amazonaws.com/models/text/pretrained_spm"
_TRAINED = (f"text_{model_type}_{size}" for model_type in ("unigram", "bpe") for size in (15000, 25000, 50000))
# No digests were ever published of them.
PRETRAINED_SP_MODEL = {name: f"{_PUBLISHED}/{name}.model" for name in _TRAINED}

# The library's levels of logging: 0 tells the whole course of training, 1 begins with warnings.
WARNINGS = 1


class Encodes(Protocol):
    """What makes pieces of a line: a SentencePieceModel or the library's own SentencePieceProcessor."""

    def EncodeAsIds(self, line: str, /) -> list[int]: ...
    def EncodeAsPieces(self, line: str, /) -> list[str]: ...


class SentencePieceModel:
    """A trained model, with the methods that torchtext's had; can be pickled. `processor` is the library's object.

    Raises FormatError, which names `path`, if the content is none of a model's.
    """

    def __init__(self, content: bytes, path: object = "bytes in memory") -> None:
        require("sentencepiece", "text", "SentencePiece")
        from sentencepiece import SentencePieceProcessor

        self._content = content
        self.processor = SentencePieceProcessor()
        try:
            self.processor.LoadFromSerializedProto(content)
        except RuntimeError as error:
            raise FormatError(
                f"{path} is no SentencePiece model: {error}", path=path, hint="train it, or get it, anew"
            ) from error

    def __reduce__(self) -> tuple[type[SentencePieceModel], tuple[bytes]]:
        return SentencePieceModel, (self._content,)

    def Encode(self, line: str) -> list[str]:
        """Return the pieces of a line. The library's own method of this name returns ids."""
        return self.EncodeAsPieces(line)

    def EncodeAsPieces(self, line: str) -> list[str]:
        """Return the pieces of a line; U+2581 stands for the blank before a word."""
        return cast("list[str]", self.processor.EncodeAsPieces(line))

    def EncodeAsIds(self, line: str) -> list[int]:
        """Return the ids of a line's pieces."""
        return cast("list[int]", self.processor.EncodeAsIds(line))

    def DecodePieces(self, pieces: Sequence[str]) -> str:
        """Return the line that pieces make up."""
        return cast("str", self.processor.DecodePieces(list(pieces)))

    def DecodeIds(self, ids: Sequence[int]) -> str:
        """Return the line that ids make up."""
        return cast("str", self.processor.DecodeIds(list(ids)))

    def GetPieceSize(self) -> int:
        """Return how many pieces the model has."""
        return self.processor.GetPieceSize()

    def unk_id(self) -> int:
        """Return the id of what the model has no piece for."""
        return self.processor.unk_id()

    def PieceToId(self, piece: str) -> int:
        """Return the id of a piece, or `unk_id()`."""
        return self.processor.PieceToId(piece)

    def IdToPiece(self, index: int) -> str:
        """Return the piece of an id."""
        return self.processor.IdToPiece(index)


def load_sp_model(spm: str | os.PathLike[str] | BinaryIO) -> SentencePieceModel:
    """Return the model in a file, given by its path or open for reading bytes.

    Raises MissingFile, FormatError if it is no model and WrongType for anything else.
    """
    if isinstance(spm, str | os.PathLike):
        return SentencePieceModel(_content(Path(spm)), path=spm)
    content = spm.read() if hasattr(spm, "read") else None
    if not isinstance(content, bytes):
        raise WrongType(
            # torchtext's words, which its own tests look for.
            f"Unsupported type for spm argument: {type(spm).__name__}. "
            "Supported types are: str, io.BufferedReader, pathlib.Path",
            hint="open a file with mode 'rb'" if hasattr(spm, "read") else "",
        )
    return SentencePieceModel(content, path=getattr(spm, "name", "a file in memory"))


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise MissingFile("there is no SentencePiece model", expected=path, found="no file of that name")
    return path.read_bytes()


def generate_sp_model(
    filename: str | os.PathLike[str],
    vocab_size: int = 20000,
    model_type: str = "unigram",
    model_prefix: str | os.PathLike[str] = "m_user",
) -> None:
    """Train a model on the lines of a file, or of several with commas between; write <prefix>.model and <prefix>.vocab.

    `model_type` is "unigram", "bpe", "char" or "word". Raises MissingFile, and InvalidInput if no such model can be
    trained: mostly because the text is too short for so many pieces.
    """
    require("sentencepiece", "text", "SentencePiece")
    from sentencepiece import SentencePieceTrainer

    if model_type not in MODEL_TYPES:
        raise InvalidInput(f"there is no model type {model_type!r}", expected=", ".join(MODEL_TYPES))
    files = _text_files(os.fspath(filename))
    prefix = Path(model_prefix)
    if not prefix.parent.is_dir():
        raise MissingFile(f"cannot write {prefix}.model", expected=prefix.parent, found="no folder of that name")
    try:
        SentencePieceTrainer.train(
            input=files, vocab_size=vocab_size, model_type=model_type, model_prefix=str(prefix), minloglevel=WARNINGS
        )
    except (RuntimeError, ValueError) as error:
        raise InvalidInput(f"no model can be trained on {filename}", found=str(error)) from error


def _text_files(filename: str) -> list[str]:
    """A comma may also be part of a name."""
    files = [filename] if Path(filename).is_file() else filename.split(",")
    for each in files:
        if not Path(each).is_file():
            raise MissingFile("there is no text to train on", expected=each, found="no file of that name")
    return files


def sentencepiece_numericalizer(sp_model: Encodes) -> Callable[[Iterable[str]], Iterator[list[int]]]:
    """Return a step that yields the ids of every line; it can be pickled."""
    return partial(_ids, sp_model)


def sentencepiece_tokenizer(sp_model: Encodes) -> Callable[[Iterable[str]], Iterator[list[str]]]:
    """Return a step that yields the pieces of every line; it can be pickled."""
    return partial(_pieces, sp_model)


def _ids(model: Encodes, lines: Iterable[str]) -> Iterator[list[int]]:
    for line in lines:
        yield model.EncodeAsIds(line)


def _pieces(model: Encodes, lines: Iterable[str]) -> Iterator[list[str]]:
    for line in lines:
        yield model.EncodeAsPieces(line)
