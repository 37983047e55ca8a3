"""Sums of products of windows and what followed them: all that a linear forecast needs to know.

    X'X, X'Y, Σ Y², …  over origins with window x [V] and targets y [H]

Windows are cut out a few thousand at a time, so memory does not grow with their number. Where many
origins of a series follow one another, their windows are shifted copies of one stretch v, and the
products need not be summed again for each pair of lags:

    G_ij = Σ_t v[t + i] v[t + j],   G_{i+1, j+1} = G_ij + v[n + i] v[n + j] − v[i] v[j]

which costs n D + D² steps rather than n D². Values relative to the origin are differences of such
lags, so their sums follow from G.

Shapes: n origins, V numbers of a window, L steps back, H ahead, D = L + H, K known ahead.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs.windows import Ahead, Windows

CELLS = 2**22  # numbers cut out at once: 32 MB
KNOWN = 0.8  # share of an origin's targets, at least
LONG = 2  # times D: the origins in a row from which shifting pays

Design = Callable[[NDArray], NDArray]  # windows [k, L, C] → [k, V]


@dataclass
class Sums:
    """See the module docstring; all float64. K is 0 where nothing is known ahead.

    Args:
        rows: n.
        xx, xy, x, y, yy: [V, V], [V, H], [V], [H] and [H].
        xa, aa, ay, a: products with what is known of each step ahead by itself, [V, H, K],
            [H, K, K], [H, K] and [H, K].
    """

    rows: int
    xx: NDArray[np.float64]
    xy: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    yy: NDArray[np.float64]
    xa: NDArray[np.float64]
    aa: NDArray[np.float64]
    ay: NDArray[np.float64]
    a: NDArray[np.float64]

    @classmethod
    def over(
        cls,
        x_nV: NDArray[np.float64],
        y_nH: NDArray[np.float64],
        a_nHK: NDArray[np.float64] | None = None,
    ) -> "Sums":
        """Of origins laid out."""
        if a_nHK is None:
            a_nHK = np.zeros((*y_nH.shape, 0))
        n, horizon, known = a_nHK.shape
        xa = (x_nV.T @ a_nHK.reshape(n, horizon * known)).reshape(x_nV.shape[1], horizon, known)
        steps = a_nHK.transpose(1, 2, 0)
        ay = (steps @ y_nH.T[:, :, None])[:, :, 0]
        aa, a = steps @ steps.transpose(0, 2, 1), a_nHK.sum(0)
        plain = (x_nV.T @ x_nV, x_nV.T @ y_nH, x_nV.sum(0), y_nH.sum(0), (y_nH**2).sum(0))
        return cls(n, *plain, xa, aa, ay, a)

    def __add__(self, other: "Sums") -> "Sums":
        if not other.rows or not self.rows:
            return self if self.rows else other
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def of_first(self, numbers: int) -> "Sums":
        """Of the first so many numbers of a window, and nothing that is known ahead."""
        horizon = self.xy.shape[1]
        return replace(
            self,
            xx=self.xx[:numbers, :numbers],
            xy=self.xy[:numbers],
            x=self.x[:numbers],
            xa=np.zeros((min(numbers, len(self.x)), horizon, 0)),
            aa=np.zeros((horizon, 0, 0)),
            ay=np.zeros((horizon, 0)),
            a=np.zeros((horizon, 0)),
        )

    def with_one(self) -> "Sums":
        """With the number 1 as one more thing that is known of every step, after the others."""
        numbers, horizon, known = self.xa.shape
        ones = np.broadcast_to(self.x[:, None, None], (numbers, horizon, 1))
        aa = np.empty((horizon, known + 1, known + 1))
        aa[:, :known, :known], aa[:, known, known] = self.aa, self.rows
        aa[:, known, :known] = aa[:, :known, known] = self.a
        return replace(
            self,
            xa=np.concatenate([self.xa, ones], axis=2),
            aa=aa,
            ay=np.concatenate([self.ay, self.y[:, None]], axis=1),
            a=np.concatenate([self.a, np.full((horizon, 1), float(self.rows))], axis=1),
        )

    def errors(
        self, weights: NDArray[np.float64], known: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Sum of the squared errors of x W + a · A at every step ahead, [H].

        Args:
            weights: W [V, H].
            known: A [H, K].
        """
        of_past = (weights * (self.xx @ weights - 2 * self.xy)).sum(axis=0)
        of_known = (known * ((self.aa @ known[:, :, None])[:, :, 0] - 2 * self.ay)).sum(axis=1)
        both = np.einsum("vh,vhk,hk->h", weights, self.xa, known)
        whole: NDArray[np.float64] = self.yy + of_past + of_known + 2 * both
        return whole


