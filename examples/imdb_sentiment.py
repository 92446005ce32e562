"""Tell good film reviews from bad ones: a pipeline written for torchtext, on today's torch.

    python examples/imdb_sentiment.py                   fetches IMDb's 84 MB once
    python examples/imdb_sentiment.py --root ~/.cache/torch/text    reads torchtext's own copy

Tokenizer, vocabulary, transforms, DataLoader and loop are those that books on torchtext teach; the import is new. The
network is a bag of word vectors (Joulin et al. 2016, https://arxiv.org/abs/1607.01759): a minute or two on a CPU.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

import hub.text as torchtext
from hub import HubError

SPECIALS = ("<unk>", "<BOS>", "<EOS>", "<PAD>")

tokenizer = torchtext.data.get_tokenizer("basic_english")


class Classifier(nn.Module):
    """The mean of a review's word vectors, and one linear layer on it."""

    def __init__(self, words: int, classes: int, width: int = 64) -> None:
        super().__init__()
        self.embedding = nn.EmbeddingBag(words, width, mode="mean")
        self.linear = nn.Linear(width, classes)

    def forward(self, tokens: Tensor, offsets: Tensor) -> Tensor:
        """Return scores of shape (reviews, classes) for tokens of all reviews in a row and where each begins."""
        scores: Tensor = self.linear(self.embedding(tokens, offsets))
        return scores


class Collate:
    """A batch of (label, text) as tensors: labels, all tokens in a row, and where each text begins."""

    def __init__(self, vocab: torchtext.vocab.Vocab) -> None:
        self.vocab = vocab

    def text_transform(self, text: str) -> list[int]:
        """Return the numbers of a text's words between two marks."""
        return [self.vocab["<BOS>"], *(self.vocab[word] for word in tokenizer(text)), self.vocab["<EOS>"]]

    def __call__(self, batch: list[tuple[int, str]]) -> tuple[Tensor, Tensor, Tensor]:
        labels = torch.tensor([label - 1 for label, _ in batch])
        texts = [torch.tensor(self.text_transform(text)) for _, text in batch]
        sizes = torch.tensor([0, *map(len, texts[:-1])])
        return labels, torch.cat(texts), sizes.cumsum(0)


def accuracy(model: Classifier, batches: DataLoader[object]) -> float:
    """Return the share of reviews that the model is right about."""
    right = total = 0
    with torch.inference_mode():
        for labels, tokens, offsets in batches:
            right += int((model(tokens, offsets).argmax(1) == labels).sum())
            total += len(labels)
    return right / total


def main(root: Path | None, epochs: int, min_freq: int) -> None:
    """Train, and print what the book prints."""
    torch.manual_seed(0)
    train, test = torchtext.datasets.IMDB(root=root, split=("train", "test"))
    label, line = next(iter(train))
    print(f"{label}: {line[:60]}...")

    counter: Counter[str] = Counter()
    for _, line in train:
        counter.update(tokenizer(line))
    vocab = torchtext.vocab.Vocab(counter, min_freq=min_freq, specials=SPECIALS)
    collate = Collate(vocab)
    print(f"{len(vocab):,} words; 'programming is awesome' is {collate.text_transform('programming is awesome')}")

    batches = DataLoader(train, batch_size=64, shuffle=True, collate_fn=collate)
    unseen = DataLoader(test, batch_size=256, collate_fn=collate)
    model = Classifier(len(vocab), len(train.classes))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(1, epochs + 1):
        start, losses = time.perf_counter(), 0.0
        for labels, tokens, offsets in batches:
            loss = nn.functional.cross_entropy(model(tokens, offsets), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses += loss.item() * len(labels)
        seconds = time.perf_counter() - start
        print(
            f"epoch {epoch}: loss {losses / len(train):.3f}, "
            f"right about {accuracy(model, unseen):.1%} of the test reviews, {seconds:.0f} s"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, help="a folder in torchtext's layout, instead of the store")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--min-freq", type=int, default=10, help="words that are rarer are <unk>")
    given = parser.parse_args()
    try:
        main(given.root, given.epochs, given.min_freq)
    except HubError as error:
        sys.exit(str(error))
