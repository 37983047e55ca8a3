"""Returns or levels: what is modelled is said before the fit and stands in the run."""

import numpy as np
import pytest

import umbrella
from umbrella.base.progress import Silent
from umbrella.cli import main
from umbrella.data.read import read
from umbrella.fit.modelled import SAID
from umbrella.fit.origins import prepare_series
from umbrella.fit.settings import FitSettings


def cells(name: str = "close", least: float = 90.0) -> dict[str, list]:
    days = [str(np.datetime64("2023-01-01") + day) for day in range(120)]
    values = least + np.random.default_rng(0).uniform(1, 9, 120)
    return {"date": days, name: values.tolist(), "other": (2 * values).tolist()}


def said(table: dict[str, list], target: str = "close", **settings):
    asked = FitSettings(target, horizon=3, rungs=("last-value",), **settings)
    prepared = prepare_series(read(table), asked, Silent())
    [note] = [note for note in prepared.notes if note.key.startswith(SAID)]
    return prepared.task.log, note


@pytest.mark.parametrize(
    ("table", "settings", "log", "key"),
    [
        (cells(), {}, True, "price"),
        (cells(), {"target_as": "level"}, False, "level"),
        (cells(least=-5), {}, False, "unpriced"),
        (cells("y"), {"target": "y"}, False, "plain"),
        (cells("y"), {"target": "y", "target_as": "return"}, True, "return"),
        (cells("y", -5), {"target": "y"}, False, "signed"),
    ],
)
def test_what_is_modelled_is_one_sentence(table, settings, log, key):
    found, note = said(table, **settings)
    assert (found, note.key) == (log, f"{SAID}{key}")
    name = settings.get("target", "close")
    assert name in note.say("en")
    assert name in note.say("zh")


def test_several_series_are_named_while_they_are_few():
    _, note = said(cells(), target="close,other")
    assert "close, other" in note.say("en")


@pytest.mark.parametrize(("lang", "words"), [("en", "its returns"), ("zh", "对收益率")])
def test_the_screen_says_it_once_and_the_run_keeps_it(lang, words, tmp_path, capsys):
    table = cells()
    lines = [
        "date,close",
        *(f"{d},{c}" for d, c in zip(table["date"], table["close"], strict=True)),
    ]
    (tmp_path / "p.csv").write_text("\n".join(lines))
    asked = ["fit", str(tmp_path / "p.csv"), "--target", "close", "--horizon", "3"]
    assert (
        main([*asked, "--rungs", "last-value", "--out", str(tmp_path / "r"), "--lang", lang]) == 0
    )
    assert capsys.readouterr().err.count(words) == 1
    kept = umbrella.load(tmp_path / "r").facts["modelled"]
    assert (kept["as"], kept["says"]["key"]) == ("return", f"{SAID}price")
