"""Columns of numbers, categories and times together, as the two arrays that table networks read.

Codec "table": "numbers" float32 [N, F] holds the signals of number and time columns side by side,
"codes" int64 [N, G] one code for every category column, both in the order of the columns. An array
that would have no column is left out, and its size is then 0 or ().
Shapes: N rows, F signals, G category columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.base.limits import LIMITS
from umbrella.data.codecs import specs
from umbrella.data.codecs.category import FIRST, MOST, CategoryColumn
from umbrella.data.codecs.number import NumberColumn
from umbrella.data.codecs.time import TimeColumn

KINDS = ("number", "category", "time")
MODES = ("scaled", "raw")
HELD = 2**25  # numbers kept for the scales of all columns while they are learned: 512 MiB at most
ROOM = (1_024, 2**16)  # numbers kept of one column, at least and at most

Column = NumberColumn | CategoryColumn | TimeColumn


@dataclass(frozen=True)
class TableConfig:
    """What the columns are, and what becomes of them."""

    kinds: tuple[str, ...] = ()  # kind of each column, in order
    mode: str = "scaled"  # numbers "scaled" for networks that multiply; "raw" with NaN for trees
    levels: int = 128  # codes of a category column at most, see category.py
    min_count: int = 2  # training rows that make a level known

    def __post_init__(self) -> None:
        if not 1 <= len(self.kinds) <= LIMITS.columns or not set(self.kinds) <= set(KINDS):
            raise ConfigError(
                f"kinds={self.kinds!r} does not name the kind of one or more columns. "
                f"Choose each of: {', '.join(KINDS)}."
            )
        if self.mode not in MODES:
            raise ConfigError(f"mode={self.mode!r} is not one of {', '.join(MODES)}.")
        for name, value, low, high in (
            ("levels", self.levels, FIRST, MOST),
            ("min_count", self.min_count, 1, 2**53),
        ):
            if type(value) is not int or not low <= value <= high:
                raise ConfigError(f"{name}={value!r} is not a whole number from {low} to {high}.")


class TableCodec:
    """Codec "table": see the module docstring. `TableCodec(kinds=("number",)).fit(batches)`.

    Args:
        settings: the fields of `TableConfig`.
    """

    name = "table"
    several: ClassVar[bool] = True  # takes whole columns, not the cells of one
    knows_kinds: ClassVar[bool] = True
    Config = TableConfig

    def __init__(self, **settings: Any) -> None:
        self.config = TableConfig(**settings)
        self.columns: list[Column] = [self._make(kind) for kind in self.config.kinds]

    def _make(self, kind: str) -> Column:
        if kind == "category":
            return CategoryColumn(self.config.levels, self.config.min_count)
        scaled = self.config.mode == "scaled"
        return NumberColumn(scaled) if kind == "number" else TimeColumn(scaled)

    def fit(self, batches: Iterable[Sequence[Sequence[Any]]]) -> Self:
        """Learn scales and levels from the training rows, in one pass and bounded memory.

        Args:
            batches: lists of columns; every column holds the same rows' cells as written.

        Raises:
            DataError: there are no rows, or not as many columns as kinds.
        """
        room = int(np.clip(HELD // len(self.columns), *ROOM))
        for number, column in enumerate(self.columns):
            column.begin(number, room)
        rows = 0
        for batch in batches:
            self._check(batch)
            rows += len(batch[0])
            for column, cells in zip(self.columns, batch, strict=True):
                column.see(cells)
        if not rows:
            raise DataError("A table codec was given no rows to fit on. Give at least one row.")
        for column in self.columns:
            column.end()
        return self

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know: signals F, and how many codes each category column has."""
        categories = [c for c in self.columns if isinstance(c, CategoryColumn)]
        signals = sum(c.signals for c in self.columns if not isinstance(c, CategoryColumn))
        return {"numbers": int(signals), "levels": tuple(c.size for c in categories)}

    @property
    def probes(self) -> list[list[str | None]]:
        """Four cells a column that show whether another version reads alike."""
        return [column.probe() for column in self.columns]

    def encode(self, columns: Sequence[Sequence[Any]]) -> dict[str, NDArray]:
        """Signals and codes of N rows.

        Args:
            columns: N cells of every column, as written or None.

        Returns:
            "numbers": float32 [N, F]; "codes": int64 [N, G]; one of them may be left out.

        Raises:
            DataError: not as many columns as kinds.
        """
        self._check(columns)
        made = [column.encode(cells) for column, cells in zip(self.columns, columns, strict=True)]
        numbers = [array for array in made if array.ndim == 2]
        codes = [array for array in made if array.ndim == 1]
        out: dict[str, NDArray] = {}
        if numbers:
            out["numbers"] = np.concatenate(numbers, axis=1)
        if codes:
            out["codes"] = np.stack(codes, axis=1)
        return out

    def _check(self, columns: Sequence[Sequence[Any]]) -> None:
        if len(columns) != len(self.columns):
            raise DataError(
                f"A table codec of {len(self.columns)} columns was given {len(columns)}. "
                f"Give a list of columns, of the kinds {', '.join(self.config.kinds[:20])}."
            )

    def spec(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "codec": self.name,
            "mode": self.config.mode,
            "levels": self.config.levels,
            "min_count": self.config.min_count,
            "columns": [column.spec() for column in self.columns],
        }

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        stored = specs.field(spec, "columns")
        if not isinstance(stored, list) or not stored:
            raise specs.damaged(cls.name, "columns", stored, "a list of columns")
        stored = [specs.table(column, "a column of a table") for column in stored]
        try:
            codec = cls(
                kinds=tuple(specs.choice(column, "kind", KINDS) for column in stored),
                mode=specs.choice(spec, "mode", MODES),
                levels=specs.whole(spec, "levels", FIRST, MOST),
                min_count=specs.whole(spec, "min_count", 1, 2**53),
            )
        except ConfigError as error:
            raise BundleError(f"A stored table codec is damaged: {error}") from error
        codec.columns = [codec._read(column) for column in stored]
        return codec

    def _read(self, spec: dict[str, Any]) -> Column:
        if spec["kind"] == "category":
            return CategoryColumn.from_spec(spec, self.config.levels, self.config.min_count)
        scaled = self.config.mode == "scaled"
        if spec["kind"] == "number":
            return NumberColumn.from_spec(spec, scaled)
        return TimeColumn.from_spec(spec, scaled)
