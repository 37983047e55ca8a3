"""Spectra equal what scipy makes of them, and what the formulas say."""

import numpy as np
import pytest
from scipy import fft, signal

from umbrella.data.codecs.spectrum import (
    BLOCK,
    FLOOR_DB,
    LOWEST_HZ,
    Spectrum,
    cepstrum,
    mel_filters,
    slopes,
    to_hertz,
    to_mel,
)

SMALL = Spectrum(rate=8000, bands=40, window_ms=25, hop_ms=10)


def noise(samples, seed=0):
    return np.random.default_rng(seed).normal(size=samples).astype(np.float32)


@pytest.mark.parametrize("samples", [1, 2, 79, 80, 81, 199, 200, 8000])
@pytest.mark.parametrize(("rate", "window"), [(8000, 25), (16000, 32), (11025, 23.3), (22050, 7)])
def test_power_is_that_of_scipy(samples, rate, window):
    spectrum, wave = Spectrum(rate, 20, window, 10), noise(samples)
    width, hop, size = spectrum.window, spectrum.hop, spectrum.size
    _, _, found = signal.stft(
        np.pad(wave.astype(np.float64), (width // 2, 2 * width)),
        window="hann",
        nperseg=width,
        noverlap=width - hop,
        nfft=size,
        boundary=None,
        padded=False,
        scaling="spectrum",
    )
    hann = signal.get_window("hann", width)
    expected = (np.abs(found.T) ** 2) * hann.sum() ** 2 / (hann**2).sum()
    ours = spectrum.power(wave)
    assert len(ours) == 1 + samples // hop
    np.testing.assert_allclose(ours, expected[: len(ours)], rtol=1e-9, atol=1e-12)


def test_a_tone_is_loudest_in_its_own_band():
    for hertz in (200, 700, 1500, 3000):
        wave = np.sin(2 * np.pi * hertz * np.arange(8000) / 8000).astype(np.float32)
        band = int(SMALL.mel(wave)[50].argmax())
        edges = to_hertz(np.linspace(*to_mel(np.array([LOWEST_HZ, 4000.0])), 42))
        assert edges[band] <= hertz <= edges[band + 2]


def test_long_sound_in_blocks_is_the_same_as_in_one():
    wave = noise(80 * (2 * BLOCK + 7))
    whole = SMALL.power(wave) @ mel_filters(8000, SMALL.size, 40).T
    np.testing.assert_allclose(SMALL.mel(wave), whole, rtol=1e-9)


@pytest.mark.parametrize(("rate", "size", "bands"), [(8000, 256, 40), (16000, 512, 128)])
def test_filters_are_triangles_that_overlap_by_half(rate, size, bands):
    filters = mel_filters(rate, size, bands)
    assert filters.shape == (bands, size // 2 + 1)
    assert filters.min() == 0
    assert filters.max() <= 1
    assert (filters.max(axis=1) > 0.3).all()
    assert (np.diff(filters.argmax(axis=1)) >= 0).all()
    hertz = np.arange(size // 2 + 1) * rate / size
    edges = to_hertz(np.linspace(*to_mel(np.array([LOWEST_HZ, rate / 2])), bands + 2))
    wide = np.flatnonzero(np.diff(edges)[:-1] > rate / size)  # no line is narrower than these
    for band in wide:
        expected = np.interp(hertz, edges[band : band + 3], [0, 1, 0])
        np.testing.assert_allclose(filters[band], expected, atol=1e-12)
    assert len(wide) > 5


def test_hertz_and_mel_are_each_other_backwards():
    hertz = np.linspace(0, 8000, 50)
    np.testing.assert_allclose(to_hertz(to_mel(hertz)), hertz, atol=1e-9)
    assert to_mel(np.array([1000.0]))[0] == pytest.approx(1000, rel=1e-3)


def test_the_cepstrum_is_an_orthonormal_cosine_transform():
    frames = noise(400).reshape(10, 40).astype(np.float64)
    expected = fft.dct(frames, type=2, norm="ortho", axis=1)
    np.testing.assert_allclose(cepstrum(frames, 13), expected[:, :13], atol=1e-12)
    np.testing.assert_allclose(cepstrum(frames, 40), expected, atol=1e-12)


def test_slopes_are_lines_fitted_to_five_frames():
    values = noise(60).reshape(20, 3).astype(np.float64)
    got = slopes(values)
    for at in range(2, 18):
        expected = np.polyfit(np.arange(-2, 3), values[at - 2 : at + 3], 1)[0]
        np.testing.assert_allclose(got[at], expected, atol=1e-12)
    np.testing.assert_allclose(slopes(np.full((7, 2), 3.0)), 0)
    assert slopes(values[:1]).tolist() == [[0, 0, 0]]


def test_louder_sound_only_lifts_the_logarithm():
    wave = noise(4000)
    lifted = SMALL.log_mel(10 * wave) - SMALL.log_mel(wave)
    np.testing.assert_allclose(lifted, np.log(100), atol=1e-6)


def test_silence_has_a_floor():
    assert np.isfinite(SMALL.log_mel(np.zeros(500, np.float32))).all()
    wave = np.concatenate([noise(4000), np.zeros(4000, np.float32)])
    frames = SMALL.log_mel(wave)
    assert np.ptp(frames) == pytest.approx(np.log(10 ** (FLOOR_DB / 10)))
