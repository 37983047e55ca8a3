"""A file of sound as one wave: decoded, mixed to one channel, at one rate, within limits.

soundfile reads WAV, FLAC, Ogg and MP3; av reads AAC and the sound of MP4, QuickTime and Matroska.
What a file is, is told by its first bytes. Limits are asked of the header before anything is
decoded, and again while blocks come in, for headers lie.

Shapes: n samples.
"""

import io
import math
import os
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError, MissingExtraError
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.codecs import specs
from umbrella.data.codecs.standard import Standard
from umbrella.data.magic import HEAD, tell

Wave = NDArray[np.float32]
T = TypeVar("T")

BY_SOUNDFILE = ("wav", "flac", "ogg", "mp3")
BY_AV = {"m4a": "mov", "mp4": "mov", "mov": "mov", "mkv": "matroska", "aac": "aac"}  # → demuxer
EXTRA = "audio"  # the extra of our package that brings the decoders
BLOCK = 2**16  # frames decoded at once
LOWEST, HIGHEST = 1_000, 768_000  # rates that are believed, in samples a second
USUAL = 16_000  # rate that holds speech, and most of what tells sounds apart
FORM = (1, 1, 8000, 16_000, 2, 16)  # of a probe: PCM, one channel, rate, bytes a second, …
WHOLE = 0.9  # share of the promised frames below which a file counts as cut off
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
    with _opened(cell, limits) as source:
        most = math.ceil(min(seconds, 1e9) * source.rate)
        blocks, count = [], 0
        for block in source.blocks():
            if not np.isfinite(block).all():
                raise DataError(f"{source.name} holds samples that are no numbers. Write it anew.")
            blocks.append(block.mean(axis=1, dtype=np.float32))
            count += len(block)
            source.check(count)
            if count >= most:
                break
        if count < min(most, WHOLE * source.frames):
            raise DataError(
                f"{source.name} is cut off: {count:,} of {source.frames:,} frames are there. "
                f"Copy it again, or leave the row out."
            )
    if not count:
        raise DataError(f"{source.name} holds no samples. Leave the row out, or record it again.")
    return resample(np.concatenate(blocks)[:most], source.rate, rate)


def rate_of(cell: str | bytes, limits: Limits = LIMITS) -> int:
    """Samples a second, from the header alone; raises as `load` does."""
    with _opened(cell, limits) as source:
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
        raise unreadable(found)

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
        raise unreadable(results)
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


def unreadable(results: Iterable[Any]) -> DataError:
    """Word a column of sound in which nothing can be read."""
    first = next((str(one) for one in results if isinstance(one, DataError)), "All are missing.")
    return DataError(
        f"None of the training rows holds a sound that can be read. The first: {first} "
        f"Look at the paths, or choose other columns with --use."
    )


class _Source:
    """An open file: what its header says, and its blocks float32 [frames, channels]."""

    def __init__(
        self,
        name: str,
        size: int,
        rate: int,
        channels: int,
        frames: int,
        blocks: Callable[[], Iterator[Wave]],
        limits: Limits,
    ) -> None:
        self.name, self.size, self.rate, self.channels = name, size, rate, channels
        self.frames = frames if frames < 2**62 else 0  # unknown to the header
        self.blocks, self.limits = blocks, limits
        if not LOWEST <= rate <= HIGHEST:
            raise DataError(
                f"{name} claims {rate:,} samples a second; {LOWEST:,} to {HIGHEST:,} are read. "
                f"Convert it to {USUAL:,}."
            )
        if not 1 <= channels <= limits.audio_channels:
            raise DataError(
                f"{name} claims {channels} channels; 1 to {limits.audio_channels} are read. "
                f"Mix it down first."
            )
        self.check(self.frames)

    def check(self, frames: int) -> None:
        """Refuse so many frames if they last too long or unfold from too few bytes."""
        limits = self.limits
        if frames > limits.audio_seconds * self.rate:
            raise DataError(
                f"{self.name} lasts {frames / self.rate:,.0f} s or more; at most "
                f"{limits.audio_seconds:,} s are read. Cut it into pieces."
            )
        unfolded = 4 * frames * self.channels
        if unfolded > max(limits.ratio_free_bytes, limits.ratio * self.size):
            raise DataError(
                f"{self.name} unfolds from {self.size:,} bytes to {unfolded:,} or more, over "
                f"{limits.ratio} times; such files are made to fill memory. Leave the row out."
            )


