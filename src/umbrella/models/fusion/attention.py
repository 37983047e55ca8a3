"""Attention fusion: every row decides how much each of its modalities weighs.

    token → how much it matters, u · tanh(V token + b) + its modality's own part
    weights = softmax over the modalities that are there, exactly 0 for those that are not
    state = Σ weight · token + what the missing ones stand for → linear, relu
    state beside Σ weight · own answer → head, which begins as the weighted answers alone

Sources: Yang et al. 2016 (attention as a pool); Ilse et al. 2018, arXiv:1802.04712 (over parts that
come without order).
Shapes: B rows, M modalities, W width, C outputs.
"""

import torch
from torch import Tensor, nn

from umbrella.models.fusion.encoders import (
    QUICK,
    Encoders,
    FusionConfig,
    Read,
    blend,
    make_joint_head,
    weigh,
)


class Attention(nn.Module):
    """Score rows; see the module docstring for the design."""

    Config = FusionConfig
    weighs = True  # `read` says how much each modality weighed

    def __init__(self, config: FusionConfig):
        super().__init__()
        self.config = config
        width, modalities = config.width, len(config.modalities)
        self.encoders = Encoders(config)
        self.look = nn.Linear(width, width)
        self.matter = nn.Linear(width, 1, bias=False)
        self.usual = nn.Parameter(torch.zeros(modalities))
        self.mix = nn.Linear(width, width)
        self.drop = nn.Dropout(config.dropout)
        self.rest = nn.Parameter(torch.zeros(config.outputs))
        self.head = make_joint_head(width, config.outputs)

    def read(self, **inputs: Tensor) -> tuple[Tensor, Tensor, Read]:
        """Outputs [B, C], weights [B, M] of the modalities, and what the encoders made."""
        read = self.encoders(inputs)
        state, weights_BM = self._pool(read)
        return self.head(state), weights_BM, read

    def features(self, **inputs: Tensor) -> Tensor:
        """What the head reads, float32 [B, W + C]; inputs as in `Encoders.forward`."""
        return self._pool(self.encoders(inputs))[0]

    def forward(self, **inputs: Tensor) -> Tensor:
        """Score each output, float32 [B, C]; inputs as in `Encoders.forward`."""
        return self.read(**inputs)[0]

    def _pool(self, read: Read) -> tuple[Tensor, Tensor]:
        own_BM = self.matter(self.look(read.tokens).tanh()).squeeze(2)
        scores_BM = own_BM + QUICK * self.usual
        weights_BM = weigh(scores_BM, read.there)
        pooled_BW = (weights_BM.unsqueeze(1) @ read.tokens).squeeze(1)
        lacking_BM = (~read.there).to(pooled_BW.dtype) / weights_BM.shape[1]
        state_BW = self.mix(pooled_BW + lacking_BM @ self.encoders.missing).relu()
        answer_BC = blend(weights_BM, read.alone, self.rest)
        return torch.cat([self.drop(state_BW), answer_BC], dim=1), weights_BM
