"""A codec that looks at nothing: for the simple rule, whose answer is the same for every row."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray


class Blank:
    """Any columns → {"row": float32 [N, 1] of zeros}."""

    several: ClassVar[bool] = True
    sizes: ClassVar[dict[str, Any]] = {}

    def fit(self, batches: Iterable[Sequence[Sequence[Any]]]) -> Self:
        """Learn nothing, and read nothing."""
        del batches
        return self

    def encode(self, columns: Sequence[Sequence[Any]]) -> dict[str, NDArray]:
        """A zero for every row."""
        return {"row": np.zeros((len(columns[0]), 1), np.float32)}

    def spec(self) -> dict[str, Any]:
        """Its name."""
        return {"codec": "blank"}

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        """There is nothing to read back."""
        del spec
        return cls()
