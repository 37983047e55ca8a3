"""Twins: every copy is found, and nothing but copies."""

import random
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umbrella.base.errors import ConfigError
from umbrella.data.shingles import canonical, shingles
from umbrella.data.twins import find_twins, join

WORDS = """
time year people way day man thing woman life child world school state family student
group country problem hand part place case week company system program question work
government number night point home water room mother area money story fact month lot
right study book eye job word business issue side kind head house service friend
"""
ENGLISH = WORDS.split()
CHINESE = (
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对"
)


def english(draw: random.Random, words: int = 40) -> str:
    return " ".join(draw.choice(ENGLISH) for _ in range(words))


def chinese(draw: random.Random, letters: int = 60) -> str:
    return "".join(draw.choice(CHINESE) for _ in range(letters))


def reference(left: str, right: str) -> float:
    """Jaccard similarity of shingle sets, written as plainly as can be."""

    def cut(text: str) -> set[str]:
        text = canonical(text)
        widths = [3 if "\u3000" <= letter <= "\u9fff" else 5 for letter in text]
        return {text[i : i + w] for i, w in enumerate(widths) if i + w <= len(text)}

    one, other = cut(left), cut(right)
    return len(one & other) / max(len(one | other), 1)


def recase(text: str, draw: random.Random) -> str:
    return "".join(letter.upper() if draw.random() < 0.5 else letter for letter in text)


def respace(text: str, draw: random.Random) -> str:
    return "  " + text.replace(" ", draw.choice(["  ", "\t", "\u3000"])) + "\n"


def widen(text: str, draw: random.Random) -> str:  # noqa: ARG001
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text) + "！"


def change_a_word(text: str, draw: random.Random) -> str:
    words = text.split()
    for at in range(draw.randrange(20), len(words), 20):
        words[at] = draw.choice(ENGLISH)
    return " ".join(words)


