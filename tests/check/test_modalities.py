"""What each kind of column brings, on evidence made by hand."""

from dataclasses import replace

import made
import numpy as np
import pytest

from umbrella.base.catalogue import Sentence
from umbrella.check import figures, tables
from umbrella.check.evidence import Modalities
from umbrella.check.html import page
from umbrella.check.modalities import called, question
from umbrella.check.report import check

NAMES = {"table": ("age",), "image": ("front",)}


def evidence(worth, **more):
    """A classifier that loses the table without harm, and the image as `worth` says.

    Args:
        worth: share of the answers that become noise without the image.
    """
    rng = np.random.default_rng(1)
    plain = made.classify(**more)
    outputs = plain.outputs["test"]
    noise = rng.normal(0, 2, outputs.shape)
    lost = np.where(rng.random((len(outputs), 1)) < worth, noise, outputs)
    weights = np.tile([0.2, 0.8], (len(outputs), 1)).astype(np.float32)
    return replace(
        plain,
        modalities=Modalities(
            NAMES, {"table": outputs, "image": lost}, {"table": noise, "image": outputs}, weights
        ),
    )


def test_a_kind_that_is_never_missed_is_named():
    found = question(evidence(0.5))
    assert found.verdict == "warn"
    assert "table" in found.advice.say("en")
    assert "image" not in found.advice.say("en")
    assert "“image”" in found.says.say("en")
    rows = {row["name"]: row for row in found.details["rows"]}
    assert rows["image"]["lost"][0] > 0.1
    assert rows["table"]["lost"] == [0, 0, 0]
    assert rows["table"]["p"] == 1
    assert rows["image"]["weight"] == pytest.approx(0.8)


def test_it_passes_when_every_kind_is_missed():
    one = evidence(0.5)
    both = one.modalities.without["image"]
    found = question(
        replace(one, modalities=replace(one.modalities, without={"table": both, "image": both}))
    )
    assert found.verdict == "pass"
    assert found.would_have_seen is not None


def test_a_loss_of_error_counts_as_a_loss():
    plain = made.regress()
    outputs = plain.outputs["test"]
    worse = outputs + np.random.default_rng(0).normal(0, 3, outputs.shape)
    kinds = Modalities(
        NAMES, {"table": outputs, "image": worse}, {"table": worse, "image": outputs}
    )
    found = question(replace(plain, modalities=kinds))
    rows = {row["name"]: row for row in found.details["rows"]}
    assert rows["image"]["lost"][0] > 0
    assert rows["image"]["without"] > rows["table"]["without"]
    assert "weight" not in rows["image"]


def test_a_kind_that_these_rows_could_not_miss_is_not_called_idle():
    sizes = {"train": 60, "validation": 40, "test": 40}
    one = evidence(0.5, sizes=sizes)
    rng = np.random.default_rng(3)
    outputs = one.outputs["test"]
    few = np.where(rng.random((len(outputs), 1)) < 0.2, -outputs, outputs)
    kinds = replace(one.modalities, without={"table": few, "image": few})
    found = question(replace(one, modalities=kinds))
    assert found.verdict == "cannot tell"
    assert found.advice is None


def test_few_rows_tell_nothing():
    sizes = {"train": 60, "validation": 40, "test": 12}
    assert question(evidence(0.5, sizes=sizes)).verdict == "cannot tell"


def test_the_best_rung_of_a_kind_alone_is_found_by_the_longest_name():
    one = evidence(0.5)
    names = {"image-a": ("a",), "image-a-b": ("b",)}
    outputs = one.outputs["test"]
    kinds = Modalities(names, dict.fromkeys(names, outputs), dict.fromkeys(names, outputs))
    ladder = [
        {"name": "image-a-cnn", "score": 0.6},
        {"name": "image-a-b-cnn", "score": 0.9},
        {"name": "image-a-b-mlp", "error": "no"},
        {"name": "early", "score": 0.95},
    ]
    rows = {row["name"]: row for row in question(
        replace(one, modalities=kinds, ladder=ladder)).details["rows"]}  # fmt: skip
    assert rows["image-a"]["alone_rung"] == "image-a-cnn"
    assert rows["image-a-b"]["alone"] == 0.9


def test_it_is_asked_only_of_models_that_read_several_kinds():
    assert check(made.classify()).find("modalities") is None
    assert check(evidence(0.5)).find("modalities") is not None


def test_kinds_of_columns_are_called_what_the_language_calls_them():
    one = evidence(0.5)
    report = check(one)
    for lang, names in (("en", ("table", "image")), ("zh", ("表格", "图像"))):
        told = report.find("modalities").says.say(lang) + page(report, lang)
        shown = tables.modalities(report, lang) + figures.draw("weights", report, lang)
        for name in names:
            assert name in told
            assert name in shown
    assert "image" not in report.find("modalities").says.say("zh")
    assert "table<" not in tables.modalities(report, "zh")
    assert called("image-前面").say("zh") == "图像-前面"
    assert called("smell").say("zh") == "smell"


def test_idle_kinds_are_listed_in_words():
    one = evidence(0.5)
    outputs = one.outputs["test"]
    names = {"table": ("age",), "image": ("front",), "text": ("note",)}
    kinds = Modalities(names, dict.fromkeys(names, outputs), dict.fromkeys(names, outputs))
    advice = question(replace(one, modalities=kinds)).advice
    assert "table, image, text" in advice.say("en")
    assert "表格、图像、文本" in advice.say("zh")
    assert Sentence.from_json(advice.to_json()).say("zh") == advice.say("zh")
