"""A finished run is traded on over its test stretch: from fit to verdict, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.base.run import Run
from umbrella.check.backtest import backtest_run, expected_returns
from umbrella.cli import main
from umbrella.fit.trained import load_trained, read_rows
from umbrella.trade.rule import Rule

DAYS, HORIZON = 400, 2


def write(path: Path, header: str = "Date,Open,Close", days: int = DAYS) -> Path:
    """A price that rises half a percent a day, give or take; it opens where it closed."""
    noise = np.random.default_rng(1).normal(0, 0.004, days)
    close = 20 * np.exp((0.005 + noise).cumsum())
    opens = np.concatenate([[20.0], close[:-1]])
    dates = np.busday_offset(np.datetime64("2020-01-01"), np.arange(days), roll="forward")
    lines = [f"{d},{o:.5f},{c:.5f}" for d, o, c in zip(dates, opens, close, strict=True)]
    path.write_text("\n".join([header, *lines]))
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("trade")
    data = write(folder / "prices.csv")
    return umbrella.fit(str(data), horizon=HORIZON, rungs=("drift",), out=folder / "run").path


def test_forecasts_of_the_whole_horizon_are_expected_returns_at_test_origins_alone(run):
    trained = load_trained(run)
    rows = read_rows(trained)
    found = expected_returns(trained, rows)
    at = np.flatnonzero(np.isfinite(found))
    assert at.tolist() == rows.rows[rows.part("test")].tolist()
    close = np.log(rows.panel.values[:, 0])
    back = trained.codecs.parts[0].codec.config.window - 1
    drift = (close[at] - close[at - back]) / back  # the mean step in its window
    assert found[at] == pytest.approx(HORIZON * drift, rel=1e-3)


def test_a_rise_is_held_from_the_next_open_on_and_ends_as_holding_does(run, capsys):
    assert main(["backtest", str(run), "--cost", "10", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["orders"], facts["fills"], facts["rung"]) == (1, "next open", "drift")
    assert facts["rule"]["growth"] == pytest.approx(facts["hold"]["growth"])
    assert facts["rule"]["growth"] > 0.1
    assert facts["costs"]["paid"] == pytest.approx(0.001, rel=0.01)
    assert facts == Run(run).read("backtest.json")
    assert (run / "backtest.svg").read_text().startswith("<svg")
    assert (facts["first"], len(facts["last"])) == ("2021-05-19", 10)
    assert facts["verdict"] == "same"
    assert main(["backtest", str(run), "--cost", "10", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "The rule held all the time, so it is buy-and-hold" in told
    assert "1 order filled" in told
    assert "cannot tell" not in told


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "not advice to buy or sell"), ("zh", "不构成买卖建议")]
)
def test_the_screen_begins_with_the_stretch_and_ends_with_the_warning(lang, said, run, capsys):
    assert main(["backtest", str(run), "--lang", lang]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    assert "2021-05-19" in lines[0]
    assert "drift" in lines[0]
    assert said in lines[-1]


def test_each_rule_asked_for_counts_as_a_try_and_fewer_are_refused(tmp_path):
    data = write(tmp_path / "prices.csv", days=300)
    path = umbrella.fit(str(data), horizon=1, rungs=("drift",), out=tmp_path / "run").path
    tries = [
        backtest_run(path, rule=rule).found.tries
        for rule in (Rule(), Rule(short=False), Rule(), Rule(threshold=1))
    ]
    assert tries == [1, 2, 2, 3]
    assert backtest_run(path, tries=50).found.tries == 50
    with pytest.raises(ConfigError, match="--tries 2 is fewer than the 3"):
        backtest_run(path, tries=2)


def test_a_forecast_that_calls_for_nothing_says_so(run, capsys):
    assert main(["backtest", str(run), "--threshold", "1000", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "nothing was traded" in told
    assert "orders filled" not in told
    assert "not advice" in told


def test_what_is_no_price_is_not_traded_unless_its_returns_were_asked_for(tmp_path):
    data = write(tmp_path / "sold.csv", "day,bought,sold")
    settings = {"target": "sold", "horizon": 2, "rungs": ("drift",)}
    plain = umbrella.fit(str(data), out=tmp_path / "plain", **settings)
    with pytest.raises(DataError, match="'sold', which is not known to be a closing price"):
        plain.backtest()
    told = umbrella.fit(str(data), out=tmp_path / "told", target_as="return", **settings)
    assert not told.backtest().found.opened  # nothing says that "bought" is an open


def test_a_run_that_forecasts_nothing_says_what_to_fit(tmp_path):
    text = tmp_path / "text.csv"
    lines = [f"{'good' if n % 2 else 'bad'} day {n},{n % 2}" for n in range(60)]
    text.write_text("note,label\n" + "\n".join(lines))
    made = umbrella.fit(str(text), "label", rungs=("most-common",), out=tmp_path / "run")
    with pytest.raises(DataError, match=r"does not forecast: its task is .*--horizon 5"):
        made.backtest()
