"""Zero-shot: the label whose description lies nearest to a text.

A label's vector is the mean of those of its sentences, made as long as one. What is told is the
cosine and by how much it leads the next label's: distances, no chances, for nothing here has ever
been calibrated. Source: Yin, Hay, Roth 2019, arXiv:1909.00161 (classifying by descriptions).
Shapes: N texts, W width, C labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.unlabelled.labels import Described, refuse_alike
from umbrella.unlabelled.vectors import Reader

AT_ONCE = 2**24  # cosines in memory at a time


@dataclass(frozen=True)
class Nearest:
    """What was found of every text.

    Args:
        label: number of the nearest label [N].
        similarity: cosine with it, -1 to 1 [N].
        lead: how much nearer it is than the next one, 0 to 2 [N].
    """

    label: NDArray[np.int64]
    similarity: NDArray[np.float64]
    lead: NDArray[np.float64]


def label_vectors(labels: Sequence[Described], reader: Reader) -> NDArray[np.float32]:
    """A vector of norm 1 for every label [C, W].

    Raises:
        ConfigError: two labels have the same one.
    """
    vectors = reader.read([one for label in labels for one in label.sentences])
    ends = np.cumsum([len(label.sentences) for label in labels])
    means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
    made = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    refuse_alike(labels, made, reader.unknown)
    return made.astype(np.float32)


def nearest(vectors_NW: NDArray[np.float32], labels_CW: NDArray[np.float32]) -> Nearest:
    """The nearest label of every text, and by how much it leads.

    Args:
        vectors_NW: of the texts, norm 1.
        labels_CW: of two labels or more, norm 1.
    """
    step = max(1, AT_ONCE // len(labels_CW))
    found: list[tuple[NDArray, NDArray, NDArray]] = []
    for start in range(0, len(vectors_NW), step):
        cosine = vectors_NW[start : start + step] @ labels_CW.T
        best = cosine.argmax(axis=1)
        rows = np.arange(len(cosine))
        first = cosine[rows, best].astype(np.float64)
        cosine[rows, best] = -2.0
        found.append((best, first, first - cosine.max(axis=1)))
    if not found:
        return Nearest(np.empty(0, np.int64), np.empty(0), np.empty(0))
    label, similarity, lead = (np.concatenate(part) for part in zip(*found, strict=True))
    return Nearest(label, similarity, lead)
