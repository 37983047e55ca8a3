"""Attention fusion: every row decides how much each of its modalities weighs.

    token → how much it matters, u · tanh(V token + b) + its modality's own part
    weights = softmax(that + log strength of its own answer) over the modalities that are there,
              exactly 0 for those that are not
    joint answer = Σ weight · token + what the missing ones stand for → linear, relu → head
    outputs = (1 - share) · Σ weight · own answer + share · joint answer, with a learned share

An answer's strength is its distance from what is said of a row without anything: a text that tells
nothing weighs little, whatever its like weigh.

Sources: Yang et al. 2016 (attention as a pool); Ilse et al. 2018, arXiv:1802.04712 (over parts that
come without order). The strength is ours.
Shapes: B rows, M modalities, W width, C outputs.
"""

import torch
from torch import Tensor, nn

from umbrella.models.fusion.encoders import (
    QUICK,
    Encoders,
    FusionConfig,
    JointHead,
    Read,
    blend,
    join_share,
    strength,
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
        nn.init.normal_(self.matter.weight, std=0.02)  # rows begin by what their answers are worth
        self.usual = nn.Parameter(torch.zeros(modalities))
        self.mix = nn.Linear(width, width)
        self.drop = nn.Dropout(config.dropout)
        self.gate = nn.Parameter(torch.zeros(1))
        self.rest = nn.Parameter(torch.zeros(config.outputs))
        self.head = JointHead(width, config.outputs)

    def weigh(self, read: Read) -> Tensor:
        """Weights of the modalities, [B, M], of every row its own."""
        own_BM = self.matter(self.look(read.tokens).tanh()).squeeze(2)
        scores_BM = own_BM + QUICK * self.usual + strength(read.alone, self.rest).log()
        return weigh(scores_BM, read.there)

    def join(self, read: Read, weights_BM: Tensor) -> Tensor:
        """The answer from all tokens at once, [B, C]."""
        return self.rest.detach() + self.head.scores(self.drop(self._state(read, weights_BM)))

    def settle(self, read: Read, weights_BM: Tensor, joint_BC: Tensor | None) -> Tensor:
        """Own answers and the joint one, [B, C]."""
        assert joint_BC is not None
        answer_BC = blend(weights_BM, read.alone, self.rest)
        return answer_BC + join_share(self.gate, read.there) * (joint_BC - answer_BC)

    def read(self, **inputs: Tensor) -> tuple[Tensor, Tensor, Read]:
        """Outputs [B, C], weights [B, M] of the modalities, and what the encoders made."""
        read = self.encoders(inputs)
        weights_BM = self.weigh(read)
        return self.head(self._both(read, weights_BM)), weights_BM, read

    def features(self, **inputs: Tensor) -> Tensor:
        """What the head reads, float32 [B, W + C]; inputs as in `Encoders.forward`."""
        read = self.encoders(inputs)
        return self._both(read, self.weigh(read))

    def forward(self, **inputs: Tensor) -> Tensor:
        """Score each output, float32 [B, C]; inputs as in `Encoders.forward`."""
        return self.read(**inputs)[0]

    def _both(self, read: Read, weights_BM: Tensor) -> Tensor:
        """The state and the answer by their shares; the head's sum is what `settle` says."""
        share_B1 = join_share(self.gate, read.there)
        state_BW = share_B1 * self.drop(self._state(read, weights_BM))
        answer_BC = blend(weights_BM, read.alone, self.rest)
        return torch.cat([state_BW, answer_BC + share_B1 * (self.rest - answer_BC)], dim=1)

    def _state(self, read: Read, weights_BM: Tensor) -> Tensor:
        pooled_BW = (weights_BM.unsqueeze(1) @ read.tokens).squeeze(1)
        lacking_BM = (~read.there).to(pooled_BW.dtype) / weights_BM.shape[1]
        state_BW: Tensor = self.mix(pooled_BW + lacking_BM @ self.encoders.missing).relu()
        return state_BW
