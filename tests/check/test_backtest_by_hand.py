"""A backtest of a real share, reckoned again with shares, cash and loops, by nothing of ours."""

import csv
import math
import zipfile
from datetime import date
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from realdata import path
from scipy.stats import norm, t

import umbrella
from umbrella.base.run import Run
from umbrella.check import backtest
from umbrella.cli import main

HORIZON, WINDOW = 5, 64  # steps ahead; steps that the rung "drift" looks back at
COST, SLIPPAGE = 7.0, 3.0  # basis points


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """No figure: what is reckoned is looked at here."""
    monkeypatch.setattr(backtest, "_draw", lambda *_: None)


@pytest.fixture(scope="module")
def share(tmp_path_factory):
    """Five years of one ticker, and a run that forecasts it by its drift."""
    folder = tmp_path_factory.mktemp("share")
    with zipfile.ZipFile(path("stocks_5yr") / "stocks_5yr.zip") as archive:
        text = archive.read("AAL.csv").decode()
    (folder / "AAL.csv").write_text(text)
    bars = [
        (row["date"], float(row["open"] or row["close"]), float(row["close"]))
        for row in csv.DictReader(text.splitlines())
    ]
    run = folder / "run"
    umbrella.fit(
        folder / "AAL.csv",
        horizon=HORIZON,
        rungs=("drift",),
        features=("none",),
        out=run,
        progress=False,
    )
    return SimpleNamespace(bars=bars, run=run)


def asked(bars, first, last):
    """Long where the mean log step of the window is above 0, short where it is below: by index."""
    wanted = {}
    for at in range(first, last + 1):
        closes = [close for _, _, close in bars[at - WINDOW + 1 : at + 1]]
        steps = [math.log(b / a) for a, b in pairwise(closes)]
        mean = sum(steps) / len(steps)
        wanted[at] = 1.0 if mean > 0 else -1.0 if mean < 0 else 0.0
    return wanted


def traded(bars, wanted):
    """An account of cash and shares: what it was worth at closes, and what was paid and moved."""
    first, last = min(wanted), max(wanted)
    rate = (COST + SLIPPAGE) / 10_000
    cash, shares, before, orders, paid = 1.0, 0.0, 0.0, 0, 0.0
    worth, moved = [1.0], []
    for at in range(first + 1, last + 2):
        _, opened, close = bars[at]
        share, value = wanted[at - 1], 0.0
        if share != before:  # yesterday's order fills at today's open
            old, have = shares * opened, cash + shares * opened
            target = share * have
            for _ in range(100):  # the order's own cost makes the account smaller
                target = share * (have - rate * abs(target - old))
            value = abs(target - old)
            cash += old - target - rate * value
            shares = target / opened
            orders, paid, before = orders + 1, paid + rate * value, share
        moved.append(value / worth[-1])
        worth.append(cash + shares * close)
    return SimpleNamespace(worth=np.array(worth), orders=orders, paid=paid, turnover=moved)


def fall(worth):
    """Deepest fall from a peak, by looking at every day."""
    peak, most = worth[0], 0.0
    for one in worth:
        peak = max(peak, one)
        most = max(most, 1 - one / peak)
    return most


def lo(returns, per_year):
    """Sharpe ratio a year with Lo's interval; the long-run spread by slow cosines."""
    n, step = len(returns), np.mean(returns) / np.std(returns, ddof=1)
    unit = (returns - np.mean(returns)) / np.std(returns)
    adds = unit - step / 2 * (unit**2 - 1)
    seen = np.sum((adds[1:] - adds.mean()) * (adds[:-1] - adds.mean())) / np.sum(
        (adds - adds.mean()) ** 2
    )
    strength = min(max(seen + (1 + 3 * seen) / n, 0.01), 0.99)
    few = int(0.39 * n * (1 - strength) / (math.pi * math.sqrt(strength)))
    waves = max(2, min(int(0.4 * n ** (2 / 3)), few))
    power = 0.0
    for wave in range(1, waves + 1):
        term = sum(a * math.cos(math.pi * wave * (k + 0.5) / n) for k, a in enumerate(adds))
        power += 2 / n * term**2 / waves
    half = t.ppf(0.975, waves) * math.sqrt(power / n)
    year = math.sqrt(per_year)
    return year * step, year * (step - half), year * (step + half)


