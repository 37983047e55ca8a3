"""Numbers, categories and times become signals and codes, survive odd cells, and store as JSON."""

import copy
import csv
import json
import math

import numpy as np
import pytest
from realdata import path

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data.codecs import from_spec, make
from umbrella.data.codecs.category import HELD, CategoryColumn
from umbrella.data.codecs.number import BEND, Sample, Scale, read_numbers
from umbrella.data.codecs.table import TableCodec
from umbrella.data.codecs.time import DAYS, HOUR, WEEKDAY, YEAR, read_moments

ODD = ["nan", "NaN", "inf", "-inf", "1e999", "", " ", "x", "1,5", "0x10", None]
DAMAGE = [
    ("mode", "loud"),
    ("levels", 1),
    ("levels", True),
    ("min_count", 0),
    ("columns", []),
    ("columns", "number"),
    ("columns", [{"kind": "text"}]),
    ("columns", [{"kind": "number", "gaps": 1, "middle": 0.0, "width": 1.0}]),
    ("columns", [{"kind": "number", "gaps": True, "middle": math.nan, "width": 1.0}]),
    ("columns", [{"kind": "number", "gaps": True, "middle": 0.0, "width": -1.0}]),
    ("columns", [{"kind": "number", "gaps": True, "middle": 10**400, "width": 1.0}]),
    ("columns", [{"kind": "number", "gaps": True, "middle": 0.0}]),
    ("columns", [{"kind": "category", "known": ["a", "a"]}]),
    ("columns", [{"kind": "category", "known": [" a"]}]),
    ("columns", [{"kind": "category", "known": [str(i) for i in range(200)]}]),
    ("columns", [{"kind": "category", "known": "ab"}]),
    ("columns", [{"kind": "time", "gaps": False, "middle": 0.0, "width": 1.0}]),
]


def number(cells, **settings):
    return TableCodec(kinds=("number",), **settings).fit([[cells]])


def mixed(mode="scaled"):
    codec = TableCodec(kinds=("category", "number", "time"), mode=mode, min_count=2)
    return codec.fit(
        [
            [["a", "a", "b"], ["1", "2", "3"], ["2024-01-05", "2024-02-01 06:30", None]],
            [["b", "b", "c"], ["4", None, "6"], ["2023/7/1", "x", "2022-12-31"]],
        ]
    )


def test_a_number_is_measured_from_the_median_in_widths_of_the_middle_half():
    codec = number([str(n) for n in range(101)])
    got = codec.encode([["50", "100", "0"]])["numbers"]
    z = 50 / 50
    np.testing.assert_allclose(got[:, 0], [0, z / math.sqrt(1 + (z / 3) ** 2), -got[1, 0]])
    assert got.dtype == np.float32


def test_wild_numbers_stay_within_the_bend_and_in_order():
    codec = number([str(n) for n in range(101)])
    wild = ["200", "1e6", "1e30", "1e308", "-1e308"]
    got = codec.encode([wild])["numbers"][:, 0]
    assert np.isfinite(got).all()
    assert abs(got).max() <= BEND
    assert (np.diff(got[:4]) >= 0).all()
    assert got[4] < 0


def test_a_missing_number_is_the_middle_and_says_so():
    codec = number(["1", "2", "3", None])
    got = codec.encode([["2", *ODD]])["numbers"]
    assert codec.sizes == {"numbers": 2, "levels": ()}
    np.testing.assert_array_equal(got[0], [0, 0])
    np.testing.assert_array_equal(got[1:], [[0, 1]] * len(ODD))


def test_a_column_without_gaps_has_no_signal_for_them():
    codec = number(["1", "2", "3"])
    assert codec.sizes["numbers"] == 1
    np.testing.assert_array_equal(codec.encode([[None]])["numbers"], [[0]])


@pytest.mark.parametrize("cells", [["7"] * 9, [None] * 9, ["nan"] * 9, ["inf", "x"] * 3])
def test_a_column_that_tells_nothing_is_zero_for_every_number(cells):
    codec = number(cells)
    got = codec.encode([["7", "8", "-1e9"]])["numbers"]
    np.testing.assert_array_equal(got[:, 0], 0)


def test_a_column_that_is_mostly_one_value_is_scaled_by_its_wider_part():
    scale = Scale.of(np.array([0.0] * 95 + [10.0] * 5))
    assert scale.middle == 0
    assert scale.width > 0


