"""A history is read as the series of the fit were: same step, same clocks, prices above 0."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.cli import main

HOURS = 24 * 20
HERE = ZoneInfo("Europe/Berlin")


def write(path: Path, times: list[str], values: np.ndarray) -> Path:
    rows = [f"{time},{value:.3f}" for time, value in zip(times, values, strict=True)]
    path.write_text("\n".join(["at,load", *rows]))
    return path


def load(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return 20 + 5 * np.sin(2 * np.pi * np.arange(count) / 24) + rng.normal(size=count)


def clocks(count: int) -> list[datetime]:
    """Hours around the end of summer time, as in Berlin."""
    start = datetime(2024, 10, 15, tzinfo=UTC)
    return [(start + timedelta(hours=k)).astimezone(HERE) for k in range(count)]


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("read")
    how = {"horizon": 3, "rungs": ("last-value",)}
    with_offsets = [one.isoformat() for one in clocks(HOURS)]
    umbrella.fit(
        str(write(folder / "o.csv", with_offsets, load(HOURS))), "load", out=folder / "o", **how
    )
    local = [one.strftime("%Y-%m-%d %H:%M") for one in clocks(HOURS)]
    umbrella.fit(
        str(write(folder / "l.csv", local, load(HOURS))), "load", zone="Europe/Berlin",
        out=folder / "l", **how,
    )  # fmt: skip
    days = [str(np.datetime64("2022-01-03") + k) for k in range(120)]
    umbrella.fit(
        str(write(folder / "d.csv", days, load(120))), "load", target_as="return",
        out=folder / "d", **how,
    )  # fmt: skip
    return folder


def forecast(run: Path, data: Path | None, **more):
    out = run.parent / "x.csv"
    found = umbrella.api.forecast_source(run, None if data is None else str(data), out, **more)
    return [line.split(",")[0] for line in out.read_text().splitlines()[1:]], " · ".join(
        note.say("en") for note in found.notes
    )


def test_local_times_are_forecast_on_where_the_zone_is_named(runs):
    with pytest.raises(DataError, match="--zone Europe/Berlin"):
        umbrella.fit(str(runs / "l.csv"), "load", horizon=3, out=runs / "no")
    assert forecast(runs / "l", None)[0][0] == "2024-11-04 01:00"
    when, told = forecast(runs / "o", runs / "l.csv")  # the fit's zone is taken for local times
    assert when[0] == "2024-11-04 01:00"
    assert "as those that clocks in Europe/Berlin show" in told


def test_dates_come_back_with_the_offset_that_they_came_with(runs, tmp_path):
    assert forecast(runs / "o", None)[0][0] == "2024-11-04T01:00:00+01:00"
    times = [one.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ") for one in clocks(HOURS)]
    other = write(tmp_path / "z.csv", times, load(HOURS))
    assert forecast(runs / "o", other)[0][0] == "2024-11-04T00:00Z"
    assert forecast(runs / "o", other, zone="Asia/Shanghai")[0][0] == "2024-11-04T08:00+08:00"
    summer = clocks(270)  # ends a day before clocks are put back, and so knows one offset
    brief = write(tmp_path / "s.csv", [one.isoformat(" ") for one in summer], load(270))
    when, _ = forecast(runs / "o", brief, steps=26)
    stamps = [datetime.fromisoformat(one) for one in when]
    assert {str(one.utcoffset()) for one in stamps} == {"2:00:00", "1:00:00"}
    assert set(np.diff([one.timestamp() for one in stamps])) == {3600.0}


def test_rows_of_another_step_are_refused_with_what_to_give(runs, tmp_path):
    weeks = [str(np.datetime64("2022-01-03") + 7 * k) for k in range(40)]
    hours = [f"2022-01-{1 + k // 24:02} {k % 24:02}:00" for k in range(96)]
    steps = [str(k) for k in range(96)]
    for times, words in (
        (weeks, "rows lie every week, but those that the model was fitted on lie every day"),
        (hours, r"rows lie every hour.*Give rows every day \(add up"),
        (steps, "step by step, without dates, but"),
    ):
        with pytest.raises(DataError, match=words):
            forecast(runs / "d", write(tmp_path / "w.csv", times, load(len(times))))


@pytest.fixture(scope="module")
def weekdays(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("weekdays")
    days = [str(day) for day in workdays(150)]
    umbrella.fit(
        str(write(folder / "b.csv", days, load(150))), "load", horizon=3, rungs=("last-value",),
        out=folder / "b",
    )  # fmt: skip
    return folder / "b"


def workdays(count: int) -> np.ndarray:
    return np.busday_offset(np.datetime64("2022-01-03"), np.arange(count))


def test_weeks_and_months_are_refused_by_a_model_of_business_days(weekdays, tmp_path):
    days = workdays(500)
    fridays = days[4::5].copy()
    fridays[::7] -= 1  # where the Friday is a holiday
    months = days[np.flatnonzero(np.diff(days.astype("datetime64[M]").astype(int))) + 1]
    for times, words in (
        (days[4::5], "every week"),
        (fridays, "rows lie"),
        (days[4:19:5], "every week"),
        (months, "rows lie every month"),
        (months[:2], "rows lie"),
    ):
        data = write(tmp_path / "w.csv", [str(day) for day in times], load(len(times)))
        with pytest.raises(DataError, match=rf"{words}.* fitted on lie every business day"):
            forecast(weekdays, data)


def test_short_weeks_and_few_rows_of_business_days_are_forecast(weekdays, tmp_path):
    days, rng = workdays(100), np.random.default_rng(0)
    holidays = rng.random(100) < 0.3
    holidays[[0, 40, 99]], holidays[41:47] = False, True  # a week and more among them
    for times in (days[~holidays], days[[38, 39, 40, 47]], days[[39, 40, 47]], days[[40, 47]]):
        data = write(tmp_path / "f.csv", [str(day) for day in times], load(len(times)))
        assert forecast(weekdays, data)[0][0] == str(np.busday_offset(times[-1], 1))


def test_few_rows_and_rows_with_holes_are_read_by_the_step_of_the_fit(runs, tmp_path):
    days = [str(np.datetime64("2022-01-03") + k) for k in range(60)]
    some = write(tmp_path / "h.csv", days[::2], load(30))  # seems to lie every two days
    when, told = forecast(runs / "d", some)
    assert when[0] == "2022-03-03"
    assert "29 missing stamps got an empty row" in told


def test_irregular_rows_are_told(runs, tmp_path):
    rng = np.random.default_rng(1)
    at = np.datetime64("2022-01-03T00", "h") + np.cumsum(rng.integers(3, 45, 90))
    odd = write(tmp_path / "i.csv", [str(one).replace("T", " ") + ":00" for one in at], load(90))
    assert "at irregular times, and those of the fit lay every day" in forecast(runs / "d", odd)[1]


def test_a_price_of_zero_is_refused_by_file_and_row(runs, tmp_path):
    days, values = [str(np.datetime64("2022-01-03") + k) for k in range(60)], load(60)
    values[40] = 0
    data = write(tmp_path / "prices.csv", days, values)
    with pytest.raises(
        DataError, match=r"^prices.csv: load is 0 in row 41, 2022-02-12\. .*--as lev"
    ):
        forecast(runs / "d", data)
    assert "forecasts returns of load" in forecast(runs / "d", None)[1]


def test_one_row_is_told_in_words_of_the_verb(runs, tmp_path):
    with pytest.raises(DataError, match=r"1 row\), .* Give more rows of the past") as caught:
        forecast(runs / "d", write(tmp_path / "one.csv", ["2022-01-03"], load(1)))
    assert "--series" not in str(caught.value)


def test_an_order_of_day_and_month_that_the_fit_found_holds_for_few_rows(tmp_path):
    days = [f"{k % 28 + 1:02}/{k // 28 + 1:02}/2022" for k in range(112)]
    run = umbrella.fit(
        str(write(tmp_path / "d.csv", days, load(112))), "load", horizon=2, rungs=("last-value",),
        out=tmp_path / "run",
    )  # fmt: skip
    few = write(tmp_path / "few.csv", ["03/04/2022", "04/04/2022", "05/04/2022"], load(3))
    assert forecast(run.path, few)[0] == ["2022-04-06", "2022-04-07"]


def test_a_zone_belongs_to_rows_with_times(runs, capsys):
    with pytest.raises(ConfigError, match="No time zone named 'Europe/Berlim'"):
        forecast(runs / "o", runs / "l.csv", zone="Europe/Berlim")
    data = {"y": [1.0, 2.0] * 40}
    how = {"horizon": 1, "time": "none", "rungs": ("last-value",)}
    with pytest.raises(ConfigError, match="says nothing to rows without dates"):
        umbrella.fit(data, "y", zone="UTC", out=runs / "no", **how)
    run = umbrella.fit(data, "y", out=runs / "bare", **how)
    with pytest.raises(ConfigError, match="says nothing to rows without dates"):
        forecast(run.path, None, zone="UTC")
    assert main(["fit", str(runs / "l.csv"), "--target", "load", "--zone", "UTC"]) == 2
    assert main(["predict", str(runs / "o"), str(runs / "o.csv"), "--zone", "UTC"]) == 2
    assert "--zone belongs to --future N" in capsys.readouterr().err
