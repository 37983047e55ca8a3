"""Sequences of ids follow the text, store small, and survive odd input."""

import csv
import json

import numpy as np
import pytest
from realdata import path

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.base.tensors import pack
from umbrella.data.codecs import from_spec, make
from umbrella.data.codecs.text_tokens import CHARS_PER_TOKEN, TextTokens

TINY = ["a b a", "b c", None, "a, b!", ""]
UNITS = ["word", "char", "segment", "subword"]


def corpus():
    with (path("chnsenticorp_htl") / "ChnSentiCorp_htl_all.csv").open(encoding="utf-8") as file:
        texts = [row[1] for row in csv.reader(file)][1:401]
    lines = (path("sst2") / "train.tsv").read_text("utf-8").splitlines()[:400]
    return texts + [line.rsplit("\t", 1)[0] for line in lines]


def small(unit, **settings):
    if unit == "segment":
        pytest.importorskip("rjieba")
    return TextTokens(unit=unit, vocab=2000, **settings)


def test_ids_follow_the_tokens_and_every_row_begins_with_the_start():
    codec = TextTokens(min_count=2).fit([TINY])
    assert codec.vocab == 5  # padding, unknown, start, "a", "b"
    rows = codec.encode(["a b a", "z", None, "", "B A"])["ids"]
    a, b = rows.row(0)[1:3].tolist()
    assert {a, b} == {3, 4}
    assert [rows.row(i).tolist() for i in range(5)] == [[2, a, b, a], [2, 1], [2], [2], [2, b, a]]
    assert rows.values.dtype == np.int64
    assert rows.pad == 0


def test_the_commonest_tokens_are_kept_when_room_is_short():
    codec = TextTokens(vocab=4, min_count=1).fit([["x x x y y z"]])
    assert codec.encode(["x y z"])["ids"].values.tolist() == [2, 3, 1, 1]


def test_mixed_text_keeps_latin_words_whole_under_auto():
    codec = TextTokens(min_count=1).fit([["我用 iPhone"]])
    assert codec.config.unit == "word"
    assert codec.vocab == 3 + 3


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_text_keeps_its_head(unit):
    texts = corpus()
    codec = small(unit, length=16).fit([texts])
    free = small(unit, length=4000).fit([texts])
    one, all_ = codec.encode(texts)["ids"], free.encode(texts)["ids"]
    assert one.lengths.max() == 16
    for i in range(len(texts)):
        assert one.row(i).tolist() == all_.row(i)[:16].tolist()


@pytest.mark.parametrize("unit", UNITS)
def test_the_stored_codec_encodes_alike(unit):
    texts = corpus()
    codec = small(unit).fit([texts[::2]])
    again = from_spec(json.loads(json.dumps(codec.spec(), allow_nan=False)))
    one, two = codec.encode(texts)["ids"], again.encode(texts)["ids"]
    assert one.values.tolist() == two.values.tolist()
    assert one.offsets.tolist() == two.offsets.tolist()
    assert again.vocab == codec.vocab <= 2000
    assert one.values.max() < codec.vocab


@pytest.mark.parametrize("unit", UNITS)
def test_the_same_texts_give_the_same_spec_however_batched(unit):
    texts = corpus()
    one = small(unit).fit([texts])
    many = small(unit).fit(texts[i : i + 13] for i in range(0, len(texts), 13))
    assert json.dumps(one.spec()) == json.dumps(many.spec())


@pytest.mark.parametrize("unit", UNITS)
def test_odd_text_is_encoded_alone_as_among_others(unit):
    codec = small(unit, min_count=1).fit([corpus()])
    odd = ["", " \t\n", "a\0b", "\ud800x\udfff", "👩\u200d👧 ❤\ufe0f", "שלום مرحبا", "\u0301", None]
    rows = codec.encode(["before", *odd, "after"])["ids"]
    for i, text in enumerate(odd):
        assert rows.row(i + 1).tolist() == codec.encode([text])["ids"].values.tolist()
    assert len(rows) == len(odd) + 2
    assert (rows.values[rows.offsets[:-1]] == 2).all()


@pytest.mark.parametrize("unit", UNITS)
def test_ten_million_characters_are_no_trouble(unit):
    codec = small(unit).fit([corpus(), ["很长的 text " * 1_000_000]])
    rows = codec.encode(["很长的 text " * 1_000_000])["ids"]
    assert rows.lengths.tolist() == [256]


def test_white_space_alone_may_hide_what_comes_after_the_limit():
    codec = TextTokens(length=4, min_count=1).fit([["word"]])
    far = " " * (4 * CHARS_PER_TOKEN) + "word"
    assert codec.encode([far, far[1:-4] + "word"])["ids"].lengths.tolist() == [1, 2]


def test_no_rows_at_all_are_refused():
    with pytest.raises(DataError, match="at least one text"):
        TextTokens().fit([])


@pytest.mark.parametrize(
    "settings",
    [
        {"unit": "byte"},
        {"vocab": 2},
        {"vocab": 258, "unit": "subword"},
        {"vocab": 2**17, "unit": "subword"},
        {"length": 1},
        {"min_count": 0},
    ],
)
def test_a_bad_setting_is_refused_with_what_is_allowed(settings):
    with pytest.raises(ConfigError, match=f"{next(iter(settings))}="):
        make("text-tokens", **settings)


def damaged_specs():
    for unit in ("word", "subword"):
        good = TextTokens(unit=unit, vocab=300).fit([TINY]).spec()
        for value in (None, -1, float("nan"), "x", [], {}, 10**30, True):
            yield from ({**good, name: value} for name in good)
        yield from ({k: v for k, v in good.items() if k != name} for name in good)
        yield {**good, "unit": "auto"}
        for merges in (
            np.zeros(3, np.uint8),
            np.zeros((2, 4), np.uint8),
            np.full(4, 255, np.uint8),
        ):
            yield {**good, "known": {"cap": 2, "merges": pack(merges)}}
        yield {**good, "known": {"cap": 0, "merges": pack(np.zeros(0, np.uint8))}}
    words = TextTokens(vocab=5).fit([TINY]).spec()
    yield {**words, "vocab": 4}
    yield {**words, "unit": "subword", "vocab": 300}


@pytest.mark.parametrize("spec", list(damaged_specs()), ids=lambda spec: repr(spec)[:60])
def test_a_damaged_or_hostile_spec_is_refused(spec):
    with pytest.raises(BundleError):
        from_spec(spec)
