"""Intervals from a forecaster's own errors: fixed, from a moving window, and adapting to misses.

Errors are signed (truth - forecast), so that the two sides may differ, and kept apart for every
step ahead. The error of a forecast h steps ahead enters h origins later, never before: `arrivals`
lines truths up that way. Numpy only; the state goes through JSON, so that a shipped file goes on.

Shapes: n origins one step apart, H steps ahead, m calibration origins, W errors kept.
"""

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError
from umbrella.base.tensors import pack, unpack

EPSILON = 1e-9  # .05 x 40 / 2 must count as 1
Limits = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class Adaptive:
    """What an adaptive interval knows after some origins.

    Args:
        level: share that intervals should hold, in (0, 1).
        gamma: how far one miss moves the share asked for; 0 is a plain moving window.
        miss: share of misses now asked for, at every step ahead, [H]; may leave [0, 1].
        errors: last known errors over their scale, oldest first, [H][≤ W].
        pending: forecast, scale, low and high of the last H origins, oldest first, [H, 4, H];
            NaN before the first.
        window: W.
    """

    level: float
    gamma: float
    miss: NDArray[np.float64]
    errors: tuple[NDArray[np.float64], ...]
    pending: NDArray[np.float64]
    window: int

    def spec(self) -> dict[str, Any]:
        """As JSON-safe values, to the last bit."""
        return {
            "level": self.level,
            "gamma": self.gamma,
            "window": self.window,
            "miss": pack(self.miss),
            "errors": [pack(one) for one in self.errors],
            "pending": pack(self.pending),
        }

    @classmethod
    def from_spec(cls, spec: dict[str, Any]) -> "Adaptive":
        """Read back what `spec` made.

        Raises:
            BundleError: something is missing or does not fit together.
        """
        try:
            miss, pending = unpack(spec["miss"]), unpack(spec["pending"])
            errors = tuple(unpack(one) for one in spec["errors"])
            level, gamma, window = spec["level"], spec["gamma"], spec["window"]
            _check(float(level), float(gamma), int(window))
        except (KeyError, TypeError, ValueError, ConfigError) as error:
            raise BundleError(f"Stored intervals are damaged ({error!r}). Ship again.") from error
        steps = miss.size
        fits = miss.ndim == 1 and np.isfinite(miss).all() and len(errors) == steps
        fits = fits and pending.shape == (steps, 4, steps)
        sound = (one.ndim == 1 and len(one) <= window and np.isfinite(one).all() for one in errors)
        if not (fits and all(sound)):
            raise BundleError(f"Stored intervals of {steps} steps do not fit. Ship again.")
        return cls(float(level), float(gamma), miss, errors, pending, int(window))


def split(errors: NDArray, level: float = 0.95) -> Limits:
    """Distances from a forecast to the ends of its interval, from errors it never learned from.

    Args:
        errors: truth - forecast of later origins than the training's, over their scale where one
            is used, [m, H]; NaN = unknown.
        level: share of later truths that an interval holds at least, were errors exchangeable.

    Returns:
        Low and high distance, [H] each; infinite where m is too small for the level
        (below 39 for 95 %).

    Source: Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World; two-sided with
    signs: Romano, Patterson & Candès 2019, NeurIPS, theorem 2.
    """
    errors = _matrix(errors, "errors")
    _check(level, 0.0, 1)
    ends = np.array([_ends(sorted(_known(one).tolist()), 1 - level, 1 - level) for one in errors.T])
    return ends[:, 0], ends[:, 1]


def around(forecast: NDArray, distances: Limits, scale: NDArray | None = None) -> Limits:
    """Ends of intervals, [n, H] each.

    Args:
        forecast: [n, H].
        distances: of `split`.
        scale: size of an error at every origin, [n], e.g. the recent volatility; 1 without it.
    """
    forecast = _matrix(forecast, "forecast")
    size = _scales(scale, len(forecast))[:, None]
    return forecast + distances[0] * size, forecast + distances[1] * size


def start(
    errors: NDArray, level: float = 0.95, *, gamma: float = 0.005, window: int = 500
) -> Adaptive:
    """An adaptive interval before its first origin.

    Args:
        errors: as for `split`, oldest first, [m, H]; [0, H] begins with nothing, and answers
            infinite intervals until enough errors are known.
        level: share that intervals should hold.
        gamma: how far one miss moves the share of misses asked for; 0 never moves it.
        window: errors kept for every step, the last ones.
    """
    errors = _matrix(errors, "errors")
    _check(level, gamma, window)
    steps = errors.shape[1]
    kept = tuple(_known(one)[-window:] for one in errors.T)
    pending = np.full((steps, 4, steps), np.nan)
    return Adaptive(level, gamma, np.full(steps, 1 - level), kept, pending, window)


def arrivals(truth: NDArray) -> NDArray[np.float64]:
    """Which truth becomes known at which origin, [n, H]: the one h steps ahead, h origins later.

    Args:
        truth: [n, H], as seen from the origin that the forecast was made at.

    Returns:
        Row i, step h holds truth[i - h, h - 1]; NaN where that origin lies before the first.
    """
    truth = _matrix(truth, "truth")
    found = np.full_like(truth, np.nan)
    for step in range(1, truth.shape[1] + 1):
        found[step:, step - 1] = truth[:-step, step - 1]
    return found


