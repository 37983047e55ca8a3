"""Reading a chain of labels: the best path, how sure of its spans, and spans as characters.

Best path: Viterbi 1967. Chances: forward and backward sums of a linear-chain conditional random
field (Lafferty, McCallum, Pereira 2001; Sutton, McCallum 2012, section 4.1). What the scheme
forbids is never answered, whatever the network says. Layout of the outputs: base/chain.py.

Shapes: N rows, T longest row, C labels, S spans of all rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.chain import BEGIN, END, FORMS, MORE, NEVER, SINGLE, allowed, form_of

AREA = 2**16  # pieces of all rows of a batch together, with padding
ROWS = 256  # of a batch
LEAST = 1e-37  # a sum of chances below this counts as this


@dataclass(frozen=True)
class Chain:
    """Outputs taken apart.

    Args:
        pieces: scores of the labels of every piece [N, T, C].
        bounds: first character and end of every piece, int64 [N, T, 2].
        lengths: pieces of every row, [N].
        follows: score of a label after another, [C, C] from row to column; forbidden ones NEVER.
        begins: score of a label at the beginning, [C].
        ends: score of a label at the end, [C].
    """

    pieces: NDArray[np.float64]
    bounds: NDArray[np.int64]
    lengths: NDArray[np.int64]
    follows: NDArray[np.float64]
    begins: NDArray[np.float64]
    ends: NDArray[np.float64]


@dataclass(frozen=True)
class Spans:
    """What was found in rows.

    Args:
        rows: number of the row of every span, [S], rising.
        start: first character, [S].
        end: the one after the last, [S].
        kind: number of the type, [S].
        sure: probability that just this span, with this type, is right, in [0, 1], [S]; zeros where
            not asked for.
    """

    rows: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.int64]
    sure: NDArray[np.float64]


def take_apart(outputs: NDArray, temperature: float = 1.0) -> Chain:
    """Outputs [N, C + 2 + T, C + 2] as a chain, trimmed to the longest row.

    Args:
        outputs: of one network, so that all rows have the same first C + 2 places.
        temperature: by which all scores are divided, > 0.
    """
    labels = outputs.shape[2] - MORE
    places = outputs[:, labels + MORE :]
    lengths = (places[:, :, -1] > 0).sum(axis=1)
    places = places[:, : max(int(lengths.max(initial=0)), 1)]
    scale = 1 / temperature
    follows, begins, ends = allowed(labels)
    rules = np.zeros((labels + MORE, labels))
    if len(outputs):
        rules = outputs[0, : labels + MORE, :labels].astype(np.float64) * scale
    return Chain(
        places[:, :, :labels].astype(np.float64) * scale,
        places[:, :, labels:].astype(np.int64),
        lengths,
        np.where(follows, rules[:labels], NEVER),
        np.where(begins, rules[labels], NEVER),
        np.where(ends, rules[labels + 1], NEVER),
    )


def find(outputs: NDArray, temperature: float = 1.0, *, sure: bool = False) -> Spans:
    """The spans of every row's best path.

    Args:
        outputs: as in `take_apart`.
        temperature: as there; it changes how sure, not which spans.
        sure: tell how sure.
    """
    found = [_found(outputs, rows, temperature, sure) for rows in _batches(outputs)]
    if not found:
        none = np.zeros(0, np.int64)
        return Spans(none, none, none, none, np.zeros(0))
    rows, start, end, kind, chance = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((start, rows))
    return Spans(rows[order], start[order], end[order], kind[order], chance[order])


def _batches(outputs: NDArray) -> Iterator[NDArray[np.int64]]:
    """Rows of like length together, [n] each; rows without a piece are left out."""
    labels = outputs.shape[2] - MORE
    lengths = (outputs[:, labels + MORE :, -1] > 0).sum(axis=1)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    start = 0
    for at in range(1, len(order) + 1):
        full = at < len(order) and (
            at - start >= ROWS or (at - start + 1) * int(lengths[order[at]]) > AREA
        )
        if at == len(order) or full:
            yield order[start:at]
            start = at


def _found(
    outputs: NDArray, rows: NDArray[np.int64], temperature: float, sure: bool
) -> tuple[NDArray, ...]:
    chain = take_apart(outputs[rows], temperature)
    path = best_path(chain)
    here = np.arange(path.shape[1]) < chain.lengths[:, None]
    form = np.where(here, form_of(path), 0)
    row, first = np.nonzero((form == BEGIN) | (form == SINGLE))
    _, last = np.nonzero((form == END) | (form == SINGLE))
    chance = span_chances(chain, path, row, first, last) if sure else np.zeros(len(row))
    start, end = chain.bounds[row, first, 0], chain.bounds[row, last, 1]
    return rows[row], start, end, (path[row, first] - 1) // FORMS, chance


def best_path(chain: Chain) -> NDArray[np.int64]:
    """The likeliest labels of every row, [N, T]; 0 beyond its end."""
    n, longest, labels = chain.pieces.shape
    came = np.zeros((longest, n, labels), np.int16)
    score = chain.begins + chain.pieces[:, 0]
    for at in range(1, longest):
        step = score[:, :, None] + chain.follows
        best = step.argmax(axis=1)
        came[at] = best
        grown = np.take_along_axis(step, best[:, None], axis=1)[:, 0] + chain.pieces[:, at]
        score = np.where((at < chain.lengths)[:, None], grown, score)
    label = (score + chain.ends).argmax(axis=1)
    out, every = np.zeros((n, longest), np.int64), np.arange(n)
    for at in range(longest - 1, -1, -1):
        own = at < chain.lengths
        out[own, at] = label[own]
        if at:
            label = np.where(own, came[at, every, label], label)
    return out


def span_chances(
    chain: Chain, path: NDArray, row: NDArray, first: NDArray, last: NDArray
) -> NDArray[np.float64]:
    """Probability of every span of a path: of all paths that have just this span, [S].

    Args:
        chain: of the rows.
        path: labels [N, T].
        row: of every span, [S].
        first: its first piece, [S].
        last: its last piece, [S].
    """
    before, after, whole = sums(chain)
    steps = np.take_along_axis(chain.pieces, path[:, :, None], axis=2)[:, :, 0]
    steps[:, 1:] += chain.follows[path[:, :-1], path[:, 1:]]
    along = np.cumsum(steps, axis=1)
    inside = along[row, last] - along[row, first]
    around = before[row, first, path[row, first]] + after[row, last, path[row, last]] - whole[row]
    return np.asarray(np.exp(np.minimum(inside + around, 0.0)))


def sums(chain: Chain) -> tuple[NDArray, NDArray, NDArray]:
    """Log-sums over all allowed paths.

    Returns:
        Of the paths up to each piece that give it each label, its own score included, [N, T, C]; of
        those from there on, without it, [N, T, C]; and of all, [N].
    """
    n, longest, labels = chain.pieces.shape
    before, after = np.empty((n, longest, labels)), np.empty((n, longest, labels))
    follows = np.exp(chain.follows)
    before[:, 0] = chain.begins + chain.pieces[:, 0]
    for at in range(1, longest):
        before[:, at] = _through(before[:, at - 1], follows) + chain.pieces[:, at]
    after[:, -1] = chain.ends
    for at in range(longest - 2, -1, -1):
        grown = _through(after[:, at + 1] + chain.pieces[:, at + 1], follows.T)
        ends = (at + 1 >= chain.lengths)[:, None]
        after[:, at] = np.where(ends, chain.ends, grown)
    final = before[np.arange(n), np.maximum(chain.lengths - 1, 0)] + chain.ends
    top = final.max(axis=1)
    return before, after, top + np.log(np.exp(final - top[:, None]).sum(axis=1))


def _through(score: NDArray, follows: NDArray) -> NDArray:
    """log Σ exp over the labels before, [N, C]."""
    top = score.max(axis=1, keepdims=True)
    return np.asarray(top + np.log(np.maximum(np.exp(score - top) @ follows, LEAST)))


def lead(outputs: NDArray) -> NDArray[np.float64]:
    """By how much every row's best path beats the best one that differs in some piece, [N].

    Args:
        outputs: as in `take_apart`; a row without a piece leads by infinity.
    """
    out = np.full(len(outputs), np.inf)
    for rows in _batches(outputs):
        chain = take_apart(outputs[rows])
        before, after = chain.pieces.copy(), np.empty_like(chain.pieces)
        before[:, 0] += chain.begins
        longest = before.shape[1]
        for at in range(1, longest):
            before[:, at] += (before[:, at - 1, :, None] + chain.follows).max(axis=1)
        after[:, -1] = chain.ends
        for at in range(longest - 2, -1, -1):
            next_ = (after[:, at + 1] + chain.pieces[:, at + 1])[:, None]
            ends = (at + 1 >= chain.lengths)[:, None]
            after[:, at] = np.where(ends, chain.ends, (next_ + chain.follows).max(axis=2))
        top = np.partition(before + after, -2, axis=2)
        ahead = top[:, :, -1] - top[:, :, -2]
        ahead[np.arange(longest) >= chain.lengths[:, None]] = np.inf
        out[rows] = ahead.min(axis=1)
    return out
