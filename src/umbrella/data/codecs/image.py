"""Pictures as squares of one size, decoded several at once; what a network reads are the pixels.

What `fit` learns it learns from a sample of the training rows, since no picture adds much to the
thousands before it: the edge of the square, and mean and deviation of each channel for a look at
later data.

Shapes: N pictures, S the edge of the square in pixels.
"""

import base64
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import DataError
from umbrella.base.tensors import pack, unpack
from umbrella.data.codecs import picture, specs
from umbrella.data.codecs.sampling import sample, unreadable
from umbrella.data.codecs.square import CHANNELS, RULES, check_square, learn_edge

Cell = str | bytes | None
Faults = dict[int, str]

LEAST, USUAL, MOST = 8, 64, 1024  # edges in pixels: smallest, largest one found, largest one given
SAMPLE = 1_000  # training pictures that are looked at
LARGE = 16 * 2**10  # bytes of a file from which decoding, and not Python, takes most of the time

# A checkerboard of coloured squares as JPEG: another decoder would show here.
JPEG = (
    "|JeWF01!$>Nk#wx0RR9200961|JwjV01yid4h#wq4h;?x5fBp?C>j_R78o%jB^@X_Gd(;xGdMRuNL)@pL{~*OI8bd-"
    "S6^ahXlFi6ad~iLcwA*?WB=O#Lje&I5*QU2FB%#zV?sDWV`F1uV`F1uV`F1uV`F1uV`F1uV`F1uV`F1uV`F1uV`F1u"
    "V`F1uV`F1uV`F1uV`Klo01*fP5C9MZ0U`hb5di}c0sq7R6aWDL00000000000000000030!~i1@009F80R#g800000"
    "000005ds4e009IP6BQORkx`-X|HJ?k0RaF20000000000000000095Q03Hzl0RjgB00000000000000203iVp5;9R?"
    "k)i+E01N{G00I#M5dc2`V6od1Ln_+Y2I3Kqv*q<n7BpstRmm`J03Wo$W147XKm&117CQXU%C-0bxRj;q;+l#O+y*$P"
    "XUFxI|Je"
)


@dataclass(frozen=True)
class ImageConfig:
    """Which square is cut out of a picture.

    Args:
        size: its edge in pixels; None for the smallest one that nine of ten training pictures
            have, at most USUAL: larger pictures are scaled down, since every pixel costs time.
        rule: "crop" fills the square and loses the ends of the longer side; "fit" keeps all of the
            picture and fills the rest with grey.
    """

    size: int | None = None
    rule: str = "crop"

    def __post_init__(self) -> None:
        check_square(self.size, self.rule, LEAST, MOST, "pictures")


