"""Four networks that differ in one assumption at a time, to find out what a convolution gains by.

    everywhere  a unit looks at all places: a multilayer perceptron, which takes nothing for granted
    local       a unit looks at near places only; every place has weights of its own
    shared      the same, and all places share their weights: a convolution
    pooled      the same, and only the strongest match counts, wherever it is

Each has three hidden layers and a linear head, without norms or dropout, which would blur the
comparison. A signal is a picture of one line: fields then reach 5 places along it, else 3 × 3.
Layers answer for every second place only, but where matches are pooled: skipped places would make
the strongest match depend on where a row begins, so there fields are spread instead (Yu & Koltun
2016, arXiv:1511.07122), and reach as far. Beyond the border stands what stands at the border.
Sources: LeCun 1989, "Generalization and network design strategies" (local fields, with and without
shared weights); Greydanus & Kobak 2020, arXiv:2011.14439 (such networks on MNIST-1D).

Shapes: B rows, C channels, H × V places (height, width), L places that a layer answers, D channels
it answers with, K numbers in a field.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn
from torch.nn import functional

from umbrella.base.errors import ConfigError, unknown
from umbrella.models.blocks import check_size, check_sizes, make_head

REACHES = ("everywhere", "local", "shared", "pooled")
LAYERS = 3
LEAST, MOST = 8, 4096  # places along the longer side
STRIDE = 16  # from this many places on the first layer already looks at every second one only


@dataclass(frozen=True)
class ReachConfig:
    """Sizes of the network.

    Args:
        channels: C.
        high, wide: H and V; H is 1 for a signal.
        outputs: scores of a row.
        reach: one of REACHES.
        width: units of a layer, or channels at each place.
        middle, spread: mean and deviation of the values, which are brought to 0 and 1.
    """

    channels: int
    high: int
    wide: int
    outputs: int
    reach: str = "shared"
    width: int = 8
    middle: float = 0.0
    spread: float = 1.0

    def __post_init__(self) -> None:
        check_sizes(self)
        for name in ("channels", "high", "wide"):
            check_size(name, getattr(self, name), MOST)
        if self.reach not in REACHES:
            raise unknown("reach", self.reach, REACHES)
        if self.wide < LEAST or (self.high > 1 and self.high < LEAST):
            raise ConfigError(
                f"{self.high} × {self.wide} places are too few to tell near from far. Give at "
                f"least {LEAST} along each side, or 1 × {LEAST} for a signal."
            )
        if not self.spread > 0:
            raise ConfigError(f"spread={self.spread!r} is not above 0.")

    @property
    def field(self) -> tuple[int, int]:
        """Height and width of what a unit looks at."""
        return (1, 5) if self.high == 1 else (3, 3)

    def grids(self) -> list[tuple[int, int]]:
        """Places before each layer and after the last, as (height, width)."""
        grids = [(self.high, self.wide)]
        for layer in range(LAYERS):
            later = 1 if self.reach == "pooled" else 2
            step = later if layer else 2 if max(grids[0]) >= STRIDE else 1
            high, wide = grids[-1]
            grids.append((high if high == 1 else -(-high // step), -(-wide // step)))
        return grids

    def spreads(self) -> list[int]:
        """How far apart the places of a field lie in each layer."""
        return [1, 1, 2] if self.reach == "pooled" else [1, 1, 1]


class Local(nn.Module):
    """Fields like a convolution's, with weights of its own for each place.

    Args:
        channels, out: C and D.
        field: height and width of a field, odd.
        before, after: places that come in and go out.
    """

    def __init__(
        self,
        channels: int,
        out: int,
        field: tuple[int, int],
        before: tuple[int, int],
        after: tuple[int, int],
    ):
        super().__init__()
        self.field, self.after, self.stride = field, after, _stride(before, after)
        self.border = _border(field)
        numbers, places = channels * prod(field), prod(after)
        bound = numbers**-0.5
        self.weight = nn.Parameter(torch.empty(places, numbers, out).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(places, 1, out).uniform_(-bound, bound))

    def forward(self, values_BCHV: Tensor) -> Tensor:
        """[B, C, H, V] → [B, D, *after]."""
        values = functional.pad(values_BCHV, self.border, mode="replicate")
        fields_BKL = functional.unfold(values, self.field, stride=self.stride)
        out_LBD = torch.baddbmm(self.bias, fields_BKL.permute(2, 0, 1), self.weight)
        return out_LBD.permute(1, 2, 0).unflatten(2, self.after)


class Reach(nn.Module):
    """Score signals or pictures; see the module docstring for the design."""

    Config = ReachConfig

    def __init__(self, config: ReachConfig):
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(_layers(config))
        last = config.grids()[-1]
        places = prod(last) if config.reach in ("local", "shared") else 1
        self.head = make_head(config.width * places, config.outputs)

    def features(self, values: Tensor) -> Tensor:
        """What the last hidden layer says, float32, at least 0: [B, D], or [B, D · L].

        Args:
            values: [B, C, H, V], of any dtype.
        """
        state = (values.float() - self.config.middle) / self.config.spread
        if self.config.reach == "everywhere":
            state = state.flatten(1)
        for layer in self.layers:
            state = layer(state).relu()
        return state.amax(dim=(2, 3)) if self.config.reach == "pooled" else state.flatten(1)

    def forward(self, values: Tensor) -> Tensor:
        """Score each output, float32 [B, outputs]; arguments as in `features`."""
        scores: Tensor = self.head(self.features(values))
        return scores


def parameters(config: ReachConfig) -> int:
    """Weights of a network, counted without making them."""
    with torch.device("meta"):
        return sum(weight.numel() for weight in Reach(config).parameters())


def _layers(config: ReachConfig) -> Iterator[nn.Module]:
    grids, width, into = config.grids(), config.width, config.channels
    for (before, after), apart in zip(pairwise(grids), config.spreads(), strict=True):
        if config.reach == "everywhere":
            units = config.channels * prod(before) if before is grids[0] else width
            yield nn.Linear(units, width)
        elif config.reach == "local":
            yield Local(into, width, config.field, before, after)
        else:
            yield nn.Sequential(
                nn.ReplicationPad2d(_border(config.field, apart)),
                nn.Conv2d(into, width, config.field, _stride(before, after), dilation=apart),
            )
        into = width


def _border(field: tuple[int, int], apart: int = 1) -> tuple[int, int, int, int]:
    """Places put left, right, above and below, so that every place has a whole field."""
    beside, above = apart * (field[1] // 2), apart * (field[0] // 2)
    return beside, beside, above, above


def _stride(before: tuple[int, int], after: tuple[int, int]) -> tuple[int, int]:
    return -(-before[0] // after[0]), -(-before[1] // after[1])
