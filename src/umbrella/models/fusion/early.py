"""Early fusion: the tokens of all modalities side by side, read by one small network.

    joint answer = tokens side by side → linear, relu → head
    outputs = (1 - share) · Σ weight · own answer + share · joint answer

The weights are those of late fusion, and the share is learned too; with the joint answer beside
them the weights tell little, and are not told.

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
        self.gate = nn.Parameter(torch.zeros(1))
        self.rest = nn.Parameter(torch.zeros(config.outputs))
        self.head = JointHead(config.width, config.outputs)

    def weigh(self, read: Read) -> Tensor:
        """Weights of the own answers, [B, M]."""
        return weigh(QUICK * self.trust.expand(read.there.shape), read.there)

    def join(self, read: Read, weights_BM: Tensor) -> Tensor:  # noqa: ARG002
        """The answer from all tokens at once, [B, C]."""
        return self.rest.detach() + self.head.scores(self.drop(self._state(read)))

    def settle(self, read: Read, weights_BM: Tensor, joint_BC: Tensor | None) -> Tensor:
        """Own answers and the joint one, [B, C]."""
        assert joint_BC is not None
        answer_BC = blend(weights_BM, read.alone, self.rest)
        return answer_BC + join_share(self.gate, read.there) * (joint_BC - answer_BC)

    def read(self, **inputs: Tensor) -> tuple[Tensor, None, Read]:
        """Outputs [B, C], no weights, and what the encoders made."""
        read = self.encoders(inputs)
        weights_BM = self.weigh(read)
        return self.head(self._both(read, weights_BM)), None, read

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
        state_BW = share_B1 * self.drop(self._state(read))
        answer_BC = blend(weights_BM, read.alone, self.rest)
        return torch.cat([state_BW, answer_BC + share_B1 * (self.rest - answer_BC)], dim=1)

    def _state(self, read: Read) -> Tensor:
        state_BW: Tensor = self.mix(self.drop(read.tokens.relu().flatten(1))).relu()
        return state_BW
