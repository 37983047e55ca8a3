"""A codec that looks at nothing: for the simple rule, whose answer is the same for every row.

A file that cannot be read has no answer all the same: once fitted and stored, the codec makes sure
of files, as the codecs of their kinds do.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs import specs

EDGE, RATE = 16, 8_000  # what files are read at: nobody sees it
Faults = dict[int, str]
Look = Callable[[Sequence[Any]], Faults]


class Blank:
    """Any columns → {"row": float32 [N, 1] of zeros}.

    Args:
        kinds: of the columns it will be given, where known.
    """

    several: ClassVar[bool] = True
    knows_kinds: ClassVar[bool] = True
    sizes: ClassVar[dict[str, Any]] = {}

    def __init__(self, kinds: Sequence[str] = ()) -> None:
        self.kinds = tuple(kinds)

    def fit(self, batches: Iterable[Sequence[Sequence[Any]]]) -> Self:
        """Learn nothing, and read nothing."""
        del batches
        return self

    def encode(self, columns: Sequence[Sequence[Any]]) -> dict[str, NDArray]:
        """A zero for every row."""
        return {"row": np.zeros((len(columns[0]), 1), np.float32)}

    def spec(self) -> dict[str, Any]:
        """Its name, and the kinds."""
        return {"codec": "blank", "kinds": list(self.kinds)}

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Blank":
        """Build back from `spec()`; of files alone one that makes sure of them.

        Raises:
            BundleError: the kinds are no list of names.
        """
        kinds = spec.get("kinds", [])
        if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
            raise specs.damaged("blank", "kinds", kinds, "a list of names")
        return Unread(kinds) if kinds and all(kind in LOOKS for kind in kinds) else Blank(kinds)


class Unread(Blank):
    """One whose columns are files, which are read so that a broken one gets no answer."""

    def examine(
        self, columns: Sequence[Sequence[Any]]
    ) -> tuple[dict[str, NDArray], dict[int, str]]:
        """As `encode`, and by row why a file could not be read."""
        faults: Faults = {}
        for kind, cells in zip(self.kinds, columns, strict=True):
            faults = LOOKS[kind](cells) | faults
        return self.encode(columns), faults


def _pictures(cells: Sequence[Any]) -> Faults:
    from umbrella.data.codecs.image import ImagePixels

    return ImagePixels(size=EDGE).examine(cells)[1]


def _sounds(cells: Sequence[Any]) -> Faults:
    from umbrella.base.errors import DataError
    from umbrella.data.codecs.sound import each, load

    made = each(cells, lambda cell: len(load(cell, RATE)))
    return {row: str(why) for row, why in enumerate(made) if isinstance(why, DataError)}


def _clips(cells: Sequence[Any]) -> Faults:
    from umbrella.data.codecs.video import VideoFrames

    return VideoFrames(size=EDGE).examine(cells)[1]


LOOKS: dict[str, Look] = {"image": _pictures, "audio": _sounds, "video": _clips}
