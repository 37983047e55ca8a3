"""Find twins: rows that are the same text, the same after folding, or nearly the same.

Exact and canonical twins are equal texts and equal folded texts (`shingles.canonical`). Near twins
are texts whose sets of shingles have a Jaccard similarity of at least the threshold: MinHash bands
propose pairs, and every pair is verified on the sets themselves, so no false pair is joined.

Pairs chain into clusters: with A~B and B~C, all three are kept together although A and C may differ
more. That is right here, since B on the other side of a split would give away A as well as C. Three
guards keep chains from swallowing the data: texts of fewer than `LEAST` shingles have no near
twins; shingles met in more than half of the texts (a disclaimer, a form) are boilerplate and do not
count; missing and blank texts are nobody's twin.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.base.seeds import derive, generator
from umbrella.data.shingles import (
    band_keys,
    canonical,
    content_key,
    distinct,
    jaccard,
    mix,
    shingles,
    without,
)

LEAST = 9  # with fewer shingles, one changed letter falls below a similarity of 0.8
MISSED = 0.003  # share of pairs exactly at the threshold that no band proposes
WINDOW = 8  # rows compared with each row of a crowded bucket, so that crowds cost linear time
SAMPLE = 1_000  # texts looked at for boilerplate
FEWEST = 30  # with fewer texts, none is looked for: half of them may well be copies
SUSPECTS = 16  # texts of the sample that propose boilerplate; one in 2**16 stays unseen
BLOCK = 2**18  # code points worked on at once: small enough for the cache, and memory stays flat


@dataclass(frozen=True)
class Twins:
    """Which rows are copies of each other.

    Args:
        cluster: int64 [N], the first row that is a twin of this one; its own number if none.
        key: uint64 [N], what the canonical text hashes to: the row's name wherever it stands.
        exact: rows that repeat an earlier text.
        canonical: further texts that equal an earlier one once folded.
        near: further folded texts that joined a cluster because they nearly equal one of its own.
            The three add up to the number of rows less the number of clusters.
    """

    cluster: NDArray[np.int64]
    key: NDArray[np.uint64]
    exact: int
    canonical: int
    near: int

    @property
    def rows(self) -> int:
        """Rows that have a twin."""
        sizes = np.bincount(self.cluster, minlength=len(self.cluster))
        return int(sizes[sizes > 1].sum())

    @property
    def largest(self) -> int:
        """Rows of the largest cluster."""
        return int(np.bincount(self.cluster, minlength=1).max())


def find_twins(
    texts: Sequence[str | None], *, near: bool = True, threshold: float = 0.8, seed: int
) -> Twins:
    """Cluster the rows whose texts are copies.

    Args:
        texts: one text a row, None where missing; join several columns with a tab.
        near: look for near copies as well.
        threshold: least Jaccard similarity of near copies, in [0.6, 1).
        seed: of the hash functions; it decides which of the rare missed pairs are missed.

    Raises:
        ConfigError: the threshold is out of range.

    Memory beyond the texts: some 150 bytes a row, and one block of letters.
    """
    if not 0.6 <= threshold < 1:
        raise ConfigError(
            f"A twin threshold of {threshold} is not in [0.6, 1). Use 0.8, or near=False for none."
        )
    texts = list(texts)
    key, blank = _keys(texts)
    cluster = first_of(key, blank)
    heads = np.flatnonzero((cluster == np.arange(len(texts))) & ~blank)
    folded = len(texts) - int(blank.sum()) - len(heads)
    spellings = _spellings(texts, cluster)
    joined = _join_near(texts, key, heads, threshold, seed) if near else heads
    new = np.arange(len(texts))
    new[heads] = joined
    return Twins(
        cluster=new[cluster],
        key=key,
        exact=folded - spellings,
        canonical=spellings,
        near=int((joined != heads).sum()),
    )


def join(n: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Connected components: for each of n nodes, the lowest node it is linked to.

    Args:
        n: number of nodes.
        left: node at one end of each link [L].
        right: node at the other end [L].
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(left), bool), (left, right)), shape=(n, n))
    count, label = connected_components(links, directed=False)
    lowest = np.empty(count, np.int64)
    lowest[label[::-1]] = np.arange(n)[::-1]  # of several values given to one cell the last stays
    return lowest[label]


def _keys(texts: Sequence[str | None]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    digests, blank = bytearray(), np.zeros(len(texts), bool)
    for row, text in enumerate(texts):
        folded = canonical(text) if text else ""
        blank[row] = not folded
        digests += content_key(folded)
    return np.frombuffer(bytes(digests), "<u8").astype(np.uint64), blank


def first_of(key: NDArray[np.uint64], blank: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first row with the same key, [N]; a blank row is its own."""
    first = np.arange(len(key))
    rows = np.flatnonzero(~blank)
    _, at, inverse = np.unique(key[rows], return_index=True, return_inverse=True)
    first[rows] = rows[at][inverse]
    return first


def _spellings(texts: Sequence[str | None], cluster: NDArray[np.int64]) -> int:
    """Different texts within the clusters, beyond one a cluster."""
    copies = np.flatnonzero(cluster != np.arange(len(cluster)))
    seen = {(first, texts[first]) for first in cluster[copies].tolist()}
    firsts = len(seen)
    seen.update((int(cluster[row]), texts[row]) for row in copies.tolist())
    return len(seen) - firsts


