"""A multilayer perceptron over a table: numbers unfolded into waves, categories as vectors.

    every signal x → relu(W [cos 2πcx, sin 2πcx] + b) beside x itself, with c learned
    all of it, and a vector for every category → layers of width F → head

Source: Gorishniy, Rubachev, Babenko 2022, "On Embeddings for Numerical Features in Tabular Deep
Learning", arXiv:2203.05556 (PLR). Differs in that x itself stands beside its waves (as in RealMLP,
arXiv:2407.04491), so that a straight relation needs no detour.
Shapes: B rows, S signals, K waves of a signal, D numbers that a signal becomes, G category
columns, E width of a category's vector, F width.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import make_head
from umbrella.models.table.inputs import Levels, check_table


@dataclass(frozen=True)
class TableMLPConfig:
    """Sizes of the network."""

    numbers: int  # S
    levels: tuple[int, ...]  # [G]
    outputs: int
    width: int = 128  # F
    depth: int = 2  # hidden layers
    waves: int = 16  # K
    unfolded: int = 8  # D
    spread: float = 0.5  # standard deviation of the first c: how fine a detail the waves begin with
    vector: int = 8  # E
    dropout: float = 0.2

    def __post_init__(self) -> None:
        check_table(self)
        for name in ("depth", "waves", "unfolded", "vector"):
            if type(getattr(self, name)) is not int or not 1 <= getattr(self, name) <= 256:
                raise ConfigError(f"{name}={getattr(self, name)!r} is not in 1..256.")
        if not 0 < self.spread < 100:
            raise ConfigError(
                f"spread={self.spread!r} is not between 0 and 100. 0.1 to 1 is usual."
            )


class Waves(nn.Module):
    """Unfold each signal; every signal has waves and weights of its own.

    The weights stand left of what they multiply, where int8 leaves them alone: they are few, and
    ONNX Runtime has no integer product of stacked matrices.
    """

    def __init__(self, signals: int, waves: int, out: int, spread: float):
        super().__init__()
        bound = 1 / math.sqrt(2 * waves)
        self.rates = nn.Parameter(torch.randn(signals, waves, 1) * spread)  # c
        self.weight = nn.Parameter(torch.empty(signals, out, 2 * waves).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(signals, out, 1).uniform_(-bound, bound))

    def forward(self, numbers_BS: Tensor) -> Tensor:
        """[B, S] → [B, S · D]."""
        turn_SKB = 2 * math.pi * numbers_BS.T.unsqueeze(1) * self.rates
        waves = torch.cat([turn_SKB.cos(), turn_SKB.sin()], dim=1)
        out_SDB = (self.weight @ waves + self.bias).relu()
        return out_SDB.permute(2, 0, 1).reshape(numbers_BS.shape[0], -1)


class TableMLP(nn.Module):
    """Score rows of a table; see the module docstring for the design."""

    Config = TableMLPConfig

    def __init__(self, config: TableMLPConfig):
        super().__init__()
        self.config = config
        into = config.numbers * (1 + config.unfolded) + len(config.levels) * config.vector
        if config.numbers:
            self.waves = Waves(config.numbers, config.waves, config.unfolded, config.spread)
        if config.levels:
            self.levels = Levels(config.levels, config.vector, spread=0.3)
        layers: list[nn.Module] = []
        for _ in range(config.depth):
            layers += [nn.Linear(into, config.width), nn.ReLU(), nn.Dropout(config.dropout)]
            into = config.width
        self.body = nn.Sequential(*layers)
        self.head = make_head(config.width, config.outputs)

    def features(self, numbers: Tensor | None = None, codes: Tensor | None = None) -> Tensor:
        """The last hidden state, float32 [B, F].

        Args:
            numbers: float32 [B, S]; None where S is 0.
            codes: int64 [B, G]; None where G is 0.
        """
        parts: list[Tensor] = []
        if numbers is not None:
            parts += [numbers, self.waves(numbers)]
        if codes is not None:
            parts.append(self.levels(codes).reshape(codes.shape[0], -1))
        state: Tensor = self.body(torch.cat(parts, dim=1))
        return state

    def forward(self, numbers: Tensor | None = None, codes: Tensor | None = None) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        scores: Tensor = self.head(self.features(numbers, codes))
        return scores
