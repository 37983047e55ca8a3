"""How well answers taken from a text match those of people: exact match and F1, as published.

Sources: Rajpurkar et al. 2016, arXiv:1606.05250, and 2018, arXiv:1806.03822 (SQuAD 1.1 and 2.0:
words without articles and punctuation, F1 over the bag of words); Cui et al. 2019,
arXiv:1810.07366 (CMRC 2018: Chinese by character, F1 over the longest common run).

A text is judged the Chinese way when any of its accepted answers, or the question, holds a Han
character. Where an answer is empty, the text does not hold one, and only an empty answer is right.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

HAN = re.compile("[\u4e00-\u9fa5]")  # the range of the official script
ARTICLES = re.compile(r"\b(a|an|the)\b")
UNMARKED = str.maketrans("", "", string.punctuation)
# What the official script of CMRC 2018 drops; "……" there is two characters, and so never dropped.
DROPPED = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
# Words of other scripts as the official script's tokenizer cuts them, but for its contractions.
PIECES = re.compile(r"\d+(?:[.,]\d+)*|\w+(?:[.'’]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Match:
    """How far an answer agrees with the nearest of those accepted.

    Args:
        exact: 1.0 when it is one of them, up to what the normalisation takes away, else 0.0.
        overlap: F1 with the nearest, in [0, 1].
    """

    exact: float
    overlap: float


def match(answer: str, accepted: Sequence[str], chinese: bool | None = None) -> Match:
    """Judge one answer.

    Args:
        answer: what was answered; empty for "the text does not say".
        accepted: answers of people; none at all, or an empty one, for "the text does not say".
        chinese: which rules; None looks for Han characters in the answers of people.
    """
    golds = list(accepted) or [""]
    if chinese is None:
        chinese = any(HAN.search(gold) for gold in golds)
    exactly, overlapping = (_plain, _run) if chinese else (_english, _bag)
    given = exactly(answer)
    return Match(
        exact=float(any(given == exactly(gold) for gold in golds)),
        overlap=max(overlapping(answer, gold) for gold in golds),
    )


def _english(text: str) -> str:
    """Lower case, without punctuation and articles, one space between words."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(UNMARKED)).split())


def _plain(text: str) -> str:
    """Lower case, without the punctuation of CMRC 2018."""
    return "".join(c for c in text.lower().strip() if c not in DROPPED)


def _bag(answer: str, gold: str) -> float:
    """F1 over words however they are ordered."""
    given, wanted = _english(answer).split(), _english(gold).split()
    if not given or not wanted:
        return float(given == wanted)
    return _harmonic((Counter(given) & Counter(wanted)).total(), len(given), len(wanted))


def _run(answer: str, gold: str) -> float:
    """F1 over the longest run of characters and words that both hold."""
    given, wanted = pieces(answer), pieces(gold)
    if not given or not wanted:
        return float(given == wanted)
    return _harmonic(_longest(given, wanted), len(given), len(wanted))


def pieces(text: str) -> list[str]:
    """Han characters one by one, words of other scripts whole, without CMRC's punctuation."""
    out: list[str] = []
    other = ""
    for character in text.lower().strip():
        if character in DROPPED:
            continue
        if HAN.match(character):
            out += [*PIECES.findall(other), character]
            other = ""
        else:
            other += character
    return out + PIECES.findall(other)


def _harmonic(common: int, given: int, wanted: int) -> float:
    return 2 * common / (given + wanted)


def _longest(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest run of pieces that both hold, in one row of the table at a time."""
    best, row = 0, [0] * (len(other) + 1)
    for piece in one:
        row = [0] + [row[at] + 1 if piece == new else 0 for at, new in enumerate(other)]
        best = max(best, *row)
    return best
