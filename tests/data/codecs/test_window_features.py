"""Features as channels of windows: the same in a panel and in a cut-out, blind to the future."""

import json

import numpy as np
import pytest

from umbrella.base.errors import BundleError, ConfigError
from umbrella.data import codecs
from umbrella.data.codecs import window_features
from umbrella.data.codecs.history import History, Joined
from umbrella.data.panel.frequency import of
from umbrella.series.features import FEATURES, compute

DAY = 86_400_000_000
ROLES = ("close", "high", "low", "volume")
NAMES = tuple(f"{name}_14" if one.windowed else name for name, one in FEATURES.items())
OF_TARGET = tuple(name for name in NAMES if not window_features.read_by([name]))


def panel(*lengths: int, seed: int = 0, level: float = 50.0) -> Joined:
    """Close, high, low and volume of several series."""
    rng = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    count = int(offsets[-1])
    close = np.concatenate([np.exp(rng.normal(0, 0.02, n).cumsum()) * level for n in lengths])
    wide = close * rng.uniform(0, 0.02, count)
    volume = np.exp(rng.normal(12, 1, count))
    values = np.stack([close, close + wide, close - wide, volume], axis=1)
    stamps = np.concatenate([DAY * np.arange(19_000, 19_000 + n) for n in lengths])
    names = tuple(f"s{number}" for number in range(len(lengths)))
    return Joined(names, values, offsets, stamps, of("day"))


def fitted(given: Joined, origins, **settings):
    settings = {
        "window": 8,
        "horizon": 3,
        "log": True,
        "features": NAMES,
        "roles": ROLES,
    } | settings
    return codecs.make("window", **settings).bind(given).fit([list(origins)])


def changed(given: Joined, after: list[int], factor: float) -> Joined:
    """The same panel with other values after a step of each series."""
    values = given.values.copy()
    for start, end in zip(after, given.offsets[1:], strict=True):
        values[start + 1 : end] = values[start + 1 : end] * factor
    return Joined(given.ids, values, given.offsets, given.stamps, given.frequency)


@pytest.mark.parametrize("log", [True, False])
def test_a_cut_out_history_gives_the_features_of_the_whole_series(log):
    given = panel(900, 700)
    codec = fitted(given, range(5, 500), log=log)
    whole = codec.encode([850])["past"][:]
    stretch = slice(851 - codec.reach, 851)
    history = History("s0", given.values[stretch], given.stamps[stretch])
    np.testing.assert_allclose(codec.encode([history])["past"][:], whole, atol=2e-5)
    short = History("s0", given.values[840:851], given.stamps[840:851])
    assert np.abs(codec.encode([short])["past"][:] - whole).max() > 0.1  # reach is not for nothing


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("factor", [1.7, np.nan])
def test_no_feature_moves_when_only_what_comes_later_changes(log, factor):
    """The probe of all leaks: exactly 0.0, of scaling too."""
    given = panel(400, 300)
    last = [300, 650]
    train = [*range(5, 250), *range(405, 600)]
    before = fitted(given, train, log=log)
    after = fitted(changed(given, last, factor), train, log=log)
    one, other = (codec.encode([250, *last])["past"][:] for codec in (before, after))
    assert np.abs(one - other).max() == 0.0
    np.testing.assert_array_equal(before.centre, after.centre)
    np.testing.assert_array_equal(before.spread, after.spread)
    if factor == factor:
        moved = [codec.encode([last[0] + 5])["past"][:] for codec in (before, after)]
        assert np.abs(moved[0] - moved[1]).max() > 0.0  # the probe can fail


def test_features_are_standardised_by_training_steps_alone():
    given = panel(600)
    codec = fitted(given, range(5, 400), features=("volatility_14",))
    values = compute(["volatility_14"], {"close": given.values[:, 0]})[:, 0]
    assert codec.centre[0] == pytest.approx(np.nanmean(values[:400]))
    assert codec.spread[0] == pytest.approx(np.nanstd(values[:400]))
    past = codec.encode([550])["past"][:][0, :, 1]
    np.testing.assert_allclose(
        past, (values[543:551] - codec.centre[0]) / codec.spread[0], rtol=1e-5
    )


