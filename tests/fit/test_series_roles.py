"""Columns of a forecast, as flags name them: several series a table, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.base.progress import Silent
from umbrella.cli import main
from umbrella.data.panel import find_roles
from umbrella.data.read import read
from umbrella.fit.fit import find_target
from umbrella.fit.origins import prepare_series, shortest
from umbrella.fit.series_roles import roles_of
from umbrella.fit.settings import FitSettings

DAYS = np.datetime64("2021-01-01") + np.arange(120)


def wide(path: Path, header: str = "day,a,b,c,holiday") -> Path:
    rng = np.random.default_rng(0)
    lines = [
        f"{day},{1 + at % 7},{2 + (at + 1) % 7},{3 + rng.random():.3f},{at % 5 // 4}"
        for at, day in enumerate(DAYS)
    ]
    path.write_text("\n".join([header, *lines]))
    return path


def asked(path: Path, **settings):
    table = read(path)
    return roles_of(table, FitSettings(horizon=2, **settings), find_roles(table))


@pytest.mark.parametrize(
    ("settings", "targets", "beside"),
    [
        ({"target": "a,b"}, ["a", "b"], []),
        ({"target": "a, b", "known": ("holiday",)}, ["a", "b"], ["holiday"]),
        ({"wide": True}, ["a", "b", "c", "holiday"], []),
        ({"wide": True, "known": ("holiday",)}, ["a", "b", "c"], ["holiday"]),
        ({"wide": True, "target": "c"}, ["c"], []),
    ],
)
def test_several_columns_are_as_many_series(settings, targets, beside, tmp_path):
    roles = asked(wide(tmp_path / "w.csv"), **settings)
    assert (roles["targets"], roles["covariates"], roles["layout"]) == (targets, beside, "wide")
    assert roles["ids"] is None


def test_a_column_with_a_comma_in_its_name_is_one_target(tmp_path):
    path = wide(tmp_path / "w.csv", 'day,"a,b",b,c,holiday')
    assert asked(path, target="a,b")["layout"] == "long"


def test_a_wide_table_is_fitted_and_forecast_series_by_series(tmp_path, capsys):
    data, run, out = wide(tmp_path / "w.csv"), tmp_path / "run", tmp_path / "next.csv"
    fit = ["fit", str(data), "--target", "a,b", "--horizon", "2", "--rungs", "seasonal-naive"]
    assert main([*fit, "--out", str(run)]) == 0
    assert main(["predict", str(run), "--future", "2", "-o", str(out)]) == 0
    lines = out.read_text().splitlines()
    assert [line.split(",")[:2] for line in lines] == [
        ["series", "day"],
        *([name, day] for name in "ab" for day in ("2021-05-01", "2021-05-02")),
    ]
    assert [float(line.split(",")[2]) for line in lines[1:]] == [2, 3, 4, 5]
    assert main([*fit, "--out", str(run), "--wide"]) == 2
    assert "--wide" in capsys.readouterr().err  # another fit, told by its flag


def test_rows_without_a_time_stand_in_order_where_that_is_said(tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("\n".join(f"{n % 7},{n % 5}" for n in range(120)))
    with pytest.raises(ConfigError, match="--time none"):
        asked(path, wide=True)
    assert asked(path, wide=True, time="none")["time"] == []
    made = umbrella.fit(
        str(path), wide=True, time="none", horizon=2, rungs=("seasonal-naive",), season=35,
        out=tmp_path / "run",
    )  # fmt: skip
    assert made.scores["test"]["score"] == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"target": "a", "use": ("a", "b")}, "--use names 'a', which is the target"),
        ({"target": "a", "known": ("a",)}, "--known names 'a', which is the target"),
        ({"target": "a,b", "use": ("b",)}, "--use names 'b', which is the target"),
        ({"target": "a", "time": "a"}, "--time and --target are both 'a'"),
        ({"target": "a", "series": "a"}, "--series and --target are both 'a'"),
        ({"target": "a", "series": "day"}, "--series and --time are both 'day'"),
        ({"target": "a", "known": ("day",)}, "--known names 'day', which says when"),
        ({"target": "a,b", "series": "c"}, "--series c that tells series apart"),
    ],
)
def test_a_column_that_is_named_for_two_things_is_refused_by_its_flags(settings, said, tmp_path):
    with pytest.raises(ConfigError, match=said):
        asked(wide(tmp_path / "w.csv"), **settings)


def test_a_name_that_is_not_there_is_told_with_the_line_that_may_hold_it(tmp_path):
    path = wide(tmp_path / "w.csv")
    with pytest.raises(DataError, match=r"No column named 'd'. Choose one of: a, b, c"):
        asked(path, target="a,d")
    unnamed = read(path, header=False)
    hint = r"The first line holds day, a, b, c, holiday and was read as data.*--header"
    with pytest.raises(DataError, match=f"No column named 'a'.*{hint}"):
        find_target(unnamed, FitSettings("a", horizon=2))
    with pytest.raises(ConfigError, match=f"--time COLUMN.*{hint}"):
        roles_of(unnamed, FitSettings("column_2", horizon=2), find_roles(unnamed))
    settings = FitSettings("column_2", horizon=2, time="column_1")
    with pytest.raises(DataError, match=hint):
        prepare_series(unnamed, settings, Silent())
    named = read(path)
    with pytest.raises(DataError, match=r"No column named 'x'\. Choose one of: [^.]*\.$"):
        find_target(named, FitSettings("x", horizon=2))


def test_a_history_that_is_too_short_says_how_long_it_must_be(tmp_path):
    def series(rows: int) -> Path:
        path = tmp_path / "short.csv"
        lines = [f"{day},{at % 3}" for at, day in enumerate(DAYS[:rows])]
        path.write_text("\n".join(["day,y", *lines]))
        return path

    settings = FitSettings("y", horizon=3)
    needed = shortest(3, settings.shares)
    with pytest.raises(
        DataError, match=rf"too short: {needed - 1} moments.* {needed} or more"
    ) as e:
        prepare_series(read(series(needed - 1)), settings, Silent())
    assert "--horizon 2" in str(e.value)
    prepare_series(read(series(needed)), settings, Silent())
    with pytest.raises(DataError, match=r"Give a longer history\.$"):
        prepare_series(read(series(5)), settings, Silent())


def test_days_before_months_are_said_where_dates_cannot_tell(tmp_path, capsys):
    path = tmp_path / "d.csv"
    path.write_text("\n".join(["day,y", *(f"{n:02}/01/2024,{n % 5}" for n in range(1, 13))]))
    fit = ["fit", str(path), "--horizon", "1", "--rungs", "last-value", "--lang", "en"]
    assert main([*fit, "--out", str(tmp_path / "a")]) == 2
    assert "--day-first" in capsys.readouterr().err
    for flag, following in (("--day-first", "2024-01-13"), ("--month-first", "2025-01")):
        run = str(tmp_path / flag)
        assert main([*fit, flag, "--out", run]) == 0
        capsys.readouterr()
        assert main(["predict", run, "--future", "1"]) == 0
        assert f"\n{following}" in capsys.readouterr().out


def test_folds_say_how_many_stretches_choose(tmp_path, capsys):
    data = wide(tmp_path / "w.csv")
    fit = ["fit", str(data), "--target", "a", "--rungs", "last-value", "--lang", "en"]
    for folds in ("1", "2"):
        run = str(tmp_path / folds)
        assert main([*fit, "--horizon", "2", "--folds", folds, "--out", run]) == 0
    told = capsys.readouterr().err
    assert "in 2 stretches" in told
    assert main([*fit, "--folds", "2", "--out", str(tmp_path / "x")]) == 2
    assert "--folds needs --horizon" in capsys.readouterr().err
    assert main([*fit, "--horizon", "2", "--folds", "0", "--out", str(tmp_path / "x")]) == 2


def test_a_folder_of_tickers_is_a_panel_of_their_names(tmp_path):
    folder = tmp_path / "prices"
    folder.mkdir()
    for at, name in enumerate(("AAPL", "MSFT")):
        lines = [f"{day},{10 + at + n % 7}" for n, day in enumerate(DAYS)]
        (folder / f"{name}.csv").write_text("\n".join(["date,close", *lines]))
    run, out = tmp_path / "run", tmp_path / "next.csv"
    fit = ["fit", str(folder), "--target", "close", "--horizon", "3", "--rungs", "last-value"]
    assert main([*fit, "--out", str(run)]) == 0
    assert main(["predict", str(run), "--future", "1", "-o", str(out)]) == 0
    assert [line.split(",")[0] for line in out.read_text().splitlines()] == [
        "series", "AAPL", "MSFT",
    ]  # fmt: skip
    assert main(["check", str(run)]) == 0


def dates(path: Path, name: str, *styles: str) -> Path:
    days = [day.astype(object) for day in DAYS]
    cells = (day.strftime(styles[at % len(styles)]) for at, day in enumerate(days))
    lines = [f"{cell},{at}" for at, cell in enumerate(cells, 1)]
    path.write_text("\n".join([f"{name},y", *lines]))
    return path


@pytest.mark.parametrize("name", ["date", "日期"])
def test_two_formats_in_one_column_are_named_with_their_rows(name, tmp_path):
    path = dates(tmp_path / "two.csv", name, "%Y-%m-%d", "%d/%m/%Y")
    with pytest.raises(DataError) as caught:
        asked(path, target="y")
    said = str(caught.value)
    assert f"column '{name}'" in said
    assert "rows 1 ('2021-01-01') and 2 ('02/01/2021') show two formats" in said
    assert "60 rows like 2024-01-05" in said
    assert "--day-first or --month-first says how 05/01/2024" in said


def test_days_and_months_in_turn_are_named_with_their_rows(tmp_path):
    path = dates(tmp_path / "turn.csv", "date", "%d/%m/%Y", "%m/%d/%Y")
    with pytest.raises(DataError, match=r"rows 13 .* --day-first or --month-first would misread"):
        asked(path, target="y")


def test_a_column_that_is_called_a_date_and_holds_words_is_no_time(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("date,y\n" + "".join(f"no {at % 7},{at}\n" for at in range(60)))
    with pytest.raises(ConfigError, match="says when"):
        asked(path, target="y")
