"""How a network tells where in a text an answer stands: a start and an end for every piece.

    outputs [B, 1 + P, 4]
        row 0       log-odds of silence ("the text does not say"), for starts, for ends; 0; 0
        the rest    a piece each: log-odds of beginning here, of ending here; its first character,
                    and the one after its last

A row whose last column is not above 0 is padding, but for the first. So who reads the answer needs
neither the network nor the text to find the best stretch: score/extract.py.

Shapes: B rows, P pieces.
"""

WIDTH = 4  # columns
NEVER = -1e4  # log-odds of what cannot be


def stride_of(window: int) -> int:
    """Pieces from the beginning of a window on a long text to that of the next: half of one."""
    return max(1, window // 2)
