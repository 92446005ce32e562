"""Vision: `hub.vision.datasets` has torchvision's classes, made from the cards."""

from __future__ import annotations

from hub.vision import datasets

__all__ = ["datasets"]
