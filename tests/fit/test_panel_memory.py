"""A panel takes memory once: what a series or a moment tells is held once, work is done in pieces,
and the table rests on the disk as soon as the panel is made. No figure changes by it.
"""

import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
import pytest

from umbrella.base.progress import Silent
from umbrella.data import codecs
from umbrella.data.codecs import windows
from umbrella.data.codecs.windows import Ahead, AtOrigins, OfSeries, Windows, fill_forward
from umbrella.data.panel import roles
from umbrella.data.read import read
from umbrella.data.store import Store
from umbrella.fit import against_naive, origins
from umbrella.fit.prepare import Prepared
from umbrella.fit.settings import FitSettings
from umbrella.score import conformal
from umbrella.tasks.forecast import Forecast

DAYS, SHOPS = 400, 30


@pytest.fixture(scope="module")
def made() -> Prepared:
    return prepared()


def prepared() -> Prepared:
    rng = np.random.default_rng(0)
    days = [str(np.datetime64("2020-01-01") + day) for day in range(DAYS)]
    sold = 50 + rng.normal(size=DAYS * SHOPS).cumsum()
    sold[rng.integers(0, len(sold), 20)] = np.nan
    table = {
        "day": days * SHOPS,
        "shop": [f"shop {shop:02}" for shop in range(SHOPS) for _ in days],
        "sold": ["" if np.isnan(value) else f"{value:.4f}" for value in sold],
    }
    asked = FitSettings("sold", horizon=7, time="day", series="shop", features="none", folds=1)
    return origins.prepare_series(read(table), asked, Silent())


