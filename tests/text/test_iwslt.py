"""Talks in several languages: archives within archives, lines among tags, and XML."""

from __future__ import annotations

import pickle
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from readers import tagged_files
from readers.packing import tarred, write_tar
from readers.tagged_files import TALKS, all_pairs, write_iwslt2016, write_iwslt2017
from torch.utils.data import DataLoader

import hub
from hub.errors import DigestMismatch, FormatError, InvalidInput, MissingFile, NotFound
from hub.text import datasets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TRAINING = [(f"{de}\n", f"{en}\n") for de, en in zip(TALKS["de"], TALKS["en"], strict=True)]
FIRST, LAST = TRAINING[0], tuple(f"{text.strip()} & more\n" for text in TRAINING[2])
VALID = [FIRST, LAST, FIRST]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HUB_OFFLINE", "1")
    opened = "hub.datasets.upstream.finding.opened"
    monkeypatch.setattr(opened, partial(hub.datasets.loading.opened, verify=False, progress=False))


def load(name: str, root: Path, **more: Any) -> Any:
    return hub.load_dataset(name, data_dir=root, verify=False, progress=False, **more)


def plain(samples: Any) -> list[tuple[str, str]]:
    return [tuple(sample) for sample in samples]


@pytest.mark.parametrize(("name", "write"), [("iwslt2016", write_iwslt2016), ("iwslt2017", write_iwslt2017)])
def test_sentences_are_those_between_tags(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path)

    splits = load(name, tmp_path)

    assert {split: plain(samples) for split, samples in splits.items()} == {
        "train": TRAINING,
        "valid": VALID,
        "test": VALID,
    }
    assert splits["train"][0]._fields == ("source", "target")


@pytest.mark.parametrize(("name", "write"), [("IWSLT2016", write_iwslt2016), ("IWSLT2017", write_iwslt2017)])
def test_a_pair_of_languages_says_the_direction(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path)

    train, valid, _ = getattr(datasets, name)(root=tmp_path, language_pair=["en", "de"])

    assert plain(train) == [(english, german) for german, english in TRAINING]
    assert next(valid)[0] == VALID[0][1]


def test_other_sets_can_be_chosen(tmp_path: Path) -> None:
    write_iwslt2016(tmp_path)

    assert plain(datasets.IWSLT2016(root=tmp_path, split="valid", valid_set="tst2012")) == VALID
    with pytest.raises(MissingFile, match=r"IWSLT16\.TED\.dev2010\.de-en\.de\.xml is not in"):
        load("iwslt2016", tmp_path, split="valid", valid_set="dev2010")


def test_what_torchtext_left_of_the_archives_is_enough(tmp_path: Path) -> None:
    folder = tmp_path / "datasets/IWSLT2016/2016-01/texts/de/en/de-en"
    folder.mkdir(parents=True)
    for language in ("de", "en"):
        (folder / f"train.de-en.{language}").write_text("".join(f"{line}\n" for line in TALKS[language]), "utf-8")
        (folder / f"IWSLT16.TED.tst2013.de-en.{language}.xml").write_text(tagged_files.xml_file(language), "utf-8")

    assert plain(load("iwslt2016", tmp_path, split="train")) == TRAINING
    assert plain(load("iwslt2016", tmp_path, split="valid")) == VALID


@pytest.mark.parametrize("name", ["DeEnItNlRo-DeEnItNlRo.tgz", f"2017-01-trnmted/{tagged_files.TALKS_2017}"])
def test_the_archive_of_all_pairs_may_lie_alone(tmp_path: Path, name: str) -> None:
    path = tmp_path / "datasets/IWSLT2017" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(all_pairs())

    assert plain(load("iwslt2017", tmp_path, split="train")) == TRAINING
    with pytest.raises(DigestMismatch, match="cebb3839b7580f8e"):
        hub.load_dataset("iwslt2017", split="test", data_dir=tmp_path, progress=False)


