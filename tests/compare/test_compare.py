"""Comparisons from end to end: planted truth comes out, kills change nothing, refusals say why."""

import json
import shutil

import numpy as np
import pytest
from invented import ratings, reviews
from mediafiles import picture
from planted import signals

import umbrella
from umbrella.base.errors import ConfigError, DataError, RunError
from umbrella.base.progress import Silent
from umbrella.cli import main
from umbrella.compare import arms
from umbrella.compare.contest import limits
from umbrella.compare.page import page, paragraph
from umbrella.compare.rows import set_apart
from umbrella.compare.settings import CompareSettings
from umbrella.data.read import read
from umbrella.fit.prepare import prepare
from umbrella.fit.settings import FitSettings

RATES = (3e-2,)  # one rate instead of three: the tests' trainings are many enough


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    """The experiment on signals whose class is a motif that may be anywhere."""
    patch = pytest.MonkeyPatch()
    patch.setattr(arms, "RATES", RATES)
    folder = tmp_path_factory.mktemp("why") / "out"
    settings = {"why": True, "seeds": 2, "epochs": 16, "threads": 1}
    yield umbrella.compare(signals(), out=folder, **settings)
    patch.undo()


def settled(facts):
    """What must not differ between two runs of the same: all but times."""
    out = json.loads(json.dumps(facts))
    del out["made"], out["why"]["predicted"]
    for arm in out["why"]["arms"]:
        del arm["seconds"]
    return out


# -- the experiment ----------------------------------------------------------------------------


def test_where_a_motif_may_be_anywhere_the_convolution_gains_by_sharing_and_pooling(explained):
    why = explained.facts["why"]
    scores = {(arm["name"], arm["order"]): arm["score"]["value"] for arm in why["arms"]}
    assert scores["pooled", "ordered"] > 0.95
    assert scores["pooled", "ordered"] - scores["everywhere", "ordered"] > 0.1
    assert scores["pooled", "ordered"] - scores["pooled", "shuffled"] > 0.1
    marked = {one["name"]: one for one in why["predictions"]}
    assert marked["same"]["held"]
    assert marked["falls"]["held"]
    assert marked["falls"]["clear"]
    total = sum(why["gains"][name]["value"] for name in ("locality", "sharing", "pooling"))
    assert total == pytest.approx(why["gains"]["total"]["value"])


def test_budgets_are_held_and_the_counts_are_told(explained):
    why = explained.facts["why"]
    counts = {one["name"]: one["weights"] for one in why["networks"]}
    wide = counts.pop("wide")
    assert all(abs(count - why["weights"]) <= 0.1 * why["weights"] for count in counts.values())
    assert wide > 2 * why["weights"]
    assert why["shifts"] == [1, 2, 3, 4]


def test_predictions_are_written_before_anything_is_trained(tmp_path, monkeypatch):
    class Stop(Exception):  # noqa: N818
        pass

    def train(*_, **__):
        stored = json.loads((tmp_path / "out" / "predictions.json").read_text())
        raise Stop(",".join(one["name"] for one in stored["predictions"]))

    monkeypatch.setattr(arms, "train", train)
    with pytest.raises(Stop, match="same,falls,between_falls,between_scores,moves"):
        umbrella.compare(signals(), why=True, out=tmp_path / "out", threads=1)
    assert not (tmp_path / "out" / "compare.json").exists()


def test_killed_and_started_again_it_ends_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(arms, "RATES", RATES)
    settings = {"why": True, "seeds": 2, "epochs": 2, "threads": 1}
    whole = umbrella.compare(signals(120), out=tmp_path / "whole", **settings)
    real, calls = arms.train, []

    def dying(*given, **settings):
        calls.append(1)
        if len(calls) in (3, 8):
            raise KeyboardInterrupt
        return real(*given, **settings)

    monkeypatch.setattr(arms, "train", dying)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            umbrella.compare(signals(120), out=tmp_path / "out", **settings)
    written = (tmp_path / "out" / "predictions.json").read_text()
    again = umbrella.compare(signals(120), out=tmp_path / "out", **settings)
    assert len(calls) == 18 + 2  # nothing that was finished was trained again
    assert settled(again.facts) == settled(whole.facts)
    assert (tmp_path / "out" / "predictions.json").read_text() == written


def test_a_finished_comparison_is_read_back_and_another_one_is_refused(explained, monkeypatch):
    monkeypatch.setattr(arms, "train", None)
    settings = {"why": True, "seeds": 2, "epochs": 16, "threads": 1, "out": explained.path}
    assert umbrella.compare(signals(), **settings).facts == explained.facts
    with pytest.raises(RunError, match=r"differs in: --seeds \(2 there, 3 here\)"):
        umbrella.compare(signals(), **{**settings, "seeds": 3})
    with pytest.raises(RunError, match="differs in: the data"):
        umbrella.compare(signals(seed=1), **settings)


