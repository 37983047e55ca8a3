"""A file of moving pictures, opened and judged by its header; shown.py decodes it.

What a file is, is told by its first bytes. Limits are asked of the header before anything is
decoded, and again while pictures come, for headers lie. The pass over files at reading
(data/videos.py) opens and judges videos by this file too, so that what it lets pass can be encoded.

Errors are worded to follow the file's name, see named.py.
"""

import io
import math
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umbrella.base.errors import DataError, need
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.codecs.named import named
from umbrella.data.magic import HEAD, tell

EXTRA = "video"  # the extra of our package that brings the decoders
# Naming the demuxer keeps out those that follow links to other files.
DEMUXERS = {"mp4": "mov", "mov": "mov", "avi": "avi", "mkv": "matroska", "mpeg": "mpeg"}
BARE = (b"\0\0\1\xb3", "mpegvideo")  # MPEG pictures in no container: first bytes, demuxer
BYTES = 1.5  # of a pixel as decoders hold it
LOST = 0.02  # share of the promised length that may be absent: players drop a few pictures as well
SLENDER = 32  # no side is longer than so many of the other: scaled up, it would fill memory
STRETCH = 4.0  # a pixel may be so many times wider than high, or higher; beyond, a header errs


@dataclass(frozen=True)
class Clip:
    """An open file; times are counted in units of `unit` seconds.

    Args:
        cell: path, or the bytes of the file.
        box, stream: of av.
        demuxer: its name.
        limits: see base/limits.py.
        start, length: of the pictures, in units; length is at least 1.
        unit: seconds.
        bytes: size of the file.
        promised: whether the header vouches for the length of the pictures themselves.
    """

    cell: str | bytes
    box: Any
    stream: Any
    demuxer: str
    limits: Limits
    start: int
    length: int
    unit: float
    bytes: int
    promised: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Width and height as the header states them, pixels made square."""
        context = self.stream.codec_context
        return as_shown(context.width, context.height, self.stream.sample_aspect_ratio)

    @contextmanager
    def again(self) -> Iterator[tuple[Any, Any]]:
        """The box and stream anew, at the start: not every file can be sent back there."""
        with _unpacked(self.cell, self.demuxer, self.limits) as opened_again:
            yield opened_again

    def spread(self, count: int) -> list[int]:
        """Times in the middle of so many equal parts of the clip."""
        return [self.start + (2 * at + 1) * self.length // (2 * count) for at in range(count)]

    def judge(self, pictures: int, wide: int, high: int) -> None:
        """Refuse so many pictures of this shape where they are too large, or too many for the file.

        Raises:
            DataError: why, in words that follow the file's name.
        """
        limits = self.limits
        if wide * high > limits.video_pixels:
            raise DataError(
                f"claims {wide:,} × {high:,} pixels; at most {limits.video_pixels:,} are read. "
                f"Make it smaller."
            )
        if max(wide, high) > SLENDER * min(wide, high):
            raise DataError(
                f"claims {wide:,} × {high:,} pixels; a side of at most {SLENDER} times the other "
                f"is read. Cut it to shape."
            )
        if pictures > limits.video_frames:
            raise DataError(
                f"holds {pictures:,} pictures; at most {limits.video_frames:,} are read. Cut it up."
            )
        unfolded = int(BYTES * wide * high * pictures)
        if unfolded > max(limits.video_free_bytes, limits.video_ratio * self.bytes):
            raise DataError(
                f"unfolds from {self.bytes:,} bytes to {unfolded:,}, over "
                f"{limits.video_ratio:,} times; such files are made to fill memory. "
                f"Leave the row out."
            )

    def require(self, time: int, ends: int) -> None:
        """Refuse a file whose pictures end before a time that its header promises.

        Raises:
            DataError: why, in words that follow the file's name.
        """
        if self.promised and time > ends + LOST * self.length:
            there, whole = (count * self.unit for count in (ends - self.start, self.length))
            raise DataError(
                f"is cut short: {max(there, 0):.1f} of {whole:.1f} seconds are there. "
                f"Copy it again, or leave the row out."
            )


def shape_of(cell: str | bytes, limits: Limits = LIMITS) -> tuple[int, int]:
    """Width and height as the header states them; raises as `load` does."""
    with named(cell, "video"), opened(cell, limits) as clip:
        return clip.shape


@contextmanager
def opened(cell: str | bytes, limits: Limits = LIMITS) -> Iterator[Clip]:
    """An open file within limits; errors of the decoder inside the block are worded.

    Raises:
        DataError: why it is unusable, in words that follow the file's name.
        MissingExtraError: av is not installed.
    """
    size, head = _look(cell, limits)
    content = tell(head)
    if content.kind != "video":
        raise DataError(
            f"holds {content.name}, no video that is read: {', '.join(DEMUXERS).upper()}. "
            f"Convert it, or leave the row out."
        )
    demuxer = BARE[1] if head.startswith(BARE[0]) else DEMUXERS[content.format]
    av: Any = need("av", EXTRA)
    try:
        with _unpacked(cell, demuxer, limits) as (box, stream):
            yield _clip(cell, box, stream, demuxer, size, limits)
    except (av.FFmpegError, OSError, ValueError, ArithmeticError) as error:
        raise DataError(
            f"is damaged or cut short: {str(error)[:160]}. Copy it again, or leave the row out."
        ) from error


@contextmanager
def _unpacked(cell: str | bytes, demuxer: str, limits: Limits) -> Iterator[tuple[Any, Any]]:
    """The box and its pictures' stream, which no decoder has touched yet."""
    av: Any = need("av", EXTRA)
    with av.open(io.BytesIO(cell) if isinstance(cell, bytes) else cell, format=demuxer) as box:
        stream = box.streams.best("video")
        if stream is None:
            raise DataError("holds no picture. Leave the row out.")
        if stream.codec_context is None:
            raise DataError("is in a format whose decoder is not there. Convert it to MP4.")
        stream.codec_context.thread_count = 1  # files are decoded side by side
        stream.codec_context.options = {"max_pixels": str(limits.video_pixels)}
        yield box, stream


