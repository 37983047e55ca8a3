"""What the networks of tables share: checks of their sizes, and one look-up for all categories.

Shapes: B rows, F signals, G category columns, L codes of all of them, E width of a vector.
"""

from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn

from umbrella.base.errors import ConfigError
from umbrella.models.blocks import check_sizes

MOST_SIGNALS, MOST_LEVELS = 2**20, 2**16


def check_table(config: Any) -> None:
    """Refuse sizes that no table has.

    Raises:
        ConfigError: names the setting, the value and the range.
    """
    check_sizes(config)
    numbers, levels = config.numbers, config.levels
    if type(numbers) is not int or not 0 <= numbers <= MOST_SIGNALS:
        raise ConfigError(
            f"numbers={numbers!r} is not in 0..{MOST_SIGNALS:,}. Fit the codec first."
        )
    good = isinstance(levels, tuple) and all(
        type(n) is int and 1 <= n <= MOST_LEVELS for n in levels
    )
    if not good:
        raise ConfigError(
            f"levels={levels!r} is not a tuple of whole numbers in 1..{MOST_LEVELS:,}, "
            f"one for every category column. Fit the codec first."
        )
    if not numbers and not levels:
        raise ConfigError(
            "numbers=0 and levels=() leave nothing to read. Give at least one column."
        )


class Levels(nn.Module):
    """A vector for every level of every category column, in one table.

    Args:
        levels: codes of each column [G], not empty.
        width: E.
        spread: standard deviation of the first values; 0 for a solver to fill.
    """

    offsets: Tensor

    def __init__(self, levels: tuple[int, ...], width: int, spread: float = 0.0):
        super().__init__()
        starts = [0, *accumulate(levels)]
        self.register_buffer("offsets", torch.tensor(starts[:-1]), persistent=False)
        self.table = nn.Embedding(starts[-1], width)
        nn.init.normal_(self.table.weight, std=spread)

    def forward(self, codes_BG: Tensor) -> Tensor:
        """The vectors, [B, G, E]."""
        vectors: Tensor = self.table(codes_BG + self.offsets)
        return vectors
