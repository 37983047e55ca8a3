"""Which keys a codec knows: counting them in a stream, finding their ids, and storing them small.

Keys are 64-bit hashes whose upper bits are the best mixed. Counting uses the upper 48 bits, so
two of 10 million different n-grams share a key with a chance of about one in six.
Shapes: V known keys, G n-grams of a block, P distinct pairs of a key and a row among them.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import BundleError
from umbrella.base.tensors import pack, unpack

Keys = NDArray[np.uint64]

ROW_BITS = 16  # lower bits of a key that are given up to hold a row number while counting
COUNTED_BITS = 64 - ROW_BITS
MISS_BITS = 16  # an unknown n-gram is taken for a known one with a chance of at most 2^-16
HELD = 4_000_000  # distinct keys held while counting; beyond it the rarest are dropped
_ROW_MASK = np.uint64(2**ROW_BITS - 1)


@dataclass(frozen=True)
class Pairs:
    """The distinct (key, row) pairs of a block, ordered by key, then row.

    Args:
        keys: [U] distinct keys, rising, lower 16 bits zero.
        rows: [P] row of every pair.
        counts: [P] how often the key occurs in the row.
        spans: [U] number of pairs of each key: the rows that hold it.
    """

    keys: Keys
    rows: NDArray[np.uint64]
    counts: NDArray[np.int64]
    spans: NDArray[np.int64]


def pair(keys: Keys, rows: NDArray[np.uint32]) -> Pairs:
    """Count n-grams by row with one sort of one array.

    Args:
        keys: [G]; the lower 16 bits are ignored.
        rows: [G], below 2^16.
    """
    pairs = keys & ~_ROW_MASK
    pairs |= rows
    pairs.sort()
    pairs, counts = _runs(pairs)
    rows_of = pairs & _ROW_MASK
    pairs ^= rows_of
    distinct, spans = _runs(pairs)
    return Pairs(distinct, rows_of, counts, spans)


def tallied(keys: Keys) -> tuple[Keys, NDArray[np.int64]]:
    """Distinct keys of a block, rising, and how often each occurs."""
    return _runs(np.sort(keys & ~_ROW_MASK))


def _firsts(ordered: Keys) -> NDArray[np.bool_]:
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _runs(ordered: Keys) -> tuple[Keys, NDArray[np.int64]]:
    at = np.flatnonzero(_firsts(ordered))
    return ordered[at], np.diff(at, append=len(ordered))


class Counter:
    """Counts keys in a stream with memory bounded by `held`.

    When more than `held` distinct keys are held, those counted once are dropped, then those
    counted twice, until half the room is free; every drop is added to `lost`, by which a count
    can be too low at most. After Manku and Motwani 2002, "Approximate frequency counts over data
    streams". Below `held` distinct keys every count is exact.
    """

    def __init__(self, held: int = HELD) -> None:
        self.held = held
        self.lost = 0
        self.keys: Keys = np.empty(0, np.uint64)
        self.counts = np.empty(0, np.int64)
        self._parts: list[tuple[Keys, NDArray[np.int64]]] = []
        self._waiting = 0

    def add(self, keys: Keys, counts: NDArray[np.int64]) -> None:
        """Add distinct rising keys and their counts."""
        self._parts.append((keys, counts))
        self._waiting += len(keys)
        if self._waiting > max(2**18, len(self.keys) // 2):
            self.merge()

    def merge(self) -> None:
        """Bring what waits into `keys` (rising) and `counts`."""
        parts = [(self.keys, self.counts), *self._parts]
        self._parts, self._waiting = [], 0
        keys = np.concatenate([k for k, _ in parts])
        counts = np.concatenate([c for _, c in parts])
        order = np.argsort(keys, kind="stable")  # merges runs that are already in order
        keys, counts = keys[order], counts[order]
        at = np.flatnonzero(_firsts(keys))
        self.keys = keys[at]
        self.counts = np.add.reduceat(counts, at) if len(at) else counts
        if len(self.keys) > self.held:
            self._prune()

    def _prune(self) -> None:
        floor = 0
        kept = np.ones(len(self.keys), bool)
        while kept.sum() > self.held // 2:
            floor += 1
            kept = self.counts > floor
        self.lost += floor
        self.keys, self.counts = self.keys[kept], self.counts[kept]

    def frequent(self, least: int, most: int) -> tuple[Keys, NDArray[np.int64]]:
        """Rising keys counted `least` times or more, the `most` commonest, and their counts.

        Among keys of equal count the smaller key is taken first, so the choice never depends on
        the order of the data.
        """
        self.merge()
        at = np.flatnonzero(self.counts >= least)
        if len(at) > most:
            order = np.argsort(-self.counts[at], kind="stable")[:most]
            at = np.sort(at[order])
        return self.keys[at], self.counts[at]


@dataclass(frozen=True)
class Vocabulary:
    """V known keys and their ids, 0 to V - 1 in the order of the keys.

    Args:
        keys: [V] distinct, rising, each below 2^bits.
        bits: upper bits of a hash that are compared.
    """

    keys: Keys
    bits: int
    _table: NDArray[np.int32] = field(init=False, repr=False)
    _slot_bits: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        slot_bits = min(max(1, len(self.keys).bit_length() + 1), self.bits)
        edges = np.arange(2**slot_bits, dtype=np.uint64) << np.uint64(self.bits - slot_bits)
        table = np.append(np.searchsorted(self.keys, edges), len(self.keys)).astype(np.int32)
        object.__setattr__(self, "_table", table)
        object.__setattr__(self, "_slot_bits", slot_bits)

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(cls, keys: Keys) -> "Vocabulary":
        """Keep the fewest upper bits of 64-bit rising keys that still tell them apart.

        At least log2(V) + 16 bits are kept, so that a key outside the vocabulary is rarely taken
        for one inside.
        """
        bits = min(len(keys).bit_length() + MISS_BITS, COUNTED_BITS)
        while bits < COUNTED_BITS and not _firsts(keys >> np.uint64(64 - bits)).all():
            bits += 1
        return cls(keys >> np.uint64(64 - bits), bits)

    def find(self, hashes: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Look 64-bit hashes up.

        Args:
            hashes: [G].

        Returns:
            Places in `hashes` of those known, rising, and their ids.
        """
        if not len(self.keys):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        wanted = hashes >> np.uint64(64 - self.bits)
        slot = (hashes >> np.uint64(64 - self._slot_bits)).view(np.int64)
        at, stop = self._table[slot], self._table[slot + 1]
        known = np.zeros(len(hashes), bool)
        ids = np.zeros(len(hashes), np.int64)
        open_ = np.flatnonzero(at < stop)
        at, stop, wanted = at[open_], stop[open_], wanted[open_]
        while len(open_):  # as many rounds as the fullest slot has keys: about eight
            found = self.keys[at] == wanted
            known[open_[found]] = True
            ids[open_[found]] = at[found]
            at += 1
            left = ~found & (at < stop)
            open_, at, stop, wanted = open_[left], at[left], stop[left], wanted[left]
        places = np.flatnonzero(known)
        return places, ids[places]

    def spec(self) -> dict[str, Any]:
        """JSON-safe form, about MISS_BITS + 2 bits a key.

        Elias-Fano coding: the lower bits of every key as they are, the upper bits as the gaps
        between ones of a bit string. Source: Elias 1974, "Efficient storage and retrieval by
        content and address of static files".
        """
        low = _low_bits(len(self.keys), self.bits)
        lower = (self.keys[:, None] >> np.arange(low, dtype=np.uint64)) & np.uint64(1)
        upper = np.zeros(len(self.keys) + 2 ** (self.bits - low), np.uint8)
        upper[(self.keys >> np.uint64(low)).view(np.int64) + np.arange(len(self.keys))] = 1
        return {
            "size": len(self.keys),
            "bits": self.bits,
            "lower": pack(np.packbits(lower.astype(np.uint8))),
            "upper": pack(np.packbits(upper)),
        }

    @classmethod
    def from_spec(cls, spec: Any) -> "Vocabulary":
        """Read back what `spec` made.

        Raises:
            BundleError: the parts do not fit together.
        """
        try:
            size, bits = spec["size"], spec["bits"]
            lower, upper = unpack(spec["lower"]), unpack(spec["upper"])
        except (KeyError, TypeError) as error:
            raise BundleError(f"A stored vocabulary lacks {error}.") from error
        if type(size) is not int or type(bits) is not int or not 1 <= bits <= COUNTED_BITS:
            raise _damaged(f"size {size!r} and bits {bits!r}")
        low = _low_bits(size, bits) if 0 <= size <= 8 * upper.size else 0
        slots = size + 2 ** (bits - low)
        fits = lower.shape == ((size * low + 7) // 8,) and upper.shape == ((slots + 7) // 8,)
        if size < 0 or not fits or {lower.dtype, upper.dtype} != {np.dtype(np.uint8)}:
            raise _damaged(f"{size} keys of {bits} bits")
        ones = np.flatnonzero(np.unpackbits(upper, count=slots))
        if len(ones) != size:
            raise _damaged(f"{len(ones)} keys where {size} were promised")
        keys = (ones - np.arange(size)).astype(np.uint64) << np.uint64(low)
        digits = np.unpackbits(lower, count=size * low).reshape(size, low)
        for place in range(low):
            keys |= digits[:, place].astype(np.uint64) << np.uint64(place)
        if not (keys[1:] > keys[:-1]).all() or (keys >> np.uint64(bits)).any():
            raise _damaged("keys out of order")
        return cls(keys, bits)


def _low_bits(size: int, bits: int) -> int:
    return max(0, bits - max(size, 1).bit_length())


def _damaged(what: str) -> BundleError:
    return BundleError(
        f"A stored vocabulary is damaged ({what} cannot be). Use an intact copy of the file."
    )
