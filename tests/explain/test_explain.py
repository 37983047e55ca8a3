"""Words that moved an answer: planted ones are found, and what cannot be believed is said."""

import json
import random

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import ConfigError, DataError
from umbrella.cli import main
from umbrella.data.codecs.places import Places
from umbrella.explain import deletion
from umbrella.explain.words import hidden, on_words, without, words

GOOD, BAD = ("fine", "great", "lovely"), ("awful", "dull", "poor")
PLAIN = tuple(f"word{number}" for number in range(40))


def texts(rows, seed=0):
    draw = random.Random(seed)
    cells = []
    for row in range(rows):
        some = draw.choices(PLAIN, k=draw.randint(7, 14))
        some.insert(draw.randrange(len(some)), draw.choice(GOOD if row % 2 else BAD))
        cells.append(" ".join(some))
    return cells


def table(rows=400):
    cells = texts(rows)
    return {"text": cells, "label": ["up" if row % 2 else "down" for row in range(rows)]}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs on the same rows, fitted when first asked for."""
    folder, made = tmp_path_factory.mktemp("runs"), {}

    def run(rung, data=None, **settings):
        if rung not in made:
            settings = {"rungs": (rung,), "threads": 1, "group": "none", "epochs": 9, **settings}
            made[rung] = umbrella.fit(data or table(), out=folder / rung, **settings)
        return made[rung]

    return run


@pytest.mark.parametrize("rung", ["bow-svm", "cnn", "lstm"])
def test_the_words_that_decide_are_found_and_the_pictures_hold(runs, rung):
    more = {"epochs": 4, "data": table(1200)} if rung == "lstm" else {}
    found = runs(rung, **more).explain(texts(14, seed=9))
    tops = [one.top(one.pulls[0])[0] for one in found]
    assert sum(word in (*GOOD, *BAD) and weight > 0 for word, weight in tops) >= 12
    together = deletion.overall([one.pulls[0].deletion for one in found])
    assert together.holds
    assert together.fall > 3 * abs(together.at_random)
    assert (found[0].texts[0].attention is None) == (rung != "lstm")


def test_of_a_linear_bag_words_and_rest_are_the_score_exactly(runs):
    run = runs("bow-svm")
    [one] = run.explain(["word1 lovely word2, word1"])
    [pull] = one.pulls
    logodds = np.log(pull.figure / (1 - pull.figure))
    assert sum(pull.weights[0]) + pull.rest == pytest.approx(logodds, abs=1e-4)
    bias = one.pulls[0].rest
    [empty] = run.explain([""])
    assert empty.pulls[0].rest == pytest.approx(bias if empty.pulls[0].towards == "up" else -bias)
    assert empty.pulls[0].deletion is None


def test_a_number_is_moved_up_and_down(runs):
    cells = texts(300)
    worth = [str(5 + (row % 2) * 3 + 0.01 * (row % 7)) for row in range(300)]
    run = runs("bag", {"text": cells, "label": worth}, task="regress", epochs=20)
    found = run.explain(texts(10, seed=9))
    for row, one in enumerate(found):
        signs = [np.sign(weight) for word, weight in one.top(one.pulls[0]) if word in GOOD + BAD]
        assert signs == [1 if row % 2 else -1]


def test_each_label_of_a_row_has_a_picture_of_its_own(tmp_path):
    draw, cells, labels = random.Random(1), [], []
    for _ in range(300):
        own = [name for name in ("red", "blue", "green") if draw.random() < 0.5]
        some = draw.choices(PLAIN, k=8) + [f"{name}ish" for name in own]
        draw.shuffle(some)
        cells.append(" ".join(some))
        labels.append("; ".join(own) or "grey")
    data = {"text": cells, "label": labels}
    run = umbrella.fit(
        data, task="multilabel", rungs=("bow-svm",), threads=1, group="none", out=tmp_path / "m"
    )
    [one] = run.explain("word1 redish word2 blueish word3 word4 word5")
    tops = {pull.towards: one.top(pull)[0][0] for pull in one.pulls}
    assert tops == {"red": "redish", "blue": "blueish"}


def test_deletions_say_when_a_picture_is_no_better_than_chance():
    figures = np.array([0.5, *[0.5] * 20])
    assert deletion.judge(0.9, figures, 3, 12, signed=True).verdict == "chance"
    assert deletion.judge(0.9, figures - [0.3, *[0] * 20], 3, 12, signed=True).verdict == "holds"
    assert deletion.judge(0.9, figures - [0.3, *[0] * 20], 1, 6, signed=True).verdict == "few"
    rng = np.random.default_rng(0)
    some = [
        deletion.judge(0.9, 0.9 - rng.random(21), 3, 12, signed=True) for _ in range(60)
    ]  # as good as random
    assert not deletion.overall(some).holds
    assert deletion.overall(some[:5]) is None
    better = [deletion.judge(0.9, figures - rng.random(21) * 0.1 - [0.2, *[0] * 20], 3, 12, True)]
    assert deletion.overall(better * 8).holds


def test_what_was_found_is_handed_to_words_by_their_places():
    text = "not good, 不错"
    bounds = words(text)
    assert [text[a:b] for a, b in bounds][:3] == ["not", "good", ","]
    places = Places(
        np.array([0, 1]), np.array([[0, 8], [3, 8]]), np.array([1.0, 1.0])
    )  # a bigram, and a piece with the blank before it
    found = on_words(places, np.array([7.0, 2.0]), bounds)
    assert found[:2] == pytest.approx([3.0, 4.0 + 2.0])
    assert found[2:] == pytest.approx(0)


def test_words_are_taken_out_or_hidden_in_place():
    text = "met Ann, 高勇 today"
    bounds = words(text)
    assert without("a b c", words("a b c")[[1]]) == "a c"
    assert without("a b c", words("a b c")[[0, 1, 2]]) == ""
    dark = hidden(text, bounds)
    assert len(dark) == len(text)
    assert not set(dark) & set("metAn,高勇today")
    assert words(dark)[:3].tolist() == bounds[:3].tolist()  # marks stay marks, words words


def test_a_page_escapes_what_the_texts_hold_and_loads_nothing(runs, tmp_path):
    page = tmp_path / "why.html"
    evil = '<script>alert("x")</script> lovely <img src=//evil> word1 word2 word3'
    runs("lstm").explain([evil, "word1 \u202e awful\0 word2"], out=page, lang="zh")
    told = page.read_text("utf-8")
    assert "<script" not in told
    assert "<img" not in told
    assert "\u202e" not in told
    assert "&lt;" in told
    assert "支持该答案" in told
    assert "注意力" in told


def test_rows_of_the_run_and_of_tables_are_explained_on_the_command_line(runs, tmp_path, capsys):
    run, data = runs("bow-svm"), tmp_path / "new.csv"
    data.write_text("text\n" + "\n".join(texts(12)), "utf-8")
    page = tmp_path / "page.html"
    assert main(["explain", str(run.path), "--row", "3", "--row", "2", "-o", str(page)]) == 0
    assert "row 3" in page.read_text("utf-8")
    capsys.readouterr()
    assert main(["explain", str(run.path), str(data), "--json", "--lang", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["rows"]) == 10
    first = told["rows"][0]
    assert len(first["texts"][0]["words"]) == len(first["answers"][0]["weights"][0])
    assert main(["explain", str(run.path), "--lang", "zh"]) == 0
    assert "总体来看" in capsys.readouterr().out


def test_what_cannot_be_explained_is_refused_with_a_reason(runs, tmp_path):
    run = runs("bow-svm")
    with pytest.raises(DataError, match="--row 401 is not a row"):
        run.explain(rows=(401,))
    with pytest.raises(DataError, match="200 at most"):
        run.explain(["a text"] * 201)
    common = runs("most-common")
    with pytest.raises(ConfigError, match="the same whatever the words"):
        common.explain("a text")
    numbers = {"a": [str(n) for n in range(60)], "label": ["x", "y"] * 30}
    plain = umbrella.fit(numbers, rungs=("linear",), threads=1, out=tmp_path / "n")
    with pytest.raises(ConfigError, match="reads no text"):
        plain.explain({"a": ["3"]})
    assert main(["explain", str(run.path), "--text", "a", "--row", "1"]) == 2
    file = tmp_path / "a.onnx"
    file.write_bytes(b"")
    assert main(["explain", str(file)]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("rung", ["bow-svm", "lstm"])
def test_a_text_of_a_hundred_thousand_words_is_explained(runs, rung, tmp_path):
    text = "lovely " + " ".join(random.Random(0).choices(PLAIN, k=100_000))
    page = tmp_path / "long.html"
    [one] = runs(rung).explain(text, out=page)
    assert len(one.texts[0].bounds) == 100_001
    assert one.texts[0].read == len(text) if rung == "bow-svm" else one.texts[0].read < 3_000
    assert page.stat().st_size < 2**20


def test_the_report_colours_the_words_of_its_worst_rows(runs):
    run = runs("bow-svm", table())
    report = run.check(lang="zh")
    worst = report.find("worst").details["examples"]
    if worst:  # invented rows may all be right
        assert all("looked" in one for one in worst)