def test_values_too_far_apart_for_a_float_keep_a_finite_scale():
    codec = number(["-1.7e308", "1.7e308"] * 4)
    assert np.isfinite(codec.encode([["1.7e308", "0", "-1.7e308"]])["numbers"]).all()


def test_raw_numbers_keep_their_value_and_their_gaps():
    got = number(["1", None], mode="raw").encode([["1.5", None, "inf", "1e300"]])["numbers"][:, 0]
    assert got[0] == 1.5
    assert np.isnan(got[1:3]).all()
    assert np.isfinite(got[3])


def test_numbers_are_read_as_python_does():
    np.testing.assert_array_equal(read_numbers([" 1.5 ", "-2e3", ".5", "+7"]), [1.5, -2000, 0.5, 7])


def test_a_sample_is_all_of_a_short_stream_and_an_even_part_of_a_long_one():
    short, long = Sample(1000, 0), Sample(1000, 0)
    short.add(np.arange(900.0))
    for start in range(0, 100_000, 777):
        long.add(np.arange(start, min(start + 777, 100_000), dtype=float))
    np.testing.assert_array_equal(short.values, np.arange(900.0))
    assert len(long.values) == 1000
    assert abs(np.median(long.values) - 50_000) < 5_000
    assert abs(np.quantile(long.values, 0.9) - 90_000) < 4_000


def test_how_a_column_is_cut_into_batches_changes_nothing():
    cells = [str(n * 7919 % 10_007) for n in range(5_000)]
    whole = TableCodec(kinds=("number", "category")).fit([[cells, cells]])
    parts = TableCodec(kinds=("number", "category")).fit(
        [[cells[i : i + 333], cells[i : i + 333]] for i in range(0, 5_000, 333)]
    )
    assert whole.spec() == parts.spec()
    small, large = Sample(100, 3), Sample(100, 3)
    small.add(np.arange(1_000.0))
    for start in range(0, 1_000, 70):
        large.add(np.arange(start, min(start + 70, 1_000), dtype=float))
    assert sorted(small.values) == sorted(large.values)


def test_rare_and_new_levels_share_a_code_and_missing_has_its_own():
    codec = TableCodec(kinds=("category",), min_count=2)
    codec.fit([[["a", "b", "b", "b", "a", "once", None, ""]]])
    got = codec.encode([["b", "a", "once", "new", None, "", "  ", " a "]])["codes"]
    np.testing.assert_array_equal(got[:, 0], [2, 3, 1, 1, 0, 0, 0, 3])
    assert got.dtype == np.int64
    assert codec.sizes == {"numbers": 0, "levels": (4,)}


def test_the_commonest_levels_are_kept_when_room_is_short():
    codec = TableCodec(kinds=("category",), min_count=1, levels=3).fit([[["z", "z", "a", "b"]]])
    np.testing.assert_array_equal(codec.encode([["z", "a"]])["codes"][:, 0], [2, 1])


def test_a_column_of_endless_levels_keeps_the_common_ones_in_bounded_memory():
    column = CategoryColumn()
    column.begin(0, 0)
    for start in range(0, 3 * HELD, 8192):
        column.see(["common"] * 10 + [f"id{n}" for n in range(start, start + 8192)])
        assert len(column.counts) <= HELD + 8192
    column.end()
    assert list(column.known) == ["common"]


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-29 13:30",
        "2024/2/29 13:30:59",
        "2024-02-29T13:30:00.123+08:00",
        "2024.2.29 13:30",
        "2024年2月29日 13时30分",
        " 2024-02-29 13:30 ",
        "1709213400",
        "1709213400000",
        "1709213400000000000",
    ],
)
def test_a_moment_is_read_however_it_is_written(text):
    parts = read_moments([text])[0]
    assert int(parts[YEAR]) == 2024
    assert parts[WEEKDAY] == 3  # a Thursday
    assert parts[HOUR] == 13.5
    assert int(parts[DAYS]) == 8825


@pytest.mark.parametrize(
    "text", [*ODD, "2023-02-29", "2024-13-01", "2024-01-05 25:00", "12", "0", "-5", "2024" * 9]
)
def test_what_is_no_moment_is_missing(text):
    assert np.isnan(read_moments([text])).all()


def test_a_year_and_a_month_alone_are_moments():
    parts = read_moments(["1999", "2024-03", "2024年3月"])
    np.testing.assert_array_equal(parts[:, YEAR].astype(int), [1999, 2024, 2024])
    np.testing.assert_array_equal(parts[1], parts[2])


