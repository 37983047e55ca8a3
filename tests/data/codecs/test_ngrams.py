"""Tokens and n-grams made in bulk are those of a slow, plain reading of the rules."""

import re
import tracemalloc
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umbrella.base.errors import MissingExtraError
from umbrella.data.codecs import ngrams as module
from umbrella.data.codecs.ngrams import (
    TOKEN_CHARS,
    blocks,
    choose_unit,
    ngrams,
    tokenize,
)
from umbrella.data.codecs.scripts import fold, mend

WORDS = st.text(alphabet=st.sampled_from("abcDE9_é中文あไ한. ,!😀\n\0\t\u200d"))


def key(token, unit="word"):
    """The key of a text that is one token."""
    tokens = tokenize([token], unit)
    assert len(tokens.keys) == 1, f"{token!r} is not one token"
    return int(tokens.keys[0])


def spelled(texts, unit):
    """Tokens by a slow, plain reading of the rules, one list a text."""
    unspaced = "[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff]"
    pattern = {
        "word": rf"{unspaced}|(?:(?!{unspaced})[\w\u0301])+|[^\w\s\u200d\0]",
        "char": r"[^\s\u200d\0]|[\s\u200d\0]+",
    }[unit]
    found = []
    for text in texts:
        text = fold(text.replace("\0", " ")).strip(" \n\t\0\u200d")
        tokens = [t for t in re.findall(pattern, text) if unit == "char" or t.strip()]
        found.append([" " if re.fullmatch(r"[\s\u200d]+", t) else t for t in tokens])
    return found


@pytest.mark.parametrize("unit", ["word", "char"])
@given(texts=st.lists(WORDS, min_size=1, max_size=5))
def test_tokens_are_those_of_a_plain_regular_expression(unit, texts):
    expected = spelled(texts, unit)
    tokens = tokenize(texts, unit)
    assert np.diff(tokens.offsets).tolist() == [len(row) for row in expected]
    seen = {}
    for token, number in zip(chain.from_iterable(expected), tokens.keys.tolist(), strict=True):
        assert seen.setdefault(token, number) == number
    assert len(set(seen.values())) == len(seen)


def test_mixed_text_keeps_latin_words_whole_and_splits_han():
    tokens = tokenize(["我用iPhone15拍照"], "word").keys.tolist()
    assert tokens == [key(t) for t in ("我", "用", "iphone15", "拍", "照")]


def test_a_word_has_one_key_among_ascii_and_among_chinese_neighbours():
    plain = tokenize(["internationalization works"], "word").keys
    mixed = tokenize(["中 internationalization works"], "word").keys
    assert mixed[1:].tolist() == plain.tolist()


def test_words_that_share_their_first_eight_bytes_differ():
    words = ["abcdefgh", "abcdefghi", "abcdefghij", "abcdefgha", "abcdefghabcdefgh", "abcdefg"]
    assert len({key(word) for word in words}) == len(words)


def test_a_very_long_word_counts_as_pieces():
    tokens = tokenize(["a " + "x" * (2 * TOKEN_CHARS + 1) + " b"], "word")
    whole, end = key("x" * TOKEN_CHARS), key("x")
    assert tokens.keys.tolist() == [key("a"), whole, whole, end, key("b")]


def test_a_run_of_white_space_is_one_token_between_characters_and_none_at_the_ends():
    once, more = tokenize(["a b"], "char"), tokenize(["  a \n\t b ", "", " c "], "char")
    assert more.keys[:3].tolist() == once.keys.tolist()
    assert more.offsets.tolist() == [0, 3, 3, 4]


def test_no_ngram_crosses_from_one_text_to_the_next():
    keys, rows = ngrams(tokenize(["a b", "c d e", "", "f"], "word"), 2, 3)
    pairs = [ngrams(tokenize([t], "word"), 2, 2)[0][0] for t in ("a b", "c d", "d e")]
    assert keys[:3].tolist() == pairs
    assert rows.tolist() == [0, 1, 1, 1]


