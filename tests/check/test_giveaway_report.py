"""A column that alone gives the answer lowers the verdict, and is said at a fit's end."""

import json
from dataclasses import replace

import made
import numpy as np
import pytest

from umbrella.base.catalogue import say
from umbrella.check.giveaway import question
from umbrella.check.html import page
from umbrella.check.report import check
from umbrella.cli import main
from umbrella.data.giveaway import Giveaway, Giveaways


def evidence(*found):
    return replace(made.classify(), giveaways=Giveaways(4, found))


def test_a_giveaway_is_a_warning_that_asks_the_user():
    one = evidence(Giveaway("alive", 0.0, 1.0))
    found = question(one)
    assert found.verdict == "warn"
    assert "“alive” alone gives the label of every row" in found.says.say("en")
    assert "known" in found.advice.say("en")
    assert found.details["columns"] == [{"name": "alive", "left": 0.0}]
    assert check(evidence()).verdict == "pass"
    assert check(one).verdict == "warn"


def test_columns_that_give_nothing_away_pass_with_what_would_have_been_seen():
    found = question(evidence())
    assert found.verdict == "pass"
    assert "4" in found.says.say("en")
    assert "2 %" in found.would_have_seen.say("en")


def test_it_is_not_asked_where_no_column_can_be_judged():
    assert check(made.classify()).find("giveaway") is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_names_the_column_and_escapes_it(lang):
    shown = page(check(evidence(Giveaway("<b>alive</b>", 0.0, 1.0))), lang)
    assert "&lt;b&gt;alive&lt;/b&gt;" in shown
    assert say("report.asks.giveaway", lang) in shown


@pytest.mark.parametrize(
    ("target", "copy", "words"),
    [("survived", "alive", "gives the label of every row"), ("fare", "fare_usd", "the number")],
)
def test_a_fit_says_at_its_end_which_column_gives_the_target_away(
    tmp_path, capsys, target, copy, words
):
    random = np.random.default_rng(2)
    lines = ["age,survived,alive,fare,fare_usd"]
    for row in range(120):
        fare = random.lognormal(3, 1)
        lines.append(
            f"{random.normal(30, 9):.1f},{row % 2},{('no', 'yes')[row % 2]},{fare:.3f},"
            f"{7 * fare:.3f}"
        )
    data, run = tmp_path / "boat.csv", tmp_path / "run"
    data.write_text("\n".join(lines))
    asked = ["--target", target, "--rungs", "linear", "--out", str(run), "--lang", "en"]
    assert main(["fit", str(data), *asked]) == 0
    said = capsys.readouterr()
    for text in (said.out, said.err):  # early enough to stop, and again beside the score
        assert f"column “{copy}” alone gives" in text
        assert words in text
    assert main(["check", str(run), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    found = next(one for one in report["findings"] if one["name"] == "giveaway")
    assert [one["name"] for one in found["details"]["columns"]] == [copy]
    assert report["verdict"] in ("warn", "cannot tell")
