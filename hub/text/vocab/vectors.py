"""Word vectors: `Vectors` of any text, and the published ones by name, `GloVe`, `FastText` and `CharNGram`.

    vectors = GloVe("6B", dim=50)
    vectors["king"]                             # float32 of shape (50,)
    vectors.get_vecs_by_tokens(["Chip", "baby"], lower_case_backup=True)

The text is parsed once. From then on all rows are one memory-mapped matrix, which is there at once and which processes
share. Whoever writes into it changes what this process sees, and never the file.
"""

from __future__ import annotations

from functools import cached_property, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import torch

from hub.errors import InvalidInput, MissingFile
from hub.fetch import download
from hub.registry import unknown
from hub.text.vocab import vector_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from torch import Tensor

    from hub.text.vocab.vector_files import Found

    UnkInit = Callable[[Tensor], Tensor]


class Vectors:
    r"""The vectors of a text file: a token and its numbers a line, with or without a header, plain or packed.

    `name` is a path, or the name of a file in the folder `cache`, in an archive there that `url` ends in, or at `url`.
    What is neither a path nor in the folder is fetched into the store. Nothing is written into `cache`; without one,
    torchtext's `.vector_cache` here is looked into. `unk_init` is given a float32 tensor of shape (dim,) for a token
    without a vector, and returns what to take for it: zeros, if nothing else is said. `max_vectors` takes the first.

    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "tiny.vec"
    >>> _ = path.write_text("cat 0.5 1.5 2\ndog -1 0.25 4\n")
    >>> vectors = Vectors(path)
    >>> vectors["dog"], "bird" in vectors
    (tensor([-1.0000,  0.2500,  4.0000]), False)

    Raises MissingFile if there is no such file and no URL, FormatError, naming the line, if it holds something else,
    and what `hub.download` raises.
    """

    vectors: Tensor
    """float32 of shape (rows, dim)."""
    dim: int

    _card = ""
    _variant = ""

    def __init__(
        self,
        name: str | Path,
        cache: str | Path | None = None,
        url: str | None = None,
        unk_init: UnkInit | None = None,
        max_vectors: int | None = None,
    ) -> None:
        self.unk_init = torch.Tensor.zero_ if unk_init is None else unk_init
        most = _count(max_vectors)
        found = vector_files.in_folder(name, cache, url, most) or self._fetched(str(name), cache, url, most)
        self.vectors = found.vectors
        self.dim = found.vectors.shape[1]
        self._tokens = found.tokens

    def _fetched(self, name: str, cache: str | Path | None, url: str | None, most: int) -> Found:
        if self._card:
            return vector_files.published(self._card, self._variant, most)
        if not url:
            raise MissingFile(
                f"there are no vectors {name!r}",
                expected=f"a file {name}, or one of that name in {cache or vector_files.USUAL_CACHE}",
                found="no such file",
                hint="url= says where to fetch it; published vectors are GloVe, FastText and CharNGram",
            )
        return vector_files.own_file(download(url)[0], name, most, url)

    @cached_property
    def itos(self) -> list[str]:
        """The tokens, in the order of the rows."""
        return self._tokens()

    @cached_property
    def stoi(self) -> dict[str, int]:
        """Token -> row, the last one where there are several."""
        return dict(zip(self.itos, range(len(self.itos)), strict=True))

    def __len__(self) -> int:
        return len(self.vectors)

    def __contains__(self, token: object) -> bool:
        return token in self.stoi

    def __getitem__(self, token: str) -> Tensor:
        """Return the vector of a token, float32 of shape (dim,): the row itself, or what `unk_init` makes."""
        row = self.stoi.get(token)
        return self.unk_init(torch.empty(self.dim)) if row is None else self.vectors[row]

    def get_vecs_by_tokens(self, tokens: str | Iterable[str], lower_case_backup: bool = False) -> Tensor:
        """Return the vectors of tokens as a tensor of shape (tokens, dim), or of one token as one of shape (dim,).

        With `lower_case_backup` a token that has no vector has that of its lower case.
        """
        listed = [tokens] if isinstance(tokens, str) else list(tokens)
        if lower_case_backup:
            listed = [token if token in self.stoi else token.lower() for token in listed]
        found = self._rows(listed)
        return found[0] if isinstance(tokens, str) else found

    def _rows(self, tokens: list[str]) -> Tensor:
        # A subclass may make vectors of tokens in a way of its own.
        if type(self).__getitem__ is not Vectors.__getitem__:
            return torch.stack([self[token] for token in tokens])
        rows = [self.stoi.get(token, -1) for token in tokens]
        found = self.vectors[torch.tensor(rows, dtype=torch.int64)]
        for place, row in enumerate(rows):
            if row < 0:
                found[place] = self.unk_init(torch.empty(self.dim))
        return found

    def __getstate__(self) -> dict[str, object]:
        # Whole, as torchtext's: rows may have been written to, and the store may be another machine's.
        kept = {key: value for key, value in vars(self).items() if key not in ("_tokens", "stoi")}
        return {**kept, "itos": self.itos}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} vectors of {self.dim} numbers)"