def test_order_within_an_ngram_matters_and_repeats_do_not_vanish():
    first = {int(ngrams(tokenize([t], "word"), 2, 2)[0][0]) for t in ("a b", "b a", "a a", "b b")}
    assert len(first) == 4
    assert 0 not in first


def test_upper_bits_of_keys_are_spread_evenly():
    texts = [f"w{i} v{i % 300}" for i in range(20_000)]
    keys, _ = ngrams(tokenize(texts, "word"), 1, 2)
    fill = np.bincount((np.unique(keys) >> np.uint64(56)).astype(int), minlength=256)
    expected = fill.sum() / 256
    chi_squared = ((fill - expected) ** 2 / expected).sum()
    assert chi_squared < 350  # 255 degrees of freedom; 350 is beyond one in 10,000


def test_blocks_do_not_depend_on_batches():
    texts = [("x" * (i % 50)) or None for i in range(9000)]
    whole = list(blocks([texts]))
    assert list(blocks([texts[i : i + 7] for i in range(0, 9000, 7)])) == whole
    assert list(chain.from_iterable(whole)) == [t or "" for t in texts]
    assert list(blocks([[], []])) == []


def test_text_past_the_limit_is_left_out():
    assert list(blocks([["abcdef", None]], longest=3)) == [["abc", ""]]


def test_auto_finds_the_unit_and_gives_the_stream_back():
    unit, stream = choose_unit("auto", iter([["这家酒店 ok"], ["two"]]))
    assert (unit, list(stream)) == ("char", [["这家酒店 ok"], ["two"]])
    assert choose_unit("auto", iter([["plain words"]]))[0] == "word"
    assert choose_unit("auto", iter([]))[0] == "word"


def test_segments_are_words_of_chinese():
    pytest.importorskip("rjieba", reason="the extra `words` is not installed")
    tokens = tokenize(["我来到北京清华大学!"], "segment")
    expected = tokenize(["我 来到 北京 清华大学 !"], "segment")
    assert tokens.keys.tolist() == expected.keys.tolist()
    assert len(tokens.keys) == 5


def test_segments_without_the_extra_name_the_line_to_type(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rjieba", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'umbrella\[words\]'"):
        tokenize(["北京"], "segment")


HOSTILE = {
    "empty": "",
    "spaces": " \t\u3000\n",
    "NUL": "a\0b\0",
    "lone surrogates": "a\ud800\udc00b\udfff",
    "joined emoji": "👩\u200d👩\u200d👧\u200d👦 ❤\ufe0f",
    "right to left": "\u202eשלום مرحبا",
    "accents alone": "\u0301\u0301",
    "controls": "\x01\x1f\x7f\x85",
    "private": "\ue000\U0010ffff",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("unit", ["word", "char", "segment"])
def test_odd_text_is_tokenised_alone_as_among_others(text, unit):
    if unit == "segment":
        pytest.importorskip("rjieba")
    alone = tokenize([text], unit)
    among = tokenize(["before", text, "after"], unit)
    assert among.keys[among.offsets[1] : among.offsets[2]].tolist() == alone.keys.tolist()


def test_a_joined_emoji_is_its_parts_and_white_space_is_nothing():
    assert tokenize([HOSTILE["joined emoji"]], "word").keys.tolist() == [
        key(c) for c in "👩👩👧👦❤"
    ]
    assert len(tokenize([HOSTILE["spaces"]], "char").keys) == 0
    assert key("\ud800") == key("\ufffd")
    assert mend("\ud800") == "\ufffd"


def test_memory_of_a_block_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_CHARS", 2**14)
    texts = ["好的" * 50] * 4000
    tracemalloc.start()
    for block in blocks([texts]):
        ngrams(tokenize(block, "char"), 1, 2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 * 2**14
