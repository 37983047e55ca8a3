"""The backtest: no leak at the fill, honest doubt, and the same figures as ten lines of pandas."""

import dataclasses
import xml.etree.ElementTree as ElementTree
from importlib.resources import files

import numpy as np
import pytest
from bars import walk

from umbrella.base.errors import ConfigError, DataError
from umbrella.series import ema_gap
from umbrella.trade.account import Terms
from umbrella.trade.backtest import backtest, bars_a_year
from umbrella.trade.env import TradingEnv
from umbrella.trade.figure import draw, fallen, save
from umbrella.trade.measure import measure
from umbrella.trade.prices import Prices, prices_of
from umbrella.trade.rule import Rule, positions_of
from umbrella.trade.simulate import simulate

FREE = Terms(cost=0)


def closes(steps, seed=0, size=0.01):
    """Closes of one random walk, as prices."""
    return prices_of(walk(steps, seed=seed, size=size)["close"][:, 0])


def test_foresight_of_a_bars_own_return_earns_nothing_of_it():
    """Only knowing the bar after the fill would pay: here one bar later, at the close."""
    prices = closes(1500)
    returns = np.diff(np.log(prices.close), prepend=np.log(prices.close[0]))
    shifted = {ahead: np.r_[returns[ahead:], np.full(ahead, np.nan)] for ahead in range(4)}
    earned = {
        ahead: np.log(backtest(known, prices, terms=FREE).course.equity[-1])
        for ahead, known in shifted.items()
    }
    everything = np.abs(returns).sum()
    for ahead in (0, 1, 3):  # its own bar, the bar of the fill, and one too far
        assert abs(earned[ahead]) < 0.1 * everything, ahead
    assert earned[2] > 0.9 * everything


def test_with_opens_foresight_earns_from_the_open_and_never_the_gap():
    """What happens overnight, before an order fills, cannot be earned by knowing it."""
    draw = np.random.default_rng(0)
    gaps, inside = draw.normal(0, 0.01, (2, 1500))
    close = 100 * np.exp(np.cumsum(gaps + inside))
    both = {"open": close * np.exp(-inside), "close": close}
    of_inside, of_gap = (
        np.log(backtest(np.r_[known[1:], np.nan], both, terms=FREE).course.equity[-1])
        for known in (inside, gaps)
    )
    assert of_inside > 0.8 * np.abs(inside).sum()
    assert abs(of_gap) < 0.1 * np.abs(gaps).sum()


def test_the_interval_of_a_random_rules_sharpe_ratio_holds_zero_nineteen_times_in_twenty():
    held = []
    for seed in range(300):
        prices, draw = closes(250, seed), np.random.default_rng([seed, 1])
        wanted = positions_of(draw.normal(size=250), prices, Rule(), FREE)
        (course,) = simulate(wanted, prices, FREE)
        held.append(measure(course, 252).sharpe_range.holds(0))
    assert 0.92 <= np.mean(held) <= 0.98


def test_a_rule_that_knows_something_is_found_and_one_that_pays_costs_for_nothing_too():
    prices = closes(1500)
    returns = np.diff(np.log(prices.close), prepend=np.log(prices.close[0]))
    known = np.r_[returns[2:], np.nan, np.nan] + np.random.default_rng(0).normal(0, 0.03, 1500)
    good = backtest(known, prices, terms=Terms(cost=1))
    assert good.verdict.key == "trade.ahead"
    assert good.own.sharpe_range.low > 0
    assert good.chance > 0.99
    noise = np.random.default_rng(1).normal(size=1500)
    bad = backtest(noise, prices, terms=Terms(cost=20))
    assert bad.verdict.key == "trade.behind"
    free = backtest(noise, prices, terms=FREE)
    assert free.verdict.key == "trade.level"


def test_holding_is_the_rule_that_is_always_long():
    found = backtest(np.ones(400), walk(400), terms=Terms(cost=5))
    assert np.array_equal(found.course.equity, found.hold.equity)
    assert found.verdict.key == "trade.same"
    assert "it is buy-and-hold" in found.text("en")
    assert "cannot tell" not in found.text("en")
    assert "1 order filled" in found.text("en")
    assert "luck" not in found.text("en")  # nothing was chosen
    assert "就是买入并持有" in found.text("zh")
    out = backtest(np.r_[-1.0, np.ones(399)], walk(400), terms=Terms(cost=5))
    assert out.verdict.key != "trade.same"


