"""Windows are cut out of series without unfolding them, and know nothing of what comes later."""

import json

import numpy as np
import pytest

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.data import codecs
from umbrella.data.codecs.calendar import calendar, cycles
from umbrella.data.codecs.history import History, Joined
from umbrella.data.codecs.windows import Ahead, Windows, fill_forward, scale_of
from umbrella.data.panel.frequency import of

DAY = 86_400_000_000


def panel(*lengths: int, columns: int = 1, seed: int = 0) -> Joined:
    rng = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    values = np.exp(rng.normal(0, 0.1, (int(offsets[-1]), columns)).cumsum(axis=0)) * 50
    stamps = np.concatenate([DAY * np.arange(19_000, 19_000 + n) for n in lengths])
    names = tuple(f"s{number}" for number in range(len(lengths)))
    return Joined(names, values, offsets, stamps, of("day"))


def windows(values: list[float], origins: list[int], length: int, relative: bool) -> Windows:
    column = np.array(values)[:, None]
    firsts = np.zeros(len(values), np.int64)
    scales = np.full(len(origins), 2.0)
    return Windows(column, firsts, np.array(origins), length, np.array([relative]), scales)


def test_a_window_ends_in_its_origin_and_begins_with_the_first_step_repeated():
    cut = windows([5.0, 6, 8, 11], [1, 3], 3, False)
    np.testing.assert_array_equal(cut[:][:, :, 0], [[5, 5, 6], [6, 8, 11]])
    assert (cut.shape, cut[:].dtype) == ((2, 3, 1), np.float32)


def test_a_relative_channel_is_its_change_from_the_origin_over_the_scale():
    cut = windows([5.0, 6, 8, 11], [3], 3, True)
    np.testing.assert_array_equal(cut[0][:, 0], [-2.5, -1.5, 0.0])


def test_what_follows_ends_with_its_series():
    values = np.array([1.0, 2.0, 4.0, 10.0, 20.0])[:, None]
    lasts = np.array([2, 2, 2, 4, 4])
    origins = np.array([0, 1, 3])
    ahead = Ahead(values, lasts, origins, 2, np.array([1.0, 2.0, 5.0]), values[origins, 0])
    np.testing.assert_array_equal(ahead[:], [[1, 3], [1, np.nan], [2, np.nan]])


def test_missing_values_are_filled_from_before_and_never_from_another_series():
    values = np.array([1.0, np.nan, np.nan, np.nan, 7.0])[:, None]
    filled = fill_forward(values, np.array([0, 0, 0, 3, 3]))[:, 0]
    np.testing.assert_array_equal(filled, [1, 1, 1, np.nan, 7])


@pytest.mark.parametrize(
    ("values", "season", "scale"),
    [([1.0, 2, 4, 8], 1, 7 / 3), ([1.0, 2, 4, 8], 2, 4.5), ([3.0, 3, 3], 1, 3.0), ([0.0, 0], 1, 1)],
)
def test_the_scale_is_the_error_of_the_seasonal_naive_forecast(values, season, scale):
    assert scale_of(np.array(values), season) == pytest.approx(scale)


def fitted(given: Joined, origins: np.ndarray, **settings):
    settings = {"window": 8, "horizon": 3, "cycles": ("week",), **settings}
    return codecs.make("window", **settings).bind(given).fit([origins.tolist()])


def arrays(codec, origins) -> dict[str, np.ndarray]:
    return {name: made[:] for name, made in codec.encode(origins).items()}


def test_nothing_moves_when_only_what_comes_after_the_origins_changes():
    """The probe of all leaks: exactly 0.0."""
    given = panel(60, 60, columns=3)
    train, asked = np.arange(5, 40), [35, 40, 95]
    settings = {"covariates": (1, 2), "known": (2,), "log": True}
    before = arrays(fitted(given, train, **settings), asked)
    later = given.values.copy()
    later[41:60], later[96:] = later[41:60] * 50, np.nan
    later[36:, 2] = given.values[36:, 2]  # what is known ahead may be read ahead
    after = arrays(
        fitted(Joined(given.ids, later, given.offsets, given.stamps, given.frequency), train,
               **settings), asked
    )  # fmt: skip
    for name, array in before.items():
        np.testing.assert_array_equal(after[name], array)


