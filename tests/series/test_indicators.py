"""Rolling windows and indicators equal pandas and TA-Lib, and keep their digits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import GAPS, assert_bitwise, assert_same, walk

from umbrella import series as kit
from umbrella.base.errors import ConfigError
from umbrella.series.rolling import rolling_max, rolling_sum

pandas = pytest.importorskip("pandas", reason="the oracle pandas needs: pip install '.[dev]'")
talib = pytest.importorskip("talib", reason="the oracle TA-Lib needs: pip install '.[dev]'")

WINDOWS = st.integers(1, 40)
SHAPES = st.tuples(st.sampled_from([1, 5, 90]), st.sampled_from([1, 4, 500]))
CLOSE = walk(400, 1)[:, 0]
SPREAD = np.abs(walk(400, 1, seed=5)[:, 0]) * 0.01
HIGH, LOW = CLOSE + SPREAD, CLOSE - 0.5 * SPREAD
VOLUME = walk(400, 1, seed=9, level=1e6)[:, 0].round()


@settings(max_examples=60, deadline=None)
@given(SHAPES, WINDOWS, st.sampled_from([0.0, GAPS]), st.integers(0, 999), st.data())
def test_rolling_means_and_spreads_equal_pandas(shape, window, gaps, seed, data):
    values = walk(*shape, gaps=gaps, seed=seed)
    least = data.draw(st.one_of(st.none(), st.integers(1, window)))
    rolling = pandas.DataFrame(values).rolling(window, min_periods=least)
    assert_same(kit.sma(values, window, min_count=least), rolling.mean(), 1e-10)
    theirs = rolling.std(ddof=0).to_numpy()
    ours = kit.rolling_std(values, window, min_count=least, ddof=0)
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-6)  # pandas' running sums drift
    if window > 1:
        assert_same(
            kit.z_score(values, window, min_count=least),
            np.where(np.abs(rolling.std()) > 0, (values - rolling.mean()) / rolling.std(), np.nan),
            1e-5,
        )


@pytest.mark.parametrize("window", [2, 7, 20])
def test_windows_equal_numpy_window_by_window(window):
    values = walk(90, 3)
    cut = np.lib.stride_tricks.sliding_window_view(values, window, axis=0)
    assert_same(kit.sma(values, window)[window - 1 :], cut.mean(axis=-1))
    assert_same(kit.rolling_std(values, window)[window - 1 :], cut.std(axis=-1, ddof=1), 1e-11)
    assert_same(rolling_max(values, window)[window - 1 :], cut.max(axis=-1))
    assert_same(rolling_sum(values, window)[window - 1 :], cut.sum(axis=-1))


def test_spreads_keep_their_digits_at_prices_of_a_billion():
    moves = np.random.default_rng(0).integers(-3, 4, 500).astype(float)
    assert_same(kit.rolling_std(moves + 1e9, 20), kit.rolling_std(moves, 20), 1e-6)
    prices = 1e9 * np.exp(np.cumsum(0.01 * moves / 3))
    assert_same(kit.volatility(prices, 20), kit.volatility(prices / 1e9, 20), 1e-9)


def test_a_huge_value_leaves_no_trace_behind_its_window():
    values = walk(100, 2)
    spoiled = values.copy()
    spoiled[30] = 1e300
    assert_bitwise(kit.rolling_std(spoiled, 8)[38:], kit.rolling_std(values, 8)[38:])
    assert_bitwise(kit.sma(spoiled, 8)[38:], kit.sma(values, 8)[38:])


def test_what_does_not_move_has_no_spread_and_no_score():
    still = np.full(30, 0.1)
    assert (kit.rolling_std(still, 7)[6:] == 0).all()
    assert np.isnan(kit.z_score(still, 7)).all()
    assert (kit.rsi(still, 7)[7:] == 50).all()


@pytest.mark.parametrize("steps", [1, 5])
def test_returns_equal_pandas(steps):
    values = walk(60, 3, gaps=GAPS)
    plain = pandas.DataFrame(values).pct_change(steps, fill_method=None)
    assert_same(kit.returns(values, steps, log=False), plain, 1e-9)
    assert_same(kit.returns(values, steps), np.log1p(plain), 1e-9)


def test_volatility_is_the_spread_of_log_returns():
    values = walk(200, 2, gaps=0.02)
    theirs = np.log(pandas.DataFrame(values)).diff().rolling(20, min_periods=10).std()
    assert_same(kit.volatility(values, 20, min_count=10), theirs, 1e-8)


@pytest.mark.parametrize("window", [2, 14])
def test_rsi_equals_ta_lib(window):
    assert_same(kit.rsi(CLOSE, window), talib.RSI(CLOSE, window), 1e-10)


def test_true_range_and_its_average_equal_ta_lib():
    assert_same(kit.true_range(HIGH, LOW, CLOSE), talib.TRANGE(HIGH, LOW, CLOSE), 1e-9)
    assert_same(kit.atr(HIGH, LOW, CLOSE, 14), talib.ATR(HIGH, LOW, CLOSE, 14), 1e-9)


def test_bands_equal_ta_lib():
    upper, middle, lower = talib.BBANDS(CLOSE, 20, 2.0, 2.0)
    ours = kit.bollinger(CLOSE, 20)
    assert_same(ours.upper, upper, 1e-9)
    assert_same(ours.middle, middle, 1e-9)
    assert_same(ours.lower, lower, 1e-9)


def test_macd_comes_to_ta_libs_once_the_seeds_are_forgotten():
    theirs = talib.MACD(CLOSE, 12, 26, 9)
    ours = kit.macd(CLOSE)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one[350:], other[350:], atol=1e-7)
    assert np.isnan(ours.line[:25]).all()
    assert np.isfinite(ours.line[25:]).all()
    assert np.isfinite(ours.signal[33:]).all()


def test_on_balance_is_the_change_of_ta_libs_by_the_volume():
    change = np.r_[
        np.full(20, np.nan), talib.OBV(CLOSE, VOLUME)[20:] - talib.OBV(CLOSE, VOLUME)[:-20]
    ]
    volume = pandas.Series(VOLUME).rolling(20).sum().to_numpy()
    assert_same(kit.on_balance(CLOSE, VOLUME, 20), change / volume, 1e-9)


def test_gaps_and_ratios_are_logs_over_the_average():
    mean = pandas.Series(CLOSE).rolling(20).mean()
    smooth = pandas.Series(CLOSE).ewm(span=20, min_periods=20).mean()
    np.testing.assert_allclose(kit.sma_gap(CLOSE, 20), np.log(CLOSE / mean), atol=1e-12)
    np.testing.assert_allclose(kit.ema_gap(CLOSE, 20), np.log(CLOSE / smooth), atol=1e-12)
    traded = pandas.Series(VOLUME).ewm(span=20, min_periods=20).mean()
    np.testing.assert_allclose(kit.volume_ratio(VOLUME, 20), np.log(VOLUME / traded), atol=1e-12)


def test_drawdown_is_the_fall_from_the_highest_so_far_or_of_the_window():
    values = np.array([1.0, 2.0, np.nan, 1.0, 4.0, 3.0])
    assert_same(kit.drawdown(values), [0, 0, np.nan, -0.5, 0, -0.25])
    assert_same(kit.drawdown(values, 2), [0, 0, np.nan, 0, 0, -0.25])


def test_prices_without_a_logarithm_are_gaps():
    assert np.isnan(kit.returns([1.0, 0.0, 2.0])[1:]).all()
    assert np.isnan(kit.volume_ratio([0.0, 0.0, 0.0], 1)).all()


@pytest.mark.parametrize("window", [0, 2.5, True])
def test_windows_that_cannot_be_are_refused(window):
    with pytest.raises(ConfigError, match="whole number from 1"):
        kit.sma([1.0, 2.0], window)


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ConfigError, match="Give numbers"):
        kit.sma(["a"], 2)
    with pytest.raises(ConfigError, match="came together"):
        kit.on_balance([1.0, 2.0], [1.0], 1)