def sums_of(
    past: Any,
    targets: Any,
    rows: NDArray[np.int64],
    design: Design | None = None,
    steps: slice = slice(None),
    ahead: Any = None,
) -> Sums:
    """Sum over origins whose targets are known.

    Origins whose targets end within the steps are left out. A step that is unknown between known
    ones counts as the one before it, where no more than a fifth are unknown.

    Args:
        past: [N, L, C], an array or `Windows`.
        targets: [N, H], an array or `Ahead`.
        rows: origins, as row numbers of both.
        design: the numbers of a window that count; the target's steps alone by default.
        steps: ahead; all by default.
        ahead: [N, H, K], what is known of the steps ahead, or None.
    """
    window, horizon = past.shape[1], targets.shape[1]
    first, last, _ = steps.indices(horizon)
    known = 0 if ahead is None else ahead.shape[2]
    whole = Sums.over(np.zeros((0, 0)), np.zeros((0, last - first)))
    plain = (design is None or past.shape[2] == 1) and not known and (first, last) == (0, horizon)
    if plain and isinstance(past, Windows) and isinstance(targets, Ahead) and past.relative[0]:
        long, rows = _stretches(past, targets, rows)
        for stretch in long:
            whole = whole + _shifted(stretch, window, horizon)
    for some in _pieces(rows, past.shape[1] * past.shape[2] + horizon * (1 + known)):
        x_nV = np.asarray(past[some][:, :, 0] if design is None else design(past[some]), np.float64)
        y_nH, usable = _filled(targets[some][:, first:last].astype(np.float64))
        a_nHK = None
        if ahead is not None:
            a_nHK = np.nan_to_num(ahead[some][:, first:last].astype(np.float64))[usable]
        whole = whole + Sums.over(x_nV[usable], y_nH[usable], a_nHK)
    return whole


def _filled(y_kH: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Targets with gaps filled by the step before, and which rows are known well enough."""
    known = np.isfinite(y_kH)
    if known.all():
        return y_kH, known[:, 0]
    at = np.maximum.accumulate(np.where(known, np.arange(y_kH.shape[1]), -1), axis=1)
    filled = np.where(at < 0, 0.0, np.take_along_axis(y_kH, np.maximum(at, 0), axis=1))
    return filled, known[:, -1] & (known.mean(axis=1) >= KNOWN)


def _pieces(rows: NDArray[np.int64], width: int) -> Iterator[NDArray[np.int64]]:
    each = max(1, CELLS // width)
    for start in range(0, len(rows), each):
        yield rows[start : start + each]


def _stretches(
    past: Windows, targets: Ahead, rows: NDArray[np.int64]
) -> tuple[list[NDArray[np.float64]], NDArray[np.int64]]:
    """Stretches of values over which many origins follow one another, and the other rows.

    A stretch of n + D − 1 values serves n origins; it is scaled, and nothing in it is unknown.
    """
    window, horizon = past.length, targets.length
    rows = rows[np.argsort(past.origins[rows], kind="stable")]
    at, scales = past.origins[rows], past.scales[rows]
    breaks = (np.diff(at) != 1) | (np.diff(past.firsts[at]) != 0) | (np.diff(scales) != 0)
    long, rest = [], []
    for run in np.split(np.arange(len(rows)), np.flatnonzero(breaks) + 1):
        steps = at[run]
        early = steps - window + 1 < past.firsts[steps[:1]]
        late = steps + horizon > targets.lasts[steps[-1:]]
        inner = run[~early & ~late]
        if len(inner) < LONG * (window + horizon):
            rest.append(rows[run])
            continue
        span = slice(at[inner[0]] - window + 1, at[inner[-1]] + horizon + 1)
        values = past.values[span, 0]
        if not _are_one(past, targets, rows[inner], span):
            rest.append(rows[run])
            continue
        long.append((values - values.mean()) / scales[inner[0]])
        rest.append(rows[run[early | late]])
    return long, np.concatenate(rest) if rest else rows


def _are_one(past: Windows, targets: Ahead, rows: NDArray[np.int64], span: slice) -> bool:
    """Whether targets are the same values in the same measure as windows, none of them unknown."""
    return bool(
        targets.scales is not None
        and targets.base is not None
        and np.array_equal(targets.origins[rows], past.origins[rows])
        and np.array_equal(targets.scales[rows], past.scales[rows])
        and np.array_equal(targets.base[rows], past.values[past.origins[rows], 0])
        and np.array_equal(targets.values[span, 0], past.values[span, 0])
    )


def _shifted(values: NDArray[np.float64], window: int, horizon: int) -> Sums:
    """Sums over all origins of a stretch, relative to the value at each origin."""
    size = window + horizon
    n, last = len(values) - size + 1, window - 1
    lags = np.empty((size, size))
    lags[0] = np.correlate(values, values[:n], "valid")
    gone, come = values[:size], values[n : n + size]  # come is one short, and not asked for there
    for i in range(size - 1):
        more = come[i] * come[i : size - 1] - gone[i] * gone[i : size - 1]
        lags[i + 1, i + 1 :] = lags[i, i:-1] + more
    upper = np.triu_indices(size, 1)
    lags[upper[::-1]] = lags[upper]
    ends = np.concatenate([[0.0], np.cumsum(come[: size - 1] - gone[: size - 1])])
    totals = values[:n].sum() + ends
    to_last = lags[last]
    relative = lags - to_last[:, None] - to_last[None, :] + lags[last, last]
    sums = totals - totals[last]
    own = Sums.over(np.zeros((0, window)), np.zeros((0, horizon)))
    return replace(
        own,
        rows=n,
        xx=relative[:window, :window].copy(),
        xy=relative[:window, window:].copy(),
        x=sums[:window],
        y=sums[window:],
        yy=np.diag(relative)[window:].copy(),
    )
