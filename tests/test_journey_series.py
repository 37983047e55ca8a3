"""From a table of days to a file of days to come: fit, predict, ship, predict again."""

import csv
from pathlib import Path

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.cli import main
from umbrella.data.codecs.history import History
from umbrella.lite.forecast import forecast

DAYS, HORIZON = 420, 7
FIT = ["--target", "sold", "--horizon", str(HORIZON), "--rungs", "last-value,seasonal-naive,ridge"]


def sold(days: int, promo: np.ndarray, level: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    week = np.sin(2 * np.pi * np.arange(days) / 7)
    return level * (1 + 0.3 * week + 0.5 * promo[:days]) + rng.normal(0, 0.02 * level, days)


def write(path: Path, days: int, ahead: int = 0) -> Path:
    """Two shops, one ten times the other; `ahead` more days are planned and not sold yet."""
    promo = (np.random.default_rng(5).random(600) < 0.2).astype(float)
    start = np.datetime64("2022-01-03")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["day", "shop", "promo", "sold"])
        for number, shop in enumerate(("north", "south")):
            values = sold(600, promo, 10.0 ** (1 + number), number)
            for day in range(days + ahead):
                cell = f"{values[day]:.4f}" if day < days else ""
                writer.writerow([start + day, shop, promo[day], cell])
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    data = write(folder / "sold.csv", DAYS)
    assert main(["fit", str(data), *FIT, "--out", str(folder / "run")]) == 0
    return folder


def test_the_future_of_every_series_is_written_with_intervals(made, tmp_path):
    out = tmp_path / "next.csv"
    assert main(["predict", str(made / "run"), "--future", "7", "-o", str(out)]) == 0
    found = rows(out)
    assert [row["shop"] for row in found] == ["north"] * 7 + ["south"] * 7
    assert [row["day"] for row in found[:2]] == ["2023-02-27", "2023-02-28"]
    for row in found:
        names = [f"low_{n}" for n in (95, 80, 50)] + [f"high_{n}" for n in (50, 80, 95)]
        ends = [float(row[name]) for name in names]
        assert ends == sorted(ends)
        assert ends[0] < float(row["forecast"]) < ends[-1]
    level = {name: [float(r["forecast"]) for r in found if r["shop"] == name]
             for name in ("north", "south")}  # fmt: skip
    assert np.mean(level["south"]) == pytest.approx(10 * np.mean(level["north"]), rel=0.1)


def test_a_shipped_file_forecasts_as_the_run_does_and_new_rows_move_it_on(made, tmp_path):
    shipped = tmp_path / "sold.onnx"
    assert main(["ship", str(made / "run"), "--out", str(shipped)]) == 0
    outs = [tmp_path / f"{name}.csv" for name in ("run", "file", "moved")]
    data, later = str(made / "sold.csv"), str(write(tmp_path / "later.csv", DAYS + 3))
    for model, source, out in (
        (made / "run", data, outs[0]),
        (shipped, data, outs[1]),
        (shipped, later, outs[2]),
    ):
        assert main(["predict", str(model), source, "--future", "5", "-o", str(out)]) == 0
    run, file, moved = map(rows, outs)
    for one, other in zip(run, file, strict=True):
        assert one["day"] == other["day"]
        assert float(one["forecast"]) == pytest.approx(float(other["forecast"]), rel=1e-5)
    assert moved[0]["day"] == "2023-03-02"
    assert moved[0]["last_value"] != run[0]["last_value"]


def test_beyond_the_horizon_intervals_only_widen(made, tmp_path):
    out = tmp_path / "far.csv"
    assert main(["predict", str(made / "run"), "--future", "30", "-o", str(out)]) == 0
    found = [row for row in rows(out) if row["shop"] == "north"]
    assert len(found) == 30
    widths = [float(row["high_95"]) - float(row["low_95"]) for row in found]
    assert widths[7] > max(widths[:7])
    assert widths[28] >= widths[14] >= widths[7]


def test_what_is_known_ahead_is_used_and_must_be_there(tmp_path):
    data = write(tmp_path / "sold.csv", DAYS)
    plain = umbrella.fit(str(data), "sold", horizon=HORIZON, rungs=("ridge",), out=tmp_path / "a")
    told = umbrella.fit(
        str(data), "sold", horizon=HORIZON, known=("promo",), rungs=("ridge",), out=tmp_path / "b"
    )
    assert told.scores["test"]["score"] < 0.7 * plain.scores["test"]["score"]
    with pytest.raises(DataError, match="known ahead"):
        umbrella.api.forecast_source(told.path, str(data), tmp_path / "x.csv", steps=7)
    planned = write(tmp_path / "planned.csv", DAYS, ahead=HORIZON)
    umbrella.api.forecast_source(told.path, str(planned), tmp_path / "y.csv", steps=7)
    promo = (np.random.default_rng(5).random(600) < 0.2).astype(float)
    truth = sold(600, promo, 10.0, 0)[DAYS : DAYS + 7]
    found = [float(r["forecast"]) for r in rows(tmp_path / "y.csv") if r["shop"] == "north"]
    assert np.abs(np.array(found) - truth).mean() < 1.0


def test_a_model_that_does_not_forecast_says_so(made, tmp_path):
    text = tmp_path / "text.csv"
    lines = [f"{'good' if n % 2 else 'bad'} day {n},{n % 2}" for n in range(60)]
    text.write_text("note,label\n" + "\n".join(lines))
    run = umbrella.fit(str(text), "label", rungs=("most-common", "bow-svm"), out=tmp_path / "run")
    with pytest.raises(BundleError, match="fitted with --horizon"):
        umbrella.api.forecast_source(run.path, str(text), tmp_path / "x.csv", steps=3)
    assert main(["predict", str(made / "run"), "--future", "0"]) == 2


