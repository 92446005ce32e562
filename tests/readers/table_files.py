"""Tiny copies of those of torchtext's datasets that are tables, packed as published or as torchtext unpacks them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from readers.packing import write_folder, write_tar, write_zip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from readers.text_files import Write

    Samples = Mapping[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Tables:
    """The files of a dataset, where they lie and what torchtext gives for each split."""

    upstream: str
    files: Mapping[str, str]
    samples: Samples
    archive: str = ""
    strip: str = ""
    """The folder of the archive that torchtext leaves out when it unpacks it."""

    def write(self, root: Path) -> Path:
        """Write the files as they are published."""
        folder = root / "datasets" / self.upstream
        if self.archive:
            write = write_zip if self.archive.endswith(".zip") else write_tar
            write(folder / self.archive, self.files)
        else:
            self.write_unpacked(root)
        return root

    def write_unpacked(self, root: Path) -> Path:
        """Write the files where torchtext unpacks them."""
        folder = root / "datasets" / self.upstream
        write_folder(folder, {name.removeprefix(self.strip): text for name, text in self.files.items()})
        return root


def labelled(upstream: str, folder: str = "") -> Tables:
    """Return a dataset of a label and several texts that torchtext joins."""
    train = '"2","Title, in quotes","A ""word"" and a\nbreak"\n"1","Dünn","über 🎬"\n"2","","\\n"\n'
    return Tables(
        upstream,
        {f"{folder}train.csv": train, f"{folder}test.csv": '2,"plain, or not",quoted\r\n"1",b,""\r\n'},
        {
            "train": [(2, 'Title, in quotes A "word" and a\nbreak'), (1, "Dünn über 🎬"), (2, " \\n")],
            "test": [(2, "plain, or not quoted"), (1, "b ")],
        },
        f"{folder.removesuffix('/')}.tar.gz" if folder else "",
    )


def entailed(upstream: str, archive: str, head: str) -> Tables:
    """Return a dataset of GLUE's: two texts and, but for test, whether the first entails the second."""
    yes, no = "entailment", "not_entailment"
    return Tables(
        upstream,
        {
            f"{upstream}/train.tsv": f'{head}\tlabel\n0\tIt "rains".\tWet, it is.\t{yes}\n1\té\tb\t{no}\n2\t\tb\t{yes}',
            f"{upstream}/dev.tsv": f"{head}\tlabel\n0\tone\ttwo\t{no}\n1\ttwo\tone\t{no}\n",
            f"{upstream}/test.tsv": f'{head}\n0\t"one\ttwo"\n1\tthree\tfour\n',
        },
        {
            "train": [(0, 'It "rains".', "Wet, it is."), (1, "é", "b"), (0, "", "b")],
            "dev": [(1, "one", "two"), (1, "two", "one")],
            "test": [('"one', 'two"'), ("three", "four")],
        },
        archive,
    )


MULTINLI = "gold_label\tp1\tp2\tp3\tp4\tsentence1\tsentence2\tpair\tgenre"

