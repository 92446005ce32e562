"""Everything that TensorBoard shows, out of one small training: PyTorch's eighteen methods, then hub's one-liners.

    python examples/tensorboard_tour.py                 writes runs/tour; half a minute on a CPU
    tensorboard --logdir runs/tour                      shows it

The data are scikit-learn's handwritten digits of 8 x 8 pixels, 0.1 MB. Each method of `SummaryWriter` has a function
that is named like it. The guide "Look at it in TensorBoard" says what each of them shows, and what hub adds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

import hub
import hub.viz

PATTERN_RATE = 8000  # samples a second of the sound


class Tour:
    """A network, the digits that it learns, and the writer that is told of both."""

    def __init__(self, board: hub.viz.Board, images: Tensor, labels: Tensor) -> None:
        self.writer = board.writer
        self.images, self.labels = images.float() / 255, labels
        torch.manual_seed(0)
        self.model = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * 4 * 4, 32),
            nn.ReLU(),
            nn.Linear(32, 10),
        )

    def train(self, epochs: int) -> float:
        """Train, and tell of each epoch; return the share of digits that were read right."""
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=3e-3)
        accuracy = 0.0
        for epoch in range(epochs):
            for rows in torch.randperm(len(self.images)).split(64):
                loss = functional.cross_entropy(self.model(self.images[rows]), self.labels[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            right = self.probabilities().argmax(1) == self.labels
            accuracy = float(right.float().mean())
            self.add_scalar(float(loss.detach()), accuracy, epoch)
            self.add_scalars(right, epoch)
            self.add_histogram(epoch)
            self.flush()
        return accuracy

    def probabilities(self) -> Tensor:
        """Return how likely each class is for each digit, (digits, 10)."""
        with torch.no_grad():
            probabilities: Tensor = self.model(self.images).softmax(1)
        return probabilities

    def add_scalar(self, loss: float, accuracy: float, epoch: int) -> None:
        """A number as a point of a curve."""
        self.writer.add_scalar("train/loss", loss, epoch)
        self.writer.add_scalar("train/accuracy", accuracy, epoch)

    def add_scalars(self, right: Tensor, epoch: int) -> None:
        """Several curves in one chart, each a run of its own."""
        low, high = self.labels < 5, self.labels >= 5  # noqa: PLR2004  the first and the last five digits
        shares = {"0 to 4": right[low].float().mean(), "5 to 9": right[high].float().mean()}
        self.writer.add_scalars("accuracy of", shares, epoch)

    def add_custom_scalars(self) -> None:
        """Charts put together out of curves that are there already."""
        self.writer.add_custom_scalars(
            {"training": {"loss and accuracy": ["Multiline", ["train/loss", "train/accuracy"]]}}
        )

    def add_histogram(self, epoch: int) -> None:
        """How numbers are distributed, epoch by epoch: also as quantiles, under Distributions."""
        for name, parameter in self.model.named_parameters():
            self.writer.add_histogram(f"weights/{name}", parameter, epoch)

    def add_image(self) -> None:
        """One picture; here all digits of a kind laid over one another."""
        for digit in range(10):
            self.writer.add_image(f"means/{digit}", self.images[self.labels == digit].mean(0))

    def add_images(self) -> None:
        """A batch of pictures on one sheet."""
        self.writer.add_images("digits", self.images[:32])

    def add_figure(self) -> None:
        """What matplotlib draws."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(4, 3))
        figure.add_subplot(title="Digits of each kind").bar(
            range(10), torch.bincount(self.labels, minlength=10).tolist()
        )
        self.writer.add_figure("how many", figure)

    def add_video(self) -> None:
        """Frames one after another: a digit that turns into the next ones."""
        shares = torch.linspace(0, 1, 8).view(-1, 1, 1, 1)
        turning = torch.cat(
            [
                first * (1 - shares) + second * shares
                for first, second in zip(self.images[:9], self.images[1:10], strict=True)
            ]
        )
        large = functional.interpolate(turning, scale_factor=16).expand(-1, 3, -1, -1)
        self.writer.add_video("digits that turn", large[None], fps=12)

    def add_audio(self) -> None:
        """A sound: the first digit, its rows as loudness of eight tones."""
        seconds = torch.arange(PATTERN_RATE // 4) / PATTERN_RATE
        tones = torch.stack([torch.sin(2 * torch.pi * 220 * 2 ** (tone / 4) * seconds) for tone in range(8)])
        columns = [(self.images[0, 0, :, column, None] * tones).mean(0) for column in range(8)]
        self.writer.add_audio("a digit to be heard", torch.cat(columns), sample_rate=PATTERN_RATE)

    def add_text(self) -> None:
        """Words, with Markdown's tables and emphasis."""
        self.writer.add_text("what this is", "A **tour** of TensorBoard on digits of 8 x 8 pixels.")

    def add_graph(self) -> None:
        """What the network computes, module by module."""
        self.writer.add_graph(self.model, self.images[:1])

    def add_embedding(self) -> None:
        """Vectors as points in space, with labels and small pictures."""
        with torch.no_grad():
            vectors = self.model[:-1](self.images)
        self.writer.add_embedding(
            vectors,
            self.labels.tolist(),
            functional.interpolate(self.images, scale_factor=4).expand(-1, 3, -1, -1),
            tag="digits",
        )

    def add_pr_curve(self) -> None:
        """Precision against recall of a yes-or-no question, which is whether a digit is an 8."""
        self.writer.add_pr_curve("is it an 8", self.labels == 8, self.probabilities()[:, 8])  # noqa: PLR2004

    def add_mesh(self) -> None:
        """Points in space, with colours: the first digit as a relief."""
        down, across = torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")
        points = torch.stack([across, -down, self.images[0, 0] * 2], dim=-1).view(1, -1, 3).float()
        grey = (self.images[0, 0].view(1, -1, 1) * 255).expand(-1, -1, 3).int()
        look = {"material": {"cls": "PointsMaterial", "size": 0.5}}
        self.writer.add_mesh("a digit in space", points, colors=grey, config_dict=look)

    def add_hparams(self, accuracy: float, epochs: int) -> None:
        """A row of the table of runs: what it was told, and how well it did."""
        self.writer.add_hparams(
            {"epochs": epochs, "optimizer": "AdamW"}, {"hparam/accuracy": accuracy}, run_name="table"
        )

    def flush(self) -> None:
        """Write what waits, so that a TensorBoard that is open sees it now."""
        self.writer.flush()


def eighteen(folder: Path, epochs: int) -> Tour:
    """Write what PyTorch's methods show; `with` closes the writer."""
    images, labels = hub.load_dataset("digits", split="all").tensors()
    with hub.viz.open_board(folder) as board:
        tour = Tour(board, images, labels)
        accuracy = tour.train(epochs)
        tour.add_custom_scalars()
        tour.add_image()
        tour.add_images()
        tour.add_figure()
        tour.add_video()
        tour.add_audio()
        tour.add_text()
        tour.add_graph()
        tour.add_embedding()
        tour.add_pr_curve()
        tour.add_mesh()
        tour.add_hparams(accuracy, epochs)
    return tour


def hubs_own(folder: Path, tour: Tour, epochs: int) -> None:
    """Write what takes one line with hub."""
    hub.viz.log_dataset("digits", folder / "digits")
    hub.viz.log_model(tour.model, folder / "network", inputs=tour.images[:64])
    accuracy = float((tour.probabilities().argmax(1) == tour.labels).float().mean())
    runs = {
        "trained": {"epochs": epochs, "optimizer": "AdamW", "metrics": {"accuracy": accuracy}},
        "guessing": {"epochs": 0, "metrics": {"accuracy": 0.1}},
    }
    hub.viz.compare(runs, folder / "runs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logdir", type=Path, default=Path("runs/tour"))
    parser.add_argument("--epochs", type=int, default=20)
    arguments = parser.parse_args()
    tour = eighteen(arguments.logdir / "eighteen", arguments.epochs)
    hubs_own(arguments.logdir, tour, arguments.epochs)
    print(f"tensorboard --logdir {arguments.logdir}")


if __name__ == "__main__":
    main()