def _join_near(
    texts: list[str | None],
    key: NDArray[np.uint64],
    heads: NDArray[np.int64],
    threshold: float,
    seed: int,
) -> NDArray[np.int64]:
    """For each head, the first head that its near twins chain to."""
    common = _boilerplate(texts, key, heads, seed)
    rows, keys = _signatures(texts, heads, common, threshold, seed)
    label = np.arange(len(rows))
    for band in range(len(keys)):
        left, right = candidates(keys[band], keys[(band + 1) % len(keys)])
        fresh = label[left] != label[right]  # chained already: nothing to learn
        left, right = left[fresh], right[fresh]
        near = _similar(texts, rows[left], rows[right], common) >= threshold
        if near.any():
            ends = np.concatenate([label, right[near]])
            label = join(len(rows), np.concatenate([np.arange(len(rows)), left[near]]), ends)
    first = np.arange(len(texts))
    first[rows] = rows[label]
    return first[heads]


def _boilerplate(
    texts: list[str | None], key: NDArray[np.uint64], heads: NDArray[np.int64], seed: int
) -> NDArray[np.uint64]:
    """Shingles of more than half of a sample, which is drawn by content: row order is no matter."""
    if len(heads) < FEWEST:
        return np.empty(0, np.uint64)
    drawn = mix(key[heads] ^ np.uint64(derive(seed, "boilerplate")))
    sample = heads[np.argsort(drawn)[:SAMPLE]]
    suspects = np.unique(shingles(_folded(texts, sample[:SUSPECTS])).values)
    holders = np.zeros(len(suspects), np.int64)
    for block in _blocks(texts, sample):
        sets, hashes = distinct(shingles(_folded(texts, block)))
        _, mine, theirs = np.intersect1d(suspects, hashes, True, return_indices=True)
        holders[mine] += np.bincount(sets.values, minlength=len(hashes))[theirs]
    return suspects[2 * holders > len(sample)]


def _signatures(
    texts: list[str | None],
    heads: NDArray[np.int64],
    common: NDArray[np.uint64],
    threshold: float,
    seed: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Rows that are long enough for near twins, and their band keys [B, rows]."""
    per_band, bands = _banding(threshold, len(heads))
    draw = generator(seed, "minhash")
    seeds = draw.integers(0, 2**32, (bands * per_band, 2), dtype=np.uint32)
    rows, keys, done = np.empty(len(heads), np.int64), np.empty((bands, len(heads)), np.uint32), 0
    for block in _blocks(texts, heads):
        sets = without(shingles(_folded(texts, block)), common)
        long = np.flatnonzero(sets.lengths >= LEAST)
        if len(long):
            here = slice(done, done + len(long))
            rows[here] = block[long]
            keys[:, here] = band_keys(sets.take(long), seeds, per_band)
            done += len(long)
    return rows[:done], keys[:, :done]


def _banding(threshold: float, rows: int) -> tuple[int, int]:
    """Minima a band, and bands: enough minima that unrelated rows seldom meet.

    Unrelated texts share about a tenth of their shingles, so a row meets rows * 0.1**minima others
    by chance; bands follow from the share of true pairs that may be missed, and stay at most 25.
    """
    wanted = math.ceil(math.log10(max(rows, 1)))
    for per_band in range(min(max(wanted, 3), 7), 0, -1):
        bands = math.ceil(math.log(MISSED) / math.log1p(-(threshold**per_band)))
        if bands <= 25:
            break
    return per_band, bands


def candidates(
    key: NDArray[np.uint32], following: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of one bucket: all of a small one, neighbours in a crowd (sorted by the next band).

    Args:
        key: uint32 [N], the bucket of each row.
        following: uint32 [N], what crowds are sorted by.

    Returns:
        The lower and the higher row number of each pair.
    """
    order = np.argsort(key.astype(np.uint64) << np.uint64(32) | following, kind="stable")
    key = key[order]
    pairs = []
    for step in range(1, WINDOW + 1):
        same = np.flatnonzero(key[step:] == key[:-step])
        if not len(same):
            break
        pairs.append((order[same], order[same + step]))
    if not pairs:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    left, right = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    return np.minimum(left, right), np.maximum(left, right)


def _similar(
    texts: list[str | None],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    common: NDArray[np.uint64],
) -> NDArray[np.float64]:
    """Jaccard similarity of pairs of rows, a block of pairs at a time."""
    out = np.empty(len(left))
    order = np.lexsort((right, left))  # a row's pairs side by side: its shingles are made once
    for pairs in _blocks(texts, left[order], right[order]):
        at = order[pairs]
        rows, where = np.unique(np.concatenate([left[at], right[at]]), return_inverse=True)
        sets = without(shingles(_folded(texts, rows)), common)
        out[at] = jaccard(sets, where[: len(at)], where[len(at) :])
    return out


def _blocks(
    texts: list[str | None], rows: NDArray[np.int64], more: NDArray[np.int64] | None = None
) -> Iterator[NDArray[np.int64]]:
    """Cut rows into runs of about BLOCK code points; with `more`, give positions of pairs."""
    length = [len(texts[row] or "") for row in rows.tolist()]
    if more is not None:
        length = [a + len(texts[row] or "") for a, row in zip(length, more.tolist(), strict=True)]
    block = np.cumsum(length, dtype=np.int64) // BLOCK
    cuts = np.flatnonzero(np.diff(block)) + 1
    whole = rows if more is None else np.arange(len(rows))
    yield from (part for part in np.split(whole, cuts) if len(part))


def _folded(texts: list[str | None], rows: NDArray[np.int64]) -> list[str]:
    return [canonical(texts[row] or "") for row in rows.tolist()]
