"""Tiny copies of texts that are read line by line, of questions and of news stories, in torchtext's layout."""

from __future__ import annotations

import hashlib
import json
import lzma
from functools import partial
from typing import TYPE_CHECKING, Any

from readers.packing import write_tar, write_zip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from readers.text_files import Write

SPLITS = ("train", "valid", "test")

ARTICLE = " \n = Title = \n \n A sentence with <unk> words . \n"
"""Blank lines count in WikiText, and each line has its break."""

GERMAN = "Zwei Männer .\nEin Hund\n\n"
ENGLISH = "Two men .\nA dog\n\n"
"""The published files end in an empty line."""

TWIN = b"\0\5\26\7\0\2\0\0Mac OS X\x80\xff"
"""What a Mac packs beside each file."""

STORY = """A storm hit the coast

He said: "Stay inside."

    Nobody was hurt

@highlight

Storm hits coast

@highlight

Nobody hurt!
"""


def write_text(path: Path, content: str | bytes) -> Path:
    """Write a file into a folder that may not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_wikitext(root: Path, size: int) -> Path:
    """Write the archive of WikiText-2 or WikiText-103."""
    files = {f"wikitext-{size}/wiki.{split}.tokens": f"{ARTICLE} {split} \n" for split in SPLITS}
    return write_zip(root / "datasets" / f"WikiText{size}" / f"wikitext-{size}-v1.zip", files)


def write_penn_treebank(root: Path) -> None:
    """Write sentences with a blank before and behind each."""
    for split in SPLITS:
        text = f" a {split} of mr. <unk> \n no it was n't black monday \n"
        write_text(root / "datasets" / "PennTreebank" / f"ptb.{split}.txt", text)


def write_enwik9(root: Path) -> Path:
    """Write a piece of XML that breaks off in a line."""
    return write_zip(root / "datasets" / "EnWik9" / "enwik9.zip", {"enwik9": "<mediawiki>\n\n  <page>\n    <title>A"})


def write_cc100(root: Path, language: str = "cy") -> Path:
    """Write paragraphs with an empty line between pages."""
    packed = lzma.compress(b"Bore da.\n\nSut mae?\n")
    return write_text(root / "datasets" / "CC100" / f"{language}.txt.xz", packed)


def write_multi30k(root: Path) -> None:
    """Write three archives; the last one was packed on a Mac, and has French too."""
    top = root / "datasets" / "Multi30k"
    write_tar(top / "training.tar.gz", {"train.de": GERMAN, "train.en": ENGLISH})
    write_tar(top / "validation.tar.gz", {"val.de": GERMAN, "val.en": ENGLISH})
    test = {"test.de": "Eins\nZwei\n", "test.en": "One\nTwo\n", "test.fr": "Un\nDeux\n"}
    write_tar(
        top / "mmt16_task1_test.tar.gz",
        {name: data for each, text in test.items() for name, data in ((f"./._{each}", TWIN), (f"./{each}", text))},
    )


def question(text: str, *answers: tuple[str, int]) -> dict[str, object]:
    """Return a question as the files have it."""
    found = [{"text": answer, "answer_start": start} for answer, start in answers]
    return {"question": text, "id": "56be4db0acb8001400a502ec", "answers": found, "is_impossible": not found}


def squad(*paragraphs: tuple[str, Sequence[Mapping[str, object]]]) -> str:
    """Return a file of one article."""
    found: list[dict[str, Any]] = [{"context": context, "qas": list(asked)} for context, asked in paragraphs]
    return json.dumps({"version": "x", "data": [{"title": "Rain", "paragraphs": found}]}, ensure_ascii=False)


def write_squad(root: Path, version: str) -> None:
    """Write both splits of "1.1" or "2.0"; only the latter has questions without an answer."""
    hard = question("How many?") if version == "2.0" else question("How?", ("slowly", 8))
    text = squad(
        ("Rain fell slowly.", [question("What fell?", ("Rain", 0), ("Rain", 0)), hard]),
        ("Ça alors!", [question("Who?", ("alors", 3))]),
    )
    for split in ("train", "dev"):
        write_text(root / "datasets" / f"SQuAD{version[0]}" / f"{split}-v{version}.json", text)


def story(address: str) -> str:
    """Return the name of the file that the story from a web address is in."""
    return f"{hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()}.story"


def write_cnn_dailymail(root: Path) -> Path:
    """Write two archives, not sorted, and six lists; each list names two stories of its source."""
    top = root / "datasets" / "CNNDM"
    for source in ("cnn", "dailymail"):
        stories = {}
        for kind in ("training", "validation", "test"):
            addresses = sorted((f"http://web.example/{source}/{kind}/{number}" for number in (1, 2)), key=story)
            write_text(top / f"{source}_wayback_{kind}_urls.txt", "".join(f"{each}\n" for each in addresses))
            for each in reversed(addresses):
                stories[f"{source}/stories/{story(each)}"] = f"{source} {each[-1]}\n\n{STORY}"
        write_tar(top / f"{source}_stories.tgz", stories)
    return top


WRITERS: dict[str, tuple[Write, str]] = {
    "cnn_dailymail": (write_cnn_dailymail, "train"),
    "enwik9": (write_enwik9, "train"),
    "multi30k": (write_multi30k, "train"),
    "penn_treebank": (write_penn_treebank, "train"),
    "squad1": (partial(write_squad, version="1.1"), "train"),
    "squad2": (partial(write_squad, version="2.0"), "train"),
    "wikitext103": (partial(write_wikitext, size=103), "train"),
    "wikitext2": (partial(write_wikitext, size=2), "train"),
}
"""Card -> who writes a copy, and a split of it with several samples."""
