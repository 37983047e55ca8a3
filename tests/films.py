"""Makes small videos for tests: every container and codec, uneven times, a turn, a claim."""

import io
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

CODECS = {"mp4": "libx264", "mov": "libx264", "matroska": "libx264", "webm": "libvpx"}
CODECS |= {"avi": "mpeg4", "mpeg": "mpeg2video", "mpeg2video": "mpeg2video"}
EVERY = tuple(CODECS)  # formats


def scene(seed: int, frames: int = 30, high: int = 32, wide: int = 48) -> np.ndarray:
    """A square that runs over soft ground, uint8 [frames, H, W, 3]; no two pictures are alike."""
    draw = np.random.default_rng(seed)
    ground = np.kron(draw.integers(30, 160, (high // 8, wide // 8, 3)), np.ones((8, 8, 1)))
    made = np.repeat(ground[None].astype(np.uint8), frames, axis=0)
    for at in range(frames):
        y, x = (3 * at) % (high - 8), (5 * at) % (wide - 8)
        made[at, y : y + 8, x : x + 8] = draw.integers(170, 256, 3)
    return made


def film(
    pictures: np.ndarray,
    format: str = "mp4",
    *,
    codec: str | None = None,
    rate: int = 25,
    times: Sequence[int] | None = None,
    keys: int = 12,
    turn: int = 0,
    settings: dict[str, str] | None = None,
) -> bytes:
    """A video file.

    Args:
        pictures: uint8 [T, H, W, 3].
        format: of av.
        codec: of av; by format when left out.
        rate: pictures a second, and ticks of the clock.
        times: when each picture begins, in ticks; one after the other by default.
        keys: pictures from one that is whole to the next.
        turn: degrees counter-clockwise that a player turns it by.
        settings: of the codec.
    """
    file = io.BytesIO()
    with av.open(file, "w", format=format) as box:
        stream = box.add_stream(codec or CODECS[format], rate=rate, options=settings or {})
        stream.height, stream.width = pictures.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = keys
        if turn:
            stream.set_display_rotation(turn)
        for at, pixels in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = at if times is None else times[at]
            box.mux(stream.encode(frame))
        box.mux(stream.encode())
    return file.getvalue()


def save(path: Path, data: bytes) -> Path:
    """Write a file, and the folder it goes into."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
