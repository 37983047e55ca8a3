"""Videos as a few pictures each, spread evenly over the clip: squares of one size.

What `fit` learns it learns from the headers of a sample of the training clips: the edge of the
square.

Shapes: N clips, T pictures of each, S the edge of the square in pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError
from umbrella.data.codecs import specs
from umbrella.data.codecs.clip import shape_of
from umbrella.data.codecs.reels import reels
from umbrella.data.codecs.sampling import sample
from umbrella.data.codecs.shown import load
from umbrella.data.codecs.sound import each
from umbrella.data.codecs.square import CHANNELS, RULES, check_square, learn_edge

Cell = str | bytes | None
Faults = dict[int, str]

LEAST, USUAL, MOST = 8, 48, 512  # edges in pixels: smallest, largest one found, largest one given
FEWEST, MANIEST = 1, 256  # pictures of a clip
SAMPLE = 1_000  # training clips whose header is read


@dataclass(frozen=True)
class VideoConfig:
    """Which pictures are taken of a clip, and which square of each.

    Args:
        frames: pictures of a clip, in the middle of as many equal parts of its length.
        size: edge of the square in pixels; None for the smallest one that nine of ten training
            clips have, at most USUAL: larger ones are scaled down, since every pixel costs time.
        rule: "crop" fills the square and loses the ends of the longer side; "fit" keeps all of the
            picture and fills the rest with grey.
    """

    frames: int = 16
    size: int | None = None
    rule: str = "crop"

    def __post_init__(self) -> None:
        if type(self.frames) is not int or not FEWEST <= self.frames <= MANIEST:
            raise ConfigError(
                f"frames={self.frames!r} is not a whole number from {FEWEST} to {MANIEST}. "
                f"16 suit clips of a few seconds."
            )
        check_square(self.size, self.rule, LEAST, MOST, "clips")


class VideoFrames:
    """Codec "video": see the module docstring. `VideoFrames(frames=8).fit(batches)`.

    Args:
        settings: the fields of `VideoConfig`.
    """

    name = "video"
    several: ClassVar[bool] = False
    Config = VideoConfig

    def __init__(self, **settings: Any) -> None:
        self.config = VideoConfig(**settings)

    @property
    def size(self) -> int:
        """S, given or learned."""
        assert self.config.size is not None, "fit first"
        return self.config.size

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know: the edge of the square, and how many there are."""
        return {"size": self.size, "frames": self.config.frames}

    def fit(self, batches: Iterable[Sequence[Cell]]) -> Self:
        """Read the headers of a random sample of the training clips.

        Raises:
            DataError: none of the sample can be read.
            MissingExtraError: av is not installed.
        """
        shapes = each(sample(batches, SAMPLE, "clips"), shape_of)
        edge = learn_edge(shapes, LEAST, USUAL, "video")
        if self.config.size is None:
            self.config = replace(self.config, size=edge)
        return self

    def encode(self, values: Sequence[Cell]) -> dict[str, NDArray]:
        """All clips; see `examine`."""
        return self.examine(values)[0]

    def examine(self, values: Sequence[Cell]) -> tuple[dict[str, NDArray], Faults]:
        """All clips, and why some could not be read.

        Args:
            values: N paths, bytes of files, or None.

        Returns:
            "frames": uint8 [N, T, S, S, 3], black where a clip is missing or cannot be read; and
            by row the reason of those that cannot be read.
        """
        shape = (len(values), self.config.frames, self.size, self.size, CHANNELS)
        frames, faults = np.zeros(shape, np.uint8), {}
        for row, made in enumerate(each(values, self._load)):
            if isinstance(made, DataError):
                faults[row] = str(made)
            elif made is not None:
                frames[row] = made
        return {"frames": frames}, faults

    @property
    def probes(self) -> list[Cell]:
        """Four cells that show whether another version decodes or scales otherwise."""
        return [*reels(), None]

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"codec": self.name, **asdict(self.config), "size": self.size}

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, or out of range.
        """
        spec = specs.table(spec, cls.name)
        return cls(
            frames=specs.whole(spec, "frames", FEWEST, MANIEST),
            size=specs.whole(spec, "size", LEAST, MOST),
            rule=specs.choice(spec, "rule", RULES),
        )

    def _load(self, cell: str | bytes) -> NDArray[np.uint8]:
        return load(cell, self.config.frames, self.size, self.config.rule)
