"""The names of `torchtext.data.metrics`."""

from __future__ import annotations

from hub.text.bleu import bleu_score

__all__ = ["bleu_score"]
