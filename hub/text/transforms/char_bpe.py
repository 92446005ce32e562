"""Byte-pair encoding on characters, as in the first GPT."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hub.errors import UnknownToken
from hub.text.transforms.files import pairs_of, read_encoder, read_text
from hub.text.transforms.pieces import Merges
from hub.text.transforms.tokenizer import Tokenizer, index_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORD = re.compile(r"\S+\n?")


class Indexed:
    """The indices of a word's symbols; those that the vocabulary lacks have the unknown token's, if there is one."""

    def __init__(self, find: Merges, encoder: Mapping[str, int], unknown: str | None) -> None:
        self._find = find
        self._encoder = encoder
        self._unknown = unknown

    def __call__(self, word: str) -> tuple[int, ...]:
        """Return the indices of a word. Raises UnknownToken."""
        encoder, unknown = self._encoder, self._unknown
        return tuple(
            index_of(symbol if symbol in encoder or not unknown else unknown, encoder) for symbol in self._find(word)
        )


class CharBPETokenizer(Tokenizer[int]):
    r"""Byte-pair encoding of a text's characters, or of a list of texts: indices as the vocabulary has them, or tokens.

    `bpe_encoder_path` names a JSON object token -> index, `bpe_merges_path` a text file: one line that says which
    version it is, then a merge a line, best first. Both may be URLs. `suffix`, such as "</w>", marks the symbol that
    ends a word. `special_tokens` are words that stay whole, `unk_token` stands for a symbol that the vocabulary lacks.

    Radford et al., "Improving Language Understanding by Generative Pre-Training", section 4.1.

    >>> import json, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "encoder.json").write_text(json.dumps({"lo": 0, "w</w>": 1, "?": 2}))
    >>> _ = (folder / "merges.txt").write_text("#version: 0.2\nl o\n")
    >>> cut = CharBPETokenizer(folder / "encoder.json", folder / "merges.txt", unk_token="?", suffix="</w>")
    >>> cut("low slow"), cut.decode([0, 1])
    ([0, 1, 2, 0, 1], 'low ')

    Raises MissingExtra, MissingFile and FormatError, and UnknownToken for an unknown or special token that the
    vocabulary lacks. It goes through pickle and deepcopy, and not through TorchScript.
    """

    def __init__(
        self,
        bpe_encoder_path: str,
        bpe_merges_path: str,
        return_tokens: bool = False,
        unk_token: str | None = None,
        suffix: str | None = None,
        special_tokens: Sequence[str] | None = None,
    ) -> None:
        encoder = read_encoder(bpe_encoder_path)
        for token in [*([unk_token] if unk_token else []), *(special_tokens or [])]:
            index_of(token, encoder)
        pairs = pairs_of(read_text(bpe_merges_path).split("\n")[1:-1])
        find = Merges(pairs, suffix or "", whole=special_tokens or ())
        super().__init__(find, Indexed(find, encoder, unk_token), return_tokens)
        self._encoder = encoder
        self._decoder = {index: token for token, index in encoder.items()}
        self._unk_token = unk_token
        self._suffix = suffix

    @property
    def vocab_size(self) -> int:
        """How many tokens the vocabulary has."""
        return len(self._encoder)

    def _words(self, text: str) -> list[str]:
        return WORD.findall(text)

    def encode(self, text: str) -> list[int]:
        """Return the indices of one text's tokens. Raises UnknownToken."""
        return self._encode(text)

    def decode(self, tokens: list[int]) -> str:
        """Return the text that indices make: a blank for each suffix, or between the tokens if there is no suffix.

        Raises UnknownToken for an index that no token has, if there is no unknown token.
        """
        spoken = [self._spoken(index) for index in tokens]
        return "".join(spoken).replace(self._suffix, " ") if self._suffix else " ".join(spoken)

    def _spoken(self, index: int) -> str:
        token = self._decoder.get(index, self._unk_token or None)
        if token is None:
            raise UnknownToken(f"no token has the index {index}", expected=f"one of {self.vocab_size:,} tokens'")
        return token
