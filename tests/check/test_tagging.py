"""What a report says of spans: errors by kind, types that fare worse, names that are new."""

import json
from dataclasses import replace

import numpy as np
import pytest

from umbrella.base.chain import MORE, labels_of
from umbrella.check.evidence import PARTS, Evidence
from umbrella.check.marked import examples
from umbrella.check.marked_page import page
from umbrella.check.tagging import faults, found_in, names, slips, types
from umbrella.check.tagging_sure import question
from umbrella.check.worst import mismarked
from umbrella.tasks.tag import Tag

SIZES = {"train": 100, "validation": 20, "test": 150}
LENGTH, KINDS = 14, ("LOC", "ORG", "PER")


def chains(rows, types):
    """Outputs that say these spans of one-character pieces, each for sure."""
    count = labels_of(types)
    out = np.zeros((len(rows), count + MORE + LENGTH, count + MORE), np.float32)
    pieces = out[:, count + MORE :]
    pieces[:, :, count], pieces[:, :, count + 1] = np.arange(LENGTH), np.arange(LENGTH) + 1
    pieces[:, :, 0] = 9.0
    for row, spans in enumerate(rows):
        for start, end, kind in spans:
            pieces[row, start:end, 0] = 0
            for at in range(start, end):
                form = 4 if end == start + 1 else 1 if at == start else 3 if at == end - 1 else 2
                pieces[row, at, form + 4 * kind] = 9.0
    return out


def made(*, lost=0.03, wrong=0.03, shifted=0.03, hard=None, fresh=0.3, forget_new=False, seed=0):
    """Evidence of a model whose errors are known; `hard` is a type that it takes for another."""
    rng = np.random.default_rng(seed)
    texts, cells, said = [], [], []
    for row in range(sum(SIZES.values())):
        new = rng.random() < fresh
        letters = rng.permutation(list("nopqrstuvwxyz" if new else "abc")).tolist()
        text, spans, own = list("-" * LENGTH), [], []
        for start in (1, 8):
            kind, end = int(rng.integers(3)), start + 3
            text[start:end] = letters[:3]
            spans.append([start, end, KINDS[kind]])
            if rng.random() < lost or (new and forget_new):
                continue
            if KINDS[kind] == hard or rng.random() < wrong:
                kind = (kind + 1) % 3
            own.append((start, end + (rng.random() < shifted), kind))
        texts.append("".join(text))
        cells.append(json.dumps(spans))
        said.append(own)
        assert row < 10_000
    task = Tag.learn(cells, np.arange(SIZES["train"]), texts=texts)
    parts = np.split(np.arange(len(texts)), np.cumsum(list(SIZES.values()))[:-1])
    rows = dict(zip(PARTS, parts, strict=True))
    targets = {part: task.encode([cells[at] for at in own]) for part, own in rows.items()}
    return Evidence(
        name="made",
        task=task,
        outputs={part: chains([said[at] for at in own], 3) for part, own in rows.items()},
        targets=targets,
        rows=rows,
        baseline={part: np.zeros(len(own)) for part, own in rows.items()},
        show=lambda at: [{"text": texts[one]} for one in at],
    )


def test_errors_are_counted_by_kind():
    found = slips(made())
    assert found.verdict == "pass"
    kinds = ("right", "type", "bounds", "both")
    assert sum(found.details[one] for one in kinds) == found.details["found"]
    assert found.details["total"] == 300
    assert min(found.details[one] for one in ("type", "bounds", "missed")) > 0
    assert found.details["invented"] == 0


@pytest.mark.parametrize(("lost", "verdict"), [(0.25, "warn"), (0.8, "fail")])
def test_spans_left_out_are_noticed(lost, verdict):
    found = slips(made(lost=lost))
    assert found.verdict == verdict
    assert found.figure < -0.1
    assert found.advice.key == ("tag.slips.short" if verdict == "warn" else "tag.slips.gone")


def test_a_type_that_is_taken_for_another_stands_out():
    found = types(made(hard="ORG"))
    assert found.verdict == "warn"
    assert found.says.values["name"] == "ORG"
    first, *_ = found.details["types"]
    assert (first["name"], first["right"]) == ("ORG", 0)
    assert types(made()).verdict == "pass"


def test_names_that_no_training_row_has_are_told_apart():
    found = names(made(forget_new=True))
    assert found.verdict == "warn"
    assert found.figure == 0.0
    assert found.says.values["old"] > 0.8
    assert names(made()).verdict == "pass"
    assert names(made(fresh=0.0)).verdict == "cannot tell"


def test_the_worst_rows_show_both_sides_in_the_text():
    evidence = made(hard="PER")
    found = mismarked(evidence)
    (first, *_), spans = found.details["examples"], found_in(evidence, sure=True)
    assert first["errors"] == faults(evidence, spans).max()
    assert first["marked"]["text"] == evidence.show([first["row"] - 1])[0]["text"]
    assert all(one["errors"] for one in examples(evidence, faults(evidence, spans), spans))
    html = page(first, "en")
    assert html.count("<p ") == 2
    assert '<mark class="wrong">' in html


def test_markup_in_a_text_is_shown_and_not_obeyed():
    marked = {"text": "<b>x</b>", "before": True, "after": False}
    marked |= {"said": [[0, 3, "<i>", False]], "true": []}
    html = page({"marked": marked}, "zh")
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;" in html
    assert page({}, "en") == ""


def scored(evidence, score, seed=0):
    """The same evidence whose spans have a score; a share of them, as told, is wrong."""
    rng = np.random.default_rng(seed)
    out = {part: outputs.copy() for part, outputs in evidence.outputs.items()}
    pieces = out["test"][:, labels_of(3) + MORE :]
    marked = pieces[:, :, : labels_of(3)].argmax(axis=2)
    odds = np.log(score / (1 - score)) + rng.normal(0, 0.3, marked.shape)
    inside = marked > 0
    pieces[inside, : labels_of(3)] = 0.0
    pieces[inside, marked[inside]] = odds[inside]
    pieces[inside, 0] = 0.0
    others = np.arange(1, labels_of(3))
    for label in others:  # a piece is either what it is, or outside
        rows = inside & (marked != label)
        pieces[rows, label] = -30.0
    evidence.outputs.update(out)
    return evidence


def test_scores_are_held_against_how_many_spans_are_right():
    sure = question(made(lost=0.0, wrong=0.0, shifted=0.0))
    assert sure.verdict == "pass"
    assert sure.figure < 0.01
    assert sure.details["right"] == 1.0
    claims = question(made(lost=0.0, wrong=0.4, shifted=0.0))
    assert claims.verdict == "fail"
    assert 0.3 < claims.figure < 0.5
    assert claims.advice.key == "tag.sure.fail"
    assert claims.details["bins"][-1]["said"] > 0.99


def test_scores_that_are_too_low_are_noticed_and_a_temperature_is_heeded():
    evidence = scored(made(lost=0.0, wrong=0.0, shifted=0.0), 0.6)
    low = question(evidence)
    assert low.verdict == "fail"
    assert low.details["said"] < 0.9 < low.details["right"]
    sharper = replace(evidence, task=replace(evidence.task, temperature=0.25))
    assert question(sharper).figure < low.figure
    assert question(sharper).details["error"]["before"] == low.figure


def test_scores_of_a_few_spans_are_not_judged_and_the_figure_is_drawn():
    assert question(made(lost=0.95)).verdict == "cannot tell"
    from types import SimpleNamespace

    from umbrella.check.figures import draw

    drawn = SimpleNamespace(find=lambda _: question(made()))
    for lang in ("en", "zh"):
        assert "<svg" in draw("reliability", drawn, lang)
