"""Intervals of a shipped forecast that learn from rows newer than the fit, and keep it."""

import csv
import json

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import BundleError, ConfigError
from umbrella.cli import main
from umbrella.lite.adapting import ORIGINS, State, adapt
from umbrella.lite.forecast import ended, forecast
from umbrella.ship.future import histories
from umbrella.ship.ship import bundle_run

DAYS, HORIZON = 500, 4


def write(path, days, loud=1.0, shops=("north", "south")):
    """Noise; `loud` times as much from day 400 on."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["day", "shop", "sold"])
        for number, shop in enumerate(shops):
            noise = np.random.default_rng(number).normal(size=900)
            noise[400:] *= loud
            start = np.datetime64("2022-01-03")
            writer.writerows((start + d, shop, f"{100 + noise[d]:.5f}") for d in range(days))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("adapting")
    data = write(folder / "sold.csv", DAYS)
    umbrella.fit(str(data), "sold", horizon=HORIZON, rungs=("smoothing",), out=folder / "run")
    return folder


def known(bundle, path):
    from umbrella.data.panel import make_panel
    from umbrella.data.read import read

    return ended(bundle, histories(make_panel(read(str(path)), **bundle.spec["roles"])))


def widths(bundle, rows, ends=None):
    return [one.high[-1] - one.low[-1] for one in forecast(bundle, rows, ends=ends)]


def test_intervals_widen_where_later_days_are_wilder_and_say_what_they_learned(made, tmp_path):
    bundle = bundle_run(made / "run")
    calm = known(bundle, write(tmp_path / "calm.csv", 800))
    wild = known(bundle, write(tmp_path / "wild.csv", 800, loud=4.0))
    own, found = adapt(bundle, calm), adapt(bundle, wild)
    assert found.series == 2
    assert found.steps == 2 * (800 - 450)  # from the first test day on
    assert found.held < 0.7 < 0.9 < own.held
    assert np.mean(widths(bundle, wild, found.ends)) > 2 * np.mean(widths(bundle, wild))
    assert np.mean(widths(bundle, calm, own.ends)) == pytest.approx(
        np.mean(widths(bundle, calm)), rel=0.35
    )


def test_nothing_is_learned_from_days_that_the_intervals_were_made_of(made, tmp_path):
    bundle = bundle_run(made / "run")
    found = adapt(bundle, known(bundle, write(tmp_path / "old.csv", 440)))
    assert found.steps == 0
    assert found.held is None
    assert found.state.until == {}


def test_row_by_row_with_a_state_is_as_all_at_once(made, tmp_path):
    bundle = bundle_run(made / "run")
    whole = adapt(bundle, known(bundle, write(tmp_path / "all.csv", 520, loud=3.0)))
    state = None
    for days in (447, 460, 461, 462, 520):
        rows = known(bundle, write(tmp_path / "some.csv", days, loud=3.0))
        found = adapt(bundle, rows, state)
        stored = json.loads(json.dumps(found.state.spec()))
        state = State.from_spec(stored, bundle)
    np.testing.assert_allclose(found.ends.low, whole.ends.low, rtol=1e-9)
    np.testing.assert_allclose(found.ends.high, whole.ends.high, rtol=1e-9)
    assert state.until == whole.state.until


def test_the_future_never_moves_what_was_learned_before_it(made, tmp_path):
    bundle = bundle_run(made / "run")
    rows = known(bundle, write(tmp_path / "a.csv", 600))
    cut = [type(one)(one.name, one.values[:480], one.stamps[:480]) for one in rows]
    for one in rows:
        one.values[480:] *= 9
    before = adapt(bundle, cut)
    again = [type(one)(one.name, one.values[:480], one.stamps[:480]) for one in rows]
    np.testing.assert_array_equal(before.ends.high, adapt(bundle, again).ends.high)
    assert (adapt(bundle, rows).ends.high > before.ends.high).any()


def test_more_series_than_can_be_followed_keep_their_own_intervals(made, tmp_path, monkeypatch):
    bundle = bundle_run(made / "run")
    rows = known(bundle, write(tmp_path / "a.csv", 600))
    monkeypatch.setattr("umbrella.lite.adapting.ORIGINS", 2 * (HORIZON + 10))
    assert adapt(bundle, rows).steps == 2 * 10  # the last ten days of each
    monkeypatch.setattr("umbrella.lite.adapting.ORIGINS", 2)
    assert adapt(bundle, rows).steps == 0
    assert ORIGINS > 1000


def test_a_series_that_is_new_to_the_model_learns_from_all_its_days(made, tmp_path):
    bundle = bundle_run(made / "run")
    rows = known(bundle, write(tmp_path / "new.csv", 300, shops=("east", "west")))
    assert adapt(bundle, rows).steps == 2 * (300 - bundle.window.reach)  # whole windows alone


def test_a_cut_off_history_is_learned_from_only_where_most_of_it_is_known(made, tmp_path):
    bundle = bundle_run(made / "run")
    few = bundle.window.reach // 2
    rows = known(bundle, write(tmp_path / "cut.csv", few, shops=("east",)))
    assert 0 < adapt(bundle, rows).steps == few - int(0.75 * few)


def test_a_state_that_knows_what_comes_later_is_refused(made, tmp_path):
    bundle = bundle_run(made / "run")
    later = adapt(bundle, known(bundle, write(tmp_path / "all.csv", 470))).state
    with pytest.raises(ConfigError, match=r"learned up to .* ends at .* --state"):
        adapt(bundle, known(bundle, write(tmp_path / "cut.csv", 460)), later)


def test_a_state_of_another_model_or_a_damaged_one_is_refused(made, tmp_path):
    bundle = bundle_run(made / "run")
    rows = known(bundle, write(tmp_path / "a.csv", 470))
    spec = adapt(bundle, rows).state.spec()
    with pytest.raises(BundleError, match="another model"):
        State.from_spec({**spec, "weights": "0"}, bundle)
    for bad in (None, {}, {**spec, "series": [{"name": "north"}]}):
        with pytest.raises(BundleError, match="damaged"):
            State.from_spec(bad, bundle)


def test_a_series_whose_past_was_rewritten_starts_anew_and_the_others_go_on(made, tmp_path):
    bundle = bundle_run(made / "run")
    state = adapt(bundle, known(bundle, write(tmp_path / "a.csv", 520, loud=3.0))).state
    state = State.from_spec(json.loads(json.dumps(state.spec())), bundle)
    rows = known(bundle, write(tmp_path / "b.csv", 530, loud=3.0))
    cut = [type(one)(one.name, one.values[90:], one.stamps[90:]) for one in rows]
    assert adapt(bundle, cut, state).rewritten == {}  # the same values, fewer of them
    rows[0].values[440:500] *= 1.5
    rows[1].values[480] = np.nan  # taken out, and so no other value
    found, anew = adapt(bundle, rows, state), adapt(bundle, rows)
    assert {name: len(stamps) for name, stamps in found.rewritten.items()} == {"north": 60}
    np.testing.assert_array_equal(found.ends.high[0], anew.ends.high[0])
    assert not np.array_equal(found.ends.high[1], anew.ends.high[1])
    assert found.state.tallies["north"] == anew.state.tallies["north"]
    assert adapt(bundle, rows, found.state).rewritten == {}  # said once


def test_a_state_of_an_older_release_is_still_read_and_knows_the_past_from_then_on(made, tmp_path):
    bundle = bundle_run(made / "run")
    rows = known(bundle, write(tmp_path / "a.csv", 520))
    spec = adapt(bundle, rows).state.spec()
    for one in spec["series"]:
        del one["known"], one["tally"]
    found = adapt(bundle, rows, State.from_spec(spec, bundle))
    assert found.rewritten == {}
    assert found.state.tallies == {}
    rows[0].values[510] += 1
    assert list(adapt(bundle, rows, found.state).rewritten) == ["north"]


def test_the_command_says_that_the_past_was_rewritten(made, tmp_path, capsys):
    data, state = write(tmp_path / "later.csv", 520), tmp_path / "state.json"
    told = ["predict", str(made / "run"), str(data), "--future", "3", "--state", str(state)]
    assert main([*told, "-o", str(tmp_path / "x.csv")]) == 0
    lines = data.read_text().splitlines()
    lines[500] = lines[500].rsplit(",", 1)[0] + ",999"
    data.write_text("\n".join(lines))
    assert "known value" not in capsys.readouterr().err
    assert main([*told, "-o", str(tmp_path / "x.csv"), "--lang", "en"]) == 0
    err = capsys.readouterr().err
    assert "north: 1 known value, the first at 2023-05-17, is no longer what the intervals" in err
    assert "adapted to 140 values of 2 series" in err


def test_the_command_keeps_a_state_and_tells_what_was_learned(made, tmp_path, capsys):
    data = str(write(tmp_path / "later.csv", 520))
    state, out = tmp_path / "state.json", tmp_path / "next.csv"
    told = ["predict", str(made / "run"), data, "--future", "3", "-o", str(out)]
    assert main([*told, "--state", str(state)]) == 0
    assert "adapted to 140 values of 2 series" in capsys.readouterr().err
    assert main([*told, "--state", str(state)]) == 0
    assert "adapted to 140 values of 2 series" in capsys.readouterr().err  # nothing new has come
    assert main(["predict", str(made / "run"), data, "--state", str(state)]) != 0


def test_numbers_are_written_without_digits_that_the_model_never_had(tmp_path):
    data = tmp_path / "whole.csv"
    days = np.datetime64("2022-01-03") + np.arange(200)
    values = 600 + 7 * (np.arange(200) % 7)
    with data.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("day", "sold"), *((d, v) for d, v in zip(days, values, strict=True))]
        )
    run = umbrella.fit(
        str(data), "sold", horizon=7, rungs=("seasonal-naive",), out=tmp_path / "run"
    )
    out = tmp_path / "out.csv"
    umbrella.api.forecast_source(run.path, str(data), out, steps=7)
    with out.open(newline="") as file:
        told = [row["forecast"] for row in csv.DictReader(file)]
    assert told == [str(600 + 7 * (at % 7)) for at in range(200, 207)]
