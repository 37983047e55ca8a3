"""Do the intervals hold what they promise, on times that came after they were made?

Shapes: n test origins, H steps ahead, Q levels.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import sentence
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.check.forecast_drawn import drawn_origins
from umbrella.check.origins import Origins
from umbrella.score import conformal
from umbrella.score.blocks import block_mean
from umbrella.score.doubt import Interval, wilson

NAME = "intervals"
LEVEL = 0.95  # of the interval that is judged
HELD = (0.93, 0.97)  # shares between which an interval of 95 % holds its promise
FAR = 0.85  # an interval of 95 % that surely holds less is broken
RESAMPLES = 2_000
OWN = 5  # horizons of validation origins from which on a series starts from its own errors
CELLS = 400_000  # forecasts that are followed step by step, at most


def question(evidence: Evidence) -> Finding:
    """Coverage of every level on the test origins, by step ahead, and of adaptive intervals.

    Warns where 95 % intervals hold fewer than 93 % or more than 97 % and 95 % itself lies outside
    the doubt of that figure; cannot tell where it lies within; fails below 85 % beyond doubt.
    """
    origins = evidence.origins
    assert origins is not None
    spec = evidence.task.spec()
    levels = list(spec["levels"])
    if LEVEL not in levels:
        return Finding(NAME, "cannot tell", sentence("forecast.intervals.few", level=LEVEL))
    errors = evidence.targets["test"].astype(np.float64) - evidence.outputs["test"]
    low, high = (np.asarray(spec[side], np.float64)[:, None, :] for side in ("low", "high"))
    held = np.where(np.isnan(errors), np.nan, (errors >= low) & (errors <= high))  # [Q, n, H]
    dates, judged = origins.dates["test"], levels.index(LEVEL)
    found, around = _covered(held[judged], dates)
    adaptive, fans = _adaptive(evidence, origins, errors), drawn_origins(evidence, origins)
    verdict = _verdict(found, around)
    said = "held" if HELD[0] <= found <= HELD[1] else "narrow" if found < LEVEL else "wide"
    line = sentence(
        f"forecast.intervals.{said}",
        level=LEVEL,
        share=found,
        range=(around.low, around.high),
        n=len(errors),
    )
    if adaptive is not None:
        line = sentence("forecast.intervals.adapted", line=line, adapted=adaptive["share"])
    return Finding(
        NAME,
        verdict,
        line,
        figure=found,
        low=around.low,
        high=around.high,
        would_have_seen=sentence(
            "forecast.intervals.power", range=HELD, half=(around.high - around.low) / 2
        ),
        advice=sentence(f"forecast.intervals.advice.{said}")
        if verdict in ("warn", "fail")
        else None,
        details={
            "levels": [
                {"level": level, "share": _mean(one)}
                for level, one in zip(levels, held, strict=True)
            ],
            "steps": _by_step(held, levels, origins, adaptive),
            "adaptive": None if adaptive is None else adaptive["share"],
            "rows": None if adaptive is None else adaptive["rows"],
            "drawn": None if fans is None else fans.to_json(),
        },
    )


def _verdict(share: float, around: Interval) -> str:
    if around.high < FAR:
        return "fail"
    if HELD[0] <= share <= HELD[1]:
        return "pass"
    return "cannot tell" if around.low <= LEVEL <= around.high else "warn"


def _covered(held: NDArray, dates: NDArray) -> tuple[float, Interval]:
    """Share of known cells [n] or [n, H] that were held, and its interval over moments."""
    cells = held.reshape(len(held), -1)
    known = np.isfinite(cells).sum(axis=1)
    there = known > 0
    if not there.any():  # nothing came, so nothing was held or missed
        return float("nan"), Interval(0.0, 1.0, LEVEL, "none")
    inside = np.nansum(cells, axis=1)
    found = block_mean(
        inside[there], known[there].astype(float), dates=dates[there], resamples=RESAMPLES
    )
    share = float(inside.sum() / known.sum())
    if found.low == found.high:  # all held or all missed: as many tries as windows apart
        tries = max(1, len(np.unique(dates[there])) // cells.shape[1])
        return share, wilson(round(share * tries), tries)
    return share, _within(found)


def _mean(held: NDArray) -> float:
    known = held[np.isfinite(held)]
    return float(known.mean()) if len(known) else float("nan")


def _within(found: Interval) -> Interval:
    return Interval(max(found.low, 0.0), min(found.high, 1.0), found.level, found.method)


def _by_step(
    held: NDArray, levels: list[float], origins: Origins, adaptive: dict[str, Any] | None
) -> list[dict[str, Any]]:
    rows = []
    for step in origins.shown_steps:
        share, around = _covered(held[levels.index(LEVEL), :, step - 1], origins.dates["test"])
        rows.append(
            {
                "step": step,
                "shares": [_mean(one[:, step - 1]) for one in held],
                "share": share,
                "low": around.low,
                "high": around.high,
                "adaptive": None if adaptive is None else adaptive["steps"][step - 1],
            }
        )
    return rows


def _adaptive(evidence: Evidence, origins: Origins, errors: NDArray) -> dict[str, Any] | None:
    """Coverage of intervals that start from validation errors and learn from every error since.

    The error of a forecast h steps ahead enters h steps later, never before. A series with few
    validation errors of its own starts from those of all series, in scales. Whole series are
    followed, as many as `CELLS` allow; None where the first is too long or errors too few.
    """
    series, before = origins.series("test"), origins.series("validation")
    earlier = evidence.targets["validation"].astype(np.float64) - evidence.outputs["validation"]
    pooled = earlier[np.argsort(origins.dates["validation"], kind="stable")]
    held, many = [], 0
    for one in np.unique(series):
        own = np.flatnonzero(series == one)
        steps = origins.steps("test")[own]
        length = int(steps[-1] - steps[0]) + 1
        many += length * errors.shape[1]
        if many > CELLS:
            break
        truth = np.full((length, errors.shape[1]), np.nan)
        truth[steps - steps[0]] = errors[own]
        mine = earlier[before == one]
        if len(mine) >= OWN * origins.horizon:
            low, high = followed(mine, truth)
        else:
            low, high = followed(pooled, truth, len(pooled))
        held.append(np.where(np.isnan(truth), np.nan, (truth >= low) & (truth <= high)))
    if not held:
        return None
    cells = np.concatenate(held)
    return {
        "share": _mean(cells),
        "steps": [_mean(one) for one in cells.T],
        "rows": int(np.isfinite(cells).any(axis=1).sum()),
    }


def followed(
    earlier: NDArray, errors: NDArray, window: int = 500
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of adaptive intervals around a forecast of 0, [n, H] each.

    Args:
        earlier: errors that were known before the first origin, [m, H].
        errors: of neighbouring origins, [n, H]; NaN where there was none.
        window: errors that are kept of every step.
    """
    state = conformal.start(earlier, LEVEL, window=window)
    low, high, _ = conformal.adapt(state, np.zeros_like(errors), conformal.arrivals(errors))
    return low, high
