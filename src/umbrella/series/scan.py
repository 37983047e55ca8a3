"""The same averages along time, for one or a few long series: doubled steps instead of a loop.

y[t] = a[t]·y[t−1] + b[t] from y[−1] = 0 is solved for a block of n rows in log2(n) passes: after a
pass each row has taken in twice as many rows before it (Hillis & Steele 1986; Blelloch 1990 for
pairs). What came before the block enters by subtracting the average so far from the block: an
average moves with its values. Where alpha is constant, far from the start, scipy's `lfilter` does
the same. How a row is computed is decided by rows up to it alone, so that it is bitwise the same
whatever follows. Letters: T rows, n rows of a block, S series; blocks have time last.
"""

import numpy as np
from numpy.typing import NDArray

from umbrella.series.plan import Plan, Running, refuse_infinite

Floats = NDArray[np.float64]
Seen = NDArray[np.bool_]
BLOCK = 8_192  # values of a block: fits the cache
FIRST = 128  # rows of the first block: short series, and states that go on by a row
LONG = 131_072  # values from which on `lfilter` is worth its import; also its block
QUICK = 0.01  # alpha below which `lfilter` would add up too many roundings
STRETCH = 32  # rows that are stepped through side by side where every row has its own factor
NOTHING = 1e-18  # a factor that changes no double


def average(values_TS: NDArray, out_TS: NDArray, plan: Plan, running: Running) -> None:
    """Fill `out_TS` block by block; `running` is moved on."""
    rows, series = values_TS.shape
    at = 0
    while at < rows:
        steady = _is_steady(plan, running)
        one_factor = steady or (plan.adjust and not plan.ignore_nan and plan.decays_T is None)
        far = one_factor and at * series >= LONG and plan.alpha >= QUICK
        most = (LONG if far else BLOCK) // series if at else FIRST
        stop = min(rows, at + max(most, 1))
        x_Sn = np.ascontiguousarray(values_TS[at:stop].T, dtype=np.float64)
        seen_Sn = None if np.isfinite(x_Sn.sum()) else np.isfinite(x_Sn)
        if seen_Sn is not None:
            refuse_infinite(x_Sn.T, at, 0)
            whole = int(np.append(~seen_Sn.all(axis=0), True).argmax())  # rows before the first gap
            if steady and whole:  # up to the gap; the next turn begins with it
                x_Sn, seen_Sn = x_Sn[:, :whole], None
        if steady and seen_Sn is None:
            y_Sn = _steady(x_Sn, plan, running, far)
        else:
            seen_Sn = np.ones(x_Sn.shape, bool) if seen_Sn is None else seen_Sn
            y_Sn = _changing(x_Sn, seen_Sn, plan, running, at, far)
        out_TS[at : at + x_Sn.shape[1]] = y_Sn.T
        at += x_Sn.shape[1]


def _is_steady(plan: Plan, running: Running) -> bool:
    """Whether a value without a gap before it now weighs alpha, in every series."""
    started = max(plan.seed, plan.min_count)
    if plan.decays_T is not None or (running.count_S < started).any():
        return False
    full = 1.0 / plan.alpha if plan.adjust else 1.0
    return bool((np.abs(running.weight_S - full) <= 1e-15 * full).all())


def _steady(x_Sn: Floats, plan: Plan, running: Running, far: bool) -> Floats:
    """One weight for all rows, and no gaps."""
    start_S1 = running.value_S[:, None]
    if far:
        y_Sn = _filter(x_Sn, plan.alpha, 1.0 - plan.alpha, start_S1)
    else:
        y_Sn = _double((x_Sn - start_S1) * plan.alpha, 1.0 - plan.alpha)
        y_Sn += start_S1
    running.value_S[:] = y_Sn[:, -1]
    running.count_S += x_Sn.shape[1]
    return y_Sn


def _double(b_Sn: Floats, left: float) -> Floats:
    """y[t] = left·y[t−1] + b[t] from y[−1] = 0, in place of `b`."""
    step, factor, spare_Sn = 1, left, np.empty_like(b_Sn)
    while step < b_Sn.shape[1] and factor > NOTHING:
        np.multiply(b_Sn[:, :-step], factor, out=spare_Sn[:, step:])
        b_Sn[:, step:] += spare_Sn[:, step:]
        step, factor = 2 * step, factor * factor
    return b_Sn