def test_scales_come_from_training_steps_alone():
    given = panel(60)
    codec = fitted(given, np.arange(5, 40))
    assert codec.scales["s0"] == pytest.approx(np.abs(np.diff(given.values[:40, 0])).mean())


def test_a_history_gives_what_its_origin_in_the_panel_gives():
    given = panel(50, 40, columns=2)
    codec = fitted(given, np.arange(5, 30), covariates=(1,))
    stretch = slice(20, 46)
    history = History("s0", given.values[stretch], given.stamps[stretch])
    for name, array in arrays(codec, [45]).items():
        np.testing.assert_allclose(codec.encode([history])[name][:], array, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(codec.anchor([history]), codec.anchor([45]))


def test_a_series_that_was_not_there_in_training_is_scaled_by_its_own_history():
    given = panel(50, 40)
    codec = fitted(given, np.arange(5, 30))
    history = History("new", 1000 * given.values[:30], given.stamps[:30])
    np.testing.assert_allclose(
        codec.encode([history])["past"][:][:, :, 0],
        codec.encode([History("s0", given.values[:30], given.stamps[:30])])["past"][:][:, :, 0],
        rtol=1e-4,
    )


def test_a_codec_comes_back_from_its_json():
    given = panel(50, columns=2)
    codec = fitted(given, np.arange(5, 30), covariates=(1,), log=True)
    again = codecs.from_spec(json.loads(json.dumps(codec.spec())))
    for name, array in arrays(codec.bind(given), [20, 45]).items():
        np.testing.assert_array_equal(again.bind(given).encode([20, 45])[name][:], array)
    assert again.sizes == codec.sizes


@pytest.mark.parametrize("name", ["window", "scales", "frequency", "ids", "cycles"])
def test_a_damaged_codec_is_refused(name):
    spec = fitted(panel(50), np.arange(5, 30)).spec()
    for wrong in (None, "x", [1], {"code": "eon"}):
        with pytest.raises(BundleError):
            codecs.from_spec({**spec, name: wrong})


def test_a_codec_that_is_bound_to_nothing_says_so():
    with pytest.raises(DataError, match="bound to no panel"):
        codecs.make("window").encode([3])


@pytest.mark.parametrize(
    "wrong", [{"window": 0}, {"horizon": 2.5}, {"known": (1,)}, {"covariates": (0,)}]
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ConfigError):
        codecs.make("window", **wrong)


def test_memory_is_that_of_the_series_not_of_the_windows():
    given = panel(20_000)
    codec = fitted(given, np.arange(5, 10_000), window=500)
    past = codec.encode(list(range(5, 19_000)))["past"]
    assert past.nbytes < 60 * given.values.nbytes
    assert past.shape == (18_995, 500, 3)


def test_the_calendar_turns_once_a_cycle():
    monday = np.datetime64("2024-01-01", "us").astype(np.int64)
    turned = calendar(monday + DAY * np.arange(8), ("week", "year"))
    np.testing.assert_allclose(turned[0], [0, 1, 0, 1], atol=1e-12)
    np.testing.assert_allclose(turned[7, :2], turned[0, :2], atol=1e-12)
    half = np.datetime64("2023-07-02T12:00", "us").astype(np.int64)  # the middle of a plain year
    np.testing.assert_allclose(calendar(np.array([half]), ("year",)), [[0, -1]], atol=1e-9)


def test_cycles_are_those_that_steps_can_tell_of_and_training_saw_twice():
    years = 730 * DAY
    assert cycles(DAY // 24, years) == ("day", "week", "year")
    assert cycles(DAY, years) == ("week", "year")
    assert cycles(30 * DAY, years) == ("year",)
    assert cycles(365 * DAY, 10 * years) == ()
    assert cycles(DAY // 24, years - 1) == ("day", "week")
    assert cycles(DAY // 24, 3 * DAY) == ("day",)
