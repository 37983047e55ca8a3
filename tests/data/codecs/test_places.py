"""Every element of an encoded text knows where in the raw text it lies."""

import numpy as np
import pytest
import tinyencoder

from umbrella.data.codecs.ngrams import token_bounds, tokenize
from umbrella.data.codecs.places import raw_bounds, traced
from umbrella.data.codecs.scripts import fold
from umbrella.data.codecs.text_bag import TextBag
from umbrella.data.codecs.text_names import TextNames
from umbrella.data.codecs.text_pieces import TextPieces
from umbrella.data.codecs.text_subwords import TextSubwords
from umbrella.data.codecs.text_tokens import TextTokens

TEXTS = (
    "plain words, twice words",
    "Ｆｕｌｌ Width STRASSE straße ﬁne",
    "e\u0301te\u0301 n\u0303o Ünder",
    "한국어 \u1112\u1161\u11ab 글",
    "ｶﾞギ ガラス と 東京",
    "房间很大，但是 service 太差！ ½ ㎏",
    "a\0b \ud800 c\u200dd 👍🏽",
    "",
    "   ",
)
each_text = pytest.mark.parametrize("text", TEXTS)


@each_text
def test_a_folded_text_is_traced_to_where_it_came_from(text):
    folded, origins = traced(text)
    assert folded == fold(text)
    assert len(origins) == len(folded)
    assert (origins[:, 1] > origins[:, 0]).all()
    assert (np.diff(origins[:, 0]) >= 0).all()
    starts = np.unique(origins, axis=0)
    assert fold("".join(text[a:b] for a, b in starts)) == folded  # nothing is left out


@each_text
@pytest.mark.parametrize("unit", ["word", "char", "segment"])
def test_tokens_lie_where_the_same_letters_stand(text, unit):
    if unit == "segment":
        pytest.importorskip("rjieba")
    keys = tokenize([text], unit).keys
    folded, origins = traced(text)
    bounds = raw_bounds(origins, token_bounds(folded, unit))
    assert len(bounds) == len(keys)
    for (start, end), key in zip(bounds, keys, strict=True):
        part = text[start:end]
        if unit == "word" or (len(fold(part)) == 1 and part.strip() and part.isprintable()):
            assert key in tokenize([part], unit).keys


@pytest.mark.parametrize("settings", [{}, {"ngrams": (2, 3)}, {"hashed": True}, {"unit": "char"}])
def test_ngrams_are_shared_over_all_places_where_they_stand(settings):
    codec = TextBag(features=2**12, **settings).fit([list(TEXTS)])
    for text in TEXTS:
        places, row = codec.places(text)["ids"], codec.encode([text])["ids"].row(0)
        shares = np.bincount(places.element, places.share, minlength=len(row))
        assert np.allclose(shares, 1.0)
        assert len(shares) == len(row)
    text = TEXTS[0]
    places = TextBag(ngrams=(1, 1)).fit([[text]]).places(text)["ids"]
    found = {(text[a:b], float(s)) for (a, b), s in zip(places.bounds, places.share, strict=True)}
    assert found == {("plain", 1.0), ("words", 0.5), (",", 1.0), ("twice", 1.0)}


@pytest.mark.parametrize("unit", ["word", "char", "subword"])
def test_tokens_stand_behind_the_start_and_end_where_the_row_does(unit):
    codec = TextTokens(unit=unit, vocab=400, length=9, min_count=1).fit([list(TEXTS)])
    for text in TEXTS:
        places, row = codec.places(text)["ids"], codec.encode([text])["ids"].row(0)
        if unit != "subword":  # a byte of a character may be a token that stands where others do
            assert places.element.tolist() == list(range(1, len(row)))
        assert (places.element < len(row)).all()
        assert (places.bounds[:, 1] <= len(text)).all()
    known = TextTokens(min_count=1).fit([["Good GOOD bad"]])
    places = known.places("Bad  Good")["ids"]
    assert places.bounds.tolist() == [[0, 3], [5, 9]]


def test_subwords_lie_within_words_of_the_raw_text():
    codec = TextTokens(unit="subword", vocab=300, min_count=1).fit([["low lower lowest"] * 9])
    text = "  LOWEST\n low"
    bounds = codec.places(text)["ids"].bounds
    assert bounds[0, 0] == 2
    assert bounds[-1].tolist() == [10, 13]
    assert set("".join(text[a:b] for a, b in bounds)) <= set("LOWESTlow")


def test_pieces_of_a_published_tokenizer_lie_in_the_raw_text(tmp_path):
    json = tinyencoder.tokenizer(tmp_path).read_text("utf-8")
    codec = TextSubwords(length=6).take(json, 0, 61)
    places = codec.places("A Fine,  good word1 bad poor dull")["ids"]
    row = codec.encode(["A Fine,  good word1 bad poor dull"])["ids"].row(0)
    assert len(row) == 6
    assert places.element.tolist() == [1, 2, 3, 4]  # start and end stand nowhere
    assert places.bounds.tolist() == [[0, 1], [2, 6], [6, 7], [9, 13]]
    assert len(codec.places(None)["ids"].element) == 0


def test_pieces_and_names_lie_where_their_bounds_say():
    words = TextPieces(unit="word", min_count=1).fit([["Ann met Bob"]])
    chars = TextPieces(unit="char", min_count=1).fit([["高勇，男"]])
    names = TextNames({"Ann": 0}, 1).fit([["Ann met Bob"]])
    assert words.places("Ann met")["letters"].bounds.tolist() == [[0, 3], [4, 7]]
    assert names.places("Ann met")["names"].bounds.tolist() == [[0, 3], [4, 7]]
    pairs = chars.places("高勇，")["pairs"]
    assert np.bincount(pairs.element, pairs.share).tolist() == [1.0, 1.0, 1.0]
    assert pairs.bounds.tolist() == [[0, 1], [1, 2], [2, 3], [1, 2], [2, 3]]
