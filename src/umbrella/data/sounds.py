"""One look at a sound: whether it can be decoded, and what its copies are known by.

Its coarse form is a spectrogram of 32 bands between 60 Hz and 3.8 kHz (what a telephone carries,
so that a copy at another sampling rate looks the same) by 32 stretches of time, in decibels below
the loudest cell.

Files are decoded as the codecs of sound decode them, and wholly; codecs/recording.py says how one
that was cut short is noticed.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.base.limits import Limits
from umbrella.data.codecs.recording import opened
from umbrella.data.pictures import THUMB, Look

WINDOW_SECONDS = 0.032
LOW, HIGH = 60.0, 3_800.0  # Hz
FLOOR = 60.0  # decibels below the loudest cell that count as silence


def look_at_sound(path: Path, limits: Limits) -> Look:
    """Decode a sound wholly, block by block.

    Args:
        path: the file.
        limits: see base/limits.py.

    Raises:
        DataError: why it is unusable, in words that follow the file's name.
    """
    digest, bands, samples = hashlib.blake2b(digest_size=8), _Bands(), 0
    with opened(str(path), limits) as source:
        digest.update(str(source.rate).encode())
        for mono in source.mono():
            samples += len(mono)
            digest.update((mono.clip(-1, 1) * 32767).round().astype("<i2").tobytes())
            bands.add(mono, source.rate)
    if not samples:
        raise DataError("holds no samples. Leave the row out, or record it again.")
    return Look(digest.digest(), bands.thumb())


class _Bands:
    """Energy of 32 bands over time, gathered block by block."""

    def __init__(self) -> None:
        self._left = np.zeros(0, np.float32)
        self._rows: list[NDArray[np.float32]] = []

    def add(self, mono: NDArray[np.float32], rate: int) -> None:
        """Add samples; what fills no window waits for the next block."""
        size = max(int(rate * WINDOW_SECONDS), 16)
        mono = np.concatenate([self._left, mono])
        step = size // 2
        count = max((len(mono) - size) // step + 1, 0)
        self._left = mono[count * step :]
        if count:
            windows = np.lib.stride_tricks.sliding_window_view(mono, size)[::step][:count]
            power = np.abs(np.fft.rfft(windows * np.hanning(size), axis=1)) ** 2
            self._rows.append((power @ _filters(size, rate)).astype(np.float32))

    def thumb(self) -> NDArray[np.uint8]:
        """Bands from low to high by stretches of time, [32, 32]; black where it is silent."""
        if not self._rows:
            return np.zeros((THUMB, THUMB), np.uint8)
        rows = np.concatenate(self._rows)
        ends = np.linspace(0, len(rows), THUMB + 1)
        first = np.minimum(ends[:-1].astype(int), len(rows) - 1)
        last = np.maximum(np.ceil(ends[1:]).astype(int), first + 1)
        sums = np.concatenate([np.zeros((1, THUMB)), np.cumsum(rows, axis=0, dtype=np.float64)])
        mean = (sums[last] - sums[first]) / (last - first)[:, None]
        loudest = mean.max()
        if loudest < 1e-9:
            return np.zeros((THUMB, THUMB), np.uint8)
        decibels = 10 * np.log10(np.maximum(mean / loudest, 10 ** (-FLOOR / 10)))
        return ((decibels + FLOOR) * (255 / FLOOR)).round().astype(np.uint8).T.copy()


@lru_cache(maxsize=16)
def _filters(size: int, rate: int) -> NDArray[np.float32]:
    """Triangles on a logarithmic scale that sum a window's bins to bands, [bins, 32]."""
    hertz = np.fft.rfftfreq(size, 1 / rate)
    corners = np.geomspace(LOW, HIGH, THUMB + 2)
    rising = (hertz[:, None] - corners[:-2]) / np.diff(corners)[:-1]
    falling = (corners[2:] - hertz[:, None]) / np.diff(corners)[1:]
    weights = np.minimum(rising, falling).clip(0)
    # Low bands are narrower than a bin: they take the nearest one.
    nearest = np.abs(hertz[:, None] - corners[1:-1]).argmin(axis=0)
    empty = weights.sum(axis=0) == 0
    weights[nearest[empty], np.flatnonzero(empty)] = 1
    return (weights / weights.sum(axis=0)).astype(np.float32)