def test_no_series_knows_of_another():
    given, others = panel(300, 200), panel(300, 200)
    others.values[:300] *= np.linspace(1, 3, 300)[:, None]
    made = [window_features.features_of(one, NAMES, ROLES, None)[300:] for one in (given, others)]
    np.testing.assert_array_equal(*made)
    assert np.isnan(made[0][0, NAMES.index("return_14")])  # not the first one's end


def test_series_laid_side_by_side_answer_as_alone():
    given = panel(400, 390, 60, 3)
    together = window_features.features_of(given, NAMES, ROLES, None)
    for start, end in zip(given.offsets[:-1], given.offsets[1:], strict=True):
        columns = {role: given.values[start:end, at] for at, role in enumerate(ROLES)}
        np.testing.assert_allclose(together[start:end], compute(NAMES, columns), rtol=1e-9)


def test_levels_below_zero_have_features_too_and_the_unit_does_not_count():
    given = panel(400)
    given.values[:, 0] -= given.values[:, 0].mean()
    names = tuple(name for name in OF_TARGET if name != "bollinger_14")
    past = fitted(given, range(5, 300), log=False, features=names).encode([350])["past"][:]
    assert (np.abs(past[0, :, 1 : 1 + len(names)]).max(axis=0) > 0).all()
    fahrenheit = Joined(given.ids, given.values * 1.8, given.offsets, given.stamps, given.frequency)
    other = fitted(fahrenheit, range(5, 300), log=False, features=names).encode([350])["past"][:]
    np.testing.assert_allclose(other, past, atol=1e-4)


def test_channels_stand_after_covariates_and_before_the_calendar():
    given = panel(200)
    codec = fitted(given, range(5, 150), covariates=(3,), features=("return_1",), cycles=("week",))
    plain = fitted(given, range(5, 150), covariates=(3,), features=(), cycles=("week",))
    past, without = (one.encode([180])["past"][:] for one in (codec, plain))
    assert codec.sizes["channels"] == past.shape[2] == 5
    np.testing.assert_array_equal(past[:, :, [0, 1, 3, 4]], without)


def test_a_codec_with_features_comes_back_from_its_json():
    given = panel(300)
    codec = fitted(given, range(5, 200))
    again = codecs.from_spec(json.loads(json.dumps(codec.spec()))).bind(given)
    np.testing.assert_array_equal(again.encode([250])["past"][:], codec.encode([250])["past"][:])
    assert (again.reach, again.sizes) == (codec.reach, codec.sizes)


def test_a_codec_of_before_there_were_features_is_read():
    given = panel(300)
    codec = fitted(given, range(5, 200), features=(), roles=(), covariates=(1,))
    old = {k: v for k, v in codec.spec().items() if k not in ("features", "roles")}
    again = codecs.from_spec(old).bind(given)
    assert (again.config.features, again.reach) == ((), 8)
    np.testing.assert_array_equal(again.encode([250])["past"][:], codec.encode([250])["past"][:])


@pytest.mark.parametrize("wrong", [["rsi_0"], ["nonsense_3"], [4], "rsi_14", None, ["return_1"]])
def test_damaged_features_are_refused(wrong):
    spec = fitted(panel(300), range(5, 200)).spec()
    with pytest.raises(BundleError):
        codecs.from_spec({**spec, "features": wrong})


@pytest.mark.parametrize(
    ("features", "says"),
    [
        (("rsii_14",), "Did you mean"),
        (("rsi",), "lacks its window"),
        (("atr_14",), "no column is called so"),
        (("rsi_14", "rsi_14"), "not different names"),
        (("ema_gap_5000",), "smaller window"),
    ],
)
def test_features_that_cannot_be_are_refused(features, says):
    with pytest.raises(ConfigError, match=says):
        codecs.make("window", features=features, roles=("close", "", "volume"))


def test_probes_reach_every_column_and_give_features_something():
    codec = fitted(panel(300), range(5, 200))
    past = codec.encode(codec.probes)["past"][:]
    assert past.shape == (4, 8, 1 + len(NAMES))
    assert np.isfinite(past).all()
    assert np.ptp(past[:, :, 1:], axis=(0, 1)).max() > 0
