"""From log-probabilities of symbols, frame by frame, to what was said: the two decoders of CTC.

Class 0 is the blank. A path names one class a frame; taking out repeats and then blanks leaves its
symbols. Greedy reads the likeliest path. The prefix beam sums the paths that leave the same
symbols, and may ask a language model which symbols go on well.

Sources: Graves et al. 2006 (CTC); Hannun et al. 2014, arXiv:1408.2873 (prefix beam). There the
language model's share is multiplied in when a prefix grows; here it is added when prefixes are
ranked, which is the same, for it depends on the prefix alone.

Shapes: N rows, T frames, C classes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from umbrella.base.errors import ConfigError
from umbrella.score.language import END, Language

BLANK = 0
NEVER = -1e4  # log-probability that a network gives to every symbol beyond the end of a row
WIDEST = 200  # prefixes kept at most
LEAST = math.log(1e-3)  # symbols less likely in a frame do not extend a prefix there
NOTHING = -math.inf


@dataclass(frozen=True)
class Search:
    """How the beam searches.

    Args:
        width: prefixes kept after each frame.
        weight: of the language model's log-probability; 0 leaves it unasked.
        bonus: added for every symbol; makes up for what a language model takes from long answers.
    """

    width: int = 16
    weight: float = 0.0
    bonus: float = 0.0

    def __post_init__(self) -> None:
        if type(self.width) is not int or not 1 <= self.width <= WIDEST:
            raise ConfigError(f"width={self.width!r} is not in 1..{WIDEST}. 16 is usual.")
        for name in ("weight", "bonus"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 9:
                raise ConfigError(f"{name}={value!r} is not in 0..9. 0.5 is usual.")


@dataclass(frozen=True)
class Heard:
    """What was read from a row.

    Args:
        symbols: class numbers, none of them the blank.
        confidence: mean over the symbols of each one's highest probability in any of its frames,
            in [0, 1]; of an empty answer the mean probability of the blank.
    """

    symbols: tuple[int, ...]
    confidence: float


def together(parts: Sequence[NDArray]) -> NDArray:
    """Stack outputs of several batches; shorter ones of frames [b, T, C] end in certain blanks.

    Args:
        parts: [b, C] each, or [b, T, C] with any T.
    """
    if parts[0].ndim != 3 or len({part.shape[1] for part in parts}) == 1:
        return np.concatenate(parts)
    longest = max(part.shape[1] for part in parts)
    rows, classes = sum(map(len, parts)), parts[0].shape[2]
    out = np.full((rows, longest, classes), NEVER, dtype=parts[0].dtype)
    out[:, :, BLANK] = 0.0
    start = 0
    for part in parts:
        out[start : start + len(part), : part.shape[1]] = part
        start += len(part)
    return out


def in_order(parts: Sequence[NDArray], rows: Sequence[NDArray[np.int64]]) -> NDArray:
    """Outputs of several batches as one array, back in the order of their rows.

    Args:
        parts: as in `together`.
        rows: of each batch the numbers of its rows, [b]; all of them together are 0 … N − 1.
    """
    whole = together(parts)
    out = np.empty_like(whole)
    out[np.concatenate(rows)] = whole
    return out


def frames_of(outputs_NTC: NDArray) -> NDArray[np.int64]:
    """How many frames of each row are its own, not padding, [N]."""
    if outputs_NTC.shape[2] < 2:
        return np.full(len(outputs_NTC), outputs_NTC.shape[1])
    return np.asarray((outputs_NTC[:, :, 1:].max(axis=2) > NEVER / 2).sum(axis=1), dtype=np.int64)


def listen(
    outputs_NTC: NDArray,
    symbols: Sequence[str],
    search: Search | None = None,
    language: Language | None = None,
) -> tuple[list[str], NDArray[np.float64]]:
    """Read every row: texts, and how sure of each, [N].

    Args:
        outputs_NTC: log-probabilities.
        symbols: what class c + 1 is written as.
        search: of the beam; None reads the likeliest path.
        language: asked where the search gives it a weight.
    """
    if search is None:
        heard = [greedy(row) for row in outputs_NTC]
    else:
        heard = [beam(row, search, language, symbols) for row in outputs_NTC]
    texts = ["".join(symbols[number - 1] for number in one.symbols) for one in heard]
    return [" ".join(text.split()) for text in texts], np.array([one.confidence for one in heard])


def greedy(outputs_TC: NDArray) -> Heard:
    """The symbols of the likeliest path of one row.

    Args:
        outputs_TC: log-probabilities, padding at the end as in `together` or none.
    """
    best = np.argmax(outputs_TC, axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    said = best[starts]
    if not (said != BLANK).any():
        return Heard((), _blank_share(outputs_TC))
    peaks = np.maximum.reduceat(outputs_TC[np.arange(len(best)), best], starts)[said != BLANK]
    sure = float(np.exp(np.minimum(peaks, 0.0)).mean())
    return Heard(tuple(said[said != BLANK].tolist()), sure)


def beam(
    outputs_TC: NDArray,
    search: Search,
    language: Language | None = None,
    symbols: Sequence[str] = (),
    least: float = LEAST,
) -> Heard:
    """The likeliest symbols of one row, summed over paths, as far as the beam sees.

    Args:
        outputs_TC: log-probabilities as for `greedy`.
        search: see there.
        language: goes with a weight above 0.
        symbols: what class c + 1 is written as, for the language model.
        least: a symbol below this log-probability does not extend a prefix.
    """
    tree = _Tree(search, language if search.weight else None, symbols)
    kept: dict[int, tuple[float, float]] = {0: (0.0, NOTHING)}
    for frame in outputs_TC.astype(np.float64):
        likely = np.flatnonzero(frame > least)
        grown = _grow(kept, frame.tolist(), likely[likely != BLANK].tolist(), tree)
        if len(grown) > search.width:
            order = sorted(grown, key=lambda at: -(_sum(*grown[at]) + tree.extra[at]))
            grown = {at: grown[at] for at in order[: search.width]}
        kept = grown
    best = max(kept, key=lambda at: _sum(*kept[at]) + tree.extra[at] + tree.ending(at))
    said, peaks = tree.read(best)
    if not said:
        return Heard((), _blank_share(outputs_TC))
    return Heard(said, float(np.exp(np.minimum(peaks, 0.0)).mean()))


def _grow(
    kept: dict[int, tuple[float, float]], frame: list[float], likely: list[int], tree: "_Tree"
) -> dict[int, tuple[float, float]]:
    """Every prefix one frame on: (log-probability that ends in a blank, that does not)."""
    grown: dict[int, tuple[float, float]] = {}
    for at, (blank, own) in kept.items():
        both, last = _sum(blank, own), tree.symbol[at]
        stays = grown.get(at, (NOTHING, NOTHING))
        again = own + frame[last] if last != BLANK else NOTHING
        grown[at] = (_sum(stays[0], both + frame[BLANK]), _sum(stays[1], again))
        if last != BLANK and frame[last] > tree.peak[at]:
            tree.peak[at] = frame[last]
        for symbol in likely:
            child = tree.child(at, symbol)
            old = grown.get(child, (NOTHING, NOTHING))
            came = (blank if symbol == last else both) + frame[symbol]
            grown[child] = (old[0], _sum(old[1], came))
            if frame[symbol] > tree.peak[child]:
                tree.peak[child] = frame[symbol]
    return {at: pair for at, pair in grown.items() if max(pair) > NOTHING}


class _Tree:
    """Prefixes as a tree; node 0 is the empty one. `extra` is what ranking adds to a prefix."""

    def __init__(self, search: Search, language: Language | None, symbols: Sequence[str]) -> None:
        self.search, self.language, self.symbols = search, language, symbols
        self.parent, self.symbol, self.extra, self.peak = [0], [BLANK], [0.0], [0.0]
        self.text = [language.start if language else ""]
        self.children: dict[tuple[int, int], int] = {}

    def child(self, at: int, symbol: int) -> int:
        """The prefix that goes on with a symbol."""
        found = self.children.get((at, symbol))
        if found is not None:
            return found
        extra = self.extra[at] + self.search.bonus
        if self.language is not None:
            char = self.symbols[symbol - 1]
            extra += self.search.weight * self.language.log_chance(self.text[at], char)
            self.text.append(self.language.context(self.text[at] + char))
        self.parent.append(at)
        self.symbol.append(symbol)
        self.extra.append(extra)
        self.peak.append(NOTHING)
        self.children[at, symbol] = len(self.parent) - 1
        return len(self.parent) - 1

    def ending(self, at: int) -> float:
        """What ranking adds when the row ends after a prefix."""
        if self.language is None:
            return 0.0
        return self.search.weight * self.language.log_chance(self.text[at], END)

    def read(self, at: int) -> tuple[tuple[int, ...], NDArray[np.float64]]:
        """A prefix's symbols, and the log-probability of each in its best frame."""
        said, peaks = [], []
        while at:
            said.append(self.symbol[at])
            peaks.append(self.peak[at])
            at = self.parent[at]
        return tuple(reversed(said)), np.array(peaks)


def _sum(a: float, b: float) -> float:
    """log(exp a + exp b)."""
    if a < b:
        a, b = b, a
    return a if b == NOTHING else a + math.log1p(math.exp(b - a))


def _blank_share(outputs_TC: NDArray) -> float:
    own = max(int(frames_of(outputs_TC[None])[0]), 1)
    return (
        float(np.exp(np.minimum(outputs_TC[:own, BLANK], 0.0)).mean()) if len(outputs_TC) else 1.0
    )
