"""Answers to questions are explained too: by the reader, by an encoder, and where none is given."""

import random

import numpy as np
import pytest
import tinyencoder
import torch

import umbrella
from umbrella.cli import main
from umbrella.explain.aims import aims
from umbrella.explain.explain import Explainer
from umbrella.explain.gradient import find_tables
from umbrella.fit.trained import load_trained

KEYS = ("word3", "word7", "word9", "word11")


def asked(rows, silent=0.0, seed=0):
    """Texts of pairs "KEY VALUE"; a question names a key, whose value answers, or one not told."""
    draw = random.Random(seed)
    made = {"context": [], "question": [], "answer": []}
    for _ in range(rows):
        told = draw.sample(KEYS, 3)
        values = draw.sample(tinyencoder.GOOD + tinyencoder.BAD, 3)
        pairs = zip(told, values, strict=True)
        text = " ".join(f"{key} {value} word{draw.randint(20, 40)}" for key, value in pairs)
        at = draw.randrange(3)
        none = draw.random() < silent
        key = next(key for key in KEYS if key not in told) if none else told[at]
        made["context"].append(text)
        made["question"].append(f"word2 {key}")
        made["answer"].append("" if none else values[at])
    return made


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    out = tmp_path_factory.mktemp("reader") / "run"
    return umbrella.fit(
        asked(260), target="answer", task="answer", rungs=("reader",), threads=1, epochs=6, out=out
    )


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("encoder")
    return umbrella.fit(
        asked(160, silent=0.5),
        target="answer",
        task="answer",
        rungs=("bert",),
        pretrained=str(tinyencoder.write(folder / "bert")),
        threads=1,
        epochs=1,
        out=folder / "run",
    )


def test_the_word_that_was_asked_for_moves_the_reader_s_answer(reader):
    rows = asked(20, seed=5)
    found = reader.explain({name: rows[name] for name in ("context", "question")})
    right = 0
    for at, one in enumerate(found):
        [pull] = one.pulls
        key = rows["question"][at].split()[1]
        assert [text.column for text in one.texts] == ["context", "question"]
        assert one.marked(pull) in rows["context"][at]
        right += key in [word for word, weight in one.top(pull, 3) if weight > 0]
    assert right >= 17


@pytest.mark.parametrize("rung", ["reader", "encoder"])
def test_words_and_rest_are_the_log_odds_of_an_answer(rung, request):
    trained = load_trained(request.getfixturevalue(rung).path)
    explainer = Explainer(trained, draws=0)
    rows = asked(6, seed=3)
    pulls = 0
    for at in range(6):
        cells = {name: [rows[name][at]] for name in ("context", "question")}
        row, [one] = explainer.read(cells), explainer.explain(cells)
        assert set(row.tables) == set(row.places)
        inputs = {name: torch.from_numpy(array) for name, array in row.feeds.items()}
        for pull, aim in zip(
            one.pulls, aims(trained.task.spec(), trained.outputs([cells])), strict=True
        ):
            with torch.no_grad():
                score = float(aim.score(trained.network(**inputs))[0])
            assert sum(map(np.sum, pull.weights)) + pull.rest == pytest.approx(score, abs=1e-3)
            assert any(np.abs(weights).max() > 0 for weights in pull.weights)
            pulls += 1
    assert pulls or rung == "encoder"


def test_two_inputs_of_the_same_numbers_keep_to_their_own_tables(reader):
    trained = load_trained(reader.path)
    explainer = Explainer(trained)
    for context, question in (("word9 fine word1", ""), ("word9", "word9"), ("", "word9")):
        row = explainer.read({"context": [context], "question": [question]})
        tables = find_tables(trained.network, row.feeds, row.places)
        assert tables["ids"].name == tables["asked_ids"].name == "seen.embed.weight"
        assert tables["letters"].name == tables["asked_letters"].name == "seen.letters.weight"
        explainer.explain({"context": [context], "question": [question]})


def test_where_no_answer_is_given_it_is_said(reader, tmp_path, capsys):
    rows = tmp_path / "rows.csv"
    rows.write_text("question,context\nword2 word9,\n", "utf-8")
    page = tmp_path / "page.html"
    assert main(["explain", str(reader.path), str(rows), "-o", str(page), "--lang", "en"]) == 0
    assert "No answer was given" in capsys.readouterr().out
    assert "No answer was given" in page.read_text("utf-8")
    assert main(["explain", str(reader.path), str(rows), "-o", str(page), "--lang", "zh"]) == 0
    assert "没有给出答案" in capsys.readouterr().out
    assert "没有给出答案" in page.read_text("utf-8")


def test_the_page_names_the_columns_of_a_question_apart_from_their_words(reader, tmp_path):
    page = tmp_path / "page.html"
    reader.explain({"context": ["word9 fine word21"], "question": ["word2 word9"]}, out=page)
    told = page.read_text("utf-8")
    for name in ("context", "question"):
        assert f"<span class=column>{name}</span>" in told
    assert ".looked .column{" in told  # else it takes the size and the place of a word
