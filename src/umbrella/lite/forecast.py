"""Forecasts of a shipped model: from the history of each series to dates, values and intervals.

Beyond the horizon that the model was trained for, its own forecast stands for the values to come
and the model is asked again; the intervals grow by what each turn adds, as independent errors do.

Shapes: S series, H steps of the model's horizon, F steps asked for, Q levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data.codecs.history import History
from umbrella.lite.bundle import Bundle
from umbrella.score.fan import Fan, fan

FARTHEST = 100_000  # steps ahead


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
    """

    name: str
    stamps: NDArray[np.int64]
    middle: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    levels: tuple[float, ...]
    last: float


def forecast(
    bundle: Bundle, histories: Sequence[History], steps: int | None = None
) -> list[Future]:
    """Forecast series beyond their last step.

    Args:
        bundle: a model of series.
        histories: one a series, each up to its last known step; as long as the model's window, or
            as long as there is.
        steps: F; the model's horizon by default.

    Raises:
        BundleError: the model does not forecast.
        ConfigError: `steps` out of range.
        DataError: a history that ends without a value, or covariates that are needed ahead.
    """
    spec = bundle.spec["task"]
    if spec.get("task") != "forecast":
        raise BundleError(f"{bundle.name} does not forecast; it was fitted without --horizon.")
    horizon = int(spec["horizon"])
    wanted = horizon if steps is None else steps
    if not 1 <= wanted <= FARTHEST:
        raise ConfigError(f"--future {wanted} is not in 1..{FARTHEST:,}.")
    codec = bundle.window
    now = [_ended(one, codec, horizon) for one in histories]
    if wanted > horizon and codec.config.covariates:
        raise ConfigError(
            f"--future {wanted} is beyond the horizon of {horizon}, and nobody knows the other "
            f"columns by then. Ask for at most {horizon}, or fit with a larger --horizon."
        )
    ended, turns = now, list[Fan]()
    for _ in range(-(-wanted // horizon)):
        outputs = bundle.changes(now)
        base, scales = codec.anchor(now)
        turns.append(fan(spec, outputs, base, scales))
        now = [_moved_on(one, made, codec) for one, made in zip(now, turns[-1].middle, strict=True)]
    return [_joined(at, one, turns, codec, wanted) for at, one in enumerate(ended)]


def _ended(history: History, codec: Any, horizon: int) -> History:
    """The history up to its last known value, and what is known ahead after it."""
    known = np.flatnonzero(np.isfinite(history.values[:, 0]))
    if not len(known):
        raise DataError(f"Series {history.name!r} has no known value. Leave it out.")
    end = int(known[-1]) + 1
    foreseen = codec.config.known
    later = history.values[end : end + horizon, list(foreseen)]
    if foreseen and (len(later) < horizon or not np.isfinite(later).all()):
        raise DataError(
            f"Series {history.name!r} ends with the target; the columns known ahead must have "
            f"{horizon} more rows after it, with the target empty. Add them."
        )
    stop = end + (horizon if foreseen else 0)
    return replace(
        history, values=history.values[:stop], stamps=history.stamps[:stop], after=stop - end
    )


def _moved_on(history: History, middle: NDArray[np.float64], codec: Any) -> History:
    """The history with a forecast as if it had come."""
    stamps = codec.frequency.ahead(int(history.stamps[-1]), len(middle), codec.zone)
    return (
        replace(
            history,
            values=np.concatenate([history.values, middle[:, None]]),
            stamps=np.concatenate([history.stamps, stamps]),
        )
        if history.values.shape[1] == 1
        else history
    )


def _joined(at: int, history: History, turns: Sequence[Fan], codec: Any, steps: int) -> Future:
    """One series' turns one after the other: what they are off by in the mean is added up, their
    spreads are added as those of independent errors.
    """
    end = len(history.stamps) - 1 - history.after
    middle = np.concatenate([turn.middle[at] for turn in turns])[:steps]
    lows, highs = [], []
    bias = spread = np.zeros((len(turns[0].levels), 1))
    for turn in turns:
        centre = (turn.low[:, at] + turn.high[:, at]) / 2 - turn.middle[at] + bias
        half = np.hypot((turn.high[:, at] - turn.low[:, at]) / 2, spread)
        lows.append(turn.middle[at] + centre - half)
        highs.append(turn.middle[at] + centre + half)
        bias, spread = centre[:, -1:], half[:, -1:]
    stamps = codec.frequency.ahead(int(history.stamps[end]), steps, codec.zone)
    low, high = (np.concatenate(parts, axis=1)[:, :steps] for parts in (lows, highs))
    if codec.config.log:
        low = np.maximum(low, 0.0)
    last = float(history.values[end, 0])
    return Future(history.name, stamps, middle, low, high, turns[0].levels, last)