def test_page_and_paragraph_speak_both_languages(explained):
    facts = explained.facts
    for lang, words in (
        ("en", ("locality", "weight sharing", "pooling", "CNN or MLP?", "standard error")),
        ("zh", ("局部性", "权重共享", "池化", "CNN 还是 MLP？", "标准误")),
    ):
        html = page(facts, lang)
        assert all(word in html for word in words)
        assert html.count("<svg viewBox") == 1 + 1 + 5  # the mark, the figure, five verdicts
        assert html.count("<figure ") == 1
        told = paragraph(facts, lang)
        assert words[0] in told
        assert words[1] in told
    told = paragraph(facts, "zh")
    for name in ("locality", "sharing"):
        assert f"{100 * facts['why']['gains'][name]['value']:.1f}".lstrip("-") in told


# -- rungs -------------------------------------------------------------------------------------


def test_the_better_rung_is_named_and_equal_ones_are_not_told_apart(tmp_path):
    made = umbrella.compare(
        reviews(500, noise=0.0),
        rungs=("most-common", "bow-svm", "bag"),
        seeds=2,
        epochs=12,
        threads=1,
        out=tmp_path / "out",
    )
    contest = made.facts["contest"]
    rungs = {rung["name"]: rung for rung in contest["rungs"]}
    assert list(rungs) == ["most-common", "bow-svm", "bag"]
    assert rungs["most-common"]["verdict"] == "worse"
    assert contest["best"] in ("bow-svm", "bag")
    assert contest["lightest"] == "bow-svm"
    assert all(rung["low"] <= rung["score"] <= rung["high"] <= 1 for rung in rungs.values())
    assert rungs["bow-svm"]["bytes"] > 100
    assert rungs["bow-svm"]["one_row_ms"] > 0
    assert any("beyond doubt" in one["en"] for one in contest["says"])
    for lang in ("en", "zh"):
        assert "<svg viewBox" in page(made.facts, lang)


def test_errors_of_a_quantity_are_better_when_they_are_smaller(tmp_path):
    made = umbrella.compare(
        ratings(400),
        "price",
        rungs=("most-common", "bow-svm"),
        seeds=2,
        threads=1,
        out=tmp_path / "out",
    )
    contest = made.facts["contest"]
    assert contest["best"] == "bow-svm"
    worse = contest["rungs"][0]
    assert worse["verdict"] == "worse"
    assert worse["score"] > contest["rungs"][1]["score"]
    assert worse["ahead"]["low"] > 0  # how far the best is ahead
    assert "plus is better" in page(made.facts, "en")


def test_an_interval_ends_where_scores_do():
    assert limits(1.1, 1.4, -1) == (1.1, 1.4)  # more errors than words
    assert limits(-0.1, 0.2, -1) == (0.0, 0.2)
    assert limits(0.9, 1.1, 1) == (0.9, 1.0)


def test_test_rows_of_a_fit_are_left_unread_and_units_stay_whole():
    table = reviews(300)
    table["text"] += table["text"][:60]  # copies, which must stay together
    table["label"] += table["label"][:60]
    settings = FitSettings("label", seed=5)
    whole = prepare(read(table), settings, Silent())
    mine = set_apart(whole, settings)
    aside = set(whole.rows[whole.part("test")])
    assert aside
    assert aside.isdisjoint(mine.rows)
    read_rows = sum(len(cells["text"]) for cells in mine.batches())
    assert read_rows == len(mine.rows) == len(whole.rows) - len(aside)
    parts = {
        name: set(mine.split.unit[mine.part(name)]) for name in ("train", "validation", "test")
    }
    assert parts["train"].isdisjoint(parts["test"] | parts["validation"])
    assert parts["validation"].isdisjoint(parts["test"])
    unit = whole.split.unit[np.isin(whole.rows, mine.rows)]
    for name in ("train", "validation"):
        here = {int(one) for one in unit[mine.part(name)]}
        assert here.isdisjoint({int(one) for one in unit[mine.part("test")]})
    assert 0.17 < len(mine.part("test")) / len(mine.rows) < 0.23


def test_the_task_is_learned_from_the_rows_that_learn_here():
    settings = FitSettings("price", seed=5)
    whole = prepare(read(ratings(300)), settings, Silent())
    mine = set_apart(whole, settings)
    prices = np.array([float(cell) for cell in whole.table.raw("price").to_list()])
    learned = prices[mine.rows[mine.part("train")]]
    assert mine.task.mean == pytest.approx(learned.mean())
    assert mine.task.scale == pytest.approx(learned.std())
    assert whole.task.mean != pytest.approx(mine.task.mean)
    back = mine.targets * mine.task.scale + mine.task.mean
    assert back == pytest.approx(prices[mine.rows], rel=1e-4, abs=1e-4)


