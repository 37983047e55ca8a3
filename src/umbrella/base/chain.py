"""How the pieces of a text are labelled: one label for outside, four for each type of entity.

    O = 0, and of type k: begin 1 + 4k, inside 2 + 4k, end 3 + 4k, single 4 + 4k   (BIOES)

A network that tags answers with a chain: how labels follow each other, then how well each label
suits each piece, and where the piece stands in the text. So who reads the answer needs neither the
network nor the text to find the best spans.

    outputs [B, C + 2 + P, C + 2]
        row i < C        how well each label follows label i
        row C, C + 1     how well each label begins, ends a text
        the rest         a piece each: log-probabilities of the labels; its first character, its end
    columns C and C + 1 of the first C + 2 rows are 0; a place whose end is below 0 is padding

Shapes: B rows, P pieces, C labels, K types.
"""

import numpy as np
from numpy.typing import NDArray

OUTSIDE = 0
BEGIN, INSIDE, END, SINGLE = 1, 2, 3, 4
FORMS = 4  # labels of a type
MORE = 2  # columns beyond the labels, and rows before the pieces beyond theirs
NEVER = -1e4  # log-probability of what cannot be


def labels_of(types: int) -> int:
    """C of so many types."""
    return 1 + FORMS * types


def width_of(types: int) -> int:
    """Columns of the outputs: C + 2."""
    return labels_of(types) + MORE


def form_of(label: NDArray) -> NDArray:
    """OUTSIDE, BEGIN, INSIDE, END or SINGLE of every label."""
    return np.where(label == OUTSIDE, OUTSIDE, (label - 1) % FORMS + 1)


def type_of(label: NDArray) -> NDArray:
    """Number of every label's type; −1 for outside."""
    return np.where(label == OUTSIDE, -1, (label - 1) // FORMS)


def allowed(labels: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Which label may follow which, [C, C] from row to column, may begin, and may end, [C] each.

    Args:
        labels: C.
    """
    every = np.arange(labels)
    form, kind = form_of(every), type_of(every)
    is_open = (form == BEGIN) | (form == INSIDE)
    goes_on = (form == INSIDE) | (form == END)
    same = kind[:, None] == kind
    follows = np.where(is_open[:, None], goes_on & same, ~goes_on)
    return follows, ~goes_on, ~is_open
