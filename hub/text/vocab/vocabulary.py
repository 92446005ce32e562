"""`Vocab`: the tokens of a vocabulary, in the order of their indices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn

from hub.errors import InvalidCombination, InvalidInput, UnknownToken, WrongType
from hub.text.vocab import vector_rows
from hub.text.vocab.checks import no_token, number, outside, series, strings, twice
from hub.text.vocab.indices import Indices
from hub.text.vocab.ordering import UNK, arranged

if TYPE_CHECKING:
    from torch import Tensor

    from hub.text.vocab.scripted import ScriptedVocab
    from hub.text.vocab.vector_rows import UnkInit, Wanted


class Vocab(nn.Module):
    """A vocabulary, callable: a list of tokens in, a list of their indices out.

    Make one with `vocab` or `build_vocab_from_iterator`, or of tokens in the order of their indices:

    >>> words = Vocab(["<unk>", "the", "cat"])
    >>> words.set_default_index(words["<unk>"])
    >>> words(["the", "dog", "the", "cat"])
    [1, 0, 1, 2]
    >>> words.lookup_tokens([2, 1])
    ['cat', 'the']

    A token that is not there has the default index; UnknownToken is raised where there is none.

    Of a Counter it is the vocabulary of torchtext before 0.9, with `freqs`, `stoi`, `itos` and `vectors`: first
    `specials`, then words by frequency, most frequent first, and alphabetically among equals. There an unknown token
    has the index of "<unk>", or None where "<unk>" is not in the vocabulary.

    >>> from collections import Counter
    >>> counted = Vocab(Counter("the cat saw the dog".split()), max_size=2)
    >>> counted.itos, counted["bird"]
    (['<unk>', '<pad>', 'the', 'cat'], 0)

    It has no parameters and adds nothing to a `state_dict`. Pickle it, or use `torch.save` and `torch.load`, which
    takes it with `weights_only=True` too. `torch.jit.script` makes a `ScriptedVocab` of a vocabulary of strings.
    """

    UNK = UNK
    is_jitable = False

    freqs: Mapping[Any, int] | None
    itos: list[Any]
    stoi: Indices
    vectors: Tensor | None

    def __init__(  # noqa: PLR0913, PLR0917  torchtext's signature
        self,
        vocab: Vocab | Mapping[Any, int] | Sequence[str] | None = None,
        max_size: int | None = None,
        min_freq: int = 1,
        specials: Sequence[str] = (UNK, "<pad>"),
        vectors: Wanted | None = None,
        unk_init: UnkInit | None = None,
        vectors_cache: object = None,
        specials_first: bool = True,
        *,
        counter: Mapping[Any, int] | None = None,
    ) -> None:
        super().__init__()
        source = counter if vocab is None else vocab
        self.freqs = self.vectors = None
        if isinstance(source, Vocab):
            self.freqs, self.vectors, self.itos = source.freqs, source.vectors, list(source.itos)
            self.stoi = copy(source.stoi)
        elif isinstance(source, Mapping):
            self.freqs = source
            self.itos, unk = arranged(source, max_size, min_freq, list(specials), first=specials_first)
            self.stoi = Indices(self.itos, unk, object)
        else:
            self.itos = strings(source)
            self.stoi = Indices(self.itos)
            if len(self.stoi) < len(self.itos):
                raise twice(self.itos)
        if vectors is not None:
            self.load_vectors(vectors, unk_init=unk_init, cache=vectors_cache)
        elif unk_init is not None or vectors_cache is not None:
            raise InvalidCombination("unk_init and vectors_cache are about vectors", found="vectors=None")

    def forward(self, tokens: list[str]) -> list[int]:
        """Return the indices of tokens; see `lookup_indices`."""
        return self.lookup_indices(tokens)

    def lookup_indices(self, tokens: Iterable[str]) -> list[int]:
        """Return the index of each token; raises UnknownToken as `v[token]` does."""
        if isinstance(tokens, str):
            raise WrongType(
                "a text is no list of tokens",
                expected="a list of str",
                found=f"{tokens!r:.80}",
                hint="part it with a tokenizer first; for one token: v[token]",
            )
        listed = tokens if isinstance(tokens, list) else list(series(tokens))
        try:
            return list(map(self.stoi.__getitem__, listed))
        except (KeyError, TypeError):
            return [self[token] for token in listed]

    def __getitem__(self, token: str) -> int:
        """Return the index of a token, or the default index.

        Raises UnknownToken if there is neither, and WrongType for what is no token.
        """
        try:
            return self.stoi[token]
        except KeyError:
            return self._index_of_unknown(token)
        except TypeError as error:
            raise no_token(token) from error

    def _index_of_unknown(self, token: object) -> int:
        if self.stoi.kind is object:  # made of a Counter
            return cast("int", self.stoi.get(UNK))  # None, in torchtext too
        if not isinstance(token, str):
            raise no_token(token)
        example = UNK if UNK in self.stoi else next(iter(self.itos), UNK)
        raise UnknownToken(
            f"{token!r} is not in the vocabulary, and it has no default index",
            expected=f"one of {len(self)} tokens",
            found=repr(token),
            hint=f"set one for all unknown tokens: v.set_default_index(v[{example!r}])",
        )

    def __contains__(self, token: str) -> bool:
        return token in self.stoi

    def __len__(self) -> int:
        return len(self.itos)

    def __iter__(self) -> Any:  # noqa: ANN401  an iterator of tokens
        return iter(self.itos)

    def __eq__(self, other: object) -> bool:
        """Tell whether tokens, indices, counts and vectors are the same."""
        if not isinstance(other, Vocab):
            return NotImplemented
        mine, theirs = self.vectors, other.vectors
        same = mine is theirs or (mine is not None and theirs is not None and torch.equal(mine, theirs))
        return same and (self.freqs, self.stoi, self.itos) == (other.freqs, other.stoi, other.itos)

    # A module is one of a set while a network is walked through, so it must have a hash, and it can change.
    __hash__ = nn.Module.__hash__

    def set_default_index(self, index: int | None) -> None:
        """Set the index that unknown tokens have; any whole number, or None for an error."""
        self.stoi.default = None if index is None else number(index)

    def get_default_index(self) -> int | None:
        """Return the index that unknown tokens have, if one is set."""
        return self.stoi.default

    @property
    def unk_index(self) -> int | None:
        """The index that unknown tokens have, under the name it had before torchtext 0.9."""
        return self.stoi.default

    def insert_token(self, token: str, index: int) -> None:
        """Give a new token an index, and those from there on the next.

        Raises InvalidInput if it is in the vocabulary, or if the index is not in 0, ..., len(self).
        """
        place = number(index)
        if not 0 <= place <= len(self):
            raise outside(place, f"0 to {len(self)}")
        if token in self.stoi:
            raise InvalidInput(f"{token!r} is in the vocabulary, with the index {self.stoi[token]}")
        if self.stoi.kind is str:
            strings([token])
        self.itos.insert(place, token)
        self.stoi.update((moved, row) for row, moved in enumerate(self.itos[place:], place))

    def append_token(self, token: str) -> None:
        """Give a new token the index after the last; raises InvalidInput if it is in the vocabulary."""
        self.insert_token(token, len(self))

    def lookup_token(self, index: int) -> str:
        """Return the token that has an index; raises UnknownToken if none has."""
        return self.lookup_tokens([index])[0]

    def lookup_tokens(self, indices: Iterable[int]) -> list[str]:
        """Return the tokens that have these indices, which may be a tensor of shape (n,).

        Raises UnknownToken at the first index that no token has.
        """
        listed = list(series(indices.tolist() if isinstance(indices, torch.Tensor) else indices))
        try:
            if not listed or min(listed) >= 0:
                return list(map(self.itos.__getitem__, listed))
        except (IndexError, TypeError):
            pass  # said below
        for place, row in enumerate(map(number, listed)):
            if not 0 <= row < len(self):
                raise outside(row, f"0 to {len(self) - 1}", f" at position {place}")
        return [self.itos[row] for row in listed]

    def get_stoi(self) -> dict[str, int]:
        """Return token to index, as a dict of its own."""
        return dict(self.stoi)

    def get_itos(self) -> list[str]:
        """Return the tokens in the order of their indices, as a list of its own."""
        return list(self.itos)

    def extend(self, v: Vocab, sort: bool = False) -> None:
        """Append what another vocabulary has more, in its order or alphabetically."""
        for token in sorted(v.itos) if sort else v.itos:
            if token not in self.stoi:
                self.append_token(token)

    def load_vectors(self, vectors: Wanted, **kwargs: object) -> None:
        """Set `vectors`, float32 of shape (tokens, dimensions): those of several sets stand side by side.

        Each is a set of vectors, or the name of a published one, such as "glove.6B.50d"; `kwargs` are for its
        constructor. Raises NotFound if there is none of that name, InvalidInput for anything else.
        """
        self.vectors = vector_rows.side_by_side(self.itos, vectors, kwargs)

    def set_vectors(
        self,
        stoi: Mapping[Any, int],
        vectors: Any,  # noqa: ANN401  a tensor, a list of them, or anything with __getitem__
        dim: int,
        unk_init: UnkInit = torch.Tensor.zero_,
    ) -> None:
        """Set `vectors`, float32 of shape (tokens, dim), to `vectors[stoi[token]]`, or `unk_init(row)` without one."""
        self.vectors = vector_rows.gathered(self.itos, stoi, vectors, dim, unk_init)

    def extra_repr(self) -> str:
        """Return what stands between the brackets when it is printed."""
        return f"{len(self)} tokens, default index {self.get_default_index()}"

    def __getstate__(self) -> dict[str, object]:
        # Plain values only, which `torch.load` takes with `weights_only=True`; sets it takes since torch 2.5 alone, and
        # modules make the ones that they lack.
        kept = {name: value for name, value in self.__dict__.items() if not (isinstance(value, set) and not value)}
        return kept | {"stoi": (dict(self.stoi), self.stoi.default, self.stoi.kind is str)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        indices, default, strings = state["stoi"]
        stoi = Indices([], default, str if strings else object)
        stoi.update(indices)
        super().__setstate__(state | {"stoi": stoi})  # type: ignore[no-untyped-call]  # nn.Module's

    def __prepare_scriptable__(self) -> ScriptedVocab:
        """Return what `torch.jit.script` compiles in place of this; PyTorch calls it."""
        from hub.text.vocab.scripted import ScriptedVocab

        return ScriptedVocab(self.itos, self.get_default_index())


# Else `torch.load` would refuse what `torch.save` made of it.
torch.serialization.add_safe_globals([Vocab])
