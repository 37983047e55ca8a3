"""What is said where nothing was compared: moments too few, or the naive forecast itself chosen."""

import io
import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from realdata import path
from rich.console import Console

import umbrella
from umbrella.check import forecast_lag
from umbrella.check.gather import gather
from umbrella.check.html import page
from umbrella.check.report import check, opening
from umbrella.check.terminal import show
from umbrella.show import Screen


def fitted(folder, *rungs, source=None, horizon=12):
    source = source or path("classic_series") / "airline-passengers.csv"
    made = umbrella.fit(source, horizon=horizon, rungs=rungs, out=folder / "run", progress=False)
    evidence = gather(made.path)
    return SimpleNamespace(made=made, evidence=evidence, report=check(evidence))


@pytest.fixture(scope="module")
def smoothed(tmp_path_factory):
    """Smoothing of twelve years of passengers a month: better by far, on twelve test moments."""
    return fitted(tmp_path_factory.mktemp("smoothed"), "seasonal-naive", "smoothing")


@pytest.fixture(scope="module")
def naive(tmp_path_factory):
    """The last season, which is the naive forecast itself."""
    return fitted(tmp_path_factory.mktemp("naive"), "seasonal-naive")


def words(report, lang):
    out = io.StringIO()
    show(report, lang, Console(file=out, width=400, no_color=True))
    return out.getvalue()


def test_of_a_short_series_the_better_rung_is_chosen_window_by_window(smoothed):
    assert smoothed.made.facts["rung"] == "smoothing"
    simple, better = smoothed.made.ladder
    assert (simple["verdict"], better["verdict"]) == ("worse", "best")
    assert simple["p_against_best"] < 0.05
    found = smoothed.made.facts["against_naive"]
    assert found["model"] < 0.5 * found["naive"]


def test_too_few_moments_claim_nothing_and_give_no_p(smoothed):
    found = smoothed.made.facts["against_naive"]
    assert (found["beats"], found["told"], found["p"]) == (False, False, None)
    test = smoothed.made.facts["scores"]["test"]
    assert test["low"] is None
    said = opening(smoothed.report).say("en")
    assert "12 moments of test origins are too few" in said
    assert "60 are needed" in said
    assert smoothed.report.find("score").p is None
    assert smoothed.report.verdict == "cannot tell"


def test_no_question_passes_or_tells_a_p_about_moments_that_are_too_few(smoothed):
    one_step = {"cut", "steps", "direction"}  # these speak of one step, for which there are enough
    for finding in smoothed.report.findings:
        if finding.name not in one_step:
            assert finding.verdict == "cannot tell", finding.name
            assert finding.p is None, finding.name
    assert "of 1 step that could be compared" in smoothed.report.find("steps").says.say("en")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_dash_stands_for_what_is_not_known(smoothed, naive, lang, capsys):
    for one in (smoothed, naive):
        Screen(lang).fitted(one.made)
        told = capsys.readouterr().out + words(one.report, lang) + page(one.report, lang)
        assert "–––" not in told
        assert "(–)" not in told
        assert {"en": "p > .99", "zh": "p > 0.99"}[lang] not in told
        assert {"en": "no range", "zh": "无区间"}[lang] in told


def test_of_the_naive_forecast_itself_nothing_is_compared(naive):
    found = naive.made.facts["against_naive"]
    assert (found["beats"], found["told"], found["p"]) == (False, False, None)
    assert "nothing was compared" in opening(naive.report).say("en")
    assert "没有可比的对象" in opening(naive.report).say("zh")
    passed = {one.name for one in naive.report.findings if one.verdict == "pass"}
    assert passed <= {"cut"}
    assert naive.report.find("score").p is None


def test_series_are_spoken_of_by_steps_and_origins(smoothed, capsys):
    Screen("en").fitted(smoothed.made)
    told = capsys.readouterr()
    assert "test, 12 origins, first look" in told.out
    assert "one forecast" in told.out
    assert "rows set aside" not in told.err
    seen = words(smoothed.report, "en")
    assert "graded on 12 origins" in seen
    assert "Worst origins" in seen
    assert "12 个" in words(smoothed.report, "zh")
    assert "simple rule" not in page(smoothed.report, "en")
    json.dumps(smoothed.report.to_json())


@pytest.fixture(scope="module")
def moving(tmp_path_factory):
    """Changes of which a third is known from the change before, one step ahead."""
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("moving")
    changes = rng.normal(0, 1, 1200)
    for step in range(1, len(changes)):
        changes[step] += 0.5 * changes[step - 1]
    rows = {"day": [str(np.datetime64("2020-01-01") + n) for n in range(len(changes))]}
    rows["level"] = (500 + changes.cumsum()).tolist()
    made = umbrella.fit(
        rows, "level", time="day", horizon=1, rungs=("last-value", "ridge"), out=folder / "run",
        progress=False,
    )  # fmt: skip
    return gather(made.path)


def answering(evidence, outputs):
    return replace(evidence, outputs={**evidence.outputs, "test": outputs.astype(np.float32)})


def test_an_echo_is_called_one_and_what_knows_the_change_is_not(moving):
    origins = moving.origins
    base = origins.base("test") / origins.scales("test")
    late = np.concatenate([base[:1], base[:-1]])
    echo = answering(moving, (0.1 * np.roll(late - base, 7))[:, None])
    found = forecast_lag.question(echo)
    assert found.verdict == "warn"
    assert found.says.say("en").startswith("an echo: ")
    assert "no echo" not in found.says.say("en")
    assert found.would_have_seen is None
    good = forecast_lag.question(moving)
    assert good.verdict == "pass"
    assert good.says.say("en").startswith("no echo: the change that it forecasts")
    assert good.says.say("zh").startswith("不是回声")
    still = forecast_lag.question(answering(moving, np.zeros((len(base), 1))))
    assert still.verdict == "warn"
    assert "yesterday's value" in still.says.say("en")
