"""Tokens by a trained SentencePiece model."""

from __future__ import annotations

from torch.nn import Module

from hub.text.kinds import is_sequence, refused
from hub.text.sentence_pieces import SentencePieceModel
from hub.text.transforms.files import local
from hub.text.transforms.pieces import encoded


class SentencePieceTokenizer(Module):
    """The pieces of a text, or of each of a list of texts, by the model at a path or URL; "▁" stands for a blank.

    Kudo and Richardson, "SentencePiece: A simple and language independent subword tokenizer and detokenizer",
    https://arxiv.org/abs/1808.06226. Raises MissingExtra, MissingFile, and FormatError for a file that is no model.
    """

    def __init__(self, sp_model_path: str) -> None:
        super().__init__()
        path = local(sp_model_path)
        self.sp_model = SentencePieceModel(path.read_bytes(), path).processor

    def forward(self, input: str | list[str]) -> list[str] | list[list[str]]:
        """Return the pieces; raises WrongType for anything but a str or a list of str."""
        if not isinstance(input, str) and not is_sequence(input, str):
            raise refused(input, "a str, or a list of str")
        try:
            pieces: list[str] | list[list[str]] = self.sp_model.encode(input, out_type=str)
        except (RuntimeError, TypeError):
            encoded("".join(input))  # its own message for a lone surrogate says nothing
            raise
        return pieces
