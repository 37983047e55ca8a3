"""Where a token stands, told in four ways: waves, rotations, buckets of distance, learned vectors.

- sinusoidal, Vaswani et al. 2017, arXiv:1706.03762: sines of every frequency, then cosines.
- rotary, Su et al. 2021, arXiv:2104.09864: queries and keys are turned by an angle that grows with
  the place; feature i is paired with i + E / 2. Scaled to longer texts by "linear" (every place
  divided by the factor; Chen et al. 2023, arXiv:2306.15595) or "llama3" (only waves longer than
  rotary_places / rotary_low, those between it and rotary_places / rotary_high in part; Grattafiori
  et al. 2024, arXiv:2407.21783).
- relative, Raffel et al. 2020, arXiv:1910.10683: a score of every head for every distance, exact
  up to half of the buckets, then in logarithmic steps up to `reach`.
Learned vectors are in embed.py.

Shapes: T places of queries, S of keys, W width, E width of a head, H heads.
"""

import math
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from umbrella.models.transformer.config import TransformerConfig

SLOWEST = 10_000.0  # of sines: the slowest wave is 2π times as long


def waves(places: Tensor, width: int, table: int = 0) -> Tensor:
    """Sines and cosines of places at every frequency, float32 [*places, W].

    Args:
        places: whole numbers, any shape.
        width: W, even.
        table: places below this are looked up in a table made in float64; 0 computes them.
    """
    if table:
        return torch.from_numpy(_wave_table(table, width)).to(places.device)[places]
    frequencies = SLOWEST ** -(torch.arange(0, width, 2, device=places.device) / width)
    angles = places.unsqueeze(-1) * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


@lru_cache(maxsize=8)
def _wave_table(places: int, width: int) -> NDArray[np.float32]:
    # numpy's, since a tensor made while tracing or inferring must not outlive that
    steps = np.arange(0, width, 2) / width
    angles = np.arange(places)[:, None] / SLOWEST**steps
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def rotations(config: TransformerConfig, places: Tensor) -> tuple[Tensor, Tensor]:
    """Cosines and sines by which queries and keys are turned, float32 [*places, E].

    In float32 whatever the network computes in, as the published models were trained.
    """
    angles = places.unsqueeze(-1).float() * _frequencies(config).to(places.device)
    both = torch.cat([angles, angles], dim=-1)
    return both.cos(), both.sin()


def _frequencies(config: TransformerConfig) -> Tensor:
    steps = torch.arange(0, config.head_width, 2, dtype=torch.int64).float() / config.head_width
    frequencies = 1.0 / config.rotary_base**steps
    if config.rotary_scaling == "linear":
        return frequencies / config.rotary_factor
    if config.rotary_scaling != "llama3":
        return frequencies
    waves_long = 2 * math.pi / frequencies
    low, high = config.rotary_low, config.rotary_high
    slowed = frequencies / config.rotary_factor
    share = (config.rotary_places / waves_long - low) / (high - low)
    between = (1 - share) * slowed + share * frequencies
    is_long = waves_long > config.rotary_places / low
    is_short = waves_long < config.rotary_places / high
    return torch.where(is_long, slowed, torch.where(is_short, frequencies, between))


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    """Turn features [..., E] by their places' angles, which broadcast."""
    first, second = x.chunk(2, dim=-1)
    return x * cosines + torch.cat([-second, first], dim=-1) * sines


def distance_buckets(config: TransformerConfig, queries: Tensor, keys: Tensor) -> Tensor:
    """Which bucket each distance falls into, int64 [..., T, S].

    Args:
        queries: places of queries, [..., T].
        keys: places of keys, [S].
    """
    distance, buckets = keys - queries.unsqueeze(-1), config.buckets
    if config.causal:
        start, steps = torch.zeros_like(distance), (-distance).clamp_min(0)
    else:
        buckets //= 2  # one half for what lies before, one for what follows
        start, steps = (distance > 0).long() * buckets, distance.abs()
    exact = buckets // 2
    shares = (steps.float() / exact).log() / math.log(config.reach / exact)
    far = (exact + (shares * (buckets - exact)).clamp(0, buckets).long()).clamp_max(buckets - 1)
    return start + torch.where(steps < exact, steps, far)
