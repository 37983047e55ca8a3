"""The report on a forecast, on real series: right on a sound one, and able to see every fault."""

import io
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from realdata import path
from rich.console import Console

import umbrella
from umbrella.base.tensors import load_tensors
from umbrella.check import (
    forecast_doubt,
    forecast_intervals,
    forecast_lag,
    forecast_naive,
    forecast_parts,
    forecast_steps,
    forecast_worst,
)
from umbrella.check.gather import gather
from umbrella.check.html import page
from umbrella.check.report import check, opening
from umbrella.check.terminal import show
from umbrella.fit.against_naive import naive_forecasts
from umbrella.show import Screen

HORIZON = 7


@pytest.fixture(scope="module")
def weather(tmp_path_factory):
    """A ridge on ten years of daily temperatures: it beats the last value beyond doubt."""
    source = path("classic_series") / "daily-min-temperatures.csv"
    made = umbrella.fit(
        source, "Temp", out=tmp_path_factory.mktemp("weather") / "run", horizon=HORIZON,
        rungs=("last-value", "ridge"), progress=False,
    )  # fmt: skip
    return SimpleNamespace(made=made, evidence=gather(made.path))


@pytest.fixture(scope="module")
def prices(tmp_path_factory):
    """Five tickers of daily prices, where nothing beats the last value."""
    folder = tmp_path_factory.mktemp("prices")
    with zipfile.ZipFile(path("stocks_5yr") / "stocks_5yr.zip") as archive:
        names = [name for name in sorted(archive.namelist()) if name.endswith(".csv")][:5]
        tables = [archive.read(name).decode().strip().split("\n") for name in names]
    lines = tables[0][:1] + [line for table in tables for line in table[1:]]
    (folder / "prices.csv").write_text("\n".join(lines) + "\n")
    made = umbrella.fit(
        folder / "prices.csv", "close", out=folder / "run", horizon=2,
        rungs=("last-value", "ridge"), progress=False,
    )  # fmt: skip
    return SimpleNamespace(made=made, evidence=gather(made.path))


def answering(evidence, outputs):
    """The same evidence with other answers to the test origins, and the verdict on them."""
    origins = evidence.origins
    losses = evidence.task.row_scores(outputs, evidence.targets["test"])
    theirs = evidence.task.row_scores(origins.reference("test"), evidence.targets["test"])
    from umbrella.score.diebold import diebold_mariano

    found = diebold_mariano(losses, theirs, origins.horizon, origins.dates["test"])
    against = replace(origins.against, found=found, model=float(losses.mean()))
    return replace(
        evidence,
        outputs={**evidence.outputs, "test": outputs.astype(np.float32)},
        origins=replace(origins, against=against),
    )


def printed(report, lang):
    out = io.StringIO()
    show(report, lang, Console(file=out, width=400, no_color=True))
    return out.getvalue()


def test_a_forecast_that_beats_the_naive_one_says_so_first(weather, capsys):
    report = check(weather.evidence)
    assert report.verdict == "pass"
    assert report.findings[0].name == "score"
    assert printed(report, "en").startswith("beats the naive forecast beyond doubt: ")
    assert printed(report, "zh").startswith("比朴素预测好，不容置疑：")
    assert page(report, "en").index("beats the naive forecast") < page(report, "en").index("<h1>")
    Screen("en").fitted(weather.made)
    told = capsys.readouterr().out.strip().split("\n")
    assert told[-1].startswith("beats the naive forecast beyond doubt: ")
    assert weather.made.facts["against_naive"]["beats"] is True


def test_prices_are_said_to_be_no_better_than_their_last_value(prices, capsys):
    report = check(prices.evidence)
    first = opening(report)
    assert first is not None
    assert first.say("en").startswith("does not beat the naive forecast beyond doubt: it is the ")
    assert report.verdict != "pass"
    Screen("en").fitted(prices.made)
    assert "does not beat the naive forecast beyond doubt" in capsys.readouterr().out
    assert prices.made.facts["against_naive"]["beats"] is False


def test_a_forecast_worse_than_the_naive_one_fails(weather):
    noise = np.random.default_rng(0).normal(0, 3, weather.evidence.outputs["test"].shape)
    worse = answering(weather.evidence, weather.evidence.outputs["test"] + noise)
    assert forecast_naive.question(worse).verdict == "fail"
    assert check(worse).verdict == "fail"


