"""Which of a row's modalities are there at all: what a fusion must know before it weighs them."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError, DataError
from umbrella.base.limits import LIMITS
from umbrella.data.codecs import specs

PROBES = ("1", None, "1", "")  # two rows with everything, two with nothing


class Present:
    """Codec "present": columns → {"present": float32 [N, M]}, 1 where a modality has any cell.

    A missing or empty cell does not count; an unreadable file does, its codec says what is wrong.

    Args:
        groups: for every column the number of its modality, from 0 to M − 1.

    Raises:
        ConfigError: the numbers leave one out.
    """

    several: ClassVar[bool] = True

    def __init__(self, groups: Sequence[int] = (0,)) -> None:
        self.groups = tuple(groups)
        whole = all(type(number) is int for number in self.groups)
        good = whole and 1 <= len(self.groups) <= LIMITS.columns
        if not good or set(self.groups) != set(range(max(self.groups) + 1)):
            raise ConfigError(
                f"groups={self.groups!r} does not give every column a modality 0, 1, 2 … in turn. "
                f"Name one for each column, and leave none out."
            )

    @property
    def sizes(self) -> dict[str, Any]:
        """Nothing: a fusion counts its encoders."""
        return {}

    @property
    def probes(self) -> list[list[str | None]]:
        """Four cells a column."""
        return [list(PROBES) for _ in self.groups]

    def fit(self, batches: Iterable[Sequence[Sequence[Any]]]) -> Self:
        """Learn nothing, and read nothing."""
        del batches
        return self

    def encode(self, columns: Sequence[Sequence[Any]]) -> dict[str, NDArray]:
        """Which modalities N rows have.

        Raises:
            DataError: not as many columns as there are numbers.
        """
        if len(columns) != len(self.groups):
            raise DataError(
                f"This model reads {len(self.groups)} columns and was given {len(columns)}. "
                f"Give all of them; a cell may be missing."
            )
        present = np.zeros((len(columns[0]), max(self.groups) + 1), np.float32)
        for group, cells in zip(self.groups, columns, strict=True):
            present[[cell is not None and len(cell) > 0 for cell in cells], group] = 1.0
        return {"present": present}

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {"codec": "present", "groups": list(self.groups)}

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build back.

        Raises:
            BundleError: damaged.
        """
        groups = specs.field(specs.table(spec, "present"), "groups")
        if not isinstance(groups, list):
            raise specs.damaged("present", "groups", groups, "a list of whole numbers")
        try:
            return cls(groups)
        except (ConfigError, TypeError, ValueError) as error:
            raise specs.damaged("present", "groups", groups, "one number a column") from error
