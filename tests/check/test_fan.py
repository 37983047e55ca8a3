"""The figure beside a file of forecasts: history, fan and naive forecast, one series or several."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import polars as pl
import pytest
from realdata import path

import umbrella
from umbrella.base.errors import MissingExtraError
from umbrella.check import fan
from umbrella.cli import main
from umbrella.ship import future


@pytest.fixture(scope="module")
def weather(tmp_path_factory):
    out = tmp_path_factory.mktemp("weather") / "run"
    umbrella.fit(
        path("classic_series") / "daily-min-temperatures.csv", "Temp", out=out, horizon=7,
        rungs=("ridge",), progress=False,
    )  # fmt: skip
    return out


def words(file):
    return "".join(ElementTree.parse(file).getroot().itertext())


def test_predict_draws_a_figure_beside_its_file(weather, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert main(["predict", str(weather), "--future", "20", "-o", str(out), "--lang", "en"]) == 0
    told = words(tmp_path / "out.svg")
    assert all(word in told for word in ("history", "forecast", "naive", "Temp", "1991-01-"))
    assert "out.svg" in capsys.readouterr().err
    assert "var(--accent)" in (tmp_path / "out.svg").read_text()
    assert main(["predict", str(weather), "--future", "3", "-o", str(out), "--lang", "zh"]) == 0
    assert "朴素预测" in words(tmp_path / "out.svg")


def test_a_figure_holds_what_the_file_says(weather, tmp_path):
    from umbrella.api import forecast_source

    found = forecast_source(weather, out=tmp_path / "out.csv", steps=7)
    rows = pl.read_csv(tmp_path / "out.csv")
    drawn = future._fans(found.panel, 0, found.futures[0], found.reference)
    assert np.allclose(drawn.fans[0]["middle"], rows["forecast"].to_numpy())
    assert drawn.fans[0]["naive"] == [found.futures[0].last] * 7
    assert drawn.values[drawn.fans[0]["at"]] == found.futures[0].last
    assert list(drawn.dates[-7:]) == rows[rows.columns[0]].cast(str).to_list()


@pytest.fixture(scope="module")
def waves(tmp_path_factory):
    """A run of 200 days, and the same days with the last 59 empty."""
    folder = tmp_path_factory.mktemp("waves")
    days = np.datetime64("2022-01-03") + np.arange(200)
    lines = [f"{day},{5 + np.sin(k / 3):.4f}" for k, day in enumerate(days)]
    (folder / "all.csv").write_text("\n".join(["day,y", *lines]))
    tail = [f"{day}," for day in days[141:]]
    (folder / "tail.csv").write_text("\n".join(["day,y", *lines[:141], *tail]))
    umbrella.fit(
        str(folder / "all.csv"), "y", out=folder / "run", horizon=3, rungs=("last-value",),
        progress=False,
    )  # fmt: skip
    return folder


def test_a_figure_begins_at_the_last_known_value_however_long_ago(waves, capsys):
    from umbrella.api import forecast_source

    data, out = str(waves / "tail.csv"), waves / "x.csv"
    found = forecast_source(waves / "run", data, out, steps=3)
    drawn = future._fans(found.panel, 0, found.futures[0], found.reference)
    assert drawn.values[drawn.fans[0]["at"]] == found.futures[0].last
    assert len(drawn.values) == future.SHOWN
    told = ["predict", str(waves / "run"), data, "--future", "3", "-o", str(out), "--lang", "en"]
    assert main(told) == 0
    assert "the forecast begins after 2022-05-23" in capsys.readouterr().err


def test_notes_come_before_the_figure_which_may_fail(waves, capsys, monkeypatch):
    def broken(*_):
        raise RuntimeError("no figure")

    monkeypatch.setattr(future, "picture", broken)
    told = ["predict", str(waves / "run"), str(waves / "tail.csv"), "--future", "3", "--json"]
    with pytest.raises(RuntimeError, match="no figure"):
        main([*told, "-o", str(waves / "y.csv"), "--lang", "en"])
    screen = capsys.readouterr()
    assert "the forecast begins after 2022-05-23" in screen.err
    assert '"series": 1' in screen.out


def test_several_series_are_drawn_one_below_the_other(tmp_path):
    one = {"at": 2, "middle": [3.0, 4.0], "low": [[2.0, 2.5]], "high": [[4.0, 5.5]],
           "naive": [3.0, 3.0]}  # fmt: skip
    days = [f"2020-01-0{day}" for day in range(1, 6)]
    several = [fan.Fans(f"series {k}", [1.0, None, 3.0], days, [one]) for k in range(3)]
    (tmp_path / "three.svg").write_text(fan.picture(several, 10, "en"))
    told = words(tmp_path / "three.svg")
    assert all(f"series {k}" in told for k in range(3))
    assert "3 of 10 series" in told


def test_without_matplotlib_the_forecast_is_written_all_the_same(weather, tmp_path, monkeypatch):
    from umbrella.api import forecast_source

    def absent(*_):
        raise MissingExtraError("matplotlib is not installed")

    monkeypatch.setattr(future, "picture", absent)
    found = forecast_source(weather, out=tmp_path / "out.csv", steps=2)
    assert found.draw("en") is None
    assert (tmp_path / "out.csv").exists()
    assert not (tmp_path / "out.svg").exists()
