"""A model's answers to the test rows with kinds of columns made missing, asked of it once.

Every row is encoded once. What of it is made missing is told by the codec "present" alone, for a
fusion puts what stands for a missing kind in the place of what it read of one, and weighs its
answer by exactly 0.

Shapes: N rows, B rows of a batch, M kinds, C outputs.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from umbrella.check.evidence import Modalities
from umbrella.data.arrays import encode_each
from umbrella.fit.batches import collate, row_lengths, sorted_order
from umbrella.fit.prepare import Prepared
from umbrella.fit.trained import Trained
from umbrella.models.fusion.encoders import PRESENT
from umbrella.score.ctc import in_order

Kinds = frozenset[int]  # numbers of those that are left


def answers_without(trained: Trained, rows: Prepared) -> Modalities | None:
    """Ask a model of several kinds of columns; None for a model of one.

    Args:
        trained: the run.
        rows: its data.
    """
    names = trained.codecs.modalities
    if not names:
        return None
    every = frozenset(range(len(names)))
    without = {name: every - {number} for number, name in enumerate(names)}
    only = {name: frozenset({number}) for number, name in enumerate(names)}
    left = [*without.values(), *only.values(), *([every] if trained.weighs else [])]
    made = _answers(trained, rows, list(dict.fromkeys(left)))  # of two, one alone lacks the other
    return Modalities(
        names=names,
        without={name: made[kinds][0] for name, kinds in without.items()},
        only={name: made[kinds][0] for name, kinds in only.items()},
        weights=made[every][1] if trained.weighs else None,
    )


def _answers(
    trained: Trained, rows: Prepared, left: Sequence[Kinds]
) -> dict[Kinds, tuple[NDArray[np.float32], NDArray[np.float32] | None]]:
    """Outputs [N, C] and weights [N, M] with some kinds left, for each of several such choices."""
    order: list[NDArray[np.int64]] = []
    total = len(trained.codecs.modalities)
    masks = [np.isin(np.arange(total), list(kinds)).astype(np.float32) for kinds in left]

    def feeds() -> Iterator[dict[str, NDArray]]:
        for numbers, arrays in encode_each(trained.codecs, rows.batches("test")):
            for at in sorted_order(row_lengths(arrays), trained.at_once):
                order.append(numbers[at])
                whole = collate(arrays, at)
                yield from (whole | {PRESENT: whole[PRESENT] * mask_M} for mask_M in masks)

    made = list(trained.ask(feeds()))
    out = {}
    for place, kinds in enumerate(left):
        outputs, weights = zip(*made[place :: len(left)], strict=True)
        told = in_order(weights, order) if trained.weighs else None
        out[kinds] = (in_order(outputs, order), told)
    return out