@contextmanager
def _opened(cell: str | bytes, limits: Limits) -> Iterator[_Source]:
    name, size, head = _look(cell, limits)
    content = tell(head)
    format = "aac" if _is_adts(head) else content.format
    file: Any = io.BytesIO(cell) if isinstance(cell, bytes) else cell
    if format in BY_SOUNDFILE:
        opening = _by_soundfile(file, name, size, limits)
    elif format in BY_AV:
        opening = _by_av(file, name, size, BY_AV[format], limits)
    else:
        raise DataError(
            f"{name} holds {content.name}, no sound that is read: WAV, FLAC, Ogg, MP3, AAC, M4A, "
            f"MP4. Convert it, or leave the row out."
        )
    with opening as source:
        yield source


def _look(cell: str | bytes, limits: Limits) -> tuple[str, int, bytes]:
    """Name for messages, size in bytes and first bytes of a file."""
    if isinstance(cell, bytes):
        name, size, head = "The sound in memory", len(cell), cell[:HEAD]
    else:
        name, path = str(cell), Path(cell)
        try:
            if not path.is_file():
                what = "is a folder or a device" if path.exists() else "does not exist"
                raise DataError(f"{name} {what}. Give the path of a file of sound.")
            size = path.stat().st_size
            with path.open("rb") as file:
                head = file.read(HEAD)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise DataError(f"{name} cannot be opened: {why}. Look at the path.") from error
    if not size:
        raise DataError(f"{name} is empty (0 bytes). Copy it again, or leave the row out.")
    if size > limits.audio_bytes:
        raise DataError(
            f"{name} has {size:,} bytes; at most {limits.audio_bytes:,} are read. Cut it up."
        )
    return name, size, head


def _is_adts(head: bytes) -> bool:
    """Whether bare AAC begins here."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


@contextmanager
def _by_soundfile(file: Any, name: str, size: int, limits: Limits) -> Iterator[_Source]:
    soundfile = _library("soundfile")
    try:
        with soundfile.SoundFile(file) as sound:

            def blocks() -> Iterator[Wave]:
                while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
                    yield block

            yield _Source(
                name, size, sound.samplerate, sound.channels, sound.frames, blocks, limits
            )
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise _damaged(name, error) from error


@contextmanager
def _by_av(file: Any, name: str, size: int, demuxer: str, limits: Limits) -> Iterator[_Source]:
    av = _library("av")
    try:
        # Naming the demuxer keeps out those that follow links to other files.
        with av.open(file, format=demuxer) as box:
            if not box.streams.audio:
                raise DataError(f"{name} holds no stream of sound. Leave the row out.")
            stream = box.streams.audio[0]
            lasts = float((stream.duration or 0) * (stream.time_base or 0))
            rate = stream.rate or 0

            def blocks() -> Iterator[Wave]:
                plain = av.AudioResampler(format="fltp")
                for frame in box.decode(stream):
                    yield from (piece.to_ndarray().T for piece in plain.resample(frame))

            yield _Source(name, size, rate, stream.channels, round(lasts * rate), blocks, limits)
    except (av.FFmpegError, ValueError) as error:
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> DataError:
    return DataError(f"{name} is damaged: {str(error)[:160]}. Copy it again, or leave the row out.")


def _library(name: str) -> ModuleType:
    try:
        return __import__(name)
    except (ModuleNotFoundError, OSError) as error:
        raise MissingExtraError(
            f"Reading sound needs {name!r}, which the base install leaves out ({error}). "
            f"Install it: pip install 'umbrella[{EXTRA}]'."
        ) from error


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
