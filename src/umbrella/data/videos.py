"""One look at a video: whether it can be read to its end, and what its copies are known by."""

import hashlib
from pathlib import Path

import numpy as np

from umbrella.base.errors import DataError
from umbrella.base.limits import Limits
from umbrella.data.codecs.clip import LOST, Clip, opened
from umbrella.data.pictures import THUMB, Look

KEYS = 8  # whole pictures that are looked at; the others only say how they differ from these


def look_at_video(path: Path, limits: Limits) -> Look:
    """Read every packet, and decode the first few pictures that are stored whole.

    To decode all of a video takes longer than to learn from a few of its pictures, so damage
    within a packet that is there may stay unseen; the codec "video" passes over such a picture.

    Args:
        path: the file.
        limits: those of videos are used.

    Raises:
        DataError: why it is unusable, in words that follow the file's name.
    """
    with opened(str(path), limits) as clip:
        return _keys(clip)


def _keys(clip: Clip) -> Look:
    stream, ends = clip.stream, clip.start
    promised, packets, small = stream.frames, 0, hashlib.blake2b(digest_size=8)
    thumbs: list[np.ndarray] = []
    stream.codec_context.skip_frame = "NONKEY"
    for packet in clip.box.demux(stream):
        packets += packet.size > 0
        if packet.pts is not None:
            ends = max(ends, packet.pts + (packet.duration or 0))
        if len(thumbs) < KEYS and (packet.is_keyframe or packet.size == 0):
            for frame in packet.decode():
                pixels = frame.to_ndarray(format="rgb24", width=THUMB, height=THUMB)
                small.update(np.ascontiguousarray(pixels).tobytes())
                thumbs.append(pixels.mean(axis=2))
    if not thumbs:
        raise DataError("holds no picture that can be decoded")
    if packets < (1 - LOST) * promised:
        raise DataError(f"is cut short: {packets:,} of {promised:,} pictures are there")
    clip.require(clip.start + clip.length, ends)
    clip.judge(packets, stream.codec_context.width, stream.codec_context.height)
    small.update(str(packets).encode())
    return Look(small.digest(), np.mean(thumbs, axis=0).round().astype(np.uint8))
