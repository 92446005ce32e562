"""Masked language modelling: which tokens a model is asked to find again."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hub.errors import InvalidInput

BATCH_DIMENSIONS = 2


class MaskTransform(nn.Module):
    """Choose `mask_prob` of the positions of each sequence and hide most of the tokens there, as BERT was trained.

    Of those chosen, 8 in 10 become `mask_idx`, 1 in 10 a random index below `vocab_len`, the others stay. Padding
    (`pad_idx`) is never chosen, and the beginning of a sequence (`bos_idx`) only with `mask_bos`. If nothing is
    chosen in a batch, its first token is, so that there is a loss. Devlin et al., section 3.1,
    https://arxiv.org/abs/1810.04805.

    The numbers come from torch's generator in torchtext's order: the same seed hides the same tokens.

    >>> hide = MaskTransform(vocab_len=9, mask_idx=8, bos_idx=7, pad_idx=0, mask_prob=0.5)
    >>> _ = torch.manual_seed(0)
    >>> [part.tolist() for part in hide(torch.tensor([[7, 1, 2, 3]]))]
    [[[7, 8, 2, 3]], [1], [[0, 1, 0, 0]]]
    """

    mask_mask_prob = 0.8
    rand_mask_prob = 0.1

    def __init__(
        self,
        vocab_len: int,
        mask_idx: int,
        bos_idx: int,
        pad_idx: int,
        mask_bos: bool = False,
        mask_prob: float = 0.15,
    ) -> None:
        super().__init__()
        self.vocab_len = vocab_len
        self.mask_idx = mask_idx
        self.bos_idx = bos_idx
        self.pad_idx = pad_idx
        self.mask_bos = mask_bos
        self.mask_prob = mask_prob

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return tokens (batch, length) with some hidden, the chosen ones (chosen,), and the choice, int32 of 0 and 1.

        Raises InvalidInput unless there are two dimensions and at least one token.
        """
        if tokens.dim() != BATCH_DIMENSIONS or not tokens.numel():
            raise InvalidInput("nothing can be masked", expected="(batch, length)", found=tuple(tokens.shape))
        chosen = self._chosen(tokens)
        chance = torch.rand_like(tokens, dtype=torch.float)
        hidden = (chance >= 1 - self.mask_mask_prob).long() * chosen
        random = (chance < self.rand_mask_prob).long() * chosen
        masked = tokens * (1 - hidden) + self.mask_idx * hidden
        masked = masked * (1 - random) + torch.randint_like(tokens, high=self.vocab_len) * random
        return masked, torch.masked_select(tokens, chosen.bool()), chosen

    def _chosen(self, tokens: Tensor) -> Tensor:
        """An int32 tensor of 0 and 1, of the tokens' shape."""
        batch, length = tokens.shape
        orders = torch.stack([torch.randperm(length) for _ in range(batch)])
        allowed = tokens != self.pad_idx
        if not self.mask_bos:
            allowed &= tokens != self.bos_idx
        chosen = (orders < int(length * self.mask_prob)).to(tokens.device) & allowed
        if not chosen.any():
            chosen[0, 0] = True
        return chosen.int()
