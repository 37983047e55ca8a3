"""A file given as --state that is none is refused by name, before anything is written."""

import json
from pathlib import Path

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import UmbrellaError

PARTS = {"weights": "x", "series": [{"name": "", "until": 1, "low": {}, "high": {}}]}
JUNK = ("junk", "{}", "[]", "null", '""', json.dumps(PARTS), '{"weights": 1', "\x00\xff")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    days = np.datetime64("2022-01-03") + np.arange(120)
    waves = 5 + np.sin(np.arange(120) / 3)
    data = {"day": [str(day) for day in days], "y": waves.tolist()}
    out = tmp_path_factory.mktemp("kept") / "run"
    return umbrella.fit(data, "y", horizon=3, rungs=("last-value",), out=out).path


@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_named_with_a_remedy_and_stays_as_it_is(run, tmp_path, junk):
    state, out = tmp_path / "st.json", tmp_path / "x.csv"
    state.write_text(junk, "latin-1")
    with pytest.raises(UmbrellaError) as caught:
        umbrella.api.forecast_source(run, out=out, state=state)
    told = str(caught.value)
    assert f"{state} is not what --state keeps" in told
    assert "Name another file with --state, or delete this one" in told
    assert "--fresh" not in told
    assert state.read_text("latin-1") == junk
    assert not out.exists()


def test_a_state_with_ends_that_are_no_numbers_or_from_another_model_is_refused(run, tmp_path):
    state = tmp_path / "st.json"
    umbrella.api.forecast_source(run, out=tmp_path / "x.csv", state=state)
    good = json.loads(state.read_text())
    for change, words in (
        ({"weights": "other"}, "keeps the intervals of another model than"),
        ({"series": [{**good["series"][0], "until": 10**30}]}, "is not what --state keeps"),
    ):
        state.write_text(json.dumps(good | change))
        with pytest.raises(UmbrellaError, match=words):
            umbrella.api.forecast_source(run, out=tmp_path / "x.csv", state=state)
    state.write_text(json.dumps(good))
    umbrella.api.forecast_source(run, out=tmp_path / "x.csv", state=state)


def test_a_state_is_no_folder_and_no_other_file_of_the_command(run, tmp_path):
    out = tmp_path / "x.csv"
    with pytest.raises(UmbrellaError, match="is a folder"):
        umbrella.api.forecast_source(run, out=out, state=tmp_path)
    with pytest.raises(UmbrellaError, match="is another file of this command"):
        umbrella.api.forecast_source(run, out=out, state=out)
    assert not out.exists()
