"""Byte pairs spell every text, rebuild from merges alone, and refuse hostile ones."""

import subprocess
import sys

import numpy as np
import pytest
from realdata import path

from umbrella.base.errors import BundleError
from umbrella.data.codecs.subwords import ALPHABET, TOKEN_BYTES, Subwords, spaced

TEXTS = ["low lower lowest newer newest wide wider widest 中文很好 中文很难"] * 5


def decoded(subwords, ids):
    place = {char: byte for byte, char in byte_characters().items()}
    return bytes(place[c] for i in ids for c in subwords.tokens[i]).decode()


def byte_characters():
    """GPT-2's character for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in printable}
    rest = [byte for byte in range(256) if byte not in table]
    return table | {byte: chr(256 + i) for i, byte in enumerate(rest)}


def test_every_text_can_be_spelled_and_read_back():
    subwords = Subwords.train(TEXTS, 300)
    for text in ("lowest newest", "unseen 語 😀 שלום", "Ａ  b\n", ""):
        ids = next(subwords.encode([text]))
        assert decoded(subwords, ids) == spaced(text)


def test_frequent_words_become_fewer_tokens():
    subwords = Subwords.train(TEXTS, 330)
    assert len(next(subwords.encode(["newest"]))) < len("newest") / 2


def test_merges_alone_rebuild_the_whole_vocabulary():
    trained = Subwords.train(TEXTS, 400)
    again = Subwords.from_spec(trained.spec())
    assert again.tokens == trained.tokens
    assert list(again.encode(TEXTS)) == list(trained.encode(TEXTS))
    assert len(trained) > 280


def test_the_vocabulary_is_no_larger_than_asked():
    assert len(Subwords.train(TEXTS, 280)) == 280
    assert len(Subwords.train([], 300)) == 256


def test_training_twice_gives_equal_merges():
    one, two = (Subwords.train(TEXTS, 400).merges.tolist() for _ in range(2))
    assert one == two


def test_two_merges_may_spell_one_token():
    a, b, c = 65, 66, 67
    merges = np.array([[a, b], [256, c], [b, c], [a, 258]])  # (ab)c and a(bc)
    subwords = Subwords(merges)
    assert len(subwords) == 256 + 3
    assert subwords.tokens[257] == ALPHABET[a] + ALPHABET[b] + ALPHABET[c]


@pytest.mark.parametrize(
    "merges",
    [
        [[0, 256]],  # names itself
        [[0, 1], [300, 0]],
        [[i and 255 + i, i and 255 + i] for i in range(40)],  # doubles: 2^40 bytes
    ],
)
def test_hostile_merges_are_refused_before_they_grow(merges):
    with pytest.raises(BundleError):
        Subwords(np.array(merges))
    assert TOKEN_BYTES < 100


PEAK = """
import csv, re, sys
from umbrella.data.codecs import subwords
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])
rows = [r[1] for r in csv.reader(open(sys.argv[1], encoding="utf-8"))][1:]
before = peak()
subwords.Subwords.train(rows, 8000, int(sys.argv[2]))
print(peak() - before)
"""


@pytest.mark.slow
def test_capping_unspaced_runs_saves_memory():
    file = path("chnsenticorp_htl") / "ChnSentiCorp_htl_all.csv"
    capped, free = (
        int(subprocess.check_output([sys.executable, "-c", PEAK, str(file), cap]))
        for cap in ("2", "9999")
    )
    assert capped < free / 2