class GloVe(Vectors):
    """GloVe: `name` is "6B", "42B", "840B" or "twitter.27B", `dim` one of its numbers of dimensions.

    `kwargs` are `cache`, `unk_init` and `max_vectors` of `Vectors`. Raises NotFound if there is no such set.

    Pennington, Socher and Manning: GloVe: Global Vectors for Word Representation, https://aclanthology.org/D14-1162/
    """

    url: Mapping[str, str] = MappingProxyType(
        {
            "42B": "https://nlp.stanford.edu/data/glove.42B.300d.zip",
            "840B": "https://nlp.stanford.edu/data/glove.840B.300d.zip",
            "twitter.27B": "https://nlp.stanford.edu/data/glove.twitter.27B.zip",
            "6B": "https://nlp.stanford.edu/data/glove.6B.zip",
        }
    )
    _card = "glove"

    def __init__(self, name: str = "840B", dim: int | str = 300, **kwargs: Any) -> None:  # noqa: ANN401  of Vectors
        if name not in self.url:
            raise unknown("set of GloVe", name, self.url)
        self._variant = f"{name}.{dim}d"
        super().__init__(f"glove.{self._variant}.txt", url=self.url[name], **kwargs)


class FastText(Vectors):
    """Vectors of fastText, learnt from the Wikipedia in a language; `kwargs` as those of `GloVe`.

    Raises NotFound for a language whose file nobody has published a digest of: it is read from `cache` only.

    Bojanowski, Grave, Joulin and Mikolov: Enriching Word Vectors with Subword Information, https://arxiv.org/abs/1607.04606
    """

    url_base = "https://dl.fbaipublicfiles.com/fasttext/vectors-wiki/wiki.{}.vec"
    _card = "fasttext"

    def __init__(self, language: str = "en", **kwargs: Any) -> None:  # noqa: ANN401  of Vectors
        self._variant = language
        url = self.url_base.format(language)
        super().__init__(url.rpartition("/")[2], url=url, **kwargs)


class CharNGram(Vectors):
    """Vectors of any word, made of those of the groups of two, three and four characters in it; `kwargs` as `GloVe`'s.

    Its file is to be got by hand: MissingFile says how, unless `cache` has it.

    Hashimoto, Xiong, Tsuruoka and Socher: A Joint Many-Task Model, https://arxiv.org/abs/1611.01587
    """

    name = "charNgram.txt"
    url = "https://github.com/hassyGo/charNgram2vec/releases/download/v1.0.0-alpha/jmt_pre-trained_embeddings.tar.gz"
    _card = "charngram"

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  of Vectors
        super().__init__(self.name, url=self.url, **kwargs)

    def __getitem__(self, token: str) -> Tensor:
        """Return the mean of the vectors of a word's groups of characters, float32 of shape (1, dim).

        A word that has none of them, and "<unk>", has what `unk_init` makes of zeros.
        """
        vector = torch.zeros(1, self.dim)
        rows = [] if token == "<unk>" else [self.stoi[key] for key in _groups(token) if key in self.stoi]  # noqa: S105  # no secret
        if not rows:
            return self.unk_init(vector)
        for row in rows:  # one after the other: a sum in another order would differ in its last bits
            vector += self.vectors[row]
        return vector.div_(len(rows))


def _groups(word: str) -> Iterable[str]:
    chars = ["#BEGIN#", *word, "#END#"]
    for size in (2, 3, 4):
        for start in range(len(chars) - size + 1):
            yield f"{size}gram-{''.join(chars[start : start + size])}"


def _count(most: int | None) -> int:
    """Return how many rows are asked for at most, or 0 for all."""
    if most is not None and most < 0:
        raise InvalidInput(f"max_vectors={most} is no number of rows", expected="a whole number, or None", found=most)
    return int(most or 0)


pretrained_aliases: Mapping[str, Callable[..., Vectors]] = {
    "charngram.100d": partial(CharNGram),
    "fasttext.en.300d": partial(FastText, language="en"),
    "fasttext.simple.300d": partial(FastText, language="simple"),
    "glove.42B.300d": partial(GloVe, name="42B", dim="300"),
    "glove.840B.300d": partial(GloVe, name="840B", dim="300"),
    "glove.twitter.27B.25d": partial(GloVe, name="twitter.27B", dim="25"),
    "glove.twitter.27B.50d": partial(GloVe, name="twitter.27B", dim="50"),
    "glove.twitter.27B.100d": partial(GloVe, name="twitter.27B", dim="100"),
    "glove.twitter.27B.200d": partial(GloVe, name="twitter.27B", dim="200"),
    "glove.6B.50d": partial(GloVe, name="6B", dim="50"),
    "glove.6B.100d": partial(GloVe, name="6B", dim="100"),
    "glove.6B.200d": partial(GloVe, name="6B", dim="200"),
    "glove.6B.300d": partial(GloVe, name="6B", dim="300"),
}
"""Name -> who makes the vectors: what `Vocab.load_vectors` takes for `vectors`."""