def peak(work: Callable[[], object]) -> int:
    """Bytes that some work takes at its highest."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_origins_are_fed_as_they_are_held(made: Prepared):
    fed = next(made.batches())["day"]
    assert isinstance(fed, np.ndarray)
    assert np.shares_memory(fed, made.rows)


def test_windows_hold_the_calendar_once_a_moment_and_a_scale_once_a_series(made: Prepared):
    codec = codecs.make("window", **{**made.shared, "window": 20}).bind(made.panel)
    encoded = codec.fit([made.rows]).encode(made.rows)
    past, ahead, steps = encoded["past"], encoded["ahead"], len(made.panel.values)
    assert past.shape[2] == 3  # the target, and sine and cosine of the week
    beside = 8 * (len(made.rows) + steps)  # the origins, and the target
    assert past.nbytes < beside + 4 * steps + 8 * 10 * DAYS
    assert ahead.nbytes < 8 * len(made.rows) + 4 * steps + 100 * SHOPS + 8 * 10 * DAYS
    plain = Windows(
        past.values[np.arange(steps)],
        past.firsts[np.arange(steps)],
        past.origins,
        20,
        past.relative,
        past.scales[:],
    )
    np.testing.assert_array_equal(past[:], plain[:])
    np.testing.assert_array_equal(past.values[5:9, 0], past.values[5:9][:, 0])
    np.testing.assert_array_equal(past.values[5:9, 2], past.values[5:9][:, 2])


def test_a_series_new_since_training_keeps_a_scale_for_every_origin(made: Prepared):
    first = made.rows[made.rows < DAYS]
    codec = codecs.make("window", **made.shared).bind(made.panel).fit([first])
    scales = codec.encode(made.rows)["past"].scales
    assert isinstance(scales, np.ndarray)
    assert len(np.unique(scales[made.rows < DAYS])) == 1 < len(np.unique(scales))


def test_a_column_without_gaps_is_not_copied():
    values = np.arange(12.0).reshape(6, 2)
    assert fill_forward(values, np.zeros(6, np.int64)) is values


def test_targets_are_cut_out_and_scored_in_pieces(monkeypatch):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(20_000, 1))
    at = np.arange(19_000)
    offsets = np.array([0, 10_000, 20_000])
    lasts, ones = OfSeries(offsets[1:] - 1, offsets), AtOrigins(OfSeries(np.ones(2), offsets), at)
    ahead = Ahead(values, lasts, at, 20, ones, AtOrigins(values[:, 0], at))
    whole, task = ahead[:], Forecast(20)
    outputs = np.zeros_like(whole)
    scores = task.row_scores(outputs, whole)
    monkeypatch.setattr(windows, "AT_ONCE", 20_000)
    monkeypatch.setattr("umbrella.tasks.forecast.AT_ONCE", 20_000)
    np.testing.assert_array_equal(ahead[:], whole)
    np.testing.assert_array_equal(task.row_scores(outputs, whole), scores)
    assert peak(lambda: ahead[:]) < 2 * whole.nbytes
    few = np.arange(50)
    np.testing.assert_array_equal(ahead[few], whole[:50])
    assert peak(lambda: ahead[few]) < at.nbytes  # a batch does not look at all origins
    assert peak(lambda: task.row_scores(outputs, whole)) < whole.nbytes


def test_origins_are_the_same_however_few_series_are_cut_at_a_time(made, monkeypatch):
    bounds = origins.bounds_of(DAYS, 7, (0.7, 0.15, 0.15), 1)[-1]
    whole = origins.cut(made.panel, 7, bounds)
    monkeypatch.setattr(origins, "AT_ONCE", 1)
    monkeypatch.setattr(origins, "MOST_CELLS", 7 * 1_000)
    thin = origins.cut(made.panel, 7, bounds)
    assert 500 < (thin[1] == origins.TRAIN).sum() <= 1_000
    kept = np.isin(whole[0], thin[0])
    for one, other in zip(whole, thin, strict=True):
        np.testing.assert_array_equal(one[kept], other)
    monkeypatch.setattr(origins, "MOST_CELLS", 50_000_000)
    for one, other in zip(whole, origins.cut(made.panel, 7, bounds), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_naive_forecast_is_the_same_in_pieces(made: Prepared, monkeypatch):
    at = made.part("validation")
    whole = against_naive.naive_forecasts(made.panel, made.targets, 7, at)
    monkeypatch.setattr(against_naive, "AT_ONCE", 50)
    pieces = against_naive.naive_forecasts(made.panel, made.targets, 7, at)
    np.testing.assert_array_equal(whole["seasonal-naive"], pieces["seasonal-naive"])


def test_the_ends_of_intervals_make_no_list_of_errors():
    errors = np.random.default_rng(0).normal(size=(200_000, 1))
    assert peak(lambda: conformal.split(errors, 0.9)) < 3 * errors.nbytes


def frames() -> Iterator[pl.DataFrame]:
    for start in range(0, 40_000, 10_000):
        yield pl.DataFrame({"a": [f"cell {at:012}" for at in range(start, start + 10_000)]})


@pytest.mark.parametrize(("limit", "rests"), [(2**21, True), (2**30, False)])
def test_a_large_table_rests_on_the_disk_and_a_small_one_in_memory(limit: int, rests: bool):
    store = Store(limit)
    for frame in frames():
        store.add(frame)
    store.close()
    assert store.folder is None
    assert (store.rest().folder is not None) == rests
    assert pl.concat(store.frames(["a"])).equals(pl.concat(frames()))


def test_the_table_rests_before_its_panel_is_made(monkeypatch):
    rested = []
    monkeypatch.setattr(Store, "rest", lambda store: rested.append(store.rows))
    prepared()
    assert rested == [DAYS * SHOPS]


def test_rows_are_seen_to_differ_in_whatever_order_they_stand():
    one, two = (
        np.repeat(np.arange(3), 4).astype(np.int32),
        np.tile(np.arange(4), 3).astype(np.int32),
    )
    gone = np.array([0, -1, 0], np.int32), np.array([0, 0, -1], np.int32)
    assert roles._all_differ(*gone)
    assert not roles._all_differ(gone[0])
    assert roles._all_differ(one[::-1], two)
    assert not roles._all_differ(one, two // 2)
    assert roles._all_differ(one, two)
    assert roles._all_differ(two, one)
