"""A file of sound, opened: what its header claims, and its samples block by block, within limits.

soundfile reads WAV, FLAC, Ogg and MP3; av reads AAC and the sound of MP4, QuickTime and Matroska.
What a file is, is told by its first bytes. Limits are asked of the header before anything is
decoded, and again while blocks come in, for headers lie. The pass over files at reading
(data/sounds.py) decodes by this file too, so that what it lets pass can be encoded.

A file that was cut short is noticed where it tells how long it should be: WAV, FLAC, MP4 and its
kin by their headers, MP3 by the count in its first frame, to within two frames, and Ogg where the
cut went through a page (cut.py). Not to be noticed are an MP3 without a count and bare AAC, cut
between two frames, and an Ogg file cut between two pages: a recorded stream looks the same.

An MP3 need not say how long it is. soundfile then guesses from its first frames and stops where
the guess ends, so such files go to av, which reads on to the end.

Errors are worded to follow the file's name, see named.py.
"""

import io
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError, MissingExtraError
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.codecs.cut import refuse_cut
from umbrella.data.magic import HEAD, tell

Wave = NDArray[np.float32]

BY_SOUNDFILE = ("wav", "flac", "ogg", "mp3")
BY_AV = {"m4a": "mov", "mp4": "mov", "mov": "mov", "mkv": "matroska", "aac": "aac"}  # → demuxer
STATING = ("mov", "matroska")  # demuxers whose length is stated by the file and not guessed
COUNTS = (b"Xing", b"Info", b"VBRI")  # marks in the first frame of an MP3 that counts its frames
EXTRA = "audio"  # the extra of our package that brings the decoders
BLOCK = 2**16  # samples of a channel decoded at once
LOWEST, HIGHEST = 1_000, 768_000  # rates that are believed, in samples a second
USUAL = 16_000  # rate that holds speech, and most of what tells sounds apart
WHOLE = 0.9  # share of the promised samples below which a file counts as cut off
SPARE = 2 * 1152  # samples that may be absent: encoders of MP3 and AAC miscount by a frame or two
EXACT = ("wav", "flac")  # formats whose headers count every sample
READ = "WAV, FLAC, Ogg, MP3, AAC, M4A, MP4"  # what is read, for messages


class Recording:
    """An open file of sound.

    Args:
        size: bytes of the file.
        rate: samples a second.
        channels: how many there are.
        frames: samples a channel that the header promises; 0 when it does not say.
        blocks: opens the one pass over its samples, float32 [samples, channels] a block.
        spare: promised samples that may be absent; WHOLE of them must be there anyway.
        limits: audio_channels, audio_seconds, ratio and ratio_free_bytes are used.

    Raises:
        DataError: the header claims what is not read.
    """

    def __init__(
        self,
        size: int,
        rate: int,
        channels: int,
        frames: int,
        blocks: Callable[[], Iterator[Wave]],
        spare: int,
        limits: Limits,
    ) -> None:
        self.size, self.rate, self.channels = size, rate, channels
        self.frames = frames if frames < 2**62 else 0  # unknown to the header
        self._blocks, self._spare, self._limits = blocks, spare, limits
        if not LOWEST <= rate <= HIGHEST:
            raise DataError(
                f"claims {rate:,} samples a second; {LOWEST:,} to {HIGHEST:,} are read. "
                f"Convert it to {USUAL:,}."
            )
        if not 1 <= channels <= limits.audio_channels:
            raise DataError(
                f"claims {channels} channels; 1 to {limits.audio_channels} are read. "
                f"Mix it down first."
            )
        self._check(self.frames)

    def most(self, seconds: float) -> int:
        """Samples in so many seconds."""
        return math.ceil(min(seconds, 1e9) * self.rate)

    def mono(self, seconds: float = math.inf) -> Iterator[Wave]:
        """The mean of the channels, block by block; no block is empty.

        Args:
            seconds: what comes later is not decoded, but for the rest of a block.

        Raises:
            DataError: cut off, beyond a limit, or not a number.
        """
        most, count = self.most(seconds), 0
        for block in self._blocks():
            if not len(block):
                continue
            if not np.isfinite(block).all():
                raise DataError("holds samples that are no numbers. Write it anew.")
            count += len(block)
            self._check(count)
            yield block.mean(axis=1, dtype=np.float32)
            if count >= most:
                break
        if count < min(most, max(WHOLE * self.frames, self.frames - self._spare)):
            raise DataError(
                f"is cut short: {count:,} of {self.frames:,} samples are there. "
                f"Copy it again, or leave the row out."
            )

    def _check(self, frames: int) -> None:
        """Refuse so many samples if they last too long or unfold from too few bytes."""
        limits = self._limits
        if frames > limits.audio_seconds * self.rate:
            raise DataError(
                f"lasts {frames / self.rate:,.0f} s or more; at most "
                f"{limits.audio_seconds:,} s are read. Cut it into pieces."
            )
        unfolded = 4 * frames * self.channels
        if unfolded > max(limits.ratio_free_bytes, limits.ratio * self.size):
            raise DataError(
                f"unfolds from {self.size:,} bytes to {unfolded:,} or more, over "
                f"{limits.ratio} times; such files are made to fill memory. Leave the row out."
            )


