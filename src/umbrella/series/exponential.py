"""The exponential moving average (EMA) of one series or of a whole panel, and its state.

With weight alpha for a new value, what lies k rows back weighs (1 − alpha)^k. The same number is
spoken of as a span (alpha = 2 / (span + 1), so that the average lags as much as the plain mean of
`span` values), a half-life (rows until a value weighs half) or a centre of mass (mean lag in rows).
Letters: T rows, S series.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from umbrella.base.errors import ConfigError, unknown
from umbrella.series.clock import as_number, as_stamps, decays, in_unit
from umbrella.series.plan import Plan, Running
from umbrella.series.recursion import average
from umbrella.series.state import EmaState

SEEDS = ("first", "sma")
HalfLife = float | timedelta | np.timedelta64
# name → lowest value allowed, whether it may be that value, alpha from it
_RATES: dict[str, tuple[float, bool]] = {
    "alpha": (0.0, False),
    "span": (1.0, True),
    "half_life": (0.0, False),
    "com": (0.0, True),
}


@dataclass(frozen=True)
class _Asked:
    """The settings of a call, before the clock is known."""

    plan: Plan
    half_life: float | None = None
    unit: str | None = None


def ema(
    values: ArrayLike,
    *,
    alpha: float | None = None,
    span: float | None = None,
    half_life: HalfLife | None = None,
    com: float | None = None,
    adjust: bool = True,
    ignore_nan: bool = False,
    min_count: int = 1,
    seed: str = "first",
    times: ArrayLike | None = None,
    axis: int = 0,
    state: EmaState | None = None,
    return_state: bool = False,
) -> Any:
    """The exponential moving average at every row, from that row and the rows before it alone.

    Args:
        values: [T], or [T, S] for S series at once; NaN where a value is missing. float32 stays
            float32 (computed in float64), everything else becomes float64.
        alpha, span, half_life, com: exactly one says how fast to forget. alpha in (0, 1] is the
            weight of a new value; span from 1, alpha = 2 / (span + 1); half_life above 0, in rows,
            or with `times` in their unit (a timedelta for dates); com from 0, the mean lag.
        adjust: divide by the weights really seen: sum of (1−alpha)^k·x over sum of (1−alpha)^k;
            False: y ← (1−alpha)·y + alpha·x from the first value on, which weighs most for long.
        ignore_nan: whether a missing row is as if not there; else it ages the past like any other.
        min_count: values that must be seen before there is an answer; NaN until then.
        seed: "first" begins with the first value; "sma" with the mean of the first `span` values
            and NaN before it, as TA-Lib (needs a whole `span` and adjust=False).
        times: [T] numbers or datetime64 that never fall, with `half_life` alone. Of rows of one
            time all weigh alike, or with adjust=False the first stands.
        axis: of time: 0, or 1 for values [S, T].
        state: goes on where a call with `return_state` ended, with that call's settings.
        return_state: also give back the state after the last row.

    Returns:
        An array shaped like `values`, and with `return_state` the `EmaState`. A row's answer does
        not depend on later rows, to the last bit.

    Raises:
        ConfigError: settings that do not fit together or lie outside their range, infinite values
            (their place is named), times that fall or are missing.

    Source: pandas' `ewm` (mean), equal to rounding; but pandas 3.1 takes com=1 with adjust=False
        and NaN for another average (its issue 66521), this does not.
    """
    array = _as_floats(values, axis)
    panel_TS = array if array.ndim == 2 else array[:, None]
    rates: dict[str, Any] = {"alpha": alpha, "span": span, "half_life": half_life, "com": com}
    if state is not None and not any(rate is not None for rate in rates.values()):
        asked = _Asked(state.plan, state.half_life, state.unit)
        _check_clock(times, asked.half_life is not None)
    else:
        asked = _ask(rates, times, adjust, ignore_nan, min_count, seed)
    if state is not None:
        _check_state(state, asked, panel_TS.shape[1])
    out, ended = _run(panel_TS, asked, times, state)
    out = np.moveaxis(out.reshape(array.shape), 0, axis)
    return (out, ended) if return_state else out


def _run(
    panel_TS: NDArray, asked: _Asked, times: ArrayLike | None, state: EmaState | None
) -> tuple[NDArray, EmaState]:
    plan, last = asked.plan, None if state is None else state.time
    if times is not None:
        stamps_T, unit = as_stamps(times, len(panel_TS))
        assert asked.half_life is not None
        decays_T, last = decays(stamps_T, unit, asked.half_life, asked.unit, last)
        plan = replace(plan, decays_T=decays_T)
    running = Running.begin(panel_TS.shape[1]) if state is None else state.running()
    out = average(panel_TS, plan, running)
    return out, EmaState.after(asked.plan, running, asked.half_life, asked.unit, last)


def half_life_rows(share: float, alpha: float) -> int:
    """Rows after which all older ones together weigh at most `share`: ⌈ln share / ln(1 − alpha)⌉.

    Args:
        share: in (0, 1).
        alpha: in (0, 1].
    """
    return 0 if alpha >= 1 else math.ceil(math.log(share) / math.log1p(-alpha))


def alpha_of(**rates: float | None) -> float:
    """The weight of a new value from exactly one of `alpha`, `span`, `half_life`, `com`.

    Raises:
        ConfigError: none or several were given, or one outside its range.
    """
    given = {name: rate for name, rate in rates.items() if rate is not None}
    if len(given) != 1:
        came = " and ".join(f"{name}={rate}" for name, rate in given.items()) or "none of them"
        raise ConfigError(
            f"How fast should the average forget? Exactly one of alpha, span, half_life, com says "
            f"it; {came} came. Give one, e.g. span=20."
        )
    (name, rate), = given.items()  # fmt: skip
    if isinstance(rate, np.timedelta64 | timedelta):
        raise ConfigError(
            f"half_life={rate} is a stretch of time, and no times came to measure it by. Give "
            f"times, or half_life as a number of rows."
        )
    least, itself = _RATES[name]
    size = as_number(name, rate)
    top = 1.0 if name == "alpha" else math.inf
    if not (least < size < math.inf or (itself and size == least)) or size > top:
        rule = "in (0, 1]" if name == "alpha" else f"{'from' if itself else 'above'} {least:g} on"
        raise ConfigError(f"{name}={rate} is not possible: {name} must lie {rule}.")
    return {
        "alpha": size,
        "span": 2.0 / (size + 1.0),
        "half_life": -math.expm1(-math.log(2.0) / size) if size else 1.0,
        "com": 1.0 / (1.0 + size),
    }[name]


def _ask(
    rates: dict[str, Any],
    times: ArrayLike | None,
    adjust: bool,
    ignore_nan: bool,
    min_count: int,
    seed: str,
) -> _Asked:
    """Check the settings against each other."""
    if seed not in SEEDS:
        raise unknown("seed", str(seed), SEEDS)
    if isinstance(min_count, bool) or not isinstance(min_count, int | np.integer) or min_count < 1:
        raise ConfigError(f"min_count={min_count!r} is not possible: give a whole number from 1.")
    first = 0
    if seed == "sma":
        span = rates["span"]
        if adjust or times is not None or span is None or float(span) != int(span):
            raise ConfigError(
                f"seed='sma' begins a recursive average with the mean of the first `span` values: "
                f"it needs span=(a whole number) and adjust=False, and no times; span={span}, "
                f"adjust={adjust} came."
            )
        first = int(span)
        min_count = max(min_count, first)
    if times is None:
        plan = Plan(alpha_of(**rates), adjust, ignore_nan, int(min_count), first)
        return _Asked(plan)
    others = [name for name in ("alpha", "span", "com") if rates[name] is not None]
    if others or rates["half_life"] is None:
        came = ", ".join(others) or "nothing"
        raise ConfigError(
            f"By the clock only half_life says how fast to forget; {came} came with times. Give "
            f"half_life in the unit of the times, e.g. half_life=np.timedelta64(7, 'D')."
        )
    _, unit = as_stamps(times, None)
    plan = Plan(0.5, adjust, ignore_nan, int(min_count))
    return _Asked(plan, in_unit(rates["half_life"], unit), unit)


def _as_floats(values: ArrayLike, axis: int) -> NDArray:
    """[T] or [T, S] of float32 or float64, time first."""
    array: NDArray = np.asarray(values)
    if array.dtype.kind not in "fiub" or array.ndim not in (1, 2):
        raise ConfigError(
            f"values of shape {array.shape} and type {array.dtype} came. Give numbers in an array "
            f"[T] of one series or [T, S] of several; NaN where one is missing."
        )
    if axis not in range(-array.ndim, array.ndim):
        raise ConfigError(f"axis={axis} is not an axis of values of shape {array.shape}.")
    if array.dtype != np.float32:
        array = array.astype(np.float64, copy=False)
    return np.moveaxis(array, axis, 0)


def _check_clock(times: ArrayLike | None, by_clock: bool) -> None:
    if (times is not None) != by_clock:
        came, want = ("no times", "give them") if by_clock else ("times", "leave them out")
        raise ConfigError(f"{came} came, and the state was not made so: {want}.")


def _check_state(state: EmaState, asked: _Asked, series: int) -> None:
    """A state goes on with its own settings and series only."""
    pairs: Sequence[tuple[str, Any, Any]] = [
        *((name, getattr(state.plan, name), getattr(asked.plan, name))
          for name in ("alpha", "adjust", "ignore_nan", "min_count", "seed")),
        ("half_life", state.half_life, asked.half_life),
        ("number of series", len(state.value), series),
    ]  # fmt: skip
    for name, was, now in pairs:
        if was != now:
            raise ConfigError(
                f"The state was made with {name} {was}, and {name} {now} came. Go on as it began "
                f"(leave the settings out: they come with the state), or begin anew."
            )
