"""Vision: `hub.vision.datasets` has torchvision's classes, made from the cards."""

from __future__ import annotations

from hub.builds import explained

with explained():  # its classes are torchvision's, with files of our own
    from hub.vision import datasets

__all__ = ["datasets"]
