"""What check and backtest say of forecasts in so many words: no more than was measured."""

import csv
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import umbrella
from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError
from umbrella.base.progress import Silent
from umbrella.base.run import Run
from umbrella.check import backtest, figures, forecast_naive, forecast_unseen, html
from umbrella.check.difference import smallest_seen
from umbrella.check.gather import gather
from umbrella.check.report import check, naive_error
from umbrella.cli import main
from umbrella.data.panel import find_roles
from umbrella.data.read import read
from umbrella.fit.against_naive import DOUBT
from umbrella.fit.origins import prepare_series
from umbrella.fit.settings import FitSettings
from umbrella.fit.trained import load_trained, read_rows
from umbrella.tasks.forecast import Forecast
from umbrella.tasks.task import bounds

DAYS, SPLIT = 420, 4  # one share of the last series became four
START = np.datetime64("2020-01-01")


def write(path, columns):
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        rows.writerows(zip(*columns.values(), strict=True))
    return str(path)


def dates(days=DAYS):
    return np.busday_offset(START, np.arange(days), roll="forward").astype(str).tolist()


def prices(seed, split=None):
    """Prices that drift upwards; from `split` on in new shares."""
    close = 50 * np.exp(np.random.default_rng(seed).normal(0.003, 0.004, DAYS).cumsum())
    if split is not None:
        close[split:] /= SPLIT
    return close.round(5).tolist()


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """No figure of a backtest: what is said of it is looked at here."""
    monkeypatch.setattr(backtest, "_draw", lambda *_: None)


@pytest.fixture(scope="module")
def waves(tmp_path_factory):
    """A weekly wave, which a ridge knows better than the last value does."""
    folder = tmp_path_factory.mktemp("waves")
    noise = np.random.default_rng(2).normal(0, 0.5, DAYS)
    days = (START + np.arange(DAYS)).astype(str).tolist()
    sold = (10 + 3 * np.sin(2 * np.pi * np.arange(DAYS) / 7) + noise).round(4).tolist()
    data = write(folder / "sold.csv", {"day": days, "sold": sold})
    settings = {"horizon": 2, "rungs": ("last-value", "ridge"), "features": ()}
    made = umbrella.fit(data, "sold", out=folder / "run", progress=False, **settings)
    evidence = gather(made.path)
    return SimpleNamespace(data=data, made=made, evidence=evidence, report=check(evidence))


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """Three shares, a column each; the last was split within the test."""
    folder = tmp_path_factory.mktemp("wide")
    columns = {"date": dates(), "AAA": prices(0), "BBB": prices(1), "CCC": prices(2, DAYS - 20)}
    data = write(folder / "wide.csv", columns)
    settings = {"horizon": 2, "rungs": ("drift",), "wide": True, "features": ()}
    return SimpleNamespace(data=data, settings=settings, folder=folder)


@pytest.fixture(scope="module")
def returns(wide):
    out = wide.folder / "returns"
    return umbrella.fit(wide.data, target_as="return", out=out, progress=False, **wide.settings)


def test_what_cannot_be_told_is_the_paired_difference_that_was_tested(waves):
    found, against = waves.report.find("unseen"), waves.evidence.origins.against
    assert found.figure == smallest_seen(against.spread, DOUBT)
    score = forecast_naive.question(waves.evidence)
    assert found.figure == score.would_have_seen.values["seen"]
    assert "a difference from the last" in found.says.say("en")
    assert "个测试起点上逐个比较" in found.says.say("zh")


def test_of_the_naive_forecast_itself_no_difference_is_claimed(waves):
    origins = waves.evidence.origins
    equal = replace(origins.against, found=replace(origins.against.found, note="equal"))
    itself = replace(waves.evidence, origins=replace(origins, against=equal))
    found = forecast_unseen.question(itself)
    assert found.figure is None
    assert "it is the naive one itself" in found.says.say("en")


