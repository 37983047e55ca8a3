"""Learning curves: which labels a training gets, what is kept, and what is said of it."""

import numpy as np
import pytest
import tinyencoder

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.compare.by_size import _draw, _each_first, sizes_of
from umbrella.compare.curve_words import curve_words
from umbrella.compare.page import page
from umbrella.data.split import Split
from umbrella.fit.prepare import Prepared


def test_sizes_double_up_to_all_labels_and_none_is_near_the_last():
    assert sizes_of(5536) == [100, 200, 400, 800, 1600, 3200, 5536]
    assert sizes_of(450) == [100, 200, 450]
    assert sizes_of(200) == [100, 200]
    with pytest.raises(DataError, match="there are 199"):
        sizes_of(199)


def prepared(rows=400):
    part = np.repeat(np.array([0, 1, 2], np.int8), [280, 40, 80])
    targets = np.where(np.arange(rows) % 20 == 0, 2, np.arange(rows) % 2)
    keep = np.ones(rows, bool)
    split = Split(part, np.arange(rows))
    return Prepared(None, "text", (), None, keep, np.arange(rows), targets, split)


def test_a_draw_has_so_many_labels_of_every_class_and_lies_in_the_next_larger():
    whole = prepared()
    small, large = (_draw(whole, size, 5) for size in (80, 160))
    for one, size in ((small, 80), (large, 160)):
        assert len(one.part("train")) == 7 * size // 8
        assert len(one.part("validation")) == size // 8
        assert set(one.targets[one.part("train")]) == {0, 1, 2}
        np.testing.assert_array_equal(one.part("test"), whole.part("test"))
    assert set(small.part("train")) < set(large.part("train"))
    assert set(_draw(whole, 80, 6).part("train")) != set(small.part("train"))


def test_the_first_of_every_class_comes_to_the_front():
    targets = np.array([0, 0, 0, 1, 2])
    assert _each_first(np.array([0, 1, 2, 3, 4]), targets).tolist() == [0, 3, 4, 1, 2]
    assert _each_first(np.array([1, 0]), targets / 3).tolist() == [1, 0]


def curves(ahead, pretrained=True):
    base, sizes = [0.6, 0.7, 0.8], [100, 200, 400]
    points = [
        {"value": gain, "low": gain - 0.02, "high": gain + 0.02, "clear": abs(gain) > 0.02}
        for gain in ahead
    ]
    rungs = [
        {"name": "bow-svm", "points": [{"value": value} for value in base]},
        {"name": "bert", "points": [{"value": b + a} for b, a in zip(base, ahead, strict=True)]},
    ]
    other = {"name": "bert", "pretrained": pretrained, "points": points}
    return {"sizes": sizes, "base": "bow-svm", "rungs": rungs, "ahead": [other]}


def test_the_paragraph_says_where_pretraining_pays_where_it_does_not_and_what_it_saves():
    told = [one.say("en") for one in curve_words(curves([0.2, 0.11, -0.05]), "accuracy", 1)]
    assert told == [
        "Pretraining pays with 100 · 200 labels: bert is ahead of bow-svm by 20.0 points "
        "(18.0–22.0) with 100 and 11.0 points (9.0–13.0) with 200.",
        "Pretraining does not pay with 400 labels: bow-svm is ahead of bert by 5.0 points "
        "(3.0–7.0).",
        "What bow-svm gets from all 400 labels (80.0 %), bert gets from 100.",
    ]
    told = [one.say("en") for one in curve_words(curves([0.2, 0, 0], False), "accuracy", 1)]
    assert told[0].startswith("bert is ahead of bow-svm with 100 labels")
    assert told[1].startswith("With 200 · 400 labels these rows and seeds cannot tell")
    assert "预训练划算" in curve_words(curves([0.2, 0, 0]), "accuracy", 1)[0].say("zh")


def test_curves_are_drawn_and_a_second_call_reads_what_is_kept(tmp_path):
    folder = tinyencoder.write(tmp_path / "tiny")
    asked = {"rungs": ("bow-svm", "bert-frozen"), "by_size": True, "seeds": 2, "threads": 1}
    asked |= {"pretrained": folder, "out": tmp_path / "curve"}
    made = umbrella.compare(tinyencoder.texts(300), "label", **asked)
    found = made.facts["curve"]
    assert found["sizes"] == [100, 216]
    assert [rung["name"] for rung in found["rungs"]] == ["bow-svm", "bert-frozen"]
    assert all(0 <= p["low"] <= p["high"] <= 1 for r in found["rungs"] for p in r["points"])
    assert made.facts["pretrained"]["sha256"]
    assert "contest" not in made.facts
    kept = sorted(path.name for path in (made.path / "sizes").iterdir())
    assert len(kept) == 8
    assert all(name.endswith(".safetensors") for name in kept)
    (made.path / "compare.json").unlink()
    again = umbrella.compare(tinyencoder.texts(300), "label", **asked)
    assert again.facts["curve"] == found
    for lang in ("en", "zh"):
        shown = page(again.facts, lang)
        assert shown.count("<svg") >= 1
        assert "bert-frozen" in shown


def test_two_experiments_at_once_are_refused():
    with pytest.raises(ConfigError, match="--why and --by-size"):
        umbrella.compare({"x": [1]}, "x", ("a", "b"), why=True, by_size=True)