def test_the_archive_around_it_is_compared_with_its_own_digest(tmp_path: Path) -> None:
    write_iwslt2017(tmp_path)

    with pytest.raises(DigestMismatch, match="aca701032b1c4411afc4d9fa367796ba"):
        hub.load_dataset("iwslt2017", split="train", data_dir=tmp_path, progress=False)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"language_pair": ("de", "fr")}, NotFound),
        ({"language_pair": ("de",)}, NotFound),
        ({"valid_set": "tst2015"}, InvalidInput),
        ({"test_set": "dev"}, InvalidInput),
        ({"language_pair": ("cs", "en")}, InvalidInput),
    ],
    ids=str,
)
def test_what_there_is_not_is_refused_as_by_torchtext(
    tmp_path: Path, options: dict[str, Any], error: type[ValueError]
) -> None:
    write_iwslt2016(tmp_path)

    with pytest.raises(error):
        datasets.IWSLT2016(root=tmp_path, split="train", **options)


def test_a_loader_makes_batches_of_pairs(tmp_path: Path) -> None:
    write_iwslt2016(tmp_path)
    dataset = load("iwslt2016", tmp_path, split="train", transform=str.strip)

    batches = list(DataLoader(pickle.loads(pickle.dumps(dataset)), batch_size=2))  # noqa: S301  our own bytes

    assert [list(batch.source) for batch in batches] == [["Vielen Dank, Chris.", ""], ["Größer als \N{SNOWMAN}."]]


def write_pair(root: Path, **changed: str | bytes) -> None:
    """Write a pair of 2016 with some files changed: `train_de` is the training file of German, `valid_de` the set's."""
    files: dict[str, str | bytes] = dict(tagged_files.pair_files("de", "en", "IWSLT16.TED", ["tst2013"]))
    names = {"train": "train.tags.de-en.{}", "valid": "IWSLT16.TED.tst2013.de-en.{}.xml"}
    for key, content in changed.items():
        split, language = key.split("_")
        files[f"de-en/{names[split].format(language)}"] = content
    inner = {"2016-01/texts/de/en/de-en.tgz": tarred(files, "gz")}
    write_tar(root / "datasets/IWSLT2016/2016-01.tgz", inner)


def test_a_return_within_a_line_ends_it_as_in_torchtext(tmp_path: Path) -> None:
    write_pair(tmp_path, train_de="a\rb\n", train_en="<doc>\r</doc>\nc\x85\nd\x85e\n")

    assert plain(load("iwslt2016", tmp_path, split="train")) == [("a\n", "c\n"), ("b\n", "d\x85e\n")]


SEGMENT = "<mteval><srcset><doc><seg>{}</seg></doc></srcset></mteval>"
FAULTS: dict[str, tuple[dict[str, str | bytes], str, str]] = {
    "not parallel": ({"train_en": "one\n"}, "train", r"are not parallel\n  expected as many .* found 3 and 1"),
    "no text": ({"train_de": b"good\n\xff\n"}, "train", r"line 2 of de-en/train\.tags\.de-en\.de .* no text"),
    "no XML": ({"valid_de": "<mteval>\n<srcset></mteval>"}, "valid", "line 2 .*expected XML; found mismatched tag"),
    "XML that ends": ({"valid_en": "<mteval>\n"}, "valid", r"line 2 of .*\.en\.xml .*no element found"),
    "XML of bytes that are none": ({"valid_de": b"<a>\xff</a>"}, "valid", "line 1 .*not well-formed"),
    "an empty segment": ({"valid_de": SEGMENT.format("")}, "valid", "expected a sentence; found an empty segment"),
    "entities that grow": (
        {"valid_de": f'<!DOCTYPE a [<!ENTITY b "{"b" * 99}">]>\n{SEGMENT.format("&b;" * 99)}'},
        "valid",
        "expected no document type; found <!DOCTYPE",
    ),
    "segments elsewhere": ({"valid_de": "<root><doc><seg>a</seg></doc></root>"}, "valid", "holds no sentences"),
    "nothing but tags": ({"train_en": "<url>x</url>\n"}, "train", r"train\.tags\.de-en\.en .* holds no sentences"),
}


@pytest.mark.parametrize(("changed", "split", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_names_file_and_line(tmp_path: Path, changed: dict[str, str | bytes], split: str, message: str) -> None:
    write_pair(tmp_path, **changed)

    with pytest.raises(FormatError) as caught:
        load("iwslt2016", tmp_path, split=split)

    caught.match(f"(?s){message}")


def test_an_archive_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    write_iwslt2016(tmp_path)
    path = tmp_path / "datasets/IWSLT2016/2016-01.tgz"
    path.write_bytes(path.read_bytes()[:-400])

    with pytest.raises(FormatError, match=r"damaged|no member"):
        load("iwslt2016", tmp_path, split="train")
