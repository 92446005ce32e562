"""Train a network on MNIST with two workers of Ray, which read their shares as blocks: hub -> Ray Data -> Ray Train.

    pip install "hub-zoo[ray]" "ray[train]"
    python examples/mnist_ray.py [--address auto] [--workers 2] [--samples 60000]

Without an address a cluster is started on this machine. Workers on other machines need the store under the same path.
"""

from __future__ import annotations

import argparse
import os
import tempfile

import torch
from torch import Tensor, nn

import hub

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="local")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--samples", type=int, default=60_000)
    asked = parser.parse_args()
    train = hub.load_dataset("mnist", split=f"train[:{asked.samples}]")
    test = hub.load_dataset("mnist", split="test")

    import ray
    from ray.train import RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    # Workers hold a CPU each, and reading needs some too, even where the machine has no more.
    own = {"num_cpus": asked.workers + 2, "include_dashboard": False} if asked.address == "local" else {}
    ray.init(address=asked.address, log_to_driver=False, **own)
    with tempfile.TemporaryDirectory() as folder:
        trainer = TorchTrainer(
            train_on_share,
            datasets={"train": train.to_ray().random_shuffle(seed=0)},
            scaling_config=ScalingConfig(num_workers=asked.workers),
            run_config=RunConfig(storage_path=folder),
        )
        result = trainer.fit()
        with result.checkpoint.as_directory() as kept:
            model = build_model()
            model.load_state_dict(torch.load(f"{kept}/model.pt", weights_only=True))
    ray.shutdown()
    print(f"{len(train)} samples, {asked.workers} workers: test accuracy {accuracy(model, test):.2%}")


def train_on_share() -> None:
    """Train on this worker's share of the blocks; gradients are averaged over all workers."""
    from ray import train
    from ray.train import Checkpoint
    from ray.train.torch import prepare_model

    torch.manual_seed(0)
    model = prepare_model(build_model())
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for batch in train.get_dataset_shard("train").iter_torch_batches(batch_size=64):
        scores = model(pixels(batch["image"]))
        loss = nn.functional.cross_entropy(scores, batch["label"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with tempfile.TemporaryDirectory() as folder:
        kept = None
        if train.get_context().get_world_rank() == 0:
            torch.save(getattr(model, "module", model).state_dict(), f"{folder}/model.pt")
            kept = Checkpoint.from_directory(folder)
        train.report({"loss": loss.item()}, checkpoint=kept)


def build_model() -> nn.Module:
    """Return two linear layers: 28 x 28 pixels in, 10 scores out."""
    return nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 128), nn.ReLU(), nn.Linear(128, 10))


def pixels(images: Tensor) -> Tensor:
    """Return uint8 images of shape (batch, 28, 28) as numbers around 0."""
    return images.float() / 127.5 - 1


@torch.no_grad()
def accuracy(model: nn.Module, dataset: hub.Dataset) -> float:
    """Return the share of images whose highest score is that of their label."""
    images, labels = dataset.tensors()
    return float((model(pixels(images)).argmax(dim=1) == labels).float().mean())


if __name__ == "__main__":
    main()
