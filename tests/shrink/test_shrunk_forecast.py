"""A small forecaster is spoken of in its own words, and says its doubt as the large one does."""

import numpy as np
import pytest

import umbrella
from umbrella.base.budget import Budget
from umbrella.base.errors import BudgetError
from umbrella.check import html
from umbrella.check.gather import gather
from umbrella.check.report import check
from umbrella.fit import cost, sized
from umbrella.fit.trained import load_trained
from umbrella.models.ladders import rung
from umbrella.show import Screen
from umbrella.shrink import candidate, shrink
from umbrella.shrink.plan import Idea
from umbrella.shrink.proof import prove
from umbrella.tasks.classify import Classify
from umbrella.tasks.forecast import Forecast
from umbrella.tasks.regress import Regress

DAYS = 420


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Files are timed on a few rows."""
    latency = cost.latency
    monkeypatch.setattr(
        cost, "latency", lambda graph, feeds: latency(graph, feeds[:3], seconds=0.02)
    )


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A linear network that says how large its errors may be, on a weekly wave."""
    folder = tmp_path_factory.mktemp("large")
    noise = np.random.default_rng(2).normal(0, 0.5, DAYS)
    sold = 10 + 3 * np.sin(2 * np.pi * np.arange(DAYS) / 7) + noise
    days = np.datetime64("2020-01-01") + np.arange(DAYS)
    lines = [f"{day},{value:.4f}" for day, value in zip(days, sold, strict=True)]
    (folder / "sold.csv").write_text("\n".join(["day,sold", *lines]))
    with pytest.MonkeyPatch.context() as patch:  # however little it knows after one epoch
        patch.setattr(sized, "held_out_scores", lambda *_: None)
        return umbrella.fit(
            folder / "sold.csv", "sold", horizon=2, rungs=("dlinear",), quantiles=True, epochs=1,
            features=("none",), out=folder / "run", progress=False,
        )  # fmt: skip


def shrunk(large, out, monkeypatch, name, **choice):
    own, small = rung("series", "dlinear"), rung("series", name)
    plan = [Idea(own, {"network.spread": True}, given=True), Idea(small, choice)]
    monkeypatch.setattr(shrink, "ideas", lambda *_: plan)
    monkeypatch.setattr(candidate, "int8", unable)
    return large.shrink(drop="90%", out=out)


def unable(*_, **__):
    raise BudgetError("Nothing gains from int8, so that the student is taken.")


def test_a_small_network_says_how_large_its_errors_may_be_where_the_large_one_does(
    large, tmp_path, monkeypatch, capsys
):
    window = {"view.window": 8}
    small = shrunk(large, tmp_path / "small", monkeypatch, "dlinear", **window)
    trained = load_trained(small.path)
    assert small.facts["shrunk"]["name"] == "dlinear window 8"
    assert (small.facts["shrunk"]["sized"], trained.network.config.spread) == (True, True)
    evidence = gather(small.path)
    n, levels = evidence.count("test"), len(evidence.task.spec()["levels"])
    assert evidence.sizes.shape == (n, 6, 2)
    assert levels == 3
    assert np.ptp(evidence.sizes[:, 0, 0]) > 0  # they differ from origin to origin
    report = check(evidence)
    assert "as wide at every origin" not in report.find("intervals").says.say("en")
    capsys.readouterr()
    Screen("en").shrunk(small)
    told = capsys.readouterr().out
    assert "it says how large each forecast's errors may be, as the large model does" in told
    assert "test origins" in told
    assert "points" not in told
    assert "one forecast" in told
    verdict = small.facts["against_naive"]  # its own, and not that of the large one
    assert verdict["model"] == pytest.approx(small.facts["scores"]["test"]["score"])
    assert verdict["chosen_by"]["stretches"] == 1
    assert "of the last stretch alone" in html._ladder(report, "en")


def test_a_closed_form_in_its_place_is_said_to_be_as_wide_at_every_origin(
    large, tmp_path, monkeypatch, capsys
):
    small = shrunk(large, tmp_path / "small", monkeypatch, "ridge", **{"view.window": 8})
    found = small.check().find("intervals")
    assert "as wide at every origin, unlike those of the run" in found.says.say("en")
    assert "它们在每个起点上一样宽" in found.says.say("zh")
    capsys.readouterr()
    Screen("zh").shrunk(small)
    told = capsys.readouterr().out
    assert "它的区间在每个起点上一样宽" in told
    assert not [word for word in ("origins", "error", "accepted", "one forecast") if word in told]


def test_a_search_says_first_which_origins_its_figures_are_of(large, tmp_path, monkeypatch, capsys):
    shrunk_with = Screen("en").watch_shrink(large)
    own = rung("series", "dlinear")
    plan = [Idea(own, {}, given=True), Idea(rung("series", "ridge"), {"view.window": 8})]
    monkeypatch.setattr(shrink, "ideas", lambda *_: plan)
    budget = Budget(drop=0.9, size=400_000)
    shrink.shrink_run(large.path, budget, tmp_path / "small", watcher=shrunk_with)
    told = capsys.readouterr().err.splitlines()
    score = large.facts["scores"]["validation"]["score"]
    assert told[0].startswith("--size 400 kB leaves 395 kB for the network: card and notes")
    assert told[1].startswith("the errors below are those of the last stretch of validation alone")
    assert f"the fit's {score:.3g} is the mean over 3 stretches" in told[1]
    assert told[2].startswith("tried, each with its size, the time of one forecast and scaled")


def test_a_size_below_what_the_card_takes_is_refused_before_any_search(
    large, tmp_path, monkeypatch
):
    monkeypatch.setattr(shrink, "_search", lambda *_: pytest.fail("searched in vain"))
    with pytest.raises(BudgetError, match=r"--size 5,500 bytes .* The floor is 6 kB"):
        large.shrink(size="5.5kB", drop="90%", out=tmp_path / "small")


def test_switches_are_no_numbers_in_the_name_of_an_idea():
    own = rung("series", "lstm")
    choice = {"network.spread": True, "network.attention": True, "network.width": 16}
    assert Idea(own, choice).name == "lstm attention width 16"
    assert Idea(own, {"network.instance": False}).name == "lstm"


@pytest.mark.parametrize(
    ("task", "unit", "rows"),
    [(Classify, "points", "test rows"), (Regress, "%", "test rows"), (Forecast, "%", "test orig")],
)
def test_a_drop_of_a_share_is_in_points_and_of_an_error_in_percent(task, unit, rows):
    rng = np.random.default_rng(0)
    made = {Classify: ("a", "b"), Regress: 1.0, Forecast: 1}[task]
    own = task(made, 1.0) if task is not Forecast else task(made)
    right = (rng.random(600) < 0.8).astype(float)
    old, new = (right, right) if task is Classify else (right + 1, right + 1.01)
    for allowed, verdict in ((0.2, "accepted"), (0.0001, "refused")):
        found = prove(own, old, new, allowed, 1)
        said = found.says(task).say("en")
        assert said.startswith(f"{verdict}: on 600 {rows}")
        assert unit in said
        assert ("points" in said) == (unit == "points")
        assert "test" not in found.says(task).say("zh")
    if task is Forecast:
        assert "0.6 % more" in said
