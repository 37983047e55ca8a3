"""Text looked up in a list of names: which label of which name every piece has, if any.

The longest name that begins at a piece wins, then reading goes on after it. Names are compared
folded, piece by piece, so that spaces between them do not matter. Layout of labels: base/chain.py.

Shapes: N texts, S pieces of all of them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.chain import BEGIN, END, FORMS, INSIDE, OUTSIDE, SINGLE
from umbrella.base.errors import DataError
from umbrella.data.codecs import specs
from umbrella.data.codecs.ngrams import AUTO_SHARE, blocks
from umbrella.data.codecs.pieces import RULE, UNITS, cut
from umbrella.data.codecs.places import Places, one_each
from umbrella.data.codecs.ragged import Ragged
from umbrella.data.codecs.scripts import fold, mend, unspaced_share
from umbrella.data.codecs.text_pieces import OUT

MOST = 100_000  # names that are kept


class TextNames:
    """Codec "text-names": see the module docstring.

    Args:
        names: name as written → number of its type.
        types: K, how many types there are.
        most: names that are kept, those that come first.
        unit: what a piece is; found from the training texts.
    """

    name = "text-names"
    several: ClassVar[bool] = False

    def __init__(
        self,
        names: dict[str, int] | None = None,
        types: int = 0,
        most: int = MOST,
        unit: str = "auto",
    ) -> None:
        self.types, self.most, self.unit = types, most, unit
        self.names = dict(list((names or {}).items())[:most])
        self._known: dict[tuple[str, ...], int] | None = None
        self._longest = 0

    @property
    def sizes(self) -> dict[str, Any]:
        """How many labels a piece may be looked up as."""
        return {"labels": 1 + FORMS * self.types}

    def fit(self, batches: Iterable[Sequence[str | None]]) -> Self:
        """Settle what a piece is; the names are known already.

        Raises:
            DataError: there is no text at all.
        """
        first = next(blocks(batches), None)
        if first is None:
            raise DataError("A text codec was given no rows to fit on. Give at least one text.")
        if self.unit == "auto":
            self.unit = "char" if unspaced_share(first) > AUTO_SHARE else "word"
        return self

    def encode(self, values: Sequence[str | None]) -> dict[str, Ragged]:
        """Look every text up.

        Args:
            values: N texts; None is an empty text.

        Returns:
            "names": int64 [S] labels; "bounds": int64 [S, 2], as of "text-pieces".
        """
        texts = ["" if value is None else mend(value) for value in values]
        bounds = [cut(text, self.unit) for text in texts]
        labels = [self._look(text, at) for text, at in zip(texts, bounds, strict=True)]
        offsets = np.cumsum([0, *map(len, bounds)]).astype(np.int64)
        return {
            "names": Ragged(np.concatenate([np.empty(0, np.int64), *labels]), offsets),
            "bounds": Ragged(np.concatenate([np.empty((0, 2), np.int64), *bounds]), offsets, OUT),
        }

    def places(self, cell: str | None) -> dict[str, Places]:
        """Where the pieces of a text lie."""
        return {"names": one_each(cut(mend(cell or ""), self.unit))}

    def _table(self) -> dict[tuple[str, ...], int]:
        """Pieces of every name → its type; of equals the first."""
        if self._known is None:
            self._known = {}
            for name, kind in self.names.items():
                pieces = tuple(fold(name[a:b]) for a, b in cut(mend(name), self.unit).tolist())
                if pieces:
                    self._known.setdefault(pieces, kind)
            self._longest = max(map(len, self._known), default=0)
        return self._known

    def _look(self, text: str, bounds: NDArray) -> NDArray[np.int64]:
        known = self._table()
        begins = {one[0] for one in known}
        pieces = [fold(text[a:b]) for a, b in bounds.tolist()]
        out = np.full(len(pieces), OUTSIDE, np.int64)
        at = 0
        while at < len(pieces):
            step = 1
            if pieces[at] in begins:
                for end in range(min(at + self._longest, len(pieces)), at, -1):
                    kind = known.get(tuple(pieces[at:end]))
                    if kind is not None:
                        step = end - at
                        out[at:end] = INSIDE
                        out[at], out[end - 1] = BEGIN, END
                        if step == 1:
                            out[at] = SINGLE
                        out[at:end] += FORMS * kind
                        break
            at += step
        return out

    def spec(self) -> dict[str, Any]:
        """JSON-safe form: the names themselves."""
        return {
            "codec": self.name,
            "rule": RULE,
            "unit": self.unit,
            "types": self.types,
            "names": list(self.names),
            "kinds": list(self.names.values()),
        }

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, or out of range.
        """
        spec = specs.table(spec, cls.name)
        specs.choice(spec, "rule", (RULE,))
        unit = specs.choice(spec, "unit", UNITS)
        types = specs.whole(spec, "types", 0, 1_000)
        names, kinds = specs.field(spec, "names"), specs.field(spec, "kinds")
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            raise specs.damaged(cls.name, "names", names, "a list of texts")
        sound = isinstance(kinds, list) and len(kinds) == len(names)
        if not sound or not all(type(one) is int and 0 <= one < types for one in kinds):
            raise specs.damaged(cls.name, "kinds", kinds, f"numbers below {types}, one a name")
        return cls(dict(zip(names, kinds, strict=True)), types, max(len(names), 1), unit)