def by_luck(returns, tries):
    """p of Bailey and López de Prado's deflated ratio, tries spread by one over the bars."""
    n, step = len(returns), np.mean(returns) / np.std(returns, ddof=1)
    unit = (returns - np.mean(returns)) / np.std(returns)
    gamma, spread = 0.5772156649015329, math.sqrt(1 / (n - 1))
    best = 0.0
    if tries > 1:
        best = spread * (
            (1 - gamma) * norm.ppf(1 - 1 / tries) + gamma * norm.ppf(1 - 1 / (tries * math.e))
        )
    risk = 1 - np.mean(unit**3) * step + (np.mean(unit**4) - 1) / 4 * step**2
    return 1 - norm.cdf((step - best) * math.sqrt((n - 1) / risk))


@pytest.mark.parametrize("tries", [1, 40])
def test_every_figure_of_a_backtest_can_be_reckoned_by_hand(share, tries):
    terms = ["--cost", str(COST), "--slippage", str(SLIPPAGE), "--tries", str(tries), "--json"]
    assert main(["backtest", str(share.run), *terms]) == 0
    told, days = Run(share.run).read("backtest.json"), [day for day, *_ in share.bars]
    first, last = days.index(told["first"]), days.index(told["last"]) - 1
    wanted = asked(share.bars, first, last)
    rule, hold = traded(share.bars, wanted), traded(share.bars, dict.fromkeys(wanted, 1.0))
    spent = (date.fromisoformat(told["last"]) - date.fromisoformat(told["first"])).days
    year = (last + 1 - first) / (spent / 365.2425)
    assert (told["bars"], told["orders"], told["tries"]) == (len(wanted), rule.orders, tries)
    assert told["costs"]["paid"] == pytest.approx(rule.paid, rel=1e-9)
    for mine, its in ((rule, told["rule"]), (hold, told["hold"])):
        returns = mine.worth[1:] / mine.worth[:-1] - 1
        assert its["growth"] == pytest.approx(mine.worth[-1] - 1, rel=1e-9)
        yearly = mine.worth[-1] ** (year / len(returns)) - 1
        assert its["yearly"] == pytest.approx(yearly, rel=1e-9)
        assert its["fall"] == pytest.approx(fall(mine.worth), rel=1e-9)
        assert its["turnover"] == pytest.approx(np.mean(mine.turnover), rel=1e-9)
        ratio, low, high = lo(returns, year)
        around = its["sharpe_range"]
        found = (its["sharpe"], around["low"], around["high"])
        assert found == pytest.approx((ratio, low, high), rel=1e-6)
    returns = rule.worth[1:] / rule.worth[:-1] - 1
    assert told["p_against_luck"] == pytest.approx(by_luck(returns, tries), rel=1e-6)


def test_the_screen_says_these_figures_in_both_languages(share, capsys):
    words = {
        "en": ("buy-and-hold", "Sharpe ratio", "95 %", "in 40 tries", "Deepest fall",
               "orders filled", "costs ate", "not advice to buy or sell"),
        "zh": ("买入并持有", "夏普比率", "95% 区间", "40 次尝试", "最大回撤", "换手", "费用",
               "不构成买卖建议"),
    }  # fmt: skip
    for lang, wanted in words.items():
        assert main(["backtest", str(share.run), "--tries", "40", "--lang", lang]) == 0
        told = capsys.readouterr().out
        assert [word for word in wanted if word not in told] == []
        assert lang == "en" or "buy-and-hold" not in told