def test_questions_about_independent_rows_are_not_asked_of_series(weather):
    asked = {finding.name for finding in check(weather.evidence).findings}
    assert asked == {
        "score", "carries", "cut", "steps", "direction", "intervals", "lag", "worst", "unseen",
    }  # fmt: skip
    assert not asked & {"gap", "selection", "twins", "giveaway", "residuals"}


def test_rows_of_one_date_are_drawn_together(prices):
    dates = prices.evidence.groups_of("test")
    assert len(dates) == prices.evidence.count("test")
    assert len(set(dates.tolist())) == len(dates) // 5


def test_the_better_naive_forecast_is_decided_on_validation_origins_alone(weather):
    origins, task = weather.evidence.origins, weather.evidence.task
    targets = weather.evidence.targets["validation"]
    seen = {
        name: task.row_scores(one, targets).mean()
        for name, one in origins.naive["validation"].items()
    }
    assert set(seen) == {"last-value", "seasonal-naive"}
    assert origins.against.reference == min(seen, key=seen.get)


def test_the_seasonal_naive_forecast_repeats_the_last_season(weather):
    origins = weather.evidence.origins
    at = origins.at["test"][:5]
    made = naive_forecasts(origins.panel, origins.goals, 3, at)["seasonal-naive"]
    values, steps = origins.panel.values[:, 0], origins.goals.origins[at]
    for row, step in enumerate(steps):
        wanted = [values[step - 2 + k % 3] for k in range(HORIZON)]
        got = origins.base("test")[row] + made[row] * origins.scales("test")[row]
        assert np.allclose(got, wanted, atol=1e-4)


def test_yesterdays_value_is_told(weather):
    origins = weather.evidence.origins
    base, scales = origins.base("test"), origins.scales("test")
    late = np.roll(base, 1)  # the value of the day before the origin, as a curve one step late
    echo = np.repeat(((0.9 * base + 0.1 * late - base) / scales)[:, None], HORIZON, axis=1)
    echo[0] = 0
    rng = np.random.default_rng(1)
    walk = replace(
        weather.evidence,
        outputs={**weather.evidence.outputs, "test": echo.astype(np.float32)},
        targets={**weather.evidence.targets, "test": rng.normal(0, 1, echo.shape)},
    )
    found = forecast_lag.question(walk)
    assert found.verdict == "warn"
    assert "yesterday's value" in found.says.say("en")
    assert forecast_lag.question(weather.evidence).verdict == "pass"


def test_intervals_hold_their_promise_and_too_narrow_ones_are_told(weather):
    sound = forecast_intervals.question(weather.evidence)
    assert sound.verdict == "pass"
    assert [one["step"] for one in sound.details["steps"]] == list(range(1, HORIZON + 1))
    assert all(one["low"] <= one["share"] <= one["high"] for one in sound.details["steps"])
    shares = [one["share"] for one in sound.details["levels"]]
    assert shares == sorted(shares)
    assert 0.9 < sound.details["adaptive"] < 0.99

    task = weather.evidence.task
    narrow = replace(
        task,
        low=tuple(tuple(0.5 * end for end in row) for row in task.low),
        high=tuple(tuple(0.5 * end for end in row) for row in task.high),
    )
    found = forecast_intervals.question(replace(weather.evidence, task=narrow))
    assert found.verdict == "fail"
    assert "below 93–97 %" in found.says.say("en")
    assert found.details["adaptive"] > found.figure + 0.08  # learns, whatever it starts from
    wide = replace(
        task, low=tuple(tuple(3 * end for end in row) for row in task.low),
        high=tuple(tuple(3 * end for end in row) for row in task.high),
    )  # fmt: skip
    assert "above 93–97 %" in forecast_intervals.question(
        replace(weather.evidence, task=wide)
    ).says.say("en")


def test_a_few_origins_that_are_all_held_are_no_proof_of_wide_intervals():
    few = np.ones((25, 1))
    share, around = forecast_intervals._covered(few, np.arange(25))
    assert share == 1.0
    assert around.low < 0.95
    assert forecast_intervals._verdict(share, around) == "cannot tell"


def test_steps_at_which_the_naive_forecast_is_better_are_named(weather):
    outputs = weather.evidence.outputs["test"].copy()
    outputs[:, 4] += 4
    found = forecast_steps.by_step(answering(weather.evidence, outputs))
    assert found.verdict == "warn"
    assert found.advice.say("en").endswith(": 5.")
    sound = forecast_steps.by_step(weather.evidence)
    assert sound.verdict == "pass"
    rows = sound.details["rows"]
    assert rows[0]["model"] < rows[0]["naive"]["last-value"]
    assert rows[0]["ic"] is None  # one series has no rank