def _clip(
    cell: str | bytes, box: Any, stream: Any, demuxer: str, size: int, limits: Limits
) -> Clip:
    """Judge the header; what it does not say about the length is read from the packets."""
    unit = float(stream.time_base or 0)
    if not unit > 0:
        raise DataError("is damaged: its clock stands still. Copy it again, or leave the row out.")
    start, length = stream.start_time or 0, stream.duration or 0
    promised = length > 0
    if not promised:
        length = round((box.duration or 0) / 1e6 / unit)
    if length <= 0:
        start, length = _measured(cell, demuxer, limits)
    seconds = length * unit
    if seconds > limits.video_seconds:
        raise DataError(
            f"lasts {seconds:,.0f} s; at most {limits.video_seconds:,} s are read. Cut it up."
        )
    clip = Clip(cell, box, stream, demuxer, limits, start, max(length, 1), unit, size, promised)
    count = stream.frames or math.ceil(seconds * float(stream.average_rate or 0))
    clip.judge(count, stream.codec_context.width, stream.codec_context.height)
    return clip


def _measured(cell: str | bytes, demuxer: str, limits: Limits) -> tuple[int, int]:
    """Start and length of a stream whose container does not say, from all of its packets."""
    with _unpacked(cell, demuxer, limits) as (box, stream):
        spans = [
            (packet.pts, packet.pts + (packet.duration or 0))
            for packet in box.demux(stream)
            if packet.pts is not None
        ]
    if not spans:
        raise nothing()
    first = min(begins for begins, _ in spans)
    return first, max(ends for _, ends in spans) - first


def nothing() -> DataError:
    """Word a file in which no picture can be decoded."""
    return DataError("holds no picture that can be decoded. Leave the row out.")


def as_shown(wide: int, high: int, aspect: Any) -> tuple[int, int]:
    """Width and height of a picture once its pixels are square.

    Args:
        wide, high: as stored.
        aspect: how many times wider than high a pixel is shown; None for square ones.
    """
    times = float(aspect or 1)
    return (max(1, round(wide * times)) if 1 / STRETCH <= times <= STRETCH else wide), high


def _look(cell: str | bytes, limits: Limits) -> tuple[int, bytes]:
    """Size in bytes and first bytes."""
    size, head = (len(cell), cell[:HEAD]) if isinstance(cell, bytes) else _read(Path(cell))
    if not size:
        raise DataError("is empty (0 bytes). Copy it again, or leave the row out.")
    if size > limits.file_bytes:
        raise DataError(f"has {size:,} bytes; at most {limits.file_bytes:,} are read. Cut it up.")
    return size, head


def _read(path: Path) -> tuple[int, bytes]:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would be waited for
            raise DataError("is a folder or a device. Give the path of a video.")
        with path.open("rb") as file:
            return about.st_size, file.read(HEAD)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError("does not exist. Give the path of a video.") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise DataError(f"cannot be opened: {why}. Look at the path.") from error
