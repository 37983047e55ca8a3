"""What a sound looks like: power spectrum, log-mel bands, cepstrum and its slopes, in numpy.

    wave → frames under a Hann window → power → triangles on the mel scale → log → cosine transform

Sources: Stevens, Volkmann, Newman 1937 for the mel scale, in O'Shaughnessy's 1987 formula; Davis,
Mermelstein 1980 for the mel cepstrum; Furui 1986 for the slopes.

Shapes: n samples, S frames, W samples of a window, K bands, C coefficients.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

BLOCK = 2048  # frames transformed at once: memory stays flat however long the sound is
FLOOR_DB = 50.0  # below the loudest band of its clip: lower lies the noise of the recording
LOWEST_HZ = 60.0  # below lies hum
SILENCE = 1e-10  # power of a band that holds nothing


@dataclass(frozen=True)
class Spectrum:
    """How a sound is cut into frames and bands.

    Args:
        rate: samples a second.
        bands: K.
        window_ms, hop_ms: length of a frame, and step from one to the next.
    """

    rate: int
    bands: int
    window_ms: float
    hop_ms: float

    @cached_property
    def window(self) -> int:
        """W, at least 2 samples."""
        return max(2, round(self.rate * self.window_ms / 1000))

    @cached_property
    def hop(self) -> int:
        """Samples from one frame to the next, at least 1."""
        return max(1, round(self.rate * self.hop_ms / 1000))

    @cached_property
    def size(self) -> int:
        """Points of the Fourier transform: the power of two that holds a window."""
        return 1 << (self.window - 1).bit_length()

    def frames(self, samples: int) -> int:
        """S of a wave with so many samples, at least 1."""
        return 1 + samples // self.hop

    def power(self, wave: NDArray[np.float32]) -> NDArray[np.float64]:
        """Power of every frame at every frequency, [S, size / 2 + 1].

        Frame s is centred on sample s · hop; the wave is silent before it begins and after its end.
        """
        count = self.frames(len(wave))
        padded = np.zeros((count - 1) * self.hop + self.window)
        head = min(len(wave), len(padded) - self.window // 2)
        padded[self.window // 2 :][:head] = wave[:head]
        frames = np.lib.stride_tricks.sliding_window_view(padded, self.window)[:: self.hop]
        spectra = np.fft.rfft(frames * _hann(self.window), self.size, axis=1)
        return (spectra.real**2 + spectra.imag**2) / (_hann(self.window) ** 2).sum()

    def mel(self, wave: NDArray[np.float32]) -> NDArray[np.float64]:
        """Power of every frame in every band, [S, K]."""
        filters = mel_filters(self.rate, self.size, self.bands)
        count, parts = self.frames(len(wave)), []
        for first in range(0, count, BLOCK):
            # A block starts and ends half a window of the whole wave apart from its neighbours.
            last = min(first + BLOCK, count) - 1
            reach = -(-self.window // self.hop)
            start = max(0, first - reach)
            piece = wave[start * self.hop : (last + reach) * self.hop]
            parts.append(self.power(piece)[first - start : last + 1 - start] @ filters.T)
        return np.concatenate(parts)

    def log_mel(self, wave: NDArray[np.float32]) -> NDArray[np.float64]:
        """Natural logarithm of `mel`, floored relative to the loudest band of the wave, [S, K]."""
        mel = self.mel(wave)
        floor = max(SILENCE, float(mel.max()) * 10 ** (-FLOOR_DB / 10))
        return np.log(np.maximum(mel, floor))


def to_mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequency on the mel scale: 2595 · log10(1 + f / 700)."""
    return 2595.0 * np.log10(1.0 + hertz / 700.0)


def to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of `to_mel`."""
    return 700.0 * (10.0 ** (mel / 2595.0) - 1.0)


@lru_cache(maxsize=16)
def mel_filters(rate: int, size: int, bands: int) -> NDArray[np.float64]:
    """Triangles that overlap by half, evenly spaced in mel and each of peak 1, [K, size / 2 + 1].

    They reach from LOWEST_HZ to half the rate. Where bands are narrower than the spectrum's
    lines, a triangle is widened to one line, so that no band is ever empty.
    """
    top = rate / 2
    low = min(LOWEST_HZ, top / 4)
    lowest, highest = to_mel(np.array([low, top]))
    edges = to_hertz(np.linspace(lowest, highest, bands + 2))
    line = rate / size
    hertz = np.arange(size // 2 + 1) * line
    centre = edges[1:-1, None]
    left = np.minimum(edges[:-2, None], centre - line)
    right = np.maximum(edges[2:, None], centre + line)
    rising = (hertz - left) / (centre - left)
    falling = (right - hertz) / (right - centre)
    return np.maximum(0.0, np.minimum(rising, falling))


def cepstrum(log_mel: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The first coefficients of the orthonormal cosine transform over the bands, [S, C].

    Args:
        log_mel: [S, K].
        count: C ≤ K; coefficient 0 is loudness.
    """
    return log_mel @ _cosines(log_mel.shape[1], count)


def slopes(values: NDArray[np.float64], reach: int = 2) -> NDArray[np.float64]:
    """How fast each column rises: a line fitted to 2 · reach + 1 frames, per frame, [S, C].

    The first and the last frame go on beyond the ends.
    """
    padded = np.concatenate([values[:1].repeat(reach, 0), values, values[-1:].repeat(reach, 0)])
    steps = range(1, reach + 1)
    count = len(values)
    rise = sum(
        k * (padded[reach + k : reach + k + count] - padded[reach - k : reach - k + count])
        for k in steps
    )
    return np.asarray(rise) / (2.0 * sum(k * k for k in steps))


@lru_cache(maxsize=16)
def _hann(width: int) -> NDArray[np.float64]:
    """The periodic Hann window."""
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(width) / width)


@lru_cache(maxsize=16)
def _cosines(bands: int, count: int) -> NDArray[np.float64]:
    """Columns of the orthonormal DCT-II, [K, C]."""
    places = (np.arange(bands) + 0.5)[:, None] * np.arange(count)
    table = np.cos(np.pi * places / bands) * np.sqrt(2.0 / bands)
    table[:, 0] /= np.sqrt(2.0)
    return table
