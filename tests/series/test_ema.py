"""The EMA equals pandas, polars and TA-Lib, knows no later row, and goes on from a state."""

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracles import GAPS, assert_bitwise, assert_same, walk

import umbrella
from umbrella.base.errors import BundleError, ConfigError
from umbrella.series import EmaState, ema
from umbrella.series.recursion import COLUMNS, NARROW
from umbrella.series.scan import BLOCK, FIRST, LONG

pandas = pytest.importorskip("pandas", reason="the oracle pandas needs: pip install '.[dev]'")
polars = pytest.importorskip("polars")
talib = pytest.importorskip("talib", reason="the oracle TA-Lib needs: pip install '.[dev]'")

RATES = st.one_of(
    st.floats(0.001, 1.0).map(lambda rate: {"alpha": rate}),
    st.floats(1.0, 300.0).map(lambda rate: {"span": rate}),
    st.floats(0.0, 99.0).map(lambda rate: {"com": rate}),
    st.floats(0.1, 100.0).map(lambda rate: {"half_life": rate}),
)
SHAPES = st.tuples(
    st.sampled_from([1, 2, 37, FIRST - 1, FIRST + 1, 700]), st.sampled_from([1, 3, NARROW + 9])
)
MANNERS = st.fixed_dictionaries(
    {"adjust": st.booleans(), "ignore_nan": st.booleans(), "min_count": st.integers(1, 5)}
)
MODES = [{"adjust": a, "ignore_nan": i} for a in (True, False) for i in (True, False)]
SERIES = [1, 3, NARROW + 9]


def pandas_mean(values, rate, adjust=True, ignore_nan=False, min_count=1, **more):
    """The oracle, with our names."""
    rate = {{"half_life": "halflife"}.get(name, name): size for name, size in rate.items()}
    window = pandas.DataFrame(values).ewm(
        **rate, adjust=adjust, ignore_na=ignore_nan, min_periods=min_count, **more
    )
    return window.mean().to_numpy()


@settings(max_examples=150, deadline=None)
@given(RATES, SHAPES, MANNERS, st.sampled_from([0.0, 0.1, 0.7]), st.integers(0, 10_000))
def test_equals_pandas(rate, shape, manner, gaps, seed):
    values = walk(*shape, gaps=gaps, seed=seed, level=10.0 ** (seed % 10))
    assume(
        manner["adjust"]
        or rate not in ({"span": 3.0}, {"half_life": 1.0}, {"alpha": 0.5}, {"com": 1.0})
    )
    assert_same(ema(values, **rate, **manner), pandas_mean(values, rate, **manner))