@contextmanager
def opened(cell: str | bytes, limits: Limits = LIMITS) -> Iterator[Recording]:
    """Open a file, and judge it by its header.

    Args:
        cell: path, or the bytes of a file.
        limits: see base/limits.py.

    Raises:
        DataError: nothing there, no sound, damaged, or beyond a limit; what a decoder raises inside
            the block becomes one as well.
        MissingExtraError: the library that decodes it is not installed.
    """
    size, head = _look(cell, limits)
    content = tell(head)
    format = "aac" if _is_adts(head) else content.format
    if format not in BY_SOUNDFILE and format not in BY_AV:
        raise DataError(
            f"holds {content.name}, no sound that is read: {READ}. Convert it, or leave the row "
            f"out."
        )
    demuxer = BY_AV.get(format, "")
    if format == "mp3" and not _counts_frames(cell):
        demuxer = "mp3"
    with _bytes_of(cell) as stream:
        refuse_cut(stream, size, format)
    file = io.BytesIO(cell) if isinstance(cell, bytes) else cell
    spare = 0 if format in EXACT else SPARE
    opening: AbstractContextManager[Recording] = (
        _by_av(file, size, demuxer, spare, limits)
        if demuxer
        else _by_soundfile(file, size, spare, limits)
    )
    with opening as source:
        yield source


def _look(cell: str | bytes, limits: Limits) -> tuple[int, bytes]:
    """Size in bytes and first bytes of a file."""
    if isinstance(cell, bytes):
        size, head = len(cell), cell[:HEAD]
    else:
        path = Path(cell)
        try:
            if not path.is_file():
                what = "is a folder or a device" if path.exists() else "does not exist"
                raise DataError(f"{what}. Give the path of a file of sound.")
            size = path.stat().st_size
            with path.open("rb") as file:
                head = file.read(HEAD)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise DataError(f"cannot be opened: {why}. Look at the path.") from error
    if not size:
        raise DataError("is empty (0 bytes). Copy it again, or leave the row out.")
    if size > limits.audio_bytes:
        raise DataError(f"has {size:,} bytes; at most {limits.audio_bytes:,} are read. Cut it up.")
    return size, head


def _is_adts(head: bytes) -> bool:
    """Whether bare AAC begins here."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def _bytes_of(cell: str | bytes) -> BinaryIO:
    """A file's bytes, to be read from its beginning."""
    return io.BytesIO(cell) if isinstance(cell, bytes) else Path(cell).open("rb")


def _counts_frames(cell: str | bytes) -> bool:
    """Whether the first frame of an MP3 says how many follow."""
    with _bytes_of(cell) as file:
        head = file.read(10)
        start = 0
        if head.startswith(b"ID3") and len(head) == 10:  # its size is stored in four times 7 bits
            start = 10 + sum((byte & 0x7F) << 7 * (3 - at) for at, byte in enumerate(head[6:]))
        file.seek(start)
        first = file.read(HEAD)
    return any(mark in first for mark in COUNTS)


@contextmanager
def _by_soundfile(
    file: str | BinaryIO, size: int, spare: int, limits: Limits
) -> Iterator[Recording]:
    soundfile = _library("soundfile")
    try:
        with soundfile.SoundFile(file) as sound:

            def blocks() -> Iterator[Wave]:
                while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
                    yield block

            rate, channels = sound.samplerate, sound.channels
            yield Recording(size, rate, channels, sound.frames, blocks, spare, limits)
    except (soundfile.SoundFileError, RuntimeError) as error:
        raise _damaged() from error


@contextmanager
def _by_av(file: Any, size: int, demuxer: str, spare: int, limits: Limits) -> Iterator[Recording]:
    av = _library("av")
    try:
        # Naming the demuxer keeps out those that follow links to other files.
        with av.open(file, format=demuxer) as box:
            if not box.streams.audio:
                raise DataError("holds no stream of sound. Leave the row out.")
            stream = box.streams.audio[0]
            rate = stream.rate or 0
            lasts = float((stream.duration or 0) * (stream.time_base or 0))
            frames = round(lasts * rate) if demuxer in STATING else 0

            def blocks() -> Iterator[Wave]:
                plain = av.AudioResampler(format="fltp")
                for frame in box.decode(stream):
                    yield from (piece.to_ndarray().T for piece in plain.resample(frame))

            yield Recording(size, rate, stream.channels, frames, blocks, spare, limits)
    except (av.FFmpegError, ValueError) as error:
        raise _damaged() from error


def _damaged() -> DataError:
    """What a decoder calls it helps nobody: it names no file, or another one, and no remedy."""
    return DataError(
        f"is damaged or cut short, or written in a way that is not read. "
        f"Read are {READ}. Copy it again, convert it to WAV, or leave the row out."
    )


def _library(name: str) -> ModuleType:
    try:
        return __import__(name)
    except (ModuleNotFoundError, OSError) as error:
        raise MissingExtraError(
            f"Reading sound needs {name!r}, which the base install leaves out ({error}). "
            f"Install it: pip install 'umbrella[{EXTRA}]'."
        ) from error
