"""Columns that know the future are refused or asked about at fit, on real prices."""

import io
import zipfile

import numpy as np
import polars as pl
import pytest
from realdata import path

import umbrella
from umbrella.base.errors import DataError
from umbrella.base.progress import Silent
from umbrella.data.ordered import looks_ordered, looks_overlapping
from umbrella.data.read import read
from umbrella.fit.origins import prepare_series
from umbrella.fit.prepare import prepare
from umbrella.fit.settings import FitSettings


@pytest.fixture(scope="module")
def apple():
    """1,259 days of a stock."""
    with zipfile.ZipFile(path("stocks_5yr") / "stocks_5yr.zip") as archive:
        return pl.read_csv(io.BytesIO(archive.read("AAPL.csv")))


def prepared(frame, tmp_path, *, use=("hint",), known=(), horizon=5, target="close"):
    frame.write_csv(tmp_path / "rows.csv")
    settings = FitSettings(target, horizon=horizon, use=use, known=known)
    return prepare_series(read(tmp_path / "rows.csv"), settings, Silent())


def asked(made):
    return [note for note in made.notes if note.key == "forecast.foreknown"]


@pytest.mark.parametrize("ahead", [1, 3, 5])
def test_the_close_to_come_is_refused_with_column_and_step(apple, tmp_path, ahead):
    leaky = apple.with_columns(hint=pl.col("close").shift(-ahead))
    with pytest.raises(DataError, match=rf"Column hint knows the future.* {ahead} step"):
        prepared(leaky, tmp_path)


def test_it_is_refused_in_another_unit_and_as_tomorrows_return(apple, tmp_path):
    unit = apple.with_columns(hint=100 - 7.3 * pl.col("close").shift(-1))
    with pytest.raises(DataError, match="hint knows the future"):
        prepared(unit, tmp_path)
    gain = (pl.col("close").shift(-1) / pl.col("close")).log()
    with pytest.raises(DataError, match="hint knows the future"):
        prepared(apple.with_columns(hint=gain), tmp_path)


def test_a_fit_refuses_it_before_anything_is_fitted(apple, tmp_path):
    apple.with_columns(hint=pl.col("close").shift(-1)).write_csv(tmp_path / "rows.csv")
    with pytest.raises(DataError, match="--use"):
        umbrella.fit(
            tmp_path / "rows.csv", "close", out=tmp_path / "run", horizon=2, use=("hint",),
            rungs=("last-value",), progress=False,
        )  # fmt: skip
    assert not (tmp_path / "run" / "run.json").exists()


def test_a_column_that_almost_tells_is_asked_about_and_the_fit_goes_on(apple, tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.3, len(apple))
    almost = apple.with_columns(hint=pl.col("close").diff().shift(-2) + pl.Series(noise))
    notes = asked(prepared(almost, tmp_path))
    assert [(one.values["column"], one.values["k"]) for one in notes] == [("hint", 2)]
    assert "2 steps later" in notes[0].say("en")
    assert "2 步之后" in notes[0].say("zh")


def test_a_column_said_to_be_known_ahead_is_only_asked_about(apple, tmp_path):
    leaky = apple.with_columns(hint=pl.col("close").shift(-1)).drop_nulls()
    made = prepared(leaky, tmp_path, known=("hint",))
    assert [one.values["column"] for one in asked(made)] == ["hint"]


def test_columns_of_the_past_give_nothing_away(apple, tmp_path):
    past = apple.with_columns(
        hint=pl.col("close").shift(1),
        mean=pl.col("close").rolling_mean(5),
        same=pl.col("close") * 2,
    )
    made = prepared(past, tmp_path, use=("hint", "mean", "same", "open", "high", "volume"))
    assert asked(made) == []


def test_a_pure_wave_needs_no_leak_to_be_known(tmp_path):
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2021, 12, 31), eager=True)
    phase = 2 * np.pi * np.arange(len(days)) / 28
    wave = pl.DataFrame({"date": days, "y": 50 + np.sin(phase), "hint": np.sin(phase + 0.2)})
    assert asked(prepared(wave, tmp_path, horizon=14, target="y")) == []


