"""What predict says of a history that is odd, and how it writes forecasts down."""

import json
from pathlib import Path

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.cli import main
from umbrella.data.codecs.history import History
from umbrella.lite.forecast import forecast

DAYS, HORIZON = 240, 3


def lines(shops: int, days: int = DAYS, ahead: int = 0, times: float = 1.0) -> list[list[str]]:
    start = np.datetime64("2022-01-03")
    rng, rows = np.random.default_rng(0), []
    for shop in range(shops):
        values = times * (20 + 5 * np.sin(2 * np.pi * np.arange(days) / 7) + rng.normal(size=days))
        for day in range(days + ahead):
            cell = f"{values[day]:.3f}" if day < days else ""
            rows.append([str(start + day), f"s{shop}", str(day % 3 // 2), cell])
    return rows


def write(path: Path, rows: list[list[str]]) -> str:
    path.write_text("\n".join(",".join(row) for row in [["day", "store", "promo", "sold"], *rows]))
    return str(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("notes")
    settings = {"horizon": HORIZON, "rungs": ("ridge",)}
    one = write(folder / "one.csv", lines(1))
    umbrella.fit(one, "sold", out=folder / "one", **settings)
    two = write(folder / "two.csv", lines(2))
    umbrella.fit(two, "sold", known=("promo",), out=folder / "two", **settings)
    return folder


def said(made: Path, rows: list[list[str]], tmp_path: Path, capsys, lang: str = "en") -> str:
    data = write(tmp_path / "h.csv", rows)
    assert main(["predict", str(made / "one"), data, "--future", "2", "--lang", lang]) == 0
    return capsys.readouterr().err


def test_a_history_like_the_one_of_the_fit_needs_no_words(made, tmp_path, capsys):
    told = said(made, lines(1), tmp_path, capsys)
    assert not any(word in told for word in ("warning", "missing", "looks back", "no value"))


@pytest.mark.parametrize(("lang", "warned"), [("en", "warning: s0 moves"), ("zh", "警告：s0")])
def test_another_unit_is_warned_of_by_name(made, tmp_path, capsys, lang, warned):
    assert warned in said(made, lines(1, times=1000.0), tmp_path, capsys, lang)
    assert warned in said(made, lines(1, times=0.01), tmp_path, capsys, lang)
    assert warned not in said(made, lines(1, times=5.0), tmp_path, capsys, lang)


def test_holes_and_short_and_late_histories_are_told(made, tmp_path, capsys):
    rows = lines(1)
    assert "missing stamps" in said(made, [*rows[:200], *rows[215:]], tmp_path, capsys)
    gone = (215, 216, 230)
    blank = [[*row[:3], "" if at in gone else row[3]] for at, row in enumerate(rows)]
    told = said(made, blank, tmp_path, capsys)
    assert "s0: 3 of the last 192 steps, which the model looks back over, have no value" in told
    assert "(2 in a row at most)" in told
    assert "最多连续 2 步" in said(made, blank, tmp_path, capsys, "zh")
    assert "s0: 9 known values" in said(made, rows[:9], tmp_path, capsys)
    late = [[*row[:3], "" if at >= 238 else row[3]] for at, row in enumerate(rows)]
    assert "begins after 2022-08-28" in said(made, late, tmp_path, capsys)


def test_a_history_as_short_as_that_of_the_fit_is_not_called_short(tmp_path, capsys):
    data = write(tmp_path / "short.csv", lines(1, days=100))
    run = umbrella.fit(data, "sold", horizon=2, rungs=("ridge",), out=tmp_path / "run")
    for model in (run.path, run.ship(tmp_path / "short.onnx").path):
        assert main(["predict", str(model), data, "--future", "2", "--lang", "en"]) == 0
        assert "looks back" not in capsys.readouterr().err
    write(tmp_path / "short.csv", lines(1, days=60))
    assert main(["predict", str(run.path), data, "--future", "2", "--lang", "en"]) == 0
    assert "s0: 60 known values, where the model looks back over 192" in capsys.readouterr().err


def test_rows_that_were_sorted_and_values_that_never_change_are_told(made, tmp_path, capsys):
    rows = lines(1)
    mixed = [*rows[120:], *rows[:120]]
    assert "did not rise in time: the series was sorted" in said(made, mixed, tmp_path, capsys)
    same = [[*row[:3], "7"] for row in rows]
    assert "s0: the last 192 known values are all 7" in said(made, same, tmp_path, capsys)
    assert "都是 7" in said(made, same, tmp_path, capsys, "zh")


def test_returns_or_levels_are_named(made, tmp_path, capsys):
    assert "forecasts sold itself, not its returns" in said(made, lines(1), tmp_path, capsys)
    assert "sold 的值本身" in said(made, lines(1), tmp_path, capsys, "zh")


def test_shipping_speaks_of_forecasts_and_origins(made, tmp_path, capsys):
    for lang, words in (
        (
            "en",
            ("one forecast of one series", "validation stretch", "sold itself, not its returns"),
        ),
        ("zh", ("一条序列的一次预测", "最后一段验证", "sold 的值本身")),
    ):
        assert (
            main(["ship", str(made / "one"), "-o", str(tmp_path / "x.onnx"), "--lang", lang]) == 0
        )
        told = capsys.readouterr().out
        assert all(word in told for word in words)
        assert "rows" not in told


def test_values_that_the_intervals_learned_from_are_counted_apart_from_forecasts(made, tmp_path):
    data = write(tmp_path / "h.csv", lines(1, days=250))
    found = umbrella.api.forecast_source(made / "one", data, tmp_path / "x.csv").adapted
    before = umbrella.api.forecast_source(made / "one", None, tmp_path / "x.csv").adapted
    assert found.steps == before.steps + 10
    assert found.pairs == HORIZON * found.steps
    gone = [[*row[:3], "" if at == 245 else row[3]] for at, row in enumerate(lines(1, days=250))]
    fewer = umbrella.api.forecast_source(
        made / "one", write(tmp_path / "h.csv", gone), tmp_path / "x.csv"
    )
    assert fewer.adapted.steps == found.steps - 1
    told = fewer.says().say("en")
    assert f"adapted to {found.steps - 1} values of 1 series" in told
    assert f"of these {fewer.adapted.pairs} forecasts" in told


def test_what_is_known_ahead_is_missed_by_column_date_and_series(made, tmp_path):
    def refused(rows: list[list[str]]) -> str:
        data = write(tmp_path / "h.csv", rows)
        with pytest.raises(DataError) as caught:
            umbrella.api.forecast_source(made / "two", data, tmp_path / "x.csv")
        return str(caught.value)

    told = refused(lines(2))
    assert "promo is known ahead, and so must be for the 3 steps after 2022-08-30" in told
    assert "of series 's0': there are 0 such rows. Add 3 more" in told
    rows = lines(2, ahead=3)
    assert "there are 2 such rows. Add 1 more" in refused(rows[:-1])
    rows[-1][2] = ""
    assert "promo is known ahead, but empty on 2022-09-02 of series 's1'" in refused(rows)
    rows = lines(2, ahead=3)
    rows[200][2] = ""
    found = umbrella.api.forecast_source(
        made / "two", write(tmp_path / "h.csv", rows), tmp_path / "x.csv"
    )
    told = " ".join(note.say("en") for note in found.notes)
    assert "s0: 1 of the last 192 steps, which the model looks back over, has no promo" in told


def test_a_shipped_file_in_python_says_what_is_missing_of_a_series_without_a_name(made, tmp_path):
    bundle = umbrella.load(umbrella.load(made / "two").ship(tmp_path / "two.onnx").path)
    stamps = 86_400_000_000 * np.arange(30)
    with pytest.raises(DataError, match=r"^The series has no known value"):
        forecast(bundle, [History("", np.full((30, 2), np.nan), stamps)])
    values = np.arange(60.0).reshape(30, 2)
    values[28:, 0] = np.nan
    with pytest.raises(DataError, match=r"^The series: 2 of the 3 steps after the last target"):
        forecast(bundle, [History("", values, stamps)])


@pytest.mark.parametrize(("name", "mark"), [("x.csv", ","), ("x.tsv", "\t")])
def test_the_ending_says_how_forecasts_are_written(made, tmp_path, name, mark):
    out = tmp_path / name
    assert main(["predict", str(made / "one"), "--future", "2", "-o", str(out)]) == 0
    head, first, *_ = (line.split(mark) for line in out.read_text().splitlines())
    assert head[:3] == ["store", "day", "forecast"]  # the table's own names
    assert first[:2] == ["s0", "2022-08-31"]


def test_forecasts_are_json_lines_where_that_is_asked_for(made, tmp_path, capsys):
    out = tmp_path / "x.jsonl"
    ask = ["predict", str(made / "one"), "--future", "2", "--json"]
    assert main(ask) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert main([*ask, "-o", str(out)]) == 0
    assert [json.loads(line) for line in out.read_text().splitlines()] == printed
    assert [row["day"] for row in printed] == ["2022-08-31", "2022-09-01"]
    assert isinstance(printed[0]["forecast"], float)
    told = json.loads(capsys.readouterr().out)
    assert told == {"series": 1, "steps": 2, "out": str(out)}


def test_no_file_is_written_where_it_cannot_be_right(made, tmp_path):
    for name, words in (
        ("x.parquet", "does not say in which format"),
        ("no/x.csv", "there is no folder"),
    ):
        with pytest.raises(ConfigError, match=words):
            umbrella.api.forecast_source(made / "one", out=tmp_path / name)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConfigError, match="is the input itself"):
        umbrella.api.forecast_source(made / "one", out=made / "one.csv")


def test_a_run_reads_its_own_data_again_as_its_fit_did(tmp_path):
    data = tmp_path / "bare.log"
    data.write_text("\n".join(f"{row[0]};{row[3]}" for row in lines(1)))
    how = {"format": "csv", "header": False}
    run = umbrella.fit(
        str(data), "column_2", horizon=2, rungs=("last-value",), reading=how, out=tmp_path / "run"
    )
    umbrella.api.forecast_source(run.path, out=tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().startswith("column_1,forecast")
