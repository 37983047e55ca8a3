"""Features are chosen in the training part: planted ones are found, random walks have none."""

from collections.abc import Sequence

import numpy as np
import pytest

from umbrella.data import codecs
from umbrella.data.panel import Panel
from umbrella.data.panel.frequency import of
from umbrella.fit.select_features import EMBARGO, Rows, Selected, _folds, select

DAY = 86_400_000_000
ROLES = ("close", "high", "low", "volume")
NAMES = (
    "return_5",
    "volatility_20",
    "rsi_14",
    "macd",
    "atr_14",
    "volume_ratio_20",
    "on_balance_20",
)


def market(
    seed: int, series: int = 1, steps: int = 900, volume: float = 0.0, regime: float = 0.0
) -> Panel:
    """Prices that walk at random, or follow yesterday's volume, or the last weeks' unrest."""
    rng = np.random.default_rng(seed)
    shape = (steps, series)
    traded = rng.normal(0, 1, shape)
    moves = 0.01 * rng.standard_t(5, shape)
    moves[1:] += volume * 0.01 * traded[:-1]
    for at in range(21, steps if regime else 0):
        unrest = np.log(moves[at - 20 : at].std(axis=0) / 0.0129)
        moves[at] = regime * 0.01 * unrest + moves[at] * np.exp(np.sin(at / 60))
    close = 100 * np.exp(moves.cumsum(axis=0))
    wide = close * np.abs(rng.normal(0, 0.005, shape))
    columns = [close, close + wide, close - wide, np.exp(12 + traded)]
    values = np.stack([one.T.ravel() for one in columns], axis=1)
    offsets = np.arange(series + 1) * steps
    stamps = np.tile(DAY * np.arange(19_000, 19_000 + steps), series)
    ids = tuple(f"s{number}" for number in range(series))
    names = ("close", "high", "low", "volume")
    return Panel(ids, names, values, offsets, stamps, of("day"), None, np.arange(len(values)))


def selected(
    panel: Panel, features: Sequence[str] = NAMES, columns: Sequence[int] = (), horizon: int = 1
) -> Selected:
    """By the first 80 % of all moments."""
    steps = int(panel.lengths[0])
    moments = np.tile(np.arange(steps), len(panel.ids))
    train = np.flatnonzero((moments >= 1) & (moments + horizon < 0.8 * steps))
    shared = {"horizon": horizon, "log": True, "cycles": ("week",), "roles": ROLES}
    return select(panel, train, moments, shared, features, columns)


def test_a_volume_that_moves_the_price_is_kept_and_nothing_else():
    found = selected(market(0, series=5, volume=0.5))
    assert found.kept == ("volume_ratio_20",)
    assert found.tried[0].gain > 0.02
    assert found.tests == len(NAMES) + len(NAMES) - 1


def test_unrest_that_moves_the_price_is_kept():
    assert "volatility_20" in selected(market(0, series=3, regime=1.5)).kept


def test_a_column_that_helps_is_kept_and_an_idle_one_is_not():
    panel = market(1, series=5, volume=0.5)
    panel.values[:, 3] = np.log(panel.values[:, 3])
    panel.values[:, 1] = np.random.default_rng(0).normal(size=len(panel.values))
    assert selected(panel, (), (1, 3)).kept == ("volume",)


@pytest.mark.parametrize("horizon", [1, 5])
def test_random_walks_have_next_to_no_features(horizon):
    """A promise of 5 %; of 50 walks at most 3 may seem to have one."""
    kept = [selected(market(seed, steps=500), horizon=horizon).kept for seed in range(50)]
    assert sum(map(bool, kept)) <= 3


def test_nothing_after_the_training_part_is_looked_at():
    panel = market(2, series=2, volume=0.4)
    later = panel.values.copy()
    for start in panel.offsets[:-1]:
        later[start + 720 : start + 900] *= np.random.default_rng(1).uniform(1, 9, (180, 4))
    changed = Panel(
        panel.ids, panel.columns, later, panel.offsets, panel.stamps, panel.frequency, None,
        panel.rows,
    )  # fmt: skip
    assert selected(panel) == selected(changed)


def test_too_short_a_history_chooses_nothing():
    found = selected(market(0, steps=60, volume=0.5))
    assert (found.kept, found.tests, found.origins) == ((), 0, 0)
    assert {one.name for one in found.tried} == set(NAMES)


@pytest.mark.parametrize("most", [3_000, 1_000])
def test_of_many_or_long_series_a_part_is_enough(monkeypatch, most):
    """Memory is bounded; what is planted is found all the same."""
    monkeypatch.setattr("umbrella.fit.select_features.MOST_STEPS", most)
    sizes = []
    make = codecs.make
    monkeypatch.setattr(
        codecs, "make", lambda name, **settings: Sized(make(name, **settings), sizes)
    )
    series = 8 if most == 3_000 else 1
    found = selected(market(0, series, 900 if series > 1 else 4_000, volume=0.9))
    assert found.kept == ("volume_ratio_20",)
    assert max(sizes) <= most


class Sized:
    """A codec that writes down how many steps it is bound to."""

    def __init__(self, codec, sizes):
        self.codec, self.sizes = codec, sizes

    def bind(self, panel):
        self.sizes.append(len(panel.values))
        return self.codec.bind(panel)


def test_what_teaches_ends_a_horizon_and_an_embargo_before_what_judges():
    rng, horizon, count = np.random.default_rng(0), 5, 1_000
    x, when = rng.normal(size=(count, 6)), np.arange(count)
    y = rng.normal(size=(count, 2))
    first = _folds(Rows(x, y, 4, 1), when, horizon)[0]
    begins, gap = int(when[first.rows].min()), horizon + round(EMBARGO * count)
    for back, same in ((gap, True), (gap + 1, False)):
        changed = x.copy()
        changed[begins - back : begins] += 9
        moved = _folds(Rows(changed, y, 4, 1), when, horizon)[0]
        assert np.array_equal(moved.xx, first.xx) is same
