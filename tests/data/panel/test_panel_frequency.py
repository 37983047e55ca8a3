"""The step between rows is found, said, and carried into the future."""

import numpy as np
import pytest

from umbrella.base.errors import ConfigError, DataError
from umbrella.data.panel import make_panel
from umbrella.data.panel.frequency import DAY, Frequency, named, of
from umbrella.data.read import read

MICRO = "datetime64[us]"


def stamp(text):
    return int(np.datetime64(text, "us").astype(np.int64))


def texts(stamps):
    return [str(np.datetime64(int(at), "us"))[:16] for at in stamps]


def panel(stamps, **more):
    cells = [str(at).replace("T", " ") for at in stamps]
    return make_panel(
        read({"at": cells, "y": np.arange(len(cells)) + 0.5}), time="at", targets=["y"], **more
    )


def days(*numbers, start="2024-01-01"):
    return np.datetime64(start) + np.array(numbers)


@pytest.mark.parametrize(
    ("step", "count", "said", "season"),
    [
        (np.timedelta64(1, "s"), 9, "every second", None),
        (np.timedelta64(15, "m"), 9, "every 15 minutes", 96),
        (np.timedelta64(1, "h"), 9, "every hour", 24),
        (np.timedelta64(6, "h"), 9, "every 6 hours", 4),
        (np.timedelta64(1, "D"), 15, "every day", 7),
        (np.timedelta64(10, "D"), 15, "every 10 days", None),
        (np.timedelta64(7, "D"), 9, "every week", 52),
        (np.timedelta64(28, "D"), 15, "every 4 weeks", 13),
    ],
)
def test_a_fixed_step_is_found_with_its_multiple_and_season(step, count, said, season):
    start = np.datetime64("2024-01-01T00:00:00")
    made = panel(start + np.arange(count) * step)
    assert made.frequency.said().say("en") == said
    assert made.frequency.season == season
    assert not [f for f in made.findings if f.kind == "gaps"]


@pytest.mark.parametrize(
    ("months", "day", "said", "season", "anchor"),
    [
        (1, "first", "every month", 12, 1),
        (1, "last", "every month", 12, 0),
        (1, "last weekday", "every month", 12, -1),
        (1, "first weekday", "every month", 12, -2),
        (3, "last", "every quarter", 4, 0),
        (6, "first", "every 2 quarters", 2, 1),
        (12, "last", "every year", None, 0),
    ],
)
def test_months_quarters_and_years_are_found_wherever_in_the_month_they_lie(
    months, day, said, season, anchor
):
    starts = np.datetime64("2019-01") + np.arange(0, 13 * months, months)
    first, last = starts.astype("datetime64[D]"), (starts + 1).astype("datetime64[D]") - 1
    at = {
        "first": first,
        "last": last,
        "last weekday": np.busday_offset(last, 0, roll="backward"),
        "first weekday": np.busday_offset(first, 0, roll="forward"),
    }[day]
    made = panel(at)
    assert made.frequency.said().say("en") == said
    assert (made.frequency.season, made.frequency.anchor) == (season, anchor)
    assert len(made.stamps) == 13


def test_business_days_are_told_from_days():
    week = [day for day in range(21) if day % 7 < 5]
    assert panel(days(*week)).frequency.code == "business day"
    assert panel(days(*range(21))).frequency.code == "day"


def test_a_week_from_sunday_to_thursday_is_one_of_business_days_too():
    week = [day for day in range(28) if day % 7 not in (4, 5)]  # the first is a Monday
    made = panel(days(*week))
    assert made.frequency.weekmask == "1111001"
    assert texts(made.ahead(0, 1)) == ["2024-01-29T00:00"]
    assert texts(made.frequency.ahead(stamp("2024-01-04"), 1)) == ["2024-01-07T00:00"]


def test_more_holes_than_stamps_are_called_irregular_and_said():
    made = panel(days(0, 1, 2, 30, 31, 77, 200, 201, 400))
    assert made.frequency.code == "irregular"
    assert (made.rows >= 0).all()
    assert made.findings[0].text.say("en") == "rows lie at irregular times"
    assert made.findings[1].text.say("en").startswith("if rows lay every day, 392 would be missing")
    assert made.frequency.step == np.median(np.diff(made.stamps))


def test_random_moments_are_irregular():
    seconds = np.random.default_rng(0).integers(0, 10**6, 200)
    made = panel(np.datetime64("2024-01-01T00:00:00") + np.unique(seconds))
    assert made.frequency.code == "irregular"


def test_a_stamp_that_is_a_day_late_does_not_end_a_week():
    made = panel(days(0, 7, 14, 20, 28, 35, 42, 49, *range(56, 560, 7)))
    assert made.frequency.code == "week"
    assert "do not lie every week" in next(f for f in made.findings if f.kind == "off").text.say(
        "en"
    )


def test_two_steps_in_one_panel_are_refused_with_a_series_of_each():
    cells = [str(d) for d in days(*range(20))] + [str(d) for d in days(*range(0, 140, 7))]
    table = read({"at": cells, "id": ["A"] * 20 + ["B"] * 20, "y": np.arange(40) + 0.5})
    with pytest.raises(DataError, match=r"'A' every day, 'B' every week .*1 of 2 series"):
        make_panel(table, time="at", targets=["y"], ids="id")


