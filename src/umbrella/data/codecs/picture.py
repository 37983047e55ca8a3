"""A file of a picture as one RGB square: judged by its header, decoded, turned upright, scaled.

Formats are told by first bytes and read by Pillow, which tries no other. The header is judged
before anything is decoded, so a picture made to fill memory costs none. Of several frames or
pages the first is taken. The pass over files at reading (data/pictures.py) opens, judges, turns and
colours pictures by this file too, so that what it lets pass can be encoded.

Shapes: H rows and W columns of the picture as stored, S the edge of the square.
"""

import io
import re
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError, need
from umbrella.base.limits import LIMITS, Limits
from umbrella.data.codecs.named import named
from umbrella.data.magic import FORMATS, HEAD, tell

if TYPE_CHECKING:
    from PIL.Image import Image

ALLOWED = tuple(name.upper() for name, content in FORMATS.items() if content.kind == "image")
EXTRA = "image"  # the extra of our package that brings Pillow
GREY = (128, 128, 128)  # fills what a picture leaves free; close to 0 for a network
SHARP = 2.0  # a picture may be halved by cheap means until it is this many times the square
ORIENTATION = 0x0112  # the EXIF tag
UPRIGHT = {  # its value → name of the Pillow operation that turns the picture upright
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def load(
    cell: str | bytes, size: int, rule: str = "crop", limits: Limits = LIMITS
) -> NDArray[np.uint8]:
    """One file as uint8 [S, S, 3].

    Args:
        cell: path, or the bytes of a file.
        size: S in pixels.
        rule: "crop" scales the shorter side to S and cuts the middle out; "fit" scales the longer
            side to S and fills the rest with grey.
        limits: see base/limits.py.

    Raises:
        DataError: nothing there, no picture, damaged, cut off, or beyond a limit.
        MissingExtraError: Pillow is not installed.
    """
    with named(cell, "picture"), opened(*bytes_of(cell, limits), limits) as picture:
        _draft(picture, size, rule)
        picture.load()
        return _square(turned(rgb(picture), picture), size, rule)


def shape_of(cell: str | bytes, limits: Limits = LIMITS) -> tuple[int, int]:
    """W and H as the header states them; raises as `load` does."""
    with named(cell, "picture"), opened(*bytes_of(cell, limits), limits) as picture:
        return picture.size


@contextmanager
def hushed() -> Iterator[None]:
    """Keep Pillow's warnings to itself: what matters becomes a reason, a damaged tag does not.

    The filters belong to the whole process, so only its main thread may touch them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def bytes_of(cell: str | bytes, limits: Limits = LIMITS) -> tuple[bytes, str]:
    """Content of a file and its format.

    Raises:
        DataError: nothing there, no picture, or too large, in words that follow the file's name.
    """
    data, size = (cell, len(cell)) if isinstance(cell, bytes) else _read(Path(cell), limits)
    if size > limits.image_bytes:
        raise DataError(
            f"has {size:,} bytes; at most {limits.image_bytes:,} are read. Make it smaller."
        )
    if not size:
        raise DataError("is empty (0 bytes). Copy it again, or leave the row out.")
    content = tell(data[:HEAD])
    if content.kind != "image":
        raise DataError(
            f"holds {content.name}, no picture that is read: {', '.join(ALLOWED)}. "
            f"Convert it, or leave the row out."
        )
    return data, content.format


@contextmanager
def opened(data: bytes, format: str, limits: Limits = LIMITS) -> Iterator["Image"]:
    """An open picture within the limits, not decoded yet.

    Args:
        data: the file.
        format: what `magic.tell` found; no other decoder is tried.
        limits: image_pixels is used.

    Raises:
        DataError: in words that follow the file's name; what a decoder raises inside the block
            becomes one as well.
        MissingExtraError: Pillow is not installed.
    """
    image = _library("Image")
    try:
        with image.open(io.BytesIO(data), formats=[format]) as picture:
            width, height = picture.size
            if width * height > limits.image_pixels:
                raise _too_large(f"{width:,} × {height:,} pixels", limits)
            yield picture
    except DataError:
        raise
    except (image.DecompressionBombError, image.DecompressionBombWarning) as error:
        raise _too_large("far too many pixels", limits) from error
    except Exception as error:
        # A hostile file makes its decoder raise nearly anything: struct.error, SyntaxError, …
        why = re.sub(r"<_io.BytesIO object at \w+>", "the file", str(error))[:160]
        raise DataError(
            f"is damaged or cut short: {why}. Copy it again, or leave the row out."
        ) from error


def rgb(picture: "Image") -> "Image":
    """8 bit RGB: transparent pixels over white, 16 bit grey by its high byte.

    Raises:
        DataError: numbers of 32 bit, in words that follow the file's name.
    """
    image = _library("Image")
    if picture.mode.startswith("I;16"):
        high = (np.asarray(picture).astype(np.uint16) >> 8).astype(np.uint8)
        return image.fromarray(high).convert("RGB")
    if picture.mode in ("I", "F"):
        raise DataError(
            "holds 32 bit numbers, whose black and white are not known. Save it with 8 or 16 bit."
        )
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    above = picture.convert("RGBA")
    made = image.new("RGBA", above.size, "white")
    made.alpha_composite(above)
    return made.convert("RGB")


def turned(made: "Image", picture: "Image") -> "Image":
    """What was made of a picture, as a viewer shows it: cameras store how they were held."""
    turn = UPRIGHT.get(_orientation(picture))
    return made if turn is None else made.transpose(getattr(_library("Image").Transpose, turn))


def _read(path: Path, limits: Limits) -> tuple[bytes, int]:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would be waited for
            raise DataError("is a folder or a device. Give the path of a picture.")
        data = path.read_bytes() if about.st_size <= limits.image_bytes else b""
    except FileNotFoundError as error:
        raise DataError("does not exist. Give the path of a picture.") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise DataError(f"cannot be opened: {why}. Look at the path.") from error
    return data, about.st_size


def _too_large(what: str, limits: Limits) -> DataError:
    return DataError(f"claims {what}; at most {limits.image_pixels:,} are read. Make it smaller.")


def _draft(picture: "Image", size: int, rule: str) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth, still SHARP times the square."""
    width, height = picture.size
    edge = min(width, height) if rule == "crop" else max(width, height)
    share = SHARP * size / edge
    if share < 1:
        picture.draft(None, (max(1, int(width * share)), max(1, int(height * share))))


def _orientation(picture: "Image") -> int:
    try:
        return int(picture.getexif().get(ORIENTATION, 1))
    except Exception:  # as wide as in `_opened`; a damaged tag is no reason to lose the picture
        return 1


def _square(picture: "Image", size: int, rule: str) -> NDArray[np.uint8]:
    """Scaled with its proportions kept, [S, S, 3]."""
    image = _library("Image")
    width, height = picture.size
    how: dict[str, Any] = {"resample": image.Resampling.BILINEAR, "reducing_gap": SHARP}
    if rule == "crop":
        edge = min(width, height)
        left, top = (width - edge) / 2, (height - edge) / 2
        if edge != size:
            box = (left, top, left + edge, top + edge)
            return np.asarray(picture.resize((size, size), box=box, **how))
        left, top = int(left), int(top)
        return np.asarray(picture.crop((left, top, left + edge, top + edge)))
    scale = size / max(width, height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    made = image.new("RGB", (size, size), GREY)
    small = picture if inner == picture.size else picture.resize(inner, **how)
    made.paste(small, ((size - inner[0]) // 2, (size - inner[1]) // 2))
    return np.asarray(made)


def _library(name: str) -> ModuleType:
    return need(f"PIL.{name}", EXTRA)
