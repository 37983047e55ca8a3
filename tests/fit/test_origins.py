"""Origins are cut in time, their targets too, and nothing that comes later moves a forecast."""

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import realdata

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.base.progress import Silent
from umbrella.base.tensors import load_tensors
from umbrella.data.read import read
from umbrella.fit.origins import bounds_of, moments_of, prepare_series
from umbrella.fit.prepare import Prepared
from umbrella.fit.settings import FitSettings

RUNGS = ("last-value", "seasonal-naive", "ridge")


def rows(days: int, series: tuple[str, ...] = ("a",), seed: int = 0) -> dict[str, list[str]]:
    rng = np.random.default_rng(seed)
    out: dict[str, list[str]] = {"day": [], "shop": [], "sold": []}
    start = np.datetime64("2020-01-01")
    for name in series:
        week = np.sin(2 * np.pi * np.arange(days) / 7)
        level = 100 + 10 * week + rng.normal(0, 2, days)
        out["day"] += [str(start + day) for day in range(days)]
        out["shop"] += [name] * days
        out["sold"] += [f"{value:.3f}" for value in level]
    return out


def prepared(cells, **settings) -> Prepared:
    settings = {"horizon": 5, **settings}
    return prepare_series(read(cells), FitSettings("sold", **settings), Silent())


def test_no_part_sees_a_target_of_the_next():
    whole = prepared(rows(300, ("a", "b")))
    panel, moments = whole.panel, moments_of(whole.panel)
    first = {name: moments[whole.rows[whole.part(name)]].min() for name in ("validation", "test")}
    for part, after in (("train", "validation"), ("validation", "test")):
        origins = whole.rows[whole.part(part)]
        assert moments[origins].max() + 5 < first[after]
    assert len(panel.ids) == 2


def test_earlier_stretches_walk_forward_and_end_where_the_next_begins():
    whole = prepared(rows(400), folds=4)
    moments = moments_of(whole.panel)
    walk = [*whole.earlier, whole]
    spans = [moments[one.rows[one.part("validation")]] for one in walk]
    assert len(walk) == 4
    for before, after in pairwise(spans):
        assert before.max() + 5 < after.min()
    for one, span in zip(walk, spans, strict=True):
        assert moments[one.rows[one.part("train")]].max() + 5 < span.min()
    assert len(whole.judged()) == sum(map(len, spans))


def test_short_series_keep_two_horizons_to_judge_by():
    *_, (validation, test, end) = bounds_of(144, 12, (0.8, 0.1, 0.1), 3)
    assert (test - validation, end - test) == (24, 24)


def test_series_that_do_not_run_side_by_side_are_laid_to_end_together():
    early, late = rows(100, ("a",)), rows(60, ("b",), seed=1)
    late["day"] = [str(np.datetime64("2024-01-01") + day) for day in range(60)]
    whole = prepared({name: early[name] + late[name] for name in early}, series="shop")
    moments = moments_of(whole.panel)
    assert moments[99] == moments[159] == 99


def test_series_that_the_test_never_meets_are_named():
    long, short = rows(200, ("a", "b")), rows(8, ("gone",))
    whole = prepared({name: long[name] + short[name] for name in long}, series="shop")
    [note] = [note for note in whole.notes if note.key == "forecast_fit.untested"]
    assert note.say("en").startswith("1 of 3 series has no test origin")
    assert note.say("zh").endswith("gone")
    assert not [note for note in prepared(long, series="shop").notes if "untested" in note.key]


def test_five_rows_with_a_horizon_of_ten_are_refused():
    with pytest.raises(DataError, match=r"10 steps ahead each, .* Give a longer history"):
        prepared(rows(5), horizon=10)


def test_the_horizon_that_is_advised_works_and_the_hole_is_named():
    cells = rows(48)
    cells["sold"][12:36] = [""] * 24
    with pytest.raises(DataError) as caught:
        prepared(cells, horizon=5)
    said = str(caught.value)
    assert "24 steps in a row have no value, 2020-01-13 to 2020-02-05. Fill the hole" in said
    advised = int(said.split("--horizon ")[1].rstrip("."))
    assert prepared(cells, horizon=advised).split.counts["test"] > 0
    with pytest.raises(DataError, match=f"--horizon {advised}"):
        prepared(cells, horizon=advised + 1)


