"""What is answered of a blank, as one row of numbers: the layout that networks, scores and shipped
files share.

    0          1 + the id of the truth, 0 where there is no blank (padding)
    1          logarithm of the truth's chance
    2 … 1 + K  ids of the likeliest tokens, the likeliest first
    2 + K …    logarithms of their chances

A whole table of chances, one for every token of the vocabulary, would take a thousand times the
room. What is beyond a row's blanks is padding: 0, then NEVER.
"""

TRUTH, CHANCE, FIRST = 0, 1, 2
LENGTH = 160  # tokens of a piece of text that are read, at most
BEST = 10  # K
WIDTH = FIRST + 2 * BEST
NEVER = -1e4  # logarithm of the chance of what is impossible, as in score/ctc.py
