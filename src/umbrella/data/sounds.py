"""One look at a sound: whether it can be decoded, and what its copies are known by.

Its coarse form is a spectrogram of 32 bands between 60 Hz and 3.8 kHz (what a telephone carries,
so that a copy at another sampling rate looks the same) by 32 stretches of time, in decibels below
the loudest cell.
"""

import hashlib
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError, need
from umbrella.base.limits import Limits
from umbrella.data.pictures import THUMB, Look

BLOCK = 2**16  # samples decoded at a time
WINDOW_SECONDS = 0.032
LOW, HIGH = 60.0, 3_800.0  # Hz
FLOOR = 60.0  # decibels below the loudest cell that count as silence
UNKNOWN = 0x7FFFFFFF  # a size from here on was written before the end was known

Blocks = Iterator[tuple[NDArray[np.float32], int]]  # mono samples, sampling rate


def look_at_sound(path: Path, format: str, limits: Limits) -> Look:
    """Decode a sound wholly, block by block.

    Args:
        path: the file.
        format: what `magic.tell` found.
        limits: audio_seconds is used.

    Raises:
        DataError: why it is unusable, in words that follow the file's name.
    """
    if format == "wav":
        _refuse_cut(path)
    digest, bands, samples, rate = hashlib.blake2b(digest_size=8), _Bands(), 0, 1
    for mono, rate in _decoded(path, format, limits):
        if not samples:
            digest.update(str(rate).encode())
        samples += len(mono)
        if samples > limits.audio_seconds * rate:
            raise DataError(f"lasts more than {limits.audio_seconds:,} seconds, the limit")
        digest.update((mono.clip(-1, 1) * 32767).round().astype("<i2").tobytes())
        bands.add(mono, rate)
    if not samples:
        raise DataError("holds no sound at all")
    return Look(digest.digest(), bands.thumb())


def _decoded(path: Path, format: str, limits: Limits) -> Blocks:
    files: Any = need("soundfile", "audio")
    if format == "m4a":
        yield from by_av(path)
        return
    try:
        with files.SoundFile(path) as file:
            promised, read = file.frames, 0
            if promised > limits.audio_seconds * file.samplerate:
                seconds = promised / file.samplerate
                raise DataError(
                    f"lasts {seconds:,.0f} seconds; at most {limits.audio_seconds:,} are read"
                )
            for block in file.blocks(BLOCK, dtype="float32", always_2d=True):
                read += len(block)
                yield np.nan_to_num(block.mean(axis=1)), file.samplerate
    except (files.SoundFileError, RuntimeError) as error:
        raise DataError(f"is damaged or cut short ({str(error).splitlines()[0][:100]})") from error
    if format == "flac" and read < promised:
        raise DataError(f"is cut short: {read:,} of {promised:,} samples are there")


def by_av(path: Path) -> Blocks:
    """The first sound of a file, by FFmpeg's decoders.

    Raises:
        DataError: damaged, or without sound.
    """
    av: Any = need("av", "audio")
    try:
        with av.open(str(path)) as file:
            if not file.streams.audio:
                raise DataError("holds no sound at all")
            for frame in file.decode(audio=0):
                samples = frame.to_ndarray()
                if samples.dtype.kind == "i":
                    samples = samples / np.float32(np.iinfo(samples.dtype).max + 1.0)
                if not frame.format.is_planar:
                    samples = samples.reshape(-1, frame.layout.nb_channels).T
                yield samples.astype(np.float32).mean(axis=0), frame.sample_rate
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise DataError(f"is damaged or cut short ({str(error)[:100]})") from error


def _refuse_cut(path: Path) -> None:
    """Compare what a WAV header promises with what is there; decoders read on in silence."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", head)
            if name == b"data":
                there = size - file.tell()
                if there < length < UNKNOWN:
                    raise DataError(f"is cut short: {there:,} of {length:,} bytes are there")
                return
            file.seek(length + length % 2, 1)
    raise DataError("is cut short: its header has no sound behind it")


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
