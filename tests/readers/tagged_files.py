"""Tiny copies of datasets in which words have tags, and of talks in several languages, in torchtext's layout."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from zipfile import ZipFile

from readers.packing import tarred, write_tar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from readers.text_files import Write

    Sentences = Sequence[Sequence[tuple[str, ...]]]

TREEBANK: Sentences = [
    [("Réno", "PROPN", "NNP"), ("snowed", "VERB", "VBD"), ("in", "ADV", "RB")],
    [("(", "PUNCT", "-LRB-")],
    [("100 000", "NUM", "CD"), ("times", "NOUN", "NNS")],
]

TALKS = {
    "de": ["Vielen Dank, Chris.", "", "Größer als \N{SNOWMAN}."],
    "en": ["Thank you so much, Chris.", "(Applause)", "Larger than \N{SNOWMAN}."],
}
"""Language -> sentences; a translation may be lacking."""

ABOUT = ["<url>http://talks.example/1</url>", "<keywords>talks, {language}</keywords>", "<talkid>1</talkid>"]
BEYOND = ["<reviewer></reviewer>", "<translator>Anne</translator>"]


def columns_of(sentences: Sentences) -> list[list[list[str]]]:
    """Return sentences as torchtext gives them: a list for each column."""
    return [[list(column) for column in zip(*sentence, strict=True)] for sentence in sentences]


def tagged(sentences: Sentences, separator: str = "\t") -> bytes:
    """Return a word a line and an empty line after each sentence."""
    return "".join("".join(f"{separator.join(word)}\n" for word in words) + "\n" for words in sentences).encode()


def write_udpos(root: Path) -> None:
    """Write the treebank as one zip."""
    folder = root / "datasets" / "UDPOS"
    folder.mkdir(parents=True)
    with ZipFile(folder / "en-ud-v2.zip", "w") as archive:
        for number, split in enumerate(("train", "dev", "test")):
            archive.writestr(f"en-ud-v2/en-ud-tag.v2.{split}.txt", tagged([*TREEBANK[number:], *TREEBANK]))


def write_conll2000(root: Path) -> None:
    """Write both sets as gzip files."""
    folder = root / "datasets" / "CoNLL2000Chunking"
    folder.mkdir(parents=True)
    for split in ("train", "test"):
        sentences = [[tuple(value.replace(" ", "_") for value in word) for word in words] for words in TREEBANK]
        (folder / f"{split}.txt.gz").write_bytes(gzip.compress(tagged(sentences, " ")))


def tags_file(language: str) -> str:
    """Return sentences among lines about the talk, as training files have them."""
    first, second, third = TALKS[language]
    about = [line.format(language=language) for line in ABOUT]
    lines = [*about, f"  {first} ", "<title>A talk</title>", second, f"{third}\r", *BEYOND]
    return "".join(f"{line}\n" for line in lines)


def xml_file(language: str) -> str:
    """Return the sentences as a set of a year has them, but for the ones that are empty in another language."""
    first, _, third = TALKS[language]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<mteval>
<srcset setid="iwslt" srclang="{language}">
<doc docid="1" genre="lectures">
<url>http://talks.example/1</url>
<seg id="1"> {first} </seg>
<seg id="2"> {third} &amp; more </seg>
</doc>
<doc docid="2" genre="lectures"><seg id="1">{first}<br/>not this</seg></doc>
</srcset>
</mteval>
"""


def pair_files(source: str, target: str, prefix: str, sets: Sequence[str]) -> dict[str, str]:
    """Return what the archive of a pair holds."""
    pair = f"{source}-{target}"
    training = {f"{pair}/train.tags.{pair}.{language}": tags_file(language) for language in (source, target)}
    return {"._README": "", f"{pair}/README": "Talks", **training} | {
        f"{pair}/{prefix}.{year}.{pair}.{language}.xml": xml_file(language)
        for year in sets
        for language in (source, target)
    }


def write_iwslt2016(root: Path) -> None:
    """Write both directions, each as an archive in the archive of all."""
    sets = ("tst2012", "tst2013", "tst2014")
    inner = {
        f"2016-01/texts/{a}/{b}/{a}-{b}.tgz": tarred(pair_files(a, b, "IWSLT16.TED", sets), "gz")
        for a, b in (("en", "de"), ("de", "en"))
    }
    write_tar(root / "datasets" / "IWSLT2016" / "2016-01.tgz", inner)


TALKS_2017 = "texts/DeEnItNlRo/DeEnItNlRo/DeEnItNlRo-DeEnItNlRo.tgz"


def all_pairs() -> bytes:
    """Return the archive of all pairs, of which this copy has one in both directions."""
    files: dict[str, str] = {}
    for source, target in (("en", "de"), ("de", "en")):
        found = pair_files(source, target, "IWSLT17.TED", ("dev2010", "tst2010"))
        files |= {f"DeEnItNlRo-DeEnItNlRo/{name.rpartition('/')[2]}": text for name, text in found.items()}
    return tarred(files, "gz")


def write_iwslt2017(root: Path) -> None:
    """Write the archive of all pairs in torchtext's, beside a twin that is none."""
    twin = TALKS_2017.replace("DeEnItNlRo-DeEnItNlRo.tgz", "._DeEnItNlRo-DeEnItNlRo.tgz")
    files: dict[str, bytes | str] = {
        f"2017-01-trnmted/{TALKS_2017}": all_pairs(),
        f"2017-01-trnmted/{twin}": "not an archive",
    }
    write_tar(root / "datasets" / "IWSLT2017" / "2017-01-trnmted.tgz", files)


WRITERS: dict[str, tuple[Write, str]] = {
    "conll2000_chunking": (write_conll2000, "train"),
    "iwslt2016": (write_iwslt2016, "train"),
    "iwslt2017": (write_iwslt2017, "train"),
    "udpos": (write_udpos, "train"),
}
"""Card -> who writes a copy, and a split of it with several samples."""
