"""Columns proposed for roles, by name and content, in English and Chinese."""

import numpy as np
import pytest

from umbrella.data.panel import find_roles, make_panel
from umbrella.data.panel.roles import plain
from umbrella.data.read import read

DAYS = [str(np.datetime64("2024-01-01") + n) for n in range(12)]
Y = np.arange(12) + 0.5


def roles(**columns):
    return find_roles(read(columns))


@pytest.mark.parametrize(
    "names",
    [
        ("date", "open", "high", "low", "close", "volume", "Name"),
        ("Date", "Open", "High", "Low", "Close/Last", "Volume", "Symbol"),
        ("timestamp", "1. open", "2. high", "3. low", "4. close", "5. volume", "ticker"),
        ("<DATE>", "<OPEN>", "<HIGH>", "<LOW>", "<CLOSE>", "<VOL>", "<TICKER>"),
        ("日期", "开盘", "最高", "最低", "收盘", "成交量", "股票代码"),
        ("交易日", "开盘价", "最高价(元)", "最低价", "收盘价（元）", "成交量(手)", "证券代码"),
    ],
)
def test_a_table_of_prices_is_recognised(names):
    columns = {names[0]: DAYS, names[6]: ["A1"] * 6 + ["B2"] * 6}
    columns |= {name: Y + at for at, name in enumerate(names[1:6])}
    found = find_roles(read(columns))
    assert (found.time, found.ids, found.target) == (names[0], names[6], names[4])
    assert (found.open, found.high, found.low, found.close, found.volume) == names[1:6]
    for reason in found.reasons:
        assert reason.say("en")
        assert reason.say("zh")


def test_money_traded_and_adjusted_prices_are_known():
    found = roles(日期=DAYS, 收盘=Y, 后复权收盘价=Y + 1, 成交额=Y)
    assert (found.adjusted, found.amount, found.target) == (
        "后复权收盘价",
        "成交额",
        "后复权收盘价",
    )


def test_a_name_is_not_believed_where_the_cells_disagree():
    found = roles(date=[f"no {n}" for n in range(12)], when=DAYS, close=["x"] * 12, y=Y)
    assert (found.time, found.close, found.target) == ("when", None, "y")


def test_codes_with_leading_zeros_tell_series_apart():
    table = read(
        {"日期": DAYS[:6] * 2, "代码": ["000001"] * 6 + ["600519"] * 6, "收盘": Y, "开盘": Y}
    )
    found = find_roles(table)
    assert found.ids == "代码"
    made = make_panel(table, time=found.time, targets=[found.target], ids=found.ids)
    assert made.ids == ("000001", "600519")


def test_what_tells_series_apart_is_found_by_content():
    found = roles(when=DAYS[:6] * 2, place=["north"] * 6 + ["south"] * 6, color=["red"] * 12, y=Y)
    assert found.ids == "place"
    assert roles(when=DAYS, place=["north"] * 6 + ["south"] * 6, y=Y).ids is None


def test_a_code_that_never_comes_twice_is_no_name_of_a_series():
    assert roles(date=DAYS, id=[f"x{n}" for n in range(12)], y=Y).ids is None


def test_parts_of_a_moment_are_found_in_columns_of_their_own():
    parts = {"year": [2024] * 12, "month": [1] * 12, "day": list(range(1, 13)), "pm": Y}
    assert roles(**parts).time == ("year", "month", "day")
    assert roles(年=[2024] * 12, 月=list(range(1, 13)), 销量=Y).time == ("年", "月")
    clocks = [f"{hour}:30" for hour in range(12)]
    assert roles(日期=["2024-01-05"] * 12, 时间=clocks, y=Y).time == ("日期", "时间")


def test_the_target_is_told_by_name_or_is_the_last_number():
    assert roles(date=DAYS, y=Y, other=Y + 1).target == "y"
    assert roles(date=DAYS, a=Y, b=Y + 1).target == "b"
    only = roles(date=DAYS, a=Y)
    assert "the only column of numbers" in only.reasons[-1].say("en")
    assert roles(date=DAYS, a=["x", "y"] * 6).target is None


def test_one_column_called_last_is_no_market():
    assert roles(date=DAYS, last=Y).prices == ()
    assert roles(date=DAYS, last=Y, volume=Y).prices == ("last",)


def test_a_close_alone_is_a_price_and_an_open_alone_is_not():
    assert roles(date=DAYS, close=Y).prices == ("close",)
    assert roles(日期=DAYS, 收盘价=Y).prices == ("收盘价",)
    assert roles(date=DAYS, open=Y).prices == ()


def test_a_table_without_a_time_says_so():
    found = roles(a=Y, b=Y + 1)
    assert found.time is None
    assert "no column holds times" in found.reasons[0].say("en")


BARE = {
    "Adj Close": "adjclose",
    "4. close": "close",
    "收盘价（元）": "收盘价",
    "<VOL>": "vol",
    "ts_code": "tscode",
}


@pytest.mark.parametrize("name", BARE)
def test_names_are_compared_bare(name):
    assert plain(name) == BARE[name]
