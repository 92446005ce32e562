"""The vocabulary that TorchScript compiles."""

from typing import Dict, List, Optional  # noqa: UP035  # see below

import torch
from torch import nn

# TorchScript reads the annotations of this module: as objects, not postponed, and it knows the old names of types only.
# ruff: noqa: UP006, UP045


class ScriptedVocab(nn.Module):
    """A vocabulary of strings in TorchScript's types; `torch.jit.script` of a `Vocab` compiles one of these.

    Compiled, a token that has no index is a RuntimeError, and all else that is wrong a torch.jit.Error.
    """

    is_jitable: bool
    itos: List[str]
    stoi: Dict[str, int]
    default: Optional[int]

    def __init__(self, itos: List[str], default: Optional[int]) -> None:
        super().__init__()
        self.is_jitable = True
        self.itos = list(itos)
        self.stoi = {token: index for index, token in enumerate(itos)}
        self.default = default

    def forward(self, tokens: List[str]) -> List[int]:
        """Return the indices of tokens."""
        return self.lookup_indices(tokens)

    @torch.jit.export
    def lookup_indices(self, tokens: List[str]) -> List[int]:
        """Return the indices of tokens."""
        return [self.index_of(token) for token in tokens]

    @torch.jit.export
    def index_of(self, token: str) -> int:
        """Return the index of a token, or the default index."""
        default = self.default
        if default is not None and token not in self.stoi:
            return default
        return self.stoi[token]  # not `raise`, which would be no RuntimeError outside

    @torch.jit.export
    def __getitem__(self, token: str) -> int:
        return self.index_of(token)

    @torch.jit.export
    def __contains__(self, token: str) -> bool:
        return token in self.stoi

    @torch.jit.export
    def __len__(self) -> int:
        return len(self.itos)

    @torch.jit.export
    def set_default_index(self, index: Optional[int]) -> None:
        """Set the index that unknown tokens have, or None for an error."""
        self.default = index

    @torch.jit.export
    def get_default_index(self) -> Optional[int]:
        """Return the index that unknown tokens have."""
        return self.default

    @torch.jit.export
    def insert_token(self, token: str, index: int) -> None:
        """Give a new token an index, and those from there on the next."""
        if index < 0 or index > len(self.itos) or token in self.stoi:
            raise RuntimeError("the token is in the vocabulary, or the index outside of it: " + token)
        self.itos.insert(index, token)
        for row in range(index, len(self.itos)):
            self.stoi[self.itos[row]] = row

    @torch.jit.export
    def append_token(self, token: str) -> None:
        """Give a new token the index after the last."""
        self.insert_token(token, len(self.itos))

    @torch.jit.export
    def lookup_token(self, index: int) -> str:
        """Return the token that has an index."""
        if index < 0 or index >= len(self.itos):
            raise RuntimeError("no token has the index " + str(index))
        return self.itos[index]

    @torch.jit.export
    def lookup_tokens(self, indices: List[int]) -> List[str]:
        """Return the tokens that have these indices."""
        return [self.lookup_token(index) for index in indices]

    @torch.jit.export
    def get_stoi(self) -> Dict[str, int]:
        """Return token to index."""
        return self.stoi.copy()

    @torch.jit.export
    def get_itos(self) -> List[str]:
        """Return the tokens in the order of their indices."""
        return self.itos.copy()


torch.serialization.add_safe_globals([ScriptedVocab])
