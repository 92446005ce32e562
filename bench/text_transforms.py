"""GPT-2's and BERT's tokenizers beside the same ones in the `tokenizers` library, whose models are under ours too.

    python bench/text_transforms.py [--lines 2000] [--runs 5]

Lines of 40 words and signs are drawn from 30,000 words as frequent as Zipf's law has it, and vocabularies are trained
on them. Both sides give the same indices. Ours come as strings, which is torchtext's way; the library's as integers,
from `encode_batch_fast`, which uses all cores, or from `encode`. Prints the median time of a pass, one text at a time
and as one batch, and the ratio; then the same for a first pass, when nothing is known yet, and for lines in which no
word comes twice, where nothing that is kept helps.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from hub.text.transforms import BERTTokenizer, GPT2BPETokenizer

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS, WORDS_A_LINE, MERGED = 30_000, 40, 8_000
Ours = GPT2BPETokenizer | BERTTokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    draw = random.Random(0)  # noqa: S311  nothing secret
    words = [drawn_word(draw) for _ in range(WORDS)]
    weights = [1 / rank for rank in range(1, WORDS + 1)]
    lines = [line_of(draw.choices(words, weights, k=WORDS_A_LINE)) for _ in range(arguments.lines)]
    new = [line_of([f"{drawn_word(draw)}ik{drawn_word(draw)}" for _ in range(WORDS_A_LINE)]) for _ in lines]
    with tempfile.TemporaryDirectory() as folder:
        for name, make in {"GPT-2": gpt2, "BERT": bert}.items():
            print(name)
            compare(*make(lines, Path(folder)), lines, new, arguments.runs)


def drawn_word(draw: random.Random) -> str:
    return "".join(draw.choices("etaoinshrdlucmfw", k=draw.randint(2, 8)))


def line_of(words: list[str]) -> str:
    return " ".join(words).replace("et ", "et, ").capitalize() + "."


def gpt2(lines: list[str], folder: Path) -> tuple[Ours, Tokenizer]:
    theirs = Tokenizer(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    theirs.train_from_iterator(
        lines, trainers.BpeTrainer(vocab_size=MERGED, initial_alphabet=alphabet, show_progress=False)
    )
    model = json.loads(theirs.to_str())["model"]
    (folder / "encoder.json").write_text(json.dumps(model["vocab"]))
    (folder / "vocab.bpe").write_text("\n".join(["#version: 0.2", *map(" ".join, model["merges"]), ""]))
    return GPT2BPETokenizer(str(folder / "encoder.json"), str(folder / "vocab.bpe")), theirs


def bert(lines: list[str], folder: Path) -> tuple[Ours, Tokenizer]:
    theirs = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106  no password
    theirs.normalizer = normalizers.BertNormalizer()
    theirs.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    theirs.train_from_iterator(
        lines, trainers.WordPieceTrainer(vocab_size=MERGED, special_tokens=["[UNK]"], show_progress=False)
    )
    vocabulary = theirs.get_vocab()
    (folder / "vocab.txt").write_text("\n".join(sorted(vocabulary, key=vocabulary.__getitem__)))
    return BERTTokenizer(str(folder / "vocab.txt")), theirs


def compare(ours: Ours, theirs: Tokenizer, lines: list[str], new: list[str], runs: int) -> None:
    def batch(texts: list[str]) -> list[list[int]]:
        return [found.ids for found in theirs.encode_batch_fast(texts)]

    show("first pass", [(timed(lambda: ours(lines)), timed(lambda: batch(lines)))])
    if [list(map(int, found)) for found in ours(lines)] != batch(lines):
        raise SystemExit("the indices differ")
    ways: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "one by one": (lambda: [ours(line) for line in lines], lambda: [theirs.encode(line).ids for line in lines]),
        "as a batch": (lambda: ours(lines), lambda: batch(lines)),
    }
    for way, (mine, other) in ways.items():
        # Side by side: whatever else the machine does hits both.
        show(way, [(timed(mine), timed(other)) for _ in range(runs)])
    show("no word twice", [(timed(lambda: ours(new)), timed(lambda: batch(new)))])


def show(way: str, pairs: list[tuple[float, float]]) -> None:
    here, there = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    ratio = statistics.median(other / mine for mine, other in pairs)
    print(f"  {way}: hub {here:.1f} ms, tokenizers {there:.1f} ms, {ratio:.2f}x")


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
