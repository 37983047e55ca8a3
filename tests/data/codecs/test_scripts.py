"""Folding equals NFKC and case folding, and every character has its class."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umbrella.data.codecs.scripts import (
    ASCII_CLASSES,
    LETTER,
    MARK,
    SPACE,
    UNSPACED,
    classify,
    fold,
    mend,
    unspaced_share,
)

ODD = st.text(
    alphabet=st.sampled_from("aAßİﬁ…，（１㎡Å\u0301\u3099ｶﾞ각ᄀ\u1161가é中日한ไท😀\u200d\ufe0f \n\0")
)


@given(st.text() | ODD)
def test_folding_equals_nfkc_and_casefold(text):
    assert fold(text) == unicodedata.normalize("NFKC", mend(text)).casefold()


def test_folding_many_kinds_of_changed_characters_still_equals_nfkc():
    text = "".join(map(chr, range(0xFF01, 0xFF5F)))  # more kinds than are swapped one by one
    assert fold(text) == unicodedata.normalize("NFKC", text).casefold()


def test_full_width_and_sharp_s_fold_to_plain_letters():
    assert fold("Ｆｕｌｌ ＳＴＲＡẞＥ") == "full strasse"


def test_lone_surrogates_become_the_replacement_character():
    assert fold("a\ud800b\udfff") == "a\ufffdb\ufffd"
    assert mend("plain") == "plain"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("aZ9_éЖשم한\u0301\u093f", LETTER),
        (".,!?€+😀。「", MARK),
        (" \t\n\0\u200d\u200c\ufe0f\u3000\u202e", SPACE),
        ("中々〇あアไລខမ\u0e31", UNSPACED),
    ],
)
def test_every_character_has_its_class(text, kind):
    points = np.array([ord(c) for c in text], np.uint32)
    assert classify(points).tolist() == [kind] * len(text)


def test_the_ascii_table_agrees_with_the_general_one():
    points = np.arange(128, dtype=np.uint32)
    assert classify(points).tolist() == list(ASCII_CLASSES[:128])


def test_the_share_of_unspaced_letters_is_counted_over_letters_only():
    assert unspaced_share(["ab 中文!", "。。1"]) == pytest.approx(2 / 5)
    assert unspaced_share(["plain words"]) == 0
    assert unspaced_share(["", "！？"]) == 0
