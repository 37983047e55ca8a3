"""One column of categories: a code for every level that is common enough.

Code 0 is a missing cell; 1 is a level that training rows hold too rarely, and any that they do not
hold at all, so that rare ones teach the model what to do with new ones; known levels follow from
2, the commonest first.
Shapes: N rows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.data.codecs import specs

MISSING, RARE, FIRST = 0, 1, 2
HELD = 2**16  # levels counted at a time; beyond, the rarer half is forgotten
CHARS = 200  # characters of a level that count
MOST = 2**16  # levels of one column at most


def read_level(cell: Any) -> str | None:
    """A cell as the name of a level, None where it is missing or blank."""
    if cell is None:
        return None
    return str(cell).strip()[:CHARS] or None


@dataclass
class CategoryColumn:
    """The codec of one column.

    Args:
        levels: codes at most, the two special ones included.
        min_count: training rows that make a level known; a rarer one shares code 1.
        known: level → code; learned.
    """

    levels: int = 128
    min_count: int = 2
    known: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] | None = None  # while it learns

    def begin(self, column: int, room: int) -> None:
        """Start to learn."""
        del column, room
        self.counts = Counter()

    def see(self, cells: Sequence[Any]) -> None:
        """Learn from some training rows."""
        assert self.counts is not None
        self.counts.update(level for level in map(read_level, cells) if level is not None)
        if len(self.counts) > HELD:
            self.counts = Counter(dict(_ranked(self.counts)[: HELD // 2]))

    def end(self) -> None:
        """Settle what was learned."""
        common = [level for level, n in _ranked(self.counts or Counter()) if n >= self.min_count]
        self.known = {level: FIRST + i for i, level in enumerate(common[: self.levels - FIRST])}
        self.counts = None

    @property
    def size(self) -> int:
        """Codes there are, at least 2."""
        return FIRST + len(self.known)

    def encode(self, cells: Sequence[Any]) -> NDArray[np.int64]:
        """Codes of the rows, [N], in [0, size)."""
        codes: dict[str | None, int] = {None: MISSING}
        codes.update(self.known)
        return np.array([codes.get(read_level(cell), RARE) for cell in cells], np.int64)

    def probe(self) -> list[str | None]:
        """Four cells that show whether another version reads alike."""
        return [*([*self.known, "a", "b"][:2]), None, "a level never seen"]

    def spec(self) -> dict[str, Any]:
        """JSON-safe."""
        return {"kind": "category", "known": list(self.known)}

    @classmethod
    def from_spec(cls, spec: dict[str, Any], levels: int, min_count: int) -> "CategoryColumn":
        """Read back; BundleError on damage."""
        known = specs.field(spec, "known")
        good = isinstance(known, list) and all(
            isinstance(level, str) and read_level(level) == level for level in known
        )
        if not good or len(known) > levels - FIRST or len(set(known)) < len(known):
            allowed = f"at most {levels - FIRST} different levels"
            raise specs.damaged("table", "known", known, allowed)
        return cls(levels, min_count, {level: FIRST + i for i, level in enumerate(known)})


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Levels, the commonest first; equally common ones in the order of the alphabet."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
