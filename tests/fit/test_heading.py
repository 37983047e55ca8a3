"""The lines that open a fit: series by series × steps, with frequency, season and what is read."""

import polars as pl
import pytest

from umbrella.base.progress import Silent
from umbrella.data.read import read
from umbrella.fit.heading import heading
from umbrella.fit.origins import prepare_series
from umbrella.fit.prepare import prepare
from umbrella.fit.settings import FitSettings


@pytest.fixture
def prices(tmp_path):
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2020, 6, 30), eager=True)
    frame = pl.DataFrame({"date": days}).with_columns(
        close=100 + pl.col("date").dt.day() * 0.5, open=99.5 + pl.col("date").dt.day() * 0.5,
        volume=1000 + pl.col("date").dt.day(), sunny=pl.col("date").dt.day() % 2,
    )  # fmt: skip
    frame.write_csv(tmp_path / "prices.csv")
    return read(tmp_path / "prices.csv")


def opened(table, lang, **settings):
    asked = FitSettings("close", horizon=3, features=("none",), **settings)
    return heading(prepare_series(table, asked, Silent()), lang)


def test_series_steps_frequency_and_season_stand_in_the_first_line(prices):
    first = opened(prices, "en")[0]
    assert first == (
        "prices · 1 series × 182 steps, every day, season 7 (the usual one) → the next 3 steps"
    )
    assert "周期 7（惯例）" in opened(prices, "zh")[0]
    assert "season 14 (as named)" in opened(prices, "en", season=14)[0]
    assert "no season" in opened(prices, "en", season=1)[0]


def test_only_what_is_read_is_listed_as_read(prices):
    _, read_line, unread = opened(prices, "en", use=("sunny",))
    assert read_line == "reads date (time) · close (is forecast) · sunny (up to the origin)"
    assert unread.startswith("not read: open (opening price) · volume (volume); --use open")
    _, ahead, _ = opened(prices, "zh", known=("sunny",))
    assert "sunny (事先已知)" in ahead


def test_rows_of_a_table_are_counted_as_rows(prices):
    prepared = prepare(prices, FitSettings("close", use=("open",), time="date"), Silent())
    first, columns = heading(prepared, "en")
    assert first.startswith("prices · 182 rows · columns → a number")
    assert "open (number)" in columns
