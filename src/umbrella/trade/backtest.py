"""What forecasts would have earned, after costs, and always beside having bought and held.

A forecast is made at a bar's close, of the return from there on. A simple rule turns it into long,
short or out; the order fills at the next bar. So a forecast that equals a bar's own return, and is
known at its close, earns nothing of that return.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError
from umbrella.score.blocks import block_mean
from umbrella.score.doubt import Interval
from umbrella.score.trading import sharpe
from umbrella.trade.account import Terms
from umbrella.trade.measure import Measures, beyond_luck, measure
from umbrella.trade.prices import prices_of
from umbrella.trade.rule import Rule, forecasts_of, positions_of
from umbrella.trade.simulate import Course, simulate

COSTS = (0.0, 5.0, 10.0, 20.0)  # basis points that the curve of costs shows
DEAREST = 100.0  # basis points up to which break-even is looked for
GRID = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 70.0, DEAREST)
LEAST = 20  # bars of a backtest
SUSPECT = 3.0  # a yearly Sharpe ratio after costs that is hardly ever honest
YEAR = 252.0  # bars of a year where nothing tells


@dataclass(frozen=True)
class Backtest:
    """What was found.

    Args:
        course, hold: how the money went under the rule, and bought and held over the same bars.
        own, held: figures of both.
        ahead: interval of the rule's mean log return a bar less that of holding.
        chance: that the true Sharpe ratio is above what luck alone gives the best of `tries`.
        tries: rules tried, this one included.
        curve: (cost in basis points, earned in all, Sharpe ratio) at other costs, same positions.
        break_even: cost in basis points at which nothing is earned; 0 or below if nothing is even
            without costs, infinite if something is at DEAREST.
        terms, rule: what was asked for.
        year: bars of a year.
        opened: whether orders filled at opens; else at closes.
        series: how many there were.
        same: whether the rule held all series all the time, as buy-and-hold does.
    """

    course: Course
    hold: Course
    own: Measures
    held: Measures
    ahead: Interval
    chance: float
    tries: int
    curve: tuple[tuple[float, float, float], ...]
    break_even: float
    terms: Terms
    rule: Rule
    year: float
    opened: bool
    series: int
    same: bool = False

    @property
    def verdict(self) -> Sentence:
        """Better than holding, worse, not to be told apart, or holding itself."""
        key = "ahead" if self.ahead.low > 0 else "behind" if self.ahead.high < 0 else "level"
        return sentence(
            f"trade.{'same' if self.same else key}",
            own=self.own.growth,
            hold=self.held.growth,
            bars=len(self.course.returns),
        )

    def sentences(self) -> list[Sentence]:
        """The report: verdict, doubt, costs, and that it is no advice."""
        said = [self.verdict, self._sharpe()]
        said += [] if self.same else [self._luck()]  # a rule that chose nothing had no luck in it
        if self.own.sharpe > SUSPECT:
            said.append(sentence("trade.leak", limit=SUSPECT))
        said.append(sentence("trade.fall", own=self.own.fall, hold=self.held.fall))
        said.append(
            sentence(
                "trade.traded",
                orders=self.course.orders,
                turnover=self.own.turnover,
                paid=float(self.course.paid[-1]),
                exposed=self.own.exposed,
            )
        )
        if self.course.ruined:
            said.append(sentence("trade.ruined", count=self.course.ruined, series=self.series))
        said += [
            sentence("trade.cost", cost=cost, growth=growth, sharpe=sharpe)
            for cost, growth, sharpe in self.curve
        ]
        return [*said, self._break_even(), self._fill(), sentence("trade.advice")]

    def text(self, lang: str = "en") -> str:
        """The report as lines, in "en" or "zh"."""
        return "\n".join(said.say(lang) for said in self.sentences())

    def _sharpe(self) -> Sentence:
        return sentence(
            "trade.sharpe",
            yearly=self.own.yearly,
            hold_yearly=self.held.yearly,
            own=self.own.sharpe,
            range=(self.own.sharpe_range.low, self.own.sharpe_range.high),
            hold=self.held.sharpe,
            hold_range=(self.held.sharpe_range.low, self.held.sharpe_range.high),
        )

    def _luck(self) -> Sentence:
        if self.tries == 1:
            return sentence("trade.single", p=1 - self.chance)
        return sentence("trade.deflated", tries=self.tries, p=1 - self.chance)

    def _break_even(self) -> Sentence:
        if self.break_even <= 0:
            return sentence("trade.break_even_none")
        if not np.isfinite(self.break_even):
            return sentence("trade.break_even_any", cost=DEAREST)
        return sentence("trade.break_even", cost=self.break_even)

    def _fill(self) -> Sentence:
        price = sentence("trade.open") if self.opened else sentence("trade.close")
        return sentence(
            "trade.fill", price=price, cost=self.terms.cost, slippage=self.terms.slippage
        )


def backtest(
    forecasts: NDArray,
    prices: Any,
    *,
    rule: Rule | None = None,
    terms: Terms | None = None,
    tries: int = 1,
    year: float | None = None,
    seed: int = 0,
) -> Backtest:
    """Trade on forecasts, in thought.

    Each series has an account of its own with an equal share of the money. What counts is what
    lies between its first forecast and a bar after its last; holding buys at the same bar as the
    rule may, and keeps.

    Args:
        forecasts: expected log return from each bar's close on, [N] as `prices_of` lays the bars,
            [T] for one series or [T, S] beside prices [T, S]; NaN where there is none.
        prices: as `prices_of` takes them.
        rule: when a forecast is worth a position.
        terms: costs; 5 basis points a trade if left out.
        tries: rules and models that were tried, this one included: the best of many looks better
            than it is.
        year: bars of a year; told by the dates if None, else 252.
        seed: of the bootstrap's draws.

    Raises:
        ConfigError: `tries` or `year` below 1.
        DataError: forecasts that do not fit, too few bars, or as `prices_of`.
    """
    rule, terms, bars = rule or Rule(), terms or Terms(), prices_of(prices)
    if tries < 1 or (year is not None and year < 1):
        raise ConfigError(f"tries={tries} and year={year} are counts: give 1 or more.")
    wanted = positions_of(forecasts_of(forecasts, bars), bars, rule, terms)
    course, *others = simulate(wanted, bars, terms, GRID)
    (hold,) = simulate(np.where(np.isnan(wanted), np.nan, 1.0), bars, terms)
    _require(len(course.stamps))
    year = year or bars_a_year(course.stamps)
    own, held = (measure(one, year) for one in (course, hold))
    at = [(cost, other) for cost, other in zip(GRID, others, strict=True) if cost in COSTS]
    return Backtest(
        course=course,
        hold=hold,
        own=own,
        held=held,
        ahead=block_mean(np.diff(np.log(course.equity)) - np.diff(np.log(hold.equity)), seed=seed),
        chance=beyond_luck(course, tries),
        tries=tries,
        curve=tuple((cost, one.growth, sharpe(one.returns, year).value) for cost, one in at),
        break_even=_break_even(np.array([one.equity[-1] for one in others])),
        terms=terms,
        rule=rule,
        year=year,
        opened=bars.open is not None,
        series=bars.count,
        same=bool((wanted[~np.isnan(wanted)] == 1).all()),
    )


def _require(bars: int) -> None:
    if bars < LEAST:
        raise DataError(
            f"{bars} bars follow from the first forecast on; a backtest takes {LEAST} or more. "
            "Forecast more of the past."
        )


def bars_a_year(stamps: NDArray) -> float:
    """How many bars a year has, by their dates; YEAR where there are none."""
    if stamps.dtype.kind != "M" or len(stamps) < 2:
        return YEAR
    seconds = (stamps[-1] - stamps[0]) / np.timedelta64(1, "s")
    return float(len(stamps) - 1) / (seconds / (365.2425 * 86_400))


def _break_even(ends: NDArray[np.float64]) -> float:
    """Cost in basis points at which nothing is earned, of what is left at the costs of GRID."""
    earned = np.log(ends)  # nearly a straight line between two costs
    if earned[0] <= 0:
        return 0.0
    if earned[-1] > 0:
        return np.inf
    return float(np.interp(0, -earned, GRID))
