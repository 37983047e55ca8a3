"""A backtest as JSON-safe figures, each of the rule beside the same of having held."""

from dataclasses import asdict
from typing import Any

import numpy as np

from umbrella.score.doubt import Interval
from umbrella.trade.backtest import Backtest
from umbrella.trade.measure import Measures


def facts_of(found: Backtest) -> dict[str, Any]:
    """The figures of a backtest; an end of an interval that lies nowhere is None.

    Args:
        found: what `backtest` gave.
    """
    dates = found.course.stamps
    return {
        "verdict": found.verdict.key.removeprefix("trade."),
        "bars": len(found.course.returns),
        "series": found.series,
        "first": str(dates[0]),
        "last": str(dates[-1]),
        "rule": {**asdict(found.rule), **_measures(found.own)},
        "hold": _measures(found.held),
        "log_return_ahead": _ends(found.ahead),
        "tries": found.tries,
        "p_against_luck": 1 - found.chance,
        "costs": {**asdict(found.terms), "paid": float(found.course.paid[-1])},
        "orders": found.course.orders,
        "ruined": found.course.ruined,
        "at_other_costs": [
            {"cost": cost, "growth": growth, "sharpe": sharpe}
            for cost, growth, sharpe in found.curve
        ],
        "break_even": _finite(found.break_even),
        "fills": "next open" if found.opened else "next close",
        "bars_a_year": found.year,
        "says": [said.to_json() for said in found.sentences()],
    }


def _measures(one: Measures) -> dict[str, Any]:
    plain = {name: value for name, value in asdict(one).items() if name != "sharpe_range"}
    return {**plain, "sharpe_range": _ends(one.sharpe_range)}


def _ends(interval: Interval) -> dict[str, Any]:
    low, high = _finite(interval.low), _finite(interval.high)
    return {"low": low, "high": high, "level": interval.level, "method": interval.method}


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
