"""Rows as values on a grid of places, and what is done to the places: shuffled once, or moved.

Shapes: N rows, C channels, H × V places; H is 1 for a signal.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError
from umbrella.base.seeds import generator
from umbrella.data.codecs.picture import shape_of
from umbrella.fit.prepare import Prepared
from umbrella.fit.views import View, Views
from umbrella.models.rungs.signal import LARGEST, sense
from umbrella.models.signal.reach import LEAST

FARTHEST = 4  # places that judged rows are moved by, at most
LOOKED = 64  # pictures whose edges are read, to see whether they are large enough


@dataclass(frozen=True)
class Signals:
    """All rows on their grid.

    Args:
        values: [N, C, H, V], as the codec gives them.
        middle, spread: mean and deviation over the training rows; one pair for all places, since
            a place must not be told from another by its scale.
    """

    values: NDArray
    middle: float
    spread: float

    @property
    def grid(self) -> tuple[int, int]:
        """H and V."""
        return self.values.shape[2], self.values.shape[3]

    @property
    def shifts(self) -> range:
        """By how many places rows are moved: 1 to 4, but a quarter of the shortest side at most."""
        side = min(side for side in self.grid if side > 1)
        return range(1, max(1, min(FARTHEST, side // 4)) + 1)


def signals(views: Views, prepared: Prepared) -> Signals:
    """See the rows as signals or pictures.

    Args:
        views: makes the codec's arrays.
        prepared: rows and parts.

    Raises:
        ConfigError: they are neither.
        DataError: too small to tell near places from far ones, or without any variation.
    """
    kinds = [prepared.table.kinds[name] for name in prepared.columns]
    rung = sense(prepared.kind, kinds)
    view = views.get(rung, {}, prepared.columns)
    shape = np.shape(_array(view))
    if len(shape) == 4:
        _refuse_small(prepared)
        if shape[1] > LARGEST:
            view = views.get(rung, {"size": LARGEST}, prepared.columns)
    values = _on_grid(view, prepared.part("train"))
    if values.shape[3] < LEAST:
        raise ConfigError(
            f"--why needs signals of at least {LEAST} numbers; these rows have "
            f"{values.shape[3]}. Leave --why out, or name more columns with --use."
        )
    train = values[prepared.part("train")].astype(np.float64)
    spread = float(train.std())
    if not spread > 0:
        raise DataError(
            "Every value of the training rows is the same: nothing can be learned from them. "
            "Choose other columns with --use."
        )
    return Signals(values, float(train.mean()), spread)


def shuffled(values: NDArray, seed: int) -> NDArray:
    """All rows with their places in one other order: the same for every row and every part.

    Args:
        values: [N, C, H, V]; the channels of a place stay together.
        seed: the order follows from it and the number of places alone.
    """
    order = generator(seed, "shuffle").permutation(prod(values.shape[2:]))
    return values.reshape(*values.shape[:2], -1)[:, :, order].reshape(values.shape)


def moved(values: NDArray, places: int) -> list[NDArray]:
    """The rows moved by so many places in every direction: left, right, and up, down.

    What comes in at the border repeats what was there, as no row says what lies beyond.

    Args:
        values: [N, C, H, V].
        places: by how many.

    Returns:
        Two arrays of the same shape for signals, four for pictures.
    """
    out = []
    for axis in (axis for axis in (2, 3) if values.shape[axis] > 1):
        size = values.shape[axis]
        for step in (places, -places):
            from_where = np.clip(np.arange(size) - step, 0, size - 1)
            out.append(values.take(from_where, axis=axis))
    return out


def _array(view: View) -> NDArray:
    (array,) = view.arrays.values()
    assert isinstance(array, np.ndarray), "pictures and numbers are not ragged"
    return array


def _on_grid(view: View, train: NDArray) -> NDArray:
    array = _array(view)
    if array.ndim == 2:
        return filled(array, train)[:, None, None, :]
    grey = all(np.array_equal(array[..., 0], array[..., other]) for other in (1, 2))
    planes = np.moveaxis(array[..., :1] if grey else array, 3, 1)  # grey needs no channel twice
    return np.ascontiguousarray(planes)


def filled(array: NDArray, train: NDArray) -> NDArray:
    """Gaps of a signal filled with the mean of the training rows at that place, else with 0."""
    gaps = np.isnan(array)
    if not gaps.any():
        return array
    known = np.maximum((~gaps[train]).sum(axis=0), 1)
    usual = np.nan_to_num(array[train]).sum(axis=0) / known
    return np.where(gaps, usual, array).astype(array.dtype)


def _refuse_small(prepared: Prepared) -> None:
    """Refuse pictures of so few pixels that the codec would have to invent some."""
    (name,) = prepared.columns
    cells = [cell for cell in next(prepared.batches("train"))[name][:LOOKED] if cell]
    edges = [min(shape_of(cell)) for cell in cells]
    if edges and float(np.median(edges)) < LEAST:
        raise DataError(
            f"--why needs pictures of at least {LEAST} × {LEAST} pixels; these have "
            f"{int(np.median(edges))} along their shorter side. Leave --why out, or use larger "
            f"pictures."
        )
