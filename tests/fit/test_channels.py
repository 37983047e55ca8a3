"""What series networks read beside the target: chosen or named, said, kept, and read again."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import ConfigError
from umbrella.base.progress import Silent
from umbrella.cli import main
from umbrella.data.read import read
from umbrella.fit import tune
from umbrella.fit.origins import prepare_series
from umbrella.fit.prepare import Prepared
from umbrella.fit.settings import FitSettings
from umbrella.fit.trained import load_trained, read_rows
from umbrella.models.ladders import LADDERS

DAYS = 700
NAMED = {"horizon": 2, "rungs": ("ridge",), "folds": 1}


def write(path: Path, effect: float = 0.7, start: int = 0, noise: bool = True) -> Path:
    """Two tickers whose prices follow the volume of the day before, or do not."""
    first = np.datetime64("2019-01-01")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "ticker", "收盘", "high", "low", "成交量", "idle"])
        for number, name in enumerate(("a", "b")):
            rng = np.random.default_rng(number)
            traded = rng.normal(0, 1, DAYS)
            moves = 0.01 * rng.normal(0, 1, DAYS)
            moves[1:] += effect * 0.01 * traded[:-1]
            close = 50 * np.exp(moves.cumsum())
            idle = rng.normal(0, 1, DAYS) * noise
            for day in range(start, DAYS):
                price = close[day]
                cells = (price, 1.01 * price, 0.99 * price, np.exp(12 + traded[day]), idle[day])
                writer.writerow([first + day, name, *(f"{cell:.6g}" for cell in cells)])
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("market") / "prices.csv")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def prepared(path: Path, **settings) -> Prepared:
    given = {"horizon": 2, **settings}
    return prepare_series(read(path), FitSettings("收盘", **given), Silent())


def keys(one: Prepared) -> list[str]:
    return [note.key for note in one.notes if note.key.startswith("features.")]


def test_a_feature_that_helps_is_read_with_its_column_and_others_are_not(table):
    whole = prepared(table, use=("idle",))
    assert whole.shared["features"] == ("volume_ratio_7",)
    assert whole.panel.columns == ("收盘", "成交量")
    assert (whole.shared["roles"], whole.shared["covariates"]) == (("close", "volume"), ())
    assert whole.roles["covariates"] == ["成交量"]
    assert keys(whole) == ["features.kept", "features.left"]
    kept = [one["name"] for one in whole.features["tried"] if one["kept"]]
    assert kept == ["volume_ratio_7"]
    assert whole.features["tests"] >= len(whole.features["tried"])
    for lang in ("en", "zh"):
        assert "volume_ratio_7" in " ".join(note.say(lang) for note in whole.notes)


def test_where_nothing_helps_the_series_are_as_they_were(tmp_path):
    path = write(tmp_path / "walk.csv", effect=0.0)
    auto, none = prepared(path), prepared(path, features=("none",))
    assert keys(auto) == ["features.none"]
    assert keys(none) == []
    assert auto.panel.columns == none.panel.columns == ("收盘",)
    assert {**auto.shared, "features": (), "roles": ()} == {
        **none.shared,
        "features": (),
        "roles": (),
    }
    assert auto.shared["features"] == ()


def test_what_is_named_is_read_and_every_column_that_is_named_too(table):
    whole = prepared(table, use=("idle",), features=("atr_14", "rsi_14"))
    assert whole.panel.columns == ("收盘", "idle", "high", "low")
    assert whole.shared["covariates"] == (1,)
    assert whole.shared["roles"] == ("close", "", "high", "low")


def test_what_is_known_ahead_stays(table):
    whole = prepared(table, known=("idle",))
    assert whole.panel.columns[1] == "idle"
    assert (whole.shared["known"], whole.shared["covariates"]) == ((1,), (1,))


def test_a_feature_without_its_column_is_refused(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("day,sold\n" + "".join(f"{1900 + n},{n % 7 + n % 3}\n" for n in range(200)))
    for names, says in ((("volume_ratio_7",), "volume"), (("rsj_14",), "No feature named")):
        with pytest.raises(ConfigError, match=says):
            prepare_series(
                read(path), FitSettings("sold", time="day", horizon=2, features=names), Silent()
            )


def test_features_say_nothing_without_a_horizon():
    with pytest.raises(ConfigError, match="--features needs --horizon"):
        FitSettings("x", features=("rsi_14",))


@pytest.mark.parametrize(
    ("given", "kept"),
    [("auto", ()), (("auto",), ()), ((), ()), ("none", ("none",)), ("a, b", ("a", "b"))],
)
def test_auto_is_what_is_left_out(given, kept):
    assert FitSettings("x", horizon=2, features=given).features == kept


def test_rungs_that_know_nothing_try_nothing(table):
    whole = prepared(table, rungs=("last-value", "smoothing"))
    assert (whole.features, keys(whole)) == ({}, [])


@pytest.fixture(scope="module")
def made(table) -> Path:
    out = table.parent / "run"
    asked = ["--target", "收盘", "--horizon", "2", "--rungs", "last-value,ridge", "--folds", "1"]
    assert main(["fit", str(table), *asked, "--features", "auto", "--out", str(out)]) == 0
    return out


def test_a_run_says_what_was_tried_and_reads_it_again_without_choosing(made, monkeypatch):
    facts = json.loads((made / "run.json").read_text("utf-8"))
    assert facts["rung"] == "ridge"
    assert facts["features"]["shared"]["features"] == ["volume_ratio_7"]
    assert facts["roles"]["covariates"] == ["成交量"]
    entry = json.loads((made / "codecs.json").read_text("utf-8"))
    assert "volume_ratio_7" in json.dumps(entry)
    naive = json.loads((made / "rungs" / "last-value" / "codecs.json").read_text("utf-8"))
    assert "volume_ratio_7" not in json.dumps(naive)
    monkeypatch.setattr("umbrella.fit.origins.choose_channels", None)
    trained = load_trained(made)
    rows = read_rows(trained)
    assert rows.shared["features"] == ("volume_ratio_7",)
    assert rows.panel.columns == ("收盘", "成交量")


def test_a_shipped_file_forecasts_with_features_and_asks_for_enough_history(made, tmp_path, capsys):
    shipped, outs = tmp_path / "prices.onnx", [tmp_path / f"{n}.csv" for n in "abc"]
    assert main(["ship", str(made), "--out", str(shipped)]) == 0
    whole = made.parent / "prices.csv"
    cut = write(tmp_path / "cut.csv", start=DAYS - 400)
    short = write(tmp_path / "short.csv", start=DAYS - 40)
    capsys.readouterr()
    for data, out in zip((whole, cut, short), outs, strict=True):
        assert main(["predict", str(shipped), str(data), "--future", "2", "-o", str(out)]) == 0
    told = capsys.readouterr().err
    assert told.count("where the model looks back") == 1
    assert "40 known values" in told
    one, other, last = ([float(row["forecast"]) for row in rows_of(out)] for out in outs)
    np.testing.assert_allclose(one, other, rtol=1e-6)
    assert one != pytest.approx(last, rel=1e-6)
    far = ["predict", str(shipped), str(whole), "--future", "9", "-o", str(outs[0])]
    assert main(far) == 2  # nobody knows the volume by then
    assert "nobody knows the other columns" in capsys.readouterr().err


def test_features_of_the_target_alone_go_on_beyond_the_horizon(table, tmp_path):
    run = umbrella.fit(
        table, "收盘", **NAMED, features=("volatility_20",), out=tmp_path / "run", season=5
    )
    out = tmp_path / "far.csv"
    assert main(["predict", str(run.path), "--future", "6", "-o", str(out)]) == 0
    found = [float(row["forecast"]) for row in rows_of(out)]
    assert len(found) == 12
    assert np.isfinite(found).all()


@pytest.mark.slow
def test_a_search_of_settings_switches_features_too(table, tmp_path):
    run = umbrella.fit(
        table, "收盘", horizon=2, rungs=("ridge",), tune=6, folds=1, out=tmp_path / "run"
    )
    choosable = run.facts["features"]["choosable"]
    assert choosable[0] == "volume_ratio_7"
    results = sorted(run.path.glob("rungs/ridge/trial-*/result.json"))
    choices = [json.loads(path.read_text("utf-8"))["choice"] for path in results]
    assert len(choices) == 6
    tried = {tuple(choice["view.features"]) for choice in choices if "view.features" in choice}
    assert len(tried) > 1
    assert set().union(*tried) <= set(choosable)
    reads = [
        part["spec"]["features"] for part in json.loads((run.path / "codecs.json").read_text())
    ]
    assert "volume_ratio_7" in reads[0]


def test_switches_are_settings_of_a_rung_and_back():
    rung = next(rung for rung in LADDERS["series"] if rung.name == "lstm")
    space = tune.distributions(rung) | dict.fromkeys(["feature a", "feature b"])
    asked = {"view.window": 2, "network.depth": 1, "feature a": False, "feature b": True}
    choice = tune._chosen(rung, asked)
    assert choice == {"view.window": 192, "network.depth": 2, "view.features": ("b",)}
    assert tune._asked(rung, json.loads(json.dumps(choice)), space) == asked
    named = {name.split(".")[1] for name in space if "." in name}
    assert {"window", "width", "depth", "dropout", "learning_rate"} <= named
