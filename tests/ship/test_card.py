"""The model card: every known figure in it, no unknown one made up, in both languages."""

import re

import pytest

from umbrella.ship.card import card

FACTS = {
    "name": "reviews",
    "made": "2026-11-23T07:00:00+00:00",
    "source": "/home/somebody/secret/reviews.csv",
    "fingerprint": "abcdef0123456789",
    "columns": ["text"],
    "rows": {"train": 6000, "validation": 989, "test": 776},
    "twins": {"rows": 31, "largest": 3, "exact": 20, "canonical": 5, "near": 6},
    "bad_rows": 2,
    "task": {"task": "classify", "labels": ["0", "1"], "temperature": 1.3, "shares": [0.5, 0.5]},
    "scores": {
        "test": {"score": 0.892, "low": 0.868, "high": 0.912, "rows": 776,
                 "p_against_baseline": 1e-9},
        "baseline": {"score": 0.685},
    },
    "selection": {"looks": 6, "optimism": 0.009, "corrected": 0.887},
    "ladder": [
        {"name": "most-common", "score": 0.685, "low": 0.659, "high": 0.71,
         "p_against_best": 1e-9, "verdict": "worse", "chosen": False},
        {"name": "bow-svm", "score": 0.896, "low": 0.878, "high": 0.911, "bytes": 1_100_000,
         "one_row_ms": 0.05, "p_against_best": 1.0, "verdict": "best", "chosen": True},
        {"name": "lstm", "error": "no memory left"},
    ],
    "versions": {"python": "3.11.7", "umbrella": "0.1.0", "numpy": "2.4.6", "polars": "2.1.0"},
    "bundle": {
        "file": "reviews.onnx",
        "bytes": 330_000,
        "one_row_ms": 0.05,
        "cpu": "x86-64 with AVX2",
        "before_bytes": 1_100_000,
        "parity": {"rows": 776, "max_abs": 2.4e-7, "answers_changed": 0},
    },
}  # fmt: skip
REGRESS = {"task": "regress", "mean": 3.0, "scale": 2.0, "quantile": None}


def test_the_figures_of_the_run_are_all_there():
    text = card(FACTS)
    figures = (
        "**89.2 %**", "86.8–91.2", "68.5 %", "p < .001", "776", "6,000", "0.9 points",
        "330 kB", "1.1 MB", "0.05 ms", "x86-64 with AVX2", "`0`, `1`", "abcdef012345", "2.4e-07",
        "31 rows", "| **bow-svm** | 89.6 % | 87.8–91.1 |", "failed",
    )  # fmt: skip
    for figure in figures:
        assert figure in text, figure


def test_the_licence_and_the_limits_are_said():
    text = card(FACTS)
    assert "licence of the data is not known" in text
    assert "Other topics, times, writers" in text


def test_it_does_not_tell_where_on_whose_machine_the_data_lies():
    assert "/home/somebody" not in card(FACTS)
    assert "`reviews.csv`" in card(FACTS)


def test_the_commands_name_the_file_and_the_columns():
    text = card(FACTS | {"columns": ["title", "body"]})
    assert "umbrella predict reviews.onnx new.csv -o answers.csv" in text
    assert "{'title': 'a text', 'body': 'a text'}" in text


def test_the_example_shows_cells_of_the_columns_own_kinds():
    facts = FACTS | {"columns": ["photo", "note"], "examples": {"photo": "photo.png"}}
    assert "{'photo': 'photo.png', 'note': 'a text'}" in card(facts)


@pytest.mark.parametrize("missing", ["scores", "selection", "ladder", "rows", "twins", "bundle",
                                     "versions", "source", "bad_rows", "fingerprint"])  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_absent_fact_leaves_its_line_out_and_nothing_else(missing, lang):
    text = card({key: value for key, value in FACTS.items() if key != missing}, lang)
    assert "None" not in text
    assert "nan" not in text
    assert text != card(FACTS, lang)


def test_both_languages_hold_the_same_figures():
    english, chinese = card(FACTS, "en"), card(FACTS, "zh")
    assert "准确率" in chinese
    assert not re.search(r"[一-鿿]", english)
    figures = [set(re.findall(r"\d[\d.,]*\d", text)) for text in (english, chinese)]
    assert figures[0] - {"001"} == figures[1] - {"0.001"}  # p < .001 is p < 0.001 in Chinese
    assert english.count("\n## ") == chinese.count("\n## ") == 7


