"""A whole fit: choice, honesty, refusals, and going on after a stop."""

import json

import numpy as np
import pytest
from invented import ratings, reviews, write_csv

import umbrella
from umbrella.base.errors import ConfigError, DataError, RunError
from umbrella.base.tensors import load_tensors
from umbrella.fit import chosen, fit, ladder
from umbrella.fit.fit import Watcher
from umbrella.fit.rung import fit_rung
from umbrella.fit.settings import differences
from umbrella.fit.trained import load_trained, read_rows
from umbrella.fit.views import Views

LIGHT = ("most-common", "bow-svm")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    place = tmp_path_factory.mktemp("fit")
    path = write_csv(place / "stay.csv", reviews(800))
    return umbrella.fit(path, "label", out=place / "run", rungs=LIGHT)


def test_the_lightest_rung_within_doubt_is_chosen_and_tested_once(fitted):
    assert fitted.facts["rung"] == "bow-svm"
    assert fitted.scores["test"]["score"] > 0.85
    assert fitted.scores["test"]["low"] < fitted.scores["test"]["score"]
    by_name = {rung["name"]: rung for rung in fitted.ladder}
    assert by_name["most-common"]["verdict"] == "worse"
    assert by_name["bow-svm"]["chosen"]
    assert fitted.facts["selection"]["looks"] == 2


def test_plans_differ_in_what_was_said_and_not_in_what_an_older_version_did_not_know():
    old = {"seed": 0, "use": [], "reading": {}, "fingerprint": "a"}
    assert differences(old, old | {"separator": None, "known": []}) == ""
    new = old | {"reading": {"header": False}, "use": ["a", "b"], "fingerprint": "b"}
    told = differences(old, new)
    assert "the data" in told
    assert "--header (not given there, False here)" in told
    assert "--use (not given there, a,b here)" in told


def test_no_test_row_is_scored_before_the_choice(tmp_path, monkeypatch):
    seen = []
    real = ladder.search

    def spy(context, rung, seconds):
        seen.append((context.run / "test.safetensors").exists())
        return real(context, rung, seconds)

    monkeypatch.setattr(ladder, "search", spy)
    umbrella.fit(reviews(200), "label", out=tmp_path / "run", rungs=LIGHT)
    assert seen == [False, False]


def test_what_the_chosen_rung_reads_is_looked_up_once_at_the_end(tmp_path, monkeypatch):
    built, asked, climbing, get = [], [], fit.climb, Views.get
    network_of = chosen.network_of

    def climb(*given):
        found = climbing(*given)
        asked.clear()
        return found

    monkeypatch.setattr(fit, "climb", climb)
    monkeypatch.setattr(chosen, "network_of", lambda spec: built.append(spec) or network_of(spec))
    monkeypatch.setattr(Views, "get", lambda self, *of: asked.append(of) or get(self, *of))
    umbrella.fit(reviews(200), "label", out=tmp_path / "run", rungs=LIGHT)
    assert (len(built), len(asked)) == (1, 1)


def test_a_finished_run_is_not_fitted_again_and_another_fit_is_refused(fitted):
    before = (fitted.path / "run.json").read_bytes()
    source = fitted.facts["source"]
    again = umbrella.fit(source, "label", out=fitted.path, rungs=LIGHT)
    assert (again.path / "run.json").read_bytes() == before
    with pytest.raises(RunError, match=r"differs in: --seed \(0 there, 1 here\)\..*--fresh"):
        umbrella.fit(source, "label", out=fitted.path, rungs=LIGHT, seed=1)
    asked = {"reading": {"encoding": "latin1"}, "kinds": {"text": "category"}, "use": ("text",)}
    with pytest.raises(RunError) as caught:
        umbrella.fit(source, "label", out=fitted.path, rungs=LIGHT, **asked)
    for words in (
        "the data (its rows, columns or files",
        "--kind (not given there, text=category here)",
        "--encoding (not given there, latin1 here)",
        "--use (not given there, text here)",
    ):
        assert words in str(caught.value)
    assert "fingerprint" not in str(caught.value)
    with pytest.raises(RunError, match="holds a fit and no comparison"):  # nor is it removed
        umbrella.compare(source, "label", LIGHT, out=fitted.path, fresh=True)
    assert (fitted.path / "plan.json").is_file()
    assert (fitted.path / "run.json").read_bytes() == before


