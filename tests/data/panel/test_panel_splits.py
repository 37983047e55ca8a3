"""Steps of a price that look like splits: flagged with date and ratio; a crash is not one."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from umbrella.data.panel import find_roles, make_panel
from umbrella.data.read import read


def found(made, kind):
    return [(f.series[0], made.written(f.stamps[0])) for f in made.findings if f.kind == kind]


@pytest.fixture(scope="module")
def shares():
    """Raw prices of five shares 2000 to 2013, in the public domain."""
    package = pytest.importorskip("bokeh_sampledata", reason="REAL DATA ABSENT: bokeh-sampledata")
    path = Path(package.__file__).parent / "_data" / "stocks.csv.gz"
    if not path.exists():
        pytest.skip(f"REAL DATA ABSENT: {importlib.metadata.version('bokeh-sampledata')} lacks it")
    return read(path)


REAL = [("AAPL", "2000-06-21"), ("AAPL", "2005-02-28"), ("MSFT", "2003-02-18")]
CRASH = [("AAPL", "2000-09-29")]


def test_three_real_splits_are_flagged_and_a_real_crash_is_not_called_one(shares):
    made = make_panel(shares, time="Date", targets=["Close"], ids="Ticker")
    assert found(made, "split") == REAL
    assert found(made, "rush") == CRASH
    first = next(f for f in made.findings if f.kind == "split")
    assert "split of 2:1" in first.text.say("en")
    assert "2:1 的拆股" in first.text.say("zh")


def test_nothing_is_repaired(shares):
    made = make_panel(shares, time="Date", targets=["Close"], ids="Ticker")
    close = shares.column("Close").to_numpy()
    assert np.array_equal(made.values[:, 0], close[made.rows])


def test_adjusted_prices_have_no_split_and_keep_the_crash(shares):
    made = make_panel(shares, time="Date", targets=["Adj Close"], ids="Ticker")
    assert not found(made, "split")
    assert found(made, "rush") == CRASH


def test_without_volume_a_split_and_a_crash_are_not_told_apart(shares):
    frame = shares.take(np.arange(shares.rows)).select("Date", "Ticker", "High", "Low", "Close")
    made = make_panel(read(frame), time="Date", targets=["Close"], ids="Ticker")
    assert not found(made, "split")
    assert sorted(found(made, "jump")) == sorted(REAL + CRASH)


def prices(ratio, *, volume=1.0, opened=None):
    """40 quiet days, a step by a ratio on the 21st, with a volume on that day times its usual."""
    draw = np.random.default_rng(1)
    close = 80 + draw.normal(size=40).cumsum() * 0.1
    close[20:] *= ratio
    shares = draw.uniform(900, 1_100, 40)
    shares[20:] /= ratio
    shares[20] *= volume
    start = close.copy()
    start[20] = close[20] if opened is None else opened
    days = [str(np.datetime64("2024-01-01") + n) for n in range(40)]
    table = read({"日期": days, "开盘": start, "收盘": close, "成交量": shares})
    return make_panel(table, time="日期", targets=["收盘"])


@pytest.mark.parametrize(("ratio", "said"), [(1 / 3, "3:1"), (0.1, "10:1"), (4, "1:4"), (2, "1:2")])
def test_splits_and_merged_shares_of_other_ratios_are_flagged(ratio, said):
    made = prices(ratio)
    finding = next(f for f in made.findings if f.kind == "split")
    assert finding.text.values["ratio"] == said
    assert [made.written(at) for at in finding.stamps] == ["2024-01-21"]


def test_a_fall_in_the_course_of_a_day_or_to_no_nth_is_no_split():
    assert not found(prices(0.5, opened=79.0), "split")
    assert not found(prices(0.42), "split")
    assert found(prices(0.42), "move")


def test_quiet_prices_and_columns_that_are_no_prices_are_left_alone():
    assert not {f.kind for f in prices(1.02).findings} & {"split", "jump", "rush", "move"}
    days = [str(np.datetime64("2024-01-01") + n) for n in range(40)]
    table = read({"date": days, "sold": np.where(np.arange(40) < 20, 10.5, 5.25)})
    made = make_panel(table, time="date", targets=["sold"])
    assert {f.kind for f in made.findings} == {"frequency"}


def test_roles_of_shares_are_found_with_the_adjusted_close_as_target(shares):
    roles = find_roles(shares)
    assert (roles.time, roles.ids, roles.target) == ("Date", "Ticker", "Adj Close")
    assert (roles.open, roles.high, roles.low, roles.close) == ("Open", "High", "Low", "Close")
    assert (roles.volume, roles.adjusted) == ("Volume", "Adj Close")


@pytest.mark.parametrize("ratio", [7, 20, 1 / 10])
def test_a_close_that_splits_while_the_open_does_not_is_no_ordinary_move(ratio):
    made = prices(1 / ratio, opened=80.0)
    [finding] = [f for f in made.findings if f.kind in ("split", "jump", "rush", "move")]
    ratio_said = f"{ratio:.0f}:1" if ratio > 1 else f"1:{1 / ratio:.0f}"
    assert (finding.kind, finding.text.values["ratio"]) == ("jump", ratio_said)
    assert "opening price of that day did not" in finding.text.say("en")


def test_three_for_two_is_a_split_where_price_and_open_come_close_to_it():
    for ratio, said in ((2 / 3, "3:2"), (1.5, "2:3")):
        [finding] = [f for f in prices(ratio).findings if f.kind == "split"]
        assert finding.text.values["ratio"] == said
    quiet = {"split", "jump", "rush", "move"}
    assert not {f.kind for f in prices(0.71).findings} & quiet  # a bad day, and not near enough
    assert not {f.kind for f in prices(2 / 3, volume=5.0).findings} & {"split", "jump"}


def test_a_close_without_volume_or_other_prices_is_watched_for_splits_too():
    days = [str(np.datetime64("2024-01-01") + n) for n in range(40)]
    table = read({"date": days, "close": np.where(np.arange(40) < 20, 70.5, 10.25)})
    made = make_panel(table, time="date", targets=["close"])
    assert found(made, "jump") == [("", "2024-01-21")]
