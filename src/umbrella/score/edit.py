"""How far an answer is from what was said: edits of words or characters, in pure Python.

Sources: Levenshtein 1966; Myers 1999, J. ACM 46:395, in Hyyrö's 2003 form (distance by bits).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Edits:
    """What turns a reference into an answer.

    Args:
        substitutions: pieces that were taken for another.
        deletions: pieces of the reference that the answer lacks.
        insertions: pieces of the answer that the reference lacks.
    """

    substitutions: int
    deletions: int
    insertions: int

    @property
    def errors(self) -> int:
        """All of them; no other way needs fewer."""
        return self.substitutions + self.deletions + self.insertions


def distance(reference: Sequence[Hashable], answer: Sequence[Hashable]) -> int:
    """Fewest substitutions, deletions and insertions that turn one into the other.

    A column of the table is held as differences in the bits of two whole numbers, so that a piece
    of the answer costs a few operations however long the reference is.
    """
    if not reference or not answer:
        return max(len(reference), len(answer))
    where: dict[Hashable, int] = {}
    for bit, piece in enumerate(reference):
        where[piece] = where.get(piece, 0) | 1 << bit
    every, last = (1 << len(reference)) - 1, 1 << (len(reference) - 1)
    up, down, count = every, 0, len(reference)
    for piece in answer:
        equal = where.get(piece, 0)
        level = (((equal & up) + up) ^ up) | equal | down
        right_up, right_down = down | (every & ~(level | up)), up & level
        count += bool(right_up & last) - bool(right_down & last)
        right_up, right_down = (right_up << 1 | 1) & every, (right_down << 1) & every
        up, down = right_down | (every & ~(level | right_up)), right_up & level
    return count


def edits(reference: Sequence[Hashable], answer: Sequence[Hashable]) -> Edits:
    """The kinds of the edits: of the ways with the fewest, one with the fewest insertions."""
    big = len(reference) + len(answer) + 1  # an edit costs this much, an insertion one more
    row = [(big + 1) * at for at in range(len(answer) + 1)]
    for old in reference:
        above, row = row, [row[0] + big]
        for at, new in enumerate(answer):
            row.append(min(above[at] + big * (old != new), above[at + 1] + big, row[at] + big + 1))
    errors, insertions = divmod(row[-1], big)
    deletions = len(reference) - len(answer) + insertions
    return Edits(errors - insertions - deletions, deletions, insertions)
