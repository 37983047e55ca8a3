"""The pictures that a video shows at given times, and a few of them spread over it as squares.

A picture is found by its time stamp, so that a variable frame rate changes nothing: at a time t the
last picture that began by t is on show. The container is asked where the whole picture ("key")
before each time stands; each stretch from there on is decoded once, and no further than the last
time in it. What lies between is never decoded.

A picture that cannot be decoded is passed over, as players do.

Shapes: T pictures, S the edge of the square.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import need
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.codecs.clip import EXTRA, Clip, as_shown, nothing, opened
from umbrella.data.codecs.named import named

INDEXED = ("mov", "avi", "matroska")  # demuxers that know where the keys are
BACK = 8  # steps back to an earlier key, at most, before a file is read from its start
GREY = 128  # fills what a picture leaves free; close to 0 for a network


def load(
    cell: str | bytes, frames: int, size: int, rule: str = "crop", limits: Limits = LIMITS
) -> NDArray[np.uint8]:
    """Pictures spread evenly over one file, as squares, uint8 [T, S, S, 3].

    Args:
        cell: path, or the bytes of a file.
        frames: T. Where the file has fewer pictures, they repeat.
        size: S in pixels.
        rule: "crop" scales the shorter side to S and cuts the middle out; "fit" scales the longer
            side to S and fills the rest with grey.
        limits: those of videos are used.

    Raises:
        DataError: nothing there, no video, damaged, cut short, or beyond a limit.
        MissingExtraError: av is not installed.
    """
    made: list[NDArray[np.uint8] | None] = []
    with named(cell, "video"), opened(cell, limits) as clip:
        square, before = _Square(size, rule, clip.stream.sample_aspect_ratio), None
        for picture in pictures(clip, clip.spread(frames)):
            again = picture is None or picture is before
            new = None if again else square(picture)
            # What cannot be decoded shows what was there before.
            made.append(made[-1] if new is None and made else new)
            before = picture
        first = next((one for one in made if one is not None), None)
        if first is None:
            first = _first(clip, square)
    return np.stack([first if one is None else one for one in made])


def pictures(clip: Clip, times: Sequence[int]) -> Iterator[Any]:
    """The picture on show at each time, as av decodes it; one that lasts comes again.

    Args:
        clip: open.
        times: ascending, in units of the clip.

    Returns:
        A frame of av a time; None where nothing near before it can be decoded.

    Raises:
        DataError: the pictures end too early, in words that follow the file's name.
    """
    for key, wanted in _stretches(clip, times):
        yield from _walk(clip, key, wanted)


def _stretches(clip: Clip, times: Sequence[int]) -> list[tuple[Any, list[int]]]:
    """Times by the key that stands before them; None for the start of the file."""
    if clip.demuxer not in INDEXED:
        return [(None, list(times))]
    made: list[tuple[Any, list[int]]] = []
    for time in times:
        key = _key(clip, time)
        if made and _same(made[-1][0], key):
            made[-1][1].append(time)
        else:
            made.append((key, [time]))
    return made


def _key(clip: Clip, time: int) -> Any:
    """The last whole picture that is shown by a time, as its packet; None where none is found."""
    av: Any = need("av", EXTRA)
    asked = time
    for _ in range(BACK):
        try:
            clip.box.seek(asked, stream=clip.stream, backward=True)
            packet = next(clip.box.demux(clip.stream), None)
        except av.FFmpegError:  # the file cannot be sent there
            return None
        if packet is None or not packet.is_keyframe or packet.pts is None:
            return None
        if packet.pts <= time:
            return packet
        # Containers seek by when a picture is decoded, which is before it is shown.
        asked = (packet.pts if packet.dts is None else packet.dts) - 1
    return None


def _same(one: Any, other: Any) -> bool:
    """Whether two keys are one."""
    return (one and one.pts) == (other and other.pts)


def _walk(clip: Clip, key: Any, times: list[int]) -> Iterator[Any]:
    """Decode from a key on, up to the last time."""
    waiting, shown, ends = list(times), None, clip.start
    for packet, frames in _decoded(clip, key):
        if packet.pts is not None:
            ends = max(ends, packet.pts + (packet.duration or 0))
        for frame in frames:
            if frame.pts is None:
                continue
            while shown is not None and waiting and frame.pts > waiting[0]:
                yield shown
                del waiting[0]
            if not waiting:
                return
            shown = frame
    for time in waiting:
        clip.require(time, ends)
        yield shown


def _decoded(clip: Clip, key: Any) -> Iterator[tuple[Any, list[Any]]]:
    """Packets from a key on, or from the start, each with the pictures that it brings out."""
    if key is None:
        with clip.again() as (box, stream):
            yield from _pictures(clip, box.demux(stream), -math.inf)
        return
    clip.box.seek(key.pts if key.dts is None else key.dts, stream=clip.stream, backward=True)
    yield from _pictures(clip, clip.box.demux(clip.stream), key.pts)


def _pictures(clip: Clip, packets: Iterator[Any], begins: float) -> Iterator[tuple[Any, list[Any]]]:
    """Packets with the pictures that they bring out, those from a time on."""
    av: Any = need("av", EXTRA)
    count = 0
    for packet in packets:
        # What is shown before the key may build on pictures before it, which are not decoded.
        if packet.size and packet.pts is not None and packet.pts < begins:
            continue
        try:
            frames = packet.decode()
        except av.FFmpegError:
            frames = []
        for frame in frames:
            count += 1
            clip.judge(count, frame.width, frame.height)
        yield packet, frames


def _first(clip: Clip, square: "_Square") -> NDArray[np.uint8]:
    """The first picture of a file that can be decoded, as a square."""
    for _, frames in _decoded(clip, None):
        for frame in frames:
            made = square(frame)
            if made is not None:
                return made
    raise nothing()


class _Square:
    """From decoded pictures to upright squares, each scaled with its proportions kept.

    Args:
        size: S.
        rule: as for `load`.
        aspect: how many times wider than high a pixel is shown; None for square ones.
    """

    def __init__(self, size: int, rule: str, aspect: Any):
        self.size, self.rule, self.aspect = size, rule, aspect
        # One for all pictures of a clip: setting a scaler up takes longer than scaling.
        self.scaler = need("av.video.reformatter", EXTRA).VideoReformatter()

    def __call__(self, picture: Any) -> NDArray[np.uint8] | None:
        """[S, S, 3]; None for a picture whose colours are not known."""
        size = self.size
        shape = as_shown(picture.width, picture.height, self.aspect)
        edge = min(shape) if self.rule == "crop" else max(shape)
        wide, high = (max(1, round(side * size / edge)) for side in shape)
        try:
            pixels = self.scaler.reformat(
                picture, width=wide, height=high, format="rgb24", interpolation="BILINEAR"
            ).to_ndarray()
        except need("av", EXTRA).FFmpegError:
            return None
        left, top = abs(wide - size) // 2, abs(high - size) // 2
        if self.rule == "crop":
            made = pixels[top : top + size, left : left + size]
        else:
            made = np.full((size, size, 3), GREY, np.uint8)
            made[top : top + high, left : left + wide] = pixels
        return np.rot90(made, round(picture.rotation / 90) % 4)
