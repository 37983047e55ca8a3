"""One look at a picture: whether it can be decoded, and what its copies are known by."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import need
from umbrella.base.limits import Limits
from umbrella.data.codecs.picture import opened, rgb, turned

TINY = 24  # pixels of the shorter side below which nothing is called nearly alike
SMALL = 128  # pixels a side: no larger picture is hashed as it is, so that photos stay quick
THUMB = 32  # cells a side of what near copies are compared by


@dataclass(frozen=True)
class Look:
    """What the copies of a file are known by.

    Args:
        content: eight bytes, equal where the decoded content is equal.
        thumb: uint8 [32, 32], the content made coarse; for a sound, low notes in the first row.
    """

    content: bytes
    thumb: NDArray[np.uint8]


def look_at_picture(data: bytes, format: str, limits: Limits) -> Look:
    """Decode a picture wholly, as the codec "image" does, and make it small.

    JPEG is decoded at the smallest scale that leaves 128 pixels a side, which still reads every
    byte, so that a photo of a phone takes a few milliseconds. A photo is therefore known as equal
    to a JPEG copy whose pixels are the same, and only as near to a PNG copy of it.

    A tiny picture has so little in it that many different ones look alike: its thumb is left flat,
    so that only equal ones are its copies.

    Args:
        data: the file.
        format: what `magic.tell` found; no other decoder is tried.
        limits: image_pixels is used, before anything is decoded.

    Raises:
        DataError: why it is unusable, in words that follow the file's name.
    """
    pillow: Any = need("PIL.Image", "image")
    with opened(data, format, limits) as image:
        wide, high = image.size
        image.draft(None, (SMALL, SMALL))
        image.load()
        whole = rgb(image)
        if max(whole.size) > SMALL:
            whole = whole.resize((SMALL, SMALL), pillow.Resampling.BOX)
        small = turned(whole, image)
    pixels = np.asarray(small)
    digest = hashlib.blake2b(repr(pixels.shape).encode() + pixels.tobytes(), digest_size=8)
    thumb = small.convert("L").resize((THUMB, THUMB), pillow.Resampling.BOX)
    if min(wide, high) < TINY:
        return Look(digest.digest(), np.zeros((THUMB, THUMB), np.uint8))
    return Look(digest.digest(), np.asarray(thumb))
