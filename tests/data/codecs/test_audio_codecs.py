"""Sound as frames and as statistics: stored, read back, and the same for every clip alone."""

import json
import zipfile

import numpy as np
import pytest
import realdata
import sounds
from sounds import tone, write

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.base.tensors import pack
from umbrella.data.codecs.audio_mel import PAD, AudioMel
from umbrella.data.codecs.audio_stats import AudioStats, summary
from umbrella.data.codecs.standard import WIDEST, Standard

CODECS = (AudioMel, AudioStats)
each_codec = pytest.mark.parametrize("make", CODECS, ids=[c.name for c in CODECS])


def clips(count=12, seed=0):
    draw = np.random.default_rng(seed)
    waves = [
        tone(int(draw.integers(800, 6000)), hertz=draw.uniform(200, 2000)) for _ in range(count)
    ]
    return [write(w + draw.normal(size=len(w)).astype(np.float32) * 0.05) for w in waves]


def array(encoded):
    (values,) = encoded.values()
    return values.values if hasattr(values, "offsets") else values


@each_codec
def test_the_stored_codec_encodes_alike(make):
    cells = clips()
    codec = make().fit([cells[:8]])
    again = make.from_spec(json.loads(json.dumps(codec.spec(), allow_nan=False)))
    assert array(again.encode(cells)).tobytes() == array(codec.encode(cells)).tobytes()
    assert again.sizes == codec.sizes
    assert again.config == codec.config
    assert codec.config.rate == 8000


@each_codec
def test_the_same_clips_give_the_same_spec_however_batched(make):
    cells = clips()
    one, many = make().fit([cells]), make().fit(iter([cells[:1], cells[1:7], [], cells[7:]]))
    assert json.dumps(one.spec()) == json.dumps(many.spec())


@each_codec
def test_a_clip_is_encoded_alone_as_among_others(make):
    cells = clips()
    codec = make().fit([cells])
    whole = codec.encode(cells)
    for at, cell in enumerate(cells):
        (values,) = whole.values()
        row = values.row(at) if hasattr(values, "offsets") else values[at]
        assert array(codec.encode([cell])).tobytes() == row.tobytes()


@each_codec
def test_bad_cells_are_neutral_and_named(make, tmp_path):
    cells = clips(4)
    codec = make().fit([cells])
    bad = [cells[0], None, b"", str(tmp_path / "gone.wav"), sounds.flac_bomb(), cells[1]]
    arrays, faults = codec.examine(bad)
    assert sorted(faults) == [2, 3, 4]
    assert "gone.wav does not exist" in faults[3]
    encoded = codec.encode(bad)
    assert array(encoded).tobytes() == array(arrays).tobytes()
    (values,) = encoded.values()
    assert len(values) == 6
    for at in (1, 2, 3, 4):
        row = values.row(at) if make is AudioMel else values[at]
        assert not row.any()
        assert len(row)
    last = values.row(5) if make is AudioMel else values[5]
    assert last.any()


@each_codec
def test_bad_training_cells_teach_nothing(make):
    cells = clips(6)
    clean = make().fit([cells]).spec()
    assert make().fit([[b"", *cells[:3], None], [*cells[3:], b"<html>"]]).spec() == clean


@each_codec
@pytest.mark.parametrize("batches", [[], [[]], [[None, None]], [[b"", b"<html>"]]])
@pytest.mark.parametrize("rate", [None, 8000])
def test_nothing_to_learn_from_is_refused(make, batches, rate):
    with pytest.raises(DataError, match="None of the training rows"):
        make(rate=rate).fit(batches)


@each_codec
def test_the_probes_are_four_different_sounds(make):
    codec = make().fit([clips(3)])
    arrays, faults = codec.examine(codec.probes)
    assert faults == {}
    assert codec.probes == codec.probes
    values = array(arrays)
    assert len(np.unique(values, axis=0)) >= 4
    assert make is AudioStats or (arrays["mel"].lengths >= 5).all()


def test_silence_around_a_word_does_not_change_its_frames():
    word, codec = tone(4000), AudioMel().fit([clips()])
    longer = np.concatenate([word, np.zeros(4000, np.float32)])
    one, two = (codec.encode([write(wave)])["mel"].values[:40] for wave in (word, longer))
    shift = (two - one) * codec.scale.deviation
    np.testing.assert_allclose(shift[5:35].mean(), np.log(101 / 51), atol=0.02)


@each_codec
def test_no_rows_are_no_trouble(make):
    codec = make().fit([clips(3)])
    (values,) = codec.encode([]).values()
    assert len(values) == 0
    assert array(codec.encode([])).shape[1:] == array(codec.encode(clips(1))).shape[1:]


@each_codec
def test_odd_clips_give_numbers(make):
    one, flat = write(tone(2)[1:]), write(np.zeros(3000, np.float32))
    codec = make().fit([[one, flat, *clips(2)]])
    values = array(codec.encode([one, flat, write(np.ones(500, np.float32))]))
    assert np.isfinite(values).all()
    assert np.abs(values).max() <= WIDEST


