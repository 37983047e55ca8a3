"""The probe of all leaks: values that come later change, and no forecast before them moves."""

import numpy as np
import polars as pl
import pytest
from realdata import path

import umbrella
from umbrella.base.tensors import load_tensors
from umbrella.fit.trained import load_trained, read_rows

STEPS = 3_000
RUNGS = ("seasonal-naive", "ridge", "dlinear")  # the last value has nothing that could leak


def fitted(frame, folder):
    """Every rung on an hourly series with two covariates and two features, one epoch where it
    learns by epochs.
    """
    folder.mkdir()
    frame.write_csv(folder / "rows.csv")
    made = umbrella.fit(
        folder / "rows.csv", "OT", out=folder / "run", horizon=24, use=("HUFL", "HULL"),
        rungs=RUNGS, features=("rsi_14", "volatility_24"), epochs=1, progress=False,
    )  # fmt: skip
    return made, read_rows(load_trained(made.path))


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    """The same fit twice; of the second, all values from one test origin on are others."""
    folder = tmp_path_factory.mktemp("probe")
    frame = pl.read_csv(path("ett_h1") / "ETTh1.csv").head(STEPS)
    made, rows = fitted(frame, folder / "as-it-was")
    test = rows.rows[rows.part("test")]
    at = int(test[len(test) // 2])  # the last origin whose past is untouched
    later = pl.int_range(pl.len()) > at
    changed = frame.with_columns(
        pl.when(later).then(50 * pl.col(name) + 1000).otherwise(pl.col(name)).alias(name)
        for name in ("OT", "HUFL", "HULL")
    )
    return made, rows, fitted(changed, folder / "changed")[0], at


def test_what_comes_later_moves_no_weight_and_no_scale(probed):
    made, _, changed, _ = probed
    for rung in RUNGS:
        for name in ("weights.safetensors", "codecs.json"):
            one, other = (run.path / "rungs" / rung / name for run in (made, changed))
            assert one.read_bytes() == other.read_bytes(), (rung, name)
    assert made.facts["rung"] == changed.facts["rung"]


def test_what_comes_later_moves_no_forecast_before_it_by_anything(probed):
    made, rows, changed, at = probed
    for rung in RUNGS:
        one, other = (
            load_tensors(run.path / "rungs" / rung / "validation.safetensors")["outputs"]
            for run in (made, changed)
        )
        assert np.abs(one - other).max() == 0.0, rung
    one, other = (load_tensors(run.path / "test.safetensors")["outputs"] for run in (made, changed))
    before = rows.rows[rows.part("test")] <= at
    assert before.sum() > 100
    assert np.abs(one[before] - other[before]).max() == 0.0


def test_the_probe_sees_a_change_where_there_is_one(probed):
    made, rows, changed, at = probed
    one, other = (load_tensors(run.path / "test.safetensors")["outputs"] for run in (made, changed))
    after = rows.rows[rows.part("test")] > at
    assert np.abs(one[after] - other[after]).max() > 0.0


def test_intervals_and_choice_come_from_what_was_known(probed):
    made, _, changed, _ = probed
    assert made.facts["task"] == changed.facts["task"]
    assert [one["score"] for one in made.ladder] == [one["score"] for one in changed.ladder]
