"""Intervals for scores in order of time: the bootstrap draws blocks of neighbouring dates.

Rows of one date are drawn together, so that a panel's series may rise and fall as one. The length
of the blocks is read off the autocorrelation, and BCa's correction moves the tails, as for scores
without order (doubt.py). Blocks forget what lasts longer than they do: at an autocorrelation of
.8 plain quantiles of the draws hold a true mean 85 times in 100, not 95. So a mean's draws give
the shape of its interval and the slow waves of diebold.py the spread; test and interval agree.
Other statistics get blocks twice as long and Student's tails with as many units as blocks.

Shapes: n rows, D dates, R resamples.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from umbrella.base.errors import ConfigError
from umbrella.base.seeds import generator
from umbrella.score.diebold import autocovariances, wave_count, wave_variance
from umbrella.score.doubt import RESAMPLES, Interval
from umbrella.score.resample import MOST_LEFT_OUT, bca, check_finite, chunks

KINDS = ("stationary", "circular")
LEAST_BLOCKS = 4  # fewer tell nothing


def block_length(values: NDArray, kind: str = "stationary") -> float:
    """Mean length of the blocks that estimates the spread of a mean best, in [1, 3√D or D / 3].

    Args:
        values: one number a date, [D].
        kind: "stationary" (lengths vary) or "circular" (all the same).

    Source: Politis & White 2004, Econometric Reviews 23:53, corrected by Patton, Politis & White
    2009, Econometric Reviews 28:372.
    """
    x, n = np.asarray(values, np.float64), len(values)
    _check_kind(kind)
    if n < 4 or np.ptp(x) <= 1e-12 * np.abs(x).max():
        return 1.0
    run = max(5, int(np.sqrt(np.log10(n))))
    most = min(int(np.ceil(np.sqrt(n))) + run, n - 1)
    covariances = autocovariances(x, most)
    loud = np.abs(covariances[1:] / covariances[0]) > 2 * np.sqrt(np.log10(n) / n)
    lags = min(2 * _first_quiet(loud, run), most)
    k = np.arange(-lags, lags + 1)
    flat_top = np.clip(2 * (1 - np.abs(k) / lags), 0, 1)
    weighted = flat_top * covariances[np.abs(k)]
    variance = weighted.sum()
    factor = 2.0 if kind == "stationary" else 4 / 3
    if variance <= 0:
        return 1.0
    best = (2 * (np.abs(k) @ weighted) ** 2 / (factor * variance**2)) ** (1 / 3) * n ** (1 / 3)
    return float(np.clip(best, 1, max(1, np.ceil(min(3 * np.sqrt(n), n / 3)))))


def block_mean(
    values: NDArray,
    weights: NDArray | None = None,
    *,
    dates: NDArray | None = None,
    kind: str = "stationary",
    length: float | None = None,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Interval of a mean, or of a ratio of two means.

    Args:
        values: [n], in order of time where no dates are given.
        weights: the ratio's lower half, [n]; its total must not be zero. Left out: 1 each.
        dates: date of every row, [n]; whole dates are drawn.
        kind: of the blocks, as for `block_length`.
        length: mean length of a block in dates; chosen from the values when left out.
        level: coverage wanted. resamples, seed: of the draws.

    Returns:
        The interval; (-∞, ∞) when there are fewer than four blocks of dates.

    Raises:
        ConfigError: values that are not finite, lengths that differ, an unknown kind.

    Source: Politis & Romano 1994, J. Am. Stat. Ass. 89:1303 (stationary), and 1992 (circular).
    """
    upper = np.asarray(values, np.float64)
    lower = np.ones_like(upper) if weights is None else np.asarray(weights, np.float64)
    check_finite(upper)
    check_finite(lower)
    index, count = _dates(len(upper), dates)
    upper = np.bincount(index, upper, count).astype(np.float64)
    lower = np.bincount(index, lower, count).astype(np.float64)
    if count == 0 or lower.sum() == 0:
        raise ConfigError("The lower half of a ratio adds up to nothing. Leave the ratio out.")
    whole = upper.sum() / lower.sum()
    off = upper - whole * lower  # what every date adds to the error of the ratio
    length = length or block_length(off, kind)
    name = f"{kind} block bootstrap, {length:.1f} dates a block"
    if count < LEAST_BLOCKS * length:
        return Interval(-np.inf, np.inf, level, name)
    drawn = np.concatenate(
        [
            upper[at].sum(axis=1) / lower[at].sum(axis=1)
            for at in draws(count, length, kind, resamples, seed)
        ]
    )
    starts = np.arange(0, count, int(np.ceil(length)))
    left_upper = upper.sum() - np.add.reduceat(upper, starts)
    left_lower = lower.sum() - np.add.reduceat(lower, starts)
    left_out = left_upper[left_lower != 0] / left_lower[left_lower != 0]
    waves = wave_count(off)
    spread = np.sqrt(wave_variance(off, waves) / count) / abs(lower.mean())
    wider = spread / drawn.std() if np.ptp(drawn) > 0 else 1.0
    return _interval((float(whole), drawn, left_out), waves, wider, level, name)