@each_codec
def test_loudness_of_a_clip_does_not_matter(make):
    wave = tone(4000) + np.random.default_rng(0).normal(size=4000).astype(np.float32) * 0.1
    loud, soft = (write(wave * gain, subtype="FLOAT") for gain in (0.9, 0.09))
    codec = make().fit([clips()])
    np.testing.assert_allclose(
        array(codec.encode([loud])), array(codec.encode([soft])), atol=2e-3, rtol=1e-3
    )


def test_training_frames_have_mean_nought_and_deviation_one():
    cells = clips(30)
    values = AudioMel(centre="none").fit([cells]).encode(cells)["mel"].values
    np.testing.assert_allclose(values.mean(axis=0), 0, atol=1e-2)
    np.testing.assert_allclose(values.std(axis=0), 1, atol=3e-2)
    assert values.min() > PAD / 2


def test_frames_come_every_hop_and_end_with_the_seconds():
    codec = AudioMel(bands=20, hop_ms=20, seconds=1).fit([clips()])
    mel = codec.encode([write(tone(4000)), write(tone(80_000))])["mel"]
    assert mel.lengths.tolist() == [26, 51]
    assert mel.values.shape == (77, 20)
    assert mel.values.dtype == np.float32
    assert codec.sizes == {"bands": 20}
    assert mel.padded()[0, 26:].max() == PAD


def test_the_numbers_tell_which_sound_came_first():
    low, high = tone(4000, hertz=300), tone(4000, hertz=2000)
    codec = AudioStats(parts=2).fit([clips()])
    cells = [write(np.concatenate(pair)) for pair in ((low, high), (high, low))]
    one, other = codec.encode(cells)["stats"]
    assert codec.sizes == {"numbers": len(one)} == {"numbers": 2 * 2 * 13 + 4 * 13 + 1}
    whole = AudioStats(parts=1).fit([clips()]).encode(cells)["stats"]
    assert np.abs(one - other)[:13].max() > 1
    np.testing.assert_allclose(whole[0][:13], whole[1][:13], atol=1e-3)


def test_quiet_ends_are_left_out():
    draw = np.random.default_rng(0)
    word = draw.normal(size=(30, 40))
    padded = np.concatenate([np.full((9, 40), -30.0), word, np.full((50, 40), -30.0)])
    np.testing.assert_allclose(summary(padded, 13, 3), summary(word, 13, 3), atol=1e-9)


def test_one_frame_fills_every_part():
    numbers = summary(np.zeros((1, 40)), 13, 5)
    assert numbers.shape == (14 * 13 + 1,)
    assert np.isfinite(numbers).all()


@each_codec
@pytest.mark.parametrize(
    "settings",
    [
        {"rate": 10},
        {"rate": 16000.5},
        {"bands": 2},
        {"bands": True},
        {"hop_ms": 0},
        {"window_ms": float("nan")},
        {"seconds": 0},
        {"seconds": 10**9},
        {"hop_ms": "10"},
    ],
)
def test_a_bad_setting_is_refused_with_what_is_allowed(make, settings):
    with pytest.raises(ConfigError, match=f"{next(iter(settings))}="):
        make(**settings)


@pytest.mark.parametrize("settings", [{"coefficients": 41}, {"coefficients": 0}, {"parts": 0}])
def test_bad_statistics_are_refused(settings):
    with pytest.raises(ConfigError, match=f"{next(iter(settings))}="):
        AudioStats(**settings)


def test_a_bad_centre_is_refused():
    with pytest.raises(ConfigError, match="none, level, band"):
        AudioMel(centre="middle")


def damaged_specs():
    for make in CODECS:
        good = make(bands=8, **({"coefficients": 4} if make is AudioStats else {}))
        good = good.fit([clips(3)]).spec()
        for value in (None, -1, float("nan"), "x", [], {}, 10**30, True):
            yield from ((make, {**good, name: value}) for name in good if name != "codec")
        yield from (
            (make, {k: v for k, v in good.items() if k != name}) for name in good if name != "codec"
        )
        for part in ("mean", "deviation"):
            for bad in (np.zeros(3), np.full(8, np.nan), np.zeros(8), np.ones(8, np.float32)):
                if part == "mean" and bad.shape == (8,) and not bad.any() and make is AudioMel:
                    continue  # a fine mean
                yield make, {**good, "scale": {**good["scale"], part: pack(bad)}}


@pytest.mark.parametrize(
    ("make", "spec"),
    [pytest.param(*s, id=f"{s[0].name} {n}") for n, s in enumerate(damaged_specs())],
)
def test_a_damaged_or_hostile_spec_is_refused(make, spec):
    with pytest.raises(BundleError):
        make.from_spec(spec)


def test_a_steady_column_is_not_blown_up():
    scale = Standard()
    scale.see(np.array([[5.0, 1.0], [5.0, 3.0]]))
    assert scale.apply(np.array([[5.0, 2.0], [6.0, 99.0]])).tolist() == [[0, 0], [1, WIDEST]]


@each_codec
def test_real_clips_are_read_and_told_apart(make, tmp_path):
    with zipfile.ZipFile(realdata.path("fsdd") / "fsdd_wav.zip") as file:
        names = sorted(n for n in file.namelist() if n.endswith(".wav"))[::50]
        file.extractall(tmp_path, names)
    cells = [str(tmp_path / name) for name in names]
    arrays, faults = make().fit([cells]).examine(cells)
    assert faults == {}
    assert len(np.unique(array(arrays), axis=0)) >= len(cells)
