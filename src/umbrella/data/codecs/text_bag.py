"""Text as a weighted bag of n-grams: sparse rows for a linear model or an averaged embedding.

fit counts in how many training texts each n-gram occurs and keeps the commonest; encode gives the
ids of a text's known n-grams and their weights. Weights are those of scikit-learn's
TfidfVectorizer. The stored form costs about four bytes an n-gram.

Shapes: N texts, S n-grams of all of them (each counted once a text), V ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError, ConfigError, DataError
from umbrella.base.limits import LIMITS
from umbrella.base.tensors import pack, unpack
from umbrella.data.codecs import specs
from umbrella.data.codecs.ngrams import (
    UNITS,
    Keys,
    blocks,
    choose_unit,
    ngrams,
    token_bounds,
    tokenize,
)
from umbrella.data.codecs.places import Places, raw_bounds, traced
from umbrella.data.codecs.ragged import Growing, Ragged
from umbrella.data.codecs.scripts import FOLD
from umbrella.data.codecs.vocabulary import HELD, Counter, Pairs, Vocabulary, pair

WEIGHTS = ("tfidf", "count", "mean")
MAX_NGRAM = 8
ID_BITS, COUNT_BITS = 24, 24  # with 16 bits for the row they fill the 64 that one sort orders
MAX_CHARS = 2**21  # NFKC may repeat a letter five times, and 5 * 2^21 still fits COUNT_BITS
MAX_ROWS = 2**53  # rows whose number a float holds exactly


@dataclass(frozen=True)
class BagConfig:
    """What counts as an n-gram, which are kept, and how they weigh."""

    unit: str = "auto"  # word, char, segment, or found on the training rows
    ngrams: tuple[int, int] = (1, 2)  # shortest and longest n-gram, in tokens
    features: int = 2**17  # ids at most; with `hashed`, rounded down to a power of two
    min_df: int = 1  # training texts that must hold an n-gram; not used with `hashed`
    hashed: bool = False  # ids by hashing alone: nothing to store for "count" and "mean"
    weights: str = "tfidf"
    sublinear: bool = True  # "tfidf" counts an n-gram 1 + ln(count) times
    longest: int = LIMITS.cell_chars  # characters of a text that are looked at

    def __post_init__(self) -> None:
        low, high = self.ngrams
        if not 1 <= low <= high <= MAX_NGRAM:
            raise ConfigError(
                f"ngrams={self.ngrams} is not a shortest and a longest length from 1 to "
                f"{MAX_NGRAM}. Use (1, 2) for single tokens and pairs."
            )
        for name, value, allowed in (
            ("unit", self.unit, ("auto", *UNITS)),
            ("weights", self.weights, WEIGHTS),
        ):
            if value not in allowed:
                raise ConfigError(f"{name}={value!r} is not one of {', '.join(allowed)}.")
        for name, number, most in (
            ("features", self.features, 2**ID_BITS),
            ("min_df", self.min_df, MAX_ROWS),
            ("longest", self.longest, MAX_CHARS),
        ):
            if not 1 <= number <= most:
                raise ConfigError(f"{name}={number} is not a whole number from 1 to {most}.")


class TextBag:
    """Codec "text-bag": see the module docstring. `TextBag(ngrams=(1, 3)).fit(batches)`.

    Args:
        settings: the fields of `BagConfig`.
    """

    name = "text-bag"
    several: ClassVar[bool] = False  # columns of text are joined
    Config = BagConfig

    def __init__(self, **settings: Any) -> None:
        self.config = BagConfig(**settings)
        self.rows = 0  # training texts seen
        self.known = Vocabulary(np.empty(0, np.uint64), 1)
        self.counts = np.empty(0, np.int64)  # [V] training texts that hold each n-gram
        self._idf = np.empty(0)  # [V]
        self._hash_bits = self.config.features.bit_length() - 1

    @property
    def vocab(self) -> int:
        """Size of the id space, at least 1."""
        return 2**self._hash_bits if self.config.hashed else max(1, len(self.known))

    @property
    def sizes(self) -> dict[str, Any]:
        """What a network must know: the size of the id space."""
        return {"vocab": self.vocab}

    def fit(self, batches: Iterable[Sequence[str | None]]) -> Self:
        """Learn unit, vocabulary and weights from the training texts, in one pass.

        Memory is bounded: see `vocabulary.Counter`. How the texts are batched changes nothing.

        Raises:
            DataError: there is no text at all.
            MissingExtraError: unit "segment" without rjieba.
        """
        stream = blocks(batches, self.config.longest)
        unit, stream = choose_unit(self.config.unit, stream)
        self.config = replace(self.config, unit=unit)
        counter = Counter(max(HELD, 2 * self.config.features))
        self.rows = 0
        for texts in stream:
            self.rows += len(texts)
            if not self._weightless():
                found = self._pairs(texts)
                counter.add(found.keys, found.spans)
        if not self.rows:
            raise DataError("A text codec was given no rows to fit on. Give at least one text.")
        if self.config.hashed:
            counter.merge()
            self._learn_hashed(counter)
        else:
            keys, self.counts = counter.frequent(self.config.min_df, self.config.features)
            self.known = Vocabulary.of(keys)
        self._set_idf()
        return self

    def _weightless(self) -> bool:
        """Whether nothing is to be learned but the unit."""
        return self.config.hashed and self.config.weights != "tfidf"

    def _learn_hashed(self, counter: Counter) -> None:
        if not self._weightless():
            self.counts = np.zeros(self.vocab, np.int64)
            self.counts[_shift(counter.keys, self._hash_bits)] = counter.counts

    def _set_idf(self) -> None:
        """Smooth inverse document frequency: ln((1 + N) / (1 + df)) + 1, as scikit-learn has it."""
        self._idf = np.log((1 + self.rows) / (1 + self.counts)) + 1

    def encode(self, values: Sequence[str | None]) -> dict[str, Ragged]:
        """Give every text its n-grams.

        Args:
            values: N texts; None is an empty text, whose row is empty.

        Returns:
            "ids": int64 [S], rising within a row; "weights": float32 [S]. With "tfidf" and at
            least one known n-gram the squares of a row's weights sum to 1; with "mean" a weight
            is the n-gram's share of the text's known n-grams, so they sum to 1; with "count" it
            is how often the n-gram occurs.
        """
        room = 2 * sum(len(text) for text in values if text)
        ids, weights = Growing(np.int64, room), Growing(np.float32, room)
        lengths = [np.zeros(1, np.int64)]
        for texts in blocks([values], self.config.longest):
            rows, some, counts = _by_row(found := self._pairs(texts), self._ids(found.keys))
            ids.extend(some)
            weights.extend(self._weigh(rows, some, counts, len(texts)))
            lengths.append(np.bincount(rows, minlength=len(texts)))
        offsets = np.cumsum(np.concatenate(lengths))
        return {"ids": Ragged(ids.values, offsets), "weights": Ragged(weights.values, offsets)}

    def places(self, cell: str | None) -> dict[str, Places]:
        """Where the n-grams of a text lie: each in equal shares at the tokens of all its places."""
        text = (cell or "")[: self.config.longest]
        [row] = blocks([[text]], self.config.longest)
        tokens = tokenize(row, self.config.unit)
        ids = self._ids(self._keys(ngrams(tokens, *self.config.ngrams)[0]))
        folded, origins = traced(text)
        bounds = raw_bounds(origins, token_bounds(folded, self.config.unit))
        low, high = self.config.ngrams
        spans = [(at, n) for n in range(low, high + 1) for at in range(len(bounds) - n + 1)]
        at, sizes = np.array(spans, np.int64).reshape(-1, 2)[ids >= 0].T
        _, element, times = np.unique(ids[ids >= 0], return_inverse=True, return_counts=True)
        inside = np.repeat(at - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
        share = 1.0 / (sizes * times[element])
        return {"ids": Places(np.repeat(element, sizes), bounds[inside], np.repeat(share, sizes))}

    def _keys(self, keys: Keys) -> Keys:
        return keys & ~np.uint64(2 ** (64 - self._hash_bits) - 1) if self.config.hashed else keys

    def _pairs(self, texts: list[str]) -> Pairs:
        keys, rows = ngrams(tokenize(texts, self.config.unit), *self.config.ngrams)
        return pair(self._keys(keys), rows)

    def _ids(self, keys: Keys) -> NDArray[np.int64]:
        """Id of every key, -1 where unknown."""
        if self.config.hashed:
            return _shift(keys, self._hash_bits)
        ids = np.full(len(keys), -1, np.int64)
        places, known = self.known.find(keys)
        ids[places] = known
        return ids

    def _weigh(
        self, rows: NDArray[np.int64], ids: NDArray[np.int64], counts: NDArray[np.int64], n: int
    ) -> NDArray[np.float32]:
        if self.config.weights == "count":
            return counts.astype(np.float32)
        if self.config.weights == "mean":
            weights, norms = counts.astype(float), np.bincount(rows, counts, minlength=n)
        else:
            weights = 1 + np.log(counts) if self.config.sublinear else counts.astype(float)
            weights *= self._idf[ids]
            norms = np.sqrt(np.bincount(rows, weights * weights, minlength=n))
        return (weights / norms[rows]).astype(np.float32)

    def spec(self) -> dict[str, Any]:
        """JSON-safe form; holds no text of the training rows, only hashes of n-grams."""
        settings = asdict(self.config) | {"ngrams": list(self.config.ngrams)}
        spec = {"codec": self.name, "fold": FOLD, **settings, "rows": self.rows}
        if not self.config.hashed:
            spec["known"] = self.known.spec()
        if self.config.weights == "tfidf":
            # Most n-grams occur in few texts: one byte each, and a list of the exceptions.
            common = np.flatnonzero(self.counts > 254)
            spec["counts"] = pack(np.where(self.counts > 254, 255, self.counts).astype(np.uint8))
            spec["common"] = pack(self.counts[common].astype(np.int64))
        return spec

    @classmethod
    def from_spec(cls, spec: Any) -> Self:
        """Build the fitted codec from its stored form.

        Raises:
            BundleError: a field is absent, of a wrong type, out of range, or does not fit.
        """
        spec = specs.table(spec, cls.name)
        codec = cls(**_settings(spec))
        codec.rows = specs.whole(spec, "rows", 1, MAX_ROWS)
        if not codec.config.hashed:
            codec.known = Vocabulary.from_spec(specs.field(spec, "known"))
            if len(codec.known) > codec.config.features:
                raise specs.damaged(cls.name, "known", len(codec.known), "at most `features` keys")
        if codec.config.weights == "tfidf":
            codec.counts = codec._read_counts(spec)
        codec._set_idf()
        return codec

    def _read_counts(self, spec: dict[str, Any]) -> NDArray[np.int64]:
        counts = unpack(specs.field(spec, "counts"))
        common = unpack(specs.field(spec, "common"))
        size = self.vocab if self.config.hashed else len(self.known)
        if counts.dtype != np.uint8 or counts.shape != (size,) or common.dtype != np.int64:
            raise specs.damaged(self.name, "counts", counts.shape, f"{size} bytes")
        counts = counts.astype(np.int64)
        if common.shape != ((counts == 255).sum(),) or (common < 255).any():
            raise specs.damaged(self.name, "common", common.shape, "a count for every 255")
        counts[counts == 255] = common
        if counts.max(initial=0) > self.rows:
            raise specs.damaged(self.name, "counts", counts.max(), f"at most {self.rows} rows")
        return counts


def _settings(spec: dict[str, Any]) -> dict[str, Any]:
    specs.choice(spec, "fold", (FOLD,))
    lengths = specs.field(spec, "ngrams")
    if not isinstance(lengths, list) or [type(n) for n in lengths] != [int, int]:
        raise specs.damaged(spec.get("codec"), "ngrams", lengths, "two whole numbers")
    settings: dict[str, Any] = {
        "unit": specs.choice(spec, "unit", UNITS),
        "ngrams": tuple(lengths),
        "features": specs.whole(spec, "features", 1, 2**ID_BITS),
        "min_df": specs.whole(spec, "min_df", 1, MAX_ROWS),
        "hashed": specs.flag(spec, "hashed"),
        "weights": specs.choice(spec, "weights", WEIGHTS),
        "sublinear": specs.flag(spec, "sublinear"),
        "longest": specs.whole(spec, "longest", 1, MAX_CHARS),
    }
    try:
        BagConfig(**settings)
    except ConfigError as error:
        raise BundleError(f"A stored text codec is damaged: {error}") from error
    return settings


def _by_row(
    found: Pairs, ids: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Row, id and count of every known pair, ordered by row, then id."""
    known = ids >= 0
    packed = np.repeat(ids.view(np.uint64) << np.uint64(COUNT_BITS), found.spans)
    packed |= found.rows << np.uint64(ID_BITS + COUNT_BITS)
    packed |= found.counts.view(np.uint64)
    if not known.all():
        packed = packed[np.repeat(known, found.spans)]
    packed.sort()
    mask = np.uint64(2**COUNT_BITS - 1)
    counts = (packed & mask).view(np.int64)
    packed >>= np.uint64(COUNT_BITS)
    rows = (packed >> np.uint64(ID_BITS)).view(np.int64)
    packed &= mask
    return rows, packed.view(np.int64), counts


def _shift(keys: Keys, bits: int) -> NDArray[np.int64]:
    """The upper bits of every key as a number."""
    return (keys >> np.uint64(64 - bits)).view(np.int64)
