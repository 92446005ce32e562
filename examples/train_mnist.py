"""Train a small convolutional network on MNIST to more than 98.5 % in a minute or two on a laptop's CPU.

python examples/train_mnist.py [--epochs 2] [--device cuda] [--out results.json]
"""

from __future__ import annotations

import argparse

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision import transforms

import hub
from hub.evaluation import evaluate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", help="write a results file")
    arguments = parser.parse_args()
    torch.manual_seed(0)

    # A tensor in [0, 1], then shifted and scaled to the mean 0 and deviation 1 of MNIST.
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    train = hub.load_dataset("mnist", split="train", transform=transform)
    test = hub.load_dataset("mnist", split="test", transform=transform)
    print(train)

    model = build_model().to(arguments.device)
    batches = DataLoader(train, batch_size=128, shuffle=True)
    optimizer = torch.optim.AdamW(model.parameters())
    # The learning rate rises and falls once over the whole training, which saves epochs.
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=arguments.epochs * len(batches))
    for epoch in range(1, arguments.epochs + 1):
        loss = train_one_epoch(model, batches, optimizer, schedule)
        correct = accuracy(model, DataLoader(test, batch_size=1000))
        print(f"epoch {epoch}: loss {loss:.3f}, test accuracy {correct:.2%}")
    if arguments.out:
        found = evaluate(model, test, name="two convolutions (examples/train_mnist.py)")
        found.save(arguments.out, f"python examples/train_mnist.py --epochs {arguments.epochs}")
        print(found)


def build_model() -> nn.Module:
    """Two convolutions, each followed by pooling, and two linear layers: 28 x 28 pixels in, 10 scores out."""
    return nn.Sequential(
        nn.Conv2d(1, 16, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # 14 x 14
        nn.Conv2d(16, 32, kernel_size=3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),  # 7 x 7
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def train_one_epoch(
    model: nn.Module,
    batches: DataLoader[tuple[Tensor, Tensor]],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> float:
    """Show every image once and return the mean loss."""
    model.train()
    device = next(model.parameters()).device
    total = 0.0
    for images, labels in batches:
        scores = model(images.to(device))
        loss = functional.cross_entropy(scores, labels.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
    return total / len(batches)


@torch.no_grad()
def accuracy(model: nn.Module, batches: DataLoader[tuple[Tensor, Tensor]]) -> float:
    """Return the share of images whose highest score is that of their label."""
    model.eval()
    device = next(model.parameters()).device
    correct = count = 0
    for images, labels in batches:
        guesses = model(images.to(device)).argmax(dim=1).cpu()
        correct += int((guesses == labels).sum())
        count += len(labels)
    return correct / count


if __name__ == "__main__":
    main()