def test_wrong_steps_and_empty_histories_are_refused(made, tmp_path):
    shipped = umbrella.load(made / "run").ship(tmp_path / "m.onnx").path
    bundle = umbrella.load(shipped)
    history = History("north", np.full((30, 1), np.nan), 86_400_000_000 * np.arange(30))
    with pytest.raises(DataError, match="no known value"):
        forecast(bundle, [history])
    good = History("north", np.arange(1.0, 31.0)[:, None], history.stamps)
    with pytest.raises(ConfigError, match="--future 0"):
        forecast(bundle, [good], 0)
    assert len(forecast(bundle, [good])[0].middle) == HORIZON


def walk(path: Path, steps: int, drift: float, header: str = "date,close") -> Path:
    noise = np.random.default_rng(3).normal(0, 0.01, steps)
    close = 50 * np.exp((drift + noise).cumsum())
    start = np.datetime64("2020-01-01")
    lines = [f"{np.busday_offset(start, n, roll='forward')},{v:.4f}" for n, v in enumerate(close)]
    path.write_text("\n".join([header, *lines]))
    return path


@pytest.mark.parametrize("rung", ["last-value", "drift", "seasonal-naive"])
def test_a_price_that_nothing_is_known_of_is_forecast_and_shipped_all_the_same(rung, tmp_path):
    data = walk(tmp_path / "price.csv", 200, 0.0)
    run = umbrella.fit(str(data), "close", horizon=5, rungs=(rung,), out=tmp_path / "run")
    run.ship(tmp_path / "price.onnx")
    for model in (run.path, tmp_path / "price.onnx"):
        assert main(["predict", str(model), str(data), "--future", "5"]) == 0


def test_intervals_lie_within_each_other_even_where_the_forecast_lags(tmp_path):
    data = walk(tmp_path / "rising.csv", 300, 0.02)
    run = umbrella.fit(str(data), "close", horizon=3, rungs=("last-value",), out=tmp_path / "run")
    out = tmp_path / "next.csv"
    umbrella.api.forecast_source(run.path, str(data), out, steps=9)
    for row in rows(out):
        names = [f"low_{n}" for n in (95, 80, 50)] + [f"high_{n}" for n in (50, 80, 95)]
        ends = [float(row[name]) for name in names]
        assert ends == sorted(ends)
    first = rows(out)[0]
    assert float(first["low_50"]) > float(first["forecast"])  # it rises, and the errors say so


def test_moments_may_stand_in_several_columns(tmp_path):
    lines = ["year,month,day,sold"]
    start = np.datetime64("2021-01-01")
    for day in range(200):
        year, month, number = str(start + day).split("-")
        lines.append(f"{year},{int(month)},{int(number)},{5 + np.sin(day * 0.9):.4f}")
    path = tmp_path / "parts.csv"
    path.write_text("\n".join(lines))
    run = umbrella.fit(str(path), "sold", horizon=3, rungs=("ridge",), out=tmp_path / "run")
    assert main(["predict", str(run.path), "--future", "3", "-o", str(tmp_path / "x.csv")]) == 0
    assert rows(tmp_path / "x.csv")[0]["time"] == "2021-07-20"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"horizon": 3, "target_as": "log"}, "--as 'log' is unknown"),
        ({"horizon": 3, "group": "shop"}, "--group says nothing to a forecast"),
        ({"horizon": 3, "task": "classify"}, "--task says nothing to a forecast"),
        ({"task": "forecast"}, "needs --horizon"),
        ({"season": 7}, "--season needs --horizon"),
        ({"known": ("promo",)}, "--known needs --horizon"),
    ],
)
def test_flags_that_would_not_be_heeded_are_refused(settings, named, tmp_path):
    data = write(tmp_path / "sold.csv", 60)
    with pytest.raises(ConfigError, match=named):
        umbrella.fit(str(data), "sold", out=tmp_path / "run", **settings)


def test_a_forecast_that_is_asked_for_rows_says_what_to_type(made, capsys):
    assert main(["predict", str(made / "run"), str(made / "sold.csv")]) == 2
    assert "--future" in capsys.readouterr().err
    assert main(["predict", str(made / "run")]) == 2
    assert "--future" in capsys.readouterr().err


def test_the_close_is_forecast_and_a_series_a_row_is_read_where_no_target_is_named(tmp_path):
    data = walk(tmp_path / "price.csv", 200, 0.0)
    run = umbrella.fit(str(data), horizon=5, rungs=("last-value",), out=tmp_path / "a")
    assert run.facts["plan"]["target"] == "close"
    wide = tmp_path / "wide.csv"
    steps = 10 + np.sin(np.arange(120) * 0.9)[None, :] * np.array([[1], [2], [3]])
    lines = [",".join(["id", *(f"V{n}" for n in range(1, 121))])]
    lines += [",".join([f"s{at}", *(f"{v:.4f}" for v in row)]) for at, row in enumerate(steps)]
    wide.write_text("\n".join(lines))
    run = umbrella.fit(str(wide), horizon=5, rungs=("ridge",), out=tmp_path / "b")
    umbrella.api.forecast_source(run.path, str(wide), tmp_path / "x.csv", steps=5)
    assert {row["id"] for row in rows(tmp_path / "x.csv")} == {"s0", "s1", "s2"}