def _filter(b_Sn: Floats, gain: float, left: float, start_S1: Floats) -> Floats:
    """y[t] = left·y[t−1] + gain·b[t] from y[−1] = start."""
    from scipy.signal import lfilter

    return lfilter([gain], [1.0, -left], b_Sn, axis=1, zi=left * start_S1)[0]


def _changing(
    x_Sn: Floats, seen_Sn: Seen, plan: Plan, running: Running, at: int, far: bool
) -> Floats:
    """A weight for every row and series: starts, gaps, clocks."""
    start_S1, rows = _start(x_Sn, seen_Sn, running), x_Sn.shape[1]
    step_Sn = np.where(seen_Sn, x_Sn - start_S1, 0.0)
    count_Sn = running.count_S[:, None] + np.cumsum(seen_Sn, axis=1)
    left_1n = np.full((1, rows), 1.0 - plan.alpha)
    if plan.decays_T is not None:
        left_1n[0] = plan.decays_T[at : at + rows]
    left_Sn = np.where(seen_Sn, left_1n, 1.0) if plan.ignore_nan else left_1n
    if plan.adjust:
        y_Sn, old_Sn = _weighted_sums(step_Sn, seen_Sn, left_Sn, plan, running, at, far)
        running.weight_S[:] = old_Sn[:, -1]
    else:
        old_Sn = _old_weights(left_Sn, seen_Sn, plan, running, at)
        weight_Sn = (
            1.0 - old_Sn if plan.decays_T is not None else plan.alpha / (old_Sn + plan.alpha)
        )
        if plan.seed:
            early_Sn = (count_Sn > 0) & (count_Sn <= plan.seed)
            np.divide(1.0, count_Sn, out=weight_Sn, where=early_Sn)
        weight_Sn = np.where(seen_Sn, weight_Sn, 0.0)
        y_Sn, _ = solve(1.0 - weight_Sn, weight_Sn * step_Sn, not at)
        running.weight_S[:] = np.where(seen_Sn[:, -1], 1.0, old_Sn[:, -1])
    _hold(y_Sn, seen_Sn)
    y_Sn += start_S1
    running.value_S[:], running.count_S[:] = y_Sn[:, -1], count_Sn[:, -1]
    if (count_Sn[:, 0] < plan.min_count).any():
        y_Sn[count_Sn < plan.min_count] = np.nan
    return y_Sn


def _start(x_Sn: Floats, seen_Sn: Seen, running: Running) -> Floats:
    """The average before the block; where none has begun its first value, for the digits' sake."""
    first_S1 = np.take_along_axis(x_Sn, seen_Sn.argmax(axis=1)[:, None], axis=1)
    new_S1 = (running.count_S == 0)[:, None] & ~np.isnan(first_S1)
    return np.where(new_S1, first_S1, running.value_S[:, None])


def _weighted_sums(
    step_Sn: Floats,
    seen_Sn: Seen,
    left_Sn: Floats,
    plan: Plan,
    running: Running,
    at: int,
    far: bool,
) -> tuple[Floats, Floats]:
    """Weighted sum over sum of weights, at values; and the sum of weights."""
    series, rows = step_Sn.shape
    weight_S1 = running.weight_S[:, None]
    if plan.ignore_nan or plan.decays_T is not None:
        twice = left_Sn if len(left_Sn) == 1 else np.concatenate([left_Sn, left_Sn])
        both, product = solve(twice, np.concatenate([step_Sn, seen_Sn]), not at)
        sums_Sn, old_Sn = both[:series], both[series:] + product[:series] * weight_S1
    elif far:  # one factor for all rows
        sums_Sn = _filter(step_Sn, 1.0, 1.0 - plan.alpha, np.zeros_like(weight_S1))
        old_Sn = _filter(seen_Sn.astype(np.float64), 1.0, 1.0 - plan.alpha, weight_S1)
    else:
        sums_Sn = _double(step_Sn, 1.0 - plan.alpha)
        old_Sn = _double(seen_Sn.astype(np.float64), 1.0 - plan.alpha)
        old_Sn += (1.0 - plan.alpha) ** np.arange(1.0, rows + 1) * weight_S1
    return sums_Sn / np.where(seen_Sn, old_Sn, 1.0), old_Sn


