"""Any price table becomes bars, series after series, rising in time."""

import numpy as np
import polars as pl
import pytest
from bars import walk

from umbrella.base.errors import DataError
from umbrella.data.panel import make_panel
from umbrella.data.read import read
from umbrella.trade.prices import prices_of

LONG = {
    "Date": ["2024-01-03", "2024-01-02", "2024-01-02", "2024-01-03"],
    "Ticker": ["A", "A", "B", "B"],
    "Open": [11.0, 9.0, 20.0, 21.0],
    "Close": [12.0, 10.0, 20.5, 22.0],
}


def test_a_long_table_is_split_by_series_and_put_in_order():
    prices = prices_of(LONG)
    assert prices.ids == ("A", "B")
    assert prices.close.tolist() == [10, 12, 20.5, 22]
    assert prices.open.tolist() == [9, 11, 20, 21]
    assert prices.rows.tolist() == [1, 0, 2, 3]
    assert prices.offsets.tolist() == [0, 2, 4]


def test_files_frames_dicts_and_chinese_names_give_the_same_bars(tmp_path):
    names = {"Date": "日期", "Ticker": "代码", "Open": "开盘价", "Close": "收盘价"}
    frame = pl.DataFrame(LONG)
    frame.rename(names).write_csv(tmp_path / "bars.csv")
    own = prices_of(LONG)
    for source in (frame, tmp_path / "bars.csv", str(tmp_path / "bars.csv"), frame.to_dicts()):
        other = prices_of(source)
        assert other.ids == own.ids
        assert np.array_equal(other.close, own.close)
        assert np.array_equal(other.open, own.open)


def test_arrays_of_one_or_many_series_are_bars():
    both = walk(30, 3)
    both["close"][:5, 1] = np.nan
    prices = prices_of(both)
    assert np.diff(prices.offsets).tolist() == [30, 25, 30]
    assert np.array_equal(prices.close[30:55], both["close"][5:, 1])
    assert np.array_equal(prices.open[30:55], both["open"][5:, 1])
    assert prices.rows[30] == 5
    assert prices_of(both["close"][:, 0]).open is None
    assert prices_of({"close": both["close"][:, 0].tolist()}).close[0] == both["close"][0, 0]


def test_a_split_is_no_crash_where_an_adjusted_close_tells():
    table = {"open": [100.0, 51.0], "close": [102.0, 50.0], "Adj Close": [51.0, 50.0]}
    prices = prices_of(table)
    assert prices.close.tolist() == [51, 50]
    assert prices.open.tolist() == [50, 51]


def test_a_bar_without_an_open_is_traded_at_its_close_and_one_without_a_close_is_none():
    prices = prices_of({"open": [1.0, None, 3.0], "close": [1.5, 2.5, None]})
    assert prices.open.tolist() == [1, 2.5]
    assert prices.rows.tolist() == [0, 1]


def test_dates_are_dates_and_what_reading_found_is_kept():
    one_short = {name: [*LONG[name], LONG[name][0]] for name in LONG} | {"Ticker": [*"AABBC"]}
    prices = prices_of(one_short)
    assert prices.ids == ("A", "B")
    assert prices.stamps[0] == np.datetime64("2024-01-02")
    assert [finding.series for finding in prices.findings if finding.kind == "short"] == [("C",)]


def test_a_panel_gives_the_bars_of_the_table_it_was_made_of():
    table = read(LONG)
    panel = make_panel(table, time="Date", targets=["Close"], ids="Ticker", covariates=["Open"])
    own, other = prices_of(LONG), prices_of(panel)
    for name in ("close", "open", "offsets", "stamps", "rows"):
        assert np.array_equal(getattr(own, name), getattr(other, name)), name


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"volume": [1.0, 2.0]}, "closing prices"),
        ({"close": [1.0, 0.0, 2.0]}, "row 2 is 0.0"),
        ({"close": [1.0, -3.0]}, "above 0"),
        (np.array([1.0, np.inf]), "inf"),
        (np.array([1.0]), "two at least"),
        ({"close": ["much", "more"]}, "column of numbers"),
        ({"close": np.ones((3, 2)), "open": np.ones((4, 2))}, "one shape"),
        (LONG | {"Date": ["2024-01-02"] * 4}, "have one time"),
    ],
)
def test_what_is_no_price_table_is_refused(source, says):
    with pytest.raises(DataError, match=says):
        prices_of(source)
