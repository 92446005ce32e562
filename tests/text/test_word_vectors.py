"""Vectors: where they are looked for, that they are prepared once, and that look-ups are torchtext's."""

from __future__ import annotations

import copy
import gzip
import os
import pickle
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
import torch
from readers.packing import write_tar
from readers.vector_files import GROUPS, TOKENS, numbers, text, write_charngram, write_fasttext, write_glove

import hub
from hub.errors import FormatError, InvalidInput, MissingFile, NotFound, UnsafeWeights
from hub.registry import find_dataset
from hub.text import vocab
from hub.text.vocab import CharNGram, FastText, GloVe, Vectors, Vocab, pretrained_aliases

if TYPE_CHECKING:
    from server import Server

ROWS = torch.from_numpy(numbers(5, 4))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of each test's own, no network, and a folder to run in that has no cache."""
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "home"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A text of five vectors that has not changed for long."""
    path = tmp_path / "tiny.vec"
    path.write_text(text(), encoding="utf-8")
    long_ago = time.time() - 1000
    os.utime(path, (long_ago, long_ago))
    return path


def refused(*_: object) -> NoReturn:
    raise AssertionError("the text was read again")


def test_a_token_has_the_vector_of_its_line(path: Path) -> None:
    vectors = Vectors(path)

    assert vectors.itos == TOKENS
    assert vectors.stoi == {token: row for row, token in enumerate(TOKENS)}
    assert (len(vectors), vectors.dim, vectors.vectors.dtype) == (5, 4, torch.float32)
    assert torch.equal(vectors.vectors, ROWS)
    assert torch.equal(vectors["the"], ROWS[0])
    assert "the" in vectors
    assert "The" not in vectors


def test_a_token_without_a_vector_has_zeros_or_what_is_made_for_it(path: Path) -> None:
    assert torch.equal(Vectors(path)["bird"], torch.zeros(4))
    assert torch.equal(Vectors(path, unk_init=lambda row: row.fill_(1))["bird"], torch.ones(4))


def test_many_tokens_have_a_row_each(path: Path) -> None:
    vectors = Vectors(path, unk_init=lambda row: row.fill_(7))

    found = vectors.get_vecs_by_tokens(["caf\N{LATIN SMALL LETTER E WITH ACUTE}", "bird", "the"])

    assert torch.equal(found, torch.stack([ROWS[2], torch.full((4,), 7.0), ROWS[0]]))
    assert torch.equal(vectors.get_vecs_by_tokens("the"), ROWS[0])
    assert vectors.get_vecs_by_tokens([]).shape == (0, 4)


def test_a_token_can_have_the_vector_of_its_lower_case(path: Path) -> None:
    found = Vectors(path).get_vecs_by_tokens(["The", "THE", "the"], lower_case_backup=True)

    assert torch.equal(found, ROWS[[0, 0, 0]])


def test_tokens_that_were_looked_up_are_copies_and_rows_are_not(path: Path) -> None:
    vectors = Vectors(path)

    vectors.get_vecs_by_tokens(["the"]).zero_()
    assert torch.equal(vectors["the"], ROWS[0])

    vectors["the"].zero_()
    assert torch.equal(vectors.vectors[0], torch.zeros(4))
    assert torch.equal(Vectors(path).vectors, ROWS), "the file must not change"


def test_a_text_is_read_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Vectors(path)
    monkeypatch.setattr("hub.readers.read_tree", refused)

    assert torch.equal(Vectors(path).vectors, ROWS)
    assert torch.equal(Vectors(path, max_vectors=2).vectors, ROWS[:2]), "the first of what is prepared need no reading"


def test_a_text_that_changed_is_read_anew(path: Path) -> None:
    Vectors(path)
    path.write_text("the 1 2 3\n", encoding="utf-8")

    assert Vectors(path)["the"].tolist() == [1, 2, 3]


def test_the_first_vectors_are_enough_for_some(path: Path) -> None:
    vectors = Vectors(path, max_vectors=2)

    assert vectors.itos == TOKENS[:2]
    assert torch.equal(vectors.vectors, ROWS[:2])
    assert len(Vectors(path, max_vectors=100)) == 5
    assert len(Vectors(path, max_vectors=0)) == 5
    with pytest.raises(InvalidInput, match="max_vectors=-1"):
        Vectors(path, max_vectors=-1)


def test_lines_that_are_passed_over_leave_rows_of_zeros_at_the_end_as_in_torchtext(tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_bytes(b"3 2\na 1 2 3\n\xff 4 5 6\nb 7 8 9\n")

    vectors = Vectors(tmp_path / "odd.txt")

    assert vectors.itos == ["a", "b"]
    assert vectors.vectors.tolist() == [[1, 2, 3], [7, 8, 9], [0, 0, 0]]


def test_the_last_of_equal_tokens_is_found(tmp_path: Path) -> None:
    (tmp_path / "twice.txt").write_text("a 1 2 3\na 4 5 6\n")

    assert Vectors(tmp_path / "twice.txt")["a"].tolist() == [4, 5, 6]


def test_a_name_is_looked_for_in_the_cache_and_nothing_is_written_there(tmp_path: Path, path: Path) -> None:
    (tmp_path / "cache").mkdir()
    path.rename(tmp_path / "cache" / "tiny.vec")

    assert torch.equal(Vectors("tiny.vec", cache=tmp_path / "cache").vectors, ROWS)
    assert [each.name for each in (tmp_path / "cache").iterdir()] == ["tiny.vec"]


def test_without_a_cache_the_usual_folder_of_torchtext_is_looked_into(tmp_path: Path, path: Path) -> None:
    (tmp_path / "here" / ".vector_cache").mkdir()
    path.rename(tmp_path / "here" / ".vector_cache" / "tiny.vec")

    assert torch.equal(Vectors("tiny.vec").vectors, ROWS)


def test_a_packed_text_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "tiny.txt.gz").write_bytes(gzip.compress(text().encode()))

    assert torch.equal(Vectors("tiny.txt.gz", cache=tmp_path).vectors, ROWS)


def test_what_torchtext_has_saved_is_taken(tmp_path: Path) -> None:
    saved = (TOKENS, {token: row for row, token in enumerate(TOKENS)}, ROWS, 4)
    torch.save(saved, tmp_path / "tiny.txt.pt")
    torch.save((TOKENS[:2], {}, ROWS[:2], 4), tmp_path / "tiny.txt_2.pt", _use_new_zipfile_serialization=False)

    vectors, few = Vectors("tiny.txt", cache=tmp_path), Vectors("tiny.txt", cache=tmp_path, max_vectors=2)

    assert (vectors.itos, few.itos) == (TOKENS, TOKENS[:2])
    assert torch.equal(vectors.get_vecs_by_tokens(TOKENS), ROWS)
    assert torch.equal(few["the"], ROWS[0])


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("it-ran",)


def test_what_wants_to_run_code_is_refused_and_runs_none(tmp_path: Path) -> None:
    torch.save(Bomb(), tmp_path / "tiny.txt.pt")

    with pytest.raises(UnsafeWeights, match="remove the file"):
        Vectors("tiny.txt", cache=tmp_path)

    assert not Path("it-ran").exists()


@pytest.mark.parametrize("content", [TOKENS, (1, 2, 3, 4)], ids=["a list", "numbers"])
def test_what_torchtext_has_not_saved_is_refused(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "tiny.txt.pt")

    with pytest.raises(FormatError, match="holds no vectors"):
        Vectors("tiny.txt", cache=tmp_path)


def test_vectors_that_are_nowhere_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"tiny\.txt"):
        Vectors("tiny.txt", cache=tmp_path)


@pytest.mark.parametrize("packed", [False, True])
def test_vectors_are_fetched_into_the_store_and_out_of_an_archive(
    tmp_path: Path, server: Server, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_OFFLINE")
    archive = write_tar(tmp_path / "all.tar.gz", {"else.txt": "no", "tiny.txt": text()})
    name, data = ("all.tar.gz", archive.read_bytes()) if packed else ("tiny.txt", text().encode())
    server.add(name, data)
    url = server.url("ok", name)

    assert torch.equal(Vectors("tiny.txt", url=url).vectors, ROWS)
    assert list(Path().iterdir()) == []


def test_glove_is_read_out_of_its_zip(tmp_path: Path) -> None:
    write_glove(tmp_path)

    for dim in (50, "100"):
        vectors = GloVe("6B", dim, cache=tmp_path)
        assert torch.equal(vectors.vectors, torch.from_numpy(numbers(5, int(dim))))
    assert GloVe(name="6B", cache=tmp_path, max_vectors=1).itos == ["the"]


def test_glove_comes_from_the_store_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(hub.HubError, match="HUB_OFFLINE") as caught:
        GloVe("6B", dim=50)

    assert "glove.6B.zip" in str(caught.value)


@pytest.mark.parametrize(("name", "dim", "meant"), [("6b", 50, "6B"), ("6B", 60, "6B.50d")])
def test_a_wrong_name_says_what_there_is(name: str, dim: int, meant: str) -> None:
    with pytest.raises(NotFound, match=name) as caught:
        GloVe(name, dim)

    assert meant in str(caught.value)


def test_fasttext_is_read_by_language(tmp_path: Path) -> None:
    write_fasttext(tmp_path)

    vectors = FastText(cache=tmp_path)

    assert vectors.itos == TOKENS
    assert torch.equal(vectors.vectors, torch.from_numpy(numbers(5, 300)))


def test_a_language_that_cannot_be_fetched_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="'aa'") as caught:
        FastText("aa", cache=tmp_path)

    assert "wiki.<language>.vec" in str(caught.value)


def test_a_language_that_cannot_be_fetched_is_read_if_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "wiki.aa.vec").write_text("1 3\na 1 2 3\n")

    assert FastText("aa", cache=tmp_path)["a"].tolist() == [1, 2, 3]


def test_a_word_has_the_mean_of_its_groups_of_characters(tmp_path: Path) -> None:
    write_charngram(tmp_path)
    rows = torch.from_numpy(numbers(6, 100))

    vectors = CharNGram(cache=tmp_path)

    assert vectors.itos == GROUPS
    total = torch.zeros(1, 100)
    for row in rows:
        total += row
    assert torch.equal(vectors["ok"], total / 6)
    assert torch.equal(vectors["o"], rows[:1])
    assert vectors.get_vecs_by_tokens(["ok", "xyz"]).shape == (2, 1, 100)
    assert torch.equal(vectors["xyz"], torch.zeros(1, 100))


def test_groups_of_characters_are_to_be_got_by_hand() -> None:
    with pytest.raises(MissingFile, match="charngram") as caught:
        CharNGram()

    assert CharNGram.url in str(caught.value)


def test_vectors_survive_pickling_and_copying(path: Path) -> None:
    vectors = Vectors(path)
    vectors["the"].fill_(9)

    for again in (pickle.loads(pickle.dumps(vectors)), copy.deepcopy(vectors)):  # noqa: S301  our own bytes
        assert again.itos == TOKENS
        assert torch.equal(again.vectors, vectors.vectors)
        assert again.stoi == vectors.stoi
        assert torch.equal(again["bird"], torch.zeros(4))


def test_every_alias_names_what_a_card_has() -> None:
    glove, fasttext = (find_dataset(name).card.variants for name in ("glove", "fasttext"))
    given = {name: getattr(make, "keywords", {}) for name, make in pretrained_aliases.items()}

    assert (
        {name for name in given if name.startswith("glove")}
        == {f"glove.{each['name']}.{each['dim']}d" for each in given.values() if "dim" in each}
        == {f"glove.{variant}" for variant in glove}
    )
    assert {each["language"] for each in given.values() if "language" in each} == {"en", "simple"} <= set(fasttext)
    assert "charngram.100d" in given


def test_a_vocabulary_takes_vectors(path: Path) -> None:
    words = Vocab(Counter(["the", "the", "bird"]), vectors=Vectors(path))

    assert words.vectors is not None
    assert torch.equal(words.vectors[words["the"]], ROWS[0])
    assert torch.equal(words.vectors[words["bird"]], torch.zeros(4))

    vectors = Vectors(path)
    words.set_vectors(vectors.stoi, vectors.vectors, vectors.dim)
    assert torch.equal(words.vectors[words["the"]], ROWS[0])


def test_a_vocabulary_takes_published_vectors_by_name(tmp_path: Path) -> None:
    write_glove(tmp_path)

    words = Vocab(Counter(["the"]), vectors=["glove.6B.50d", "glove.6B.100d"], vectors_cache=tmp_path)

    assert words.vectors is not None
    assert words.vectors.shape == (3, 150)
    assert torch.equal(words.vectors[words["the"]][:50], torch.from_numpy(numbers(5, 50))[0])


def test_a_data_set_of_vectors_is_one_matrix_on_the_file(tmp_path: Path) -> None:
    write_glove(tmp_path)

    data = hub.load_dataset("glove", split="all", variant="6B.50d", data_dir=tmp_path, verify=False, progress=False)

    assert torch.equal(data.with_format("torch")["vector"], torch.from_numpy(numbers(5, 50)))
    token, vector = data[1]
    assert (token, vector.shape) == (",", (50,))
    limited = hub.load_dataset(
        "glove", split="all", variant="6B.50d", max_vectors=2, data_dir=tmp_path, verify=False, progress=False
    )
    assert list(limited["token"]) == TOKENS[:2]


def test_the_names_are_those_of_torchtext() -> None:
    assert {"CharNGram", "FastText", "GloVe", "Vectors", "pretrained_aliases"} <= set(dir(vocab))
