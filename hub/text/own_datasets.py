"""Text of the user's own under torchtext's old names: in memory, as those classes kept it.

    LanguageModelingDataset("corpus.txt")[0].text               ["once", "upon", ..., "<eos>", ...]
    TranslationDataset("data/train", (".de", ".en"))[0]         src="Ein Mann ...", trg="A man ..."
    SequenceTaggingDataset("train.tsv")[0]                      words=["EU", ...], tags=["B-ORG", ...]
    TextClassificationDataset(vocab, [(0, ids), ...], {0})[0]   (0, ids)

`hub.load_dataset("language_modeling", data_dir=...)` and "translation", "sequence_tagging", "text_classification" read
the same files without a limit of size; see "Your own data in one line".
"""

from __future__ import annotations

import os
from itertools import chain, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.archives import open_member
from hub.datasets.sample import Sample, sample_type
from hub.errors import FormatError, InvalidInput, MissingFile
from hub.formats.lines import numbered_lines
from hub.formats.tagged import Form, column_names, sentences
from hub.text.listed import Listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from torch import Tensor

    Tokenizer = Callable[[str], Iterable[str]]
    PathLike = str | os.PathLike[str]

__all__ = ["LanguageModelingDataset", "SequenceTaggingDataset", "TextClassificationDataset", "TranslationDataset"]

END_OF_LINE = "<eos>"
"""The word that stands for the end of a line, as in torchtext's fields."""


class TextClassificationDataset(Listed[tuple[int, "Tensor"]]):
    """Labels with texts as the numbers of their words: `data` is a list of (label, tensor of int64).

    >>> dataset = TextClassificationDataset({"fine": 0}, [(1, [0])], {0, 1})
    >>> dataset[0], dataset.get_labels()
    ((1, [0]), {0, 1})
    """

    def __init__(self, vocab: Any, data: Sequence[tuple[int, Tensor]], labels: Iterable[int]) -> None:  # noqa: ANN401  any vocabulary
        super().__init__(data)
        self._vocab = vocab
        self._labels = set(labels)

    def get_labels(self) -> set[int]:
        """Return the labels that there are."""
        return self._labels

    def get_vocab(self) -> Any:  # noqa: ANN401  what was given
        """Return the vocabulary that the numbers are of."""
        return self._vocab


class LanguageModelingDataset(Listed[Sample]):
    """All words of a text file as one sample: `dataset[0].text`.

    `text_field` is a function from a line to its words; without it words are what blanks part. `newline_eos` puts
    "<eos>" behind each line. Raises InvalidInput for a field of torchtext.legacy, and FormatError, naming the line, for
    what is no text.
    """

    def __init__(
        self,
        path: PathLike,
        text_field: Tokenizer | None = None,
        newline_eos: bool = True,
        encoding: str = "utf-8",
    ) -> None:
        _refuse_fields([text_field])
        cut = text_field or str.split
        end = [END_OF_LINE] if newline_eos else []
        words = list(chain.from_iterable(chain(cut(line), end) for line in _lines(path, encoding)))
        super().__init__([sample_type(("text",))(words)])


class TranslationDataset(Listed[Sample]):
    """Sentences and their translations, out of the files `path + exts[0]` and `path + exts[1]`: `src` and `trg`.

    They have no blanks around them, and are left out where one of a pair is empty, as torchtext does. Raises
    FormatError if the files have not as many lines as each other.
    """

    def __init__(self, path: PathLike, exts: Sequence[str], fields: Sequence[Tokenizer | None] = (None, None)) -> None:
        cuts = list(fields)
        _refuse_fields(cuts)
        names = [f"{os.fspath(path)}{end}" for end in exts]
        sample = sample_type(("src", "trg"))
        pairs = (pair for pair in _parallel(names) if all(pair))
        super().__init__(
            [sample(*(cut(text) if cut else text for cut, text in zip(cuts, pair, strict=True))) for pair in pairs]
        )

    @classmethod
    def splits(
        cls,
        exts: Sequence[str],
        fields: Sequence[Tokenizer | None] = (None, None),
        path: PathLike = "",
        train: str | None = "train",
        validation: str | None = "val",
        test: str | None = "test",
    ) -> tuple[TranslationDataset, ...]:
        """Return a dataset for each split that is named, out of the folder `path`."""
        return tuple(cls(Path(path, name), exts, fields) for name in (train, validation, test) if name is not None)


class SequenceTaggingDataset(Listed[Sample]):
    """Sentences as a list of words, and a list of tags for each further column.

    `fields` are names for the columns; without them they are `words`, `tags` for the last one, and `column_2` and so on
    between them. Raises FormatError, naming the line, if one has another number of columns than the first.
    """

    def __init__(
        self, path: PathLike, fields: Sequence[object] = (), encoding: str = "utf-8", separator: str = "\t"
    ) -> None:
        pairs = [each if isinstance(each, tuple | list) else (each, None) for each in fields]
        _refuse_fields([field for _, field in pairs])
        width = _width(path, encoding, separator)
        names = [str(name) for name, _ in pairs] or column_names(width)
        if len(names) != width:
            raise InvalidInput(f"{path} has not as many columns as fields", expected=f"{width}", found=", ".join(names))
        sample = sample_type(tuple(names))
        with _opened(path) as stream:
            parts = [zip(*(column.to_pylist() for column in part), strict=True)
                     for part in sentences(stream, path, Form(width, separator), encoding)]  # fmt: skip
        super().__init__([sample(*columns) for part in parts for columns in part])


def _width(path: PathLike, encoding: str, separator: str) -> int:
    """Return how many columns the first line has that is not empty. Raises FormatError if there is none."""
    first = next((line.strip() for line in _lines(path, encoding) if line.strip()), "")
    if not first:
        raise FormatError(f"{path} has no line", path=path, expected="words with tags", found="empty lines")
    return len(first.split(separator or None))


def _opened(path: PathLike) -> Any:  # noqa: ANN401  a context manager of a file
    place = Path(path).expanduser()
    if not place.is_file():
        raise MissingFile(f"{place} is not there", expected="a text file", found="nothing")
    return open_member(place)


def _lines(path: PathLike, encoding: str = "utf-8") -> Iterator[str]:
    with _opened(path) as stream:
        for _, line in numbered_lines(stream, path, encoding):
            yield line


def _parallel(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for count, pair in enumerate(zip_longest(*map(_lines, names))):
        if None in pair:
            shorter, longer = names if pair[0] is None else names[::-1]
            what = f"{shorter} ends after {count:,} lines, and {longer} does not"
            raise FormatError(what, path=shorter, expected="as many lines in each", found=f"{count:,} and more")
        yield tuple(text.strip() for text in pair)  # type: ignore[misc]  # there are two


def _refuse_fields(fields: Iterable[object]) -> None:
    for each in fields:
        if (each is not None and not callable(each)) or hasattr(each, "build_vocab") or hasattr(each, "preprocess"):
            raise InvalidInput(
                "fields went with torchtext.legacy and have no successor",
                expected="a function from a line to its words, or nothing",
                found=type(each).__name__,
                hint="words become numbers with hub.text.vocab.build_vocab_from_iterator, batches with a collate_fn",
            )