def test_many_tries_deflate_the_same_sharpe_ratio():
    prices = closes(800)
    forecasts = np.random.default_rng(3).normal(size=800)
    once, often = (backtest(forecasts, prices, tries=tries) for tries in (1, 100))
    assert often.own == once.own
    assert often.chance < once.chance
    assert "in 100 tries" in often.text("en")
    assert "only rule tried" in once.text("en")


def test_the_curve_of_costs_falls_and_breaks_even_where_it_says():
    prices = closes(1500)
    returns = np.diff(np.log(prices.close), prepend=np.log(prices.close[0]))
    known = np.r_[returns[2:], np.nan, np.nan] + np.random.default_rng(0).normal(0, 0.05, 1500)
    found = backtest(known, prices)
    growths = [growth for _, growth, _ in found.curve]
    assert [cost for cost, *_ in found.curve] == [0, 5, 10, 20]
    assert growths == sorted(growths, reverse=True)
    assert growths[1] == found.own.growth
    at = backtest(known, prices, terms=Terms(cost=found.break_even))
    assert abs(at.own.growth) < 0.002
    lost = backtest(-known, prices)
    assert lost.break_even == 0
    assert "even where trading is free" in lost.text("en")
    sure = backtest(np.ones(100), np.exp(np.linspace(0, 1, 100)))
    assert sure.break_even == np.inf
    assert "100 basis points" in sure.text("en")


def test_a_backtest_is_the_environment_with_the_same_positions():
    both = walk(200)
    forecasts = np.random.default_rng(0).normal(size=200)
    found = backtest(forecasts, both, terms=Terms(cost=7))
    env = TradingEnv(both, np.zeros(200), window=1, length=None, cost=7)
    env.reset(seed=0)
    for forecast in forecasts[:-1]:
        *_, info = env.step(int(np.sign(forecast)) + 1)
    assert info["equity"] == pytest.approx(found.course.equity[-1])
    assert info["cost"] == pytest.approx(found.course.paid[-1])


def shares():
    """The real daily bars of five shares, 2000 to 2013."""
    pytest.importorskip("bokeh_sampledata", reason="real shares: pip install bokeh-sampledata")
    return files("bokeh_sampledata") / "_data/stocks.csv.gz"


@pytest.fixture(scope="module")
def apple():
    prices = prices_of(shares())
    part = prices.bars(prices.ids.index("AAPL"))
    return Prices(prices.close[part], prices.open[part], np.array([0, part.stop - part.start]),
                  ("AAPL",), prices.stamps[part], prices.rows[part])  # fmt: skip


def test_a_moving_average_on_apple_gives_the_figures_of_ten_lines_of_pandas(apple):
    pandas = pytest.importorskip("pandas")
    table = pandas.read_csv(shares(), parse_dates=["Date"])
    table = table[table.Ticker == "AAPL"].set_index("Date").sort_index()
    close, k = table["Adj Close"], 5 / 10_000
    opened = table.Open * close / table.Close
    gap = close.rolling(20).mean() / close.rolling(50).mean() - 1
    asked = (gap > 0).astype(float).where(gap.notna())
    now, before = asked.shift(1), asked.shift(2).fillna(0)
    turn = np.where(now > before, 1 / (1 + k), np.where(now < before, 1 - k, 1))
    factor = (opened / close.shift()) ** before * turn * (close / opened) ** now
    equity = factor[now.notna()].cumprod()

    found = backtest(gap.to_numpy(), apple, rule=Rule(short=False))
    np.testing.assert_allclose(found.course.equity[1:], equity, rtol=1e-10)
    assert found.own.growth == pytest.approx(equity.iloc[-1] - 1)
    daily = equity.pct_change().fillna(equity.iloc[0] - 1)
    year = len(daily) / ((equity.index[-1] - apple.stamps[49]).days / 365.2425)
    assert found.own.sharpe == pytest.approx(daily.mean() / daily.std() * year**0.5, rel=1e-3)
    assert found.own.fall == pytest.approx(1 - (equity / equity.cummax().clip(lower=1)).min())
    assert found.course.orders == int((now.dropna() != before[now.notna()]).sum())
    first = apple.open[50]
    assert found.held.growth == pytest.approx(close.iloc[-1] / first / (1 + k) - 1)
    assert found.verdict.key == "trade.level"