def test_shares_and_coins_are_not_of_one_step():
    week = [day for day in range(28) if day % 7 < 5]
    cells = [str(d) for d in days(*week)] + [str(d) for d in days(*range(28))]
    table = read({"at": cells, "id": ["S"] * 20 + ["C"] * 28, "y": np.arange(48) + 0.5})
    with pytest.raises(DataError, match=r"'S' every business day, 'C' every day"):
        make_panel(table, time="at", targets=["y"], ids="id")


def test_a_short_series_has_no_say_in_the_step():
    cells = [str(d) for d in days(*range(20))] + ["2024-01-03", "2024-01-05"]
    table = read({"at": cells, "id": ["A"] * 20 + ["B"] * 2, "y": np.arange(22) + 0.5})
    made = make_panel(table, time="at", targets=["y"], ids="id")
    assert made.frequency.code == "day"
    assert made.lengths.tolist() == [20, 3]


def test_a_named_frequency_is_used_and_refused_where_the_stamps_do_not_step_by_it():
    made = panel(days(0, 2, 4, 6, 8), frequency="day")
    assert made.frequency == of("day")
    assert len(made.stamps) == 9
    hours = np.datetime64("2024-01-01T00:00") + np.arange(48) * np.timedelta64(1, "h")
    with pytest.raises(DataError, match=r"do not step by 'day': rows 1 and 2 .*add up the rows"):
        panel(hours, frequency="day")
    with pytest.raises(DataError, match="2,552 empty rows would stand beside 9 with values"):
        panel(days(*range(0, 360, 40)), frequency="3 hours")
    made = panel(days(0, 1, 2), frequency="irregular")
    assert made.frequency.code == "irregular"
    assert np.diff(made.ahead(0, 3)).tolist() == [DAY, DAY]


@pytest.mark.parametrize(
    ("text", "code", "multiple"),
    [("15min", "minute", 15), ("2 hours", "hour", 2), ("B", "business day", 1), ("月", "month", 1),
     ("business days", "business day", 1), ("QUARTERLY", "quarter", 1)],
)  # fmt: skip
def test_a_frequency_is_read_as_people_call_it(text, code, multiple):
    assert (named(text).code, named(text).multiple) == (code, multiple)


@pytest.mark.parametrize("text", ["fortnight", "0 days", "", "-1h", "step"])
def test_an_unknown_frequency_is_refused_with_those_there_are(text):
    with pytest.raises(ConfigError, match="business day"):
        named(text)


@pytest.mark.parametrize(
    ("frequency", "last", "ahead"),
    [
        (of("business day"), "2024-02-29", ["2024-03-01T00:00", "2024-03-04T00:00"]),
        (of("business day"), "2024-03-02", ["2024-03-04T00:00", "2024-03-05T00:00"]),
        (of("business day", 2), "2024-02-29", ["2024-03-04T00:00", "2024-03-06T00:00"]),
        (of("day"), "2024-02-28T16:00", ["2024-02-29T16:00", "2024-03-01T16:00"]),
        (of("month", anchor=0), "2024-01-31", ["2024-02-29T00:00", "2024-03-31T00:00"]),
        (of("month", anchor=0), "2023-02-28", ["2023-03-31T00:00", "2023-04-30T00:00"]),
        (of("month", anchor=30), "2024-01-30", ["2024-02-29T00:00", "2024-03-30T00:00"]),
        (of("month", anchor=-1), "2024-05-31", ["2024-06-28T00:00", "2024-07-31T00:00"]),
        (of("month", anchor=-2), "2024-05-01", ["2024-06-03T00:00", "2024-07-01T00:00"]),
        (of("quarter", anchor=0), "2023-12-31", ["2024-03-31T00:00", "2024-06-30T00:00"]),
        (of("year", anchor=29), "2024-02-29", ["2025-02-28T00:00", "2026-02-28T00:00"]),
        (of("minute", 15), "2024-02-29T23:45", ["2024-03-01T00:00", "2024-03-01T00:15"]),
        (of("week"), "2024-12-30", ["2025-01-06T00:00", "2025-01-13T00:00"]),
    ],
)
def test_what_comes_next_keeps_the_calendar(frequency, last, ahead):
    assert texts(frequency.ahead(stamp(last), 2)) == ahead
    assert frequency.ahead(stamp(last), 0).shape == (0,)


def test_days_ahead_stay_days_where_the_clock_is_changed_and_hours_stay_hours():
    midnight = stamp("2024-03-30T23:00")  # 00:00 in Berlin, in a night of 23 hours
    assert texts(of("day").ahead(midnight, 2, "Europe/Berlin")) == [
        "2024-03-31T22:00",
        "2024-04-01T22:00",
    ]
    assert np.diff(of("hour").ahead(midnight, 30, "Europe/Berlin")).tolist() == [DAY // 24] * 29


@pytest.mark.parametrize(
    ("frequency", "written"),
    [
        (of("quarter"), "2019Q3"),
        (of("month"), "2019-07"),
        (of("year"), "2019"),
        (of("day"), "2019-07-01"),
        (of("hour"), "2019-07-01 00:00"),
        (Frequency("step"), "1561939200000000"),
    ],
)
def test_a_stamp_is_written_no_finer_than_its_step(frequency, written):
    assert frequency.written(stamp("2019-07-01")) == written
