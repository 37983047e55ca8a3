"""Answer: which stretch of a text answers a question, if any does. Headline: F1, as published.

    places of characters → starts and ends of pieces → the best stretch → its text, judged as text

A stretch is judged by `score.answers.match`: F1 with the nearest accepted answer, words in any
order, Chinese by its characters in a row. Where a training text is silent a model may be, too: by
how much silence must be beaten is found on held-out rows, and so is how sure an answer is.

Shapes: N rows, M accepted answers of the row with most, P pieces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from umbrella.base.catalogue import Sentence, sentence
from umbrella.base.errors import DataError, RunError
from umbrella.base.stretch import WIDTH
from umbrella.data.codecs.ngrams import AUTO_SHARE
from umbrella.data.codecs.scripts import unspaced_share
from umbrella.score import answers, doubt, extract
from umbrella.score.calibration import platt
from umbrella.tasks.accepted import EXAMPLE, holds_accepted, locate, read_all

PAD = -1  # beyond a row's answers
SILENT, NOWHERE = (
    0,
    -1,
)  # state of a row without an answer, and of one whose answer cannot be learned
LONGEST = 60_000  # characters of a text that is learned from; longer ones are for `predict`
USUAL, ROOM = 0.99, 1.25  # a stretch may be as long as this share of true ones, and this much more
ABSENT = 0.05  # share of rows with answers that stand nowhere, beyond which columns are mixed up
LEAST = 20  # held-out rows that settle anything
SHOWN = 40  # characters of a text in a message


@dataclass
class Passages:
    """What a task is told of the rows that it scores: row in the source → text, and → answers."""

    texts: dict[int, str] = field(default_factory=dict)
    accepted: dict[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """How stretches are found and judged.

    Args:
        longest: characters of an answer, at most.
        chinese: whether answers are judged by characters, as those of CMRC 2018.
        silent: whether training rows have no answer.
        margin: by how much a stretch must beat silence to be answered.
        slope, shift: how the log-odds of a chance become those of being right.
        passages: texts and answers of the rows; not stored.
    """

    longest: int
    chinese: bool = False
    silent: bool = False
    margin: float = 0.0
    slope: float = 1.0
    shift: float = 0.0
    passages: Passages = field(default_factory=Passages, compare=False, repr=False)

    name = "answer"
    headline = "answer_f1"
    sign = 1
    outputs = WIDTH
    reads_texts = True  # targets are places in the input: see `agree`
    by_text = True  # rows on one text stay together
    empty_is_none = True  # an empty cell: the text does not say

    @classmethod
    def recognises(cls, values: Sequence[str | None]) -> bool:
        """Whether a target column asks for this task."""
        return holds_accepted(values)

    @classmethod
    def strata(cls, values: Sequence[str | None]) -> list[str]:
        """What a split keeps in proportion: whether there is an answer."""
        return ["" if (value or "").strip() in ("", "[]") else "some" for value in values]

    @classmethod
    def agree(
        cls, values: Sequence[str | None], texts: Sequence[str | None], rows: NDArray
    ) -> list[Sentence]:
        """Make sure that answers stand in their texts, and say which are mended or cannot be used.

        Raises:
            DataError: a text is missing or too long, a cell holds no answer, no row has one, or
                too many stand nowhere.
        """
        told = [
            locate(one, text or "") for one, text in zip(read_all(values, rows), texts, strict=True)
        ]
        for text, row in zip(texts, rows.tolist(), strict=True):
            _require_text(text, row)
        asked = [one for one in told if one.accepted]
        absent = [at for at, one in enumerate(told) if one.accepted and not one.places]
        if not asked:
            raise DataError(
                f"None of the {len(told):,} rows has an answer: there is nothing to learn. Name "
                f"the column of answers with --target; a cell holds {EXAMPLE}."
            )
        if len(absent) > ABSENT * len(asked):
            at = absent[0]
            raise DataError(
                f"Row {int(rows[at]) + 1}: the answer {told[at].accepted[0][0][:SHOWN]!r} does not "
                f"stand in its text ({str(texts[at])[:SHOWN]!r} …), as in {len(absent):,} of "
                f"{len(asked):,} rows. Answers are copied from the text letter by letter. If "
                f"another column holds the texts, name both, the text first: --use TEXT,QUESTION."
            )
        mended = [at for at, one in enumerate(told) if one.mended]
        notes = []
        if mended:
            notes.append(
                sentence("answer.mended", count=len(mended), first=int(rows[mended[0]]) + 1)
            )
        if absent:
            notes.append(
                sentence("answer.absent", count=len(absent), first=int(rows[absent[0]]) + 1)
            )
        return notes

    @classmethod
    def learn(
        cls,
        values: Sequence[str | None],
        train: NDArray,
        rows: NDArray | None = None,
        texts: Sequence[str | None] = (),
    ) -> "Answer":
        """Read off the training rows how long answers are, and whether texts may be silent.

        Args:
            values: every row's answers as written.
            train: positions of the training part.
            rows: each value's row number in the source.
            texts: of every row.

        Raises:
            DataError: no training row has an answer that stands in its text.
        """
        numbers = np.arange(len(values)) if rows is None else rows
        cells = read_all([values[at] for at in train], numbers[train])
        found = [locate(one, texts[at] or "") for one, at in zip(cells, train, strict=True)]
        lengths = [end - start for one in found for start, end in one.places]
        if not lengths:
            raise DataError(
                f"None of the {len(train):,} training rows has an answer that stands in its text. "
                f"Name the column of answers with --target; a cell holds {EXAMPLE}."
            )
        some = [texts[at] or "" for at in train[:2_000]]
        task = cls(
            longest=max(1, round(ROOM * float(np.quantile(lengths, USUAL)))),
            chinese=unspaced_share(some) > AUTO_SHARE,
            silent=any(not one.accepted for one in found),
        )
        task.bind(texts, numbers)
        return task

    def bind(self, texts: Sequence[str | None], rows: NDArray) -> None:
        """Tell the texts of rows, before their answers are encoded or scored.

        Args:
            texts: of each row, whole.
            rows: their numbers in the source.
        """
        kept: dict[str, str] = {}  # questions on one text share it
        for text, row in zip(texts, rows.tolist(), strict=True):
            self.passages.texts[row] = kept.setdefault(text or "", text or "")

    def encode(
        self, values: Sequence[str | None], rows: NDArray | None = None
    ) -> NDArray[np.int32]:
        """Cells → row in the source and state, then first character and end of every answer,
        int32 [N, 1 + M, 2], ended by `PAD`.
        """
        numbers = (np.arange(len(values)) if rows is None else rows).tolist()
        cells = read_all(values, np.asarray(numbers))
        found = [locate(one, self._text(at)) for one, at in zip(cells, numbers, strict=True)]
        most = max([1, *(len(one.places) for one in found)])
        out = np.full((len(found), 1 + most, 2), PAD, np.int32)
        for at, (one, row) in enumerate(zip(found, numbers, strict=True)):
            self.passages.accepted[row] = tuple(text for text, _ in one.accepted)
            state = len(one.places) if one.places else NOWHERE if one.accepted else SILENT
            out[at, 0] = row, state
            for number, span in enumerate(one.places, 1):
                out[at, number] = span
        return out

    def _text(self, row: int) -> str:
        if row not in self.passages.texts:
            raise RunError(f"The text of row {row + 1} was not told. Open the run with its data.")
        return self.passages.texts[row]

    def remarks(self, values: Sequence[str | None]) -> list[Sentence]:
        """How many questions have an answer, and how answers are judged."""
        none = [not (value or "").strip() or (value or "").strip() == "[]" for value in values]
        how = sentence("answer.judged.zh" if self.chinese else "answer.judged.en")
        return [
            sentence(
                "answer.target",
                count=len(values),
                silent=float(np.mean(none)),
                longest=self.longest,
                how=how,
            )
        ]

    def loss(self, outputs: Any, targets: Any, balance: bool = False) -> Any:  # noqa: ARG002
        """What starts and ends cost, a row: see `extract_loss`."""
        from umbrella.score.extract_loss import extract_loss

        return extract_loss(outputs, targets)

    def taught(self, outputs: Any, teacher: Any) -> Any:
        """How far a student's starts and ends are from its teacher's."""
        from umbrella.score import extract_loss

        return extract_loss.taught(outputs, teacher)

    def class_weights(self) -> Any:
        """None: there are no classes."""
        return None

    def found(self, outputs: NDArray) -> extract.Stretches:
        """The best stretch of every row, whether or not it is answered."""
        return extract.find(np.asarray(outputs), self.longest)

    def answered(self, found: extract.Stretches) -> NDArray[np.bool_]:
        """Which rows get an answer, [N]."""
        some = found.start >= 0
        return some & (found.gap > self.margin) if self.silent else some

    def texts(self, outputs: NDArray, targets: NDArray) -> list[str]:
        """What is answered, "" for silence."""
        found = self.found(outputs)
        said = self.answered(found)
        return [
            self._text(row)[start:end] if one else ""
            for row, start, end, one in zip(
                targets[:, 0, 0].tolist(), found.start, found.end, said, strict=True
            )
        ]

    def matches(self, outputs: NDArray, targets: NDArray) -> list[answers.Match]:
        """Every row's answer beside those accepted."""
        rows, said = targets[:, 0, 0].tolist(), self.texts(outputs, targets)
        accepted = self.passages.accepted
        return [
            answers.match(text, accepted.get(row, ()), self.chinese)
            for text, row in zip(said, rows, strict=True)
        ]

    def row_scores(self, outputs: NDArray, targets: NDArray) -> NDArray[np.float64]:
        """F1 of every row with the nearest accepted answer, [N]."""
        return np.array([one.overlap for one in self.matches(outputs, targets)], np.float64)

    def interval(self, scores: NDArray, groups: NDArray | None = None) -> doubt.Interval:
        """Bootstrap interval of the mean; whole texts are drawn where several ask of one."""
        found = doubt.bootstrap(scores, groups=groups)
        return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))

    def compare(self, a: NDArray, b: NDArray, groups: NDArray | None = None) -> float:
        """Sign-flip permutation p on the rows' differences, two-sided."""
        return doubt.paired_p(a, b, groups)

    def metrics(self, outputs: NDArray, targets: NDArray) -> dict[str, float]:
        """Exact match beside F1, how many questions are answered, and where any is silent, how
        well silence is told.
        """
        matches, said = self.matches(outputs, targets), self.answered(self.found(outputs))
        out = {
            "answer_f1": float(np.mean([one.overlap for one in matches])),
            "exact": float(np.mean([one.exact for one in matches])),
            "answered": float(said.mean()),
        }
        if self.silent:
            none = targets[:, 0, 1] == SILENT
            right = float((~said & none).sum())
            out["silence_precision"] = right / max(float((~said).sum()), 1.0)
            out["silence_recall"] = right / max(float(none.sum()), 1.0)
        return out

    def baseline(self, targets: NDArray) -> NDArray[np.float32]:  # noqa: ARG002
        """Silence: no piece at all, [1, 4]."""
        return np.zeros((1, self.outputs), np.float32)

    def calibrated(self, outputs: NDArray, targets: NDArray) -> "Answer":
        """The same with the margin that answers held-out rows best, and chances that say how
        often an answer is exactly right there.
        """
        if len(targets) < LEAST:
            return self
        found = self.found(outputs)
        margin = self._margin(outputs, targets, found) if self.silent else self.margin
        task = replace(self, margin=margin)
        right = np.array([one.exact for one in task.matches(outputs, targets)])
        slope, shift = platt(extract.odds(task._chances(found)), right)
        return replace(task, slope=slope, shift=shift)

    def _margin(self, outputs: NDArray, targets: NDArray, found: extract.Stretches) -> float:
        """The gap beyond which answering is better than silence, over all held-out rows."""
        always = replace(self, silent=False).row_scores(outputs, targets)
        never = np.array([not self.passages.accepted.get(row) for row in targets[:, 0, 0].tolist()])
        if never.all() or not never.any():
            return self.margin
        order = np.argsort(-found.gap, kind="stable")
        gains = np.append(0.0, np.cumsum((always - never)[order]))
        gaps = found.gap[order]
        between = (np.append(gaps[0] + 1, gaps) + np.append(gaps, gaps[-1] - 1)) / 2
        best = np.flatnonzero(gains > gains.max() - 1e-9)
        return float(between[best[np.argmin(np.abs(between[best]))]])

    def _chances(self, found: extract.Stretches) -> NDArray[np.float64]:
        """The share of what is answered, a stretch or silence, [N]."""
        return np.where(self.answered(found), found.chance, found.silence)

    def as_fitted(self) -> "Answer":
        """The task by which the rungs were compared."""
        return replace(self, margin=0.0, slope=1.0, shift=0.0)

    def spec(self) -> dict[str, Any]:
        """JSON-safe settings."""
        return {
            "task": self.name,
            "longest": self.longest,
            "chinese": self.chinese,
            "silent": self.silent,
            "margin": self.margin,
            "slope": self.slope,
            "shift": self.shift,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Answer":
        """Build back from `spec()`."""
        longest = int(spec["longest"])
        if longest < 1:
            raise ValueError(f"longest {longest}")
        margin, slope, shift = (float(spec[name]) for name in ("margin", "slope", "shift"))
        return cls(longest, bool(spec["chinese"]), bool(spec["silent"]), margin, slope, shift)


def _require_text(text: str | None, row: int) -> None:
    if not (text or "").strip():
        raise DataError(
            f"Row {row + 1}: there is no text to find an answer in. Give it one, or take the row "
            f"out."
        )
    if len(text or "") > LONGEST:
        raise DataError(
            f"Row {row + 1}: its text has {len(text or ''):,} characters, and one that is learned "
            f"from {LONGEST:,} at most. Cut it into sections, each with the questions that it "
            f"answers, or take the row out. A finished model answers questions on longer ones."
        )