def swap_letters(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


PLANTS: dict[str, tuple[Callable, Callable]] = {
    "case": (english, recase),
    "space": (english, respace),
    "width": (english, widen),
    "width, Chinese": (lambda draw: "A1 " + chinese(draw), widen),
    "one word in twenty": (lambda draw: english(draw, 60), change_a_word),
    "swapped characters, Chinese": (chinese, swap_letters),
    "swapped letters, English": (english, swap_letters),
}


@pytest.mark.parametrize("plant", PLANTS)
def test_planted_copies_are_found(plant):
    draw = random.Random(5)
    make, edit = PLANTS[plant]
    texts = [make(draw) for _ in range(400)]
    copies = [edit(text, draw) for text in texts]
    true = np.array([reference(a, b) >= 0.8 for a, b in zip(texts, copies, strict=True)])
    cluster = find_twins([*texts, *copies], seed=1).cluster
    found = cluster[400:] == np.arange(400)
    assert found[true].mean() >= 0.99
    if plant == "one word in twenty":  # a long word may fall under the threshold, by definition
        assert found.mean() >= 0.9
    else:
        assert found.mean() >= 0.95


def test_one_changed_word_in_twenty_is_found_at_a_threshold_that_allows_it():
    draw = random.Random(6)
    texts = [english(draw, 60) for _ in range(400)]
    copies = [change_a_word(text, draw) for text in texts]
    cluster = find_twins([*texts, *copies], threshold=0.7, seed=1).cluster
    assert (cluster[400:] == np.arange(400)).mean() >= 0.95


def test_distinct_texts_are_never_joined():
    draw = random.Random(7)
    texts = [english(draw, draw.randrange(2, 60)) for _ in range(500)]
    texts += [chinese(draw, draw.randrange(2, 60)) for _ in range(500)]
    twins = find_twins(texts, seed=3)
    for row in np.flatnonzero(twins.cluster != np.arange(1000)):
        mates = np.flatnonzero(twins.cluster == twins.cluster[row])
        best = max(reference(texts[row], texts[mate]) for mate in mates if mate != row)
        equal = any(
            canonical(texts[row]) == canonical(texts[mate]) for mate in mates if mate != row
        )
        assert equal or best >= 0.8


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab 中文", max_size=30), max_size=12), st.integers(0, 3))
def test_clusters_are_the_chains_of_the_definition(texts, seed):
    n = len(texts)
    expected = np.arange(n)
    folded = [canonical(text) for text in texts]
    pairs = [
        (i, j)
        for i in range(n)
        for j in range(i)
        if folded[i]
        and (
            folded[i] == folded[j]
            or (
                min(shingles([folded[i], folded[j]]).lengths) >= 9
                and reference(folded[i], folded[j]) >= 0.8
            )
        )
    ]
    for _ in range(n):
        for i, j in pairs:
            expected[[i, j]] = min(expected[i], expected[j])
    found = find_twins(texts, seed=seed).cluster
    joined = found[:, None] == found[None]
    allowed = expected[:, None] == expected[None]
    assert not (joined & ~allowed).any()
    for i, j in pairs:
        if folded[i] == folded[j]:
            assert found[i] == found[j]


def test_the_three_kinds_are_counted_and_add_up():
    base = "the quick brown fox jumps over the lazy dog near the old river bank"
    texts = [base, base, base.upper() + "!", base + "s", "another text", None, "", "another  text"]
    twins = find_twins(texts, seed=0)
    assert (twins.exact, twins.canonical, twins.near) == (1, 2, 1)
    assert twins.cluster.tolist() == [0, 0, 0, 0, 4, 5, 6, 4]
    assert (twins.rows, twins.largest) == (6, 4)
    assert twins.exact + twins.canonical + twins.near == len(texts) - len(set(twins.cluster))
    assert find_twins(texts, near=False, seed=0).near == 0


def test_missing_and_blank_texts_are_nobodys_twin():
    assert find_twins([None, "", " \t", None, "\u3000"], seed=0).cluster.tolist() == [0, 1, 2, 3, 4]
    assert len(find_twins([], seed=0).cluster) == 0
    assert find_twins([], seed=0).largest == 0


def test_short_texts_have_no_near_twins():
    texts = ["good film", "good films", "a good film"]
    assert find_twins(texts, threshold=0.6, seed=0).near == 0


def test_boilerplate_does_not_chain_everything():
    draw = random.Random(8)
    form = "This electronic mail and its enclosures are confidential and meant for its reader. " * 3
    texts = [form + english(draw, 5) for _ in range(300)]
    assert find_twins(texts[:20], threshold=0.6, seed=0).largest == 20
    twins = find_twins([*texts, texts[0] + " indeed"], threshold=0.6, seed=0)
    assert twins.near == 1
    assert twins.cluster[300] == 0


def test_near_copies_chain():
    words = [f"w{at}x{at * 7 % 10}" for at in range(100)]
    steps = [" ".join(["other"] * k + words[k:]) for k in range(0, 30, 3)]
    assert reference(steps[0], steps[-1]) < 0.8
    assert find_twins(steps, seed=0).largest == len(steps)


def test_a_crowded_bucket_is_one_cluster():
    draw = random.Random(9)
    base = english(draw, 80)
    copies = [swap_letters(base, draw) for _ in range(500)]
    others = [english(draw, 80) for _ in range(600)]
    twins = find_twins([*others, *copies], seed=0)
    assert twins.largest >= 495
    assert (twins.cluster[:600] == np.arange(600)).all()


def test_twins_do_not_depend_on_the_order_of_rows():
    draw = random.Random(10)
    texts = [english(draw, 30) for _ in range(200)]
    texts += [swap_letters(text, draw) for text in texts] + texts[:50]
    order = np.random.default_rng(0).permutation(len(texts))
    here, there = (find_twins(t, seed=0).cluster for t in (texts, [texts[i] for i in order]))
    same = here[order][:, None] == here[order][None]
    assert (same == (there[:, None] == there[None])).all()


def test_huge_odd_and_broken_texts_are_taken():
    texts = [
        "a" * 2_000_000,
        "\ud800 lone surrogate",
        "nul\x00nul",
        "\x00",
        "…",
        "?!",
        "😀" * 20,
        "😀",
    ]
    assert find_twins(texts, seed=0).cluster.tolist() == list(range(8))


def test_canonical_folds_case_width_space_and_final_punctuation():
    assert canonical("  Ｈｅｌｌｏ，\tWORLD！！ ") == "hello, world"
    assert canonical("Straße") == canonical("STRASSE")
    assert canonical("很好。") == "很好"
    assert canonical("?!") == "?!"
    assert canonical("so good 😀") == "so good 😀"


def test_shingles_are_words_wide_in_every_script():
    assert shingles(
        ["", "abcd", "abcde", "中文", "中文字", "中文字符", "ab中文字"]
    ).lengths.tolist() == [*(0, 0, 1, 0, 1, 2, 2)]
    one, same, other = (shingles([text]).values for text in ("abcdef", "abcdef", "abcdeg"))
    assert (one == same).all()
    assert (one == other).tolist() == [True, False]


def test_join_names_components_by_their_lowest_node():
    links = np.array([5, 4, 1]), np.array([4, 2, 0])
    assert join(6, *links).tolist() == [0, 0, 2, 3, 2, 2]


@pytest.mark.parametrize("threshold", [0.5, 1.0, float("nan")])
def test_a_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(ConfigError, match=r"Use 0\.8"):
        find_twins(["a"], threshold=threshold, seed=0)


@pytest.mark.parametrize(
    ("name", "most"), [("mr_polarity", 0.001), ("chnsenticorp_htl", 0.005), ("thucnews_20k", 0.01)]
)
def test_real_texts_hold_few_twins_and_planted_ones_are_found(name, most):
    texts = real_texts(name)
    alone = find_twins(texts, seed=0)
    assert 0 < alone.rows < most * len(texts)
    for row in np.flatnonzero(alone.cluster != np.arange(len(texts))):
        mates = np.flatnonzero(alone.cluster == alone.cluster[row])
        assert max(reference(texts[row], texts[mate]) for mate in mates if mate != row) >= 0.8
    draw = random.Random(0)
    rows = [row for row, text in enumerate(texts) if len(text) >= 70][:500]
    copies = [swap_letters(texts[row], draw) for row in rows]
    planted = find_twins([*texts, *copies], seed=0).cluster[len(texts) :]
    if rows:
        assert (planted == alone.cluster[rows]).mean() >= 0.95


def real_texts(name: str) -> list[str]:
    from realdata import path

    folder = path(name)
    if name == "mr_polarity":
        files = sorted(folder.glob("rt-polarity.*"))
        return [line for f in files for line in f.read_text("latin-1").strip().split("\n")]
    if name == "thucnews_20k":
        lines = (folder / "dev.txt").read_text("utf-8").splitlines()
        return [line.rsplit("\t", 1)[0] for line in lines]
    table = pl.read_csv(folder / "ChnSentiCorp_htl_all.csv")
    return table["review"].drop_nulls().to_list()