TABLES = {
    "ag_news": labelled("AG_NEWS"),
    "amazon_review_full": labelled("AmazonReviewFull", "amazon_review_full_csv/"),
    "amazon_review_polarity": labelled("AmazonReviewPolarity", "amazon_review_polarity_csv/"),
    "cola": Tables(
        "CoLA",
        {
            "cola_public/raw/in_domain_train.tsv": 'gj04\t1\t\tNot given.\ngj04\t0\t*\tHe "slept.\n'
            "ks08\t1\t\tÉtude\nad\t1\n",
            "cola_public/raw/in_domain_dev.tsv": "bc01\t1\t\tNot given.\nbc01\t1\t\tBill ran.\n",
            "cola_public/raw/out_of_domain_dev.tsv": "c_13\t1\t\tNot given.\nc_13\t0\t*\tRan Bill.\n",
        },
        {
            "train": [("gj04", 0, 'He "slept.'), ("ks08", 1, "Étude")],
            "dev": [("bc01", 1, "Bill ran.")],
            "test": [("c_13", 0, "Ran Bill.")],
        },
        "cola_public_1.1.zip",
    ),
    "dbpedia": labelled("DBpedia", "dbpedia_csv/"),
    "mnli": Tables(
        "MNLI",
        {
            "multinli_1.0/multinli_1.0_train.txt": f'{MULTINLI}\nneutral\t\t\t\t\tSo "it is.\tNo.\t1\tfiction\n'
            "contradiction\t\t\t\t\tYes.\tNo.\t2\tletters\tentailment\nentailment\t\t\t\t\ta\tb\t3\ttravel\n",
            "multinli_1.0/multinli_1.0_dev_matched.txt": f"{MULTINLI}\n-\t\t\t\t\ta\tb\t1\tx\n"
            "neutral\t\t\t\t\tc\td\t2\ty\n",
            "multinli_1.0/multinli_1.0_dev_mismatched.txt": f"{MULTINLI}\nentailment\t\t\t\t\te\tf\t1\tz\n",
            "__MACOSX/multinli_1.0/._multinli_1.0_train.txt": "\0\5\26\7",
        },
        {
            "train": [(1, 'So "it is.', "No."), (2, "Yes.", "No."), (0, "a", "b")],
            "dev_matched": [(1, "c", "d")],
            "dev_mismatched": [(0, "e", "f")],
        },
        "multinli_1.0.zip",
        "multinli_1.0/",
    ),
    "mrpc": Tables(
        "MRPC",
        {
            "msr_paraphrase_train.txt": '\ufeffQuality\t#1\t#2\t#1\t#2\r\n1\t7\t8\tHe said "no\tHe refused.\r\n'
            "0\t9\t5\té\tb\r\n",
            "msr_paraphrase_test.txt": "\ufeffQuality\t#1\t#2\t#1\t#2\r\n0\t1\t2\ta\tb\r\n1\t3\t4\tc\td",
        },
        {
            "train": [(1, 'He said "no', "He refused."), (0, "é", "b")],
            "test": [(0, "a", "b"), (1, "c", "d")],
        },
    ),
    "qnli": entailed("QNLI", "QNLIv2.zip", "index\tquestion\tsentence"),
    "qqp": Tables(
        "QQP",
        {
            "quora_duplicate_questions.tsv": "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n"
            '0\t1\t2\t"What is ""it"" in\nIT?"\tWhat?\t0\n1\t3\t4\tWhy?\t\t1\n'
        },
        {"train": [(0, 'What is "it" in\nIT?', "What?"), (1, "Why?", "")]},
    ),
    "rte": entailed("RTE", "RTE.zip", "index\tsentence1\tsentence2"),
    "sogou_news": labelled("SogouNews", "sogou_news_csv/"),
    "sst2": Tables(
        "SST2",
        {
            "SST-2/train.tsv": "sentence\tlabel\nit 's good , \t1\n  bad\t0\nrêves\t1\n",
            "SST-2/dev.tsv": "sentence\tlabel\nfine . \t1\nnot so . \t0\n",
            "SST-2/test.tsv": "index\tsentence\n0\twho knows .\n1\tnobody . \n",
        },
        {
            "train": [("it 's good ,", 1), ("bad", 0), ("rêves", 1)],
            "dev": [("fine .", 1), ("not so .", 0)],
            "test": [("who knows .",), ("nobody .",)],
        },
        "SST-2.zip",
    ),
    "stsb": Tables(
        "STSB",
        {
            "stsbenchmark/sts-train.csv": 'news\tMSR\t2012\t0001\t5.000\tA "man\tA man.\n'
            "news\tMSR\t2012\t0007\t0.2\té\tb\tname\tfree\n",
            "stsbenchmark/sts-dev.csv": "news\tMSR\t2013\t12\t3\ta\tb\n",
            "stsbenchmark/sts-test.csv": "forum\tMSR\t2014\t9\t4.75\tc\td\n",
        },
        {
            "train": [(1, 5.0, 'A "man', "A man."), (7, 0.2, "é", "b")],
            "dev": [(12, 3.0, "a", "b")],
            "test": [(9, 4.75, "c", "d")],
        },
        "Stsbenchmark.tar.gz",
        "stsbenchmark/",
    ),
    "wnli": Tables(
        "WNLI",
        {
            "WNLI/train.tsv": 'index\tsentence1\tsentence2\tlabel\n0\t"It" fell.\tWet, it is.\t1\n1\té\tb\t0\n',
            "WNLI/dev.tsv": "index\tsentence1\tsentence2\tlabel\n0\tone\ttwo\t0\n",
            "WNLI/test.tsv": "index\tsentence1\tsentence2\n0\tone\ttwo\n",
        },
        {
            "train": [(1, "It fell.", "Wet, it is."), (0, "é", "b")],
            "dev": [(0, "one", "two")],
            "test": [("one", "two")],
        },
        "WNLI.zip",
    ),
    "yahoo_answers": labelled("YahooAnswers", "yahoo_answers_csv/"),
    "yelp_review_full": labelled("YelpReviewFull", "yelp_review_full_csv/"),
    "yelp_review_polarity": labelled("YelpReviewPolarity", "yelp_review_polarity_csv/"),
}
"""Card -> its tiny copy."""

WRITERS: dict[str, tuple[Write, str]] = {card: (partial(Tables.write, each), "train") for card, each in TABLES.items()}
"""Card -> who writes a copy, and a split of it with several samples."""
