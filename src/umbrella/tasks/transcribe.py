"""Transcribe: what was said in a sound, as text. Headline: word error rate, or of characters.

    transcript → one spelling → characters → CTC over frames → likeliest path or beam → text

Words are scored where the script has spaces, characters where it has none (Chinese, Japanese,
Thai). Rows are scored by `shares_of_rate`, so that their mean is the error rate of all words and
their spread is its doubt, whether or not longer rows hold more errors.

Shapes: N rows, L characters of the longest transcript, T frames, C classes (0 is CTC's blank).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import ConfigError, DataError, RunError
from umbrella.base.limits import LIMITS
from umbrella.score import ctc, doubt
from umbrella.score.ctc import BLANK, NEVER, Search
from umbrella.score.edit import Edits, distance, edits
from umbrella.score.language import Language
from umbrella.score.resample import effective_units
from umbrella.tasks.classify import row_number
from umbrella.tasks.spelling import RULE, is_unspaced, spell

PAD = -1  # beyond a transcript's end
UNSEEN = "\ufffd"  # stands for a character that no training row has; it is never answered
ALIKE = 1e-9  # rounding in a row's score
RULE_PLACES = 64  # frames of the simple rule's answer
RULES_TRIED, RULE_ROWS = 20, 1_000  # candidates for it, and rows that they are tried on
TRIED_ROWS = 200  # held-out rows on which ways to search are tried
REMARKED = 12  # unseen characters that are shown
WIDTH = 16
TRIED = (
    Search(WIDTH),
    *(Search(WIDTH, weight, bonus) for weight in (0.25, 0.5, 1.0) for bonus in (0.0, 0.5, 1.0)),
    *(Search(WIDTH, weight, 2.0) for weight in (1.0, 1.5, 2.0)),
)


def shares_of_rate(wrong: Sequence[int], said: Sequence[int]) -> NDArray[np.float64]:
    """Every row's share in R = Σ wrong / Σ said, such that their mean is R and their spread R's.

    R + (wrong − R · said) / mean(said): the row's influence on a ratio of two sums, around it. A
    difference of two models' shares is the same for the difference of their rates. A share may
    be below 0: a long row without an error.

    Args:
        wrong: errors of every row, [N].
        said: its words or characters, [N]; where no row has any, they count as one in all.

    Source: the linearised ratio estimator, Cochran 1977, Sampling Techniques, section 2.11.
    """
    errors, sizes = np.asarray(wrong, dtype=np.float64), np.asarray(said, dtype=np.float64)
    total = float(sizes.sum())
    if not total:
        return errors * len(errors)
    rate = float(errors.sum()) / total
    return rate + (errors - rate * sizes) * (len(errors) / total)


@dataclass(frozen=True)
class Transcribe:
    """Characters in a fixed order, and how answers are searched.

    Args:
        symbols: a network's output c + 1 scores symbols[c]; output 0 is the blank.
        unit: "word" or "character": what the headline counts.
        language: model of the training transcripts, or of sentences that the user gave, or None.
        search: how the beam searches; None reads the likeliest path.
        settled: whether held-out rows have said which of the two is better.
    """

    symbols: tuple[str, ...]
    unit: str = "word"
    language: Language | None = None
    search: Search | None = None
    settled: bool = False

    name = "transcribe"
    sign = -1

    @classmethod
    def learn(
        cls,
        values: Sequence[str | None],
        train: NDArray,
        rows: NDArray | None = None,
        sentences: Sequence[str] | None = None,
    ) -> "Transcribe":
        """Read characters and a language model off the training transcripts.

        Args:
            values: every row's transcript as written.
            train: positions of the training part.
            rows: each value's row number in the source, for messages.
            sentences: what teaches the language model instead of the training transcripts.

        Raises:
            DataError: no training transcript holds a letter, all are the same, or they hold more
                characters than the limit.
        """
        texts = [spell(str(values[at])) for at in train]
        counts = Counter("".join(texts))
        if not counts or len(set(texts)) < 2:
            shown = repr(str(values[int(train[0])])[:40]) if len(train) else "none"
            row = row_number(rows, int(train[0])) if len(train) else 0
            raise DataError(
                f"The training transcripts hold nothing to tell apart (row {row}: {shown}). Name "
                f"the column with what is said in each sound: --target COLUMN."
            )
        if len(counts) > LIMITS.symbols:
            raise DataError(
                f"The training transcripts hold {len(counts):,} different characters; "
                f"{LIMITS.symbols:,} are allowed. Is --target the column with the transcripts?"
            )
        symbols = tuple(sorted(counts))
        told = [text for text in map(spell, sentences or ()) if text] or [t for t in texts if t]
        unit = "character" if is_unspaced(texts) else "word"
        return cls(symbols, unit, Language.learn(told, symbols))

    @property
    def headline(self) -> str:
        """ "wer" where words are counted, "cer" where characters are."""
        return "wer" if self.unit == "word" else "cer"

    @property
    def outputs(self) -> int:
        """C: the blank and every character."""
        return 1 + len(self.symbols)

    def encode(
        self,
        values: Sequence[str | None],
        rows: NDArray | None = None,  # noqa: ARG002
    ) -> NDArray[np.int64]:
        """Transcripts → class numbers [N, L], ended by `PAD`; C where a character is unseen."""
        index = {symbol: number for number, symbol in enumerate(self.symbols, 1)}
        texts = [spell(str(value)) for value in values]
        out = np.full((len(texts), max([1, *map(len, texts)])), PAD, dtype=np.int64)
        for row, text in enumerate(texts):
            out[row, : len(text)] = [index.get(char, self.outputs) for char in text]
        return out

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:
        """Characters that no training transcript has, so that they are never answered."""
        new = sorted(set("".join(spell(str(value)) for value in values)) - set(self.symbols))
        if not new:
            return []
        shown = " ".join(new[:REMARKED]) + (" …" if len(new) > REMARKED else "")
        return [sentence("fit.unseen", count=len(new), shown=shown)]

    def texts(self, targets: NDArray) -> list[str]:
        """Encoded transcripts as text, in the spelling that is scored."""
        letters = ["", *self.symbols, UNSEEN]
        return ["".join(letters[number] for number in row if number > BLANK) for row in targets]

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:  # noqa: ARG002
        """CTC, a character; rows too short for their transcript say nothing."""
        from umbrella.score import losses

        return losses.ctc(outputs, targets)

    def class_weights(self) -> Any:
        """None: how rare a character is says nothing about rows."""
        return None

    def answers(self, outputs: NDArray) -> list[str]:
        """What is read from every row, as text."""
        return ctc.listen(outputs, self.symbols, self.search, self.language)[0]

    def pieces(self, text: str) -> list[str]:
        """What the headline counts: words, or characters without spaces."""
        return text.split() if self.unit == "word" else [*text.replace(*self._spaces)]

    def edits(self, outputs: NDArray, targets: NDArray) -> list[Edits]:
        """Errors of every row by their kind, in words or characters."""
        pairs = zip(self.texts(targets), self.answers(outputs), strict=True)
        return [edits(self.pieces(said), self.pieces(heard)) for said, heard in pairs]

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """Every row's share in the error rate of these rows, see `shares_of_rate`, [N]."""
        said = [self.pieces(text) for text in self.texts(targets)]
        return self._scores(said, [self.pieces(text) for text in self.answers(outputs)])

    def _scores(
        self, said: Sequence[Sequence[str]], heard: Sequence[Sequence[str]]
    ) -> NDArray[np.float64]:
        wrong = [distance(*pair) for pair in zip(said, heard, strict=True)]
        return shares_of_rate(wrong, [len(pieces) for pieces in said])

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> doubt.Interval:
        """Bootstrap interval of the error rate; whole groups are drawn where there are any.

        It is never narrower than Wilson's for the share of rows that are worse than the mean, from
        the mean of the others to theirs: where few rows hold all errors, drawing among them finds
        too little doubt. Where all rows are alike, as many others as could be unseen might have
        no error, or as many more as they have words.
        """
        found = doubt.bootstrap(scores, groups=groups)
        if len(scores) < 2:
            return replace(found, low=max(found.low, 0.0))
        rate = float(scores.mean())
        worth = len(scores) if groups is None else effective_units(groups)
        worse = scores > rate + ALIKE * max(rate, 1.0)
        if worse.any():
            share = doubt.wilson(float(worse.mean()) * worth, worth)
            least, most = float(scores[~worse].mean()), float(scores[worse].mean())
            low, high = (least + (most - least) * one for one in (share.low, share.high))
        else:
            unseen = doubt.wilson(0, worth).high
            low, high = rate * (1 - unseen), rate + max(rate, 1.0) * unseen
        return replace(found, low=max(min(found.low, low), 0.0), high=max(found.high, high))

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """Sign-flip permutation p on the rows' differences, two-sided."""
        return doubt.paired_p(a, b, groups)

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """Word and character error rate, and the share of transcripts without an error."""
        said, heard = self.texts(targets), self.answers(outputs)
        right = [a == b for a, b in zip(said, heard, strict=True)]
        letters = ([[*text.replace(*self._spaces)] for text in texts] for texts in (said, heard))
        out = {"cer": float(self._scores(*letters).mean()), "exact": float(np.mean(right))}
        if self.unit == "word":
            words = ([text.split() for text in texts] for texts in (said, heard))
            out["wer"] = float(self._scores(*words).mean())
        return out

    @property
    def _spaces(self) -> tuple[str, str]:
        """What a space counts as among characters: nothing, where words have none between them."""
        return (" ", " " if self.unit == "word" else "")

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:
        """Always the same words: of nothing at all and the commonest transcripts, whichever has
        the fewest errors, as outputs [RULE_PLACES, C].
        """
        texts = self.texts(targets[:RULE_ROWS])
        said = [self.pieces(text) for text in texts]
        common = [text for text, _ in Counter(texts).most_common(RULES_TRIED)]
        paths = {text: path for text in ("", *common) if (path := self._path(text)) is not None}
        best = min(paths, key=lambda text: sum(distance(one, self.pieces(text)) for one in said))
        out = np.full((RULE_PLACES, self.outputs), NEVER, dtype=np.float32)
        out[np.arange(RULE_PLACES), paths[best]] = 0.0
        return out

    def _path(self, text: str) -> NDArray[np.int64] | None:
        """A class for each frame that reads as the text; None where it does not fit."""
        path: list[int] = []
        for char in text:
            if char not in self.symbols:
                return None
            number = self.symbols.index(char) + 1
            path += [BLANK, number] if path and path[-1] == number else [number]
        if len(path) > RULE_PLACES:
            return None
        return np.array(path + [BLANK] * (RULE_PLACES - len(path)))

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Transcribe":
        """Choose between the likeliest path, the beam, and the beam with its language model by
        the errors on held-out rows; the simplest of equals wins. A choice once made stays.
        """
        if self.settled:
            return self
        some = np.linspace(0, len(targets) - 1, min(len(targets), TRIED_ROWS)).astype(int)
        best, fewest = None, self.row_scores(outputs[some], targets[some]).sum()
        for search in TRIED if fewest else ():
            tried = replace(self, search=search).row_scores(outputs[some], targets[some]).sum()
            if tried < fewest - 1e-9:
                best, fewest = search, tried
        language = self.language if best is not None and best.weight else None
        return replace(self, search=best, language=language, settled=True)

    def as_fitted(self) -> "Transcribe":
        """The task by which the rungs were compared: every one by its likeliest path."""
        return replace(self, search=None)

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings."""
        return {
            "task": self.name,
            "symbols": list(self.symbols),
            "unit": self.unit,
            "rule": RULE,
            "search": None if self.search is None else asdict(self.search),
            "language": None if self.language is None else self.language.spec(),
            "settled": self.settled,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Transcribe":
        """Build back from `spec()`.

        Raises:
            RunError: transcripts were spelt by another rule, or a setting is out of range.
        """
        if spec["rule"] != RULE:
            raise RunError(
                f"Its transcripts were spelt by the rule {spec['rule']!r}; this version knows "
                f"{RULE!r}. Open it with the version that made it, or fit again with --fresh."
            )
        if spec["unit"] not in ("word", "character"):
            raise ValueError(f"unit {spec['unit']!r}")
        search, language = spec.get("search"), spec.get("language")
        try:
            return cls(
                tuple(str(symbol) for symbol in spec["symbols"]),
                str(spec["unit"]),
                None if language is None else Language.from_spec(language),
                None if search is None else Search(**search),
                bool(spec.get("settled")),
            )
        except ConfigError as error:
            raise ValueError(str(error)) from error