@settings(max_examples=80, deadline=None)
@given(
    SHAPES, MANNERS, st.sampled_from([0.0, 0.3]), st.integers(1, 300_000), st.integers(0, 10_000)
)
def test_equals_pandas_by_the_clock(shape, manner, gaps, half_life, seed):
    values = walk(*shape, gaps=gaps, seed=seed)
    steps = np.random.default_rng(seed).integers(0, 100_000, len(values)).cumsum()
    times = np.datetime64("2020-01-01", "s") + steps.astype("timedelta64[s]")
    stretch = np.timedelta64(half_life, "s")
    theirs = pandas_mean(values, {"halflife": pandas.Timedelta(stretch)}, times=times, **manner)
    assert_same(ema(values, half_life=stretch, times=times, **manner), theirs)
    assert_bitwise(
        ema(values, half_life=float(half_life), times=steps, **manner),
        ema(values, half_life=stretch, times=times, **manner),
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("gaps", [0.0, 1e-5, 0.1])
def test_long_series_equal_pandas(mode, gaps):
    values = walk(2 * LONG + BLOCK, 1, gaps=gaps)
    assert_same(ema(values, span=20, **mode), pandas_mean(values, {"span": 20}, **mode))


def test_slow_long_series_equal_pandas():
    values = walk(LONG + BLOCK, 1, gaps=0.01)
    theirs = pandas_mean(values, {"span": 1e5}, adjust=True)
    assert_same(ema(values, span=1e5), theirs, 1e-11)


def test_more_series_than_are_walked_together_equal_pandas():
    values = walk(5, COLUMNS + 7)
    values[2, COLUMNS + 3] = np.nan
    assert_same(ema(values, span=3), pandas_mean(values, {"span": 3}))


@pytest.mark.parametrize("series", SERIES)
def test_com_of_one_with_gaps_is_the_average_beside_it_not_what_pandas_says(series):
    values = np.repeat([[1.0], [np.nan], [5.0]], series, axis=1)
    ours = ema(values, com=1, adjust=False)
    assert ours[2, 0] == pytest.approx(11 / 3, rel=1e-12)
    assert_same(ours, ema(values, com=1 + 1e-13, adjust=False), 1e-12)
    assert_same(ours, pandas_mean(values, {"com": 1 + 1e-9}, adjust=False), 1e-8)
    for same in ({"span": 3}, {"alpha": 0.5}, {"half_life": 1}):
        assert_same(ema(values, **same, adjust=False), ours)


@pytest.mark.parametrize("mode", MODES)
def test_equals_polars(mode):
    values = walk(400, 1, gaps=GAPS)[:, 0]
    held = polars.Series(values).fill_nan(None)
    theirs = held.ewm_mean(span=9, adjust=mode["adjust"], ignore_nulls=mode["ignore_nan"])
    seen = ~np.isnan(values)  # polars leaves a gap empty where pandas holds the last answer
    assert_same(ema(values, span=9, **mode)[seen], theirs.to_numpy()[seen])


def test_equals_polars_by_the_clock():
    values, steps = walk(300, 1)[:, 0], np.random.default_rng(1).integers(1, 90, 300).cumsum()
    frame = polars.DataFrame({"x": values, "t": steps}).with_columns(
        polars.from_epoch("t", time_unit="s")
    )
    theirs = frame.select(polars.col("x").ewm_mean_by("t", half_life="60s"))["x"].to_numpy()
    assert_same(ema(values, half_life=60.0, times=steps, adjust=False), theirs)


@pytest.mark.parametrize("series", [1, NARROW + 1])
@pytest.mark.parametrize("span", [2, 3, 20])
@pytest.mark.parametrize("leading", [0, 4])
def test_seeded_by_the_mean_equals_ta_lib(series, span, leading):
    values = walk(300, series)
    values[:leading] = np.nan
    ours = ema(values, span=span, seed="sma", adjust=False)
    for s in range(series):
        assert_same(ours[:, s], talib.EMA(values[:, s].copy(), span))


def test_seeded_example_of_six_values():
    ours = ema([1, 2, 4, 8, 16, 32], span=3, seed="sma", adjust=False)
    assert np.isnan(ours[:2]).all()
    assert ours[2:] == pytest.approx([7 / 3, 31 / 6, 127 / 12, 511 / 24])


@pytest.mark.parametrize("series", [1, NARROW + 1])
def test_a_gap_inside_the_seed_waits_for_the_next_value(series):
    values = np.repeat([[1.0], [np.nan], [2.0], [np.nan], [6.0], [np.nan], [9.0]], series, axis=1)
    ours = ema(values, span=3, seed="sma", adjust=False)[:, -1]
    assert np.isnan(ours[:4]).all()
    assert ours[4] == ours[5] == pytest.approx(3.0)
    assert ours[6] == pytest.approx(3 + 0.5 / (0.25 + 0.5) * 6)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("clock", [False, True])
def test_no_row_knows_a_later_one_to_the_last_bit(mode, gaps, series, clock):
    values, cut = walk(500, series, gaps=gaps), 333
    times = np.random.default_rng(0).integers(0, 5, 500).cumsum() if clock else None

    def ours(rows):
        if clock:
            return ema(rows, half_life=3.0, times=times[: len(rows)], **mode)
        return ema(rows, span=7, **mode)

    before = ours(values)[:cut]
    for other in (np.nan, 1e300, -1e300, 0.0):
        changed = values.copy()
        changed[cut:] = other
        assert_bitwise(ours(changed)[:cut], before)
    assert_bitwise(ours(values[:cut]), before)
    assert_bitwise(ours(values[:1]), before[:1])


@pytest.mark.parametrize("mode", MODES)
def test_no_row_of_a_long_series_knows_a_later_one(mode):
    values = walk(LONG + 4 * BLOCK, 1, gaps=0.0)
    values[BLOCK // 2 : BLOCK // 2 + 3] = np.nan
    whole = ema(values, span=20, **mode)
    for cut in (FIRST + 5, BLOCK + 77, LONG + 2 * BLOCK + 5):
        changed = values.copy()
        changed[cut::3] = np.nan
        assert_bitwise(ema(changed, span=20, **mode)[:cut], whole[:cut])
        assert_bitwise(ema(values[:cut], span=20, **mode), whole[:cut])


STATES = [
    {"span": 9.0},
    {"span": 9.0, "adjust": False},
    {"alpha": 0.3, "ignore_nan": True, "min_count": 4},
    {"span": 9, "adjust": False, "seed": "sma"},
]


@pytest.mark.parametrize("asked", STATES)
@pytest.mark.parametrize("series", SERIES)
def test_fed_row_by_row_it_answers_as_fed_at_once(asked, series):
    values = walk(60, series, gaps=GAPS)
    whole = ema(values, **asked)
    first, state = ema(values[:7], **asked, return_state=True)
    rows = [first]
    for t in range(7, 60):
        row, state = ema(values[t : t + 1], state=state, return_state=True)
        state = EmaState.from_dict(json.loads(json.dumps(state.to_dict())))
        rows.append(row)
    assert_same(np.concatenate(rows), whole)
    if series > NARROW:
        assert_bitwise(np.concatenate(rows), whole)


def test_a_state_by_the_clock_knows_its_last_time():
    values, steps = walk(50, 2, gaps=GAPS), np.arange(50) ** 2
    times = np.datetime64("2024-01-01", "m") + steps
    stretch = np.timedelta64(2, "h")
    whole = ema(values, half_life=stretch, times=times)
    first, state = ema(values[:20], half_life=stretch, times=times[:20], return_state=True)
    state = EmaState.from_dict(json.loads(json.dumps(state.to_dict())))
    rest = ema(values[20:], times=times[20:], state=state)
    assert_same(np.concatenate([first, rest]), whole)
    with pytest.raises(ConfigError, match="lies before"):
        ema(values[:1], times=times[:1], state=state)
    with pytest.raises(ConfigError, match="no times came"):
        ema(values[:1], state=state)
    with pytest.raises(ConfigError, match="in plain numbers came"):
        ema(values[:1], times=[99], state=state)


def test_a_state_is_frozen_and_is_not_moved_by_going_on():
    _, state = ema([1.0, 2.0], span=3, return_state=True)
    kept = state.to_dict()
    ema([9.0], state=state)
    assert state.to_dict() == kept
    with pytest.raises(ValueError, match="read-only"):
        state.value[0] = 0


@pytest.mark.parametrize("damage", [{"alpha": None}, {"count": {}}, {"value": "x"}])
def test_a_damaged_state_is_refused(damage):
    _, state = ema([1.0, 2.0], span=3, return_state=True)
    with pytest.raises(BundleError, match=r"damaged|not the state"):
        EmaState.from_dict({**state.to_dict(), **damage})


def test_a_state_whose_arrays_differ_is_refused():
    _, one = ema([1.0, 2.0], span=3, return_state=True)
    _, two = ema([[1.0, 2.0]], span=3, return_state=True)
    with pytest.raises(BundleError, match="do not fit together"):
        EmaState.from_dict({**one.to_dict(), "count": two.to_dict()["count"]})


def test_single_precision_stays_and_is_computed_in_double():
    for series in (1, NARROW + 1):
        values = walk(300, series).astype(np.float32)
        ours = ema(values, span=20)
        assert ours.dtype == np.float32
        assert_bitwise(ours, ema(values.astype(np.float64), span=20).astype(np.float32))


def test_the_axis_of_time_can_be_the_second():
    for series in (3, NARROW + 1):
        values = walk(40, series, gaps=GAPS)
        assert_bitwise(ema(values.T, span=5, axis=1), ema(values, span=5).T)


def test_integers_scalars_and_empty_arrays_are_taken():
    assert ema([1, 2, 3], alpha=1).tolist() == [1, 2, 3]
    assert ema(np.zeros((0, 4)), span=3).shape == (0, 4)
    assert ema(np.zeros((4, 0)), span=3).shape == (4, 0)
    assert ema([], span=3).shape == (0,)


def test_a_constant_stays_exactly_itself():
    for series in (1, NARROW + 1):
        assert (ema(np.full((1000, series), 0.1), span=30) == 0.1).all()


def test_the_root_has_it_and_no_module_stands_in_its_way():
    assert umbrella.series.ema is ema
    assert callable(umbrella.series.ema)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "none of them came"),
        ({"alpha": 0.5, "span": 3}, "alpha=0.5 and span=3 came"),
        ({"alpha": 0}, r"alpha=0 is not possible: alpha must lie in \(0, 1\]"),
        ({"alpha": 1.1}, "alpha=1.1 is not possible"),
        ({"alpha": np.nan}, "alpha=nan is not possible"),
        ({"span": 0.5}, "span must lie from 1 on"),
        ({"half_life": 0}, "half_life must lie above 0 on"),
        ({"half_life": np.timedelta64(1, "D")}, "no times came"),
        ({"com": -1}, "com must lie from 0 on"),
        ({"span": "20 days"}, "is not a number"),
        ({"span": 3, "min_count": 0}, "min_count=0 is not possible"),
        ({"span": 3, "seed": "mean"}, "No seed named 'mean'"),
        ({"span": 3, "seed": "sma"}, "adjust=False"),
        ({"alpha": 0.5, "seed": "sma", "adjust": False}, r"needs span=\(a whole number\)"),
        ({"span": 3, "times": [1, 2, 3]}, "only half_life says"),
        ({"half_life": 1, "times": [1, 3, 2]}, r"time of row 2 \(from 0\) lies before"),
        ({"half_life": 1, "times": [1, 2]}, r"shape \(2,\) came for 3 rows"),
        ({"half_life": 1, "times": [1, np.nan, 2]}, "time of row 1"),
        ({"half_life": 1, "times": ["a", "b", "c"]}, "Give numbers or datetime64"),
        ({"half_life": 1, "times": np.array([0, 1, 2], "datetime64[D]")}, "does not fit"),
        ({"half_life": np.timedelta64(1, "D"), "times": [1, 2, 3]}, "does not fit"),
        ({"span": 3, "axis": 1}, "axis=1 is not an axis"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_words(asked, says):
    with pytest.raises(ConfigError, match=says):
        ema([1.0, 2.0, 3.0], **asked)


@pytest.mark.parametrize("series", [1, NARROW + 1])
def test_infinite_values_are_named_by_their_place(series):
    values = np.ones((500, series))
    values[400, series - 1] = -np.inf
    with pytest.raises(ConfigError, match=rf"row 400, series {series - 1} \(both from 0\) is -inf"):
        ema(values, span=3)


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(ConfigError, match="Give numbers"):
        ema(["a"], span=3)
    with pytest.raises(ConfigError, match=r"shape \(1, 1, 1\)"):
        ema([[[1.0]]], span=3)


def test_a_state_of_other_settings_or_series_is_refused():
    _, state = ema([[1.0, 2.0]], span=3, return_state=True)
    with pytest.raises(ConfigError, match=r"alpha 0\.5, and alpha 0\.9 came"):
        ema([[1.0, 2.0]], alpha=0.9, state=state)
    with pytest.raises(ConfigError, match="number of series 2, and number of series 1"):
        ema([1.0], state=state)
