"""Forecasts of a shipped model: from the history of each series to dates, values and intervals.

Beyond the horizon that the model was trained for, its own forecast stands for the values to come
and the model is asked again; the intervals grow as errors did in the past, see growth.py.

Shapes: S series, H steps of the model's horizon, F steps asked for, Q levels.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.base.limits import LIMITS
from umbrella.data.codecs.history import History
from umbrella.lite.bundle import Bundle
from umbrella.lite.growth import growth
from umbrella.score.fan import Fan, fan
from umbrella.score.tracking import Ends

YEAR_10000 = 253_402_300_800_000_000  # microseconds since 1970
DIGITS = 6  # of a change that float32 knows after a few sums


@dataclass(frozen=True)
class Future:
    """What is forecast of one series.

    Args:
        name: of the series.
        stamps: [F] microseconds since 1970.
        middle: [F], half of the values to come lie above, as far as the model can tell.
        low, high: [Q, F].
        levels: [Q], share of values that each interval should hold.
        last: the last known value: the naive forecast of every step.
        season: [F] the last season again, the other naive forecast; NaN where the history does not
            hold a whole one, None where the model knows of none.
    """

    name: str
    stamps: NDArray[np.int64]
    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    levels: tuple[float, ...]
    last: float
    season: NDArray[np.float64] | None = None


def forecast(
    bundle: Bundle,
    histories: Sequence[History],
    steps: int | None = None,
    ends: Ends | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> list[Future]:
    """Forecast series beyond their last step.

    Args:
        bundle: a model of series.
        histories: one a series, each up to its last known step; as long as the model looks back
            (`bundle.window.reach` steps), or as long as there is.
        steps: F; the model's horizon by default.
        ends: of intervals that have learned since, see adapting.py; the model's own by default.
        advance: called with a number of steps ahead when they are forecast.

    Raises:
        BundleError: the model does not forecast.
        ConfigError: `steps` out of range, or further ahead than dates or memory go.
        DataError: a history that ends without a value, or covariates that are needed ahead.
    """
    horizon = horizon_of(bundle)
    wanted = horizon if steps is None else steps
    codec = bundle.window
    now = ended(bundle, histories)
    _require_near(wanted, now, codec)
    if wanted > horizon and codec.reads_others:
        raise ConfigError(
            f"--future {wanted} is beyond the horizon of {horizon}, and nobody knows the other "
            f"columns by then. Ask for at most {horizon}, or fit with a larger --horizon."
        )
    turns = _turns(bundle, now, wanted, ends, advance)
    sizes = np.ones(1)
    if len(turns) > 1:
        sizes = growth(
            lambda some, far: _middles(_turns(bundle, some, far)), codec, now, horizon, len(turns)
        )
    return [_joined(at, one, turns, codec, wanted, sizes) for at, one in enumerate(now)]


def _require_near(wanted: int, now: Sequence[History], codec: Any) -> None:
    """Refuse what lies further ahead than anybody could use, write down or hold in memory.

    Raises:
        ConfigError: with how far is possible.
    """
    if not 1 <= wanted <= LIMITS.steps_ahead:
        raise ConfigError(f"--future {wanted:,} is not in 1..{LIMITS.steps_ahead:,}.")
    most = LIMITS.rows_ahead // max(len(now), 1)
    if wanted > most:
        raise ConfigError(
            f"--future {wanted:,} of {len(now):,} series is {wanted * len(now):,} rows; at most "
            f"{LIMITS.rows_ahead:,} are forecast at once. Ask for at most {max(most, 1):,} steps, "
            f"or for fewer series at a time."
        )
    last = max((int(one.stamps[-1]) for one in now), default=0)
    if codec.frequency.code != "step" and last + wanted * codec.frequency.step >= YEAR_10000:
        most = (YEAR_10000 - last) // codec.frequency.step - 1
        raise ConfigError(
            f"--future {wanted:,} ends after the year 9999, which no date is written for. Ask for "
            f"at most {most:,} steps."
        )


def _turns(
    bundle: Bundle,
    now: Sequence[History],
    wanted: int,
    ends: Ends | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> list[Fan]:
    """Forecasts of a horizon each, every one from those before it."""
    spec, codec, turns = bundle.spec["task"], bundle.window, list[Fan]()
    horizon = int(spec["horizon"])
    with _scaled(codec, now):
        for left in range(wanted, 0, -horizon):
            outputs, sizes = bundle.fans(now)
            base, scales = codec.anchor(now)
            turns.append(fan(spec, outputs, base, scales, sizes, ends))
            advance(min(left, horizon))
            if left > horizon:
                middle = turns[-1].middle
                now = [_moved_on(one, made, codec) for one, made in zip(now, middle, strict=True)]
    return turns


@contextmanager
def _scaled(codec: Any, now: Sequence[History]) -> Iterator[None]:
    """Let series that are new to the model keep the scale of what is known of them: forecasts that
    are taken for values measure nothing.
    """
    fitted, names = codec.scales, [one.name for one in now]
    if not set(names) <= set(fitted) and len(set(names)) == len(names):
        scales = codec.anchor(now)[1].tolist()
        codec.scales = {**dict(zip(names, scales, strict=True)), **fitted}
    try:
        yield
    finally:
        codec.scales = fitted


def _middles(turns: Sequence[Fan]) -> NDArray[np.float64]:
    """[N, F] of turns one after the other."""
    return np.concatenate([turn.middle for turn in turns], axis=1)


def horizon_of(bundle: Bundle) -> int:
    """H.

    Raises:
        BundleError: the model does not forecast.
    """
    spec = bundle.spec["task"]
    if spec.get("task") != "forecast":
        raise BundleError(f"{bundle.name} does not forecast; it was fitted without --horizon.")
    return int(spec["horizon"])


def ended(bundle: Bundle, histories: Sequence[History]) -> list[History]:
    """Histories up to their last known value, and what is known ahead after it.

    Raises:
        DataError: as for `forecast`.
    """
    return [_ended(one, bundle.window, horizon_of(bundle)) for one in histories]


def _ended(history: History, codec: Any, horizon: int) -> History:
    """The history up to its last known value, and what is known ahead after it."""
    known = np.flatnonzero(np.isfinite(history.values[:, 0]))
    whose = f"Series {history.name!r}" if history.name else "The series"
    if not len(known):
        raise DataError(f"{whose} has no known value. Leave it out.")
    end = int(known[-1]) + 1
    foreseen = codec.config.known
    later = history.values[end : end + horizon, list(foreseen)]
    if foreseen and (len(later) < horizon or not np.isfinite(later).all()):
        empty = int((~np.isfinite(later)).any(axis=1).sum())
        raise DataError(
            f"{whose}: {len(later)} of the {horizon} steps after the last target are there, "
            f"{empty} of them with an empty cell in a column known ahead. Give all {horizon}, with "
            f"the target empty and those columns filled in."
        )
    stop = end + (horizon if foreseen else 0)
    return replace(
        history, values=history.values[:stop], stamps=history.stamps[:stop], after=stop - end
    )


def _moved_on(history: History, middle: NDArray[np.float64], codec: Any) -> History:
    """The history with a forecast as if it had come; of other columns nothing is known then.

    Of a series that the model knows the scale of, only the steps that it looks back over are kept,
    so that a turn costs the same however many came before it.
    """
    stamps = codec.frequency.ahead(int(history.stamps[-1]), len(middle), codec.zone)
    come = np.full((len(middle), history.values.shape[1]), np.nan)
    come[:, 0] = middle
    first = 0
    if history.name in codec.scales:
        first = max(0, len(history.stamps) + len(middle) - codec.reach)
        known = np.flatnonzero(np.isfinite(history.values[: first + 1, 0]))
        first = int(known[-1]) if len(known) else 0  # what is missing is as it was before
    return replace(
        history,
        values=np.concatenate([history.values[first:], come]),
        stamps=np.concatenate([history.stamps[first:], stamps]),
    )


def _joined(
    at: int,
    history: History,
    turns: Sequence[Fan],
    codec: Any,
    steps: int,
    sizes: NDArray[np.float64],
) -> Future:
    """One series' turns one after the other, each as much wider than the first as errors grow."""
    end = len(history.stamps) - 1 - history.after
    middle = np.concatenate([turn.middle[at] for turn in turns])[:steps]
    lows, highs = [], []
    for turn, size in zip(turns, sizes, strict=True):
        centre, half = (turn.high[:, at] + turn.low[:, at]) / 2, turn.high[:, at] - turn.low[:, at]
        half = half / 2
        grown = np.sqrt((size**2 - 1) * np.square(half).mean(axis=1, keepdims=True))
        half = np.hypot(half, grown)
        lows.append(centre - half)
        highs.append(centre + half)
    stamps = codec.frequency.ahead(int(history.stamps[end]), steps, codec.zone)
    low, high = (np.concatenate(parts, axis=1)[:, :steps] for parts in (lows, highs))
    if codec.config.log:
        low = np.maximum(low, 0.0)
    last = float(history.values[end, 0])
    middle, low, high = _rounded(last, middle, low, high)
    again = _last_season(history.values[: end + 1, 0], codec.config.season, steps)
    return Future(history.name, stamps, middle, low, high, turns[0].levels, last, again)


def _last_season(
    values: NDArray[np.float64], season: int, steps: int
) -> NDArray[np.float64] | None:
    """The last values, as many as a season has, over and over; what is missing as it was before.

    All of it is NaN where the values do not hold a whole season: nothing could be repeated then.
    """
    if season <= 1:
        return None
    known = np.flatnonzero(np.isfinite(values))
    if not len(known) or len(values) - known[0] < season:
        return np.full(steps, np.nan)
    there = np.where(np.isfinite(values), np.arange(len(values)), -1)
    filled = values[np.maximum.accumulate(there)]
    ahead = np.arange(1, steps + 1)
    return filled[len(values) - 1 + ahead - season * -(-ahead // season)]


def _rounded(last: float, *values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Values without digits that the network, which answers changes in float32, never had."""
    far = max(float(np.abs(some - last).max(initial=0)) for some in values)
    if not 0 < far < np.inf:
        return list(values)
    decimals = DIGITS - 1 - int(np.floor(np.log10(far)))
    return [np.round(some, decimals) for some in values]
