"""One look at a video: whether it can be read to its end, and what its copies are known by."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from umbrella.base.errors import DataError, need
from umbrella.base.limits import Limits
from umbrella.data.pictures import THUMB, Look

KEYS = 8  # whole pictures that are looked at; the others only say how they differ from these
LOST = 0.02  # share of the promised pictures that may be absent: players drop a few as well


def look_at_video(path: Path, limits: Limits) -> Look:
    """Read every packet, and decode the first few pictures that are stored whole.

    To decode all of a video takes longer than to learn from a few of its pictures, so damage
    within a packet that is there may stay unseen until it is encoded for a network.

    Args:
        path: the file.
        limits: image_pixels (of one picture) and audio_seconds (of the whole) are used.

    Raises:
        DataError: why it is unusable, in words that follow the file's name.
    """
    av: Any = need("av", "video")
    try:
        with av.open(str(path)) as file:
            if not file.streams.video:
                raise DataError("holds no picture")
            stream = file.streams.video[0]
            _refuse_large(stream, file.duration, limits)
            return _keys(file, stream)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise DataError(f"is damaged or cut short ({str(error)[:100]})") from error


def _refuse_large(stream: Any, duration: int | None, limits: Limits) -> None:
    wide, high = stream.codec_context.width, stream.codec_context.height
    if wide * high > limits.image_pixels:
        raise DataError(f"has {wide:,} × {high:,} pixels; at most {limits.image_pixels:,} are read")
    seconds = (duration or 0) / 1e6
    if seconds > limits.audio_seconds:
        raise DataError(f"lasts {seconds:,.0f} seconds; at most {limits.audio_seconds:,} are read")


def _keys(file: Any, stream: Any) -> Look:
    promised, packets, small = stream.frames, 0, hashlib.blake2b(digest_size=8)
    thumbs: list[np.ndarray] = []
    stream.codec_context.skip_frame = "NONKEY"
    for packet in file.demux(stream):
        packets += packet.size > 0
        if len(thumbs) < KEYS and (packet.is_keyframe or packet.size == 0):
            for frame in packet.decode():
                pixels = frame.to_ndarray(format="rgb24", width=THUMB, height=THUMB)
                small.update(np.ascontiguousarray(pixels).tobytes())
                thumbs.append(pixels.mean(axis=2))
    if not thumbs:
        raise DataError("holds no picture that can be decoded")
    if packets < (1 - LOST) * promised:
        raise DataError(f"is cut short: {packets:,} of {promised:,} pictures are there")
    small.update(str(packets).encode())
    return Look(small.digest(), np.mean(thumbs, axis=0).round().astype(np.uint8))
