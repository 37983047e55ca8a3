"""Pieces of texts: where they are cut, how they are seen, and names that are looked up."""

import json

import numpy as np
import pytest

from umbrella.base.errors import BundleError, ConfigError
from umbrella.data import codecs
from umbrella.data.codecs.pieces import cut
from umbrella.data.codecs.text_names import TextNames
from umbrella.data.codecs.text_pieces import OUT, UNKNOWN, TextPieces


def pieces(text, unit="word"):
    return [text[start:end] for start, end in cut(text, unit).tolist()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("U.S. dog's", ["U", ".", "S", ".", "dog", "'", "s"]),
        ("see https://a.b/c?d=1 now", ["see", "https://a.b/c?d=1", "now"]),
        ("@ann_b likes #sun, a@b # x", ["@ann_b", "likes", "#sun", ",", "a", "@", "b", "#", "x"]),
        ("IBM在北京🙂e\u0301", ["IBM", "在", "北", "京", "🙂", "e\u0301"]),
        (" \n\t", []),
        ("", []),
    ],
)
def test_words_and_marks_are_pieces(text, found):
    assert pieces(text) == found


def test_characters_are_pieces_without_their_spaces():
    assert pieces("a 北京,\n1", "char") == ["a", "北", "京", ",", "1"]


def test_a_very_long_word_is_several_pieces():
    assert [len(one) for one in pieces("x" * 150 + " y")] == [64, 64, 22, 1]


@pytest.fixture
def words():
    return TextPieces().fit([["Ann met Bob", "Ann met Cy in 1998", None]])


def test_words_are_known_folded_with_digits_alike_and_letters_as_written(words):
    made = words.encode(["ANN met 2005", "", None])
    assert set(made) == {"ids", "bounds", "letters"}
    assert made["ids"].lengths.tolist() == [3, 0, 0]
    ann, met, year = made["ids"].row(0).tolist()
    same = words.encode(["Ann"])["ids"].row(0)[0]
    assert ann == same != UNKNOWN
    assert year == UNKNOWN  # seen once
    assert met not in (ann, UNKNOWN)
    assert made["bounds"].row(0).tolist() == [[0, 3], [4, 7], [8, 12]]
    assert made["bounds"].padded()[1].tolist() == [[OUT, OUT]] * 3
    assert made["letters"].row(0).shape == (3, 16)
    assert not np.array_equal(made["letters"].row(0)[0], words.encode(["Ann"])["letters"].row(0)[0])


def test_characters_are_seen_with_the_next():
    codec = TextPieces().fit([["北京市", "北京人", "北方人"]])
    assert codec.config.unit == "char"
    made = codec.encode(["北京", "北方"])
    assert set(made) == {"ids", "bounds", "pairs"}
    assert made["ids"].row(0)[0] == made["ids"].row(1)[0]
    assert codec.encode(["北京市"])["pairs"].row(0)[0] != UNKNOWN  # seen twice
    assert made["pairs"].row(1)[0] == UNKNOWN  # seen once


def test_stored_and_read_back_they_see_the_same(words):
    again = codecs.from_spec(json.loads(json.dumps(words.spec())))
    for name, made in words.encode(["Ann met Bob 7", "x"]).items():
        np.testing.assert_array_equal(
            made.values, again.encode(["Ann met Bob 7", "x"])[name].values
        )
    assert again.sizes == words.sizes


@pytest.mark.parametrize(
    "change",
    [{"rule": "other"}, {"unit": "auto"}, {"alphabet": "aa"}, {"alphabet": 3}, {"letters": 0}],
)
def test_a_damaged_spec_is_refused(words, change):
    with pytest.raises(BundleError, match="damaged"):
        codecs.from_spec(words.spec() | change)


@pytest.mark.parametrize("setting", [{"unit": "line"}, {"vocab": 1}, {"letters": 65}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(ConfigError):
        TextPieces(**setting)


def test_the_longest_name_wins_and_reading_goes_on_after_it():
    names = {"New York": 0, "York": 1, "New York Times": 1, "York Times Square": 0}
    codec = TextNames(names, types=2).fit([["words in a row"]])
    labels = codec.encode(["the new york Times square, YORK"])["names"].row(0).tolist()
    assert labels == [0, 5, 6, 7, 0, 0, 8]


def test_names_are_stored_and_damaged_ones_refused():
    codec = TextNames({"Ann": 0, "北京": 1}, types=2, unit="word").fit([["x"]])
    again = codecs.from_spec(json.loads(json.dumps(codec.spec())))
    text = "Ann在北京"
    assert again.encode([text])["names"].row(0).tolist() == [4, 0, 5, 7]
    for change in ({"kinds": [0]}, {"kinds": [0, 2]}, {"names": [1, 2]}, {"unit": "auto"}):
        with pytest.raises(BundleError, match="damaged"):
            codecs.from_spec(codec.spec() | change)
