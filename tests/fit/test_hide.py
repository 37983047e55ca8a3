"""Other words hidden at every step: as many as asked, whole ones, the same for the same seed."""

import numpy as np
import pytest
import torch

from umbrella.data.codecs.text_blanks import TextBlanks
from umbrella.data.codecs.wordpieces import train
from umbrella.fit.hide import Hide


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(list("abcdefgh"), 4)) for _ in range(60)]
    texts = [" ".join(rng.choice(words, rng.integers(3, 60))) for _ in range(120)]
    codec = TextBlanks(train(texts, 120), 0, 120)
    found = codec.encode(texts)
    given = {name: torch.from_numpy(values.padded()) for name, values in found.items()}
    return codec, given, [one.ids for one in codec.tokens(texts)]


def test_a_seed_hides_the_same_and_another_other_words(made):
    codec, given, _ = made
    hide = Hide(codec)
    one, again, other = (hide(dict(given), seed)[0] for seed in (1, 1, 2))
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not torch.equal(one["places"][:, :2], other["places"][:, :2])


def test_the_truth_is_that_of_the_text(made):
    codec, given, texts = made
    varied, mix = Hide(codec)(dict(given), 3)
    assert mix is None
    for row, ids in enumerate(texts):
        real = varied["truth"][row] >= 0
        assert real.any()
        at = varied["places"][row][real].numpy()
        assert np.array_equal(varied["truth"][row][real].numpy(), ids[at])
        rest = np.setdiff1d(np.arange(len(ids)), at)
        assert np.array_equal(varied["ids"][row].numpy()[rest], ids[rest])
        words = given["words"][row].numpy()
        assert np.array_equal(at, np.flatnonzero(np.isin(words, words[at])))


def test_shares_are_those_of_the_paper(made):
    codec, given, _ = made
    drawn, fates = 0, np.zeros(3)
    for seed in range(20):
        varied, _ = Hide(codec)(dict(given), seed)
        real = varied["truth"] >= 0
        shown = varied["ids"].gather(1, varied["places"])[real]
        true = varied["truth"][real]
        fates += [int((shown == codec.mask).sum()), int((shown == true).sum()), len(true)]
        drawn += len(true)
        assert not np.isin(shown[shown != codec.mask].numpy(), codec.special).any()
    words = int((given["words"] > 0).sum()) * 20
    assert 0.12 < drawn / words < 0.19
    assert 0.77 < fates[0] / fates[2] < 0.83
    assert 0.08 < fates[1] / fates[2] < 0.13
