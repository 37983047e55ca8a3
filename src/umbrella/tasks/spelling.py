"""One spelling for every transcript, so that only what can be heard is scored.

NFKC and case folding ("ＦＵＬＬ" and "full" are one), marks and symbols dropped but for an
apostrophe inside a word ("don't"), one space between words, and none beside a character of a script
that is written without spaces.
"""

import re

from umbrella.data.codecs.scripts import LETTER, UNSPACED, classify, code_points, fold, mend
from umbrella.data.codecs.scripts import unspaced_share as share_of_unspaced

RULE = "nfkc-casefold, marks dropped but for apostrophes in words"  # a spec names it
APOSTROPHES = re.compile("[\u2018\u2019\u02bc\uff07]")


def spell(text: str) -> str:
    """A transcript in the spelling that is learned, answered and scored.

    Args:
        text: as written.
    """
    text = APOSTROPHES.sub("'", fold(mend(text)))
    kept = []
    classes = classify(code_points(text)).tolist()
    for at, char in enumerate(text):
        inside = 0 < at < len(text) - 1 and classes[at - 1] == classes[at + 1] == LETTER
        spoken = classes[at] in (LETTER, UNSPACED) and char != "_"
        kept.append(char if spoken or (char == "'" and inside) else " ")
    words = "".join(kept).split()
    if not words:
        return ""
    out = words[0]
    for word in words[1:]:
        beside = classify(code_points(out[-1] + word[0])).tolist()
        out += word if UNSPACED in beside else " " + word
    return out


def is_unspaced(texts: list[str]) -> bool:
    """Whether most letters belong to scripts that are written without spaces."""
    return share_of_unspaced(texts) > 0.5
