"""The season: named, usual, or found in the training part; never in noise."""

import numpy as np
import pytest

from umbrella.base.progress import Silent
from umbrella.data.read import read
from umbrella.fit.heading import heading
from umbrella.fit.origins import prepare_series
from umbrella.fit.season import find_season
from umbrella.fit.settings import FitSettings


def panel_of(series: int, steps: int, turn: int = 24, noise: float = 0.5) -> dict[str, list]:
    """A series a row, without dates, as in m4_hourly."""
    rng = np.random.default_rng(0)
    at = np.arange(steps)
    each = [
        50 + 0.02 * at + 5 * np.sin(2 * np.pi * (at + shift) / turn) + rng.normal(0, noise, steps)
        for shift in range(series)
    ]
    names = {"V1": [f"H{number}" for number in range(series)]}
    return names | {f"V{at + 2}": [float(one[at]) for one in each] for at in range(steps)}


def prepared(table, target: str = "", **settings):
    asked = FitSettings(target, horizon=5, rungs=("last-value",), **settings)
    return prepare_series(read(table), asked, Silent())


def test_a_season_of_hours_without_dates_is_found_and_said():
    made = prepared(panel_of(6, 300), "V2")
    assert made.shared["season"] == 24
    assert "season 24 (found in the training part)" in heading(made, "en")[0]
    assert "周期 24（由训练部分得出）" in heading(made, "zh")[0]
    assert any("--season 1 none" in note.say("en") for note in made.notes)


@pytest.mark.parametrize("named", [1, 12])
def test_a_named_season_is_taken_without_a_word(named):
    made = prepared(panel_of(6, 300), "V2", season=named)
    assert made.shared["season"] == named
    assert not any(note.key.startswith("forecast_fit.season.") for note in made.notes)


def test_steps_that_come_later_do_not_change_the_season():
    table = panel_of(4, 300, noise=8.0)
    later = panel_of(4, 300, turn=12)
    changed = {**table, **{f"V{at}": later[f"V{at}"] for at in range(250, 302)}}
    before, after = prepared(table, "V2"), prepared(changed, "V2")
    assert before.shared["season"] == after.shared["season"]


@pytest.mark.parametrize("turn", [4, 7, 12, 24, 52])
def test_the_shortest_season_is_taken_and_not_a_multiple_of_it(turn):
    at = np.arange(600)
    rng = np.random.default_rng(turn)
    shape = rng.normal(0, 1, turn)
    seen = [shape[at % turn] + rng.normal(0, 0.3, 600)]
    season, strength = find_season(seen)
    assert season == turn
    assert strength > 0.5


def test_random_walks_noise_and_single_jumps_have_no_season():
    rng = np.random.default_rng(0)
    walks = [rng.normal(size=int(rng.integers(30, 500))).cumsum() for _ in range(200)]
    noise = [rng.normal(size=int(rng.integers(30, 500))) for _ in range(200)]
    assert not any(find_season([one]) for one in (*walks, *noise))
    jumpy = rng.normal(size=400)
    jumpy[[200, 224]] += 500
    assert find_season([jumpy]) is None
    assert find_season([np.zeros(100), np.full(50, np.nan)]) is None


def test_no_season_is_said_of_rows_without_dates_alone():
    rng = np.random.default_rng(0)
    table = {"y": rng.normal(size=200).cumsum().tolist()}
    made = prepared(table, "y", time="none")
    assert made.shared["season"] == 1
    assert any(note.key == "forecast_fit.season.unfound" for note in made.notes)


def test_a_week_that_is_nearer_than_a_day_is_pointed_out():
    hours = np.arange(24 * 7 * 12)
    stamps = [str(np.datetime64("2023-01-02T00:00") + np.timedelta64(int(h), "h")) for h in hours]
    rng = np.random.default_rng(0)
    load = 10 + 3 * np.sin(np.pi * hours / 12) + rng.normal(0, 0.3, len(hours))
    weekly = load + 5 * (hours // 24 % 7 >= 5)
    for values, said in ((weekly, True), (load, False)):
        made = prepared({"time": stamps, "y": values.tolist()}, "y")
        assert made.shared["season"] == 24
        notes = [note for note in made.notes if note.key == "forecast_fit.season.week"]
        assert bool(notes) == said
        assert not notes or "--season 168" in notes[0].say("en")
