"""Early fusion: the tokens of all modalities side by side, read by one small network.

    state = tokens side by side → linear, relu
    state beside Σ weight · own answer → head, which begins as the weighted answers alone

The weights are those of late fusion; with the state beside them they tell little, and are not told.

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


class Early(nn.Module):
    """Score rows; see the module docstring for the design. No modality has a weight of its own."""

    Config = FusionConfig

    def __init__(self, config: FusionConfig):
        super().__init__()
        self.config = config
        self.encoders = Encoders(config)
        self.mix = nn.Linear(len(config.modalities) * config.width, config.width)
        self.drop = nn.Dropout(config.dropout)
        self.trust = nn.Parameter(torch.zeros(len(config.modalities)))
        self.rest = nn.Parameter(torch.zeros(config.outputs))
        self.head = make_joint_head(config.width, config.outputs)

    def read(self, **inputs: Tensor) -> tuple[Tensor, None, Read]:
        """Outputs [B, C], no weights, and what the encoders made."""
        read = self.encoders(inputs)
        return self.head(self._join(read)), None, read

    def features(self, **inputs: Tensor) -> Tensor:
        """What the head reads, float32 [B, W + C]; inputs as in `Encoders.forward`."""
        return self._join(self.encoders(inputs))

    def forward(self, **inputs: Tensor) -> Tensor:
        """Score each output, float32 [B, C]; inputs as in `Encoders.forward`."""
        return self.read(**inputs)[0]

    def _join(self, read: Read) -> Tensor:
        state_BW = self.mix(self.drop(read.tokens.relu().flatten(1))).relu()
        weights_BM = weigh(QUICK * self.trust.expand(read.there.shape), read.there)
        answer_BC = blend(weights_BM, read.alone, self.rest)
        return torch.cat([self.drop(state_BW), answer_BC], dim=1)
