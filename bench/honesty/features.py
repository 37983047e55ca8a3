"""Features of a forecast: how often chance alone buys one, and how often a planted one is found.

Prices walk at random, with steady or with clustered unrest, beside a volume that says nothing: any
feature that is kept is a false alarm. Then yesterday's volume moves the price a little.
"""

import numpy as np
from promise import Promise, show, slack

from umbrella.base.seeds import generator
from umbrella.data.panel import Panel
from umbrella.data.panel.frequency import of
from umbrella.fit.channels import candidates
from umbrella.fit.select_features import select

DAY = 86_400_000_000
COLUMNS = ("close", "high", "low", "volume")


def market(
    rng: np.random.Generator, series: int, steps: int, effect: float, unrest: float
) -> Panel:
    """Prices of a few companies.

    Args:
        rng: what is drawn from.
        series: S.
        steps: of each.
        effect: share of a move's deviation by which a deviation of yesterday's volume moves it.
        unrest: how much unrest wanders from day to day, in logarithms.
    """
    shape = (steps, series)
    traded = rng.normal(0, 1, shape)
    calm, mood = np.zeros(shape), np.zeros(series)
    for at in range(steps):
        mood = 0.95 * mood + unrest * rng.normal(0, 1, series)
        calm[at] = mood
    moves = 0.01 * np.exp(calm) * rng.standard_t(5, shape)
    moves[1:] += effect * 0.0129 * traded[:-1]
    close = 100 * np.exp(moves.cumsum(axis=0))
    wide = close * np.abs(rng.normal(0, 0.005, shape))
    columns = [close, close + wide, close - wide, np.exp(12 + traded)]
    values = np.stack([one.T.ravel() for one in columns], axis=1)
    offsets = np.arange(series + 1) * steps
    stamps = np.tile(DAY * np.arange(steps), series)
    ids = tuple(map(str, range(series)))
    return Panel(ids, COLUMNS, values, offsets, stamps, of("day"), None, np.arange(len(values)))


def kept(
    series: int, steps: int, horizon: int, runs: int, effect: float = 0.0, unrest: float = 0.0
) -> list[tuple[str, ...]]:
    """Features that are kept in each run."""
    rng, out = generator(0, "features", series, horizon, str((effect, unrest))), []
    shared = {"horizon": horizon, "log": True, "cycles": ("week",), "roles": COLUMNS}
    moments = np.tile(np.arange(steps), series)
    train = np.flatnonzero((moments >= 1) & (moments + horizon < 0.8 * steps))
    for _ in range(runs):
        panel = market(rng, series, steps, effect, unrest)
        out.append(select(panel, train, moments, shared, candidates(1)).kept)
    return out


def main(quick: bool) -> list[Promise]:
    """Random walks, then planted effects."""
    runs, lines = 50 if quick else 200, []
    for series, steps, horizon, unrest in (
        (1, 1200, 1, 0.0),
        (1, 1200, 5, 0.0),
        (1, 1200, 1, 0.2),
        (1, 300, 5, 0.2),
        (20, 600, 5, 0.2),
    ):
        some = runs // 4 if series > 1 else runs
        found = np.mean([bool(one) for one in kept(series, steps, horizon, some, 0.0, unrest)])
        what = f"{series} random walk(s) of {steps} steps, horizon {horizon}, unrest {unrest}"
        fine = bool(found <= 0.05 + slack(0.05, some))
        lines.append(Promise(what, "a feature is kept ≤ 5 %", f"{found:.1%} of {some}", fine))
    for series, effect, promised in ((1, 0.5, 0.9), (20, 0.2, 0.9), (1, 0.2, 0.0)):
        some = runs // 4
        names = kept(series, 600 if series > 1 else 1200, 1, some, effect)
        found = np.mean(["volume_ratio_20" in one for one in names])
        what = f"{series} price(s) that follow the volume, by {effect} deviations"
        told = f"it is kept ≥ {promised:.0%}" if promised else "nothing: reported"
        lines.append(Promise(what, told, f"{found:.0%} of {some}", bool(found >= promised)))
    return lines


if __name__ == "__main__":
    show(main)