def test_neighbours_that_differ_much_are_no_copies_of_each_other():
    table = read(path("classic_series") / "daily-min-temperatures.csv")
    plain = [note.key for note in prepare(table, FitSettings("Temp", group="none"), Silent()).notes]
    assert "forecast.shuffled" not in plain  # days differ too much to be copies of each other


def test_rows_that_are_near_copies_of_their_neighbours_are_noted(apple, tmp_path):
    apple.write_csv(tmp_path / "rows.csv")
    table = read(tmp_path / "rows.csv")
    notes = prepare(table, FitSettings("close", use=("open", "volume")), Silent()).notes
    told = next(note for note in notes if note.key == "forecast.shuffled")
    assert "--horizon 1" in told.say("en")
    assert "--time date" in told.say("zh")
    by_time = FitSettings("close", use=("open", "volume"), time="date")
    assert "forecast.shuffled" not in [note.key for note in prepare(table, by_time, Silent()).notes]


def test_rows_in_no_order_are_not_taken_for_a_series(apple, tmp_path):
    mixed = apple.with_columns(close=pl.col("close").shuffle(seed=1))
    mixed.write_csv(tmp_path / "rows.csv")
    assert looks_ordered(read(tmp_path / "rows.csv"), "close") == []


def test_values_that_were_scaled_on_all_rows_are_told(tmp_path):
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2021, 12, 31), eager=True)
    raw = np.random.default_rng(0).normal(0.05, 1, len(days)).cumsum()  # it rises: its top is late

    def told(values):
        frame = pl.DataFrame({"date": days, "y": np.round(values, 6)})
        found = prepared(frame, tmp_path, use=(), horizon=3, target="y").notes
        return [note.key for note in found if note.key.startswith("leak.scaled")]

    assert told(raw) == []
    assert told((raw - raw.mean()) / raw.std()) == ["leak.scaled.z"]
    assert told((raw - raw.min()) / np.ptp(raw)) == ["leak.scaled.range"]
    learned = raw[: int(0.8 * len(raw)) - 5]  # on training rows alone it is no fault
    assert told((raw - learned.mean()) / learned.std()) == []
    assert told((raw - learned.min()) / np.ptp(learned)) == []


def test_rows_that_are_overlapping_windows_are_told(apple, tmp_path):
    close = apple["close"].to_numpy()[:300]
    windows = np.lib.stride_tricks.sliding_window_view(close, 5)
    frame = pl.DataFrame({f"x{n}": windows[:, n] for n in range(4)} | {"y": windows[:, 4]})
    frame.write_csv(tmp_path / "windows.csv")
    table = read(tmp_path / "windows.csv")
    notes = prepare(table, FitSettings("y"), Silent()).notes
    said = next(note for note in notes if note.key == "leak.windows").say("en")
    assert "--horizon 1" in said
    assert "x0, x1" in said or "x1, x0" in said
    apart = frame.with_columns(pl.all().shuffle(seed=0))
    apart.write_csv(tmp_path / "apart.csv")
    assert looks_overlapping(read(tmp_path / "apart.csv"), "y") == []
    still = frame.with_columns(x0=pl.lit(1.5), x1=pl.lit(1.5), x2=pl.lit(1.5))
    still.write_csv(tmp_path / "still.csv")
    assert looks_overlapping(read(tmp_path / "still.csv"), "y") == []


def test_rows_split_by_time_are_said_to_be_answered_from_their_own_row(apple, tmp_path):
    apple.write_csv(tmp_path / "rows.csv")
    table = read(tmp_path / "rows.csv")
    asked = FitSettings("close", use=("open", "volume"), time="date")
    notes = {note.key: note for note in prepare(table, asked, Silent()).notes}
    assert "--horizon 1" in notes["leak.same_row"].say("en")
