"""The table of features: no later row is known, look-backs are true, names are checked."""

import numpy as np
import pytest
from oracles import GAPS, assert_bitwise, walk

from umbrella import series as kit
from umbrella.base.errors import ConfigError, DataError
from umbrella.series.features import FEATURES, Feature, compute, look_back
from umbrella.series.recursion import NARROW

ROWS, CUT = 420, 301
NAMES = [f"{name}_{n}" if one.windowed else name for name, one in FEATURES.items() for n in (5, 20)]
NAMES = sorted(set(NAMES))
SERIES = [1, 3, NARROW + 2]
OTHERS = {
    "missing": lambda array: np.full_like(array, np.nan),
    "huge": lambda array: np.full_like(array, 1e300),
    "different": lambda array: array[::-1] * 3 + 1,
    "zero": np.zeros_like,
}
each_name = pytest.mark.parametrize("name", NAMES)
each_width = pytest.mark.parametrize("series", SERIES)


def bars(rows=ROWS, series=3, gaps=GAPS / 10, seed=0):
    """Open, high, low, close and volume."""
    close = walk(rows, series, gaps=gaps, seed=seed)
    spread = 0.01 * np.abs(close) * np.random.default_rng(seed).random(close.shape)
    volume = walk(rows, series, seed=seed + 1, level=1e6).round()
    return {"close": close, "high": close + spread, "low": close - spread, "volume": volume}


@each_name
@each_width
@pytest.mark.parametrize("other", OTHERS)
def test_no_row_knows_what_comes_after_it(name, series, other):
    known = bars(series=series)
    before = compute([name], known)[:CUT]
    changed = {column: array.copy() for column, array in known.items()}
    for array in changed.values():
        array[CUT:] = OTHERS[other](array[CUT:])
    assert_bitwise(compute([name], changed)[:CUT], before)


@each_name
@each_width
def test_cut_off_data_give_the_same_to_the_last_bit(name, series):
    known = bars(series=series)
    short = {column: array[:CUT] for column, array in known.items()}
    assert_bitwise(compute([name], short), compute([name], known)[:CUT])


def test_a_feature_that_knew_the_next_row_would_be_noticed(monkeypatch):
    peek = Feature(
        ("close",), lambda c, _: np.roll(c["close"], -1, axis=0), lambda n, _: n, "", False
    )
    monkeypatch.setitem(FEATURES, "peek", peek)
    for other in OTHERS:
        with pytest.raises(AssertionError):
            test_no_row_knows_what_comes_after_it("peek", 3, other)


@each_name
def test_rows_before_the_look_back_hardly_count(name):
    known = bars(rows=800, gaps=0.0)
    whole = compute([name], known)[-1]
    back = look_back([name], tail=1e-9)
    assert back < 700
    recent = {column: array[-back - 1 :] for column, array in known.items()}
    np.testing.assert_allclose(compute([name], recent)[-1], whole, rtol=1e-5, atol=1e-6)
    assert np.isfinite(whole).all()


@each_name
def test_the_first_answer_comes_within_the_look_back(name):
    assert np.isfinite(compute([name], bars(gaps=0.0))[look_back([name])]).all()


@pytest.mark.parametrize("name", ["return_5", "sma_gap_20", "volatility_20", "on_balance_20"])
def test_the_look_back_of_a_window_is_not_too_long_either(name):
    back = look_back([name])
    values = compute([name], bars(gaps=0.0))
    assert np.isnan(values[back - 1]).all()
    assert np.isfinite(values[back]).all()


def test_the_largest_look_back_counts():
    names = ("return_1", "ema_gap_20", "rsi_14", "volatility_20", "volume_ratio_20")
    assert compute(names, bars()).shape == (ROWS, 3, 5)
    assert look_back(names) == max(look_back([name]) for name in names)
    assert look_back(("return_7",)) == 7
    assert look_back(()) == 0
    assert look_back(["ema_gap_20"]) == 47  # ⌈ln .01 / ln(19/21)⌉: 1 % of the weight lies before


def test_one_series_gives_one_row_of_features_a_row():
    one = {column: array[:, 0] for column, array in bars().items()}
    names = ("return_1", "atr_14", "macd", "on_balance_5")
    assert compute(names, one).shape == (ROWS, 4)


def test_features_are_those_of_the_functions():
    known = bars()
    close = known["close"]
    assert_bitwise(compute(["rsi_14"], known)[..., 0], kit.rsi(close, 14))
    assert_bitwise(compute(["macd"], known)[..., 0], kit.macd(close).histogram / close)
    assert_bitwise(compute(["ema_gap_5"], known)[..., 0], kit.ema_gap(close, 5))


@each_name
def test_features_do_not_depend_on_the_unit_of_the_price(name):
    known = bars(gaps=0.0)
    cents = {column: array * 128 for column, array in known.items()}
    np.testing.assert_allclose(compute([name], cents), compute([name], known), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("retrun_1", "Did you mean 'return'"),
        ("return", "Write e.g. return_20"),
        ("macd_5", "has no window"),
        ("return_0", "No feature named"),
        ("return_-1", "No feature named"),
    ],
)
def test_names_that_are_no_features_are_refused(name, says):
    with pytest.raises(ConfigError, match=says):
        compute([name], bars())
    with pytest.raises(ConfigError, match=says):
        look_back([name])


def test_columns_that_do_not_fit_are_refused():
    with pytest.raises(
        DataError, match=r"volume_ratio_5 needs the column 'volume'; there are: close"
    ):
        compute(["volume_ratio_5"], {"close": np.ones(9)})
    with pytest.raises(DataError, match="different shapes"):
        compute(["on_balance_5"], {"close": np.ones(9), "volume": np.ones(8)})
    with pytest.raises(DataError, match="close is inf at row 2"):
        compute(["return_1"], {"close": [1.0, 2.0, np.inf]})
    with pytest.raises(ConfigError, match="No feature was named"):
        compute([], {})
    with pytest.raises(ConfigError, match="tail=0 is not possible"):
        look_back(["macd"], tail=0)


@each_name
def test_features_of_levels_know_no_later_row_and_no_unit(name):
    """Levels may lie below zero; their changes are counted in what is usual for them."""
    known = bars(gaps=0.0)
    known = {column: array - 60 * (column != "volume") for column, array in known.items()}
    before = compute([name], known, unit=2.0)
    late = np.arange(ROWS)[:, None] >= CUT
    changed = {column: np.where(late, array * 5 + 3, array) for column, array in known.items()}
    assert_bitwise(compute([name], changed, unit=2.0)[:CUT], before[:CUT])
    assert np.isfinite(before[look_back([name]) :]).mean() > 0.9
    other = {column: array * 4 for column, array in known.items()}
    np.testing.assert_allclose(compute([name], other, unit=8.0), before, rtol=1e-9, atol=1e-9)


def test_changes_of_levels_are_over_their_unit():
    levels = np.array([1.0, -2.0, 4.0, 4.0])
    found = compute(["return_1", "drawdown_3"], {"close": levels}, unit=3.0)
    np.testing.assert_allclose(found, [[np.nan, 0], [-1, -1], [2, 0], [0, 0]])