def test_days_without_any_row_are_named_where_the_history_is_too_short():
    cells = rows(105)
    cells["day"] = [day for day in cells["day"] if np.is_busday(np.datetime64(day))]
    for name in cells:
        cells[name] = [*cells[name][:12], *cells[name][60:75]]
    with pytest.raises(DataError, match=r"days without trade\. Fill the hole"):
        prepared(cells, horizon=8)


def test_a_season_that_never_comes_round_is_refused():
    assert prepared(rows(100), season=50).shared["season"] == 50
    with pytest.raises(ConfigError, match="--season 51 does not come round twice in 100 steps"):
        prepared(rows(100), season=51)


def test_a_table_without_times_is_asked_for_them():
    cells = rows(100)
    del cells["day"]
    with pytest.raises(ConfigError, match="--time COLUMN"):
        prepared(cells)


def test_returns_of_values_that_are_not_positive_are_refused():
    cells = rows(100)
    cells["sold"][40] = "-3"
    with pytest.raises(DataError, match=r"1 of them, the first on 2020-02-10, row 41.*--as level"):
        prepared(cells, target_as="return")


def test_a_seasonal_signal_is_found_and_forecast(tmp_path: Path):
    made = umbrella.fit(rows(900), "sold", horizon=7, rungs=RUNGS, out=tmp_path / "run")
    assert made.facts["rung"] in ("seasonal-naive", "ridge")
    assert made.scores["test"]["score"] < 0.5 * made.scores["baseline"]["score"]
    assert made.scores["test"]["p_against_baseline"] < 0.001


@pytest.mark.slow
def test_no_forecast_moves_when_only_what_comes_later_changes(tmp_path: Path):
    """The probe of every leak, through a whole fit on real days: exactly 0.0."""
    path = realdata.path("classic_series") / "daily-min-temperatures.csv"
    with path.open(encoding="utf-8") as file:
        given = list(csv.reader(file))
    whole = prepare_series(read(str(path)), FitSettings("Temp", horizon=7), Silent())
    first = int(whole.panel.rows[whole.rows[whole.part("test")]].min())
    outputs = []
    for factor in (1.0, 50.0):
        changed = [
            [day, value if at <= first else f"{float(value) * factor:.3f}"]
            for at, (day, value) in enumerate(given[1:])
        ]
        file = tmp_path / f"{factor}.csv"
        file.write_text("\n".join(",".join(row) for row in [given[0], *changed]))
        run = umbrella.fit(
            str(file),
            "Temp",
            horizon=7,
            rungs=(*RUNGS, "mlp"),
            epochs=2,
            out=tmp_path / f"r{factor}",
        )
        made = {"test": load_tensors(run.path / "test.safetensors")["outputs"][:1]}
        for rung in (*RUNGS, "mlp"):
            made[rung] = load_tensors(run.path / "rungs" / rung / "validation.safetensors")[
                "outputs"
            ]
        outputs.append(made)
    for name, array in outputs[0].items():
        np.testing.assert_array_equal(outputs[1][name], array)


def test_rungs_that_know_nothing_use_up_no_patience(tmp_path: Path):
    made = umbrella.fit(rows(300), "sold", horizon=3, epochs=1, patience=1, out=tmp_path / "run")
    assert [rung["name"] for rung in made.ladder][:4] == [
        "last-value",
        "drift",
        "seasonal-naive",
        "smoothing",
    ]


def test_of_the_rungs_that_know_nothing_the_best_stands_for_all(tmp_path: Path):
    made = umbrella.fit(
        rows(120), "sold", horizon=14, rungs=("last-value", "drift", "seasonal-naive"),
        out=tmp_path / "run",
    )  # fmt: skip
    assert made.facts["rung"] == "seasonal-naive"
