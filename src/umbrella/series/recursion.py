"""One step of an exponential average, and the loop over time that takes it for many series at once.

Every form of the average is y ← y + w·(x − y), where the weight w of a new value follows from the
weight that all earlier ones still have (the rules are those of pandas' `ewm`, see its user guide):

    before a row    old ← old · decay       (unseen values too, unless gaps are ignored)
    at a value      w = 1 / (old + 1), then old ← old + 1            adjusted
                    w = alpha / (old + alpha), then old ← 1           recursive
                    w = 1 − old, then old ← 1                         recursive, by the clock
                    w = 1 / n for the first `seed` values             seeded by their mean
    at a gap        y stays

A series that has not begun has y = 0 and old = 0, so that its first value gets the weight 1.
Letters: T rows, S series.
"""

import numpy as np
from numpy.typing import NDArray

from umbrella.series import scan
from umbrella.series.plan import Plan, Running, refuse_infinite

Floats = NDArray[np.float64]
COLUMNS = 8_192  # series that are walked together: their rows stay in the cache
NARROW = 48  # up to so many series the loop over time costs more than scanning along it


def average(values_TS: NDArray, plan: Plan, running: Running) -> NDArray:
    """The averages of every series at every row; `running` is moved on in place.

    Args:
        values_TS: float32 or float64, NaN for gaps.
        plan: how.
        running: where they stand.

    Returns:
        [T, S] of the same precision; computed in float64. A row depends on no later row, to the
        last bit.

    Raises:
        ConfigError: an infinite value, named by its row and series.
    """
    rows, series = values_TS.shape
    out_TS = np.empty_like(values_TS)
    if not rows or not series:
        return out_TS
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        if series <= NARROW:
            scan.average(values_TS, out_TS, plan, running)
            return out_TS
        for start in range(0, series, COLUMNS):
            at = slice(start, start + COLUMNS)
            x_TS, part = values_TS[:, at], running.columns(at)
            if not x_TS[0].flags.c_contiguous:
                x_TS = np.ascontiguousarray(x_TS)
            whole = bool(np.isfinite(x_TS).all())
            if not whole:
                refuse_infinite(x_TS, 0, start)
            alike = all(one_S.min() == one_S.max() for one_S in (part.weight_S, part.count_S))
            walk = _walk_whole if whole and alike else _walk_gaps
            walk(x_TS, out_TS[:, at], plan, part)
    return out_TS


def _walk_whole(x_TS: NDArray, out_TS: NDArray, plan: Plan, running: Running) -> None:
    """No gaps and one age: the weight is one number a row, by the same arithmetic as below."""
    old, count = float(running.weight_S[0]), int(running.count_S[0])
    new = 1.0 if plan.adjust else plan.alpha
    decay, clock = 1.0 - plan.alpha, plan.decays_T is not None
    y_S, rows = running.value_S, np.empty((2, x_TS.shape[1]))
    keep = out_TS.dtype == np.float64
    for t in range(len(x_TS)):
        old *= plan.decays_T[t] if plan.decays_T is not None else decay
        count += 1
        if count <= plan.seed:
            weight = 1.0 / count
        else:
            weight = 1.0 - old if clock and not plan.adjust else new / (old + new)
        old = old + 1.0 if plan.adjust else 1.0
        row_S = out_TS[t] if keep else rows[t % 2]
        np.subtract(x_TS[t], y_S, out=row_S)
        np.multiply(row_S, weight, out=row_S)
        np.add(row_S, y_S, out=row_S)
        y_S = row_S
        if not keep:
            out_TS[t] = row_S
    running.value_S[:] = y_S
    early = max(0, plan.min_count - 1 - int(running.count_S[0]))
    out_TS[:early] = np.nan
    running.weight_S[:], running.count_S[:] = old, count


def _walk_gaps(x_TS: NDArray, out_TS: NDArray, plan: Plan, running: Running) -> None:
    """Every series with a weight of its own."""
    y_S, old_S, count_S = running.value_S, running.weight_S, running.count_S
    series = x_TS.shape[1]
    step_S, weight_S = np.empty(series), np.empty(series)
    seen_S, decay = np.empty(series, bool), 1.0 - plan.alpha
    counting = bool((count_S < max(plan.min_count, plan.seed + 1)).any())
    for t in range(len(x_TS)):
        x_S = x_TS[t]
        np.equal(x_S, x_S, out=seen_S)
        left = decay if plan.decays_T is None else plan.decays_T[t]
        if plan.ignore_nan:
            np.multiply(old_S, left, out=old_S, where=seen_S)
        else:
            np.multiply(old_S, left, out=old_S)
        count_S += seen_S
        _weigh(plan, old_S, weight_S, count_S if counting and plan.seed else None)
        np.subtract(x_S, y_S, out=step_S)
        np.multiply(step_S, weight_S, out=step_S)
        np.add(y_S, step_S, out=y_S, where=seen_S)
        if plan.adjust:
            old_S += seen_S
        else:
            np.copyto(old_S, 1.0, where=seen_S)
        out_TS[t] = y_S
        if counting:
            early_S = count_S < plan.min_count
            np.copyto(out_TS[t], np.nan, where=early_S)
            counting = bool((count_S < max(plan.min_count, plan.seed + 1)).any())


def _weigh(plan: Plan, old: Floats, out: Floats, count: NDArray[np.int64] | None) -> None:
    """The weight of a value that comes now, into `out`."""
    if plan.decays_T is not None and not plan.adjust:
        np.subtract(1.0, old, out=out)
    else:
        new = 1.0 if plan.adjust else plan.alpha
        np.add(old, new, out=out)
        np.divide(new, out, out=out)
    if count is not None:
        np.divide(1.0, count, out=out, where=(count > 0) & (count <= plan.seed))


def wilder(values_TS: Floats, window: int) -> Floats:
    """Wilder's average: the mean of the first `window` values, then alpha = 1 / window.

    Args:
        values_TS: [T, S], NaN for gaps.
        window: from 1.
    """
    plan = Plan(1.0 / window, adjust=False, seed=window, min_count=window)
    return average(values_TS, plan, Running.begin(values_TS.shape[1]))
