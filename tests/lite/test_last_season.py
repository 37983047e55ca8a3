"""The naive forecast that the verdict speaks of is written beside a forecast, by name."""

import csv

import numpy as np
import pytest

import umbrella
from umbrella.lite.forecast import _last_season


def test_the_last_season_goes_on_over_and_over_and_gaps_are_filled_forward():
    values = np.array([9.0, 1, 2, 3, 4, 5, np.nan, 7])
    assert _last_season(values, 4, 6).tolist() == [4, 5, 5, 7, 4, 5]
    assert _last_season(values, 8, 3).tolist() == [9, 1, 2]
    assert _last_season(values, 1, 3) is None


@pytest.mark.parametrize("values", [[9.0, 1], [np.nan, np.nan, 9, 1, 2]])
def test_less_than_a_season_is_not_repeated_as_if_it_were_one(values):
    assert np.isnan(_last_season(np.array(values), 4, 5)).tolist() == [True] * 5


def test_a_series_with_a_season_gets_a_column_of_its_own(tmp_path):
    months = [f"{2000 + n // 12}-{n % 12 + 1:02d}" for n in range(120)]
    wave = 10 + np.sin(2 * np.pi * np.arange(120) / 12) + np.arange(120) * 0.01
    made = umbrella.fit(
        {"month": months, "y": wave.tolist()}, "y", time="month", horizon=6,
        rungs=("seasonal-naive",), out=tmp_path / "run", progress=False,
    )  # fmt: skip
    source = tmp_path / "y.csv"
    source.write_text(
        "month,y\n" + "\n".join(f"{m},{v:.6f}" for m, v in zip(months, wave, strict=True))
    )
    found = umbrella.api.forecast_source(made.path, str(source), tmp_path / "f.csv", steps=6)
    rows = list(csv.DictReader((tmp_path / "f.csv").read_text().splitlines()))
    assert [float(row["last_season"]) for row in rows] == np.round(wave[-12:-6], 6).tolist()
    assert len({row["last_value"] for row in rows}) == 1
    assert found.reference == "seasonal-naive"
    assert "naive: last season" in found.draw("en").read_text()
    source.write_text("\n".join(source.read_text().split("\n")[:8]))  # seven months
    found = umbrella.api.forecast_source(made.path, str(source), tmp_path / "f.csv", steps=6)
    rows = list(csv.DictReader((tmp_path / "f.csv").read_text().splitlines()))
    assert [row["last_season"] for row in rows] == [""] * 6
    told = " ".join(note.say("en") for note in found.notes)
    assert "y: fewer steps than one season (12), so there is no last season" in told
    assert found.reference == "last-value"
    assert "naive: last value" in found.draw("en").read_text()
    umbrella.api.forecast_source(made.path, str(source), tmp_path / "f.jsonl", steps=1)
    assert '"last_season": null' in (tmp_path / "f.jsonl").read_text()
