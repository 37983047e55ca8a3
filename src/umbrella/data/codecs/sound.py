"""A file of sound as one wave: decoded, mixed to one channel, at one rate, within limits.

What can be read, and how, see recording.py. Here are also the steps that all codecs of sound share.

Shapes: n samples.
"""

import math
import os
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.codecs import specs
from umbrella.data.codecs.named import named
from umbrella.data.codecs.recording import HIGHEST, LOWEST, USUAL, Wave, opened
from umbrella.data.codecs.sampling import unreadable
from umbrella.data.codecs.standard import Standard

T = TypeVar("T")

FORM = (1, 1, 8000, 16_000, 2, 16)  # of a probe: PCM, one channel, rate, bytes a second, …
ASKED = 2048  # files whose rate is looked up
THREADS = 4  # files decoded at once, at most


def load(cell: str | bytes, rate: int, seconds: float = math.inf, limits: Limits = LIMITS) -> Wave:
    """One file as float32 [n], mean of its channels, full scale ±1.

    Args:
        cell: path, or the bytes of a file.
        rate: samples a second of the result.
        seconds: what comes later is not decoded.
        limits: see base/limits.py.

    Raises:
        DataError: nothing there, no sound, damaged, cut off, beyond a limit, or not a number.
        MissingExtraError: the library that decodes it is not installed.
    """
    with named(cell, "sound"), opened(cell, limits) as source:
        waves = list(source.mono(seconds))
        if not waves:
            raise DataError("holds no samples. Leave the row out, or record it again.")
        most = source.most(seconds)
    return resample(np.concatenate(waves)[:most], source.rate, rate)


def rate_of(cell: str | bytes, limits: Limits = LIMITS) -> int:
    """Samples a second, from the header alone; raises as `load` does."""
    with named(cell, "sound"), opened(cell, limits) as source:
        return source.rate


def resample(wave: Wave, rate: int, wanted: int) -> Wave:
    """A wave at another rate, by a windowed-sinc polyphase filter; at least one sample."""
    if rate == wanted:
        return wave
    from scipy.signal import resample_poly  # half a second to import, and most data needs none

    shared = math.gcd(rate, wanted)
    made = resample_poly(wave, wanted // shared, rate // shared)
    return np.asarray(made, np.float32)


def each(
    cells: Sequence[str | bytes | None], work: Callable[[str | bytes], T]
) -> list[T | DataError | None]:
    """Do something with every file, several at once; results in the order of the cells.

    Args:
        cells: paths, bytes, or None.
        work: given a cell.

    Returns:
        What `work` gave, the DataError it raised, or None where the cell is missing.
    """

    def one(cell: str | bytes | None) -> T | DataError | None:
        try:
            return None if cell is None else work(cell)
        except DataError as error:
            return error

    threads = min(THREADS, os.cpu_count() or 1, len(cells))
    if threads < 2:
        return [one(cell) for cell in cells]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, cells))


def settle_rate(
    batches: Iterable[Sequence[str | bytes | None]], rate: int | None
) -> tuple[int, Iterator[Sequence[str | bytes | None]]]:
    """The rate to work at, and the batches, the first of which were looked at.

    Args:
        batches: training cells.
        rate: given, or None for the commonest of the first files, at most USUAL.
    """
    stream = iter(batches)
    if rate is not None:
        return rate, stream
    seen: list[Sequence[str | bytes | None]] = []
    count = 0
    for batch in stream:
        seen.append(batch)
        count += len(batch)
        if count >= ASKED:
            break
    found = each([cell for batch in seen for cell in batch][:ASKED], rate_of)
    rates = Counter(one for one in found if isinstance(one, int))
    if not rates:
        raise unreadable(found, "sound")

    def again() -> Iterator[Sequence[str | bytes | None]]:
        yield from seen
        yield from stream

    return min(USUAL, rates.most_common(1)[0][0]), again()


def learn_scale(
    stream: Iterable[Sequence[str | bytes | None]], work: Callable[[str | bytes], NDArray]
) -> Standard:
    """Mean and deviation of every column of what `work` makes of training files.

    Args:
        stream: batches of cells.
        work: one file → [F], or [S, F] for several rows of it.

    Raises:
        DataError: no file can be read.
        MissingExtraError: the library that decodes them is not installed.
    """
    scale = Standard()
    results: list[NDArray | DataError | None] = []
    for cells in stream:
        results = each(cells, work)
        for made in results:
            if isinstance(made, np.ndarray):
                scale.see(np.atleast_2d(made))
    if not len(scale.mean):
        raise unreadable(results, "sound")
    return scale


def probes() -> list[bytes]:
    """Four small WAV files at 8,000 samples a second: two tones, a rising one, a rattle."""
    at = np.arange(2000)
    sines = [np.sin(at * step) for step in (0.1, 0.9, at * 0.0002)]
    rattle = (at * at * 7919 % 1009) / 504.5 - 1
    return [_wav(wave[: 500 * n]) for n, wave in enumerate([*sines, rattle], start=1)]


def _wav(wave: NDArray[np.float64]) -> bytes:
    """A WAV of 16 bits at 8,000 samples a second."""
    samples = np.round(16_000 * wave).astype("<i2").tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", len(samples) + 36, b"WAVE", b"fmt ", 16, *FORM)
    return head + struct.pack("<4sI", b"data", len(samples)) + samples


def check_settings(config: Any) -> None:
    """Refuse settings of a codec of sound that are out of range.

    Args:
        config: has rate, bands, hop_ms, window_ms and seconds.

    Raises:
        ConfigError: names the setting, the value and the range.
    """
    if config.rate is not None:
        check_range("rate", config.rate, LOWEST, HIGHEST, int)
    check_range("bands", config.bands, 4, 512, int)
    check_range("hop_ms", config.hop_ms, 1, 1000, float)
    check_range("window_ms", config.window_ms, 1, 1000, float)
    check_range("seconds", config.seconds, 0.01, LIMITS.audio_seconds, float)


def check_range(name: str, value: Any, low: float, high: float, kind: type) -> None:
    """Refuse a setting that is no number of its kind in [low, high]; whole numbers are floats."""
    allowed = (int, float) if kind is float else (int,)
    if type(value) not in allowed or not low <= value <= high:
        noun = "a whole number" if kind is int else "a number"
        raise ConfigError(f"{name}={value!r} is not {noun} from {low:,} to {high:,}.")


def spectrum_spec(spec: dict[str, Any]) -> dict[str, Any]:
    """The settings that all codecs of sound store; ConfigError or BundleError when damaged."""
    names = ("bands", "hop_ms", "window_ms", "seconds")
    rate = specs.whole(spec, "rate", LOWEST, HIGHEST)
    return {"rate": rate, **{name: specs.field(spec, name) for name in names}}
