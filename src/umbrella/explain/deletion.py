"""Whether a picture can be believed: what the answer loses with its top words, and with any others.

Comprehensiveness: DeYoung et al. 2020, "ERASER: A benchmark to evaluate rationalized NLP models",
arXiv:1911.03429. Beside it stand as many words drawn at random, since a text without a fifth of its
words reads otherwise whichever they are. Where answers are places, words are hidden in place of
being taken out, so that all others stay where they are.

Shapes: W words, R draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from umbrella.score.doubt import paired_p

SHARE = 0.2  # of the words that are taken out
DRAWS = 40  # of random words
SURE, WEAK = 0.05, 0.25  # share of draws that may take as much for a picture to hold, to hint
LEAST = 6  # answers from which something is said of all together
FEWEST = 20  # ways to choose as many words, below which nothing can be told


@dataclass(frozen=True)
class Deletion:
    """What was lost.

    Args:
        words: how many were taken out each time.
        whole: the figure with all words: a probability or a number.
        without: the figure without the top words.
        at_random: the mean figure without random ones.
        as_much: share of the draws that moved the figure as much as the top words.
        fall: by how much the top words moved it; a loss where it is a probability.
        fall_at_random: the mean of the same over the draws.
        draws: of random words.
        verdict: "holds", "weak", "chance", or "few" where the text is too short to tell.
    """

    words: int
    whole: float
    without: float
    at_random: float
    as_much: float
    fall: float
    fall_at_random: float
    draws: int
    verdict: str


@dataclass(frozen=True)
class Overall:
    """The same over several answers.

    Args:
        answers: how many.
        fall: mean of what their top words moved.
        at_random: mean of what random ones did.
        p: two-sided, of a paired test that both are the same.
    """

    answers: int
    fall: float
    at_random: float
    p: float

    @property
    def holds(self) -> bool:
        """Whether the pictures are better than chance, taken together."""
        return self.p < SURE and self.fall > self.at_random


def overall(found: Sequence[Deletion]) -> Overall | None:
    """What deletions say together; None where there are too few of them."""
    if len(found) < LEAST:
        return None
    falls = np.array([one.fall for one in found])
    at_random = np.array([one.fall_at_random for one in found])
    return Overall(
        len(found), float(falls.mean()), float(at_random.mean()), paired_p(falls, at_random)
    )


def top_words(weights: NDArray, chosen: NDArray[np.int64], signed: bool) -> NDArray[np.int64]:
    """The words that a picture says did most, the first `SHARE` of those that may be chosen.

    Args:
        weights: contribution of every word, [W].
        chosen: numbers of words that may be taken out.
        signed: whether only those count that speak for the answer.
    """
    strength = weights[chosen] if signed else np.abs(weights[chosen])
    order = np.argsort(-strength, kind="stable")[: max(1, round(SHARE * len(chosen)))]
    return chosen[order[strength[order] > 0]]


def draw(
    chosen: NDArray[np.int64], count: int, rng: np.random.Generator, draws: int = DRAWS
) -> list[NDArray[np.int64]]:
    """Random words, as many each time."""
    return [rng.choice(chosen, count, replace=False) for _ in range(draws)]


def judge(whole: float, figures: NDArray, words: int, of: int, signed: bool) -> Deletion:
    """Compare the figure without the top words, which comes first, to those without random ones.

    Args:
        whole: the figure with all words.
        figures: [1 + R].
        words: how many were taken out.
        of: words that could have been.
        signed: whether only a fall counts; else any move.
    """
    falls = whole - figures if signed else np.abs(whole - figures)
    as_much = float(np.mean(falls[1:] >= falls[0] - 1e-12))
    verdict = "holds" if as_much <= SURE else "weak" if as_much <= WEAK else "chance"
    return Deletion(
        words=words,
        whole=whole,
        without=float(figures[0]),
        at_random=float(figures[1:].mean()),
        as_much=as_much,
        fall=float(falls[0]),
        fall_at_random=float(falls[1:].mean()),
        draws=len(falls) - 1,
        verdict="few" if comb(of, words) < FEWEST else verdict,
    )
