"""A generated set of videos: which way does the shape move? No picture alone can say it.

A shape visits the same sixteen places of a square in every clip, as an eye reads a page: line by
line, each from its first place to its last. "right" reads lines from left to right, "left" the
other way, "down" and "up" read columns. Which line comes next is drawn at random. So the pictures
of a clip, as a bag, are distributed alike in all four classes, and only their order tells.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WAYS = ("right", "left", "down", "up")
EDGE, SHAPE, STEP, LINES = 32, 7, 6, 4  # pixels; places of a line, and lines
RATE = 8  # pictures a second


def write(folder: Path, count: int, seed: int = 0) -> list[Path]:
    """Write so many clips, a folder a class.

    Args:
        folder: where the folders of the classes go.
        count: of all clips.
        seed: decides all of them.
    """
    made = []
    for number in range(count):
        way = WAYS[number % len(WAYS)]
        path = folder / way / f"{number:04}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        draw = np.random.default_rng((seed, number))
        save(path, clip(way, draw))
        made.append(path)
    return made


def clip(way: str, draw: np.random.Generator) -> NDArray[np.uint8]:
    """The pictures of one clip, uint8 [16, EDGE, EDGE, 3], on ground and in colours of its own."""
    coarse = draw.integers(0, 130, (EDGE // 4, EDGE // 4, 3))
    ground = np.kron(coarse, np.ones((4, 4, 1))) + draw.integers(0, 20, (EDGE, EDGE, 3))
    colour = draw.integers(150, 256, 3)
    y, x = np.mgrid[:SHAPE, :SHAPE] - SHAPE // 2
    mask = (abs(y) + abs(x) <= SHAPE // 2, y**2 + x**2 <= 10, np.ones_like(y, bool))[
        draw.integers(3)
    ]
    top, left = draw.integers(0, EDGE - SHAPE - STEP * (LINES - 1) + 1, 2)
    out = []
    for down, across in places(way, draw):
        picture = ground.copy()
        at = (top + STEP * down, left + STEP * across)
        picture[at[0] : at[0] + SHAPE, at[1] : at[1] + SHAPE][mask] = colour
        out.append(picture)
    return np.stack(out).astype(np.uint8)


def places(way: str, draw: np.random.Generator) -> list[tuple[int, int]]:
    """Line and column of each place, in the order in which they are visited."""
    order = range(LINES) if way in ("right", "down") else range(LINES - 1, -1, -1)
    visited = [(int(line), at) for line in draw.permutation(LINES) for at in order]
    return visited if way in ("right", "left") else [(at, line) for line, at in visited]


def save(path: Path, pictures: NDArray[np.uint8]) -> None:
    """As MP4, every picture whole, so that none holds a trace of the one before."""
    import av

    with av.open(str(path), "w") as box:
        stream = box.add_stream("libx264", rate=RATE, options={"crf": "16", "preset": "fast"})
        stream.height, stream.width = pictures.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = 1
        for pixels in pictures:
            box.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        box.mux(stream.encode())
