"""What a run's forecasts of prices would have earned over its test stretch, beside holding.

At every bar's close of the test the run's forecast of the whole horizon says long, short or out;
the order fills at the next bar. The test stretch is the one that nothing was learned from or chosen
by, and every look at it with another rule is counted as a try.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError, MissingExtraError
from umbrella.base.progress import Progress, Silent
from umbrella.base.run import Run
from umbrella.data.codecs.windows import Ahead
from umbrella.data.panel import Panel, Roles, find_roles, make_panel
from umbrella.data.panel.finding import shown
from umbrella.data.panel.splits import Market, find_splits
from umbrella.fit.prepare import Prepared
from umbrella.fit.trained import Trained, load_trained, read_rows
from umbrella.trade.account import Terms
from umbrella.trade.backtest import Backtest, backtest
from umbrella.trade.facts import facts_of
from umbrella.trade.figure import save
from umbrella.trade.prices import Prices, prices_of
from umbrella.trade.rule import Rule

NAMED = ("run", "rung", "target", "horizon", "first", "last", "series")
FACTS, FIGURE = "backtest.json", "backtest.svg"
LEAPS = ("split", "rush", "jump", "move")  # findings of steps that may be no trade at all
SHOWN = 4  # of them, at most; all are in backtest.json
LEAST = 1e-9  # share of the price that a forecast level is taken for, where it is lower


@dataclass(frozen=True)
class Traded:
    """A backtest of a run.

    Args:
        found: what came out.
        facts: what backtest.json holds.
        figure: the file drawn; None without matplotlib.
        odd: steps of the prices that look like splits of a share, those of the test first.
    """

    found: Backtest
    facts: dict[str, Any]
    figure: Path | None
    odd: tuple[Sentence, ...] = ()

    def sentences(self) -> list[Sentence]:
        """What was traded on, what is odd in it, what came out, and how many looks that makes."""
        facts, found = self.facts, self.found
        told = [sentence("trade.of", **{name: facts[name] for name in NAMED}), *self.odd[:SHOWN]]
        if len(self.odd) > SHOWN:
            told.append(sentence("trade.odd_more", n=len(self.odd) - SHOWN))
        if not found.course.orders:
            told.append(sentence("trade.idle", rung=facts["rung"]))
            return [*told, found.verdict, sentence("trade.advice")]
        *rest, advice = found.sentences()
        again = sentence("trade.again", looks=facts["looks"], rules=len(facts["rules"]))
        return [*told, *rest, again, advice]


def backtest_run(
    path: Path | str,
    data: Any = None,
    *,
    rule: Rule | None = None,
    terms: Terms | None = None,
    tries: int | None = None,
    lang: str = "en",
    progress: Progress | None = None,
) -> Traded:
    """Trade on a run's forecasts of its test stretch, in thought; writes backtest.json and .svg.

    Args:
        path: the run folder.
        data: where the data is now, when it has moved.
        rule: when a forecast is worth a position.
        terms: what trading costs.
        tries: rules and models tried in all; by default those that the run knows of: its looks at
            rungs, and other rules that it was asked for before.
        lang: language of the figure, "en" or "zh".
        progress: where to show it.

    Raises:
        ConfigError: fewer tries than the run knows of.
        DataError: the run forecasts no prices, or its test has too few bars.
        RunError: absent, interrupted or damaged.
    """
    rule, terms = rule or Rule(), terms or Terms()
    trained, run = load_trained(path), Run(path)
    _require_forecast(trained)
    with (progress or Silent()).stage(sentence("stage.backtest")):
        rows = read_rows(trained, data)
        panel, roles = _panel_of(rows), find_roles(rows.table)
        _require_prices(trained, panel, roles)
        rules, looks = _rules(run, rule, terms), int(trained.facts["selection"]["looks"])
        tries = _tried(tries, looks - 1 + len(rules))
        prices = prices_of(_with_opens(rows, panel, roles))
        forecasts = expected_returns(trained, rows)[~np.isnan(panel.values[:, 0])]
        found = backtest(forecasts, prices, rule=rule, terms=terms, tries=tries)
    odd = _odd(prices, panel, int(panel.stamps[rows.rows[rows.part("test")]].min()))
    facts = {
        "run": str(trained.run.path),
        "target": panel.columns[0] if panel.layout == "long" else shown(panel.ids),
        "rung": trained.facts["rung"],
        "horizon": rows.task.outputs,
        **facts_of(found),
        "first": _written(panel, found.course.stamps[0]),
        "last": _written(panel, found.course.stamps[-1]),
        "looks": looks,
        "rules": rules,
        "odd": [one.to_json() for one in odd],
    }
    run.write(FACTS, facts)
    run.log("backtested", rule=asdict(rule), terms=asdict(terms), growth=found.own.growth)
    return Traded(found, facts, _draw(found, run, lang), odd)


def _odd(prices: Prices, panel: Panel, first: int) -> tuple[Sentence, ...]:
    """What reading said of leaps of the prices, those after the moment `first` first.

    Of a table with a series a column, reading cannot know that the columns are prices.
    """
    leaps = [one for one in prices.findings if one.kind in LEAPS]
    if panel.layout != "long":
        leaps = list(find_splits(panel, panel.columns[0], Market()))
    leaps.sort(key=lambda one: max(one.stamps) <= first)
    return tuple(
        sentence("trade.odd" if max(one.stamps) > first else "trade.odd_before", what=one.text)
        for one in leaps
    )


def expected_returns(trained: Trained, rows: Prepared) -> NDArray[np.float64]:
    """The log return of the whole horizon that the run expects from every test origin on.

    Args:
        trained: the run.
        rows: its data.

    Returns:
        One a step of the panel, [N]; NaN at steps that are no test origins.
    """
    goals, at = rows.targets, rows.part("test")
    assert isinstance(goals, Ahead)
    assert goals.base is not None
    assert goals.scales is not None
    outputs = trained.outputs(rows.batches("test"))[:, -1].astype(np.float64)
    change = outputs * goals.scales[at]
    if not rows.task.spec()["log"]:
        level = goals.base[at]
        change = np.log(np.maximum(1 + change / level, LEAST))
    out = np.full(len(_panel_of(rows).values), np.nan)
    out[goals.origins[at]] = change
    return out


def _written(panel: Panel, stamp: Any) -> str:
    """A moment of a course as the table writes it."""
    return panel.written(int(np.asarray(stamp).astype(np.int64)))


def _panel_of(rows: Prepared) -> Panel:
    assert isinstance(rows.panel, Panel)
    return rows.panel


def _require_forecast(trained: Trained) -> None:
    spec = trained.task.spec()
    if spec["task"] != "forecast":
        raise DataError(
            f"{trained.run.path} does not forecast: its task is {spec['task']}. A backtest takes a "
            f"run that forecasts prices: umbrella fit prices.csv --target close --horizon 5."
        )


def _require_prices(trained: Trained, panel: Panel, roles: Roles) -> None:
    """A run forecasts prices where its target is called so, or is forecast by its returns."""
    target = panel.columns[0]
    known = target in (roles.close, roles.adjusted) or trained.task.spec()["log"]
    if not known or not panel.positive[0]:
        why = "is not known to be a closing price" if not known else "has values of zero or below"
        told = f"{target!r}, which {why}, and only prices can be traded. Name the column close "
        told += "(收盘价), or fit with --as return if it is a price."
        if panel.layout != "long":  # the panel's one column stands in no file of the user's
            why = "are not known to be prices" if not known else "have values of zero or below"
            told = f"{shown(panel.ids)}, which {why}, and only prices can be traded. "
            told += "Fit with --as return if they are prices."
        raise DataError(f"{trained.run.path} forecasts {told}")


def _with_opens(rows: Prepared, panel: Panel, roles: Roles) -> Panel:
    """The same steps with the opens beside them, where the table has some for its closes."""
    target, columns = panel.columns[0], list[str]()
    if panel.layout == "long" and target in (roles.close, roles.adjusted) and roles.open:
        raw = roles.close if target == roles.adjusted else None
        columns = [name for name in (raw, roles.open) if name]
        if target == roles.adjusted and raw is None:
            columns = []  # nothing says how to adjust the opens
    return make_panel(rows.table, **{**rows.roles, "covariates": columns})


def _rules(run: Run, rule: Rule, terms: Terms) -> list[dict[str, Any]]:
    """Every rule that this run was asked for, this one included."""
    asked: dict[str, Any] = asdict(rule)
    if rule.threshold and rule.unit == "cost":
        asked["rate"] = terms.cost + terms.slippage  # the threshold is counted in it
    old = run.read(FACTS).get("rules", []) if run.has(FACTS) else []
    return old if asked in old else [*old, asked]


def _tried(asked: int | None, known: int) -> int:
    if asked is not None and asked < known:
        raise ConfigError(
            f"--tries {asked} is fewer than the {known} that the run knows of: its looks at rungs, "
            f"and rules asked for before. Give {known} or more, or leave it out."
        )
    return asked or known


def _draw(found: Backtest, run: Run, lang: str) -> Path | None:
    try:
        save(found, run / FIGURE, lang)
    except MissingExtraError:
        return None
    return run / FIGURE