def test_the_environment_runs_on_apple(apple):
    env = TradingEnv(apple, length=None)
    seen, info = env.reset(seed=0)
    assert info["row"] == env.market.first[0]
    over = False
    while not over:
        seen, _, ruined, over, info = env.step(2)
        assert not ruined
    assert seen in env.observation_space
    assert info["equity"] == pytest.approx(
        apple.close[-1] / apple.open[env.market.first[0] + 1] / 1.0005
    )


def test_all_five_shares_are_traded_side_by_side():
    prices = prices_of(shares())
    shares_of = [prices.close[prices.bars(number)] for number in range(prices.count)]
    gaps = np.concatenate([ema_gap(close, span=100) for close in shares_of])
    found = backtest(gaps, prices, rule=Rule(short=False))
    assert found.series == 5
    assert 250 < found.year < 254
    assert found.own.sharpe_range.low < found.own.sharpe < found.own.sharpe_range.high


def test_the_report_speaks_both_languages_and_says_that_it_is_no_advice():
    found = backtest(np.random.default_rng(0).normal(size=300), walk(300))
    assert "not advice" in found.text("en").splitlines()[-1]
    assert "不构成买卖建议" in found.text("zh").splitlines()[-1]
    assert len(found.text("en").splitlines()) == len(found.text("zh").splitlines())
    assert "next bar's open" in found.text("en")
    assert "下一根 K 线的开盘价" in found.text("zh")
    knowing = walk(600)
    inside = np.log(knowing["close"] / knowing["open"])[:, 0]
    suspect = backtest(np.r_[inside[1:], np.nan], knowing)
    assert "knew the future" in suspect.text("en")
    assert "knew the future" not in found.text("en")


def test_a_ruined_account_is_told():
    rising = np.exp(0.2 * np.arange(60.0))
    found = backtest(np.full(60, -1.0), rising)
    assert found.course.ruined == 1
    assert "1 of 1 account lost nearly all and was closed" in found.text("en")


def test_the_figure_is_an_image_with_words(tmp_path):
    found = backtest(np.random.default_rng(0).normal(size=300), walk(300))
    for lang, word in (("en", "buy-and-hold"), ("zh", "买入并持有")):
        save(found, tmp_path / "f.svg", lang)
        text = (tmp_path / "f.svg").read_text("utf-8")
        root = ElementTree.fromstring(text)
        assert root.tag.endswith("svg")
        assert word in "".join(root.itertext())
        assert text == draw(found, lang)  # the same figure gives the same bytes
    assert fallen(np.array([1, 2, 1.0, 4])).tolist() == [0, 0, -0.5, 0]


def test_bars_of_a_year_are_told_by_their_dates():
    days = np.arange("2000-01-01", "2004-01-01", dtype="datetime64[D]").astype("datetime64[us]")
    assert bars_a_year(days) == pytest.approx(365.2425, rel=1e-3)
    assert bars_a_year(np.arange(100)) == 252


def test_what_makes_no_sense_is_refused():
    prices = closes(100)
    for wrong in ({"tries": 0}, {"year": 0}):
        with pytest.raises(ConfigError, match="1 or more"):
            backtest(np.ones(100), prices, **wrong)
    with pytest.raises(DataError, match="one a bar"):
        backtest(np.ones(99), prices)
    with pytest.raises(DataError, match="20 or more"):
        backtest(np.r_[np.full(90, np.nan), np.ones(10)], prices)


def test_nothing_of_a_backtest_can_be_changed_afterwards():
    found = backtest(np.ones(100), closes(100))
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.tries = 1