def test_fresh_replaces_a_fit_but_never_foreign_files(tmp_path):
    umbrella.fit(reviews(200), "label", out=tmp_path / "run", rungs=("most-common",))
    made = umbrella.fit(reviews(200), "label", out=tmp_path / "run", rungs=("bow-svm",), fresh=True)
    assert [rung["name"] for rung in made.ladder] == ["bow-svm"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.doc").write_text("x")
    with pytest.raises(RunError, match="has files"):
        umbrella.fit(reviews(200), "label", out=tmp_path / "other", fresh=True)
    assert (tmp_path / "other" / "thesis.doc").read_text() == "x"


def test_data_from_memory_is_kept_so_that_the_run_can_be_checked(tmp_path):
    made = umbrella.fit(reviews(200), "label", out=tmp_path / "run", rungs=LIGHT)
    rows = read_rows(load_trained(made.path))
    assert rows.table.rows == 200
    assert len(rows.part("test")) == made.scores["test"]["rows"]


def test_changed_data_is_refused(tmp_path):
    path = write_csv(tmp_path / "stay.csv", reviews(200))
    made = umbrella.fit(path, "label", out=tmp_path / "run", rungs=LIGHT)
    write_csv(path, reviews(200, seed=5))
    with pytest.raises(DataError, match=r"is not the data.*--data"):
        read_rows(load_trained(made.path))


def test_stored_test_outputs_are_those_of_the_stored_model(fitted):
    trained = load_trained(fitted.path)
    rows = read_rows(trained)
    kept = load_tensors(fitted.path / "test.safetensors")["outputs"]
    np.testing.assert_allclose(trained.outputs(rows.batches("test")), kept, atol=1e-5)
    scores = trained.task.row_scores(kept, rows.part_targets("test"))
    assert scores.mean() == pytest.approx(fitted.scores["test"]["score"])


def test_a_number_is_regressed_and_beats_the_median(tmp_path):
    made = umbrella.fit(ratings(800), "price", out=tmp_path / "run", rungs=LIGHT)
    assert made.facts["task"]["task"] == "regress"
    assert made.scores["test"]["score"] < 0.6 * made.scores["baseline"]["score"]
    answer = made.predict(["the room was lovely and the food was great"])[0]
    assert answer["value"] > 105


def test_tuning_counts_every_trial_as_a_look_and_is_repeatable(tmp_path):
    def tuned(name):
        return umbrella.fit(reviews(300), "label", out=tmp_path / name, rungs=("bow-svm",), tune=4)

    one, two = tuned("one"), tuned("two")
    assert one.facts["selection"]["looks"] == 4
    assert one.facts["choice"] == two.facts["choice"]
    tries = sorted(p.name for p in (one.path / "rungs" / "bow-svm").glob("trial-*"))
    assert tries == ["trial-0", "trial-1", "trial-2", "trial-3"]
    looks = [
        json.loads((one.path / "rungs" / "bow-svm" / t / "result.json").read_text()) for t in tries
    ]
    assert one.ladder[0]["score"] == max(look["score"] for look in looks)
    assert len({json.dumps(look["choice"]) for look in looks}) > 1


def test_the_climb_ends_when_heavier_rungs_bring_nothing(tmp_path):
    made = umbrella.fit(
        reviews(300, noise=0.0), "label", out=tmp_path / "run", patience=1, epochs=1
    )
    assert made.facts["ended"] == "patience"
    assert [rung["name"] for rung in made.ladder] == ["most-common", "bow-svm", "bag"]


def test_a_stop_by_hand_keeps_the_best_so_far_and_the_same_call_goes_on(tmp_path, monkeypatch):
    def stopping(context, rung, folder, choice, seconds=None):
        if rung.name == "bag":
            raise KeyboardInterrupt
        return fit_rung(context, rung, folder, choice, seconds)

    from umbrella.fit import tune

    rungs = ("most-common", "bow-svm", "bag")
    monkeypatch.setattr(tune, "fit_rung", stopping)
    with pytest.raises(KeyboardInterrupt):
        umbrella.fit(reviews(300), "label", out=tmp_path / "run", rungs=rungs, epochs=1)
    facts = json.loads((tmp_path / "run" / "run.json").read_text())
    assert facts["partial"]
    assert facts["rung"] == "bow-svm"
    assert "test" not in facts.get("scores", {})
    with pytest.raises(RunError, match="interrupted"):
        load_trained(tmp_path / "run")
    monkeypatch.undo()
    made = umbrella.fit(reviews(300), "label", out=tmp_path / "run", rungs=rungs, epochs=1)
    assert not made.facts["partial"]
    assert len(made.ladder) == 3


def test_a_failing_rung_is_reported_and_the_others_go_on(tmp_path, monkeypatch):
    from umbrella.base.errors import FitError
    from umbrella.fit import tune

    def failing(context, rung, folder, choice, seconds=None):
        if rung.name == "bow-svm":
            raise FitError("Loss became nan at step 3.")
        return fit_rung(context, rung, folder, choice, seconds)

    monkeypatch.setattr(tune, "fit_rung", failing)
    made = umbrella.fit(reviews(200), "label", out=tmp_path / "run", rungs=LIGHT)
    assert made.ladder[-1] == {"name": "bow-svm", "error": "Loss became nan at step 3."}


def test_noise_is_called_noise(tmp_path):
    table = reviews(400, noise=1.0)
    made = umbrella.fit(table, "label", out=tmp_path / "run", rungs=LIGHT)
    assert made.facts["rung"] == "most-common"


def test_groups_stay_whole_and_widen_the_interval(tmp_path):
    table = reviews(600)
    table["guest"] = [f"guest {row % 40}" for row in range(600)]
    made = umbrella.fit(table, "label", out=tmp_path / "run", rungs=LIGHT, group="guest")
    rows = read_rows(load_trained(made.path))
    guests = np.array(table["guest"])
    train, test = (set(guests[rows.rows[rows.part(p)]]) for p in ("train", "test"))
    assert not train & test
    assert rows.dependent("test") is not None


def test_a_time_budget_holds_and_gives_a_result(tmp_path):
    import time

    start = time.monotonic()
    made = umbrella.fit(
        reviews(3000), "label", out=tmp_path / "run", minutes=0.15, patience=9, epochs=500
    )
    assert time.monotonic() - start < 25  # reading, twins and cold imports stand outside
    assert made.scores["test"]["score"] > 0.8


def test_callers_see_the_data_and_every_rung(tmp_path):
    seen = []
    watcher = Watcher(lambda p: seen.append(p.table.rows), lambda look: seen.append(look.name))
    umbrella.fit(reviews(200), "label", out=tmp_path / "run", rungs=LIGHT, watcher=watcher)
    assert seen == [200, *LIGHT]


@pytest.mark.parametrize(
    ("table", "target", "settings", "message"),
    [
        (reviews(200), "lable", {}, "Did you mean 'label'"),
        (reviews(12), "label", {}, "12 rows with a target"),
        (
            {"text": ["same"] * 50, "label": ["a", "b"] * 25},
            "label",
            {"kinds": {"text": "text"}},
            r"same .* in all 50 rows",
        ),
        ({"text": reviews(50)["text"], "label": ["a"] * 50}, "label", {}, "one label only"),
        (reviews(50), "label", {"group": "guest"}, "No column named 'guest'"),
        (reviews(50), "label", {"use": ("txt",)}, "Did you mean 'text'"),
    ],
)
def test_data_that_cannot_be_learned_is_refused_with_a_way_out(
    tmp_path, table, target, settings, message
):
    with pytest.raises((DataError, ConfigError), match=message):
        umbrella.fit(table, target, out=tmp_path / "run", rungs=LIGHT, **settings)
    assert not (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"minutes": 0}, "--minutes"),
        ({"rungs": ("bow-smv",)}, "Did you mean 'bow-svm'"),
        ({"patience": 0}, "--patience"),
        ({"average": 1.0}, "--average"),
        ({"wrong": 3}, "FitSettings"),
        ({"device": "cuda:9"}, "is not here"),
    ],
)
def test_wrong_settings_are_refused_before_any_work(tmp_path, settings, message):
    with pytest.raises(ConfigError, match=message):
        umbrella.fit(reviews(200), "label", out=tmp_path / "run", **settings)
    assert not (tmp_path / "run" / "split.parquet").exists()


def test_balance_reaches_the_solver(tmp_path, monkeypatch):
    from sklearn import svm

    asked = []
    real = svm.LinearSVC

    def spy(**settings):
        asked.append(settings["class_weight"])
        return real(**settings)

    monkeypatch.setattr(svm, "LinearSVC", spy)
    for balance in (True, False):
        out = tmp_path / str(balance)
        umbrella.fit(reviews(200), "label", out=out, rungs=("bow-svm",), balance=balance)
    assert asked == ["balanced", None]


@pytest.mark.parametrize("more", [{}, {"horizon": 3}])
def test_a_header_without_rows_is_said_to_be_one(more, tmp_path):
    (tmp_path / "empty.csv").write_text("date,close\n")
    with pytest.raises(DataError, match=r"empty has no rows below its header \(date, close\)"):
        umbrella.fit(str(tmp_path / "empty.csv"), "close", out=tmp_path / "run", **more)
    assert not (tmp_path / "run").exists()
