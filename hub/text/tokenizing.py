"""Tokenizers: from a line of text to its tokens.

Every one of them is a callable that can be pickled, so that spawned DataLoader workers take it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from hub.errors import InvalidInput, MissingFile, WrongType
from hub.extras import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Tokenizer = Callable[[str], list[str]]

# perf: characters tokenized at once; from 16 k to 256 k makes no difference, and more than that leaves the cache.
AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class BasicEnglish:
    r"""Lowers a line, sets its punctuation apart, drops `"`, `;`, `:` and `<br />`, and splits it on whitespace.

    >>> BasicEnglish()('"Well," she said: it\'s (not) so bad.<br />')
    ['well', ',', 'she', 'said', 'it', "'", 's', '(', 'not', ')', 'so', 'bad', '.']
    """

    def __call__(self, line: str) -> list[str]:
        """Return the tokens of one line; raises WrongType for anything but a string."""
        return self.spaced(line).split()

    def spaced(self, line: str) -> str:
        """Return a line, or many, whose tokens are what then stands between whitespace: for counting without lists."""
        # perf: half of the time goes into split(); a table of what is replaced would cost a tenth more.
        # The order shows: `<br "/>` loses its quote, becomes a line break, and goes.
        try:
            return (
                line.lower()
                .replace("'", " ' ")
                .replace('"', "")
                .replace(".", " . ")
                .replace("<br />", " ")
                .replace(",", " , ")
                .replace("(", " ( ")
                .replace(")", " ) ")
                .replace("!", " ! ")
                .replace("?", " ? ")
                .replace(";", " ")
                .replace(":", " ")
            )
        except (AttributeError, TypeError) as error:
            raise _no_text(line) from error

    def tokens(self, lines: Iterable[str]) -> list[str]:
        r"""Return the tokens of all lines, one after the other: for counting, faster than line by line.

        >>> BasicEnglish().tokens(["One line.", "", "Two\nin one"])
        ['one', 'line', '.', 'two', 'in', 'one']
        """
        from hub.text.vocab.counting import batches  # only who counts needs it

        # A line break is no part of anything that is replaced, and parts words as the end of a line does: lower()
        # also looks at neighbours (the final sigma of Greek), but not across a line break.
        found: list[str] = []
        for some in batches(lines, AT_ONCE):
            found += self("\n".join(some))
        return found


def _no_text(found: object) -> WrongType:
    return WrongType(
        "a tokenizer was given something that is no text",
        expected="one line as str",
        found=f"{type(found).__name__}: {found!r:.80}",
        hint="of a dataset's samples, such as (label, text), give it the text alone",
    )


class SpacyTokenizer:
    """spaCy's tokenizer of a language: the texts of its tokens, whitespace of its own included.

    It is pickled by the name of its model, which the other process loads anew.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._tokenizer = _spacy_model(language).tokenizer

    def __call__(self, line: str) -> list[str]:
        """Return the tokens of one line."""
        return [token.text for token in self._tokenizer(line)]

    def __reduce__(self) -> tuple[type[SpacyTokenizer], tuple[str]]:
        return SpacyTokenizer, (self.language,)


def _spacy_model(name: str) -> Any:  # noqa: ANN401  spaCy's Language; spaCy is optional
    require("spacy", "spacy", "spaCy")
    import spacy

    try:
        return spacy.load(name)
    except OSError as error:
        full = getattr(spacy.errors, "OLD_MODEL_SHORTCUTS", {}).get(name)
        if full is None:
            raise _no_model(name) from error
    warnings.warn(f'spaCy has no model "{name}", trying "{full}" instead', stacklevel=4)
    try:
        return spacy.load(full)
    except OSError as error:
        raise _no_model(full) from error


def _no_model(name: str) -> MissingFile:
    return MissingFile(
        f"spaCy's model {name!r} is not installed",
        expected="a package or a folder of that name",
        found="none",
        hint=f"python -m spacy download {name}",
    )


def _moses() -> Tokenizer:
    require("sacremoses", "text", "SacreMoses")
    from sacremoses import MosesTokenizer

    return MosesTokenizer().tokenize  # type: ignore[no-any-return]  # SacreMoses has no types


def _toktok() -> Tokenizer:
    require("nltk", "text", "NLTK")
    from nltk.tokenize.toktok import ToktokTokenizer

    return ToktokTokenizer().tokenize  # type: ignore[no-any-return]  # NLTK has no types


def _revtok() -> Tokenizer:
    require("revtok", "text")
    import revtok

    return revtok.tokenize  # type: ignore[no-any-return]  # revtok has no types


def _subword() -> Tokenizer:
    return partial(_revtok(), decap=True)  # type: ignore[call-arg]  # revtok has no types


BY_NAME = {"moses": _moses, "toktok": _toktok, "revtok": _revtok, "subword": _subword}
NAMES = ("basic_english", "spacy", *BY_NAME)


def get_tokenizer(tokenizer: str | Tokenizer | None, language: str = "en") -> Tokenizer:
    """Return the tokenizer of a name: a callable from one line to a list of its tokens.

    | name            | tokens                                                                  |
    |-----------------|-------------------------------------------------------------------------|
    | None            | what stands between whitespace: `str.split`                             |
    | "basic_english" | lower case, punctuation set apart, see BasicEnglish                     |
    | "spacy"         | spaCy's; `language` is the name of an installed model                   |
    | "moses"         | those of the Moses scripts, with XML entities for `&<>'"[]`; SacreMoses |
    | "toktok"        | of the same family, for many languages; NLTK                            |
    | "revtok"        | reversible: a blank is kept with the word it touches                    |
    | "subword"       | as "revtok", with a token of its own for a capital letter               |

    A callable is returned as it is. `language` counts for "basic_english", which has no other than "en", and "spacy".

    >>> get_tokenizer("basic_english")("You can now install TorchText using pip!")
    ['you', 'can', 'now', 'install', 'torchtext', 'using', 'pip', '!']

    Raises InvalidInput and NotFound, MissingExtra (also an ImportError) if a library is not installed and MissingFile
    (also an OSError) if spaCy has no such model.
    """
    if tokenizer is None:
        return str.split
    if callable(tokenizer):
        return tokenizer
    if tokenizer == "basic_english":
        return _basic_english(language)
    if tokenizer == "spacy":
        return SpacyTokenizer(language)
    if isinstance(tokenizer, str) and tokenizer in BY_NAME:
        return BY_NAME[tokenizer]()
    from hub import registry  # only a mistake needs it

    raise registry.unknown("tokenizer", str(tokenizer), NAMES)


def _basic_english(language: str) -> BasicEnglish:
    if language != "en":
        raise InvalidInput(
            "the basic_english tokenizer is for English alone",
            expected="language='en'",
            found=repr(language),
            hint="None splits any language on whitespace; 'spacy' has a model for many",
        )
    return BasicEnglish()


def ngrams_iterator(token_list: Iterable[str], ngrams: int) -> Iterator[str]:
    """Yield the tokens, then every two neighbours joined by a blank, every three, up to `ngrams`.

    >>> list(ngrams_iterator(["here", "we", "are"], 2))
    ['here', 'we', 'are', 'here we', 'we are']
    """
    tokens = list(token_list)
    yield from tokens
    for count in range(2, ngrams + 1):
        yield from map(" ".join, zip(*(tokens[start:] for start in range(count)), strict=False))
