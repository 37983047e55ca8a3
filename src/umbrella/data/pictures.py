"""One look at a picture: whether it can be decoded, and what its copies are known by."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError, need
from umbrella.base.limits import Limits

TINY = 24  # pixels of the shorter side below which nothing is called nearly alike
SMALL = 128  # pixels a side: no larger picture is hashed as it is, so that photos stay quick
THUMB = 32  # cells a side of what near copies are compared by
ORIENTATION = 0x0112  # the Exif tag
TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # its value → PIL.Image.Transpose


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
    """Decode a picture wholly and make it small.

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
    try:
        with pillow.open(BytesIO(data), formats=[format]) as image:
            wide, high = image.size
            if wide * high > limits.image_pixels:
                raise DataError(
                    f"has {wide:,} × {high:,} pixels; at most {limits.image_pixels:,} are read"
                )
            image.draft(None, (SMALL, SMALL))
            image.load()
            small = _turned(_rgb(image, pillow), image, pillow)
    except DataError:
        raise
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning) as error:
        raise DataError(f"has too many pixels; at most {limits.image_pixels:,} are read") from error
    except Exception as error:
        # Pillow's decoders raise whatever a damaged header makes them stumble over
        raise DataError(f"is damaged or cut short ({_short(error)})") from error
    pixels = np.asarray(small)
    digest = hashlib.blake2b(repr(pixels.shape).encode() + pixels.tobytes(), digest_size=8)
    thumb = small.convert("L").resize((THUMB, THUMB), pillow.Resampling.BOX)
    if min(wide, high) < TINY:
        return Look(digest.digest(), np.zeros((THUMB, THUMB), np.uint8))
    return Look(digest.digest(), np.asarray(thumb))


def _rgb(image: Any, pillow: Any) -> Any:
    """Three channels of at most SMALL pixels a side; what is transparent is white."""
    if image.mode[0] in "IF":
        values = np.nan_to_num(np.asarray(image, dtype=np.float32))
        top = 255 if values.max(initial=0) <= 255 else 65535
        image = pillow.fromarray((values.clip(0, top) * (255 / top)).astype(np.uint8))
    elif "A" in image.mode or "transparency" in image.info:
        seen = image.convert("RGBA")
        ground = pillow.new("RGBA", seen.size, "white")
        ground.alpha_composite(seen)
        image = ground
    image = image.convert("RGB")
    if max(image.size) > SMALL:
        image = image.resize((SMALL, SMALL), pillow.Resampling.BOX)
    return image


def _turned(small: Any, image: Any, pillow: Any) -> Any:
    """As a viewer shows it: cameras store how they were held."""
    turn = None
    with suppress(Exception):  # damaged notes do not spoil the pixels
        turn = TURNS.get(image.getexif().get(ORIENTATION))
    return small if turn is None else small.transpose(pillow.Transpose(turn))


def _short(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:100]