def test_a_known_direction_is_told_and_a_coin_is_not(prices):
    truth = prices.evidence.targets["test"]
    coin = np.random.default_rng(2).normal(0, 0.1, truth.shape)
    found = forecast_steps.up_or_down(answering(prices.evidence, coin))
    assert found.verdict == "cannot tell"
    assert abs(found.details["ic"]["mean"]) < 0.15
    known = forecast_steps.up_or_down(answering(prices.evidence, 0.5 * truth + coin))
    assert known.verdict == "pass"
    assert known.details["ic"]["mean"] > 0.5
    still = forecast_steps.up_or_down(answering(prices.evidence, np.zeros_like(truth)))
    assert "no change" in still.says.say("en")


def test_knowing_too_much_of_tomorrows_price_is_taken_for_a_leak(prices, weather):
    truth = prices.evidence.targets["test"]
    noise = np.random.default_rng(3).normal(0, 0.02, truth.shape)
    knowing = answering(prices.evidence, 0.3 * truth + noise)
    found = forecast_doubt.question(knowing)
    assert found.verdict == "fail"
    assert "leak" in found.advice.say("en")
    assert check(knowing).verdict == "fail"
    assert forecast_doubt.question(answering(prices.evidence, noise)).verdict == "pass"
    rising = replace(prices.evidence, targets={
        part: np.abs(goals) for part, goals in prices.evidence.targets.items()
    })  # fmt: skip
    always_up = answering(rising, np.full_like(truth, 1e-3))
    assert forecast_doubt.question(always_up).verdict == "pass"  # the commoner is no knowledge
    assert not forecast_doubt.applies(weather.evidence)  # of the weather a lot may be known


def test_skill_that_does_not_carry_over_to_later_times_is_told(weather):
    assert forecast_parts.carries(weather.evidence).verdict == "pass"
    outputs = weather.evidence.outputs["test"]
    lost = answering(
        weather.evidence, outputs + np.where(np.arange(len(outputs)) % 2, 1, -1)[:, None]
    )
    found = forecast_parts.carries(lost)
    assert found.verdict == "warn"
    assert found.figure > 0.1


def test_an_origin_whose_targets_reach_over_a_cut_fails(weather):
    evidence = weather.evidence
    assert forecast_parts.cut(evidence).verdict == "pass"
    close = evidence.parts["validation"][0] - 1
    reaching = replace(
        evidence, parts={**evidence.parts, "train": np.append(evidence.parts["train"], close)}
    )
    found = forecast_parts.cut(reaching)
    assert (found.verdict, found.figure) == ("fail", 1.0)


def test_the_worst_origins_are_shown_with_date_forecast_and_truth(weather):
    found = forecast_worst.question(weather.evidence)
    first = found.details["examples"][0]
    origins = weather.evidence.origins
    assert set(first["cells"]) == {"t", "Temp(t)", "Temp(t+1…+7)", "≈ Temp(t+1…+7)"}
    step = next(s for s in origins.steps("test") if origins.when(int(s)) == first["cells"]["t"])
    ahead = origins.panel.values[step + 1 : step + 1 + HORIZON, 0]
    assert np.isclose(ahead, first["truth"]).any()
    assert abs(first["truth"] - first["said"]) > 5


def test_a_few_origins_that_carry_all_error_are_told(weather):
    outputs = weather.evidence.outputs["test"].copy()
    outputs[::60] += 500
    assert forecast_worst.question(answering(weather.evidence, outputs)).verdict != "pass"


def test_the_page_draws_fans_and_errors_by_step_in_both_languages(weather):
    report = check(weather.evidence)
    for lang, words in (("en", ("history", "Step by step")), ("zh", ("历史", "逐步来看"))):
        text = page(report, lang)
        assert 'id="fans-title"' in text
        assert 'id="steps-title"' in text
        assert all(word in text for word in words)
    drawn = report.find("intervals").details["drawn"]
    assert len(drawn["fans"]) == 3
    origins = weather.evidence.origins
    kept = load_tensors(weather.made.path / "test.safetensors")["outputs"]
    last = drawn["fans"][-1]
    assert np.allclose(last["middle"], origins.levels("test", kept)[-1])
    assert drawn["dates"][last["at"]] == origins.when(int(origins.steps("test")[-1]))


def test_a_report_of_series_can_be_read_back(weather):
    from umbrella.check.report import Report

    report = check(weather.evidence)
    again = Report.from_json(report.to_json())
    assert opening(again).say("zh") == opening(report).say("zh")
    assert page(again, "en") == page(report, "en")
