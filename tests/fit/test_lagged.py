"""Sums over windows: however they are come by, they are those of the windows laid out in full."""

from collections import namedtuple

import numpy as np
import pytest

from umbrella.data.codecs.windows import Ahead, Windows
from umbrella.fit import lagged
from umbrella.fit.lagged import sums_of

PARTS = ("rows", "xx", "xy", "x", "y", "yy")
Plain = namedtuple("Plain", PARTS)


def series(sizes=(200, 90, 160), look=7, ahead=5, seed=0, holes=()):
    """Windows and targets of every step of some walks, laid end to end."""
    draw = np.random.default_rng(seed)
    values = 1000 + np.concatenate([draw.normal(size=size).cumsum() for size in sizes])[:, None]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    firsts, lasts = np.repeat(offsets[:-1], sizes), np.repeat(offsets[1:] - 1, sizes)
    origins = np.arange(len(values))
    scales = np.repeat(draw.uniform(0.5, 2.0, len(sizes)), sizes)
    past = Windows(values, firsts, origins, look, np.array([True]), scales)
    broken = values.copy()
    broken[list(holes)] = np.nan
    targets = Ahead(broken, lasts, origins, ahead, scales, values[:, 0])
    return past, targets


def laid_out(past, targets, rows):
    x, y = past[rows][:, :, 0].astype(float), targets[rows].astype(float)
    known = np.isfinite(y).all(axis=1)
    x, y = x[known], y[known]
    return Plain(len(x), x.T @ x, x.T @ y, x.sum(0), y.sum(0), (y**2).sum(0))


def same(got, expected, rtol=1e-6):
    for name in PARTS:
        one, other = getattr(got, name), getattr(expected, name)
        np.testing.assert_allclose(one, other, rtol=rtol, atol=rtol * np.abs(other).max())


@pytest.fixture
def shifts(monkeypatch):
    """How many origins were summed by shifting."""
    counts = []
    whole = lagged._shifted

    def counted(*args):
        counts.append(whole(*args).rows)
        return whole(*args)

    monkeypatch.setattr(lagged, "_shifted", counted)
    return counts


def test_shifted_sums_are_those_of_windows_laid_out(shifts):
    past, targets = series()
    rows = np.arange(450)
    same(sums_of(past, targets, rows), laid_out(past, targets, rows))
    assert shifts == [200 - 6 - 5, 90 - 6 - 5, 160 - 6 - 5]


def test_rows_may_come_in_any_order_and_with_gaps_between_them(shifts):
    past, targets = series()
    rows = np.random.default_rng(1).permutation(np.r_[0:100, 105:200, 290:450:2])
    same(sums_of(past, targets, rows), laid_out(past, targets, rows))
    assert shifts == [100 - 6, 95 - 5]


def test_few_origins_in_a_row_are_laid_out(shifts):
    past, targets = series()
    rows = np.r_[10:30, 210:230]
    same(sums_of(past, targets, rows), laid_out(past, targets, rows))
    assert shifts == []


def test_memory_is_cut_into_pieces(monkeypatch):
    past, targets = series()
    rows = np.arange(450)
    monkeypatch.setattr(lagged, "CELLS", 50)
    monkeypatch.setattr(lagged, "LONG", 10**9)
    same(sums_of(past, targets, rows), laid_out(past, targets, rows))


def test_arrays_are_summed_as_windows_are():
    past, targets = series()
    rows = np.arange(3, 440)
    same(sums_of(past[:], targets[:], rows), sums_of(past, targets, rows))


def test_a_small_gap_in_the_targets_counts_as_the_step_before_it(shifts):
    past, targets = series(sizes=(120,), holes=(60,))
    rows = np.arange(50, 70)
    x, y = past[rows][:, :, 0].astype(float), targets[rows].astype(float)
    at = np.arange(50, 70)
    for row in range(20):
        for step in range(5):
            if at[row] + step + 1 == 60:
                y[row, step] = y[row, step - 1] if step else 0.0
    kept = at + 5 != 60  # whose last target is the gap
    got = sums_of(past, targets, rows)
    assert got.rows == 19
    np.testing.assert_allclose(got.y, y[kept].sum(axis=0), rtol=1e-6)
    np.testing.assert_allclose(got.xy, x[kept].T @ y[kept], rtol=1e-5, atol=1e-5)
    assert shifts == []


def test_the_near_steps_of_origins_that_lack_the_far_ones_count():
    past, targets = series(sizes=(20,))
    rows = np.arange(20)
    assert sums_of(past, targets, rows).rows == 15
    near = sums_of(past, targets, rows, None, slice(0, 2))
    assert (near.rows, near.xy.shape) == (18, (7, 2))
    far = sums_of(past, targets, rows, None, slice(2, 5))
    assert (far.rows, far.xy.shape) == (15, (7, 3))
    y = targets[np.arange(15)].astype(float)
    np.testing.assert_allclose(far.y, y[:, 2:].sum(axis=0), rtol=1e-6)


@pytest.mark.parametrize("one", [False, True])
def test_errors_are_those_of_every_window_summed(one):
    past, targets = series()
    rows = np.arange(400)
    draw = np.random.default_rng(2)
    ahead = draw.normal(size=(450, 5, 3))
    weights, known = draw.normal(size=(7, 5)), draw.normal(size=(5, 3 + one))
    x, y = past[rows][:, :, 0].astype(float), targets[rows].astype(float)
    a = np.concatenate([ahead, np.ones((450, 5, 1))], axis=2)[rows, :, : 3 + one]
    usable = np.isfinite(y).all(axis=1)
    miss = x @ weights + (a * known).sum(axis=2) - y
    expected = (miss[usable] ** 2).sum(axis=0)
    sums = sums_of(past, targets, rows, ahead=ahead)
    got = (sums.with_one() if one else sums).errors(weights, known)
    np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_sums_add_up():
    past, targets = series()
    parts = [sums_of(past, targets, rows) for rows in (np.arange(200), np.arange(200, 450))]
    same(parts[0] + parts[1], sums_of(past, targets, np.arange(450)))
    none = sums_of(past, targets, np.arange(0))
    assert none.rows == 0
    same(none + parts[0], parts[0])
    same(parts[0] + none, parts[0])