def block_statistic(
    rows: NDArray,
    statistic: Callable[[NDArray], float],
    *,
    dates: NDArray | None = None,
    kind: str = "stationary",
    length: float | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """The same for any statistic of rows, e.g. a Sharpe ratio.

    Args:
        rows: [n] or [n, …].
        statistic: rows → number, of whole dates in any order.
        length: twice the longest of the columns' own when left out.
        The rest: as for `block_mean`.
    """
    rows = np.asarray(rows, np.float64)
    check_finite(rows)
    index, count = _dates(len(rows), dates)
    if length is None:
        flat = rows.reshape(len(rows), -1).T
        daily = [np.bincount(index, one, count) / np.bincount(index) for one in flat]
        length = min(2 * max(block_length(one, kind) for one in daily), max(1, count / 5))
    units, name = count / length, f"{kind} block bootstrap, {length:.1f} dates a block"
    if units < LEAST_BLOCKS:
        return Interval(-np.inf, np.inf, level, name)
    order = np.argsort(index, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(index))[:-1])
    single = dates is None
    drawn = np.array(
        [
            statistic(rows[at if single else np.concatenate([members[date] for date in at])])
            for several in draws(count, length, kind, resamples, seed)
            for at in several
        ]
    )
    block = index * min(int(units), MOST_LEFT_OUT) // count
    left_out = np.array([statistic(rows[block != one]) for one in range(block.max() + 1)])
    wider = np.sqrt(units / (units - 1))
    return _interval((float(statistic(rows)), drawn, left_out), units - 1, wider, level, name)


def draws(
    dates: int, length: float, kind: str, resamples: int, seed: int
) -> Iterator[NDArray[np.int64]]:
    """Resampled dates, [R, D] in chunks; the last date is followed by the first.

    Args:
        dates: D.
        length: mean length of a block, at least 1; rounded up when circular.
    """
    _check_kind(kind)
    rng, step = generator(seed, "blocks"), np.arange(dates)
    for size in chunks(resamples, dates):
        if kind == "circular":
            fresh = np.broadcast_to(step % int(np.ceil(length)) == 0, (size, dates)).copy()
        else:
            fresh = rng.random((size, dates), dtype=np.float32) < 1 / length
        fresh[:, 0] = True
        begun = np.flatnonzero(fresh)
        shift = rng.integers(0, dates, len(begun)) - begun % dates  # one start a block
        drawn = np.repeat(shift, np.diff(begun, append=size * dates)).reshape(size, dates)
        del fresh, begun, shift  # a chunk is large: one of it is held at a time
        drawn += step
        drawn %= dates
        yield drawn


def _first_quiet(loud: NDArray[np.bool_], run: int) -> int:
    """The lag from which on `run` autocorrelations in a row are no more than noise."""
    quiet = np.convolve(~loud, np.ones(run), "valid") == run
    return int(np.argmax(quiet)) + 1 if quiet.any() else len(loud)


def _dates(rows: int, dates: NDArray | None) -> tuple[NDArray[np.int64], int]:
    if dates is None:
        return np.arange(rows), rows
    if np.shape(dates) != (rows,):
        raise ConfigError(f"{rows:,} rows came with dates of shape {np.shape(dates)}: one each.")
    names, index = np.unique(np.asarray(dates), return_inverse=True)
    return index, len(names)


def _interval(
    found: tuple[float, NDArray, NDArray], degrees: float, wider: float, level: float, name: str
) -> Interval:
    """BCa's limits with Student's tails, the draws' spread taken `wider` times."""
    if not 0 < level < 1:
        raise ConfigError(f"level={level} is not between 0 and 1. 0.95 is usual.")
    whole, drawn, left_out = found
    z = stdtrit(degrees, (1 + level) / 2)
    low, high = bca((whole, whole + (drawn - whole) * wider, left_out), np.array([-z, z]))
    return Interval(float(low), float(high), level, name)


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ConfigError(f"kind={kind!r} is not known. Choose one of {', '.join(KINDS)}.")
