"""Pictures, sounds and videos of single rows, small enough to stand in the report: one a kind.

Every file is decoded and encoded anew, so that nothing of it but pixels comes along: no place, no
camera, no name. To draw another kind, add a function to DRAWN.
"""

import io
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import UmbrellaError, need
from umbrella.check.words import LABEL, clean, last_part
from umbrella.data.codecs import picture, shown, sound
from umbrella.data.codecs.clip import opened as opened_clip
from umbrella.data.codecs.named import named
from umbrella.data.codecs.spectrum import Spectrum

EDGE = 96  # pixels a side, at most
TINY = 48  # pixels a side up to which a picture is kept as it is
QUALITY = 80  # of JPEG
SECONDS = 10.0  # of a sound, from its start
BANDS, WINDOW_MS = 48, 32.0
INK = (47, 143, 176)  # of sounds, over the page's own paper, light or dark
STRIP = 4  # pictures of a video
ROOM = 400_000  # bytes of all drawings of one report, as they stand in its page


@dataclass(frozen=True)
class Drawing:
    """One small picture.

    Args:
        data: a PNG or JPEG file.
        format: "png" or "jpeg".
        wide, high: pixels.
        about: what it shows.
    """

    data: bytes
    format: str
    wide: int
    high: int
    about: Sentence

    def to_json(self) -> dict[str, Any]:
        """As the report keeps it."""
        uri = f"data:image/{self.format};base64,{b64encode(self.data).decode()}"
        return {"uri": uri, "wide": self.wide, "high": self.high, "about": self.about.to_json()}


def draw_rows(rows: Sequence[Mapping[str, tuple[str, str | None]]]) -> list[list[dict[str, Any]]]:
    """The drawings of rows, until the report has no room for more.

    Args:
        rows: for each, column → kind and absolute path; None where the cell is missing.

    Returns:
        For each row, one JSON-safe dict a file: column, and either uri, wide, high and about, or
        why there is no picture.
    """
    room = ROOM
    out: list[list[dict[str, Any]]] = []
    for row in rows:
        made: list[dict[str, Any]] = []
        for column, (kind, path) in row.items():
            if kind not in DRAWN or path is None:
                continue
            drawn = _drawn(kind, path)
            if len(drawn.get("uri", "")) > room:
                drawn = {"why": sentence("report.drawn.full", bytes=ROOM).to_json()}
            room -= len(drawn.get("uri", ""))
            made.append({"column": clean(column, LABEL), **drawn})
        out.append(made)
    return out


def _drawn(kind: str, path: str) -> dict[str, Any]:
    try:
        return DRAWN[kind](path).to_json()
    except (UmbrellaError, OSError) as error:
        # Where the file lies is nobody's business.
        why = clean(str(error).replace(path, last_part(path)), 160)
        return {"why": sentence("report.drawn.not", why=why).to_json()}


def of_picture(path: str) -> Drawing:
    """A picture as a viewer shows it, at most EDGE a side.

    Raises:
        DataError: it cannot be read.
        MissingExtraError: Pillow is not installed.
    """
    with (
        picture.hushed(),
        named(path, "picture"),
        picture.opened(*picture.bytes_of(path)) as image,
    ):
        wide, high = image.size
        image.draft(None, (2 * EDGE, 2 * EDGE))
        image.load()
        upright = picture.turned(picture.rgb(image), image)
    about = sentence("report.drawn.picture", wide=wide, high=high)
    upright.thumbnail((EDGE, EDGE))
    return _encoded(np.asarray(upright), about)


def of_sound(path: str) -> Drawing:
    """The beginning of a sound: its notes from low to high, over time, the louder the darker.

    Raises:
        DataError: it cannot be read.
        MissingExtraError: a library is not installed.
    """
    rate = min(sound.rate_of(path), sound.USUAL)
    wave = sound.load(path, rate, SECONDS)
    seconds = len(wave) / rate
    view = Spectrum(rate, BANDS, WINDOW_MS, max(8.0, 1000 * seconds / EDGE))
    bands = view.log_mel(wave)[:EDGE].T[::-1]
    spread = float(np.ptp(bands))
    levels = (255 * (bands - bands.min()) / (spread or 1.0)).round().astype(np.uint8)
    ink = need("PIL.Image", "image").fromarray(levels)
    ink.putpalette(INK * 256)
    file = io.BytesIO()
    ink.save(file, "PNG", transparency=bytes(range(256)), optimize=True)
    high, wide = levels.shape
    about = sentence("report.drawn.sound", seconds=seconds)
    return Drawing(file.getvalue(), "png", wide, high, about)


def of_video(path: str) -> Drawing:
    """Pictures spread over a video, side by side.

    Raises:
        DataError: it cannot be read.
        MissingExtraError: a library is not installed.
    """
    with named(path, "video"), opened_clip(path) as clip:
        seconds = clip.length * clip.unit
    squares = shown.load(path, STRIP, EDGE, "crop")
    about = sentence("report.drawn.video", count=STRIP, seconds=seconds)
    return _encoded(np.concatenate(list(squares), axis=1), about)


def _encoded(pixels: NDArray[np.uint8], about: Sentence) -> Drawing:
    """A file of these pixels [H, W, 3], and of nothing else."""
    high, wide = pixels.shape[:2]
    format = "png" if max(high, wide) <= TINY else "jpeg"
    file = io.BytesIO()
    made = need("PIL.Image", "image").fromarray(pixels)
    made.save(file, format.upper(), optimize=True, quality=QUALITY)  # PNG has no quality to lose
    return Drawing(file.getvalue(), format, wide, high, about)


DRAWN: dict[str, Callable[[str], Drawing]] = {
    "image": of_picture,
    "audio": of_sound,
    "video": of_video,
}