def adapt(
    state: Adaptive, forecast: NDArray, arrived: NDArray, scale: NDArray | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64], Adaptive]:
    """Intervals of origins in order of time, and the state to go on with.

    First what arrived at the origin is learned (which pending interval held its truth, and its
    error), then the origin's own interval is drawn. In two calls or in one: the same to the bit.

    Args:
        state: of `start`, or of the call before.
        forecast: [n, H].
        arrived: truths that become known at every origin, [n, H]: column h - 1 is the truth of
            the forecast made h origins ago, NaN = unknown. `arrivals(truth)`; for levels it is
            the origin's own value, H times.
        scale: as for `around`, [n].

    Returns:
        Low and high end, [n, H] each, and the next state.

    Source: Gibbs & Candès 2021, NeurIPS, equation 2 (adaptive conformal inference). Where theirs
    would answer everything, the widest error of the window is stretched: 2× at a share of misses
    one nominal share below the reach of the window, and so on without bound.
    """
    forecast, arrived = _matrix(forecast, "forecast"), _matrix(arrived, "arrived")
    if forecast.shape != arrived.shape or forecast.shape[1] != len(state.miss):
        raise ConfigError(
            f"Forecasts {forecast.shape} and arrived truths {arrived.shape} do not fit intervals "
            f"of {len(state.miss)} steps. Give [origins, {len(state.miss)}] twice."
        )
    scales, nominal = _scales(scale, len(forecast)), 1 - state.level
    miss, pending = state.miss.copy(), state.pending.copy()
    steps, windows = np.arange(len(miss)), [_Window(one, state.window) for one in state.errors]
    low, high = np.empty_like(forecast), np.empty_like(forecast)
    for row in range(len(forecast)):
        then = pending[-1 - steps, :, steps]  # [H, 4]: step h of the origin h steps ago
        missed = (arrived[row] < then[:, 2]) | (arrived[row] > then[:, 3])
        error = (arrived[row] - then[:, 0]) / then[:, 1]
        for step in np.flatnonzero(~np.isnan(error)):
            miss[step] += state.gamma * (nominal - missed[step])
            windows[step].add(float(error[step]))
        ends = np.array(
            [_ends(one.ordered, nominal, now) for one, now in zip(windows, miss, strict=True)]
        )
        low[row], high[row] = forecast[row] + ends.T * scales[row]
        fresh = np.stack([forecast[row], np.full_like(miss, scales[row]), low[row], high[row]])
        pending = np.concatenate([pending[1:], fresh[None]])
    errors = tuple(np.array(one.times, np.float64) for one in windows)
    return low, high, replace(state, miss=miss, errors=errors, pending=pending)


class _Window:
    """The last errors of one step, in order of time and in order of size."""

    def __init__(self, errors: NDArray[np.float64], most: int) -> None:
        self.times, self.most = deque(errors.tolist()), most
        self.ordered = sorted(self.times)

    def add(self, error: float) -> None:
        if len(self.times) == self.most:
            del self.ordered[bisect_left(self.ordered, self.times.popleft())]
        self.times.append(error)
        insort(self.ordered, error)


def _ends(ordered: Sequence[float], nominal: float, now: float) -> tuple[float, float]:
    """The two ends that leave out a share `now` of errors, half of it on each side.

    Args:
        ordered: known errors, smallest first.
        nominal: share of misses wanted in the long run; too few errors for it: infinite ends.
        now: share asked for at present.
    """
    count = len(ordered)
    if (count + 1) * nominal / 2 < 1 - EPSILON:
        return -math.inf, math.inf
    rank = min(max(math.floor((count + 1) * now / 2 + EPSILON), 1), (count + 1) // 2)
    low, high = ordered[rank - 1], ordered[count - rank]
    reach = 2 / (count + 1)  # the smallest share of misses that the window can tell
    if now >= reach - EPSILON:
        return low, high
    wider = (reach - now) / nominal * max(abs(low), abs(high))
    return low - wider, high + wider


def _known(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    return errors[~np.isnan(errors)]


def _matrix(values: NDArray, name: str) -> NDArray[np.float64]:
    values = np.asarray(values, np.float64)
    if values.ndim != 2 or values.shape[1] == 0:
        raise ConfigError(f"{name} has shape {values.shape}. Give [origins, steps ahead].")
    return values


def _scales(scale: NDArray | None, rows: int) -> NDArray[np.float64]:
    scales = np.ones(rows) if scale is None else np.asarray(scale, np.float64)
    if scales.shape != (rows,) or not (scales > 0).all():
        raise ConfigError(f"Scales of shape {scales.shape}: give one above zero an origin, {rows}.")
    return scales


def _check(level: float, gamma: float, window: int) -> None:
    if not 0 < level < 1 or not 0 <= gamma < 1 or window < 1:
        raise ConfigError(
            f"level={level}, gamma={gamma}, window={window}: level lies between 0 and 1 (0.95 is "
            f"usual), gamma from 0 up to 1 (0.005 is usual), the window holds at least one error."
        )
