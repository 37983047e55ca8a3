"""Sets of labels: how well answered sets match the true ones, and from which output on a label is
named.

Every label is a yes or a no of its own, by the sigmoid of its own output. From which probability on
it is named is chosen on held-out rows, so that the mean F1 of the rows is as high as can be: one
threshold for all labels, and one for each where that holds on rows it was not chosen on.

Shapes: N rows, C labels, G thresholds tried.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.score.decode import sigmoid

STRONG = 20.0  # outputs beyond this are named, or not, wherever the threshold lies
LOGITS = np.linspace(-4.0, 4.0, 81)  # thresholds tried, as log-odds: chances of .02 to .98
SMOOTH = 5  # neighbouring thresholds over which a score is averaged, odd
FEW = 50  # held-out rows with a label that weigh as much as the threshold of all labels
TEMPERATURES = (0.02, 10.0)
STEPS = 200  # of Newton's method at most
MOST_ROWS = 20_000  # held-out rows that are looked at
GOLDEN = (5**0.5 - 1) / 2  # its multiples, less their whole parts, lie evenly between 0 and 1


@dataclass(frozen=True)
class Reading:
    """How outputs are read.

    Args:
        temperature: outputs are divided by it, > 0.
        offsets: added to each label's outputs then, [C].
        thresholds: chance from which each label is named, [C], in (0, 1).
        own: whether labels have thresholds of their own.
    """

    temperature: float
    offsets: tuple[float, ...]
    thresholds: tuple[float, ...]
    own: bool


def most(outputs_NC: NDArray, mean_labels: float) -> NDArray[np.bool_]:
    """Name the labels with the highest outputs, so many that rows have as many as they should.

    It needs no truth, so that models can be compared before any threshold is chosen. Of equal
    outputs some are named, spread evenly over rows and labels, so that the number is kept. Outputs
    beyond ±`STRONG` are certain, whatever the number.

    Args:
        outputs_NC: raw outputs.
        mean_labels: labels of a row in the training rows, on average.

    Returns:
        Which are named, [N, C].

    Source: Read et al. 2009, "Classifier Chains for Multi-label Classification", section 5.
    """
    outputs = np.asarray(outputs_NC, dtype=np.float64)
    every = outputs.ravel()
    if not len(every):
        return np.zeros(outputs.shape, dtype=bool)
    wanted = int(np.clip(round(mean_labels * len(outputs)), 1, len(every)))
    turn = np.arange(len(every)) * GOLDEN % 1.0
    named = np.zeros(len(every), dtype=bool)
    named[np.lexsort((turn, -every))[:wanted]] = True
    named = (named & (every > -STRONG)) | (every >= STRONG)
    return named.reshape(outputs.shape)


def row_f1(named_NC: NDArray, truth_NC: NDArray) -> NDArray[np.float64]:
    """F1 of every row's set, [N]; 1 where both sets are empty.

    Source: Tsoumakas, Katakis 2007, "Multi-Label Classification: An Overview".
    """
    named, truth = np.asarray(named_NC, bool), np.asarray(truth_NC, bool)
    both = (named & truth).sum(axis=1)
    sizes = named.sum(axis=1) + truth.sum(axis=1)
    return np.where(sizes > 0, 2 * both / np.maximum(sizes, 1), 1.0)


def scores(named_NC: NDArray, truth_NC: NDArray) -> dict[str, float]:
    """Mean F1 of the rows, F1 of all yes and no together, mean F1 of the labels, exact matches.

    Labels that no row has and no answer names are left out of the mean of the labels.
    """
    named, truth = np.asarray(named_NC, bool), np.asarray(truth_NC, bool)
    both = (named & truth).sum(axis=0)
    sizes = named.sum(axis=0) + truth.sum(axis=0)
    seen = sizes > 0
    each = 2 * both[seen] / sizes[seen]
    return {
        "mean_f1": float(row_f1(named, truth).mean()),
        "micro_f1": float(2 * both.sum() / sizes.sum()) if seen.any() else 1.0,
        "macro_f1": float(each.mean()) if seen.any() else 1.0,
        "exact": float((named == truth).all(axis=1).mean()),
        "precision": float(both.sum() / max(named.sum(), 1)),
        "recall": float(both.sum() / max(truth.sum(), 1)),
    }


def read(outputs_NC: NDArray, truth_NC: NDArray) -> Reading:
    """Choose temperature, offsets and thresholds on held-out rows.

    `level` makes chances of outputs. The threshold of all
    labels is where the mean F1 of these rows is highest. Each label's own best threshold, the
    others left alone, is drawn toward it, as far as the label has few rows: with `FEW` rows it goes
    half of the way. Own thresholds are kept where, chosen on one half of the rows and judged on the
    other, both ways, they do better than the threshold of all labels chosen so too.

    Args:
        outputs_NC: raw outputs of rows that were not trained on.
        truth_NC: 0 or 1.
    """
    some = np.linspace(0, len(truth_NC) - 1, min(len(truth_NC), MOST_ROWS)).astype(int)
    outputs, truth = np.asarray(outputs_NC, np.float64)[some], np.asarray(truth_NC, bool)[some]
    temperature, offsets = level(outputs, truth)
    odds = outputs / temperature + offsets
    own = _holds(odds, truth)
    logits = np.full(truth.shape[1], _common(odds, truth))
    chances = sigmoid(_own(odds, truth, float(logits[0])) if own else logits)
    return Reading(temperature, tuple(map(float, offsets)), tuple(map(float, chances)), own)


def level(outputs_NC: NDArray, truth_NC: NDArray) -> tuple[float, NDArray[np.float64]]:
    """One temperature and an offset for each label, so that chances mean what they say.

    A logistic curve through the outputs, as Platt fitted it: one slope for all labels; offsets are
    drawn toward a common one, as if each had a normal spread of 1 around it. Fitted by Newton's
    method on each in turn, with steps kept short.

    Args:
        outputs_NC: raw outputs of rows that were not trained on.
        truth_NC: 0 or 1; 1/(N + 1) of each is lent to the other answer.

    Returns:
        T in `TEMPERATURES`, and offsets [C] in ±`STRONG`.

    Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines".
    """
    x = np.asarray(outputs_NC, dtype=np.float64)
    lent = 1 / (len(x) + 1)
    y = np.asarray(truth_NC, np.float64) * (1 - lent) + lent / 2
    slope, common, own = 1.0, 0.0, np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = sigmoid(slope * x + common + own)
        w = p * (1 - p) + 1e-9
        pull = np.array([((y - p) * x).sum(), (y - p).sum()])
        bend = np.array([[(w * x * x).sum(), (w * x).sum()], [(w * x).sum(), w.sum()]])
        step = np.linalg.solve(bend + 1e-9 * np.eye(2), pull)
        step /= max(1.0, float(np.abs(step[0])) / (0.5 * slope), float(np.abs(step[1])))
        slope = float(np.clip(slope + step[0], 1 / TEMPERATURES[1], 1 / TEMPERATURES[0]))
        common = float(np.clip(common + step[1], -STRONG / 2, STRONG / 2))
        p = sigmoid(slope * x + common + own)
        w = p * (1 - p)
        turn = ((y - p).sum(axis=0) - own) / (w.sum(axis=0) + 1)
        own = np.clip(own + np.clip(turn, -1, 1), -STRONG / 2, STRONG / 2)
        if max(float(np.abs(step).max()), float(np.abs(turn).max())) < 1e-7:
            break
    return 1 / slope, common + own


def _common(odds_NC: NDArray, truth_NC: NDArray) -> float:
    """The one threshold under which the mean F1 of the rows is highest, as log-odds."""
    found = [row_f1(odds_NC >= logit, truth_NC).mean() for logit in LOGITS]
    return float(LOGITS[_best(np.array(found))])


def _own(odds_NC: NDArray, truth_NC: NDArray, common: float) -> NDArray[np.float64]:
    """A threshold for each label, as log-odds [C]."""
    named = odds_NC >= common
    both, sizes = (named & truth_NC).sum(axis=1), named.sum(axis=1) + truth_NC.sum(axis=1)
    out = np.full(truth_NC.shape[1], common)
    for label, (odds, truth) in enumerate(zip(odds_NC.T, truth_NC.T, strict=True)):
        rows = min(int(truth.sum()), int((~truth).sum()))
        if not rows:
            continue
        others_both, others = both - (named[:, label] & truth), sizes - named[:, label]
        without = np.where(others > 0, 2 * others_both / np.maximum(others, 1), 1.0)
        gains = 2 * (others_both + truth) / (others + 1) - without  # of naming the label
        order = np.argsort(-odds, kind="stable")
        total = np.concatenate([[0.0], np.cumsum(gains[order])])
        found = total[np.searchsorted(-odds[order], -LOGITS, side="right")]
        best = float(LOGITS[_best(found, near=common)])
        out[label] += rows / (rows + FEW) * (best - common)
    return out


def _holds(odds: NDArray, truth: NDArray) -> bool:
    """Whether own thresholds do better on rows that they were not chosen on."""
    if len(truth) < 4:
        return False
    gained = 0.0
    for first in (0, 1):
        here, there = slice(first, None, 2), slice(1 - first, None, 2)
        common = _common(odds[here], truth[here])
        own = _own(odds[here], truth[here], common)
        gained += float(row_f1(odds[there] >= own, truth[there]).sum())
        gained -= float(row_f1(odds[there] >= common, truth[there]).sum())
    return gained > 1e-9


def _best(found: NDArray, near: float = 0.0) -> int:
    """The threshold with the best score, averaged over neighbours; of equals, the nearest one."""
    padded = np.pad(found, SMOOTH // 2, mode="edge")
    even = np.convolve(padded, np.full(SMOOTH, 1 / SMOOTH), mode="valid").round(9)
    return max(range(len(even)), key=lambda at: (even[at], -abs(LOGITS[at] - near)))
