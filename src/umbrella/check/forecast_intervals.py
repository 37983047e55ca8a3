"""Do the intervals hold what they promise, on times that came after they were made?

Shapes: n test origins, H steps ahead, Q levels.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.check.evidence import Evidence
from umbrella.check.finding import Finding
from umbrella.check.forecast_drawn import drawn_origins
from umbrella.check.origins import Origins
from umbrella.score.blocks import block_mean
from umbrella.score.doubt import Interval, wilson
from umbrella.score.fan import plain, sides
from umbrella.score.tracking import Ends, follow

NAME = "intervals"
LEVEL = 0.95  # of the interval that is judged
HELD = (0.93, 0.97)  # shares between which an interval of 95 % holds its promise
FAR = 0.85  # an interval of 95 % that surely holds less is broken
RESAMPLES = 2_000
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
    below, above = _measured(errors, evidence.sizes, len(levels))
    low, high = (np.asarray(spec[side], np.float64)[:, None, :] for side in ("low", "high"))
    held = np.where(np.isnan(errors), np.nan, (below >= low) & (above <= high))  # [Q, n, H]
    dates, judged = origins.dates["test"], levels.index(LEVEL)
    found, around = _covered(held[judged], dates)
    adaptive = _adaptive(evidence, origins, below[judged], above[judged])
    fans = drawn_origins(evidence, origins)
    verdict = _verdict(found, around)
    if not origins.enough():
        verdict, around = "cannot tell", Interval(float("nan"), float("nan"), LEVEL, "none")
    said = "held" if HELD[0] <= found <= HELD[1] else "narrow" if found < LEVEL else "wide"
    said = said if origins.enough() else "held"  # of too few it is not said that they are off
    line = sentence(
        f"forecast.intervals.{said}",
        level=LEVEL,
        share=found,
        range=(around.low, around.high),
        n=len(errors),
    )
    return Finding(
        NAME,
        verdict,
        _beside(line, adaptive, evidence),
        figure=found,
        low=around.low,
        high=around.high,
        would_have_seen=sentence(
            "forecast.intervals.power", range=HELD, half=(around.high - around.low) / 2
        )
        if origins.enough()
        else None,
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


def _beside(line: Sentence, adaptive: dict[str, Any] | None, evidence: Evidence) -> Sentence:
    """What is said of the intervals, and of those that learn; of a small run, what it gave up."""
    if adaptive is not None:
        line = sentence("forecast.intervals.adapted", line=line, adapted=adaptive["share"])
    if (evidence.facts.get("shrunk") or {}).get("sized") is False:
        line = sentence("forecast_page.unsized", line=line)
    return line


def _measured(
    errors: NDArray, sizes: NDArray | None, levels: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Errors in what low and what high ends are given in, [Q, n, H] each."""
    if sizes is None:
        same = np.repeat(errors[None], levels, axis=0)
        return same, same
    below, above = (errors / one.transpose(1, 0, 2) for one in sides(sizes, levels))
    return below, above


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


def _adaptive(
    evidence: Evidence, origins: Origins, below: NDArray, above: NDArray
) -> dict[str, Any] | None:
    """Coverage of intervals that start as the run's and learn from every error since, as those of
    `predict --future` do: that of a forecast h steps ahead enters h steps later, never before.

    Whole series are followed, as many as `CELLS` allow; None where the first is too long.
    """
    series, spec = origins.series("test"), evidence.task.spec()
    level = spec["levels"].index(LEVEL)
    ends = plain(spec)
    ends = Ends(ends.low[:, [level]], ends.high[:, [level]])
    held, many = [], 0
    for one in np.unique(series):
        own = np.flatnonzero(series == one)
        steps = origins.steps("test")[own]
        length = int(steps[-1] - steps[0]) + 1
        many += length * below.shape[1]
        if many > CELLS:
            break
        both = np.full((2, length, below.shape[1]), np.nan)
        both[:, steps - steps[0]] = below[own], above[own]
        low, high = (side[:, 0] for side in follow(ends, [LEVEL], *both))
        held.append(np.where(np.isnan(both[0]), np.nan, (both[0] >= low) & (both[1] <= high)))
    if not held:
        return None
    cells = np.concatenate(held)
    return {
        "share": _mean(cells),
        "steps": [_mean(one) for one in cells.T],
        "rows": int(np.isfinite(cells).any(axis=1).sum()),
    }