def test_every_rung_stands_beside_the_naive_forecast_in_the_report(waves):
    ladder = {one["name"]: one for one in waves.made.ladder}
    naive = naive_error(waves.report)
    told = waves.made.facts["against_naive"]
    if told["reference"] == "last-value":
        assert naive == pytest.approx(ladder["last-value"]["score"], rel=1e-5)
    share = f"{100 * ladder['ridge']['score'] / naive:.1f}"
    origins = told["chosen_by"]["origins"]
    for lang, head, note in (
        ("en", "of the naive error", f"the mean over {origins:,} origins in 3 stretches"),
        ("zh", "占朴素预测误差", f"3 段时间共 {origins:,} 个起点的平均"),
    ):
        text = html._ladder(waves.report, lang) + html._made(waves.report, lang)
        assert f"<th>{head}</th>" in text
        assert note in text
        assert f"{share} %" in text or f"{share}%" in text
    assert f"{origins:,} to choose by, in 3 stretches" in html._made(waves.report, "en")
    assert "stroke-dasharray" in figures.ladder(waves.report, "en").split("axvline")[0]


def test_the_report_opens_with_what_of_the_column_is_modelled(waves):
    says = waves.made.facts["modelled"]["says"]
    for lang in ("en", "zh"):
        assert Sentence.from_json(says).say(lang) in html._hero(waves.report, lang)


def test_an_error_of_which_blocks_are_too_few_has_no_range_rather_than_half_of_one():
    hanging = np.abs(np.random.default_rng(42).normal(size=20).cumsum())  # from end to end
    found = Forecast(1).interval(hanging, np.arange(20))
    assert bounds(found) == {"low": None, "high": None}
    drawn = Forecast(1).interval(np.random.default_rng(0).exponential(size=12), np.arange(12))
    assert bounds(drawn)["low"] >= 0


def test_folds_are_told_as_they_are_used(waves):
    for folds, said in (
        (1, "to learn from, "),
        (40, "--folds 40: 4 are used"),
        (3, "in 3 stretches of time"),
    ):
        asked = FitSettings("sold", horizon=2, folds=folds, rungs=("last-value",), time="day")
        made = prepare_series(read(waves.data), asked, Silent())
        told = " | ".join(note.say("en") for note in made.notes)
        assert said in told
        assert "1 stretch" not in told
        assert ("--folds" in told) == (folds == 40)


def test_a_table_with_a_series_a_column_is_called_by_its_series(returns, wide, capsys):
    assert main(["backtest", str(returns.path)]) == 0
    told = capsys.readouterr().out
    assert "drift forecasts AAA, BBB, CCC 2 bars ahead" in told
    assert "value" not in told.splitlines()[0]
    cells = [one["cells"] for one in returns.check().find("worst").details["examples"]]
    assert not any(name.startswith(("value", "≈ value")) for one in cells for name in one)
    assert all(f"{one['id']}(t)" in one for one in cells)
    trained = SimpleNamespace(
        run=SimpleNamespace(path="wide"), task=SimpleNamespace(spec=lambda: {"log": False})
    )
    panel = read_rows(load_trained(returns.path)).panel
    with pytest.raises(DataError, match="wide forecasts AAA, BBB, CCC, which are not known to be"):
        backtest._require_prices(trained, panel, find_roles(read(wide.data)))


def test_leaps_of_the_prices_are_repeated_by_the_backtest(returns, tmp_path, capsys):
    assert main(["backtest", str(returns.path)]) == 0
    assert "Within this stretch: CCC on" in capsys.readouterr().out
    assert [one["key"] for one in Run(returns.path).read("backtest.json")["odd"]] == ["trade.odd"]
    columns = {"date": dates(), "close": prices(3, 100)}  # within the training part
    data = write(tmp_path / "close.csv", columns)
    made = umbrella.fit(
        data, horizon=2, rungs=("drift",), features=(), out=tmp_path / "run", progress=False
    )
    for lang, before in (("en", "In the history before it: close on"), ("zh", "在此之前的历史中")):
        assert main(["backtest", str(made.path), "--lang", lang]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[1].startswith(before)


def test_what_the_fit_said_of_leaks_is_repeated_by_the_report(waves):
    told = sentence("leak.scaled.z", column="sold", low=0.0).to_json()
    other = sentence("series.frequency", every=sentence("series.every.day")).to_json()
    facts = {**waves.evidence.facts, "notes": [other, told]}
    found = check(replace(waves.evidence, facts=facts)).find("noted")
    assert found.verdict == "warn"
    assert "it was scaled before it came" in found.says.say("en")
    assert "事先用未来的数据缩放过" in found.says.say("zh")
    assert "rows come every day" not in found.says.say("en")
    assert waves.report.find("noted") is None