class ImagePixels:
    """Codec "image": see the module docstring. `ImagePixels(size=32).fit(batches)`.

    Args:
        settings: the fields of `ImageConfig`.
    """

    name = "image"
    several: ClassVar[bool] = False
    Config = ImageConfig

    def __init__(self, **settings: Any) -> None:
        self.config = ImageConfig(**settings)
        self.mean = np.zeros(CHANNELS)  # of the channels over the sample, 0 to 255
        self.deviation = np.zeros(CHANNELS)

    @property
    def size(self) -> int:
        """S; USUAL before fit has found one."""
        return self.config.size or USUAL

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know: the edge of the square."""
        return {"size": self.size}

    def fit(self, batches: Iterable[Sequence[Cell]]) -> Self:
        """Learn from a random sample of the training pictures, in one pass over their names.

        Raises:
            DataError: none of the sample can be read.
            MissingExtraError: Pillow is not installed.
        """
        some = sample(batches, SAMPLE, "pictures")
        if self.config.size is None:
            edge = learn_edge(_each(some, picture.shape_of), LEAST, USUAL, "picture")
            self.config = replace(self.config, size=edge)
        squares = _each(some, self._load)
        read = [square for square in squares if isinstance(square, np.ndarray)]
        if not read:
            raise unreadable(squares, "picture")
        counted = np.stack([_moments(square) for square in read]).mean(axis=0)
        self.mean = counted[0]
        self.deviation = np.sqrt(np.maximum(counted[1] - counted[0] ** 2, 0.0))
        return self

    def encode(self, values: Sequence[Cell]) -> dict[str, NDArray]:
        """All squares; see `examine`."""
        return self.examine(values)[0]

    def examine(self, values: Sequence[Cell]) -> tuple[dict[str, NDArray], Faults]:
        """All squares, and why some could not be read.

        Args:
            values: N paths, bytes of files, or None.

        Returns:
            "pixels": uint8 [N, S, S, 3], black where a picture is missing or cannot be read; and
            by row the reason of those that cannot be read.
        """
        pixels = np.zeros((len(values), self.size, self.size, CHANNELS), np.uint8)
        faults: Faults = {}
        for row, square in enumerate(_each(values, self._load)):
            if isinstance(square, DataError):
                faults[row] = str(square)
            elif square is not None:
                pixels[row] = square
        return {"pixels": pixels}, faults

    @property
    def probes(self) -> list[Cell]:
        """Four cells that show whether another version decodes or scales otherwise."""
        y, x = np.mgrid[:30, :40]
        smooth = np.stack([6 * x, 8 * y, 3 * (x + y)], 2)
        rough = np.stack(
            [(7 * x * y) % 256, (x * x + 3 * y) % 256, 255 * ((x // 4 + y // 4) % 2)], 2
        )
        return [_bitmap(smooth), _bitmap(rough.transpose(1, 0, 2)), base64.b85decode(JPEG), None]

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        learned = {"mean": pack(self.mean), "deviation": pack(self.deviation)}
        return {"codec": self.name, **asdict(self.config), "size": self.size, **learned}

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, or out of range.
        """
        spec = specs.table(spec, cls.name)
        codec = cls(
            size=specs.whole(spec, "size", LEAST, MOST), rule=specs.choice(spec, "rule", RULES)
        )
        codec.mean, codec.deviation = (_colour(spec, name) for name in ("mean", "deviation"))
        return codec

    def _load(self, cell: str | bytes) -> NDArray[np.uint8]:
        return picture.load(cell, self.size, self.config.rule)


def _each(cells: Sequence[Cell], work: Any) -> list[Any]:
    """What `work` gives for each cell, its DataError, or None where the cell is missing."""

    def one(cell: Cell) -> Any:
        try:
            return None if cell is None else work(cell)
        except DataError as error:
            return error

    with picture.hushed():
        if len(cells) < 2 or not _are_large(cells):
            return [one(cell) for cell in cells]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # Pillow decodes without Python's lock
            return list(pool.map(one, cells))


def _are_large(cells: Sequence[Cell]) -> bool:
    """Whether the first few files are worth threads, which only slow tiny ones down."""
    some = [cell for cell in cells[:16] if cell is not None]
    total = 0
    for cell in some:
        with suppress(OSError, ValueError):
            total += len(cell) if isinstance(cell, bytes) else Path(cell).stat().st_size
    return total >= LARGE * max(len(some), 1)


def _moments(square: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean of each channel, and mean of its squares, [2, 3]."""
    pixels = square.reshape(-1, CHANNELS).astype(np.float64)
    return np.stack([pixels.mean(axis=0), (pixels**2).mean(axis=0)])


def _colour(spec: dict[str, Any], name: str) -> NDArray[np.float64]:
    values = unpack(specs.field(spec, name))
    if values.dtype != np.float64 or values.shape != (CHANNELS,) or not _in_range(values):
        raise specs.damaged(spec.get("codec"), name, values, "three numbers from 0 to 255")
    return values


def _in_range(values: NDArray[np.float64]) -> bool:
    return bool(((values >= 0) & (values <= 255)).all())


def _bitmap(pixels: NDArray) -> bytes:
    """A BMP file of [H, W, 3]: the one format that needs no encoder."""
    height, width, _ = pixels.shape
    rows = pixels[::-1, :, ::-1].astype(np.uint8)
    padded = np.pad(rows.reshape(height, -1), ((0, 0), (0, -3 * width % 4))).tobytes()
    numbers = [54 + len(padded), 0, 54, 40, width, height, 1 | 24 << 16, 0, len(padded), 0, 0, 0, 0]
    return b"BM" + np.array(numbers, "<u4").tobytes() + padded
