"""MNIST-1D made anew: ten shapes of twelve points, padded, stretched, moved, sheared and noised.

The recipe is that of Greydanus & Kobak 2020, "Scaling down deep learning", arXiv:2011.14439, as
their package mnist1d 0.0.2 (Apache-2.0) has it, constants included: with the same seed the rows are
the same. It stands here because the package needs a network library to import.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

SHAPES = (  # of the digits 0 to 9, before they are brought to mean 0, deviation 1 and start 0
    (5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5),
    (5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5),
    (5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5),
    (5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5),
    (5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5),
    (5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5),
    (5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5),
    (5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5),
    (5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5),
    (5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5),
)
PADDING = (36, 60)  # zeros put after a shape, at least and at most
LENGTH = 40  # numbers of a finished row
TALLER, MOVED, SHEARED = 0.4, 48, 0.75
SMOOTH_NOISE, PLAIN_NOISE = 0.25, 0.02
ROWS, SEED = 5000, 42


def make(rows: int = ROWS, seed: int = SEED) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Signals [N, 40] of mean 0 and deviation 1, and their digits [N], in random order."""
    draw = np.random.RandomState(seed)  # the published rows were drawn by this older generator
    shapes = np.array(SHAPES, dtype=float)
    shapes -= shapes.mean(1, keepdims=True)
    shapes /= shapes.std(1, keepdims=True)
    shapes = (shapes - shapes[:, :1]) / 6
    each = rows // len(shapes)
    signals = np.stack([_vary(shape, draw) for shape in shapes for _ in range(each)])
    order = draw.permutation(len(signals))
    digits = np.repeat(np.arange(len(shapes)), each)[order]
    signals = signals[order]
    return (signals - signals.mean()) / signals.std(), digits


def _vary(shape: NDArray, draw: np.random.RandomState) -> NDArray[np.float64]:
    """One row of one shape."""
    low, high = PADDING
    pad = low + int(draw.rand() * (high - low + 1))
    row = _stretch(np.concatenate([shape + 1e-8, np.zeros(pad)]), len(shape) + high)
    row = row * (1 + TALLER * (draw.rand() - 0.5))
    row = np.roll(row, draw.choice(MOVED))
    inside = row != 0
    noise = gaussian_filter(SMOOTH_NOISE * draw.randn(len(row)), 2)
    row = np.where(inside, row, noise) + PLAIN_NOISE * draw.randn(len(row))
    row = row - SHEARED * (draw.rand() - 0.5) * np.linspace(-0.5, 0.5, len(row))
    return _stretch(row, LENGTH)


def _stretch(row: NDArray, length: int) -> NDArray[np.float64]:
    """The same line seen at so many points."""
    return np.interp(np.linspace(0, 1, length), np.linspace(0, 1, len(row)), row)
