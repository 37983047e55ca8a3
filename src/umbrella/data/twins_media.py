"""Find twins among pictures, sounds and videos, from the signatures that `inspect.py` takes.

Exact twins have equal bytes, canonical ones equal decoded content. Near twins look alike when made
coarse: hashed directions of the thumbs' gradients propose pairs, and every pair is verified on the
thumbs themselves, moved against each other by up to one cell, so that a shift by a pixel or a crop
does not hide a copy. Gradients and not brightness are compared: a copy made brighter stays a copy,
and two skies are not one. A sound's thumb is its spectrogram, compared like a picture.

Shapes: N rows, H rows whose content is new, F features of a row, P pairs.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.base.seeds import generator
from umbrella.data.inspect import Signatures
from umbrella.data.pictures import THUMB
from umbrella.data.shingles import mix
from umbrella.data.table import Table
from umbrella.data.twins import Twins, candidates, first_of, join

# Least similarity of near copies, by kind. bench/media_twins.py shows what each value finds: of
# sounds, one speaker saying one word twice comes to 0.94, a copy saved as MP3 to 0.97.
THRESHOLDS: Mapping[str, float] = {"image": 0.88, "audio": 0.95, "video": 0.88}
STRICTER = (0.0, 0.5, 0.75)  # how far it is raised towards 1 where all files of the data look alike
CROWD, FEW = 0.05, 50  # a near cluster beyond this share, and of more rows, means such data
LEAST = 0.8  # similarity at 8 × 8 below which a pair is not looked at closely
FLAT = 4.0  # mean gradient (of 255) of a thumb below which there is nothing to compare
FINE, COARSE = 16, 8  # cells a side of the thumbs compared: a pair closely, all rows quickly
BITS = (8, 16)  # of a bucket's number, at least and at most
MISSED = 0.01  # share of pairs at SURE that no table proposes
SURE = 0.9  # similarity at 8 × 8 that nearly every edited copy reaches
WORDS = 4  # of 64 bits in a hash: the angle between two rows, at a glance
APART = 80  # bits of it that differ, at most: LEAST makes 52, give or take 7; strangers 128
BLOCK = 4096  # pairs compared at a time


def find_media_twins(
    table: Table, columns: Sequence[str], keep: NDArray[np.bool_], *, seed: int
) -> Twins:
    """Cluster the rows of a table whose files are copies.

    Args:
        table: the rows, read with their signatures.
        columns: its file columns that count; rows are twins where every column's files are.
        keep: [N] which rows count; clusters are of these alone.
        seed: see `match`.
    """
    return match([table.signatures[name].take(keep) for name in columns], seed=seed)


def match(
    columns: Sequence[Signatures],
    *,
    near: bool = True,
    thresholds: Mapping[str, float] = THRESHOLDS,
    seed: int,
) -> Twins:
    """Cluster the rows whose files are copies.

    Args:
        columns: signatures of N rows, by file column; twins are so in every column.
        near: look for near copies as well.
        thresholds: kind → least similarity of near copies, in [0.7, 1): the correlation of
            gradients. It is raised when a crowd of rows would become one cluster.
        seed: of the hash functions; it decides which of the rare missed pairs are missed.

    Raises:
        ConfigError: a threshold is out of range.
    """
    for kind, threshold in thresholds.items():
        if not 0.7 <= threshold < 1:
            raise ConfigError(
                f"A twin threshold of {threshold} for {kind} is not in [0.7, 1). Use "
                f"{THRESHOLDS[kind]}, or near=False for none."
            )
    there = np.any([one.there for one in columns], axis=0)
    key = np.zeros(len(there), np.uint64)
    for one in columns:
        key = mix(key ^ mix(one.content + one.there.astype(np.uint64)))
    cluster = first_of(key, ~there)
    heads = np.flatnonzero((cluster == np.arange(len(there))) & there)
    bytes_of = np.concatenate([one.digest for one in columns], axis=1)[there]
    different = len(np.unique(bytes_of, axis=0)) if len(bytes_of) else 0
    joined = _join_near([one.take(heads) for one in columns], thresholds, seed) if near else None
    new = np.arange(len(there))
    if joined is not None:
        new[heads] = heads[joined]
    return Twins(
        cluster=new[cluster],
        key=key,
        exact=int(there.sum()) - different,
        canonical=different - len(heads),
        near=int((new[heads] != heads).sum()),
    )


def _join_near(
    columns: Sequence[Signatures], thresholds: Mapping[str, float], seed: int
) -> NDArray[np.int64]:
    """For each of H rows, the first row that its near twins chain to."""
    rows = len(columns[0])
    left, right, spare = near_pairs(columns, thresholds, seed)
    label = np.arange(rows)
    for least in STRICTER:
        kept = spare >= least
        label = join(rows, left[kept], right[kept]) if kept.any() else np.arange(rows)
        if np.bincount(label, minlength=1).max(initial=0) <= max(CROWD * rows, FEW):
            break
    return label


def near_pairs(
    columns: Sequence[Signatures], thresholds: Mapping[str, float], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Pairs of rows that look alike in every column, and by how much more than they must.

    Args:
        columns: signatures of H rows, by column.
        thresholds: kind → least similarity.
        seed: of the hash functions.

    Returns:
        The lower and higher row number of each pair, and where the similarity of its least
        similar column lies between threshold (0) and equality (1), [P].

    Source: Charikar 2002, "Similarity estimation techniques from rounding algorithms".
    """
    rows = np.flatnonzero(np.all([_is_clear(one) for one in columns], axis=0))
    features = np.concatenate([coarse(one.thumb[rows]) for one in columns], axis=1)
    features /= math.sqrt(len(columns))
    left, right = _proposed(features, seed)
    found = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
    for at in range(0, len(left), BLOCK):
        some = np.arange(at, min(at + BLOCK, len(left)))
        quick = np.einsum("pf,pf->p", features[left[some]], features[right[some]])
        some = some[quick >= LEAST]
        ends = rows[left[some]], rows[right[some]]
        least = [thresholds[one.kind] for one in columns]
        alike = [similarity(one.thumb[ends[0]], one.thumb[ends[1]]) for one in columns]
        spare = np.min([(a - t) / (1 - t) for a, t in zip(alike, least, strict=True)], axis=0)
        found[0].append(some[spare >= 0])
        found[1].append(spare[spare >= 0])
    pairs = np.concatenate(found[0])
    return rows[left[pairs]], rows[right[pairs]], np.concatenate(found[1])


