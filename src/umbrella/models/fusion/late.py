"""Late fusion: every modality answers by itself, and the answers are averaged.

    outputs = Σ weight · answer, with one learned weight a modality, shared among those there

Shapes: B rows, M modalities, C outputs.
"""

import torch
from torch import Tensor, nn

from umbrella.models.fusion.encoders import QUICK, Encoders, FusionConfig, Read, blend, weigh


class Late(nn.Module):
    """Score rows; see the module docstring for the design."""

    Config = FusionConfig
    weighs = True  # `read` says how much each modality weighed

    def __init__(self, config: FusionConfig):
        super().__init__()
        self.config = config
        self.encoders = Encoders(config, tokens=False)
        self.trust = nn.Parameter(torch.zeros(len(config.modalities)))
        self.rest = nn.Parameter(torch.zeros(config.outputs))

    def weigh(self, read: Read) -> Tensor:
        """Weights of the modalities, [B, M], alike in all rows that have the same ones."""
        return weigh(QUICK * self.trust.expand(read.there.shape), read.there)

    def join(self, read: Read, weights_BM: Tensor) -> None:
        """Nothing sees several modalities at once."""

    def settle(self, read: Read, weights_BM: Tensor, joint_BC: Tensor | None) -> Tensor:  # noqa: ARG002
        """The average, [B, C]."""
        return blend(weights_BM, read.alone, self.rest)

    def read(self, **inputs: Tensor) -> tuple[Tensor, Tensor, Read]:
        """Outputs [B, C], weights [B, M] of the modalities, and what the encoders made."""
        read = self.encoders(inputs)
        weights_BM = self.weigh(read)
        return self.settle(read, weights_BM, None), weights_BM, read

    def forward(self, **inputs: Tensor) -> Tensor:
        """Score each output, float32 [B, C]; inputs as in `Encoders.forward`."""
        return self.read(**inputs)[0]