def test_the_judged_rows_choose_neither_the_rate_nor_the_epoch(monkeypatch, tmp_path):
    seen = []

    def train(_, data, *__, **___):
        seen.append(set(data.train) | set(data.validation))
        raise KeyboardInterrupt

    monkeypatch.setattr(arms, "train", train)
    with pytest.raises(KeyboardInterrupt):
        umbrella.compare(signals(), why=True, out=tmp_path / "out", threads=1)
    settings = FitSettings("label")
    mine = set_apart(prepare(read(signals()), settings, Silent()), settings)
    assert seen[0].isdisjoint(mine.part("test"))


# -- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rungs", "message"),
    [((), "--rungs is missing"), (("bag",), "bag alone"), (("bag", "bag"), "bag alone")],
)
def test_fewer_than_two_rungs_are_refused(rungs, message):
    with pytest.raises(ConfigError, match=message):
        CompareSettings(FitSettings("label", rungs=rungs))


@pytest.mark.parametrize("seeds", [0, 1, 1000])
def test_too_few_seeds_are_refused(seeds):
    with pytest.raises(ConfigError, match="--seeds"):
        CompareSettings(FitSettings("label", rungs=("a", "b")), seeds=seeds)


def test_series_are_compared_by_a_fit_which_is_said(capsys):
    argv = ["compare", "prices.csv", "--rungs", "linear,mlp", "--horizon", "5"]
    with pytest.raises(ConfigError, match="umbrella fit --horizon 5 --rungs a,b"):
        CompareSettings(FitSettings("close", horizon=5, rungs=("linear", "mlp")))
    assert main(argv) == 2
    assert "takes rows and no series" in capsys.readouterr().err


def test_an_unknown_rung_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(ConfigError, match="Did you mean 'bag'"):
        umbrella.compare(reviews(100), rungs=("bga", "cnn"), out=tmp_path / "out")


def test_why_on_texts_says_what_it_needs(tmp_path):
    with pytest.raises(ConfigError, match=r"needs pictures, or a table .* these rows are text"):
        umbrella.compare(reviews(100), rungs=("bag", "cnn"), why=True, out=tmp_path / "out")
    assert not (tmp_path / "out" / "plan.json").exists()


def test_one_class_is_refused(tmp_path):
    table = signals(60) | {"label": ["one"] * 60}
    with pytest.raises(DataError, match="one label only"):
        umbrella.compare(table, why=True, out=tmp_path / "out")


def test_signals_too_short_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="at least 8 numbers"):
        umbrella.compare(signals(60, places=6), why=True, out=tmp_path / "out")


def test_pictures_too_small_are_refused(tmp_path):
    from PIL import Image

    for label in ("a", "b"):
        for number in range(20):
            file = picture(
                tmp_path / "photos" / label / f"{number}.png", number + 50 * (label > "a")
            )
            with Image.open(file) as whole:
                whole.resize((6, 7)).save(file)
    with pytest.raises(DataError, match=r"at least 8 × 8 pixels; these have 6"):
        umbrella.compare(tmp_path / "photos", why=True, out=tmp_path / "out")


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="no comparison"):
        umbrella.compare(signals(60), why=True, out=tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


# -- the command line --------------------------------------------------------------------------


def test_the_verb_prints_tables_verdicts_and_where_the_page_lies(explained, tmp_path, capsys):
    shutil.copytree(explained.path, tmp_path / "out")
    import polars

    polars.DataFrame(signals()).write_csv(tmp_path / "signals.csv")
    plan = json.loads((tmp_path / "out" / "plan.json").read_text())
    plan["fingerprint"] = read(tmp_path / "signals.csv").fingerprint
    (tmp_path / "out" / "plan.json").write_text(json.dumps(plan))
    command = ["compare", str(tmp_path / "signals.csv"), "--why", "--seeds", "2", "--epochs", "16"]
    command += ["--out", str(tmp_path / "out")]
    assert main([*command, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "locality" in told
    assert "held" in told
    assert str(tmp_path / "out" / "compare.html") in told.replace("\n", "")
    assert main([*command, "--lang", "zh"]) == 0
    assert "权重共享" in capsys.readouterr().out
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["why"]["weights"] > 0
    assert main(["compare", str(tmp_path / "signals.csv"), "--rungs", "mlp"]) == 2
    assert "needs two rungs" in capsys.readouterr().err


def test_the_package_is_also_the_verb():
    import umbrella.compare.run

    assert callable(umbrella.compare)
    assert umbrella.compare.run.FORMAT == 1
