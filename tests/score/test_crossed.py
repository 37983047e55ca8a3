"""Intervals over seeds and rows: they cover, and each part of the doubt counts."""

import numpy as np
import pytest
from scipy.stats import ttest_ind, ttest_rel

from umbrella.base.errors import ConfigError
from umbrella.score.crossed import contrast, gap, mean


def drawn(rng, seeds, rows, of_seeds, of_both, base=0.0):
    shape = (seeds, rows)
    return base + of_seeds * rng.normal(size=(seeds, 1)) + of_both * rng.normal(size=shape)


@pytest.mark.parametrize(
    ("seeds", "rows", "of_seeds", "of_both"),
    [(5, 200, 0.02, 0.3), (5, 200, 0.3, 1.0), (3, 60, 0.05, 0.3), (2, 200, 0.2, 0.3)],
)
def test_intervals_hold_the_truth_as_often_as_they_say(seeds, rows, of_seeds, of_both):
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(600):
        base = rng.normal(size=rows)
        new = drawn(rng, seeds, rows, of_seeds, of_both, base) + 0.3 * rng.normal(size=rows)
        found = gap(new, drawn(rng, seeds, rows, of_seeds, of_both, base))
        hits += found.low <= 0 <= found.high
    assert 0.93 <= hits / 600 <= 0.985


def test_seeds_alone_give_welchs_test_and_rows_alone_the_paired_one():
    rng = np.random.default_rng(1)
    same_rows = np.ones((1, 5000))
    a, b = rng.normal(size=(5, 1)) * same_rows, rng.normal(1, 3, size=(7, 1)) * same_rows
    assert gap(b, a).p == pytest.approx(ttest_ind(b[:, 0], a[:, 0], equal_var=False).pvalue, 1e-2)
    x, y = rng.normal(size=300), rng.normal(0.1, size=300)
    both = gap(np.stack([y, y]), np.stack([x, x]))
    assert both.seeds == 0
    assert both.p == pytest.approx(ttest_rel(y, x).pvalue, rel=1e-6)


def test_rows_of_a_unit_count_as_one():
    rng = np.random.default_rng(2)
    scores = np.repeat(drawn(rng, 4, 50, 0.0, 1.0), 20, axis=1)
    groups = np.repeat(np.arange(50), 20)
    alone, together = mean(scores), mean(scores, groups)
    assert together.rows > 3.5 * alone.rows
    assert together.rows == pytest.approx(mean(scores[:, ::20]).rows)


def test_no_difference_at_all_is_no_certainty():
    right = np.ones((5, 100))
    right[:, :3] = 0
    found = gap(right, right)
    assert found.value == 0
    assert found.low < -0.005
    assert not found.clear


def test_a_difference_of_differences_is_a_sum_of_weighted_means():
    rng = np.random.default_rng(3)
    a, b, c, d = (drawn(rng, 3, 40, 0.1, 1.0) for _ in range(4))
    found = contrast([(1.0, a), (-1.0, b), (-1.0, c), (1.0, d)])
    assert found.value == pytest.approx(a.mean() - b.mean() - c.mean() + d.mean())
    assert found.error > gap(a, b).error


@pytest.mark.parametrize(
    ("a", "b"), [((1, 9), (5, 9)), ((5, 9), (5, 8)), ((9,), (9,)), ((2, 0), (2, 0))]
)
def test_one_seed_or_other_rows_are_refused(a, b):
    with pytest.raises(ConfigError, match="two or more"):
        gap(np.zeros(a), np.zeros(b))