def test_an_endless_cell_is_no_moment_at_once():
    assert np.isnan(read_moments(["2024-01-05" + " " * 10**6 + "x"])).all()


def test_the_last_day_of_a_week_stands_beside_the_first():
    days = [f"2024-01-{day:02d}" for day in range(1, 29)]
    codec = TableCodec(kinds=("time",)).fit([[days]])
    signals = codec.encode([days])["numbers"]
    week = signals[:7, 3:5]  # the year, a pair for the day of the year, a pair for the weekday
    steps = np.linalg.norm(week - np.roll(week, 1, axis=0), axis=1)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-5)


def test_the_hour_counts_only_where_there_are_hours():
    dates = TableCodec(kinds=("time",)).fit([[["2024-01-05", "2024-01-06"]]])
    clock = TableCodec(kinds=("time",)).fit([[["2024-01-05 10:00", "2024-01-06"]]])
    assert clock.sizes["numbers"] == dates.sizes["numbers"] + 2


def test_a_missing_moment_is_nowhere_on_any_circle():
    signals = mixed().encode([["a"], ["1"], [None]])["numbers"][0]
    np.testing.assert_array_equal(signals[2:], [0] * 7 + [1])


def test_signals_and_codes_stand_in_the_order_of_the_columns():
    got = mixed("raw").encode([["b"], ["5"], ["2024-01-01 12:00"]])
    assert got["codes"].tolist() == [[2]]
    assert got["numbers"][0, :3].tolist() == [5, 2024, 0]
    assert mixed("raw").sizes == {"numbers": 6, "levels": (4,)}


@pytest.mark.parametrize("mode", ["scaled", "raw"])
def test_stored_and_read_back_it_encodes_the_same(mode):
    codec = mixed(mode)
    again = from_spec(json.loads(json.dumps(codec.spec(), allow_nan=False)))
    assert again.sizes == codec.sizes
    assert again.spec() == codec.spec()
    cells = [["a", "q", None], ["9", "x", None], ["2025-05-05 05:05", "1700000000", None]]
    for name, array in codec.encode(cells).items():
        np.testing.assert_array_equal(array, again.encode(cells)[name])


@pytest.mark.parametrize(("field", "value"), DAMAGE)
def test_a_damaged_spec_is_refused(field, value):
    spec = copy.deepcopy(mixed().spec())
    spec[field] = value
    with pytest.raises(BundleError, match="damaged"):
        from_spec(spec)


@pytest.mark.parametrize("field", ["mode", "levels", "min_count", "columns"])
def test_a_spec_that_lacks_a_field_is_refused(field):
    spec = mixed().spec()
    del spec[field]
    with pytest.raises(BundleError, match=field):
        from_spec(spec)


@pytest.mark.parametrize(
    "settings",
    [
        {"kinds": ()},
        {"kinds": ("text",)},
        {"kinds": ("number",), "mode": "wild"},
        {"kinds": ("number",), "levels": 1},
        {"kinds": ("number",), "min_count": 0},
    ],
)
def test_a_setting_out_of_range_is_refused(settings):
    with pytest.raises(ConfigError):
        TableCodec(**settings)


def test_no_rows_and_wrong_columns_are_refused():
    with pytest.raises(DataError, match="no rows"):
        number([])
    with pytest.raises(DataError, match="3 columns was given 1"):
        mixed().encode([["a"]])


def test_no_rows_encode_to_no_rows():
    got = mixed().encode([[], [], []])
    assert got["numbers"].shape == (0, mixed().sizes["numbers"])
    assert got["codes"].shape == (0, 1)


def test_every_column_has_four_probes_that_can_be_encoded():
    codec = mixed()
    assert [len(cells) for cells in codec.probes] == [4, 4, 4]
    assert np.isfinite(codec.encode(codec.probes)["numbers"]).all()


def test_the_table_of_codecs_makes_it_from_the_kinds_of_its_columns():
    codec = make("table", kinds=("number", "time"), mode="raw")
    assert codec.config.kinds == ("number", "time")


def test_real_rows_are_spread_over_the_scale():
    with (path("california_housing") / "housing.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    columns = [[row[at] for row in rows] for at in range(10)]
    codec = TableCodec(kinds=("number",) * 9 + ("category",)).fit([columns])
    assert codec.sizes == {"numbers": 10, "levels": (7,)}  # total_bedrooms has gaps
    signals = codec.encode(columns)["numbers"]
    spread = signals.std(axis=0)
    assert ((spread > 0.05) & (spread < 1.5)).all()
