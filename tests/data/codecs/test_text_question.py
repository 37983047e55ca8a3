"""A text and a question, as pieces of a published tokenizer and as our own, with places."""

import json

import numpy as np
import pytest
import tinyencoder

from umbrella.base.errors import BundleError, ConfigError
from umbrella.data import codecs
from umbrella.data.codecs.text_asked import (
    BEFORE,
    CAPITAL,
    DIGIT,
    NEXT,
    SAME,
    STEM,
    TextAsked,
)
from umbrella.data.codecs.text_question import TextQuestion

TEXTS = ["  good  word1\tlovely", "word5", ""]
QUESTIONS = ["word2 good", "word7 " * 50, None]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return tinyencoder.tokenizer(tmp_path_factory.mktemp("words")).read_text("utf-8")


@pytest.fixture(scope="module")
def codec(tokenizer):
    return TextQuestion(length=12, window=20).take(tokenizer, 0, 99)


def test_the_head_is_the_question_in_its_frame_and_places_are_of_the_raw_text(codec):
    made = codec.encode([TEXTS, QUESTIONS])
    assert made["head"].lengths.tolist() == [4, 12, 2]
    assert made["head"].row(0)[[0, -1]].tolist() == [2, 3]  # [CLS], [SEP]
    assert made["head"].row(1)[-1] == 3
    bounds = made["bounds"].row(0).tolist()
    assert [TEXTS[0][start:end] for start, end in bounds] == ["good", "word1", "lovely"]
    assert made["ids"].lengths.tolist() == [3, 1, 0]
    assert codec.sizes == {"vocab": 99, "asked": 12, "window": 20, "closing": (3,), "part": 1}


def test_a_long_text_is_read_whole(codec):
    made = codec.encode([["word5 " * 3_000], ["good"]])
    assert made["ids"].lengths.tolist() == [3_000]
    assert made["bounds"].row(0)[-1].tolist() == [17_994, 17_999]


def test_it_comes_back_from_its_spec_and_refuses_what_does_not_fit(codec):
    again = codecs.from_spec(json.loads(json.dumps(codec.spec())))
    for name, made in again.encode([TEXTS, QUESTIONS]).items():
        np.testing.assert_array_equal(made.values, codec.encode([TEXTS, QUESTIONS])[name].values)
    with pytest.raises(BundleError, match="vocab"):
        codecs.from_spec(codec.spec() | {"vocab": 10})
    with pytest.raises(ConfigError, match="so few places"):
        TextQuestion.within(10, 64)
    assert TextQuestion.within(512, 64).config.window == 320


def test_a_tokenizer_without_a_mark_between_two_texts_is_refused(tokenizer):
    bare = json.loads(tokenizer) | {"post_processor": None}
    with pytest.raises(BundleError, match="puts no mark between a question and its text"):
        TextQuestion().take(json.dumps(bare), 0, 99)


def test_pieces_say_what_they_share_with_the_question():
    text = "Ann Smith walked. In 1990 she walks home"
    own = TextAsked(min_count=1).fit([[[text], ["Where did Ann Smith walking go?"]]])
    made = own.encode([[text], ["Where did Ann Smith walking go?"]])
    found = dict(zip(text.replace(".", " .").split(), made["same"].row(0).tolist(), strict=True))
    assert found["Ann"] == SAME | NEXT
    assert found["Smith"] == SAME | BEFORE | CAPITAL
    assert found["walked"] == 0
    assert found["1990"] == DIGIT
    assert found["In"] == 0  # every sentence begins with a capital
    stems = own.encode([["he walking walks"], ["walkings"]])["same"].row(0).tolist()
    assert stems == [0, STEM, 0]


def test_our_own_codec_comes_back_from_its_spec_in_both_units():
    for text, question in (("Ann walked home", "Who walked?"), ("北京是首都", "首都是哪里？")):
        own = TextAsked(min_count=1).fit([[[text], [question]]])
        again = codecs.from_spec(json.loads(json.dumps(own.spec())))
        for name, made in again.encode([[text, None], [question, ""]]).items():
            there = own.encode([[text, None], [question, ""]])[name]
            np.testing.assert_array_equal(made.values, there.values)
            np.testing.assert_array_equal(made.offsets, there.offsets)
