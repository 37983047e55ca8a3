"""The decoders of CTC, against every path there is."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

import umbrella
from umbrella.base.errors import ConfigError
from umbrella.score import ctc
from umbrella.score.ctc import (
    BLANK,
    NEVER,
    Search,
    beam,
    frames_of,
    greedy,
    in_order,
    listen,
    together,
)
from umbrella.score.language import END, Language

SYMBOLS = ["a", "b"]
MODEL = Language.learn(["ab", "abab", "ba"], SYMBOLS)


def frames(seed, count=5, classes=3):
    chances = np.random.default_rng(seed).dirichlet(np.ones(classes), count)
    return np.log(chances).astype(np.float32)


def by_every_path(outputs):
    """Symbols → summed probability of all paths that leave them."""
    found = {}
    for path in itertools.product(range(outputs.shape[1]), repeat=len(outputs)):
        said = tuple(one for one, _ in itertools.groupby(path) if one != BLANK)
        chance = math.exp(sum(outputs[at, one] for at, one in enumerate(path)))
        found[said] = found.get(said, 0.0) + chance
    return found


def liking(said):
    """The language model's log-probability of symbols and an end."""
    text, total = MODEL.start, 0.0
    for char in [SYMBOLS[one - 1] for one in said] + [END]:
        total += MODEL.log_chance(MODEL.context(text), char)
        text += char
    return total


@pytest.mark.parametrize("seed", range(12))
def test_a_wide_beam_finds_what_all_paths_together_favour(seed):
    outputs = frames(seed)
    found = by_every_path(outputs)
    assert beam(outputs, Search(200), least=-1e3).symbols == max(found, key=found.get)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("weight", "bonus"), [(0.7, 0.0), (1.5, 0.8), (0.0, 1.0)])
def test_the_language_model_and_the_bonus_are_weighed_as_they_say(seed, weight, bonus):
    outputs = frames(seed)
    ranked = {
        said: math.log(chance) + weight * liking(said) + bonus * len(said)
        for said, chance in by_every_path(outputs).items()
    }
    heard = beam(outputs, Search(200, weight, bonus), MODEL, SYMBOLS, least=-1e3)
    assert heard.symbols == max(ranked, key=ranked.get)


def test_the_beam_sums_paths_where_the_likeliest_path_misleads():
    outputs = np.log([[0.6, 0.4], [0.6, 0.4]])  # blank twice .36, the symbol in some way .64
    assert greedy(outputs).symbols == ()
    assert beam(outputs, Search()).symbols == (1,)


def test_repeats_are_one_symbol_unless_a_blank_parts_them():
    path = [1, 1, 0, 1, 2, 2, 0, 0, 2]
    outputs = np.full((len(path), 3), -20.0)
    outputs[np.arange(len(path)), path] = 0.0
    assert greedy(outputs).symbols == beam(outputs, Search()).symbols == (1, 1, 2, 2)


@pytest.mark.parametrize("search", [None, Search(), Search(8, 0.5, 0.5)])
def test_padding_changes_nothing_that_is_heard(search):
    rows = [frames(seed, count)[None] for seed, count in enumerate((7, 3, 9))]
    texts, sure = listen(together(rows), SYMBOLS, search, MODEL)
    for at, row in enumerate(rows):
        alone, how_sure = listen(row, SYMBOLS, search, MODEL)
        assert alone == texts[at : at + 1]
        assert how_sure[0] == pytest.approx(sure[at], abs=1e-6)


def test_shorter_rows_end_in_certain_blanks():
    long, short = frames(0, 6)[None], frames(1, 2)[None]
    whole = together([short, long])
    assert whole.shape == (2, 6, 3)
    assert whole.dtype == np.float32
    np.testing.assert_array_equal(whole[0, :2], short[0])
    np.testing.assert_array_equal(whole[1], long[0])
    assert (whole[0, 2:] == [0.0, NEVER, NEVER]).all()
    assert frames_of(whole).tolist() == [2, 6]
    flat = [np.ones((2, 4)), np.zeros((1, 4))]
    assert together(flat).shape == (3, 4)


def test_confidence_is_the_mean_of_the_symbols_best_frames():
    outputs = np.log([[0.1, 0.9, 1e-9], [0.3, 0.7, 1e-9], [0.8, 0.1, 0.1], [0.4, 1e-9, 0.6]])
    assert greedy(outputs).confidence == pytest.approx((0.9 + 0.6) / 2, abs=1e-6)
    assert beam(outputs, Search()).confidence == pytest.approx((0.9 + 0.6) / 2, abs=1e-6)
    silent = np.log([[0.9, 0.1], [0.7, 0.3]])
    assert greedy(silent).confidence == pytest.approx(0.8)


def test_spaces_are_single_and_inside():
    outputs = np.full((6, 3), -30.0)
    outputs[np.arange(6), [1, 0, 1, 2, 1, 0]] = 0.0
    assert listen(outputs[None], [" ", "x"])[0] == ["x"]


def test_a_beam_of_one_and_a_row_of_padding_are_answered():
    nothing = np.full((1, 4, 3), NEVER, np.float32)
    nothing[:, :, BLANK] = 0.0
    assert listen(nothing, SYMBOLS, Search(1), MODEL)[0] == [""]
    assert beam(frames(3), Search(1)).symbols == beam(frames(3), Search(1)).symbols
    assert listen(np.zeros((0, 1, 3)), SYMBOLS)[0] == []


@pytest.mark.parametrize(
    "wrong", [{"width": 0}, {"width": 2.5}, {"weight": -1}, {"bonus": 50}, {"weight": True}]
)
def test_a_search_out_of_range_is_refused(wrong):
    with pytest.raises(ConfigError, match="is not in"):
        Search(**wrong)


def test_networks_and_decoders_agree_on_blanks_and_padding():
    from umbrella.models.audio import spoken

    assert (spoken.BLANK, spoken.NEVER) == (ctc.BLANK, ctc.NEVER)


@pytest.mark.parametrize("shape", [(3,), (4, 3)])
def test_outputs_of_batches_come_back_in_the_order_of_their_rows(shape):
    rng = np.random.default_rng(0)
    whole = rng.normal(size=(20, *shape)).astype(np.float32)
    rows = np.array_split(rng.permutation(20), [7, 8, 15])
    assert np.array_equal(in_order([whole[at] for at in rows], rows), whole)


def test_rows_of_fewer_frames_end_in_blanks_wherever_they_come_back():
    short, long = frames(0, count=2)[None], frames(1, count=5)[None]
    made = in_order([short, long], [np.array([1]), np.array([0])])
    assert frames_of(made).tolist() == [5, 2]
    assert np.array_equal(made[1, :2], short[0])


def test_outputs_are_put_back_in_order_in_one_place():
    root = Path(umbrella.__file__).parent
    sources = {path.name: path.read_text("utf-8") for path in root.rglob("*.py")}
    found = [name for name, source in sources.items() if "np.empty_like(whole)" in source]
    assert found == ["ctc.py"]