def test_a_number_task_reads_in_its_own_units():
    scores = {"test": {"score": 0.52, "low": 0.48, "high": 0.57, "rows": 90}}
    text = card(FACTS | {"task": REGRESS, "scores": scores, "ladder": []})
    assert "Mean absolute error on 90 test rows: **0.52**" in text
    assert "answers with a number" in text
    assert "labels" not in text


PROOF = {"rows": 776, "level": 0.975, "bound": -0.008, "allowed": 0.02, "change": 0.005}
SMALL = FACTS | {
    "parent": "/home/somebody/runs/reviews",
    "selection": {"looks": 1, "optimism": 0.0},
    "shrunk": {"name": "bow-svm int8", "proof": PROOF},
}


def test_a_shrunk_models_card_says_that_its_test_rows_were_looked_at_again():
    english, chinese = card(SMALL), card(SMALL, "zh")
    assert "scored once" in card(FACTS)
    assert "scored once" not in english
    assert "again to accept this model" in english
    assert "Picked among 3 candidates by validation rows" in english
    assert "drop was tested against what was allowed" in english
    assert "below 0.8 points" in english
    assert "a drop of 2.0 points was allowed" in english
    assert "| against the run it came from |" in english
    assert "又用来验收本模型" in chinese
    assert "只评一次" not in chinese
    assert "/home/somebody" not in english


def test_an_errors_drop_is_a_share_of_the_error():
    scores = {"test": {"score": 0.52, "low": 0.48, "high": 0.57, "rows": 90}}
    assert "below 0.8 %" in card(SMALL | {"task": REGRESS, "scores": scores, "ladder": []})


def test_a_flattery_that_rounds_to_nothing_is_not_told():
    text = card(FACTS | {"selection": {"looks": 3, "optimism": 0.0001}})
    assert "among 3 candidates on 989 validation rows." in text
    assert "flatters" not in text


def test_the_users_words_cannot_become_markup():
    task = FACTS["task"] | {"labels": ["`x`|y", "two\nlines", "<script>alert(1)</script>"]}
    text = card(FACTS | {"task": task, "name": "a\n# b", "columns": ["te`xt"]})
    assert "`'x'/y`" in text
    assert "`two lines`" in text
    assert "`<script>alert(1)</script>`" in text
    assert "\n# b" not in text


AHEAD = FACTS | {
    "columns": ["day"],
    "rows": {"train": 4775, "validation": 576, "test": 575},
    "twins": {},
    "task": {"task": "forecast", "horizon": 24, "log": False, "levels": [], "low": [], "high": []},
    "roles": {"time": ["day"], "targets": ["load"], "layout": "long"},
    "against_naive": {
        "says": {"key": "forecast.beats", "values": {}},
        "chosen_by": {"stretches": 3, "origins": 1728, "naive": 0.9},
    },
}


def test_a_forecasts_card_speaks_of_series_and_origins_and_never_of_rows():
    shrunk = AHEAD | {k: SMALL[k] for k in ("parent", "selection", "shrunk")}
    for facts in (AHEAD, shrunk):
        english, chinese = card(facts | {"bad_rows": 0}), card(facts | {"bad_rows": 0}, "zh")
        assert not re.search(r"\brows?\b|\bpoints\b", english)
        assert not re.search(r"行|百分点", chinese.replace("进行", ""))
    assert "one forecast of one series" in card(AHEAD)
    assert "on 776 test origins" in card(shrunk)
    assert "its error is less than 0.8 % above the large model's" in card(shrunk)
    assert "| last validation stretch |" in card(shrunk)


def test_a_forecasts_card_counts_all_stretches_that_it_was_chosen_by():
    assert "1,728 origins to choose by, in 3 stretches of time" in card(AHEAD)
    assert "挑选 1,728 个起点，分为 3 段时间" in card(AHEAD, "zh")
    one = {"stretches": 1, "origins": 576, "naive": 0.9}
    alone = AHEAD | {"against_naive": AHEAD["against_naive"] | {"chosen_by": one}}
    assert "4,775 origins to train, 576 to choose, 575 to test" in card(alone)


def test_a_forecasts_card_says_what_is_modelled():
    assert "It forecasts `load` itself, not its returns." in card(AHEAD)
    prices = AHEAD | {"task": AHEAD["task"] | {"log": True}}
    assert "It forecasts returns of `load`" in card(prices)
    assert "`load` 的收益率" in card(prices, "zh")
    wide = AHEAD | {"roles": {"time": None, "targets": ["a", "b"], "layout": "wide"}}
    assert "in the order of time, and forecasts its next 24 steps" in card(wide)
    assert "It forecasts the values themselves" in card(wide)
