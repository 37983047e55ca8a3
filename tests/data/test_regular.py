"""Rows at regular moments, each once, are a series if the user says so: a note asks."""

import numpy as np
import pytest

from umbrella.base.progress import Silent
from umbrella.data.read import read
from umbrella.data.regular import looks_regular
from umbrella.fit.prepare import prepare
from umbrella.fit.settings import FitSettings

DAYS = np.datetime64("2020-01-01") + np.arange(100)
WORKDAYS = np.busday_offset(DAYS[0], np.arange(100), roll="forward")
VALUES = 100 + 9 * np.sin(np.arange(100) * 2.1)  # neighbours are far apart


def table(path, days, values=VALUES):
    rows = [
        f"{day},{value:.3f},{at % 2}"
        for at, (day, value) in enumerate(zip(days, values, strict=False))
    ]
    path.write_text("\n".join(["day,sold,holiday", *rows]))
    return read(path)


@pytest.mark.parametrize("days", [DAYS, WORKDAYS, DAYS[::-1]])
def test_a_day_after_the_other_is_asked_about_in_both_languages(days, tmp_path):
    [note] = looks_regular(table(tmp_path / "a.csv", days), "sold")
    for lang in ("en", "zh"):
        assert "--horizon 1" in note.say(lang)
        assert "--time day" in note.say(lang)


def test_moments_by_chance_or_of_many_rows_are_no_series(tmp_path):
    chance = DAYS[0] + np.sort(np.random.default_rng(0).choice(3000, 100, replace=False))
    assert looks_regular(table(tmp_path / "a.csv", chance), "sold") == []
    assert looks_regular(table(tmp_path / "b.csv", np.repeat(DAYS[:50], 2)), "sold") == []
    assert looks_regular(table(tmp_path / "c.csv", DAYS[:40]), "sold") == []


def test_the_note_is_for_random_splits_alone(tmp_path):
    made = table(tmp_path / "a.csv", DAYS)

    def keys(**settings):
        return [n.key for n in prepare(made, FitSettings("sold", **settings), Silent()).notes]

    assert "data.regular" in keys()
    assert "data.regular" not in keys(time="day")
