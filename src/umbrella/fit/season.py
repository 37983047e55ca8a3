"""How many steps make a season: as named, as usual for the frequency, or as training steps show.

Rows without dates have no usual season. One is sought among those of hours, days, weeks, months and
quarters: the shortest at whose distance changes go together nearly as much as at any other. The
measure is the mean autocorrelation of the changes from step to step, large ones cut off, so that
neither a trend nor one jump makes a season. Of hours and minutes it is asked besides whether the
same time a week before is nearer than that a day before, which is said and not decided, for it
takes a look back that not every rung has.

Only steps up to the last training origin of the earliest stretch are looked at.

Shapes: S series, N steps of all of them, T steps of one, n training origins.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError
from umbrella.data.panel import Panel
from umbrella.fit.settings import FitSettings

USUAL = (4, 7, 12, 24, 48, 52, 96, 168)  # steps that seasons have
OF_A_DAY = (24, 48, 96)  # those that are days: hours, halves and quarters of them
LONGEST = 400  # steps that the rung of seasons looks back
TURNS = 3  # seasons that a series must hold to show one
LEAST, SURE = 0.3, 4.0  # mean correlation, and its distance from 0 in standard errors of a series
NEARLY = 0.7  # of the strongest: the shortest so strong is taken, for its multiples repeat too
CUT = 4.0  # usual changes beyond which a change counts as so large and no more
WHY = "forecast_fit.season.why"  # said where a season was found
MOST_SERIES, MOST_STEPS = 200, 5_000  # that are looked at
WEEK, NEARER = 7, 0.95  # days; error of a week back over that of a day back worth a word


def season_of(
    panel: Panel,
    learned: NDArray[np.int64],
    settings: FitSettings,
    facts: Mapping[str, Any] | None = None,
) -> tuple[int, list[Sentence]]:
    """Steps of one season, 1 where there is none, and what is said of it.

    Args:
        panel: the series.
        learned: training origins of the earliest stretch of the walk, [n].
        settings: `season` decides, where it is given.
        facts: run.json of a finished run, whose season is taken; nothing is said then.

    Raises:
        ConfigError: a season that the series are too short to have.
    """
    longest, usual = int(panel.lengths.max()), panel.frequency.season
    if settings.season is not None:
        if 2 * settings.season > longest:
            raise ConfigError(
                f"--season {settings.season:,} does not come round twice in {longest:,} steps, the "
                f"longest series. Give the steps of one season, or leave --season out."
            )
        return settings.season, []
    if facts is not None:
        return int(facts.get("season") or usual or 1), []
    if usual and panel.frequency.code not in ("hour", "minute"):
        return usual, []
    seen = _seen(panel, learned)
    if usual:
        return usual, _week(seen, usual)
    found = find_season(seen) if panel.frequency.code == "step" else None
    if found is None:
        undated = panel.frequency.code == "step"
        return 1, [sentence("forecast_fit.season.unfound")] if undated else []
    season, strength = found
    told = {"season": season, "strength": strength}
    weekly = _week(seen, season) if season in OF_A_DAY else []
    return season, [sentence(WHY, **told), *weekly]


def find_season(seen: Sequence[NDArray[np.float64]]) -> tuple[int, float] | None:
    """The season that changes show, and the mean correlation at its distance; None where none is.

    Args:
        seen: training steps of each series, [T] each.
    """
    changes = [_changes(values) for values in seen]
    strength: dict[int, float] = {}
    for season in USUAL:
        long = [one for one in changes if len(one) >= TURNS * season]
        if not long:
            continue
        before, here, after = (_correlation(long, season + more) for more in (-1, 0, 1))
        bar = max(LEAST, SURE / float(np.sqrt(np.median([len(one) for one in long]))))
        if here >= bar and here >= before and here >= after:
            strength[season] = here
    if not strength:
        return None
    enough = NEARLY * max(strength.values())
    season = next(one for one in sorted(strength) if strength[one] >= enough)
    return season, strength[season]


def _seen(panel: Panel, learned: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """Steps of some series up to their last training origins."""
    ends = np.full(len(panel.ids), -1, np.int64)
    np.maximum.at(ends, np.searchsorted(panel.offsets, learned, side="right") - 1, learned)
    there = np.flatnonzero(ends >= 0)
    some = there[:: max(1, -(-len(there) // MOST_SERIES))]
    starts = np.maximum(panel.offsets[some], ends[some] + 1 - MOST_STEPS)
    pairs = zip(starts, ends[some] + 1, strict=True)
    return [panel.values[start:end, 0] for start, end in pairs]


def _changes(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """From step to step, large ones cut off, less their mean; 0 where a step is not known."""
    moves = np.diff(values)
    known = np.isfinite(moves)
    sizes = np.abs(moves[known & (moves != 0)])
    if not len(sizes):
        return np.zeros(0)
    edge = CUT * np.median(sizes)
    cut = np.clip(moves, -edge, edge)
    return np.where(known, cut - cut[known].mean(), 0.0)


def _correlation(changes: Sequence[NDArray[np.float64]], lag: int) -> float:
    """Mean autocorrelation at a distance."""
    each = [float(one[lag:] @ one[:-lag]) / max(float(one @ one), 1e-300) for one in changes]
    return float(np.mean(each)) if each else 0.0


def _week(seen: Sequence[NDArray[np.float64]], day: int) -> list[Sentence]:
    """A word on the week, where the same time a week before is nearer than that a day before."""
    week = WEEK * day
    if week > LONGEST:
        return []
    ratios = []
    for values in seen:
        if len(values) < TURNS * week:
            continue
        now = values[week:]
        weekly, daily = np.abs(now - values[:-week]), np.abs(now - values[week - day : -day])
        both = np.isfinite(weekly) & np.isfinite(daily)
        if both.any() and daily[both].sum() > 0:
            ratios.append(weekly[both].mean() / daily[both].mean())
    if not ratios or np.median(ratios) > NEARER:
        return []
    less = 1 - float(np.median(ratios))
    return [sentence("forecast_fit.season.week", season=week, day=day, less=less)]
