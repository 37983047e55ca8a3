"""The codecs of one model together: which columns go through which, to which inputs of its graph.

Training and shipped files use the same code here, so that the two cannot differ.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError
from umbrella.data import codecs
from umbrella.data.codecs.cells import Cells, join_cells
from umbrella.data.codecs.ragged import Ragged

PROBES = (
    "the a and of to is it was not very good bad in for this with as on but have you are",
    "的 一 是 不 了 在 人 有 我 他 这 个 很 好 没 大 也 就 服务 房间 不错 非常 可以",
    "the best ever not good at all 1 2 3 ! ? , .",
    "非常好，很不错！不好，太差了。",
)
Encoded = dict[str, Ragged | NDArray]
PRESENT = "present"  # what the codec of that name makes: which kinds of columns a row has
Faults = dict[int, str]  # row → why a cell of it could not be read


@dataclass(frozen=True)
class Part:
    """One codec, the columns it reads, and what its arrays are called among the inputs.

    Args:
        columns: names; a codec that is not `several` reads one, or texts that are joined.
        codec: see codecs/__init__.py.
        prefix: what its arrays' names begin with, so that two codecs can stand side by side.
    """

    columns: tuple[str, ...]
    codec: Any
    prefix: str = ""

    def feed(self, cells: Cells) -> Any:
        """The cells as the codec takes them."""
        columns = [cells[name] for name in self.columns]
        return columns if self.codec.several else join_cells(columns)


@dataclass(frozen=True)
class Columns:
    """All codecs of one model.

    Args:
        parts: their columns may overlap.
    """

    parts: tuple[Part, ...]

    def fit(self, batches: Callable[[], Iterable[Cells]]) -> Self:
        """Fit every codec, each in a pass of its own.

        Args:
            batches: opens a pass over the training rows.
        """
        for part in self.parts:
            part.codec.fit(part.feed(cells) for cells in batches())
        return self

    def encode(self, cells: Cells) -> Encoded:
        """All inputs of these rows, by name."""
        return self.examine(cells)[0]

    def examine(self, cells: Cells) -> tuple[Encoded, Faults]:
        """All inputs, and for rows with a cell that could not be read, why.

        What could not be read counts as missing, so that a fusion can answer from the rest; see
        `lost`.
        """
        out: Encoded = {}
        faults: Faults = {}
        left = dict(cells)
        for part in sorted(self.parts, key=lambda one: not hasattr(one.codec, "examine")):
            given = part.feed(left)
            read = getattr(part.codec, "examine", None)
            made, wrong = (part.codec.encode(given), {}) if read is None else read(given)
            for row, why in wrong.items():
                faults[row] = f"{faults[row]} {why}" if row in faults else why
            for name in part.columns if wrong else ():
                left[name] = [None if at in wrong else cell for at, cell in enumerate(left[name])]
            out |= {f"{part.prefix}{name}": values for name, values in made.items()}
        return out, faults

    @staticmethod
    def lost(encoded: Encoded, faults: Faults) -> set[int]:
        """Rows with a fault that cannot be answered: all of them, but for those of which a fusion
        still has a kind of column.

        Args:
            encoded, faults: as `examine` gives them.
        """
        present = encoded.get(PRESENT)
        if not isinstance(present, np.ndarray):
            return set(faults)
        return {row for row in faults if not present[row].any()}

    def probe(self) -> dict[str, list[Any]]:
        """Four rows that show at once whether the codecs of another version read otherwise.

        A codec that has `probes` names its own cells (columns of cells where it is `several`);
        others get texts of the commonest words and characters. None is the user's own.
        """
        out: dict[str, list[Any]] = {}
        for part in self.parts:
            own = getattr(part.codec, "probes", None)
            for at, name in enumerate(part.columns):
                cells = PROBES if own is None else own[at] if part.codec.several else own
                out[name] = list(cells)
        return out

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.columns))

    @property
    def modalities(self) -> dict[str, tuple[str, ...]]:
        """Of a model that reads several: name → columns, in the order of its weights."""
        return {part.prefix[:-1]: part.columns for part in self.parts if part.prefix.endswith(".")}

    @property
    def files(self) -> tuple[str, ...]:
        """Columns whose cells are files: paths or bytes."""
        reading = [part for part in self.parts if hasattr(part.codec, "examine")]
        return tuple(name for part in reading for name in part.columns)

    @property
    def sizes(self) -> dict[str, Any]:
        """Fields of a network's config that the codecs decide."""
        return {
            f"{part.prefix}{name}": size
            for part in self.parts
            for name, size in part.codec.sizes.items()
        }

    def entries(self) -> list[dict[str, Any]]:
        """JSON-safe, as codecs.json and a bundle's notes hold it."""
        return [
            {"columns": list(part.columns), "prefix": part.prefix, "spec": part.codec.spec()}
            for part in self.parts
        ]

    @classmethod
    def from_entries(cls, entries: Sequence[Mapping[str, Any]]) -> Self:
        """Build back from `entries()`.

        Raises:
            BundleError: damaged, or a codec that this version does not have.
        """
        return cls(tuple(_part(entry) for entry in entries))


def is_entry(entry: Any) -> bool:
    """Whether a stored value has the form of one of `Columns.entries()`."""
    return (
        isinstance(entry, Mapping)
        and isinstance(entry.get("columns"), list)
        and bool(entry["columns"])
        and all(isinstance(name, str) for name in entry["columns"])
        and isinstance(entry.get("prefix"), str)
        and isinstance(entry.get("spec"), dict)
    )


def _part(entry: Any) -> Part:
    if not is_entry(entry):
        raise BundleError(
            f"A stored codec is damaged: {str(entry)[:80]!r} lacks columns, prefix or spec. "
            f"Use an intact copy of the file."
        )
    return Part(tuple(entry["columns"]), codecs.from_spec(entry["spec"]), entry["prefix"])


def padded(encoded: Mapping[str, Ragged | NDArray]) -> dict[str, NDArray]:
    """All rows as rectangles."""
    return {n: v.padded() if isinstance(v, Ragged) else np.asarray(v) for n, v in encoded.items()}