def _proposed(
    features: NDArray[np.float32], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of one bucket in any table whose hashes of 256 bits are close as well."""
    rows = len(features)
    bits, tables = _banding(rows)
    draw = generator(seed, "thumbs")
    words = np.packbits(features @ _planes(draw, features, 64 * WORDS) > 0, axis=1).view(np.uint64)
    keys = np.empty((tables, rows), np.uint32)
    for table in range(tables):
        above = features @ _planes(draw, features, bits) > 0
        keys[table] = above @ (1 << np.arange(bits, dtype=np.uint32))
    found = [np.empty(0, np.int64)]
    for table in range(tables):
        left, right = candidates(keys[table], keys[(table + 1) % tables])
        apart = np.bitwise_count(words[left] ^ words[right]).sum(axis=1, dtype=np.int64)
        close = apart <= APART
        found.append(left[close] * rows + right[close])
    left, right = np.divmod(np.unique(np.concatenate(found)), max(rows, 1))
    return left, right


def _planes(
    draw: np.random.Generator, features: NDArray[np.float32], count: int
) -> NDArray[np.float32]:
    return draw.standard_normal((features.shape[1], count), dtype=np.float32)


def similarity(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much pairs of thumbs look alike, at the best of nine alignments.

    Args:
        left: [P, 32, 32].
        right: [P, 32, 32].

    Returns:
        Correlation of gradients, float32 [P] in [-1, 1].
    """
    best = np.full(len(left), -1, np.float32)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            one = _gradients(_moved(left, down, across), FINE)
            other = _gradients(_moved(right, -down, -across), FINE)
            best = np.maximum(best, np.einsum("pf,pf->p", one, other))
    return best


def coarse(thumbs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Gradients at 8 × 8 cells, of length one: the direction that is hashed, [N, F]."""
    return _gradients(thumbs, COARSE)


def _moved(thumbs: NDArray[np.uint8], down: int, across: int) -> NDArray[np.uint8]:
    """What two thumbs share once one is moved; the edge is repeated where nothing is left."""
    rows = np.clip(np.arange(THUMB) + max(down, 0), 0, THUMB - 1 + min(down, 0))
    cells = np.clip(np.arange(THUMB) + max(across, 0), 0, THUMB - 1 + min(across, 0))
    return thumbs[:, rows][:, :, cells]


def _gradients(thumbs: NDArray[np.uint8], cells: int) -> NDArray[np.float32]:
    size = THUMB // cells
    small = thumbs.reshape(len(thumbs), cells, size, cells, size).mean(axis=(2, 4), dtype="f4")
    steps = cells * (cells - 1)
    down = np.diff(small, axis=1).reshape(len(thumbs), steps)
    out = np.concatenate([down, np.diff(small, axis=2).reshape(len(thumbs), steps)], axis=1)
    length = np.sqrt(np.einsum("nf,nf->n", out, out))
    return out / np.maximum(length, 1e-6)[:, None]


def _is_clear(column: Signatures) -> NDArray[np.bool_]:
    """Whether a thumb shows anything: a white page and a silence resemble all their kind."""
    out = np.zeros(len(column), bool)
    for at in range(0, len(column), BLOCK):
        some = column.thumb[at : at + BLOCK].astype(np.int16)
        steps = np.abs(np.diff(some, axis=1)).mean((1, 2)) + np.abs(np.diff(some)).mean((1, 2))
        out[at : at + BLOCK] = steps >= FLAT
    return out & column.there


def _banding(rows: int) -> tuple[int, int]:
    """Bits of a bucket's number so that strangers seldom meet, and tables so that copies do."""
    bits = int(np.clip(math.ceil(math.log2(max(rows, 2))) - 3, *BITS))
    agree = (1 - math.acos(SURE) / math.pi) ** bits
    return bits, math.ceil(math.log(MISSED) / math.log1p(-agree))
