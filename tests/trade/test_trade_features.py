"""Features of the past: causal, free of units, and refused when they are not numbers."""

import numpy as np
import pytest
from bars import walk

from umbrella.base.errors import ConfigError, DataError
from umbrella.trade.features import LIMIT, SETTLE, features_of
from umbrella.trade.prices import prices_of

SOME = ("return_1", "return_20", "ema_gap_12", "rsi_14", "macd", "volatility_20")


def test_no_feature_moves_when_the_future_does():
    both = walk(200)
    seen, _ = features_of(prices_of(both), SOME)
    for cut in (5, 60, 120, 199):
        other = {name: part.copy() for name, part in both.items()}
        other["close"][cut:] *= np.linspace(2, 9, 200 - cut)[:, None]
        moved, _ = features_of(prices_of(other), SOME)
        assert np.array_equal(seen[:cut], moved[:cut])
        assert not np.array_equal(seen[cut], moved[cut])


def test_series_do_not_see_each_other():
    both = walk(150, 2)
    together, _ = features_of(prices_of(both))
    alone, _ = features_of(prices_of(both["close"][:, 1]))
    np.testing.assert_allclose(together[150:], alone, atol=1e-6)


def test_the_unit_of_a_price_does_not_matter():
    close = walk(200)["close"]
    one, _ = features_of(prices_of(close), SOME)
    other, _ = features_of(prices_of(close * 7), SOME)
    np.testing.assert_allclose(one[40:], other[40:], atol=1e-4)


def test_every_feature_has_a_spread_of_about_one():
    seen, early = features_of(prices_of(walk(5000)["close"]), SOME)
    assert early > 20 + SETTLE
    assert ((seen[early:].std(0) > 0.8) & (seen[early:].std(0) < 1.3)).all()


def test_returns_are_scaled_as_pandas_would():
    pandas = pytest.importorskip("pandas")
    close = pandas.Series(walk(300)["close"][:, 0])
    plain = np.log(close).diff()
    away = plain - plain.ewm(span=250).mean()
    wanted = away / np.sqrt((away**2).ewm(span=250).mean())
    seen, _ = features_of(prices_of(close.to_numpy()), ("return_1",))
    np.testing.assert_allclose(seen[3:, 0], wanted[3:], rtol=1e-4, atol=1e-6)


def test_a_price_that_stands_still_shows_nothing():
    seen, _ = features_of(prices_of(np.full(200, 5.0)))
    assert not seen.any()


def test_highs_lows_and_volumes_are_seen_where_the_table_has_them():
    both = walk(200)
    both |= {"high": both["close"] * 1.01, "low": both["close"] * 0.99}
    both["volume"] = np.random.default_rng(0).uniform(1, 2, (200, 1))
    seen, _ = features_of(prices_of(both), ("atr_14", "volume_ratio_20"))
    assert seen[100:].std(0).min() > 0.5
    table = {name: part[:, 0] for name, part in both.items()}
    again, _ = features_of(prices_of(table), ("atr_14", "volume_ratio_20"))
    assert np.array_equal(seen, again)
    with pytest.raises(DataError, match="volume"):
        features_of(prices_of(walk(50)), ("volume_ratio_20",))


def test_own_numbers_are_taken_as_they_are_within_the_bounds():
    prices = prices_of(walk(50))
    seen, early = features_of(prices, np.linspace(-20, 20, 50))
    assert early == 0
    assert seen.shape == (50, 1)
    assert seen.min() == -LIMIT
    assert seen[25, 0] == pytest.approx(np.linspace(-20, 20, 50)[25])


def test_what_is_no_feature_is_refused():
    prices = prices_of(walk(50))
    for wrong in (("charm_3",), ("return_0",), ()):
        with pytest.raises(ConfigError):
            features_of(prices, wrong)
    with pytest.raises(DataError, match="a row a bar"):
        features_of(prices, np.zeros(49))
    with pytest.raises(DataError, match="1 of them not finite"):
        features_of(prices, np.r_[np.nan, np.zeros(49)])