def _old_weights(left_Sn: Floats, seen_Sn: Seen, plan: Plan, running: Running, at: int) -> Floats:
    """What all before a row weighs at it, where a value sets it to 1: the product since then."""
    weight_S1 = running.weight_S[:, None]
    if seen_Sn.all():
        old_Sn = np.broadcast_to(left_Sn, seen_Sn.shape).copy()
        old_Sn[:, :1] *= weight_S1
        return old_Sn
    fresh_Sn = np.concatenate([np.zeros_like(seen_Sn[:, :1]), seen_Sn[:, :-1]], axis=1)
    if plan.decays_T is not None or plan.ignore_nan:
        old_Sn, product = solve(
            np.where(fresh_Sn, 0.0, left_Sn), np.where(fresh_Sn, left_Sn, 0.0), not at
        )
        return old_Sn + product * weight_S1
    row_n = np.arange(seen_Sn.shape[1])
    value_Sn = np.where(fresh_Sn, row_n, 0)  # the row after the last value, 0 before any
    since_Sn = row_n - np.maximum.accumulate(value_Sn, axis=1) + 1
    powers = np.power(1.0 - plan.alpha, np.arange(since_Sn.max() + 1.0))  # few: gaps are short
    old_Sn = powers[since_Sn]
    begun_Sn = row_n > np.where(seen_Sn.any(axis=1), seen_Sn.argmax(axis=1), len(row_n))[:, None]
    return np.where(begun_Sn, old_Sn, old_Sn * weight_S1)


def _hold(y_Sn: Floats, seen_Sn: Seen) -> None:
    """At a gap the last value stands, exactly; before the first one the block's start, 0."""
    if seen_Sn.all():
        return
    at_Sn = np.where(seen_Sn, np.arange(y_Sn.shape[1]), -1)
    np.maximum.accumulate(at_Sn, axis=1, out=at_Sn)
    y_Sn[:] = np.where(at_Sn < 0, 0.0, np.take_along_axis(y_Sn, np.maximum(at_Sn, 0), axis=1))


def solve(a_Sn: Floats, b_Sn: Floats, is_first: bool) -> tuple[Floats, Floats]:
    """y[t] = a[t]·y[t−1] + b[t] from y[−1] = 0: stretches side by side, then their ends in doubles.

    Args:
        a_Sn: [S, n], or [1, n] for all series; any finite numbers, those of averages are in [0, 1].
        b_Sn: [S, n].
        is_first: the block is short: doubles only.

    Returns:
        y [S, n], and the running product of `a` from the first row on, shaped like `a`.
    """
    if is_first:  # never asked by length: that would depend on what follows
        return _solve_doubling(a_Sn, b_Sn)
    a, b = _stand_up(a_Sn), _stand_up(b_Sn)  # [STRETCH, S, stretches]
    for row in range(1, STRETCH):
        b[row] += a[row] * b[row - 1]
        a[row] *= a[row - 1]
    ends_b, ends_a = b[-1], a[-1]
    ends_b, ends_a = _solve_doubling(ends_a, ends_b)
    b[:, :, 1:] += a[:, :, 1:] * ends_b[:, :-1]
    a[:, :, 1:] *= ends_a[:, :-1]
    rows = b_Sn.shape[1]
    return _lie_down(b, rows), _lie_down(a, rows)


def _stand_up(block_Sn: Floats) -> Floats:
    """[S, n] → [STRETCH, S, stretches], filled up with zeros."""
    series, rows = block_Sn.shape
    full = np.zeros((series, -(-rows // STRETCH) * STRETCH))
    full[:, :rows] = block_Sn
    return np.ascontiguousarray(full.reshape(series, -1, STRETCH).transpose(2, 0, 1))


def _lie_down(block: Floats, rows: int) -> Floats:
    """Back to [S, n]."""
    return block.transpose(1, 2, 0).reshape(block.shape[1], -1)[:, :rows]


def _solve_doubling(a_Sn: Floats, b_Sn: Floats) -> tuple[Floats, Floats]:
    """The same in log2(n) passes over all rows."""
    a, b = a_Sn.astype(np.float64), b_Sn.astype(np.float64)
    step = 1
    while step < b.shape[1]:
        b[:, step:] += a[:, step:] * b[:, :-step]
        a[:, step:] = a[:, step:] * a[:, :-step]
        step *= 2
    return b, a
