"""Words hidden in texts: the same ones every time, whole words, and none that nobody could know."""

import numpy as np
import pytest

from umbrella.base.errors import BundleError
from umbrella.data.codecs import from_spec
from umbrella.data.codecs.text_blanks import ASKED, NONE, TextBlanks
from umbrella.data.codecs.wordpieces import train

TEXTS = [f"The {a} {b} sat down on a {c}, unhappily." for a in ("old", "red", "big")
         for b in ("cat", "dog", "cow") for c in ("mat", "bed", "log")]  # fmt: skip


@pytest.fixture(scope="module")
def made():
    tokenizer = train(TEXTS, 60)
    return TextBlanks(tokenizer, 0, 60, seed=5)


def written(codec, row):
    return [codec.engine.id_to_token(token) for token in row]


def test_the_same_texts_give_the_same_tokenizer():
    assert train(TEXTS, 60) == train(TEXTS, 60)


def test_the_same_words_are_hidden_wherever_a_text_stands(made):
    one, other = made.encode(TEXTS), made.encode(TEXTS[5:][::-1])
    for at, text in enumerate(TEXTS[5:][::-1]):
        there = TEXTS.index(text)
        assert np.array_equal(one["ids"].row(there), other["ids"].row(at))
    seeded = TextBlanks(made.json, 0, 60, seed=6).encode(TEXTS)
    assert not np.array_equal(one["places"].values, seeded["places"].values)


def test_the_truth_put_back_is_the_text(made):
    found = made.encode(TEXTS)
    for at, text in enumerate(TEXTS):
        row, places = found["ids"].row(at).copy(), found["places"].row(at)
        assert (row[places] == made.mask).all()
        assert len(places)
        row[places] = found["truth"].row(at)
        assert np.array_equal(row, made.engine.encode(text).ids)


def test_whole_words_are_hidden(made):
    found = made.encode(TEXTS)
    split = 0
    for at in range(len(TEXTS)):
        words, places = found["words"].row(at), found["places"].row(at)
        hidden = set(words[places])
        assert 0 not in hidden
        assert np.array_equal(np.flatnonzero(np.isin(words, sorted(hidden))), places)
        split += len(places) > len(hidden)
    assert split  # some of the words had several pieces


def test_what_the_tokenizer_does_not_know_is_never_asked_for(made):
    found = made.encode(["The xylophon\N{SNOWMAN} cat [MASK] sat"] * 3)
    unknown = made.engine.token_to_id("[UNK]")
    assert unknown in found["ids"].values
    assert unknown not in found["truth"].values
    assert made.mask not in made.encode(["[MASK]"])["truth"].values  # in a text it is text


def test_a_question_hides_what_it_says_and_nothing_else(made):
    found = made.encode([f"The {ASKED} cat sat on {ASKED}.", "The cat"])
    row = written(made, found["ids"].row(0))
    assert row.count("[MASK]") == 2
    assert (found["truth"].row(0) == made.mask).all()
    assert found["truth"].padded(np.arange(2)).min() in (NONE, found["truth"].values.min())
    long = TextBlanks(made.json, 0, 60, length=24).encode(["cat " * 90 + ASKED + " dog" * 90])
    assert len(long["ids"].row(0)) == 24
    assert len(long["places"].row(0)) == 1


def test_chinese_is_hidden_word_by_word():
    pytest.importorskip("rjieba")
    text = "我们去公园玩，今天天气很好。"
    tokenizer = train([text] * 3, 60)
    whole = TextBlanks(tokenizer, 0, 60, cut="rjieba").tokens([text])[0].words
    single = TextBlanks(tokenizer, 0, 60).tokens([text])[0].words
    assert whole[1] == whole[2]  # 我们
    assert whole[4] == whole[5] != whole[3]  # 公园, after 去
    assert len(set(single)) == len(single) - 1


def test_a_spec_gives_the_same_codec_and_a_damaged_one_none(made):
    again = from_spec(made.spec())
    for name, values in made.encode(TEXTS).items():
        assert np.array_equal(values.values, again.encode(TEXTS)[name].values)
    for broken in ({"share": 2}, {"cut": "else"}, {"vocab": 3}, {"tokenizer": "x"}):
        with pytest.raises(BundleError):
            from_spec(made.spec() | broken)
    plain = made.json.replace("[MASK]", "[HIDE]")
    with pytest.raises(BundleError, match="no token that hides"):
        TextBlanks(plain, 0, 60)
